package estimate_test

import (
	"math"
	"testing"

	"example.com/mcrl/estimate"
	"pgregory.net/rapid"
)

// sample is one input of any statistic; those without weights ignore w.
type sample struct{ x, w float64 }

// number is a result and the size against which rounding is judged.
type number struct{ value, size float64 }

// checkMerge demands of a statistic that
//
//	merging the statistics of two halves = the statistic of the whole,
//	the zero value is an identity of Merge on both sides, to the bit,
//
// on random samples cut at random. scale is the largest |x|.
func checkMerge[T comparable](t *testing.T, add func(*T, sample), merge func(*T, T), numbers func(a T, scale float64) []number) {
	t.Helper()
	samples := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sample {
		weight := rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0, 1e6))
		return sample{rapid.Float64Range(-1e4, 1e4).Draw(t, "x"), weight.Draw(t, "w")}
	}), 0, 60)
	rapid.Check(t, func(t *rapid.T) {
		all := samples.Draw(t, "samples")
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		var whole, a, b, zero T
		scale := 0.0
		for i, s := range all {
			add(&whole, s)
			if i < cut {
				add(&a, s)
			} else {
				add(&b, s)
			}
			scale = max(scale, math.Abs(s.x))
		}
		left, right := zero, whole
		merge(&left, whole)
		merge(&right, zero)
		if left != whole || right != whole {
			t.Fatalf("zero+a = %+v, a+zero = %+v, want a = %+v", left, right, whole)
		}
		merge(&a, b)
		got, want := numbers(a, scale), numbers(whole, scale)
		for i := range want {
			if d := math.Abs(got[i].value - want[i].value); d > 1e-12*want[i].size {
				t.Fatalf("number %d: merged %v, whole %v", i, got[i].value, want[i].value)
			}
			if math.IsNaN(got[i].value) != math.IsNaN(want[i].value) {
				t.Fatalf("number %d: merged %v, whole %v", i, got[i].value, want[i].value)
			}
		}
	})
}

func TestMergeMean(t *testing.T) {
	checkMerge(t,
		func(m *estimate.Mean, s sample) { m.Add(s.x) },
		(*estimate.Mean).Merge,
		func(m estimate.Mean, scale float64) []number {
			return []number{{float64(m.N()), 0}, {m.Value(), scale}}
		})
}

// TestMergeSums: the same with the first half handed over as a sum.
func TestMergeSums(t *testing.T) {
	checkMerge(t,
		func(m *estimate.Mean, s sample) { m.Add(s.x) },
		func(m *estimate.Mean, o estimate.Mean) {
			if *m == (estimate.Mean{}) {
				*m = o
				return
			}
			m.AddSum(float64(o.N())*o.Value(), o.N())
		},
		func(m estimate.Mean, scale float64) []number {
			return []number{{float64(m.N()), 0}, {m.Value(), 10 * scale}}
		})
}

func TestMergeVariance(t *testing.T) {
	checkMerge(t,
		func(v *estimate.Variance, s sample) { v.Add(s.x) },
		(*estimate.Variance).Merge,
		func(v estimate.Variance, scale float64) []number {
			return []number{
				{float64(v.N()), 0}, {v.Mean(), scale}, {v.Var(), scale * scale}, {v.PopVar(), scale * scale},
				{v.Min(), 0}, {v.Max(), 0},
			}
		})
}

func TestMergeWeighted(t *testing.T) {
	checkMerge(t,
		func(a *estimate.Weighted, s sample) { a.Add(s.x, s.w) },
		(*estimate.Weighted).Merge,
		func(a estimate.Weighted, scale float64) []number {
			return []number{{float64(a.N()), 0}, {a.Mean(), scale}, {a.ESS(), 60}, {a.MaxShare(), 1}}
		})
}

// TestMergeEmpty: empty and empty stay empty.
func TestMergeEmpty(t *testing.T) {
	var m estimate.Mean
	var v estimate.Variance
	var a estimate.Weighted
	m.Merge(estimate.Mean{})
	v.Merge(estimate.Variance{})
	a.Merge(estimate.Weighted{})
	if m != (estimate.Mean{}) || v != (estimate.Variance{}) || a != (estimate.Weighted{}) {
		t.Errorf("empty + empty = %+v, %+v, %+v", m, v, a)
	}
}

// TestConstantMemory (P47): ten million updates allocate nothing.
func TestConstantMemory(t *testing.T) {
	var m estimate.Mean
	var v estimate.Variance
	var a estimate.Weighted
	const n = 10_000_000
	allocs := testing.AllocsPerRun(1, func() {
		for i := range n {
			x := float64(i & 7)
			m.Add(x)
			v.Add(x)
			a.Add(x, 1)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	// AllocsPerRun runs the function twice; both runs are whole periods of mean 3.5.
	if m.N() != 2*n || v.N() != 2*n || a.N() != 2*n {
		t.Errorf("counts %d, %d, %d, want %d", m.N(), v.N(), a.N(), 2*n)
	}
	for _, got := range []float64{m.Value(), v.Mean(), a.Mean()} {
		if math.Abs(got-3.5) > 1e-9 {
			t.Errorf("mean %v, want 3.5", got)
		}
	}
	if math.Abs(v.PopVar()-5.25) > 1e-9 {
		t.Errorf("variance %v, want 5.25", v.PopVar())
	}
}
