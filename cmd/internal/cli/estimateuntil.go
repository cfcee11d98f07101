package cli

import (
	"fmt"

	"example.com/mcrl/estimate"
)

// stopping decides after each sample whether there are enough.
type stopping struct {
	half     float64 // enough is less
	sequence *estimate.BernsteinSequence
	interval estimate.Interval
	enough   bool
}

// newStopping returns the rule before the first sample of [lo, hi] = bounds.
func newStopping(bounds []float64, level, half float64) (*stopping, error) {
	t := &stopping{half: half, interval: estimate.Interval{Lo: bounds[0], Hi: bounds[1]}}
	if bounds[0] == bounds[1] {
		return t, nil // one value: it is the mean
	}
	var err error
	t.sequence, err = estimate.NewAimedBernsteinSequence(bounds[0], bounds[1], level, half)
	return t, err
}

// add takes a sample into account.
func (t *stopping) add(x float64) error {
	if t.sequence != nil {
		if err := t.sequence.Add(x); err != nil {
			return err
		}
		t.interval = t.sequence.Interval()
	}
	t.enough = t.interval.Half() < t.half
	return nil
}

// verdict says why sampling has ended.
func (t *stopping) verdict(n int64) string {
	if t.enough {
		return fmt.Sprintf("after %s %s, half-width %.6g", grouped(n), choose(n == 1, "sample", "samples"), t.interval.Half())
	}
	return fmt.Sprintf("at the last of %s %s, half-width %.6g, not below %s", grouped(n), choose(n == 1, "sample", "samples"),
		t.interval.Half(), shortest(t.half))
}
