package coverage

import (
	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// interval makes an interval from samples x; one that compares has samples y besides, of the same length.
type interval struct {
	name      string
	truth     string // what it is for: "mean", "median", "IQM", or a comparison
	atMost    int    // the largest n that it is measured for; 0: no limit
	resamples bool   // it takes time
	make      func(x, y []float64, rng *env.Rand) estimate.Interval
}

// expandedOne and expandedTwo are numbers of resamples B for which (B+1) q is whole or a little more, and the rank that it is; by the number of
// samples, of one group and of two.
var (
	expandedOne = map[int]resamples{5: {1048, 1}, 10: {467, 4}, 30: {426, 8}, 100: {433, 10}}
	expandedTwo = map[int]resamples{5: {402, 2}, 10: {447, 6}, 30: {478, 10}}
	percentile  = resamples{399, 10}
)

type resamples struct{ B, rank int }

func bootstrap(expanded map[int]resamples, n int) estimate.Bootstrap {
	if expanded == nil {
		return estimate.Bootstrap{Level: level, Resamples: percentile.B}
	}
	return estimate.Bootstrap{Level: level, Resamples: expanded[n].B, Expanded: true}
}

// variance returns the statistics of x.
func variance(x []float64) (v estimate.Variance) {
	for _, g := range x {
		v.Add(g)
	}
	return v
}

func studentT(x, _ []float64, _ *env.Rand) estimate.Interval {
	return estimate.StudentT(variance(x), level)
}

// wilson is for returns of 0 or 1.
func wilson(x, _ []float64, _ *env.Rand) estimate.Interval {
	k := int64(0)
	for _, g := range x {
		if g == 1 {
			k++
		}
	}
	return estimate.Wilson(k, int64(len(x)), level)
}

// bounded are the intervals for samples in [lo, hi]. Of the sequences it is the intersection of the intervals up to n, which
// misses if one of them does; of the betting sequence, each of whose intervals costs 80 n steps, that of the intervals after
// every tenth sample and the last. Two of them aim at a half width of a tenth of the range.
func bounded(lo, hi float64) []interval {
	return []interval{
		{"Hoeffding", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			v := variance(x)
			return estimate.Hoeffding(v.N(), v.Mean(), lo, hi, level)
		}},
		{"Bernstein", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			return estimate.EmpiricalBernstein(variance(x), lo, hi, level)
		}},
		{"Hoeffding sequence", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			return intersection(must(estimate.NewHoeffdingSequence(lo, hi, level, 100)), x)
		}},
		{"Bernstein sequence", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			return intersection(must(estimate.NewBernsteinSequence(lo, hi, level)), x)
		}},
		{"aimed Bernstein sequence", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			return intersection(must(estimate.NewAimedBernsteinSequence(lo, hi, level, (hi-lo)/10)), x)
		}},
		{"betting sequence", "mean", 0, false, func(x, _ []float64, _ *env.Rand) estimate.Interval {
			return betting(lo, hi, x)
		}},
	}
}

type sequence interface {
	Add(x float64) error
	Interval() estimate.Interval
	Intersection() estimate.Interval
}

func intersection(s sequence, x []float64) estimate.Interval {
	for _, g := range x {
		if err := s.Add(g); err != nil {
			panic(err)
		}
	}
	return s.Intersection()
}

// lookEvery is the number of samples from one look at a betting sequence to the next.
const lookEvery = 10

// betting is the intersection of the intervals of a betting sequence that are looked at.
func betting(lo, hi float64, x []float64) estimate.Interval {
	s, all := must(estimate.NewBettingSequence(lo, hi, level, (hi-lo)/10)), estimate.Interval{Lo: lo, Hi: hi}
	for n, g := range x {
		if err := s.Add(g); err != nil {
			panic(err)
		}
		if (n+1)%lookEvery == 0 || n+1 == len(x) {
			i := s.Interval()
			all = estimate.Interval{Lo: max(all.Lo, i.Lo), Hi: min(all.Hi, i.Hi)}
		}
	}
	return all
}

// resampling is the percentile interval and the expanded one of an aggregate.
func resampling(truth string, atMost int, aggregate func([]float64) float64) []interval {
	what := ""
	if truth != "mean" {
		what = ", " + truth
	}
	form := func(expanded map[int]resamples) func(x, y []float64, rng *env.Rand) estimate.Interval {
		return func(x, _ []float64, rng *env.Rand) estimate.Interval {
			return must(bootstrap(expanded, len(x)).Interval([][]float64{x}, estimate.Pooled(aggregate), rng))
		}
	}
	return []interval{{"percentile" + what, truth, atMost, true, form(nil)}, {"expanded" + what, truth, atMost, true, form(expandedOne)}}
}

// aggregates are the bootstrap intervals of mean, median and interquartile mean, of these two for up to atMost samples.
func aggregates(atMost int) []interval {
	all := resampling("mean", 0, estimate.Average)
	all = append(all, resampling("median", atMost, estimate.Median)...)
	return append(all, resampling("IQM", atMost, estimate.InterquartileMean)...)
}

// intervals are those that suit the returns of a source.
func (c source) intervals() []interval {
	all := []interval{{"t", "mean", 0, false, studentT}}
	if c.success() {
		all = append(all, interval{"Wilson", "mean", 0, false, wilson})
	}
	switch {
	case c.resampled && c.success():
		all = append(all, resampling("mean", 0, estimate.Average)...)
	case c.resampled:
		all = append(all, aggregates(30)...)
	}
	return append(all, bounded(c.lo, c.hi)...)
}
