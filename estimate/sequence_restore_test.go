package estimate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestBernsteinSequenceRestored (P48): cut after any number of samples, a
// sequence goes on in another one with the same bits, aimed or not, and where
// its intersection is empty.
func TestBernsteinSequenceRestored(t *testing.T) {
	aimed := func(t *testing.T) *BernsteinSequence {
		t.Helper()
		s, err := NewAimedBernsteinSequence(-2, 3, 0.9, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	plain := func(t *testing.T) *BernsteinSequence { t.Helper(); return newBernstein(t, -2, 3, 0.9) }
	for name, make := range map[string]func(*testing.T) *BernsteinSequence{"aimed": aimed, "plain": plain} {
		rng := rand.New(rand.NewPCG(3, 3))
		whole, cut := make(t), make(t)
		empty := false
		for n := range 3000 {
			if n == 0 || rng.IntN(20) == 0 {
				next := make(t)
				_ = next.Add(1) // whatever it was before
				if err := next.Restore(cut.N(), cut.Sums()); err != nil {
					t.Fatalf("%s, n = %d: %v", name, n, err)
				}
				cut = next
			}
			x := 5*rng.Float64() - 2
			if n > 1500 {
				x = 3
			}
			if err := whole.Add(x); err != nil {
				t.Fatal(err)
			}
			if err := cut.Add(x); err != nil {
				t.Fatal(err)
			}
			if *cut != *whole {
				t.Fatalf("%s, n = %d: %+v, want %+v", name, n, *cut, *whole)
			}
			empty = empty || whole.all.Lo > whole.all.Hi
		}
		if !empty {
			t.Errorf("%s: the intersection %v is not empty at the end of samples whose mean has moved", name, whole.all)
		}
	}
}

// TestBernsteinSequenceRefuses: numbers that no sequence has are named, and
// change nothing.
func TestBernsteinSequenceRefuses(t *testing.T) {
	s := newBernstein(t, -2, 3, 0.9)
	for _, x := range []float64{1, 0, 2} {
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	before := *s
	good := s.Sums()
	for _, c := range []struct {
		n    int64
		at   int
		x    float64
		want string
	}{
		{-1, 0, good[0], "n = -1: want a number of samples, at least 0"},
		{3, 0, math.NaN(), "mu = NaN: want a finite number, at least 0"},
		{3, 1, 0.2, "s = 0.2: want a finite number, at least 1/4"},
		{3, 2, 0, "sum of lambda = 0: want 0 before the first sample, finite and above 0 after it"},
		{0, 2, 1, "sum of lambda = 1: want 0 before the first sample, finite and above 0 after it"},
		{3, 3, math.Inf(1), "sum of v = +Inf: want a finite number, at least 0"},
		{3, 4, -1, "centre = -1: want a finite number, at least 0"},
		{3, 5, -3, "lo = -3: want a finite number, at least -2"},
		{3, 6, math.NaN(), "hi = NaN: want a finite number, at most 3"},
	} {
		sums := good
		sums[c.at] = c.x
		if err := s.Restore(c.n, sums); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("n = %d, sum %d = %v: %v, want %s", c.n, c.at, c.x, err, c.want)
		}
		if *s != before {
			t.Fatalf("n = %d, sum %d = %v: a refused state has changed the sequence", c.n, c.at, c.x)
		}
	}
}
