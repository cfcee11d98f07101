// Package episodefile reads and writes logged episodes, one step a row, as CSV or as JSON Lines:
//
//	episode,t,state,action,reward,probability
//	1,0,12,1,0,0.25
//	1,1,13,1,1,0.25
//	2,0,12,3,-1,0.25
//
//	{"episode":1,"t":0,"state":12,"action":1,"reward":0,"probability":0.25}
//
// In the row of step t stand S_t, A_t, R_{t+1} and, if it is known, the probability b(A_t | S_t) with which the behaviour
// policy took the action. The episode is any label; the rows of one stand together, in the order t = 0, 1, 2, ... The columns
// of a CSV file are found by the names in its first row, whatever their order. The column probability may be missing; its name
// may be behavior_probability or behaviour_probability, too. Columns and keys of other names are not read; a key that is there
// twice, or differs in the case of letters alone, is an error.
// A row is one line.
//
// Files of any length are read in the memory of their longest episode.
package episodefile

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// Format is how rows are written.
type Format uint8

// The formats.
const (
	CSV Format = iota
	JSONLines
)

// Episode is a logged episode in columns. The state in which it ended is not known.
type Episode struct {
	Label   string
	Line    int // of its first row, from 1
	End     int // of its last row: Line + T - 1, unless there are empty lines between
	States  []env.State
	Actions []env.Action
	Rewards []float64 // Rewards[t] is R_{t+1}
	Probs   []float64 // b(A_t | S_t); empty where the file has no such column
}

// Len is T, the number of steps, at least 1 once an episode was read.
func (e *Episode) Len() int { return len(e.Actions) }

func (e *Episode) reset() {
	*e = Episode{States: e.States[:0], Actions: e.Actions[:0], Rewards: e.Rewards[:0], Probs: e.Probs[:0]}
}

// DefaultSteps is the length of the longest episode that is read unless Options say otherwise.
const DefaultSteps = 10_000_000

// Options bound what is read. The zero value takes any state and action index, any reward and probability, and no more than
// DefaultSteps steps an episode.
type Options struct {
	States  int // |S|: every state is below it; 0: any
	Actions int // |A|: every action is below it; 0: any
	Steps   int // the longest episode; 0: DefaultSteps

	Reward float64 // every reward is at most that far from 0; 0: any
	Prob   float64 // every probability is at least that; 0: any above 0
}

func (o Options) steps() int {
	if o.Steps > 0 {
		return o.Steps
	}
	return DefaultSteps
}

// row is one step, as it is read.
type row struct {
	episode       []byte // until the next row is read
	t             int64
	state, action int64
	reward, prob  float64
}

// check returns what is wrong with the values of a row, and in which column.
func (o Options) check(r *row, hasProb bool) (column, fault string) {
	switch {
	case r.t < 0:
		return "t", fmt.Sprintf("t = %d: want a step, 0 or more", r.t)
	case r.state < 0 || r.state > maxIndex || o.States > 0 && r.state >= int64(o.States):
		return "state", fmt.Sprintf("state = %d: want %s", r.state, below(o.States))
	case r.action < 0 || r.action > maxIndex || o.Actions > 0 && r.action >= int64(o.Actions):
		return "action", fmt.Sprintf("action = %d: want %s", r.action, below(o.Actions))
	case r.reward-r.reward != 0:
		return "reward", fmt.Sprintf("reward = %v: want a finite number", r.reward)
	case o.Reward > 0 && math.Abs(r.reward) > o.Reward:
		return "reward", fmt.Sprintf("reward = %v: want a number of at most %g", r.reward, o.Reward)
	case hasProb && !(r.prob > 0 && r.prob <= 1):
		return "probability", fmt.Sprintf("probability = %v: want that of an action which was taken, above 0 and at most 1", r.prob)
	case hasProb && r.prob < o.Prob:
		return "probability", fmt.Sprintf("probability = %v: want at least %g", r.prob, o.Prob)
	}
	return "", ""
}

const maxIndex = 1<<31 - 1

func below(n int) string {
	if n == 0 {
		return "an index, 0 or more"
	}
	return fmt.Sprintf("an index, 0 to %d", n-1)
}
