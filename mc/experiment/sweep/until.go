package sweep

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/experiment"
)

// Until stops adding seeds to a group as soon as an interval for the mean of a metric over seeds is narrow enough. The
// interval is one of a confidence sequence, estimate.BettingSequence: with the stated confidence all of them hold the mean,
// however often one looks, so stopping at a narrow one does not make it miss more often than it says.
type Until struct {
	Metric     experiment.Metric `json:"metric"`
	HalfWidth  float64           `json:"half_width"` // enough: a half-width below it
	Confidence float64           `json:"confidence"` // in (0, 1); 0 means DefaultConfidence
	Every      int               `json:"every"`      // seeds between two looks; 0 means DefaultEvery

	// Range are lo and hi, between which the metric of every run lies, known beforehand; nil: that of Metric.Range. The
	// narrower it is, the fewer seeds are needed.
	Range []float64 `json:"range,omitempty"`
}

// What a plan does not state.
const (
	DefaultConfidence = 0.95
	DefaultEvery      = 10
)

// filled is u with its defaults.
func (u Until) filled() Until {
	if u.Confidence == 0 {
		u.Confidence = DefaultConfidence
	}
	if u.Every == 0 {
		u.Every = DefaultEvery
	}
	return u
}

// Validate reports every field that is out of range, as joined FieldErrors.
func (u Until) Validate() error {
	var errs []error
	bad := func(field string, value any, want string) {
		errs = append(errs, &env.FieldError{Field: field, Value: value, Want: want})
	}
	known := false
	for _, m := range experiment.Metrics() {
		known = known || m == u.Metric
	}
	if !known {
		bad("metric", fmt.Sprintf("%.40q", string(u.Metric)), fmt.Sprint("one of ", experiment.Metrics()))
	}
	if !(u.HalfWidth > 0) || math.IsInf(u.HalfWidth, 0) {
		bad("half_width", u.HalfWidth, "a finite number above 0")
	}
	if c := u.Confidence; !(c >= 0 && c < 1) || c > 0 && 1-c == 1 {
		bad("confidence", c, "a number between 0 and 1, such as 0.95")
	}
	if u.Every < 0 {
		bad("every", u.Every, "a number of seeds, 1 or more (0: the default)")
	}
	if r := u.Range; r != nil && (len(r) != 2 || !(r[0] < r[1]) || math.IsInf(r[0], 0) || math.IsInf(r[1]-r[0], 0)) {
		bad("range", r, "two finite numbers, the smaller first")
	}
	return errors.Join(errs...)
}

// Bounds returns the range of the metric of a spec on its world, of the table t: the stated one, or else that of Metric.Range. The
// error is an env.FieldError of "metric" where the world is too large for exact values, of "range" where a range must be
// stated.
func (u Until) Bounds(s experiment.Spec, t *env.Table) (estimate.Interval, error) {
	r, err := u.Metric.Range(s, t)
	switch unknown := errors.Is(err, experiment.ErrNoRange); {
	case u.Range != nil && (err == nil || unknown):
		return estimate.Interval{Lo: u.Range[0], Hi: u.Range[1]}, nil
	case unknown:
		return r, &env.FieldError{Field: "range", Value: "none", Want: "lo and hi that are known beforehand: " + err.Error()}
	}
	return r, err
}

// checkRanges demands that the metric of every group is bounded.
func (p *Plan) checkRanges() error {
	var errs []error
	for i := range p.Groups {
		if _, err := p.bounds(i); err != nil {
			errs = append(errs, fmt.Errorf("until: groups[%d], %s: %w", i, p.Groups[i].Name(), err))
		}
	}
	return errors.Join(errs...)
}

func (p *Plan) bounds(i int) (estimate.Interval, error) {
	m, err := p.Groups[i].Spec.Env.Model()
	if err != nil {
		return estimate.Interval{}, err
	}
	return p.Until.Bounds(p.Groups[i].Spec, m.Table)
}

// Evidence is what the seeds of a group come to.
type Evidence struct {
	Group  *Group
	Bounds estimate.Interval // of the metric, beforehand

	// Seeds is the number of seeds that count: those of whole rounds, in the order of the plan.
	Seeds int
	Mean  float64 // of the metric over them; NaN without seeds
	// Interval holds the expected metric with the confidence of the plan, whenever one looks. It is Bounds where nothing is
	// known, and after Outside.
	Interval estimate.Interval
	// Outside is the first value that is not within Bounds, which contradicts what was known beforehand: no interval holds
	// then, and the group goes on to the last seed. Nil: there is none.
	Outside *float64
	// Enough reports that the half-width of Interval is below that of the plan: the group gets no more seeds.
	Enough bool

	until    Until
	all      int // the seeds of the plan
	mean     estimate.Mean
	sequence *estimate.BettingSequence
}

// evidence returns that of no seeds.
func (p *Plan) evidence(i int) (*Evidence, error) {
	b, err := p.bounds(i)
	if err != nil {
		return nil, err
	}
	return p.Until.begin(&p.Groups[i], b, len(p.Seeds))
}

func (u Until) begin(g *Group, b estimate.Interval, all int) (*Evidence, error) {
	u = u.filled()
	e := &Evidence{Group: g, Bounds: b, Mean: math.NaN(), Interval: b, until: u, all: all}
	var err error
	e.sequence, err = estimate.NewBettingSequence(b.Lo, b.Hi, u.Confidence, u.HalfWidth)
	return e, err
}

// round is the number of seeds at the end of the round that begins now.
func (e *Evidence) round() int {
	if e.Enough {
		return e.Seeds
	}
	return e.Seeds + min(e.until.Every, e.all-e.Seeds)
}

// look takes the metrics of a round into account, in the order of the seeds, and decides.
func (e *Evidence) look(round []float64) {
	for _, x := range round {
		e.mean.Add(x)
		if e.Outside == nil && e.sequence.Add(x) != nil {
			e.Outside = &x
		}
	}
	e.Seeds += len(round)
	e.Mean, e.Interval = e.mean.Value(), e.Bounds
	if e.Outside == nil {
		e.Interval = e.sequence.Interval()
	}
	e.Enough = e.Outside == nil && e.Interval.Half() < e.until.HalfWidth
}

// Ended reports that the group gets no more seeds: it has enough, or all of the plan.
func (e *Evidence) Ended() bool { return e.Enough || e.Seeds == e.all }
