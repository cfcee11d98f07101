package report

import (
	"errors"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// The numbers of resamples: of a table, and of each point of a curve.
const (
	tableResamples = 10_000
	curveResamples = 1_200
)

// leastRuns is the number of runs from which on a bootstrap interval is given: fewer have too few different resamples.
const leastRuns = 5

// What a stream of resamples is for. Streams are named, so that a figure more changes no other.
const (
	forCurve = iota
	forMedian
	forIQM
	forImprovement
	forProfile
	forAll
)

func stream(purpose int, index ...int) *env.Rand {
	name := []uint64{uint64(purpose)}
	for _, i := range index {
		name = append(name, uint64(i))
	}
	return env.NewRand(0, env.PurposeStatistics, name...)
}

// Value is an estimate with its interval, which is nil where there is none.
type Value struct {
	X        float64
	Interval *estimate.Interval
}

// Summary describes a sample of scores.
type Summary struct {
	N                 int
	Infinite          int
	Mean, Median, IQM Value
}

// summarize describes the scores of a setting. Intervals need finite scores.
func (p *Report) summarize(x []float64, m metric, setting int) (Summary, error) {
	s := Summary{N: len(x), Mean: Value{X: estimate.Average(x)}, Median: Value{X: estimate.Median(x)}, IQM: Value{X: estimate.InterquartileMean(x)}}
	for _, v := range x {
		if math.IsInf(v, 0) {
			s.Infinite++
		}
	}
	if s.Infinite > 0 {
		return s, nil
	}
	s.Mean.Interval = p.student(x)
	var err error
	if s.Median.Interval, err = p.bootstrap([][]float64{x}, estimate.Median, tableResamples, stream(forMedian, setting, int(m))); err != nil {
		return s, err
	}
	s.IQM.Interval, err = p.bootstrap([][]float64{x}, estimate.InterquartileMean, tableResamples, stream(forIQM, setting, int(m)))
	return s, err
}

// student is Student's t interval for the mean, nil for fewer than two runs.
func (p *Report) student(x []float64) *estimate.Interval {
	var v estimate.Variance
	for _, y := range x {
		v.Add(y)
	}
	return studentOf(v, p.Level)
}

func studentOf(v estimate.Variance, level float64) *estimate.Interval {
	if v.N() < 2 {
		return nil
	}
	i := estimate.StudentT(v, level)
	return &i
}

// bootstrap is the expanded interval for f of all scores, resampled stratum by stratum; nil where there are too few runs.
func (p *Report) bootstrap(strata [][]float64, f func([]float64) float64, resamples int, src estimate.Source) (*estimate.Interval, error) {
	if !enough(strata) {
		return nil, nil
	}
	if len(strata) == 1 && slices.Min(strata[0]) == slices.Max(strata[0]) { // every resample is the same
		return &estimate.Interval{Lo: strata[0][0], Hi: strata[0][0]}, nil
	}
	return settled(resampling(p.Level, resamples).Interval(strata, estimate.Pooled(f), src))
}

func resampling(level float64, n int) estimate.Bootstrap {
	return estimate.Bootstrap{Level: level, Resamples: n, Expanded: true}
}

// settled is the interval, nil where the level asks for more resamples than are made.
func settled(i estimate.Interval, err error) (*estimate.Interval, error) {
	if tooFew(err) {
		return nil, nil
	}
	return &i, err
}

func tooFew(err error) bool {
	var field *estimate.FieldError
	return errors.As(err, &field) && field.Field == "resamples"
}

// enough reports whether strata can be resampled: at least two runs in each, and leastRuns for one stratum.
func enough(strata [][]float64) bool {
	free := 0
	for _, x := range strata {
		if len(x) < 2 {
			return false
		}
		free += len(x) - 1
	}
	return free >= leastRuns-1
}
