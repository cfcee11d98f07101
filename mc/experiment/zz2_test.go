package experiment

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

func TestArrows(t *testing.T) {
	c, _ := env.Preset("zhao-5x5")
	g, _ := env.NewGrid(c)
	for _, eps := range []float64{0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5} {
		best, _ := dp.SoftOptimal(g, 0.9, eps, dp.Options{})
		pol, _ := env.NewSoft(best.Policy, 5, eps)
		mom, err := dp.Moments(g, pol, 0.9, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_ = mom
		vmax := 0.0
		for _, v := range best.V {
			vmax = max(vmax, math.Abs(v))
		}
		type bad struct {
			s, a      int
			gap, loss float64
		}
		var w []bad
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
				if loss/vmax > .005 {
					w = append(w, bad{s, a, best.V[s] - 0, loss / vmax})
					w[len(w)-1].gap = best.Q[s*5+int(best.Policy[s])] - best.Q[s*5+a]
				}
			}
		}
		mg := bad{gap: 99}
		for _, b := range w {
			if b.gap < mg.gap {
				mg = b
			}
		}
		fmt.Printf("eps %.2f vmax %.3f min gap of costly arrows %.4f (s%d a%d loss %.3f)\n", eps, vmax, mg.gap, mg.s, mg.a, mg.loss)
	}
}
