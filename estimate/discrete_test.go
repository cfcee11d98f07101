package estimate_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/mcrl/estimate"
	"pgregory.net/rapid"
)

// TestMoments: mean and variance are the correctly rounded exact ones.
func TestMoments(t *testing.T) {
	for _, c := range []struct {
		values, probs  []float64
		mean, variance float64
	}{
		{[]float64{-1, 1}, []float64{.5, .5}, 0, 1}, // Zhao, Fig 5.2
		{[]float64{7}, []float64{1}, 7, 0},
		{[]float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, []float64{.25, .25, .25, .25}, 1e9 + 10, 22.5}, // P40
		{[]float64{1e16, 1, -1e16}, []float64{.25, .5, .25}, 0.5, 5e31},
		{[]float64{0, 1, 0, 3}, []float64{0, .5, 0, .5}, 2, 1},
	} {
		d, err := estimate.NewDiscrete(c.values, c.probs)
		if err != nil {
			t.Fatal(err)
		}
		if d.Mean() != c.mean || d.Var() != c.variance {
			t.Errorf("%v: mean %v, variance %v, want %v, %v", c.values, d.Mean(), d.Var(), c.mean, c.variance)
		}
	}
	d := sixValues(t)
	if math.Abs(d.Mean()-1.85) > 1e-15*1.85 || math.Abs(d.Var()-6.5275) > 1e-15*6.5275 {
		t.Errorf("mean %v, variance %v, want 1.85, 6.5275", d.Mean(), d.Var())
	}
	if x, p := d.At(4); d.Len() != 6 || x != 5 || p != .15 {
		t.Errorf("Len %d, At(4) = %v, %v", d.Len(), x, p)
	}
}

// TestMomentsExactly compares with rational arithmetic.
func TestMomentsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		values, probs := make([]float64, n), make([]float64, n)
		sum := 0.0
		for k := range n {
			values[k] = rapid.Float64Range(-1e9, 1e9).Draw(t, "x")
			probs[k] = rapid.Float64Range(1e-3, 1).Draw(t, "p")
			sum += probs[k]
		}
		rat := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
		total, m, v := rat(0), rat(0), rat(0)
		for k := range n {
			probs[k] /= sum
			total.Add(total, rat(probs[k]))
			m.Add(m, new(big.Rat).Mul(rat(probs[k]), rat(values[k])))
		}
		m.Quo(m, total)
		for k := range n {
			d := new(big.Rat).Sub(rat(values[k]), m)
			v.Add(v, d.Mul(d, d).Mul(d, rat(probs[k])))
		}
		v.Quo(v, total)
		d, err := estimate.NewDiscrete(values, probs)
		if err != nil {
			t.Fatal(err)
		}
		mean, _ := m.Float64()
		variance, _ := v.Float64()
		if d.Mean() != mean || d.Var() != variance {
			t.Fatalf("mean %v, variance %v, want %v, %v", d.Mean(), d.Var(), mean, variance)
		}
	})
}

// TestNewDiscreteErrors: every problem at once, each with place and remedy.
func TestNewDiscreteErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		values, probs []float64
		want          string
	}{
		{nil, nil, "values = []: want at least one value"},
		{nil, []float64{1}, "values = []: want at least one value\nprobs = 1 numbers: want 0, one for each value"},
		{[]float64{1, 2}, []float64{1}, "probs = 1 numbers: want 2, one for each value"},
		{[]float64{1, nan, -inf}, []float64{.5, .25, .25}, "values[1] = NaN: want a finite number\nvalues[2] = -Inf: want a finite number"},
		{[]float64{1, 2}, []float64{-.5, 1.5},
			"probs[0] = -0.5: want a probability, 0 <= p <= 1\nprobs[1] = 1.5: want a probability, 0 <= p <= 1"},
		{[]float64{1, 2}, []float64{nan, inf},
			"probs[0] = NaN: want a probability, 0 <= p <= 1\nprobs[1] = +Inf: want a probability, 0 <= p <= 1"},
		{[]float64{1, 2}, []float64{.5, .25}, "sum of probs = 0.75: want 1 within 1e-9"},
		{[]float64{inf, 2, 3}, []float64{.5, -1},
			"probs = 2 numbers: want 3, one for each value\nvalues[0] = +Inf: want a finite number\n" +
				"probs[1] = -1: want a probability, 0 <= p <= 1\nsum of probs = -0.5: want 1 within 1e-9"},
	} {
		d, err := estimate.NewDiscrete(c.values, c.probs)
		if err == nil || d != nil || err.Error() != c.want {
			t.Errorf("%v %v:\n%v\nwant\n%s", c.values, c.probs, err, c.want)
		}
	}
	for _, off := range []float64{0.9e-9, -0.9e-9} {
		if _, err := estimate.NewDiscrete([]float64{1, 2}, []float64{.5, .5 + off}); err != nil {
			t.Errorf("sum off by %v: %v", off, err)
		}
	}
	if _, err := estimate.NewDiscrete([]float64{1, 2}, []float64{.5, .5 + 1.1e-9}); err == nil || !strings.HasPrefix(err.Error(), "sum of probs") {
		t.Errorf("sum off by 1.1e-9: %v", err)
	}
}

// TestNewDiscreteCopies: the distribution does not follow its arguments.
func TestNewDiscreteCopies(t *testing.T) {
	values, probs := []float64{1, 2}, []float64{.5, .5}
	d, err := estimate.NewDiscrete(values, probs)
	if err != nil {
		t.Fatal(err)
	}
	values[0], probs[0] = 99, 99
	if x, p := d.At(0); x != 1 || p != .5 {
		t.Errorf("At(0) = %v, %v after changing the arguments", x, p)
	}
}

// TestSample: single draws have the distribution's mean.
func TestSample(t *testing.T) {
	d := sixValues(t)
	src := rand.NewPCG(3, 3)
	var v estimate.Variance
	for range 200_000 {
		v.Add(d.Sample(src))
	}
	if z := (v.Mean() - d.Mean()) / math.Sqrt(d.Var()/float64(v.N())); math.Abs(z) > 4.5 {
		t.Errorf("mean %v is %.1f standard errors off", v.Mean(), z)
	}
}
