package mc

import (
	"context"
	"math"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// BenchmarkBasicToOnePercent is the time of a new learner to the first iteration whose values max_a q(s, a) are within one
// per cent of the largest optimal value, in every state. learn-ns is the time from the first Next on, ns/op that with making
// the learner, steps the states stepped and the pairs scored.
func BenchmarkBasicToOnePercent(b *testing.B) {
	b.Run("G5", func(b *testing.B) { benchmarkToOnePercent(b, Problem{compile(b, square(5)), 0.9, 100}) })
	b.Run("G100", func(b *testing.B) { benchmarkToOnePercent(b, Problem{compile(b, square(100)), 0.99, 1000}) })
}

func benchmarkToOnePercent(b *testing.B, p Problem) {
	near, learner := nearOptimum(b, p), func() *Basic { return must(NewBasic(p, BasicOptions{Shared: true}, 1)) }
	iterations, steps := 0, 0
	for l := learner(); iterations == 0 || !near(l); iterations++ {
		iterate(b, l, 1)
		for _, s := range l.ends.moved {
			steps += 1 + len(l.ends.into(s))
		}
	}
	var l *Basic
	var learning time.Duration
	for b.Loop() {
		l = learner()
		start := time.Now()
		iterate(b, l, iterations)
		learning += time.Since(start)
	}
	b.ReportMetric(float64(learning.Nanoseconds())/float64(b.N), "learn-ns")
	b.ReportMetric(float64(iterations), "iterations")
	b.ReportMetric(float64(steps), "steps")
	before := learner()
	iterate(b, before, iterations-1)
	if !near(l) || near(before) {
		b.Fatalf("%d iterations are not the least after which the values are those of the optimum", iterations)
	}
}

// iterate plays n whole iterations.
func iterate(t testing.TB, l *Basic, n int) {
	ctx, sweep := context.Background(), l.SweepEpisodes()
	for range n {
		if err := l.Next(ctx, sweep); err != nil {
			t.Fatal(err)
		}
	}
}

// nearOptimum tells whether max_s |max_a q(s, a) - v*(s)| is below one per cent of max_s |v*(s)|, v* from the exact solver.
func nearOptimum(t testing.TB, p Problem) func(*Basic) bool {
	t.Helper()
	table, _ := env.TableOf(p.MDP)
	best, err := dp.PolicyIteration(table, p.Gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scale := 0.0
	for _, v := range best.V {
		scale = max(scale, math.Abs(v))
	}
	return func(l *Basic) bool {
		for s, v := range maxQ(l.Q()) {
			if math.Abs(v-best.V[s]) >= 0.01*scale {
				return false
			}
		}
		return true
	}
}
