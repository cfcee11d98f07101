package estimate

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// odometer gives words that draw every sequence of digits of base n in turn.
type odometer struct {
	n     int
	digit []int
	at    int
}

func (o *odometer) Uint64() uint64 {
	if o.at == len(o.digit) {
		o.at = 0
		for i := range o.digit {
			if o.digit[i]++; o.digit[i] < o.n {
				break
			}
			o.digit[i] = 0
		}
	}
	o.at++
	return uint64(o.digit[o.at-1])*(math.MaxUint64/uint64(o.n)+1) + 99
}

// TestBootstrapVariance: over all 4^4 resamples of 4 scores, the mean has the
// mean of the scores and the variance s^2 (n-1)/n / n, and the interval is that
// of their order statistics.
func TestBootstrapVariance(t *testing.T) {
	x := []float64{4, 7, 13, 16}
	var drawn Variance
	var means []float64
	mean := func(strata [][]float64) float64 {
		m := Average(strata[0])
		drawn.Add(m)
		means = append(means, m)
		return m
	}
	got, err := Bootstrap{Level: 0.9, Resamples: 256}.Interval([][]float64{x}, mean, &odometer{n: 4, digit: make([]int, 4)})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", drawn.Mean(), 10, 1e-15)
	near(t, "variance", drawn.PopVar(), 30.*3/4/4, 1e-14)
	slices.Sort(means)
	if want := (Interval{means[11], means[256-12]}); got != want { // floor(257 * 0.05) = 12
		t.Errorf("interval %v, want %v", got, want)
	}
}

// TestIndex (P44): every index is drawn alike, by chi-square; the word that would
// favour an index is drawn anew.
func TestIndex(t *testing.T) {
	src := rand.NewPCG(4, 4)
	for _, n := range []int{1, 2, 3, 7, 10, 1000} {
		const draws = 300_000
		counts := make([]int, n)
		for range draws {
			counts[index(src, n)]++
		}
		chi, want := 0.0, float64(draws)/float64(n)
		for _, c := range counts {
			chi += (float64(c) - want) * (float64(c) - want) / want
		}
		if free := float64(n - 1); math.Abs(chi-free) > 4.5*math.Sqrt(2*free) {
			t.Errorf("n = %d: chi-square %.1f with %v degrees of freedom", n, chi, free)
		}
	}
	// 2^64 mod 3 = 1: of the words only 0 has a low product below it.
	if got := index(&words{0, 0, math.MaxUint64}, 3); got != 2 {
		t.Errorf("words 0, 0, 2^64-1 draw %d of 3, want 2", got)
	}
}

// words gives the words listed.
type words []uint64

func (w *words) Uint64() uint64 {
	x := (*w)[0]
	*w = (*w)[1:]
	return x
}

