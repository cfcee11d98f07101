package estimate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/mcrl/estimate"
)

// binomialCoverage returns the exact probability that the interval given by k
// successes in n trials contains p.
func binomialCoverage(n int, p float64, interval func(k int) estimate.Interval) (coverage float64) {
	choose := 1.0
	for k := range n + 1 {
		if interval(k).Contains(p) {
			coverage += choose * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
		}
		choose *= float64(n-k) / float64(k+1)
	}
	return coverage
}

// TestExactCoverage (P42): at n = 10 and p = 0.1 a 95% interval covers with
// probability 92.98% (Wilson), 99.99% (Hoeffding), 64.97% (the textbook's).
func TestExactCoverage(t *testing.T) {
	const n, p, level = 10, 0.1, 0.95
	for _, c := range []struct {
		name     string
		interval func(k int) estimate.Interval
		want     float64
	}{
		{"Wilson", func(k int) estimate.Interval { return estimate.Wilson(int64(k), n, level) }, 92.98},
		{"Hoeffding", func(k int) estimate.Interval { return estimate.Hoeffding(n, float64(k)/n, 0, 1, level) }, 99.99},
		{"Wald", func(k int) estimate.Interval {
			q := float64(k) / n
			half := 1.959963984540054 * math.Sqrt(q*(1-q)/n)
			return estimate.Interval{Lo: q - half, Hi: q + half}
		}, 64.97},
	} {
		if got := 100 * binomialCoverage(n, p, c.interval); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s covers with %.4f%%, want %.2f%%", c.name, got, c.want)
		}
	}
}

// TestWilsonAtWorst (P42): coverage falls just outside the ends of an interval. There the least for 95% is 83% to 84%, at
// p = 0.18/n; where at least one success and one failure are expected it is 91.5%; from 0.05/n down it is the level or more.
func TestWilsonAtWorst(t *testing.T) {
	for _, n := range []int{5, 10, 30, 100} {
		wilson := func(k int) estimate.Interval { return estimate.Wilson(int64(k), int64(n), 0.95) }
		worst, at, common := 1.0, 0.0, 1.0
		for k := range n {
			p := math.Nextafter(wilson(k+1).Lo, 0)
			c := binomialCoverage(n, p, wilson)
			if c < worst {
				worst, at = c, p*float64(n)
			}
			if p*float64(n) >= 1 && (1-p)*float64(n) >= 1 {
				common = min(common, c)
			}
		}
		if worst < 0.83 || worst > 0.84 || math.Abs(at-0.18) > 0.006 {
			t.Errorf("n = %d: the least is %.4f, at %.3f/n", n, worst, at)
		}
		if common < 0.915 || common > 0.917 {
			t.Errorf("n = %d: the least is %.4f where one success and one failure are expected", n, common)
		}
		if rare := binomialCoverage(n, 0.05/float64(n), wilson); rare < 0.95 {
			t.Errorf("n = %d: %.4f at 0.05/n", n, rare)
		}
	}
}

// TestBoundsHold: Hoeffding and empirical Bernstein cover at least as often as
// they say, for every p, exactly by enumeration.
func TestBoundsHold(t *testing.T) {
	for _, n := range []int{2, 5, 20, 100} {
		for _, level := range []float64{0.5, 0.9, 0.99} {
			for i := range 51 {
				p := float64(i) / 50
				hoeffding := binomialCoverage(n, p, func(k int) estimate.Interval {
					return estimate.Hoeffding(int64(n), float64(k)/float64(n), 0, 1, level)
				})
				bernstein := binomialCoverage(n, p, func(k int) estimate.Interval {
					return estimate.EmpiricalBernstein(successes(k, n), 0, 1, level)
				})
				if hoeffding < level-1e-12 || bernstein < level-1e-12 {
					t.Errorf("n = %d, p = %v, level %v: Hoeffding covers %v, Bernstein %v", n, p, level, hoeffding, bernstein)
				}
			}
		}
	}
}

// successes returns the statistics of k ones and n-k zeros.
func successes(k, n int) (v estimate.Variance) {
	for i := range n {
		x := 0.0
		if i < k {
			x = 1
		}
		v.Add(x)
	}
	return v
}

// TestIntervalFormulas: one worked example of each. Samples 1, 2, 3, 4 have mean
// 2.5 and variance 5/3; t_(3, 0.975) = 3.182446305.
func TestIntervalFormulas(t *testing.T) {
	var v estimate.Variance
	for i := 1; i <= 4; i++ {
		v.Add(float64(i))
	}
	l := math.Log(4 / 0.05)
	for _, c := range []struct {
		name         string
		got          estimate.Interval
		centre, half float64
	}{
		{"StudentT", estimate.StudentT(v, 0.95), 2.5, 3.182446305284263 * math.Sqrt(5.0/12)},
		{"Hoeffding", estimate.Hoeffding(50, 2.5, -1, 4, 0.95), 2.5, 5 * math.Sqrt(math.Log(40)/100)},
		{"EmpiricalBernstein", estimate.EmpiricalBernstein(v, 0, 6, 0.95), 2.5, math.Sqrt(2*5.0/3*l/4) + 7*6*l/9},
		{"Wilson", estimate.Wilson(8, 10, 0.95), (0.9433178 + 0.4901625) / 2, (0.9433178 - 0.4901625) / 2},
	} {
		centre := (c.got.Lo + c.got.Hi) / 2
		tol := 1e-9
		if c.name == "Wilson" {
			tol = 3e-7 // of the printed digits
		}
		if math.Abs(centre-c.centre) > tol || math.Abs(c.got.Half()-c.half) > tol*c.half {
			t.Errorf("%s: %v -+ %v, want %v -+ %v", c.name, centre, c.got.Half(), c.centre, c.half)
		}
	}
}

