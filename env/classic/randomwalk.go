package classic

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// RandomWalkConfig describes a RandomWalk. The zero value is Sutton & Barto's example 6.2; {States: 19, Left: -1} is that of
// example 7.1.
type RandomWalkConfig struct {
	States int     `json:"states,omitempty"` // between the ends; odd; 0 means 5
	Left   float64 `json:"left,omitempty"`   // the reward of leaving at the left end
}

// maxWalk is the longest walk.
const maxWalk = 1 << 20

// Validate reports every bad field at once.
func (c RandomWalkConfig) Validate() error {
	var errs []error
	if c.States != 0 && (c.States < 1 || c.States > maxWalk || c.States%2 == 0) {
		errs = append(errs, bad("states", c.States, fmt.Sprintf("an odd number from 1 to %d (0 means 5)", maxWalk)))
	}
	if math.IsNaN(c.Left) || math.IsInf(c.Left, 0) {
		errs = append(errs, bad("left", c.Left, "a finite number"))
	}
	return errors.Join(errs...)
}

// RandomWalk is a row of n states between two ends: a step goes one state to the left or to the right, and leaving at the right
// end pays 1. Episodes begin in the middle. Discount 1.
//
// State 0 is the left end, states 1 ... n are the row, state n+1 is the right end. The actions are left and right: the book's
// walk, which has no actions, is this one under the policy that takes each with 1/2, and then
//
//	v(i) = Left (1 - i/(n+1)) + i/(n+1)
//
// Source: Sutton & Barto, examples 6.2 and 7.1.
type RandomWalk struct{ *env.Table }

// NewRandomWalk checks the configuration and makes the world.
func NewRandomWalk(c RandomWalkConfig) (*RandomWalk, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n := c.States
	if n == 0 {
		n = 5
	}
	r := &walk{n: env.State(n), left: c.Left}
	table, err := env.Compile(r)
	return &RandomWalk{table}, err
}

// walk has terminal states at both ends of the row.
type walk struct {
	n    env.State
	left float64
}

func (w *walk) NumStates() int            { return int(w.n) + 2 }
func (w *walk) NumActions() int           { return 2 }
func (w *walk) Terminal(s env.State) bool { return s == 0 || s == w.n+1 }

func (w *walk) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	s += env.State(2*a - 1)
	switch s {
	case 0:
		return s, w.left
	case w.n + 1:
		return s, 1
	}
	return s, 0
}

func (w *walk) Outcomes(s env.State, a env.Action) []env.Outcome {
	next, reward := w.Step(s, a, nil)
	return []env.Outcome{{Next: next, Reward: reward, Prob: 1}}
}

func (w *walk) StartProbs() ([]env.State, []float64) {
	return []env.State{(w.n + 1) / 2}, []float64{1}
}

// StateName is a letter for up to 26 states, else a number, as in the book; "left end" or "right end".
func (w *RandomWalk) StateName(s env.State) string {
	n := w.NumStates() - 2
	switch {
	case s == 0:
		return "left end"
	case int(s) == n+1:
		return "right end"
	case n <= 26:
		return string(rune('A' + s - 1))
	}
	return fmt.Sprint(int(s))
}

// ActionName is left or right.
func (w *RandomWalk) ActionName(a env.Action) string { return leftRight(a) }

func leftRight(a env.Action) string { return [...]string{"left", "right"}[a] }
