package classic

import (
	"fmt"

	"example.com/mcrl/env"
)

// recipe is a model as a constructor writes it down; env.Compile makes the table of it. States from end on are terminal.
type recipe struct {
	states, actions int
	end             env.State
	outcomes        func(s env.State, a env.Action) []env.Outcome // the slice may be reused by the next call
	starts          []env.State
	probs           []float64 // of the starts; nil: each equally likely
}

func (r *recipe) NumStates() int            { return r.states }
func (r *recipe) NumActions() int           { return r.actions }
func (r *recipe) Terminal(s env.State) bool { return s >= r.end }

func (r *recipe) Outcomes(s env.State, a env.Action) []env.Outcome { return r.outcomes(s, a) }

// Step picks an outcome by a uniform number.
func (r *recipe) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	list, u := r.outcomes(s, a), rng.Float64()
	for _, o := range list[:len(list)-1] {
		if u < o.Prob {
			return o.Next, o.Reward
		}
		u -= o.Prob
	}
	last := list[len(list)-1]
	return last.Next, last.Reward
}

func (r *recipe) StartProbs() ([]env.State, []float64) {
	if r.probs == nil {
		r.probs = make([]float64, len(r.starts))
		for i := range r.probs {
			r.probs[i] = 1 / float64(len(r.starts))
		}
	}
	return r.starts, r.probs
}

// firstStates lists the states 0, ..., n-1.
func firstStates(n int) []env.State {
	list := make([]env.State, n)
	for i := range list {
		list[i] = env.State(i)
	}
	return list
}

// place is the name of a cell.
func place(row, col int) string { return fmt.Sprintf("(%d,%d)", row, col) }

// bad is a FieldError.
func bad(field string, value any, want string) error {
	return &env.FieldError{Field: field, Value: value, Want: want}
}
