package classic

import "example.com/mcrl/env"

// LoopConfig describes a Loop. The zero value is Sutton & Barto's example 5.5.
type LoopConfig struct {
	Stay float64 `json:"stay,omitempty"` // the probability that left comes back; 0 means 0.9
}

// Validate reports a bad probability.
func (c LoopConfig) Validate() error {
	if !(c.Stay >= 0 && c.Stay < 1) {
		return bad("stay", c.Stay, "a probability in [0, 1) (0 means 0.9)")
	}
	return nil
}

// Loop has one state that is not terminal. Right ends the episode and pays 0. Left comes back with probability Stay, paid 0,
// else it ends the episode and pays 1. Discount 1. Under always left
//
//	v = 1
//
// but ordinary importance sampling from the policy that takes each action with 1/2 has an infinite variance where
// Stay >= 1/2; that policy's own value is (1-Stay) / (2-Stay) = 1/11.
//
// State 0 and the terminal state 1; actions left and right.
//
// Source: Sutton & Barto, example 5.5 and figure 5.4.
type Loop struct{ *env.Table }

// NewLoop checks the configuration and makes the world.
func NewLoop(c LoopConfig) (*Loop, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	stay := c.Stay
	if stay == 0 {
		stay = 0.9
	}
	r := &recipe{states: 2, actions: 2, end: 1, starts: firstStates(1)}
	r.outcomes = func(_ env.State, a env.Action) []env.Outcome {
		if a == 1 {
			return []env.Outcome{{Next: 1, Prob: 1}}
		}
		return []env.Outcome{{Next: 0, Prob: stay}, {Next: 1, Reward: 1, Prob: 1 - stay}}
	}
	table, err := env.Compile(r)
	return &Loop{table}, err
}

// StateName is "s" or "end".
func (l *Loop) StateName(s env.State) string { return [...]string{"s", "end"}[s] }

// ActionName is left or right.
func (l *Loop) ActionName(a env.Action) string { return leftRight(a) }
