package offpolicy

import (
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Verdict is what a model tells about importance sampling before any episode is played. The zero value knows nothing.
type Verdict struct {
	// Growth bounds the factor by which E[w_t^2] grows with each step in the long run: the spectral radius of
	//
	//	M(s, s') = sum over a of pi(a | s)^2 / b(a | s) p(s' | s, a)
	//
	// over the non-terminal states that pi comes through. 0 to 0 where every episode ends within |S| steps.
	Growth estimate.Interval

	// Discounted is gamma^2 Growth, that of E[(gamma^t w_t)^2].
	Discounted estimate.Interval

	// Missing are the pairs s*|A| + a that pi comes through and b never takes: pi(a | s) > 0 = b(a | s).
	Missing []int

	// OnPolicy tells that b is pi wherever pi comes through: all weights are 1, though Growth is 1 where episodes never end.
	OnPolicy bool
}

// atLimit is where a growth counts as 1.
const atLimit = 1 - 1e-9

// Infinite reports that E[w^2], and with it the variance of Ordinary and Weighted, is infinite or at its limit: Growth is
// proven to be 1 or more. It is about episodes that only a terminal state ends; where a horizon cuts them, the variance is
// finite, and grows with the horizon T like Growth^T.
//
// A return that is 0, or for Weighted the same, wherever weights are large makes the variance finite nevertheless, and so may one
// that a discount makes small there; that is not looked at.
func (v Verdict) Infinite() bool { return v.Growth.Lo >= atLimit && !v.OnPolicy }

// InfinitePerDecision reports the same of all other estimators but Capped, by Discounted. The discounting-aware ones weigh
// returns without discount, F_t, but those are of at most (t+1) max |r|, which changes no rate:
//
//	E[x^2]^(1/2) <= sum over t of gamma^t E[(w_t F_t)^2]^(1/2)
//
// is finite where Discounted is below 1. In Example 5.5 with a reward of 1 for each step to the left, E[x^2] has 1 - 1.8 gamma^2
// as its denominator, cubed.
func (v Verdict) InfinitePerDecision() bool { return v.Discounted.Lo >= atLimit && !v.OnPolicy }

// Examine tells from a model whether episodes of behaviour can value target. Example 5.5 of Sutton & Barto has Growth 1.8:
//
//	E[(w G)^2] = 0.2 sum over k of 1.8^k
//
// It looks at the states that target reaches from the start distribution; where the model states none, from all that are not
// terminal. The error joins a FieldError for every field out of range.
//
// Source: Sutton & Barto, example 5.5; Berman & Plemmons, Nonnegative Matrices in the Mathematical Sciences, theorem 2.1.11
// (the bounds).
func Examine(m env.Model, target, behaviour Policy, gamma float64) (Verdict, error) {
	var v Verdict
	if m == nil {
		return v, &env.FieldError{Field: "model", Value: "nil", Want: "a model"}
	}
	if behaviour == nil {
		return v, &env.FieldError{Field: "behaviour", Value: "nil", Want: "a policy"}
	}
	p := Problem{States: m.NumStates(), Actions: m.NumActions(), Gamma: gamma, Target: target, Behaviour: behaviour}
	if err := p.Validate(); err != nil {
		return v, err
	}
	table, err := env.Compile(m)
	if err != nil {
		return v, err
	}
	pi, _ := p.table("target", target)
	b, _ := p.table("behaviour", behaviour)
	x := second{table: table, pi: pi, b: b, row: make([][]edge, p.States), at: make([]int32, p.States)}
	if v.Missing, err = x.explore(); err != nil {
		return v, err
	}
	v.Growth, v.OnPolicy = x.growth(), !x.differs
	c := float64(gamma * gamma)
	v.Discounted = estimate.Interval{Lo: c * v.Growth.Lo, Hi: c * v.Growth.Hi}
	return v, nil
}

// edge is an element of a row of M.
type edge struct {
	to int32
	x  float64
}

// second holds M, row by row; a state that is not reached has no row.
type second struct {
	table *env.Table
	pi, b []float64
	row   [][]edge
	at    []int32 // of each state: one more than its place in the row at hand

	differs bool // pi from b, in a state that is reached
}

// explore fills the rows of the states that pi reaches, and returns the pairs that b misses.
func (x *second) explore() (missing []int, err error) {
	seen := make([]bool, len(x.row))
	states, probs := x.table.StartProbs()
	if states == nil {
		for s := range env.State(len(x.row)) {
			states, probs = append(states, s), append(probs, 1)
		}
	}
	var open []env.State
	meet := func(s env.State) {
		if !seen[s] && !x.table.Terminal(s) {
			seen[s] = true
			open = append(open, s)
		}
	}
	for i, s := range states {
		if probs[i] > 0 {
			meet(s)
		}
	}
	for len(open) > 0 {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		lacks, err := x.fill(s, meet)
		if err != nil {
			return nil, err
		}
		missing = append(missing, lacks...)
	}
	return missing, nil
}

// fill makes the row of s, meets the states that follow it under pi, and returns the pairs of s that b misses.
func (x *second) fill(s env.State, meet func(env.State)) (missing []int, err error) {
	row, decides := x.row[s], false
	var outcomes []env.Outcome
	for a := range env.Action(x.table.NumActions()) {
		pair := int(s)*x.table.NumActions() + int(a)
		x.differs = x.differs || x.pi[pair] != x.b[pair]
		if x.pi[pair] == 0 {
			continue
		}
		decides = true
		factor := 0.0
		if x.b[pair] > 0 {
			factor = x.pi[pair] / x.b[pair] * x.pi[pair]
		} else {
			missing = append(missing, pair)
		}
		outcomes = x.table.AppendOutcomes(outcomes[:0], s, a)
		for _, o := range outcomes {
			meet(o.Next)
			if !x.table.Terminal(o.Next) && factor > 0 {
				row = x.addTo(row, int32(o.Next), float64(factor*o.Prob))
			}
		}
	}
	if !decides {
		return nil, &env.FieldError{Field: fmt.Sprintf("the sum of target(. | state %d)", s), Value: 0.0, Want: "1"}
	}
	for _, e := range row {
		x.at[e.to] = 0
	}
	x.row[s] = row
	return missing, nil
}

// addTo adds y to the element of the row under to.
func (x *second) addTo(row []edge, to int32, y float64) []edge {
	if i := x.at[to]; i > 0 {
		row[i-1].x += y
		return row
	}
	x.at[to] = int32(len(row) + 1)
	return append(row, edge{to, y})
}
