package mc

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// Add learns from a recorded episode, which is only read. The table after the episodes of a run have been added in their order
// is that of the run, bit for bit.
//
// The error joins a FieldError for whatever cannot be an episode of the problem, or says that the learner has a policy and
// plays its own; nothing is learned then. An episode may be longer than the horizon. One that is truncated may not be shorter: what
// Progress says of the bound would be wrong. One that is not truncated ends in a terminal state: what stops elsewhere was cut, and a
// cut is no end.
func (l *Prediction) Add(ep *env.Episode) error {
	c := &l.run
	if !l.recorded {
		return &env.FieldError{Field: "policy", Value: "a policy", Want: "none where episodes are recorded"}
	}
	if err := c.problem.checkEpisode(ep); err != nil {
		return err
	}
	if len(c.players) == 0 {
		c.players = []*player{{at: -1, tally: *newTally(len(c.q.cells), c.problem.Gamma, c.problem.Horizon, &c.rules)}}
	}
	p := c.players[0]
	c.trace(&p.keys, ep)
	p.tally.scores = p.tally.scores[:0]
	p.tally.score(&p.keys)
	u := part{first: c.progress.Episodes, last: c.progress.Episodes + 1, steps: int64(ep.Len()), scores: p.tally.scores}
	if ep.Truncated {
		u.truncated = 1
	}
	for _, r := range ep.Rewards {
		u.rewardMax = max(u.rewardMax, math.Abs(r))
	}
	c.take(&u)
	return nil
}

// trace makes tr the episode, by pairs or by states.
func (c *Control) trace(tr *env.Trace, ep *env.Episode) {
	tr.Pairs, tr.Index = tr.Pairs[:0], tr.Index[:0]
	for t, a := range ep.Actions {
		key := int32(ep.States[t])
		if !c.rules.states {
			key = key*int32(c.world.actions) + int32(a)
		}
		tr.Pairs, tr.Index = append(tr.Pairs, key), append(tr.Index, int32(t))
	}
	tr.Rewards, tr.Truncated = ep.Rewards, ep.Truncated
}

// checkEpisode reports all that cannot be in an episode of the problem, the first place of each kind.
func (p Problem) checkEpisode(ep *env.Episode) error {
	var bad complaints
	n, states, actions := ep.Len(), p.MDP.NumStates(), p.MDP.NumActions()
	if len(ep.States) != n+1 || len(ep.Rewards) != n || n > math.MaxInt32 {
		bad.add(true, "lengths of states, actions and rewards", fmt.Sprintf("%d, %d and %d", len(ep.States), n, len(ep.Rewards)),
			"T+1, T and T, T below 2^31")
	}
	if ep.Truncated && n < p.Horizon {
		bad.add(true, "truncated", fmt.Sprintf("after %d steps", n), fmt.Sprintf("the horizon, %d steps, or more", p.Horizon))
	}
	if last := len(ep.States) - 1; last >= 0 && ep.States[last] >= 0 && int(ep.States[last]) < states {
		ends := p.MDP.Terminal(ep.States[last])
		bad.add(ends == ep.Truncated, "truncated", ep.Truncated, fmt.Sprintf("%t: states[%d] = %d, the last, is %s", !ends, last,
			ep.States[last], map[bool]string{true: "terminal", false: "not terminal"}[ends]))
	}
	for t, s := range ep.States {
		if s < 0 || int(s) >= states || t < n && p.MDP.Terminal(s) {
			bad.add(true, fmt.Sprintf("states[%d]", t), s, fmt.Sprintf("a state in [0, %d), terminal at the end alone", states))
			break
		}
	}
	for t, a := range ep.Actions {
		if a < 0 || int(a) >= actions {
			bad.add(true, fmt.Sprintf("actions[%d]", t), a, fmt.Sprintf("an action in [0, %d)", actions))
			break
		}
	}
	for t, r := range ep.Rewards {
		if math.IsNaN(r) || math.IsInf(r, 0) {
			bad.add(true, fmt.Sprintf("rewards[%d]", t), r, "a finite number")
			break
		}
	}
	return errors.Join(bad...)
}
