package cli

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/env/episodefile"
)

// logCheck compares logged steps with a model.
type logCheck struct {
	table    *env.Table // nil: no model
	outcomes []env.Outcome

	impossible int64  // steps that the model rules out
	first      string // of them
}

// sameReward is how near a logged reward must be to one of the model, relative to it: logs may be rounded.
const sameReward = 1e-6

// look goes through an episode. It is cut if the model has no end for its last step.
func (c *logCheck) look(file string, ep *episodefile.Episode) (cut bool) {
	if c.table == nil {
		return false
	}
	for t, s := range ep.States {
		follows, last := env.State(-1), t == ep.Len()-1
		if !last {
			follows = ep.States[t+1]
		}
		possible, ends := c.step(s, ep.Actions[t], ep.Rewards[t], follows)
		cut = last && possible && !ends
		if possible {
			continue
		}
		if c.impossible++; c.impossible == 1 {
			c.first = fmt.Sprintf("%saction %d in state %d, reward %s", stepOf(file, ep, t), ep.Actions[t], s, shortest(ep.Rewards[t]))
			if !last {
				c.first += fmt.Sprintf(", then state %d", follows)
			}
		}
	}
	return cut
}

// step tells whether a step is possible, and whether one of this reward can end an episode. The state that follows is -1
// where it is not known.
func (c *logCheck) step(s env.State, a env.Action, reward float64, follows env.State) (possible, ends bool) {
	if c.table.Terminal(s) {
		return false, false
	}
	c.outcomes = c.table.AppendOutcomes(c.outcomes[:0], s, a)
	for _, o := range c.outcomes {
		if o.Prob == 0 || math.Abs(o.Reward-reward) > sameReward*max(1, math.Abs(o.Reward)) {
			continue
		}
		possible = possible || follows < 0 || o.Next == follows
		ends = ends || c.table.Terminal(o.Next)
	}
	return possible, ends
}
