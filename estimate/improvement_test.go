package estimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestImprovement compares with the count of all pairs, scores with many ties.
func TestImprovement(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		m := 1 + rng.IntN(3)
		x, y := make([][]float64, m), make([][]float64, m)
		want := 0.0
		for k := range m {
			for range 1 + rng.IntN(9) {
				x[k] = append(x[k], float64(rng.IntN(6)))
			}
			for range 1 + rng.IntN(9) {
				y[k] = append(y[k], float64(rng.IntN(6)))
			}
			for _, a := range x[k] {
				for _, b := range y[k] {
					if a > b {
						want += 1 / float64(m*len(x[k])*len(y[k]))
					} else if a == b {
						want += 0.5 / float64(m*len(x[k])*len(y[k]))
					}
				}
			}
		}
		before := slices.Clone(x[0])
		got, err1 := Improvement(x, y)
		back, err2 := Improvement(y, x)
		self, err3 := Improvement(x, x)
		if err1 != nil || err2 != nil || err3 != nil || math.Abs(got-want) > 1e-12 || math.Abs(got+back-1) > 1e-12 || math.Abs(self-0.5) > 1e-15 {
			t.Fatalf("%v over %v: %v, want %v; the other way %v; over itself %v", x, y, got, want, back, self)
		}
		if !slices.Equal(before, x[0]) {
			t.Fatal("the scores have been sorted in place")
		}
	}
}

func TestImprovementErrors(t *testing.T) {
	src := rand.NewPCG(1, 1)
	b := Bootstrap{Level: 0.95, Resamples: 100}
	two := [][]float64{{1, 2}, {3, 4}}
	check := func(what string, err error, want string) {
		t.Helper()
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	p, err := Improvement(two, two[:1])
	check("one stratum less", err, "y = 1 stratum: want 2, one for each of x")
	if !math.IsNaN(p) {
		t.Errorf("%v beside an error, want NaN", p)
	}
	_, err = Improvement(nil, nil)
	check("none", err, "x = []: want at least one stratum\ny = []: want at least one stratum")
	_, err = b.Improvement(two, [][]float64{{1, math.NaN()}, {2}}, src)
	check("NaN", err, "y[0][1] = NaN: want a finite number\ny[1] = 1 run: want at least 2")
	_, err = b.PairedImprovement(two, [][]float64{{1, 2, 3}, {2, 4}}, src)
	check("unpaired", err, "y[0] = 3 runs: want 2, one for each of x")
	i, err := b.Improvement([][]float64{{5, 6}}, [][]float64{{1, 2}}, src)
	if err != nil || i != (Interval{1, 1}) {
		t.Errorf("separate scores: %v, %v, want [1, 1]", i, err)
	}
}

// TestImprovementCoverage: X = Z + U, Y = Z' + V with normal parts beats Y with
// probability Phi(d/sqrt(2 (1+s^2))), whether Z' = Z (common seeds) or not. Each
// interval is tried where it belongs, with the expanded interval, and the one for
// independent runs is shown to be too wide on common seeds.
func TestImprovementCoverage(t *testing.T) {
	runs := 300
	if *long {
		runs = 3000
	}
	const n, d, s = 20, 1.0, 2.0
	truth := math.Erfc(-d/math.Sqrt(2*(1+s*s))/math.Sqrt2) / 2
	b := Bootstrap{Level: 0.9, Resamples: 299, Expanded: true}
	rng, src := rand.New(rand.NewPCG(8, 8)), rand.NewPCG(8, 9)
	var independent, paired, wrong int
	for range runs {
		x, y, z := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			seed := s * rng.NormFloat64()
			x[i], y[i] = seed+d+rng.NormFloat64(), seed+rng.NormFloat64()
			z[i] = s*rng.NormFloat64() + rng.NormFloat64()
		}
		count := func(hits *int, i Interval, err error) {
			if err != nil {
				t.Fatal(err)
			}
			if i.Contains(truth) {
				*hits++
			}
		}
		xs, ys, zs := [][]float64{x}, [][]float64{y}, [][]float64{z}
		i, err := b.Improvement(xs, zs, src)
		count(&independent, i, err)
		i, err = b.PairedImprovement(xs, ys, src)
		count(&paired, i, err)
		i, err = b.Improvement(xs, ys, src)
		count(&wrong, i, err)
	}
	se := math.Sqrt(b.Level * (1 - b.Level) / float64(runs))
	got := func(hits int) float64 { return float64(hits) / float64(runs) }
	t.Logf("independent %.3f, paired %.3f, paired taken for independent %.3f", got(independent), got(paired), got(wrong))
	// The bias of the percentiles for n = 20 is allowed 0.02 beyond chance.
	if math.Abs(got(independent)-b.Level) > 0.02+3*se || math.Abs(got(paired)-b.Level) > 0.02+3*se {
		t.Errorf("independent %.4f, paired %.4f, want %v -+ %.4f", got(independent), got(paired), b.Level, 0.02+3*se)
	}
	if got(wrong) < b.Level+3*se {
		t.Errorf("runs on common seeds taken for independent cover only %.4f: the test has no power", got(wrong))
	}
}

// TestImprovementFewRuns: five runs of each are too few where one nearly always
// wins: with a probability of Phi(sqrt 2) = 0.92, all five of x beat all of y in
// every third experiment, and intervals of 95% cover 63%, by 2000 samples.
func TestImprovementFewRuns(t *testing.T) {
	const n, d = 5, 2.0
	truth := math.Erfc(-d/2) / 2
	rng, src := rand.New(rand.NewPCG(8, 8)), rand.NewPCG(8, 9)
	b := Bootstrap{Level: 0.95, Resamples: 399}
	got, se := share(500, 0.63, func() bool {
		x, y := scores(rng, n, normal), scores(rng, n, normal)
		for i := range x {
			x[i] += d
		}
		i, err := b.Improvement([][]float64{x}, [][]float64{y}, src)
		if err != nil {
			t.Fatal(err)
		}
		return i.Contains(truth)
	})
	if math.Abs(got-0.63) > 4.5*se {
		t.Errorf("covers %.4f, want 0.63 -+ %.4f", got, 4.5*se)
	}
}

// TestProfile: shares by hand, and their band by the exact distribution. With 4
// runs the number above tau in a resample is Binomial(4, k/4).
func TestProfile(t *testing.T) {
	strata, tau := [][]float64{{1, 2, 3, 4}, {2, 2}}, []float64{0, 1, 2, 3.5, 4}
	got, err := Profile(strata, tau)
	if want := []float64{1, 0.875, 0.25, 0.125, 0}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	src := &odometer{n: 4, digit: make([]int, 4)}
	band, err := Bootstrap{Level: 0.8, Resamples: 256}.Profile(strata[:1], []float64{0, 1, 2, 4}, src)
	// P(Bin(4, 3/4) <= 1) = 13/256 and P(<= 2) = 67/256: t_(25) is 2/4, t_(232) is 4/4.
	want := []Interval{{1, 1}, {0.5, 1}, {0.25, 0.75}, {0, 0}}
	if err != nil || !slices.Equal(band, want) {
		t.Errorf("band %v, %v, want %v", band, err, want)
	}
	_, err = Profile([][]float64{{math.Inf(1)}, {}}, []float64{math.NaN()})
	if want := "strata[0][0] = +Inf: want a finite number\nstrata[1] = 0 runs: want at least 1\ntau[0] = NaN: want a finite number"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if band, err := (Bootstrap{Level: 0.9, Resamples: 99}).Profile([][]float64{{1}}, tau, src); err == nil || band != nil {
		t.Errorf("one run has a band %v", band)
	}
}
