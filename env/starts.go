package env

import (
	"fmt"
	"math"
	"slices"
)

// starts is an initial-state distribution: uniform over some states, weighted, or whatever a Starter draws.
type starts struct {
	all    int // uniform over the states 0, ..., all-1
	states []State
	probs  []float64 // nil: uniform
	cum    bounds
	other  Starter // a start that can be drawn but not listed
}

// newStarts finds the start distribution of an MDP by the abilities it has, and checks it where it is stated.
func newStarts(m MDP) (starts, error) {
	if d, ok := m.(StartDistribution); ok {
		if states, probs := d.StartProbs(); len(states) > 0 || len(probs) > 0 {
			return weightedStarts(m, states, probs)
		}
	}
	if s, ok := m.(Starter); ok {
		return starts{other: s}, nil
	}
	states, live := State(m.NumStates()), 0
	for s := range states {
		if !m.Terminal(s) {
			live++
		}
	}
	switch live {
	case 0:
		return starts{}, &FieldError{"start states", 0, "at least one state that is not terminal"}
	case int(states):
		return starts{all: live}, nil
	}
	list := make([]State, 0, live)
	for s := range states {
		if !m.Terminal(s) {
			list = append(list, s)
		}
	}
	return starts{states: list}, nil
}

func weightedStarts(m MDP, states []State, probs []float64) (starts, error) {
	if len(states) != len(probs) {
		return starts{}, &FieldError{"start probabilities", len(probs), fmt.Sprintf("as many as start states, %d", len(states))}
	}
	sum, uniform := 0.0, true
	for i, p := range probs {
		s := states[i]
		switch {
		case s < 0 || int(s) >= m.NumStates():
			return starts{}, &FieldError{"start state", s, fmt.Sprintf("a state in [0, %d)", m.NumStates())}
		case !(p >= 0 && p <= 1+1e-9):
			return starts{}, &FieldError{fmt.Sprintf("start probability of state %d", s), p, "a number in [0, 1]"}
		case p > 0 && m.Terminal(s):
			return starts{}, &FieldError{"start state", s, "a state that is not terminal"}
		}
		sum += p
		uniform = uniform && p == probs[0]
	}
	if math.Abs(sum-1) > 1e-9 {
		return starts{}, &FieldError{"sum of the start probabilities", sum, "1"}
	}
	d := starts{states: slices.Clone(states)}
	if !uniform {
		d.probs, d.cum = slices.Clone(probs), newBounds(cumulative(probs))
		for i := range d.probs {
			if !nearOne(sum) {
				d.probs[i] /= sum
			}
		}
	}
	return d, nil
}

// draw takes one draw from the stream, none where the start is certain.
func (d *starts) draw(rng *Rand) State {
	switch {
	case d.other != nil:
		return d.other.Start(rng)
	case d.all > 1:
		return State(rng.Intn(d.all))
	case d.all == 1:
		return 0
	case len(d.states) == 1:
		return d.states[0]
	case d.probs != nil:
		return d.states[d.cum.search(rng.word())]
	}
	return d.states[rng.Intn(len(d.states))]
}

// certain reports whether draw takes nothing from the stream.
func (d *starts) certain() bool { return d.other == nil && (len(d.states) == 1 || d.all == 1) }

func (d *starts) list() ([]State, []float64) {
	if d.other != nil {
		return nil, nil
	}
	if d.probs != nil {
		return d.states, d.probs
	}
	states := d.states
	for s := range State(d.all) {
		states = append(states, s)
	}
	probs := make([]float64, len(states))
	for i := range probs {
		probs[i] = 1 / float64(len(probs))
	}
	return states, probs
}
