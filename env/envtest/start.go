package envtest

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// start checks the initial states, drawn and stated.
func (c *check) start() error {
	var probs []float64 // of each state; nil: not stated
	if d, ok := c.mdp.(env.StartDistribution); ok {
		var err error
		if probs, err = c.startProbs(d); err != nil {
			return err
		}
	}
	m, ok := c.mdp.(env.Starter)
	if !ok {
		return nil
	}
	n := max(1000, c.steps/20)
	counts := make([]int, c.states)
	r, replayed := env.NewRand(c.seed, env.PurposeStarts), env.NewRand(c.seed, env.PurposeStarts)
	for range n {
		s := m.Start(r)
		if again := m.Start(replayed); again != s || *r != *replayed {
			return fmt.Errorf("start: state %d, and state %d from the same stream", s, again)
		}
		switch {
		case s < 0 || int(s) >= c.states:
			return fmt.Errorf("start: state %d, want one in [0, %d)", s, c.states)
		case c.terminal[s]:
			return fmt.Errorf("start: state %d is terminal", s)
		case probs != nil && probs[s] == 0:
			return fmt.Errorf("start: state %d, to which StartProbs gives no probability", s)
		}
		counts[s]++
	}
	if probs == nil {
		return nil
	}
	var t tally
	for s, p := range probs {
		if p > 0 {
			t.outcomes = append(t.outcomes, env.Outcome{Next: env.State(s), Prob: p})
			t.counts = append(t.counts, counts[s])
		}
	}
	if j, bad := t.worst(c.alarm / 2); bad {
		return fmt.Errorf("start: state %d came %d times in %d, want probability %v", t.outcomes[j].Next, t.counts[j], n, t.outcomes[j].Prob)
	}
	return nil
}

// startProbs checks the stated initial states and returns the probability of each state, or nil where none are stated.
func (c *check) startProbs(d env.StartDistribution) ([]float64, error) {
	states, list := d.StartProbs()
	if len(states) != len(list) {
		return nil, fmt.Errorf("start: StartProbs gives %d states and %d probabilities", len(states), len(list))
	}
	if len(states) == 0 {
		return nil, nil
	}
	sum, probs := 0.0, make([]float64, c.states)
	for i, s := range states {
		switch {
		case s < 0 || int(s) >= c.states:
			return nil, fmt.Errorf("start: StartProbs gives state %d, want one in [0, %d)", s, c.states)
		case !(list[i] >= 0 && list[i] <= 1+1e-9):
			return nil, fmt.Errorf("start: StartProbs gives state %d the probability %v, want a number in [0, 1]", s, list[i])
		case list[i] > 0 && c.terminal[s]:
			return nil, fmt.Errorf("start: StartProbs gives the terminal state %d the probability %v", s, list[i])
		}
		sum += list[i]
		probs[s] += list[i]
	}
	if math.Abs(sum-1) > 1e-9 {
		return nil, fmt.Errorf("start: the probabilities of StartProbs sum to %v, want 1", sum)
	}
	return probs, nil
}
