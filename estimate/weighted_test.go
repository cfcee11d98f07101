package estimate_test

import (
	"math"
	"testing"

	"example.com/mcrl/estimate"
	"pgregory.net/rapid"
)

// TestWeightedIsBatch (P33): the incremental form is sum wx / sum w, and ESS and
// the largest share are what their formulas say.
func TestWeightedIsBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "n")
		var a estimate.Weighted
		var wx, w1, w2, top float64
		for range n {
			x := rapid.Float64Range(-100, 100).Draw(t, "x")
			w := rapid.Float64Range(1e-3, 1e3).Draw(t, "w")
			a.Add(x, w)
			wx, w1, w2, top = wx+w*x, w1+w, w2+w*w, max(top, w)
		}
		for _, c := range [][3]float64{
			{a.Mean(), wx / w1, 100}, {a.ESS(), w1 * w1 / w2, 50}, {a.MaxShare(), top / w1, 1},
		} {
			if math.Abs(c[0]-c[1]) > 1e-12*c[2] {
				t.Fatalf("got %v, want %v", c[0], c[1])
			}
		}
	})
}

// TestFirstWeight (P36): zero weights count and move nothing; the first other
// weight makes the mean exactly that sample.
func TestFirstWeight(t *testing.T) {
	var a estimate.Weighted
	for range 10 {
		a.Add(99, 0)
	}
	if a.N() != 10 || a.Mean() != 0 || a.ESS() != 0 || a.MaxShare() != 0 {
		t.Errorf("ten zero weights: %+v", a)
	}
	a.Add(1, 1e-300)
	a.Add(99, 0)
	if a.N() != 12 || a.Mean() != 1 || a.ESS() != 1 || a.MaxShare() != 1 {
		t.Errorf("one positive weight: %+v", a)
	}
}

// TestExtremeWeights (P39): weights whose sums overflow, or whose squares do or
// vanish: 0, 1, 2, 3 of weight w and 7 twice of weight w/2.
func TestExtremeWeights(t *testing.T) {
	for _, w := range []float64{1e-300, 1e-200, 1, 1e200, math.MaxFloat64} {
		var a estimate.Weighted
		for i := range 4 {
			a.Add(float64(i), w)
		}
		if a.Mean() != 1.5 || a.ESS() != 4 || a.MaxShare() != 0.25 {
			t.Errorf("weight %v: mean %v, ESS %v, share %v, want 1.5, 4, 0.25", w, a.Mean(), a.ESS(), a.MaxShare())
		}
		a.Add(7, w/2)
		a.Add(7, w/2)
		if math.Abs(a.Mean()-2.6) > 1e-14 || math.Abs(a.ESS()-25/4.5) > 1e-14 || a.MaxShare() != 0.2 {
			t.Errorf("weight %v: mean %v, ESS %v, share %v, want 2.6, 5.556, 0.2", w, a.Mean(), a.ESS(), a.MaxShare())
		}
	}
}

// TestWrongWeight: a wrong weight shows, for good, after any merge.
func TestWrongWeight(t *testing.T) {
	for _, w := range []float64{-1, math.Inf(1), math.Inf(-1), math.NaN()} {
		var a, b estimate.Weighted
		a.Add(1, w)
		a.Add(2, 3)
		b.Add(1, 1)
		b.Merge(a)
		b.Merge(estimate.Weighted{})
		for _, s := range []estimate.Weighted{a, b} {
			if !math.IsNaN(s.Mean()) || !math.IsNaN(s.ESS()) || !math.IsNaN(s.MaxShare()) {
				t.Errorf("weight %v: mean %v, ESS %v, share %v, want NaN", w, s.Mean(), s.ESS(), s.MaxShare())
			}
		}
	}
}
