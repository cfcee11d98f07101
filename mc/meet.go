package mc

import (
	"fmt"

	"example.com/mcrl/env"
)

// meetForGood marks the states from which two policies never part: in each state that can be reached from there, the same
// symbol leads both to the same action. Two episodes that meet in such a state, with the same noise before them, are one.
func meetForGood(m env.MDP, a, b env.Policy) ([]bool, error) {
	model, ok := m.(env.Model)
	agree := agreement(a, b, m.NumActions())
	if !ok || agree == nil {
		return nil, &env.FieldError{Field: "early", Value: true,
			Want: fmt.Sprintf("a model whose outcomes are known (here %T), and two policies of package env of one kind (here %T, %T)", m, a, b)}
	}
	states, actions := m.NumStates(), m.NumActions()
	into := make([][]env.State, states) // of each state: where it can be reached from in a step
	forGood := make([]bool, states)
	var parting []env.State // states from which a state of disagreement can be reached
	for s := range env.State(states) {
		if forGood[s] = m.Terminal(s) || agree(s); !forGood[s] {
			parting = append(parting, s)
			continue
		}
		for action := range env.Action(actions) {
			if m.Terminal(s) || a.(chances).Prob(s, action) == 0 {
				continue
			}
			for _, x := range model.Outcomes(s, action) {
				into[x.Next] = append(into[x.Next], s)
			}
		}
	}
	for len(parting) > 0 {
		s := parting[len(parting)-1]
		parting = parting[:len(parting)-1]
		for _, from := range into[s] {
			if forGood[from] {
				forGood[from] = false
				parting = append(parting, from)
			}
		}
	}
	return forGood, nil
}

// chances is a policy whose probabilities are known.
type chances interface {
	Prob(s env.State, a env.Action) float64
}

// agreement tells whether two policies of one kind take the same action in s, whatever the symbol; nil: they are not of one
// kind.
func agreement(a, b env.Policy, actions int) func(s env.State) bool {
	switch a := a.(type) {
	case env.Deterministic:
		if b, ok := b.(env.Deterministic); ok {
			return func(s env.State) bool { return a[s] == b[s] }
		}
	case *env.Soft:
		if b, ok := b.(*env.Soft); ok && a.Epsilon() == b.Epsilon() {
			return func(s env.State) bool { return a.Epsilon() == 1 || a.Best[s] == b.Best[s] }
		}
	case *env.Stochastic:
		if b, ok := b.(*env.Stochastic); ok {
			return func(s env.State) bool {
				for action := range env.Action(actions) {
					if a.Prob(s, action) != b.Prob(s, action) {
						return false
					}
				}
				return true
			}
		}
	}
	return nil
}
