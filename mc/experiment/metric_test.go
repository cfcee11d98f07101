package experiment

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

// final plays a spec.
func final(t *testing.T, s Spec) *Record {
	t.Helper()
	trial, err := NewTrial(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range trial.Play(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every metric of every record is in its range, at moments early and late, with good and bad policies, and by every way of
// averaging.
func TestRangesHold(t *testing.T) {
	starts := []mc.StartsOptions{{}, {Visit: mc.FirstVisit, Improve: mc.ImproveBatch, Batch: 10, Average: mc.ResetAverage},
		{Optimistic: true, InitialValue: 200}}
	n, largest := 0, map[Metric]float64{}
	for _, world := range []string{"zhao-2x2", "zhao-5x5", "frozenlake-4x4", "frozenlake-4x4-slippery"} {
		c := preset(t, world)
		g, err := env.NewGrid(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, gamma := range []float64{0, 0.5, 0.9, 0.99} {
			for _, episodes := range []int64{1, 7, 200} {
				for _, o := range starts {
					for _, epsilon := range []float64{0, 0.3, 1} {
						s := Spec{Env: GridWorld(c), Algorithm: ExploringStarts, Gamma: gamma, Horizon: 30, Episodes: episodes, Seed: uint64(n), Starts: &o}
						if epsilon > 0 {
							s.Algorithm, s.Starts = EpsilonGreedy, nil
							s.EpsilonGreedy = &mc.EpsilonOptions{StartsOptions: o, Epsilon: mc.Schedule{Start: epsilon}}
						}
						r := final(t, s)
						for _, m := range Metrics() {
							in, err := m.Range(s, g.Table)
							if err != nil {
								t.Fatalf("%s, %s: %v", world, m, err)
							}
							x := m.Of(r)
							if !in.Contains(x) {
								t.Errorf("%s, gamma %v, %d episodes, %+v: %s is %v, outside of %v", world, gamma, episodes, o, m, x, in)
							}
							largest[m] = max(largest[m], (x-in.Lo)/(in.Hi-in.Lo))
							n++
						}
					}
				}
			}
		}
	}
	t.Logf("%d values, the largest as shares of their range: %v", n, largest)
	if largest[FinalGap] < 0.9 || largest[FinalRMSE] < 0.5 || largest[FinalOptimal] != 1 || largest[FinalReturn] < 0.99 {
		t.Errorf("the largest values, as shares of their range, are %v: the ranges are too wide", largest)
	}
}

// The worst policy of a frozen lake never arrives, and of the 5x5 grid stays in a forbidden cell: v* - w by hand. A return of
// the lake is at most 1, whatever r_max / (1 - gamma) is.
func TestRangesByHand(t *testing.T) {
	lake, book := preset(t, "frozenlake-4x4"), preset(t, "zhao-5x5")
	for _, c := range []struct {
		env  env.GridConfig
		m    Metric
		want float64 // Hi
	}{
		{lake, FinalGap, 1}, {lake, FinalReturn, math.Pow(0.9, 5)}, {lake, FinalOptimal, 1},
		{book, FinalGap, 110}, // from 10 in the target to -100 in a forbidden cell, both for ever
	} {
		g, err := env.NewGrid(c.env)
		if err != nil {
			t.Fatal(err)
		}
		in, err := c.m.Range(Spec{Env: GridWorld(c.env), Gamma: 0.9, Horizon: 1, Starts: &mc.StartsOptions{}}, g.Table)
		if err != nil || math.Abs(in.Hi-c.want) > 1e-5*c.want {
			t.Errorf("%s: %v, %v: want %v", c.m, in, err, c.want)
		}
	}
	g, err := env.NewGrid(lake)
	if err != nil {
		t.Fatal(err)
	}
	in, err := FinalRMSE.Range(Spec{Env: GridWorld(lake), Gamma: 0.95, Starts: &mc.StartsOptions{}}, g.Table)
	if err != nil || !(in.Hi < 1) {
		t.Errorf("rmse of a lake: %v, %v: want less than 1", in, err)
	}
}

// The values of the negated model are those of the worst policy, found by trying all of a small world.
func TestWorstPolicy(t *testing.T) {
	g, err := env.NewGrid(preset(t, "zhao-2x2"))
	if err != nil {
		t.Fatal(err)
	}
	_, worst, err := extremes(g, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	least := []float64{math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)}
	for k := range 5 * 5 * 5 * 5 {
		p := env.Deterministic{env.Action(k % 5), env.Action(k / 5 % 5), env.Action(k / 25 % 5), env.Action(k / 125)}
		sol, err := dp.Evaluate(g, p, 0.9, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for s := range least {
			least[s] = min(least[s], sol.V[s])
		}
	}
	for s := range least {
		if math.Abs(worst.v[s]-least[s]) > 1e-8 {
			t.Errorf("w(%d) = %v: want %v", s, worst.v[s], least[s])
		}
	}
}

func TestNoRange(t *testing.T) {
	c := preset(t, "frozenlake-4x4")
	c.Rewards.Step = -1
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Metric{FinalGap, FinalReturn, FinalRMSE} {
		if _, err := m.Range(Spec{Env: GridWorld(c), Gamma: 1, Starts: &mc.StartsOptions{}}, g.Table); !errors.Is(err, ErrNoRange) {
			t.Errorf("%s: %v: want ErrNoRange", m, err)
		}
	}
	if g, err = env.NewGrid(preset(t, "open-150")); err != nil {
		t.Fatal(err)
	}
	for _, m := range Metrics() {
		if _, err := m.Range(Spec{Gamma: 0.9, Starts: &mc.StartsOptions{}}, g.Table); err == nil || !strings.Contains(err.Error(), "112500 pairs, more than 100000") {
			t.Errorf("%s of a large world: %v", m, err)
		}
	}
	if x := FinalOptimal.Of(&Record{Exact: Exact{Skipped: "too large"}, Points: []Point{{}}}); !math.IsNaN(x) {
		t.Errorf("optimal without exact values: %v", x)
	}
}
