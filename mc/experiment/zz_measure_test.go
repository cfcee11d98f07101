package experiment

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

func geti(k string, d int) int {
	if v, err := strconv.Atoi(os.Getenv(k)); err == nil {
		return v
	}
	return d
}

func TestMeasureEps(t *testing.T) {
	c, _ := env.Preset("zhao-5x5")
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	eps := float64(geti("EPS", 10)) / 100
	best, err := dp.SoftOptimal(g, 0.9, eps, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vmax := 0.0
	for _, v := range best.V {
		vmax = max(vmax, v, -v)
	}
	T, B, K := geti("T", 100), geti("B", 500), geti("K", 20)
	var worst, sum float64
	over := 0
	var el time.Duration
	for seed := 1; seed <= geti("SEEDS", 10); seed++ {
		o := mc.EpsilonOptions{Epsilon: mc.Epsilon(eps)}
		o.Improve, o.Batch, o.Average = mc.ImproveBatch, int64(B), mc.ResetAverage
		o.Tail = geti("TAIL", 0)
		if ov := geti("OVER", 0); ov > 0 {
			o.Epsilon = mc.Schedule{Start: float64(geti("START", 100)) / 100, End: eps, Over: int64(ov), Decay: mc.Linear}
		}
		if r := geti("RATE", 0); r > 0 {
			o.Epsilon = mc.Schedule{Start: float64(geti("START", 100)) / 100, End: eps, Rate: float64(r)/1000, Decay: mc.Exponential}
		}
		if w := geti("POW", 0); w > 0 {
			o.Average = mc.AverageAsPrinted
			o.Step.Power = float64(w) / 100
		}
		if geti("FIRST", 0) == 1 {
			o.Visit = mc.FirstVisit
		}
		if geti("PAIRS", 0) == 1 {
			o.Starts = mc.UniformPairs
		}
		if geti("PAIRS", 0) == 2 {
			o.Starts = mc.SweepPairs
		}
		if a := geti("ALPHA", 0); a > 0 {
			o.Average = mc.AverageAsPrinted
			o.Step.Constant = float64(a) / 10000
		}
		if geti("CUM", 0) == 1 {
			o.Average = mc.AverageAsPrinted
		}
		l, err := mc.NewEpsilonGreedy(mc.Problem{MDP: g, Gamma: .9, Horizon: T}, o, uint64(seed))
		if err != nil {
			t.Fatal(err)
		}
		l.Workers = geti("W", 1)
		t0 := time.Now()
		for _, err := range mc.Run(context.Background(), l, int64(B)*int64(K)) {
			if err != nil {
				t.Fatal(err)
			}
		}
		el += time.Since(t0)
		ev, err := dp.Evaluate(g, l.Behaviour(), .9, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		gap := 0.0
		for s := range ev.V {
			gap = max(gap, best.V[s]-ev.V[s])
		}
		gap /= vmax
		if gap > .01 { over++ }
		worst = max(worst, gap)
		sum += gap
	}
	n := float64(geti("SEEDS", 10))
	fmt.Printf("eps %.2f T %d B %d K %d: max gap %.4f mean %.4f of vmax %.3f; time/run %v over %d\n", eps, T, B, K, worst, sum/n, vmax, el/time.Duration(n), over)
}
