package dynamics

import (
	"fmt"

	"example.com/mcrl/env"
)

// Of returns the dynamics of a model as a table: a transition is done where it enters a terminal state, whose own rows stay in
// place for 0, done, as those of Gymnasium's frozen lake do. A model that was made of dynamics gives those back. The names
// are those of the model's methods StateName and ActionName, where it has them, and the board is that of Dims, Cell and Kind.
//
// The error is that of env.Compile, or a FieldError where a start can be drawn but its probabilities are not stated.
func Of(m env.Model) (*Dynamics, error) {
	if made, ok := m.(interface{ Dynamics() *Dynamics }); ok {
		d := made.Dynamics()
		if d.Board == nil {
			d.Board = boardOf(m, d.NumStates())
		}
		return d, nil
	}
	t, err := env.Compile(m)
	if err != nil {
		return nil, err
	}
	states, probs := t.StartProbs()
	if len(states) == 0 {
		return nil, &env.FieldError{Field: "start", Value: "drawn", Want: "a model that states its start probabilities (StartProbs)"}
	}
	d := &Dynamics{Start: make([]float64, m.NumStates()), P: make([][][]Transition, m.NumStates())}
	for i, s := range states {
		d.Start[s] += probs[i]
	}
	for s := range d.P {
		d.P[s] = make([][]Transition, m.NumActions())
		for a := range d.P[s] {
			d.P[s][a] = rowOf(m, env.State(s), env.Action(a))
		}
	}
	d.StateNames, d.ActionNames = names(m)
	d.Board = boardOf(m, m.NumStates())
	return d, d.Validate()
}

func rowOf(m env.Model, s env.State, a env.Action) []Transition {
	if m.Terminal(s) {
		return []Transition{{Prob: 1, Next: s, Done: true}}
	}
	outcomes := m.Outcomes(s, a)
	row := make([]Transition, len(outcomes))
	for i, o := range outcomes {
		row[i] = Transition{Prob: o.Prob, Reward: o.Reward, Next: o.Next, Done: m.Terminal(o.Next)}
	}
	return row
}

// names asks a model for the names of its states and actions; those of a grid's states are their cells, (row,column).
func names(m env.Model) (states, actions []string) {
	var name func(env.State) string
	switch m := m.(type) {
	case interface{ StateName(env.State) string }:
		name = m.StateName
	case interface {
		Cell(env.State) (row, col int)
	}:
		name = func(s env.State) string {
			row, col := m.Cell(s)
			return fmt.Sprintf("(%d,%d)", row, col)
		}
	}
	if name != nil {
		for s := range env.State(m.NumStates()) {
			states = append(states, name(s))
		}
	}
	if m, ok := m.(interface {
		ActionName(env.Action) string
		NumActions() int
	}); ok {
		for a := range env.Action(m.NumActions()) {
			actions = append(actions, m.ActionName(a))
		}
	}
	return states, actions
}
