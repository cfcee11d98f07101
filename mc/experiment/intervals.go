package experiment

import (
	"encoding/json"
	"math"

	"example.com/mcrl/env"
)

// IntervalLevel is the confidence level of the intervals of a record.
const IntervalLevel = 0.95

// Intervals are the confidence intervals of the estimates of a record, q -+ half, each for itself; see mc.QTable.Intervals for
// what they are about.
type Intervals struct {
	Level float64 `json:"level"`
	// Half are half their widths, |S| rows of |A|, +Inf where nothing is known. In JSON they are absent where q and n are.
	Half HalfWidths `json:"half,omitempty"`
}

// HalfWidths are half the widths of intervals. JSON, which has no infinity, has null in its place.
type HalfWidths []float64

// MarshalJSON writes null for +Inf.
func (h HalfWidths) MarshalJSON() ([]byte, error) {
	list := make([]*float64, len(h))
	for i := range h {
		if !math.IsInf(h[i], 1) {
			list[i] = &h[i]
		}
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads +Inf for null.
func (h *HalfWidths) UnmarshalJSON(text []byte) error {
	var list []*float64
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*h = make(HalfWidths, len(list))
	for i, x := range list {
		(*h)[i] = math.Inf(1)
		if x != nil {
			(*h)[i] = *x
		}
	}
	return nil
}

// Undecided tells, for each state, whether the lead of the learned greedy action a may be chance: whether for some other action b
//
//	q(s, a) - q(s, b) <= half(s, a) + half(s, b)
//
// Terminal states are decided. It is nil where the record has no intervals. At the end of an iteration it is what
// mc.QTable.Undecided says.
func (r *Record) Undecided(t *env.Table) []bool {
	if r.Intervals == nil {
		return nil
	}
	half, actions := r.Intervals.Half, t.NumActions()
	open := make([]bool, t.NumStates())
	for pair := range r.Q {
		s := env.State(pair / actions)
		own := int(s)*actions + int(r.Policy[s])
		if pair != own && !t.Terminal(s) && !(r.Q[own]-r.Q[pair] > half[own]+half[pair]) {
			open[s] = true
		}
	}
	return open
}

func (r *Record) checkIntervals(t *env.Table) error {
	if r.Intervals == nil {
		return nil
	}
	if l := r.Intervals.Level; !(l > 0 && l < 1) {
		return bad("intervals.level", l, "a number in (0, 1)")
	}
	if n := len(r.Intervals.Half); n != len(r.Q) {
		return bad("length of intervals.half", n, "%d, the number of pairs", len(r.Q))
	}
	for i, h := range r.Intervals.Half {
		if !(h >= 0) {
			return bad("intervals.half", h, "0 or more, of pair %d", i)
		}
	}
	return nil
}
