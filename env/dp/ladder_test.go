package dp_test

import (
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// A ladder of n rungs: action 0 climbs one with probability 0.1, action 1 with 0.9, else one falls by one. Both end with
// certainty, but always action 0 takes 9^n steps: policy iteration must not begin there (P22). From rung k to the next the
// best takes h_k = (1 + 0.1 h_{k-1}) / 0.9 steps, h_0 = 1 / 0.9.
func TestLadder(t *testing.T) {
	const n = 3000
	m := &model{actions: 2, terminal: make([]bool, n+1), starts: make([]float64, n+1)}
	m.terminal[n], m.starts[0] = true, 1
	want, h := 0.0, 0.0
	for s := range n {
		for _, p := range []float64{0.1, 0.9} {
			m.outcomes = append(m.outcomes, []env.Outcome{{Next: env.State(s + 1), Reward: -1, Prob: p}, {Next: env.State(max(0, s-1)), Reward: -1, Prob: 1 - p}})
		}
		h = (1 + 0.1*h) / 0.9
		want += h
	}
	m.outcomes = append(m.outcomes, nil, nil)
	s, err := dp.PolicyIteration(m, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := s.Start(); math.Abs(v+want) > s.Bound || s.Bound > 1e-6 || s.Policy[0] != 1 {
		t.Errorf("%v within %v, want %v", v, s.Bound, -want)
	}
}
