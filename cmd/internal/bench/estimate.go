package bench

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// estimations are means of samples.
func estimations() []Workload {
	return []Workload{{"MeanFinite", "estimate: mean and variance of six values", func() (contest, error) {
		d, err := estimate.NewDiscrete([]float64{-1, 0, 1, 2, 5, 10}, []float64{.1, .2, .3, .2, .15, .05})
		if err != nil {
			return contest{}, err
		}
		draw := func(samples int64, all func(*estimate.Sampler, *estimate.Variance, int64)) *estimator {
			return &estimator{dist: d, sampler: d.Sampler(env.NewRand(1, env.PurposeStatistics, 0)), samples: samples, all: all}
		}
		fast, plain := draw(1<<20, tally), draw(1<<16, oneByOne)
		return contest{fast, plain, func() error { return sameMoments(fast, plain, 1<<16) }}, nil
	}}}
}

// tally draws n samples at once.
func tally(s *estimate.Sampler, v *estimate.Variance, n int64) { v.Merge(s.Tally(n)) }

// oneByOne draws n samples and adds one after the other.
func oneByOne(s *estimate.Sampler, v *estimate.Variance, n int64) {
	for range n {
		v.Add(s.Next())
	}
}

// estimator estimates mean and variance of a distribution.
type estimator struct {
	dist    *estimate.Discrete
	sampler *estimate.Sampler
	samples int64 // of a pass
	all     func(s *estimate.Sampler, v *estimate.Variance, n int64)
	v       estimate.Variance
}

func (e *estimator) ready() error { return nil }

func (e *estimator) play() (int64, error) {
	e.all(e.sampler, &e.v, e.samples)
	return e.samples, nil
}

// check demands mean and variance within six exact standard errors.
func (e *estimator) check() error {
	n, mean, variance, fourth := float64(e.v.N()), e.dist.Mean(), e.dist.Var(), 0.0
	for k := range e.dist.Len() {
		x, p := e.dist.At(k)
		off := (x - mean) * (x - mean)
		fourth += p * off * off
	}
	if off, within := math.Abs(e.v.Mean()-mean), 6*math.Sqrt(variance/n); !(off <= within) {
		return fmt.Errorf("mean of %.0f samples is %g, not %g ± %g: this is a bug", n, e.v.Mean(), mean, within)
	}
	if off, within := math.Abs(e.v.Var()-variance), 6*math.Sqrt((fourth-variance*variance)/n); !(off <= within) {
		return fmt.Errorf("variance of %.0f samples is %g, not %g ± %g: this is a bug", n, e.v.Var(), variance, within)
	}
	return nil
}

// sameMoments demands that n samples are the same on both paths: mean and variance within rounding.
func sameMoments(fast, plain *estimator, n int64) error {
	for _, e := range []*estimator{fast, plain} {
		e.all(e.sampler, &e.v, n)
	}
	if a, b := fast.v, plain.v; math.Abs(a.Mean()-b.Mean()) > 1e-12 || math.Abs(a.Var()-b.Var()) > 1e-11 {
		return fmt.Errorf("mean %g and variance %g one by one, %g and %g at once: this is a bug", b.Mean(), b.Var(), a.Mean(), a.Var())
	}
	return nil
}
