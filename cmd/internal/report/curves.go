package report

import (
	"math"
	"slices"

	"example.com/mcrl/estimate"
	"example.com/mcrl/plots"
)

// averages are the two ways in which the runs of a setting become one curve.
type average int

const (
	mean average = iota
	iqm
)

var averages = []average{mean, iqm}

func (a average) String() string { return [...]string{"mean", "interquartile mean"}[a] }

// shared lists the numbers of episodes at which all runs have a point: at no other is anything known of all of them.
func (s *Setting) shared() []int64 {
	var at []int64
	for i, r := range s.runs {
		var own []int64
		for _, p := range r.points {
			own = append(own, p.episodes)
		}
		if i > 0 {
			own = slices.DeleteFunc(own, func(n int64) bool { _, ok := slices.BinarySearch(at, n); return !ok })
		}
		at = own
	}
	return at
}

// at returns the point after n episodes of each run, all of which have one.
func (s *Setting) at(n int64) []point {
	list := make([]point, len(s.runs))
	for i, r := range s.runs {
		k, _ := slices.BinarySearchFunc(r.points, n, func(p point, n int64) int { return int(min(1, max(-1, p.episodes-n))) })
		list[i] = r.points[k]
	}
	return list
}

// curve is an average of a metric of a setting against the mean number of steps, at the points that all runs share. A point
// where one is infinite is a hole in it. It has no points where there are none to show, and no band where the runs are too
// few.
func (p *Report) curve(s *Setting, m metric, a average) (plots.Curve, error) {
	var c plots.Curve
	banded := false
	for _, n := range s.shared() {
		var x, steps []float64
		for _, q := range s.at(n) {
			x, steps = append(x, q.measures[m]), append(steps, float64(q.steps))
		}
		if slices.Max(steps) == 0 {
			continue
		}
		y, band, err := p.average(x, a, stream(forCurve, s.index, int(m), int(n)))
		if err != nil {
			return c, err
		}
		lo, hi := math.NaN(), math.NaN()
		if band != nil {
			lo, hi, banded = m.within(band.Lo), m.within(band.Hi), true
		}
		c.X, c.Y = append(c.X, estimate.Average(steps)), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, lo), append(c.Hi, hi)
	}
	if !banded {
		c.Lo, c.Hi = nil, nil
	}
	if !slices.ContainsFunc(c.Y, func(y float64) bool { return !math.IsNaN(y) }) {
		return plots.Curve{}, nil
	}
	return c, nil
}

// within is x, or the end of what the metric can be.
func (m metric) within(x float64) float64 {
	switch m {
	case greedyReturn, softReturn:
		return x
	case truncated:
		return min(1, max(0, x))
	}
	return max(0, x)
}

// average is NaN where a score is not finite.
func (p *Report) average(x []float64, a average, src estimate.Source) (float64, *estimate.Interval, error) {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return math.NaN(), nil, nil
		}
	}
	if a == mean {
		return estimate.Average(x), p.student(x), nil
	}
	band, err := p.bootstrap([][]float64{x}, estimate.InterquartileMean, curveResamples, src)
	return estimate.InterquartileMean(x), band, err
}
