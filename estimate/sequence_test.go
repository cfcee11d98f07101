package estimate

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

func newHoeffding(t *testing.T, lo, hi, level float64, tight int64) *HoeffdingSequence {
	t.Helper()
	s, err := NewHoeffdingSequence(lo, hi, level, tight)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newBernstein(t *testing.T, lo, hi, level float64) *BernsteinSequence {
	t.Helper()
	s, err := NewBernsteinSequence(lo, hi, level)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestHoeffdingSequenceFormula: for 100 samples in [-1, 1], tight at 100, level
// 95%, rho = 12.60056 and the bound of the sum is 30.35209: reference values of
// the authors' software. Beside Hoeffding's interval it is 1.12 times as wide,
// and less than 1.43 times from n = 10 to 10,000.
func TestHoeffdingSequenceFormula(t *testing.T) {
	s := newHoeffding(t, -1, 1, 0.95, 100)
	near(t, "rho", s.r, 12.60056, 1e-6)
	for n := int64(1); n <= 10_000; n++ {
		if err := s.Add(float64(n%2*2 - 1)); err != nil {
			t.Fatal(err)
		}
		ratio := s.Interval().Half() / Hoeffding(n, 0, -1, 1, 0.95).Half()
		if n == 100 {
			near(t, "half width", s.Interval().Half(), 0.3035209, 1e-6)
			near(t, "ratio to Hoeffding", ratio, 1.12, 0.005)
		}
		if n >= 10 && ratio > 1.43 {
			t.Fatalf("n = %d: %.3f times as wide as Hoeffding's interval", n, ratio)
		}
	}
}

// TestBernsteinSequenceFormula compares with the printed formula, term by term
// with the sums taken anew, in the units of [0, 1], for samples in [-3, 7].
func TestBernsteinSequenceFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	s := newBernstein(t, -3, 7, 0.9)
	l := math.Log(2 / 0.1)
	var x []float64
	for range 200 {
		z := math.Pow(rng.Float64(), 3)
		x = append(x, z)
		if err := s.Add(10*z - 3); err != nil {
			t.Fatal(err)
		}
		var sum, centre, variance, total, spread float64
		for k, z := range x {
			i := float64(k + 1)
			mu, sigma := (0.5+total)/i, (0.25+spread)/i
			lambda := min(0.5, math.Sqrt(2*l/(sigma*i*math.Log(1+i))))
			variance += (z - mu) * (z - mu) * (-math.Log(1-lambda) - lambda)
			sum += lambda
			centre += lambda * z
			total += z
			after := (0.5 + total) / (i + 1)
			spread += (z - after) * (z - after)
		}
		lo := max(-3, 10*(centre-l-variance)/sum-3)
		hi := min(7, 10*(centre+l+variance)/sum-3)
		if i := s.Interval(); math.Abs(i.Lo-lo) > 1e-11 || math.Abs(i.Hi-hi) > 1e-11 {
			t.Fatalf("n = %d: %v, want [%v, %v]", len(x), i, lo, hi)
		}
	}
	for _, x := range []float64{1e-9, 1e-3, 0.1, 0.28, 0.3, 0.5} {
		near(t, "excess", excess(x), -math.Log1p(-x)-x, 1e-15/x+1e-14)
	}
}

// TestSequencesSameBits (P49) holds a hash of the bits of both sequences.
func TestSequencesSameBits(t *testing.T) {
	sum := fnv.New64a()
	h, b := newHoeffding(t, -1, 7, 0.95, 50), newBernstein(t, -1, 7, 0.95)
	for i := range 5000 {
		x := float64(i*i%23)/3 - 1
		if err := errors.Join(h.Add(x), b.Add(x)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []Interval{h.Interval(), b.Interval(), h.Intersection(), b.Intersection()} {
			fmt.Fprintf(sum, "%x %x\n", c.Lo, c.Hi)
		}
	}
	if got, want := sum.Sum64(), uint64(0xc559352297338b22); got != want {
		t.Errorf("hash of the results is %#x, want %#x", got, want)
	}
}

// everMiss returns the exact probability that, of intervals which depend on n
// and the number k of successes alone, one at n = first, ..., last misses p.
func everMiss(p float64, first, last int, interval func(n, k int) Interval) float64 {
	alive := []float64{1} // P(k successes and no miss yet)
	missed := 0.0
	for n := 1; n <= last; n++ {
		next := make([]float64, n+1)
		for k, w := range alive {
			next[k] += w * (1 - p)
			next[k+1] += w * p
		}
		if n >= first {
			for k, w := range next {
				if w > 0 && !interval(n, k).Contains(p) {
					missed += w
					next[k] = 0
				}
			}
		}
		alive = next
	}
	return missed
}

// TestHoeffdingSequenceHolds (P42): looking after each of 1000 trials, the
// sequence ever misses p with a probability of at most 5%, exactly, by dynamic
// programming over all sequences of trials. The control is Student's t interval
// of 95%, looked at from the tenth trial on.
func TestHoeffdingSequenceHolds(t *testing.T) {
	const last = 1000
	half := make([]float64, last+1)
	s := newHoeffding(t, 0, 1, 0.95, 100)
	for n := 1; n <= last; n++ {
		if err := s.Add(0); err != nil {
			t.Fatal(err)
		}
		half[n] = s.Interval().Hi // the mean being 0; where it is cut off at 1, so is every other
	}
	for _, p := range []float64{0.5, 0.3, 0.1} {
		miss := everMiss(p, 1, last, func(n, k int) Interval { return around(float64(k)/float64(n), half[n]) })
		t.Logf("p = %v: ever missed with probability %.4f", p, miss)
		if !(miss > 0 && miss <= 0.05) {
			t.Errorf("p = %v: ever missed with probability %.4f, want at most 0.05", p, miss)
		}
	}
	control := everMiss(0.5, 10, last, func(n, k int) Interval {
		q := float64(k) / float64(n)
		return around(q, tQuantile(n)*math.Sqrt(q*(1-q)/float64(n-1)))
	})
	t.Logf("control: %.4f", control)
	if control < 0.3 {
		t.Errorf("the control misses with probability %.4f: the test has no power", control)
	}
}

var tTable [1001]float64

// tQuantile returns t_(n-1, 0.975), n <= 1000.
func tQuantile(n int) float64 {
	if tTable[n] == 0 {
		tTable[n] = studentQuantile((1-0.95)/2, int64(n-1))
	}
	return tTable[n]
}

// TestSequencesHold: over 2000 runs of 1000 samples, looking after each, the
// sequences miss the mean at least once in at most 5% of the runs, for
// distributions of large and small variance, for skewed ones, and for samples
// that depend on those before. The control is Student's t interval from the
// tenth sample on. The intersection misses when one of the intervals has.
func TestSequencesHold(t *testing.T) {
	runs, last := 1000, 1000
	if *long {
		runs = 20_000
	}
	for _, l := range []struct {
		name    string
		draw    func(r *rand.Rand, before float64) float64
		mean    float64
		control bool // a case in which Student's t interval is right for each n
	}{
		{"uniform", func(r *rand.Rand, _ float64) float64 { return r.Float64() }, 0.5, true},
		{"coin", func(r *rand.Rand, _ float64) float64 { return float64(r.IntN(2)) }, 0.5, true},
		{"narrow", func(r *rand.Rand, _ float64) float64 { return 0.9 + 0.02*(r.Float64()-0.5) }, 0.9, true},
		{"rare", func(r *rand.Rand, _ float64) float64 { return float64(1 - min(r.IntN(50), 1)) }, 0.02, false},
		{"dependent", func(r *rand.Rand, before float64) float64 { return 0.5 + (r.Float64()-0.5)*before }, 0.5, false},
	} {
		rng := rand.New(rand.NewPCG(12, 12))
		var hoeffding, bernstein, control int
		var widthH, widthB Mean
		for range runs {
			h, b := newHoeffding(t, 0, 1, 0.95, 300), newBernstein(t, 0, 1, 0.95)
			var v Variance
			var missH, missB, missT bool
			before := 1.0
			for n := 1; n <= last; n++ {
				x := l.draw(rng, before)
				before = x
				if err := h.Add(x); err != nil {
					t.Fatal(err)
				}
				if err := b.Add(x); err != nil {
					t.Fatal(err)
				}
				v.Add(x)
				missH = missH || !h.Interval().Contains(l.mean)
				missB = missB || !b.Interval().Contains(l.mean)
				missT = missT || n >= 10 && math.Abs(v.Mean()-l.mean) > tQuantile(n)*v.StdErr()
			}
			if missH == h.Intersection().Contains(l.mean) || missB == b.Intersection().Contains(l.mean) {
				t.Fatalf("%s: the intersections %v and %v contradict the intervals", l.name, h.Intersection(), b.Intersection())
			}
			for _, miss := range []struct {
				missed bool
				count  *int
			}{{missH, &hoeffding}, {missB, &bernstein}, {missT, &control}} {
				if miss.missed {
					*miss.count++
				}
			}
			widthH.Add(h.Interval().Half())
			widthB.Add(b.Interval().Half())
		}
		rate := func(n int) float64 { return float64(n) / float64(runs) }
		t.Logf("%-9s ever missed: Hoeffding %.4f, Bernstein %.4f, Student's t %.4f; half widths at %d: %.4f, %.4f",
			l.name, rate(hoeffding), rate(bernstein), rate(control), last, widthH.Value(), widthB.Value())
		if rate(hoeffding) > 0.05 || rate(bernstein) > 0.05 {
			t.Errorf("%s: Hoeffding missed %.4f, Bernstein %.4f, want at most 0.05", l.name, rate(hoeffding), rate(bernstein))
		}
		if l.control && rate(control) < 0.3 {
			t.Errorf("%s: the control missed only %.4f: the test has no power", l.name, rate(control))
		}
		if l.name == "narrow" && widthB.Value() > widthH.Value()/5 {
			t.Errorf("half widths at a small variance: Bernstein %.4f, Hoeffding %.4f", widthB.Value(), widthH.Value())
		}
	}
}

// TestSequenceErrors: a sample out of range is refused and leaves no trace, and
// every argument out of range is named.
func TestSequenceErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	h, b := newHoeffding(t, -2, 3, 0.95, 10), newBernstein(t, -2, 3, 0.95)
	for _, s := range []interface {
		Add(float64) error
		N() int64
		Interval() Interval
		Intersection() Interval
	}{h, b} {
		if whole := (Interval{-2, 3}); s.Interval() != whole || s.Intersection() != whole {
			t.Errorf("before the first sample: %v, %v", s.Interval(), s.Intersection())
		}
		for _, x := range []float64{-2, 3, 1} {
			if err := s.Add(x); err != nil {
				t.Error(err)
			}
		}
		i, all := s.Interval(), s.Intersection()
		for _, x := range []float64{-2.0000001, 4, nan, inf, -inf} {
			if err := s.Add(x); err == nil || s.N() != 3 || s.Interval() != i || s.Intersection() != all {
				t.Errorf("%v: error %v, %d samples, %v", x, err, s.N(), s.Interval())
			}
		}
	}
	if err := h.Add(4); err.Error() != "x = 4: want a number in [-2, 3]" {
		t.Error(err)
	}
	// Samples whose mean moves leave nothing that is in all intervals.
	for n := range 4000 {
		if err := b.Add(float64(n / 2000)); err != nil {
			t.Fatal(err)
		}
	}
	if i := b.Intersection(); i.Lo <= i.Hi {
		t.Errorf("intersection %v for a mean that has moved", i)
	}
	for _, c := range []struct {
		lo, hi, level float64
		tight         int64
		want          string
	}{
		{0, 0, 0.95, 0, "hi = 0: want a finite number above lo, of finite distance\ntight = 0: want a number of samples, at least 1"},
		{nan, 1, 1, 1, "lo = NaN: want a finite number\nhi = 1: want a finite number above lo, of finite distance\nlevel = 1: want a confidence level, 0 < level < 1"},
		{-math.MaxFloat64, math.MaxFloat64, 0.5, 1, "hi = 1.7976931348623157e+308: want a finite number above lo, of finite distance"},
	} {
		s, err := NewHoeffdingSequence(c.lo, c.hi, c.level, c.tight)
		if err == nil || err.Error() != c.want || s != nil {
			t.Errorf("%v, want %s", err, c.want)
		}
		if _, err := NewBernsteinSequence(c.lo, c.hi, c.level); err == nil {
			t.Errorf("no error for [%v, %v], level %v", c.lo, c.hi, c.level)
		}
	}
}