// TestBootstrapStrata: runs stay in their stratum, and the same words give the
// same bits.
func TestBootstrapStrata(t *testing.T) {
	strata := [][]float64{{1, 1, 1}, {20, 20}, {300, 300, 300, 300}}
	b := Bootstrap{Level: 0.95, Resamples: 100}
	same := func(drawn [][]float64) float64 {
		if fmt.Sprint(drawn) != fmt.Sprint(strata) {
			t.Errorf("drew %v", drawn)
		}
		return Pooled(Average)(drawn)
	}
	i, err := b.Interval(strata, same, rand.NewPCG(1, 1))
	if want := 1243. / 9; err != nil || i != (Interval{want, want}) {
		t.Errorf("%v, %v, want %v alone", i, err, want)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	strata = [][]float64{scores(rng, 10, normal), scores(rng, 7, normal)}
	one, err1 := b.Interval(strata, Pooled(Median), rand.NewPCG(1, 1))
	two, err2 := b.Interval(strata, Pooled(Median), rand.NewPCG(1, 1))
	other, err3 := b.Interval(strata, Pooled(Median), rand.NewPCG(1, 2))
	if err := errors.Join(err1, err2, err3); err != nil || one != two || one == other || !(one.Lo < one.Hi) {
		t.Errorf("%v, %v with the same words, %v with others (%v)", one, two, other, err)
	}
}

// TestBootstrapSameBits (P49) holds the results of one source.
func TestBootstrapSameBits(t *testing.T) {
	x := [][]float64{{0.1, 0.5, 0.25, 0.9, 0.3}, {3.25, 1.5, 2, 8, 2.75}}
	i, err := Bootstrap{Level: 0.95, Resamples: 1200, Expanded: true}.Interval(x, Pooled(InterquartileMean), rand.NewPCG(7, 7))
	got := fmt.Sprintf("%x %x %v", i.Lo, i.Hi, err)
	if want := "0x1.c7ae147ae147bp-01 0x1.9eb851eb851ebp+01 <nil>"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRank: the interval is [t_(k), t_(B+1-k)], k = floor((B+1)(1-level)/2).
func TestRank(t *testing.T) {
	for _, c := range []struct {
		b    Bootstrap
		want int
	}{
		{Bootstrap{Level: 0.95, Resamples: 39}, 1}, {Bootstrap{Level: 0.9, Resamples: 19}, 1},
		{Bootstrap{Level: 0.95, Resamples: 999}, 25}, {Bootstrap{Level: 0.99, Resamples: 1999}, 10},
		// t_(4, 0.975) sqrt(5/4) = 3.10404 leaves 0.00095414 in the normal tail.
		{Bootstrap{Level: 0.95, Resamples: 100_000, Expanded: true}, 95},
		{Bootstrap{Level: 0.95, Resamples: 1048, Expanded: true}, 1},
	} {
		if got, err := c.b.rank(5, 1); got != c.want || err != nil {
			t.Errorf("%+v: rank %d, %v, want %d", c.b, got, err, c.want)
		}
	}
}

// TestBootstrapErrors: one line for each problem, with its place.
func TestBootstrapErrors(t *testing.T) {
	good := Bootstrap{Level: 0.95, Resamples: 100}
	ok := [][]float64{{1, 2}}
	nan, inf := math.NaN(), math.Inf(1)
	src := rand.NewPCG(1, 1)
	for _, c := range []struct {
		b      Bootstrap
		strata [][]float64
		f      func([]float64) float64
		want   string
	}{
		{good, nil, Average, "strata = []: want at least one stratum"},
		{good, [][]float64{{5}}, Average, "strata[0] = 1 run: want at least 2"},
		{good, [][]float64{{1, nan}, {}, {inf, 2}}, Average, "strata[0][1] = NaN: want a finite number\n" +
			"strata[1] = 0 runs: want at least 2\nstrata[2][0] = +Inf: want a finite number"},
		{Bootstrap{Level: 95, Resamples: 100}, ok, Average, "level = 95: want a confidence level, 0 < level < 1"},
		{Bootstrap{Level: nan, Resamples: 100}, ok, Average, "level = NaN: want a confidence level, 0 < level < 1"},
		{Bootstrap{Level: 0.95}, ok, Average, "resamples = 0: want at least 39 for level 0.95 and 2 runs in 1 stratum"},
		{Bootstrap{Level: 0.95, Resamples: -7}, ok, Average, "resamples = -7: want at least 39 for level 0.95 and 2 runs in 1 stratum"},
		{Bootstrap{Level: 0.95, Resamples: 1000, Expanded: true}, [][]float64{{1, 2, 3, 4, 5}}, Average,
			"resamples = 1000: want at least 1048 for level 0.95 and 5 runs in 1 stratum"},
		{good, ok, func([]float64) float64 { return nan }, "aggregate of resample 0 = NaN: want a number for whatever runs are drawn"},
	} {
		i, err := c.b.Interval(c.strata, Pooled(c.f), src)
		if err == nil || err.Error() != c.want || i != everything {
			t.Errorf("%v, %v\nwant the error\n%s", i, err, c.want)
		}
	}
	if i, err := (Bootstrap{Level: 0.95, Resamples: 5000, Expanded: true}).Interval(ok, Pooled(Average), src); err == nil || i != everything {
		t.Errorf("two runs have an expanded interval %v", i)
	}
}

// TestAnyScores: whatever the scores, there is either an error or an interval of
// numbers in order, within the range of the scores.
func TestAnyScores(t *testing.T) {
	score := rapid.OneOf(rapid.Float64Range(-10, 10), rapid.SampledFrom([]float64{0, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64}))
	matrix := rapid.SliceOfN(rapid.SliceOfN(score, 0, 6), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		x, y := matrix.Draw(t, "x"), matrix.Draw(t, "y")
		b := Bootstrap{Level: rapid.SampledFrom([]float64{-1, 0, 0.5, 0.95, 1, math.NaN()}).Draw(t, "level"), Resamples: rapid.IntRange(-1, 60).Draw(t, "B")}
		src := rand.NewPCG(1, 1)
		i, err1 := b.Interval(x, Pooled(Median), src)
		j, err2 := b.Improvement(x, y, src)
		k, err3 := b.PairedImprovement(x, y, src)
		band, err4 := b.Profile(x, []float64{0, 1}, src)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range slices.Concat(x...) {
			lo, hi = min(lo, v), max(hi, v)
		}
		for _, c := range []struct {
			i      Interval
			err    error
			lo, hi float64
		}{{i, err1, lo, hi}, {j, err2, 0, 1}, {k, err3, 0, 1}} {
			if c.err == nil && !(c.lo <= c.i.Lo && c.i.Lo <= c.i.Hi && c.i.Hi <= c.hi) || c.err != nil && c.i != everything {
				t.Fatalf("%v, %v, scores in [%v, %v]", c.i, c.err, c.lo, c.hi)
			}
			if c.err != nil && strings.Count(c.err.Error(), ": want ") != strings.Count(c.err.Error(), "\n")+1 {
				t.Fatalf("error %q", c.err)
			}
		}
		if (err1 == nil) != (err4 == nil) || err4 == nil && len(band) != 2 {
			t.Fatalf("profile: %v, %v; interval: %v", band, err4, err1)
		}
		if err2 != nil && err3 == nil {
			t.Fatalf("paired %v where independent is %v", k, err2)
		}
	})
}