// TestNothingKnown: without samples enough, with an impossible level, or with
// data that contradict the assumptions, an interval claims nothing, and is never
// NaN.
func TestNothingKnown(t *testing.T) {
	var none, one, two estimate.Variance
	one.Add(3)
	two.Add(3)
	two.Add(4)
	infinite := map[string]estimate.Interval{
		"t, n = 0":                   estimate.StudentT(none, 0.95),
		"t, n = 1":                   estimate.StudentT(one, 0.95),
		"Hoeffding, n = 0":           estimate.Hoeffding(0, 0, 0, 1, 0.95),
		"Hoeffding, mean outside":    estimate.Hoeffding(9, 2, 0, 1, 0.95),
		"Bernstein, n = 0":           estimate.EmpiricalBernstein(none, 0, 1, 0.95),
		"Bernstein, n = 1":           estimate.EmpiricalBernstein(one, 0, 9, 0.95),
		"Bernstein, sample above hi": estimate.EmpiricalBernstein(two, 0, 3.5, 0.95),
		"Bernstein, sample below lo": estimate.EmpiricalBernstein(two, 3.5, 9, 0.95),
		"Wilson, k > n":              estimate.Wilson(4, 3, 0.95),
		"Wilson, k < 0":              estimate.Wilson(-1, 3, 0.95),
	}
	for _, level := range []float64{-1, 0, 1, 2, math.NaN()} {
		infinite["t, level"] = estimate.StudentT(two, level)
		infinite["Hoeffding, level"] = estimate.Hoeffding(9, 0.5, 0, 1, level)
		infinite["Bernstein, level"] = estimate.EmpiricalBernstein(two, 0, 9, level)
		infinite["Wilson, level"] = estimate.Wilson(1, 3, level)
		for name, i := range infinite {
			if !math.IsInf(i.Lo, -1) || !math.IsInf(i.Hi, 1) || !math.IsInf(i.Half(), 1) || !i.Contains(0) {
				t.Errorf("%s (level %v): %v, want the infinite interval", name, level, i)
			}
		}
	}
	if i := estimate.Hoeffding(1, 0.5, 0, 1, 0.95); !(i.Half() > 1 && i.Half() < 2) {
		t.Errorf("Hoeffding, n = 1: %v", i)
	}
	if i := estimate.Wilson(0, 0, 0.95); i != (estimate.Interval{Lo: 0, Hi: 1}) {
		t.Errorf("Wilson, n = 0: %v, want [0, 1]", i)
	}
	if a, b := estimate.Wilson(0, 7, 0.95), estimate.Wilson(7, 7, 0.95); a.Lo != 0 || b.Hi != 1 || math.Abs(a.Hi+b.Lo-1) > 1e-15 {
		t.Errorf("Wilson, 0 and 7 of 7: %v, %v", a, b)
	}
}

// TestMeasuredCoverage (P41): over 2000 samples of 100 draws of a finite
// variable, the t interval covers 95% within 4.5 standard deviations, and
// empirical Bernstein at least as often as it says.
func TestMeasuredCoverage(t *testing.T) {
	const runs, n, level = 2000, 100, 0.95
	d := sixValues(t)
	s := d.Sampler(rand.NewPCG(9, 9))
	var student, bernstein int
	for range runs {
		v := s.Tally(n)
		if estimate.StudentT(v, level).Contains(d.Mean()) {
			student++
		}
		if estimate.EmpiricalBernstein(v, -1, 10, level).Contains(d.Mean()) {
			bernstein++
		}
	}
	sd := math.Sqrt(level * (1 - level) / runs)
	if got := float64(student) / runs; math.Abs(got-level) > 4.5*sd {
		t.Errorf("StudentT covers %.4f, want %v -+ %.4f", got, level, 4.5*sd)
	}
	if got := float64(bernstein) / runs; got < level {
		t.Errorf("EmpiricalBernstein covers %.4f, want at least %v", got, level)
	}
}

// TestStudentIsExact: for five normal samples the t interval covers 95%; with
// the normal quantile in place of t's, the control, it would cover 87.8%.
func TestStudentIsExact(t *testing.T) {
	const runs, n, level = 5000, 5, 0.95
	rng := rand.New(rand.NewPCG(10, 10))
	var covers, control int
	for range runs {
		var v estimate.Variance
		for range n {
			v.Add(10 + 3*rng.NormFloat64())
		}
		if estimate.StudentT(v, level).Contains(10) {
			covers++
		}
		if math.Abs(v.Mean()-10) <= 1.959963984540054*v.StdErr() {
			control++
		}
	}
	limit := 4.5 * math.Sqrt(level*(1-level)/runs)
	if got := float64(covers) / runs; math.Abs(got-level) > limit {
		t.Errorf("covers %.4f, want %v -+ %.4f", got, level, limit)
	}
	if got := float64(control) / runs; math.Abs(got-level) <= limit {
		t.Errorf("the control covers %.4f: the test has no power", got)
	}
}
