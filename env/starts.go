package env

// starts is an initial-state distribution: uniform over some states, weighted, or whatever a Starter draws.
type starts struct {
	states []State
	probs  []float64 // nil: uniform
	cum    []uint64
	other  Starter // a start that can be drawn but not listed
}

// newStarts finds the start distribution of an MDP by the abilities it has.
func newStarts(m MDP) starts {
	if d, ok := m.(StartDistribution); ok {
		if states, probs := d.StartProbs(); len(states) > 0 {
			return weightedStarts(states, probs)
		}
	}
	if s, ok := m.(Starter); ok {
		return starts{other: s}
	}
	var all []State
	for s := range State(m.NumStates()) {
		if !m.Terminal(s) {
			all = append(all, s)
		}
	}
	return starts{states: all}
}

func weightedStarts(states []State, probs []float64) starts {
	for _, p := range probs {
		if p != probs[0] {
			return starts{states: states, probs: probs, cum: cumulative(probs)}
		}
	}
	return starts{states: states}
}

// draw takes one draw from the stream, none where the start is certain.
func (d *starts) draw(rng *Rand) State {
	switch {
	case d.other != nil:
		return d.other.Start(rng)
	case len(d.states) == 1:
		return d.states[0]
	case d.cum != nil:
		return d.states[search(d.cum, rng.word())]
	}
	return d.states[rng.Intn(len(d.states))]
}

func (d *starts) list() ([]State, []float64) {
	if d.other != nil {
		return nil, nil
	}
	if d.probs != nil {
		return d.states, d.probs
	}
	probs := make([]float64, len(d.states))
	for i := range probs {
		probs[i] = 1 / float64(len(probs))
	}
	return d.states, probs
}
