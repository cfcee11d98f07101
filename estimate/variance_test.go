package estimate_test

import (
	"math"
	"testing"

	"example.com/mcrl/estimate"
)

// TestLargeOffset (P40): 1e9 + {4, 7, 13, 16} has variance 30, sample by sample
// and merged; the sum of squares loses it.
func TestLargeOffset(t *testing.T) {
	var v, left, right estimate.Variance
	sum, squares := 0.0, 0.0
	for i, x := range []float64{4, 7, 13, 16} {
		x += 1e9
		v.Add(x)
		if i < 2 {
			left.Add(x)
		} else {
			right.Add(x)
		}
		sum += x
		squares += x * x
	}
	left.Merge(right)
	for _, got := range []estimate.Variance{v, left} {
		if got.Var() != 30 || got.PopVar() != 22.5 || got.Mean() != 1e9+10 {
			t.Errorf("mean %v, variance %v, want 1e9+10 and 30", got.Mean(), got.Var())
		}
		if got.Min() != 1e9+4 || got.Max() != 1e9+16 {
			t.Errorf("range [%v, %v]", got.Min(), got.Max())
		}
		if want := math.Sqrt(30.0 / 4); got.StdErr() != want {
			t.Errorf("standard error %v, want %v", got.StdErr(), want)
		}
	}
	if naive := (squares - sum*sum/4) / 3; naive == 30 {
		t.Error("the naive formula gets 30 as well: the example shows nothing")
	}
}

// TestFewSamples: what is undefined is NaN, what is defined is exact.
func TestFewSamples(t *testing.T) {
	var v estimate.Variance
	for _, x := range []float64{v.Var(), v.PopVar(), v.StdErr(), v.Min(), v.Max()} {
		if !math.IsNaN(x) {
			t.Errorf("no samples: %v, want NaN", x)
		}
	}
	v.Add(-3)
	if v.Mean() != -3 || v.PopVar() != 0 || v.Min() != -3 || v.Max() != -3 || !math.IsNaN(v.Var()) {
		t.Errorf("one sample: %+v", v)
	}
	v.Add(-1)
	if v.Mean() != -2 || v.Var() != 2 || v.Min() != -3 || v.Max() != -1 {
		t.Errorf("two samples: %+v", v)
	}
}

// Scale is the statistic of the scaled samples: exactly for powers of 2, and nothing of nothing.
func TestVarianceScale(t *testing.T) {
	for _, c := range []float64{0, 0x1p-128, 0.5, 1, 3, 0x1p100} {
		var x, y estimate.Variance
		for _, sample := range []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16, -2} {
			x.Add(sample)
			y.Add(c * sample)
		}
		x.Scale(c)
		if x.N() != y.N() || x.Min() != y.Min() || x.Max() != y.Max() || math.Abs(x.Mean()-y.Mean()) > 1e-15*math.Abs(y.Mean()) ||
			math.Abs(x.Var()-y.Var()) > 1e-14*y.Var() {
			t.Errorf("c = %g: %+v, want %+v", c, x, y)
		}
	}
	var none estimate.Variance
	if none.Scale(2); none != (estimate.Variance{}) {
		t.Errorf("scaled nothing: %+v", none)
	}
}
