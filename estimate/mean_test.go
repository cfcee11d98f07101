package estimate_test

import (
	"math"
	"testing"
	"unsafe"

	"example.com/mcrl/estimate"
	"pgregory.net/rapid"
)

func TestMeanIs16Bytes(t *testing.T) {
	if size := unsafe.Sizeof(estimate.Mean{}); size != 16 {
		t.Errorf("Mean has %d bytes, want 16", size)
	}
}

// TestOneSample (P6): after one sample G the estimate is G, exactly, whichever
// way it came and whatever estimate was forgotten.
func TestOneSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.Float64().Draw(t, "G")
		stale := estimate.MakeMean(7, rapid.Float64().Draw(t, "stale"))
		stale.Forget()
		for _, start := range []estimate.Mean{{}, stale} {
			a, b, c := start, start, start
			a.Add(g)
			b.AddSum(g, 1)
			c.Merge(estimate.MakeMean(1, g))
			want := estimate.MakeMean(1, g)
			if a != want || b != want || c != want {
				t.Fatalf("from %+v: Add %+v, AddSum %+v, Merge %+v, want %+v", start, a, b, c, want)
			}
		}
	})
}

// TestMeanIsMean: the incremental mean is sum/n (Zhao, section 6.1).
func TestMeanIsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 200).Draw(t, "xs")
		var m, parts estimate.Mean
		sum := 0.0
		for _, x := range xs {
			m.Add(x)
			sum += x
		}
		cut := rapid.IntRange(0, len(xs)).Draw(t, "cut")
		for _, half := range [][]float64{xs[:cut], xs[cut:]} {
			s := 0.0
			for _, x := range half {
				s += x
			}
			parts.AddSum(s, int64(len(half)))
		}
		want := sum / float64(len(xs))
		if math.Abs(m.Value()-want) > 1e-8 || math.Abs(parts.Value()-want) > 1e-8 {
			t.Fatalf("Add %v, AddSum %v, want %v", m.Value(), parts.Value(), want)
		}
		if m.N() != int64(len(xs)) || parts.N() != m.N() {
			t.Fatalf("N = %d and %d, want %d", m.N(), parts.N(), len(xs))
		}
	})
}

// TestStep: from 0 with alpha = 1/4 and samples 8, 8: 2, then 3.5 (Zhao, section 6.1).
func TestStep(t *testing.T) {
	var m estimate.Mean
	for i, want := range []float64{2, 3.5} {
		m.Step(8, 0.25)
		if m.Value() != want || m.N() != int64(i+1) {
			t.Errorf("after %d steps: %v, N = %d, want %v", i+1, m.Value(), m.N(), want)
		}
	}
}

// TestForget: the count goes, the estimate stays until the next sample.
func TestForget(t *testing.T) {
	m := estimate.MakeMean(3, 5)
	m.Forget()
	if m.N() != 0 || m.Value() != 5 {
		t.Errorf("N = %d, Value = %v, want 0 and 5", m.N(), m.Value())
	}
	step := m
	step.Step(9, 0.5)
	if step.Value() != 7 {
		t.Errorf("Step after Forget: %v, want 7", step.Value())
	}
	m.AddSum(100, 0) // no samples
	m.Merge(estimate.Mean{})
	if m.N() != 0 || m.Value() != 5 {
		t.Errorf("no samples changed the estimate: %+v", m)
	}
	m.Add(-2)
	if m.N() != 1 || m.Value() != -2 {
		t.Errorf("Add after Forget: %v, want -2", m.Value())
	}
}

func TestMakeMeanPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MakeMean(-1, 0) did not panic")
		}
	}()
	estimate.MakeMean(-1, 0)
}
