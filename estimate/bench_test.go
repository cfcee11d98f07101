package estimate_test

import (
	"errors"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// sixValues is a random variable of mean 1.85 and variance 6.5275.
func sixValues(t testing.TB) *estimate.Discrete {
	t.Helper()
	d, err := estimate.NewDiscrete([]float64{-1, 0, 1, 2, 5, 10}, []float64{.1, .2, .3, .2, .15, .05})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// BenchmarkMeanFinite estimates mean and variance of a finite random variable;
// a step is one sample.
func BenchmarkMeanFinite(b *testing.B) {
	const steps = 1 << 20
	s := sixValues(b).Sampler(env.NewRand(1, env.PurposeStatistics, 0))
	var v estimate.Variance
	for b.Loop() {
		v.Merge(s.Tally(steps))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(v.N()), "ns/step")
	const mean, variance, fourth = 1.85, 6.5275, 244.46273125 // central moments
	n := float64(v.N())
	if z := (v.Mean() - mean) / math.Sqrt(variance/n); math.Abs(z) > 6 {
		b.Errorf("mean %v is %.1f standard errors from %v", v.Mean(), z, mean)
	}
	if z := (v.Var() - variance) / math.Sqrt((fourth-variance*variance)/n); math.Abs(z) > 6 {
		b.Errorf("variance %v is %.1f standard errors from %v", v.Var(), z, variance)
	}
}

// BenchmarkFill draws values into a slice; a step is one sample.
func BenchmarkFill(b *testing.B) {
	s := sixValues(b).Sampler(env.NewRand(1, env.PurposeStatistics, 0))
	dst := make([]float64, 10_000)
	for b.Loop() {
		s.Fill(dst)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(dst)), "ns/step")
}

// BenchmarkAdd is the cost of one sample for each statistic.
func BenchmarkAdd(b *testing.B) {
	b.Run("Mean", func(b *testing.B) {
		var m estimate.Mean
		for b.Loop() {
			m.Add(1)
		}
	})
	b.Run("Variance", func(b *testing.B) {
		var v estimate.Variance
		for b.Loop() {
			v.Add(1)
		}
	})
	b.Run("Weighted", func(b *testing.B) {
		var a estimate.Weighted
		for b.Loop() {
			a.Add(1, 2)
		}
	})
	b.Run("Power", func(b *testing.B) {
		var m estimate.Mean
		for b.Loop() {
			estimate.StepSize{Power: 0.75}.Update(&m, 1)
		}
	})
}

// BenchmarkBootstrap makes an interval from 2000 resamples of 10 runs on each of
// 5 tasks; a step is one run drawn.
func BenchmarkBootstrap(b *testing.B) {
	rng := env.NewRand(1, env.PurposeStatistics, 0)
	d := sixValues(b).Sampler(rng)
	scores := make([][]float64, 5)
	for m := range scores {
		scores[m] = make([]float64, 10)
		d.Fill(scores[m])
	}
	boot := estimate.Bootstrap{Level: 0.95, Resamples: 2000}
	for name, f := range map[string]func([]float64) float64{"Average": estimate.Average, "InterquartileMean": estimate.InterquartileMean} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := boot.Interval(scores, estimate.Pooled(f), rng); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000/50, "ns/step")
		})
	}
}

// BenchmarkSequence is the cost of one sample of a confidence sequence.
func BenchmarkSequence(b *testing.B) {
	h, err1 := estimate.NewHoeffdingSequence(0, 1, 0.95, 1000)
	e, err2 := estimate.NewBernsteinSequence(0, 1, 0.95)
	if err := errors.Join(err1, err2); err != nil {
		b.Fatal(err)
	}
	for name, add := range map[string]func(float64) error{"Hoeffding": h.Add, "Bernstein": e.Add} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := add(0.5); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
