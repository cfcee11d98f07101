package env

import "iter"

// Episode is S_0, A_0, R_1, S_1, A_1, R_2, ..., A_{T-1}, R_T, S_T in columns. The buffers are reused from one episode to
// the next.
//
// Source: Zhao, section 1.6; Sutton & Barto, equation (3.1).
type Episode struct {
	States    []State   // length T+1: S_0 ... S_T
	Actions   []Action  // length T: A_0 ... A_{T-1}
	Rewards   []float64 // length T: Rewards[t] is R_{t+1}
	Truncated bool      // cut by the horizon: S_T is not terminal. An end on the very last step counts as an end.
}

// Len is T, the number of steps.
func (e *Episode) Len() int { return len(e.Actions) }

// Returns yields (t, G_t) backwards, t = T-1, ..., 0:
//
//	G_t = R_{t+1} + gamma G_{t+1},   G_T = 0
//
// The product is rounded before the sum on every machine, so G_t has the same bits everywhere.
//
// Source: Zhao, algorithms 5.2 and 5.3 (g <- gamma g + r_{t+1}).
func (e *Episode) Returns(gamma float64) iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		g := 0.0
		for t := len(e.Rewards) - 1; t >= 0; t-- {
			g = float64(gamma*g) + e.Rewards[t]
			if !yield(t, g) {
				return
			}
		}
	}
}

// Transition is one step of an episode, an iteration value.
type Transition struct {
	State  State
	Action Action
	Reward float64
	Next   State
}

// All yields (t, transition) forwards, t = 0, ..., T-1. It is for reading episodes; learners use the columns.
func (e *Episode) All() iter.Seq2[int, Transition] {
	return func(yield func(int, Transition) bool) {
		for t := range e.Actions {
			if !yield(t, Transition{e.States[t], e.Actions[t], e.Rewards[t], e.States[t+1]}) {
				return
			}
		}
	}
}

func (e *Episode) reset() {
	e.States, e.Actions, e.Rewards, e.Truncated = e.States[:0], e.Actions[:0], e.Rewards[:0], false
}
