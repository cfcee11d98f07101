package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDifferences: the paired t interval by hand. Differences 1, 2, 3, 4 have
// mean 2.5 and variance 5/3; t_(3, 0.975) = 3.182446305.
func TestDifferences(t *testing.T) {
	v, err := Differences([]float64{101, 52, 3, 14}, []float64{100, 50, 0, 10})
	if err != nil {
		t.Fatal(err)
	}
	i := StudentT(v, 0.95)
	near(t, "centre", (i.Lo+i.Hi)/2, 2.5, 1e-15)
	near(t, "half width", i.Half(), 3.182446305284263*math.Sqrt(5.0/12), 1e-12)
	nan := math.NaN()
	for _, c := range []struct {
		x, y []float64
		want string
	}{
		{nil, nil, "x = 0 runs: want at least 2\ny = 0 runs: want at least 2"},
		{[]float64{1}, []float64{2}, "x = 1 run: want at least 2\ny = 1 run: want at least 2"},
		{[]float64{1, 2, 3}, []float64{2, nan}, "y[1] = NaN: want a finite number\ny = 2 runs: want 3, one for each of x"},
	} {
		if v, err := Differences(c.x, c.y); err == nil || err.Error() != c.want || v != (Variance{}) {
			t.Errorf("%v, %v\nwant the error\n%s", v, err, c.want)
		}
	}
}

// TestPairedCoverage: on common seeds that move both scores far more than they
// differ, the paired interval covers 95% and is several times as narrow as one
// that takes the runs for independent.
func TestPairedCoverage(t *testing.T) {
	const n, runs = 5, 5000
	rng := rand.New(rand.NewPCG(5, 5))
	var ratio Variance
	got, se := share(runs, 0.95, func() bool {
		x, y := make([]float64, n), make([]float64, n)
		var vx, vy Variance
		for i := range n {
			seed := 3 * rng.NormFloat64()
			x[i], y[i] = seed+0.5+rng.NormFloat64(), seed+rng.NormFloat64()
			vx.Add(x[i])
			vy.Add(y[i])
		}
		v, err := Differences(x, y)
		if err != nil {
			t.Fatal(err)
		}
		ratio.Add(v.StdErr() / math.Sqrt((vx.Var()+vy.Var())/n))
		return StudentT(v, 0.95).Contains(0.5)
	})
	if math.Abs(got-0.95) > 3*se {
		t.Errorf("covers %.4f, want 0.95 -+ %.4f", got, 3*se)
	}
	if ratio.Mean() > 0.4 { // sqrt(2/20) = 0.316 for the true variances
		t.Errorf("standard error %.2f of that of independent runs", ratio.Mean())
	}
}

// TestRunsNeeded: at n the t interval of the same mean and variance excludes 0,
// at n-1 it does not.
func TestRunsNeeded(t *testing.T) {
	for _, level := range []float64{0.5, 0.9, 0.95, 0.999} {
		for _, d := range []float64{-30, -3, -1, 0.5, 0.1, 0.01, 0.001, 1e-6} {
			v := Variance{n: 10, mean: d, m2: 9}
			n, ok := RunsNeeded(v, level, 0.5)
			excludes := func(n int64) bool {
				return !StudentT(Variance{n: n, mean: d, m2: float64(n - 1)}, level).Contains(0)
			}
			if !ok || !excludes(n) || n > 2 && excludes(n-1) {
				t.Errorf("level %v, mean %v: n = %d, %v", level, d, n, ok)
			}
			if more, ok := RunsNeeded(v, level, 0.9); !ok || more < n {
				t.Errorf("level %v, mean %v: n = %d, with power 0.9 %d, %v", level, d, n, more, ok)
			}
		}
	}
	v := Variance{n: 10, mean: 1, m2: 9}
	for _, c := range []struct {
		v            Variance
		level, power float64
	}{
		{Variance{}, 0.95, 0.5}, {Variance{n: 1, mean: 3}, 0.95, 0.5}, {Variance{n: 10, m2: 9}, 0.95, 0.5},
		{Variance{n: 10, mean: 1e-9, m2: 9}, 0.95, 0.5}, {v, 1, 0.5}, {v, math.NaN(), 0.5}, {v, 0.95, 0.4}, {v, 0.95, 1}, {v, 0.95, math.NaN()},
	} {
		if n, ok := RunsNeeded(c.v, c.level, c.power); ok || n != 0 {
			t.Errorf("%+v: %d, %v, want none", c, n, ok)
		}
	}
	if n, ok := RunsNeeded(Variance{n: 3, mean: 2}, 0.95, 0.8); n != 2 || !ok {
		t.Errorf("variance 0: %d, %v, want 2", n, ok)
	}
}

// TestPower: of experiments of the n found, as many as asked for exclude 0, and
// fewer of experiments of n-2. By tables (J. Cohen 1988) an effect of half a
// standard deviation takes 34 pairs for a power of 80% at 95%.
func TestPower(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for _, c := range []struct {
		d, power float64
		want     int64
	}{{0.5, 0.8, 34}, {0.5, 0.5, 18}, {1, 0.9, 13}} {
		n, ok := RunsNeeded(Variance{n: 10, mean: c.d, m2: 9}, 0.95, c.power)
		if !ok || n != c.want {
			t.Errorf("d = %v, power %v: %d, %v, want %d", c.d, c.power, n, ok, c.want)
		}
		quantile := studentQuantile((1-0.95)/2, n-1)
		got, se := share(20_000, c.power, func() bool {
			var v Variance
			for range n {
				v.Add(c.d + rng.NormFloat64())
			}
			return math.Abs(v.Mean()) > quantile*v.StdErr()
		})
		// A run more or less changes the power by less than (1-power)/8 + 0.01.
		if tol := (1-c.power)/8 + 0.01 + 3*se; math.Abs(got-c.power) > tol {
			t.Errorf("d = %v, n = %d: power %.4f, want %v -+ %.4f", c.d, n, got, c.power, tol)
		} else if *long {
			t.Logf("d = %v, n = %d: power %.4f, asked for %v", c.d, n, got, c.power)
		}
	}
}
