package report

import (
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/estimate"
)

// power is the share of fresh experiments of as many runs as are said to be needed that would settle a difference.
const power = 0.8

// Comparisons hold the settings of an environment against its baseline.
type Comparisons struct {
	Metric, Baseline string
	Absent           bool    // the baseline that was asked for is not among the settings here
	Count            int     // comparisons that have an interval
	Together         float64 // the level of each of their simultaneous intervals
	Rows             []Comparison
}

// Title is the metric at the beginning of a line.
func (c Comparisons) Title() string { return capital(c.Metric) }

// Comparison holds a setting against the baseline of its environment, on the seeds that both have.
type Comparison struct {
	Name        string
	N           int                // common seeds
	Infinite    int                // of them without a finite difference
	Difference  Value              // the mean of the setting's error minus that of the baseline: below 0 the setting is better
	Together    *estimate.Interval // the simultaneous interval for the difference, nil where there is none
	Improvement Value              // the probability that a run of the setting has the smaller error, ties counting half
	Verdict     string
}

// compareAll compares the settings of an environment with its baseline.
func (p *Report) compareAll(w *World, m metric) (Comparisons, error) {
	c := Comparisons{Metric: metricNames[m], Baseline: w.Baseline.Name}
	c.Absent = p.Baseline != "" && p.Baseline != w.Baseline.Name
	others := slices.DeleteFunc(slices.Clone(w.Settings), func(s *Setting) bool { return s == w.Baseline })
	for _, s := range others {
		if x, y := p.pairs(s, w.Baseline, m); len(differences(x, y)) > 1 {
			c.Count++
		}
	}
	c.Together = together(p.Level, c.Count)
	var err error
	c.Rows, err = inParallel(others, func(s *Setting) (Comparison, error) { return p.compare(s, w.Baseline, m, c.Together) })
	return c, err
}

// together is the level of each of n intervals all of which hold at once at the given level, by Bonferroni's inequality: the
// chance that one of them fails is at most the sum of the chances of each.
func together(level float64, n int) float64 { return 1 - (1-level)/float64(max(n, 1)) }

// pairs are the errors of two settings on the seeds for which both have one, which may be infinite. Of a plan with until they
// are those of the first round alone.
func (p *Report) pairs(s, t *Setting, m metric) (x, y []float64) {
	first := p.firstRound()
	for _, r := range s.runs {
		if first != nil && !slices.Contains(first, r.cell.Seed) {
			continue
		}
		k := slices.IndexFunc(t.runs, func(q run) bool { return q.cell.Seed == r.cell.Seed })
		if k >= 0 && !math.IsNaN(r.end[m]) && !math.IsNaN(t.runs[k].end[m]) {
			x, y = append(x, r.end[m]), append(y, t.runs[k].end[m])
		}
	}
	return x, y
}

// differences are x_i - y_i where both are finite.
func differences(x, y []float64) (d []float64) {
	for i := range x {
		if finite(x[i]) && finite(y[i]) {
			d = append(d, x[i]-y[i])
		}
	}
	return d
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// compare compares s with the baseline of its environment; together is the level of the simultaneous interval.
func (p *Report) compare(s, baseline *Setting, m metric, together float64) (Comparison, error) {
	x, y := p.pairs(s, baseline, m)
	d := differences(x, y)
	c := Comparison{Name: s.Name, N: len(x), Infinite: len(x) - len(d)}
	if len(x) == 0 {
		c.Verdict = "no common seed"
		return c, nil
	}
	better, err := p.improvement([][]float64{x}, [][]float64{y}, p.Level, stream(forImprovement, s.index, int(m)))
	if err != nil {
		return c, err
	}
	c.Improvement = better
	c.Difference.X = estimate.Average(d)
	if len(d) < 2 {
		c.Verdict = "one common seed: nothing can be said"
		if c.Infinite > 0 {
			c.Verdict = open(c.Infinite)
		}
		return c, nil
	}
	var v estimate.Variance
	for _, u := range d {
		v.Add(u)
	}
	c.Difference.Interval = studentOf(v, p.Level)
	c.Together = studentOf(v, together)
	c.Verdict = p.verdict(v, together)
	if c.Infinite > 0 {
		c.Verdict = open(c.Infinite)
	}
	return c, nil
}

func open(infinite int) string {
	return fmt.Sprintf("open: %s without a finite gap", counted(infinite, "seed"))
}

// verdict says whether the simultaneous interval settles the differences, and if not, what would.
func (p *Report) verdict(v estimate.Variance, together float64) string {
	alone, i := estimate.StudentT(v, p.Level), estimate.StudentT(v, together)
	switch {
	case v.Mean() == 0 && v.Var() == 0:
		return "the same on every seed"
	case i.Hi < 0:
		return "better"
	case i.Lo > 0:
		return "worse"
	}
	text := "open"
	if alone.Hi < 0 || alone.Lo > 0 {
		text = "open (settled if it stood alone)"
	}
	n, ok := estimate.RunsNeeded(v, together, power)
	if !ok {
		return text
	}
	return fmt.Sprintf("%s; about %s seeds would settle it", text, grouped(n))
}

// improvement is the probability that a run of x has a smaller error than one of y, on common seeds. Of infinite errors none
// is the smaller.
func (p *Report) improvement(x, y [][]float64, level float64, src estimate.Source) (Value, error) {
	x, y = negated(ranked(x)), negated(ranked(y))
	better, err := estimate.Improvement(x, y)
	v := Value{X: better}
	if err != nil || !enough(x) {
		return v, err
	}
	v.Interval, err = settled(resampling(level, tableResamples).PairedImprovement(x, y, src))
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
