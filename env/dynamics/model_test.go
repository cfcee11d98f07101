package dynamics

import (
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/envtest"
)

// The model from which the table is compiled keeps the promises of the interface too: its samples have the probabilities that
// it lists, entries of probability 0 never come, and starts are as stated.
func TestExpandedConforms(t *testing.T) {
	d := &Dynamics{Start: []float64{0.25, 0.75, 0}, P: [][][]Transition{
		{{{Prob: 0.2, Next: 0, Reward: 1}, {Prob: 0, Next: 2, Reward: 9}, {Prob: 0.5, Next: 1, Reward: 2, Done: true}, {Prob: 0.3, Next: 2, Reward: 3, Done: true}}},
		{{{Prob: 0, Next: 2, Reward: 9}, {Prob: 1, Next: 0, Reward: -1}, {Prob: 0, Next: 2, Reward: 9}}},
		{{{Prob: 1, Next: 2, Done: true}}},
	}}
	x := d.expand()
	if want := []env.State{0, 3, 2}; x.end[0] != want[0] || x.end[1] != want[1] || x.end[2] != want[2] || !x.Terminal(2) || !x.Terminal(3) || x.Terminal(1) {
		t.Fatalf("ends %v, terminal %v", x.end, x.terminal)
	}
	envtest.Run(t, x, envtest.Options{Steps: 500_000})
}
