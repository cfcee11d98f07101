package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// law is a distribution of scores whose mean, median and interquartile mean are known.
type law struct {
	name              string
	draw              func(*rand.Rand) float64
	mean, median, iqm float64
}

var (
	normal = law{"normal", func(r *rand.Rand) float64 { return r.NormFloat64() }, 0, 0, 0}
	// The interquartile mean of the exponential is -2 (integral of ln u over [1/4, 3/4]).
	exponential = law{"exponential", func(r *rand.Rand) float64 { return r.ExpFloat64() },
		1, math.Ln2, 2 * (0.5 - 0.75*math.Log(0.75) + 0.25*math.Log(0.25))}
)

// share returns how often holds is true in so many runs, and the standard
// error of that at the probability p.
func share(runs int, p float64, holds func() bool) (got, se float64) {
	n := 0
	for range runs {
		if holds() {
			n++
		}
	}
	return float64(n) / float64(runs), math.Sqrt(p * (1 - p) / float64(runs))
}

func scores(rng *rand.Rand, n int, l law) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = l.draw(rng)
	}
	return x
}

// covers measures how often the bootstrap interval of an aggregate of n runs on
// each of so many tasks contains truth.
func covers(t *testing.T, b Bootstrap, tasks, n int, l law, truth float64, f func([]float64) float64, runs int) (got, se float64) {
	t.Helper()
	rng, src := rand.New(rand.NewPCG(uint64(n), 1)), rand.NewPCG(uint64(n), 2)
	strata := make([][]float64, tasks)
	return share(runs, b.Level, func() bool {
		for m := range strata {
			strata[m] = scores(rng, n, l)
		}
		i, err := b.Interval(strata, Pooled(f), src)
		if err != nil {
			t.Fatal(err)
		}
		return i.Contains(truth)
	})
}

// TestBootstrapCoverage: intervals of 95% for the mean of normal scores. The
// percentile interval falls short for few runs, by the figures of 20,000 samples;
// the expanded one is right within 3 standard errors from n = 10 on, or with
// several tasks of 5 runs, and at n = 5 close to Student's t.
func TestBootstrapCoverage(t *testing.T) {
	runs := 500
	if *long {
		runs = 20_000
	}
	for _, c := range []struct {
		tasks, n, resamples int // (resamples + 1) q is about whole
		expanded            bool
		want                float64
	}{
		{1, 5, 399, false, 0.84}, {1, 5, 1048, true, 0.92},
		{1, 10, 399, false, 0.90}, {1, 10, 585, true, 0.95},
		{1, 30, 399, false, 0.94}, {1, 30, 320, true, 0.95},
		{1, 100, 199, false, 0.95},
		{5, 5, 399, false, 0.90}, {5, 5, 371, true, 0.95},
	} {
		b := Bootstrap{Level: 0.95, Resamples: c.resamples, Expanded: c.expanded}
		got, _ := covers(t, b, c.tasks, c.n, normal, 0, Average, runs)
		tol := 0.005 + 3*math.Sqrt(c.want*(1-c.want)/float64(runs)) // the figures are rounded
		t.Logf("%+v: covers %.4f", c, got)
		if math.Abs(got-c.want) > tol {
			t.Errorf("%+v: covers %.4f, want %v -+ %.4f", c, got, c.want, tol)
		}
	}
}

// TestAggregateCoverage: intervals of 95% for medians and interquartile means,
// whose resamples are few for few runs: the percentile interval covers between
// 91% and 97%, the expanded one between 94% and 98%, for normal and for skewed
// scores alike.
func TestAggregateCoverage(t *testing.T) {
	runs := 200
	if *long {
		runs = 5000
	}
	for _, l := range []law{normal, exponential} {
		for _, n := range []int{10, 30} {
			for _, a := range []struct {
				name  string
				truth float64
				f     func([]float64) float64
			}{{"median", l.median, Median}, {"interquartile mean", l.iqm, InterquartileMean}} {
				plain, se := covers(t, Bootstrap{Level: 0.95, Resamples: 399}, 1, n, l, a.truth, a.f, runs)
				expanded, _ := covers(t, Bootstrap{Level: 0.95, Resamples: 585, Expanded: true}, 1, n, l, a.truth, a.f, runs)
				t.Logf("%s of %d %s scores: percentile %.4f, expanded %.4f", a.name, n, l.name, plain, expanded)
				if plain < 0.91-3*se || plain > 0.97+3*se || expanded < 0.94-3*se || expanded > 0.98+3*se {
					t.Errorf("%s of %d %s scores: percentile %.4f, expanded %.4f, standard error %.4f", a.name, n, l.name, plain, expanded, se)
				}
			}
		}
	}
}
