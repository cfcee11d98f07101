package offpolicy

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Result is what the episodes say.
type Result struct {
	Episodes    int64       `json:"episodes"`
	Steps       int64       `json:"steps"`
	Longest     int         `json:"longest"`   // steps of the longest episode
	Truncated   int64       `json:"truncated"` // episodes cut by a horizon: the value is that of episodes so cut
	Level       float64     `json:"level"`     // of confidence, of the intervals
	Estimates   []Estimate  `json:"estimates"` // in the order of the constants of Estimator
	Diagnostics Diagnostics `json:"diagnostics"`
	Warnings    []Warning   `json:"warnings,omitempty"`
}

// Estimate is what one estimator says. In JSON a number that is not finite is a string: "NaN", "+Inf", "-Inf".
type Estimate struct {
	Estimator Estimator
	Value     float64            // NaN before the first episode; infinite where it is beyond the range of float64
	StdErr    float64            // NaN where it is unknown
	Interval  *estimate.Interval // for the estimator's limit, which is v_pi but for Capped; nil where there is none
	Note      string             // why there is no interval, or what is missing; empty where nothing is
}

// Of returns the estimate of one estimator; false where it was left out.
func (r *Result) Of(x Estimator) (Estimate, bool) {
	for _, y := range r.Estimates {
		if y.Estimator == x {
			return y, true
		}
	}
	return Estimate{}, false
}

// Result returns the estimates with two-sided intervals of a confidence level in (0, 1); the evaluator can go on. It takes
// time in proportion to the longest episode, not to their number.
//
// The interval of Ordinary, PerDecision, DiscountingAware, Capped and DoublyRobust is Student's on the values of the episodes
// (estimate.StudentT). That of the weighted estimators is the delete-a-group jackknife: the episodes are dealt to K groups in
// their order, x_k is the estimate from all but group k, and
//
//	StdErr^2 = (K-1)/K sum over k of (x_k - mean of x)^2,   Value -+ t_(K-1, (1+level)/2) StdErr
//
// Both rest on the central limit theorem: they are too short while a few episodes have most of the weight, see
// Diagnostics.ESS. There is none where the model's verdict (Options) is that the variance is infinite, nor where all episodes
// have lost their weight by some step that counts: what comes after it is not in the data.
//
// Source: P. Kott, Delete-a-Group Jackknife, J. Official Statistics 17 (2001) 521-526.
func (e *Evaluator) Result(level float64) (*Result, error) {
	if !(level > 0 && level < 1) {
		return nil, &env.FieldError{Field: "level", Value: level, Want: "a number in (0, 1)"}
	}
	r := &Result{Episodes: e.episodes, Steps: e.steps, Truncated: e.truncated, Level: level, Longest: e.longest()}
	r.Diagnostics = e.diagnose()
	r.Warnings = r.Diagnostics.warnings(e.episodes, e.options.Verdict)
	if e.episodes > 1 && e.positive > 0 && e.ordinary.of.Var() == 0 && e.perDecision.of.Var() == 0 {
		r.Warnings = append(r.Warnings, Warning{WarnNoSpread, allAlike})
	}
	all, without := e.pooled()
	v := e.options.Verdict
	mean := func(x Estimator, s *spread, missing string, infinite bool) {
		r.add(e.mean(x, s, missing, level), infinite)
	}
	ratio := func(x Estimator, of func(*ratios) (float64, string), infinite bool) {
		r.add(e.jackknife(x, all, without, of, level), infinite)
	}
	mean(Ordinary, &e.ordinary, weightNote(all.noWeight), v.Infinite())
	ratio(Weighted, func(y *ratios) (float64, string) { return y.weighted, weightNote(y.noWeight) }, v.Infinite())
	mean(PerDecision, &e.perDecision, stepNote(all.noStep), v.InfinitePerDecision())
	ratio(WeightedPerDecision, func(y *ratios) (float64, string) { return y.perDecision, stepNote(y.noStep) }, v.InfinitePerDecision())
	mean(DiscountingAware, &e.discountingAware, stepNote(all.noStep), v.InfinitePerDecision())
	ratio(WeightedDiscountingAware, func(y *ratios) (float64, string) { return y.discountingAware, stepNote(y.noStep) }, v.InfinitePerDecision())
	if e.options.Cap > 0 {
		mean(Capped, &e.capped, weightNote(all.noWeight), false)
	}
	if e.value != nil {
		mean(DoublyRobust, &e.doublyRobust, stepNote(all.noStep), v.InfinitePerDecision())
		ratio(WeightedDoublyRobust, func(y *ratios) (float64, string) { return y.doublyRobust, stepNote(y.noStep) }, v.InfinitePerDecision())
	}
	return r, nil
}

// Judge sets Options.Verdict, which may not be known before it is known where the episodes begin.
func (e *Evaluator) Judge(v Verdict) { e.options.Verdict = v }

func (e *Evaluator) longest() int {
	longest := 0
	for k := range e.groups {
		longest = max(longest, len(e.groups[k].cells))
	}
	return longest
}

// add appends an estimate, without interval where the variance is infinite.
func (r *Result) add(x Estimate, infinite bool) {
	if infinite {
		x.StdErr, x.Interval, x.Note = math.NaN(), nil, "no interval: the variance is infinite, or at its limit"
	}
	r.Estimates = append(r.Estimates, x)
}

// mean is an estimator that is the mean of the values of the episodes; without an interval where something is missing in them.
func (e *Evaluator) mean(x Estimator, s *spread, missing string, level float64) Estimate {
	y := Estimate{Estimator: x, Value: s.mean(), StdErr: s.stdErr()}
	switch i := s.interval(level); {
	case e.episodes == 0:
		y.Value, y.Note = math.NaN(), "no episodes"
	case math.IsInf(y.Value, 0):
		y.StdErr, y.Note = math.NaN(), "beyond the range of float64"
	case e.episodes < 2:
		y.Note = "no interval: one episode"
	case missing != "":
		y.StdErr, y.Note = math.NaN(), missing
	case math.IsInf(i.Lo, 0) || math.IsInf(i.Hi, 0):
		y.StdErr, y.Note = math.NaN(), "no interval: its ends are beyond the range of float64"
	default:
		y.Interval = &i
	}
	return y
}

// jackknife is a self-normalised estimator; of takes it from ratios, with what is missing in it.
func (e *Evaluator) jackknife(x Estimator, all ratios, without []ratios, of func(*ratios) (float64, string), level float64) Estimate {
	y := Estimate{Estimator: x, StdErr: math.NaN()}
	if y.Value, y.Note = of(&all); e.episodes == 0 {
		y.Value, y.Note = math.NaN(), "no episodes"
	}
	if y.Note != "" {
		return y
	}
	if len(without) < 2 {
		y.Note = "no interval: one episode"
		return y
	}
	var s estimate.Variance
	for k := range without {
		value, missing := of(&without[k])
		if missing != "" {
			y.Note = "no interval: without one of the groups of episodes, " + missing
			return y
		}
		s.Add(value)
	}
	k := float64(s.N() - 1)
	y.StdErr = k * s.StdErr()
	half := float64(k * estimate.StudentT(s, level).Half())
	y.Interval = &estimate.Interval{Lo: y.Value - half, Hi: y.Value + half}
	return y
}

func weightNote(none bool) string {
	if none {
		return "no episode has a positive weight"
	}
	return ""
}

func stepNote(t int) string {
	if t < 0 {
		return ""
	}
	return fmt.Sprintf("no episode has a positive weight from t = %d on", t)
}
