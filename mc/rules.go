package mc

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// rules are the options that the three learners share, with every "as printed" resolved.
type rules struct {
	visit   Visit
	ties    Ties
	improve Improve
	average Average
	step    estimate.StepSize
	starts  Starts
	state   env.State  // FixedState, FixedPair
	action  env.Action // FixedPair
	perPair int64      // consecutive episodes from one pair, SweepPairs
	batch   int64      // episodes between improvements
	tail    int
	cycles  bool
	shared  bool

	evaluate  bool // the policy is given, and never improved
	states    bool // values are those of states
	intervals bool
	piece     int // steps of a cluster; 0: an episode is one

	optimistic   bool
	initialValue float64
	policy       []env.Action

	schedule      Schedule
	contradiction error // between options, found while they were resolved
}

// single reports whether every return is an update of its own.
func (r *rules) single() bool { return r.improve == ImproveStep || r.step != (estimate.StepSize{}) }

// maxPerPair keeps the number of episodes of a sweep within an int64.
const maxPerPair = 1 << 32

// complaints collects the fields that are out of range.
type complaints []error

func (c *complaints) add(bad bool, field string, value any, want string) {
	if bad {
		*c = append(*c, &env.FieldError{Field: field, Value: value, Want: want})
	}
}

// validate reports every field that is out of range or would do nothing.
func (r *rules) validate(p Problem) error {
	bad := complaints{
		checkName("visit", visitNames, uint8(r.visit)), checkName("ties", tieNames, uint8(r.ties)),
		checkName("improve", improveNames, uint8(r.improve)), checkName("average", averageNames, uint8(r.average)),
		checkName("starts", startNames, uint8(r.starts)), r.step.Validate(), r.schedule.Validate(), r.contradiction,
	}
	bad.add(r.perPair < 1 || r.perPair > maxPerPair, "episodes per pair", r.perPair, fmt.Sprintf("1 to %d (0 means 1)", int64(maxPerPair)))
	bad.add(r.perPair > 1 && r.starts != SweepPairs, "episodes per pair", r.perPair, "none unless starts is sweep-pairs")
	bad.add(r.batch < 1, "batch", r.batch, "at least 1 episode (0 means 1)")
	bad.add(r.tail < 0 || p.Horizon > 0 && r.tail >= p.Horizon, "tail", r.tail, "a number of steps, 0 or more and less than the horizon")
	bad.add(!r.optimistic && r.initialValue != 0, "initial value", r.initialValue, "none unless optimistic")
	bad.add(math.IsNaN(r.initialValue) || math.IsInf(r.initialValue, 0), "initial value", r.initialValue, "a finite number")
	r.validateStarts(p, &bad)
	r.validateShortcuts(p, &bad)
	r.validateIntervals(&bad)
	return errors.Join(bad...)
}

// validateStarts looks at where episodes begin and at the initial policy.
func (r *rules) validateStarts(p Problem, bad *complaints) {
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	fixed := r.starts == FixedState || r.starts == FixedPair
	pairs := r.starts == FixedPair || r.starts == UniformPairs || r.starts == SweepPairs
	bad.add(r.states && pairs, "starts", r.starts, "environment, uniform-states or fixed-state: of a state's value, the policy chooses a_0 too")
	bad.add(!fixed && r.state != 0, "state", r.state, "none unless starts is fixed-state or fixed-pair")
	bad.add(r.starts != FixedPair && r.action != 0, "action", r.action, "none unless starts is fixed-pair")
	bad.add(fixed && (r.state < 0 || int(r.state) >= states || p.MDP.Terminal(r.state)), "state", r.state,
		fmt.Sprintf("a non-terminal state in [0, %d)", states))
	inRange := fmt.Sprintf("an action in [0, %d)", actions)
	bad.add(r.starts == FixedPair && (r.action < 0 || int(r.action) >= actions), "action", r.action, inRange)
	bad.add(r.policy != nil && len(r.policy) != states, "policy", fmt.Sprintf("%d actions", len(r.policy)),
		fmt.Sprintf("one for each of the %d states", states))
	for s, a := range r.policy {
		if a < 0 || int(a) >= actions {
			bad.add(true, fmt.Sprintf("policy[%d]", s), a, inRange)
			break
		}
	}
}

// validateShortcuts looks at what only tables with certain transitions allow.
func (r *rules) validateShortcuts(p Problem, bad *complaints) {
	t, table := env.TableOf(p.MDP)
	certain := table && t.Deterministic()
	const want = "an environment that is a table with certain transitions"
	bad.add(r.cycles && !certain, "cycles", true, want)
	bad.add(r.cycles && r.visit == EveryVisit, "cycles", true, "visit first or initial")
	bad.add(r.shared && !certain, "shared", true, want)
	bad.add(r.shared && r.visit != InitialVisit, "shared", true, "visit initial")
}
