package cli

import (
	"example.com/mcrl/estimate"
	"example.com/mcrl/plots"
)

// keptSamples is the number of samples that a figure shows one by one.
const keptSamples = 100_000

// trace follows a running mean in constant memory: the first samples, and some ninety points in each power of ten.
type trace struct {
	level   float64
	stat    estimate.Variance
	samples []float64 // the first keptSamples
	points  []tracePoint
	stop    int64 // the number of samples of the next point
}

// tracePoint is the running mean of n samples and its Student interval.
type tracePoint struct {
	n        int64
	mean     float64
	interval estimate.Interval
}

func newTrace(level float64) *trace { return &trace{level: level, stop: 1} }

// nextStop returns the next number after n with at most two digits that are not 0 at the end.
func nextStop(n int64) int64 {
	unit := int64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return (n/unit + 1) * unit
}

// add counts one sample.
func (t *trace) add(x float64) {
	t.stat.Add(x)
	if len(t.samples) < keptSamples {
		t.samples = append(t.samples, x)
	}
	t.mark()
}

// mark notes a point where one is due.
func (t *trace) mark() {
	if n := t.stat.N(); n == t.stop {
		t.note(n)
	}
}

func (t *trace) note(n int64) {
	t.points = append(t.points, tracePoint{n, t.stat.Mean(), estimate.StudentT(t.stat, t.level)})
	t.stop = nextStop(n)
}

// finish notes the last point.
func (t *trace) finish() {
	if n := t.stat.N(); len(t.points) == 0 || t.points[len(t.points)-1].n != n {
		t.note(n)
	}
}

// sample draws n samples: one by one as long as they are kept, then by their counts, which is much faster.
func (t *trace) sample(s *estimate.Sampler, n int64) {
	for t.stat.N() < min(n, keptSamples) {
		t.add(s.Next())
	}
	for t.stat.N() < n {
		t.stat.Merge(s.Tally(min(n, t.stop) - t.stat.N()))
		t.mark()
	}
	t.finish()
}

// milestones are the points at 1, 2, 5, 10, 20, 50, ... and the last.
func (t *trace) milestones() []tracePoint {
	var list []tracePoint
	for i, p := range t.points {
		lead := p.n
		for lead%10 == 0 && lead > 0 {
			lead /= 10
		}
		if lead == 1 || lead == 2 || lead == 5 || i == len(t.points)-1 {
			list = append(list, p)
		}
	}
	return list
}

// figure draws the samples and their running average (Zhao, figure 5.2) where all samples and the exact mean are known,
// else the running mean and its interval.
func (t *trace) figure(exact *float64, title string) (*plots.Figure, error) {
	if exact != nil && t.stat.N() == int64(len(t.samples)) {
		return plots.Samples(t.samples, *exact, plots.SamplesOptions{Title: title})
	}
	c := plots.Curve{Label: "running mean, " + percent(t.level) + " interval"}
	for _, p := range t.points {
		if p.n < 2 {
			continue
		}
		c.X, c.Y = append(c.X, float64(p.n)), append(c.Y, p.mean)
		c.Lo, c.Hi = append(c.Lo, p.interval.Lo), append(c.Hi, p.interval.Hi)
	}
	if c.X == nil {
		return nil, usageErrorf("one sample: want at least two for a figure, or --values and --probs")
	}
	o := plots.ConvergenceOptions{Title: title, XLabel: "samples", YLabel: "mean", LogX: t.stat.N() > 1000}
	if exact != nil {
		o.References = []plots.Reference{{Label: "exact mean", Y: *exact}}
	}
	return plots.Convergence([]plots.Curve{c}, o)
}

func percent(level float64) string { return shortest(float64(level*100)) + "%" }
