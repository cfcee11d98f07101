package experiment

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

func TestNeed(t *testing.T) {
	for _, name := range []string{"zhao-5x5", "zhao-5x5-mild"} {
		c, _ := env.Preset(name)
		g, _ := env.NewGrid(c)
		for _, eps := range []float64{0.01, 0.02, 0.05, 0.08, 0.1, 0.2, 0.3, 0.5} {
			best, _ := dp.SoftOptimal(g, 0.9, eps, dp.Options{})
			pol, _ := env.NewSoft(best.Policy, 5, eps)
			mom, _ := dp.Moments(g, pol, 0.9, dp.Options{})
			vmax := 0.0
			for _, v := range best.V {
				vmax = max(vmax, math.Abs(v))
			}
			for _, T := range []int{30, 50, 100} {
				rate := make([]float64, 125)
				for s := range 25 {
					x, err := dp.ExpectedVisits(g, pol, env.State(s), T)
					if err != nil {
						t.Fatal(err)
					}
					for i := range x {
						rate[i] += x[i] / 25 / float64(T)
					}
				}
				need, ws, wa, n := 0.0, 0, 0, 0.0
				for s := range best.V {
					for a := range 5 {
						if a == int(best.Policy[s]) {
							continue
						}
						p := append(env.Deterministic(nil), best.Policy...)
						p[s] = env.Action(a)
						soft, _ := env.NewSoft(p, 5, eps)
						e, _ := dp.Evaluate(g, soft, .9, dp.Options{})
						loss := 0.0
						for i := range e.V {
							loss = max(loss, best.V[i]-e.V[i])
						}
						if loss/vmax > .01 {
							i := s*5 + a
							gap := best.Q[s*5+int(best.Policy[s])] - best.Q[i]
							N := 9 * mom.Var[i] / gap / gap
							if N/rate[i] > need {
								need, ws, wa, n = N/rate[i], s, a, N
							}
						}
					}
				}
				fmt.Printf("%s eps %.2f T %d steps per iteration needed %.2e (s%d a%d: N %.0f)\n", name, eps, T, need, ws, wa, n)
			}
		}
	}
}
