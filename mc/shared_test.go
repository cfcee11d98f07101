package mc

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// Shared episodes are the plain ones: the same returns within 1e-12, lengths and policy, at every horizon, iteration by
// iteration, from random policies with cycles of every kind.
func TestSharedAreTheEpisodes(t *testing.T) {
	for name, m := range map[string]env.Model{"zhao5": zhao5, "zhao3": zhao3, "exits": exits{zhao5}, "7x7": square(7)} {
		table, rng := compile(t, m), env.NewRand(1, env.PurposeStatistics)
		for _, gamma := range []float64{0, 0.5, 0.9, 1 - 1e-9, 1} {
			for _, T := range []int{1, 2, 3, 7, 100, 3001} {
				policy := make([]env.Action, table.NumStates())
				for s := range policy {
					policy[s] = env.Action(rng.Intn(5))
				}
				o := BasicOptions{Policy: policy, Episodes: 2}
				plain := must(NewBasic(Problem{table, gamma, T}, o, 5))
				o.Shared = true
				shared := must(NewBasic(Problem{table, gamma, T}, o, 5))
				n := plain.SweepEpisodes()
				t.Run(fmt.Sprint(name, gamma, T), func(t *testing.T) { agreeing(t, shared, plain, n-1, 1e-12) })
			}
		}
	}
}

// It learns the optimum through the same policies as plain MC Basic, Fig 3.4(d).
func TestSharedLearns(t *testing.T) {
	for _, ties := range []Ties{LowestTie, KeepTie} {
		o := BasicOptions{Policy: slices.Repeat([]env.Action{4}, 25), Ties: ties}
		plain := newBasic(t, zhao5, 0.9, 100, o)
		o.Shared = true
		shared := newBasic(t, zhao5, 0.9, 100, o)
		for range 16 {
			agreeing(t, shared, plain, shared.SweepEpisodes(), 1e-12)
		}
		for s, v := range maxQ(shared.Q()) {
			if math.Abs(v-zhaoOptimum[s]) > 1e-3 {
				t.Errorf("V(%d) = %g, want %g", s, v, zhaoOptimum[s])
			}
		}
	}
}

// Sharing is refused where episodes that meet may part again.
func TestSharedRefused(t *testing.T) {
	var field *env.FieldError
	for _, c := range []struct {
		mdp   env.MDP
		visit Visit
	}{{compile(t, lake), InitialVisit}, {zhao5, InitialVisit}, {compile(t, zhao5), EveryVisit}} {
		if _, err := NewBasic(Problem{c.mdp, 0.9, 10}, BasicOptions{Shared: true, Visit: c.visit}, 1); !errors.As(err, &field) || field.Field != "shared" {
			t.Errorf("%T, visit %v: %v", c.mdp, c.visit, err)
		}
	}
}

func BenchmarkSharedBasic5(b *testing.B)   { benchmarkShared(b, 5, 0.9, 200) }
func BenchmarkSharedBasic100(b *testing.B) { benchmarkShared(b, 100, 0.99, 2000) }

// benchmarkShared is the time from nothing to the optimal values within one per cent of the largest, made sure of by the
// exact solver.
func benchmarkShared(b *testing.B, n int, gamma float64, horizon int) {
	p := Problem{compile(b, square(n)), gamma, horizon}
	table, _ := env.TableOf(p.MDP)
	best, err := dp.PolicyIteration(table, gamma, dp.Options{})
	if err != nil {
		b.Fatal(err)
	}
	scale, sweeps := 0.0, 0
	for _, v := range best.V {
		scale = max(scale, math.Abs(v))
	}
	near := func(l *Basic) bool {
		for s, v := range maxQ(l.Q()) {
			if math.Abs(v-best.V[s]) > 0.01*scale {
				return false
			}
		}
		return true
	}
	l := must(NewBasic(p, BasicOptions{Shared: true}, 1))
	for ; sweeps == 0 || !near(l); sweeps++ {
		play(b, l, l.SweepEpisodes())
	}
	for b.Loop() {
		l.q.forget() // from the beginning again
		l.progress.Episodes = 0
		for s := range l.greedy {
			l.greedy[s] = 0
		}
		play(b, l, int64(sweeps)*l.SweepEpisodes())
	}
	b.ReportMetric(float64(sweeps), "sweeps")
	if !near(l) {
		b.Fatal("the values are not those of the optimum")
	}
}
