package report

import (
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/estimate"
)

// power is the share of fresh experiments of as many runs as are said to be needed that would settle a difference.
const power = 0.8

// Comparison holds a setting against the first of its environment, on the seeds that both have.
type Comparison struct {
	Name        string
	N           int   // common seeds
	Difference  Value // the mean of the setting's score minus that of the first: below 0 the setting is better
	Improvement Value // the probability that a run of the setting has the smaller error, ties counting half
	Verdict     string
}

// pairs are the scores of two settings on the seeds for which both have a finite one.
func pairs(s, first *Setting, m metric) (x, y []float64) {
	for _, r := range s.runs {
		k := slices.IndexFunc(first.runs, func(q run) bool { return q.seed == r.seed })
		if k >= 0 && finite(r.end[m]) && finite(first.runs[k].end[m]) {
			x, y = append(x, r.end[m]), append(y, first.runs[k].end[m])
		}
	}
	return x, y
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// compare compares s with the first setting of its environment.
func (p *Report) compare(s, first *Setting, m metric) (Comparison, error) {
	x, y := pairs(s, first, m)
	c := Comparison{Name: s.Name, N: len(x)}
	if len(x) == 0 {
		c.Verdict = "no common seed"
		return c, nil
	}
	c.Difference.X = estimate.Average(x) - estimate.Average(y)
	better, err := p.improvement([][]float64{x}, [][]float64{y}, stream(forImprovement, s.index, int(m)))
	if err != nil {
		return c, err
	}
	c.Improvement = better
	if len(x) == 1 {
		c.Verdict = "one common seed: nothing can be said"
		return c, nil
	}
	v, err := estimate.Differences(x, y)
	if err != nil {
		return c, err
	}
	c.Difference = Value{v.Mean(), p.studentOf(v)}
	c.Verdict = p.verdict(v)
	return c, nil
}

// verdict says whether the differences are settled, and if not, what would settle them.
func (p *Report) verdict(v estimate.Variance) string {
	i := estimate.StudentT(v, p.Level)
	switch {
	case v.Mean() == 0 && v.Var() == 0:
		return "the same on every seed"
	case i.Hi < 0:
		return "better"
	case i.Lo > 0:
		return "worse"
	}
	n, ok := estimate.RunsNeeded(v, p.Level, power)
	if !ok {
		return "open"
	}
	return fmt.Sprintf("open; about %s seeds would settle it", grouped(n))
}

// improvement is the probability that a run of x has a smaller error than one of y, on common seeds.
func (p *Report) improvement(x, y [][]float64, src estimate.Source) (Value, error) {
	x, y = negated(x), negated(y)
	better, err := estimate.Improvement(x, y)
	v := Value{X: better}
	if err != nil || !enough(x) {
		return v, err
	}
	v.Interval, err = settled(p.resampling(tableResamples).PairedImprovement(x, y, src))
	return v, err
}

// negated turns errors into scores of which the larger is the better.
func negated(strata [][]float64) [][]float64 {
	out := make([][]float64, len(strata))
	for m, x := range strata {
		for _, v := range x {
			out[m] = append(out[m], -v)
		}
	}
	return out
}
