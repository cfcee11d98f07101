package offpolicy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// ControlOptions are the options of off-policy MC control. The zero value follows the uniform policy, b = 1/|A|.
type ControlOptions struct {
	// Epsilon makes b the epsilon-greedy policy about the target as it was when the episode began; the schedule counts
	// episodes. Zero: b is uniform. It must stay above 0.
	Epsilon mc.Schedule `json:"epsilon,omitzero"`

	// Probs is a behaviour policy that stays as it is, in place of the epsilon-greedy one: b(a | s), |S| rows of |A|. Where b
	// is 0 nothing is learned.
	Probs []float64 `json:"probs,omitempty"`

	Policy []env.Action `json:"policy,omitempty"` // the initial target policy, length |S|; nil means action 0 everywhere
}

// Control is off-policy MC control: it follows b and learns the greedy target policy pi.
//
//	for each episode:
//	    b <- any soft policy; generate an episode with it
//	    G <- 0;  W <- 1
//	    for each step t = T-1, T-2, ..., 0:
//	        G <- gamma G + R_(t+1)
//	        C(S_t, A_t) <- C(S_t, A_t) + W
//	        Q(S_t, A_t) <- Q(S_t, A_t) + W/C(S_t, A_t) (G - Q(S_t, A_t))
//	        pi(S_t) <- argmax_a Q(S_t, a), the lowest of equals
//	        if A_t is not pi(S_t), go on with the next episode
//	        W <- W / b(A_t | S_t)
//
// The argmax is over the actions that have a return. Were the others to compete, as with the arbitrary Q of the book, one with
// too high a Q would be greedy for ever: an end that is not greedy is not learned from, so nothing corrects it.
//
// Only the end of an episode that the target would have played is learned from: Learned tells how many steps that were. It is
// a learner for [mc.Run].
//
// Source: Sutton & Barto, section 5.7, the box of page 111.
type Control struct {
	run
	options ControlOptions
	actions int
	greedy  []env.Action // pi(s)
	soft    *env.Soft    // b, about greedy; nil where it is fixed
	fixed   *env.Stochastic
	q       []average
	chance  []float64 // b(A_t | S_t) of the present episode
	learned int64
}

// NewControl returns a learner that has seen nothing. The error joins a FieldError for every field out of range.
func NewControl(p mc.Problem, o ControlOptions, seed uint64) (*Control, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	if err := o.validate(states, actions); err != nil {
		return nil, err
	}
	c := &Control{options: o, actions: actions, greedy: make([]env.Action, states), q: make([]average, states*actions)}
	copy(c.greedy, o.Policy)
	var b env.Policy
	var err error
	if o.Probs != nil {
		c.fixed, err = env.NewStochastic(actions, slices.Clone(o.Probs))
		b = c.fixed
	} else {
		c.soft, err = env.NewSoft(c.greedy, actions, 1)
		b = c.soft
	}
	if err != nil {
		return nil, err
	}
	if c.run, err = newRun(p, b, seed); err != nil {
		return nil, err
	}
	return c, nil
}

func (o ControlOptions) validate(states, actions int) error {
	bad := complaints{o.Epsilon.Validate()}
	uniform := o.uniform()
	bad.add(!uniform && !soft(o.Epsilon), "epsilon", o.Epsilon.Start, "a schedule that stays above 0: b must be soft")
	bad.add(o.Probs != nil && !uniform, "probs", fmt.Sprintf("%d numbers", len(o.Probs)), "none where epsilon is given")
	bad.add(o.Probs != nil && len(o.Probs) != states*actions, "probs", fmt.Sprintf("%d numbers", len(o.Probs)),
		fmt.Sprintf("one for each of %d x %d pairs", states, actions))
	for i, x := range o.Probs {
		if x != 0 && x < least {
			bad.add(true, fmt.Sprintf("probs[%d]", i), x, fmt.Sprintf("a probability, 0 or at least %g", least))
			break
		}
	}
	bad.add(o.Policy != nil && len(o.Policy) != states, "policy", fmt.Sprintf("%d actions", len(o.Policy)),
		fmt.Sprintf("one for each of the %d states", states))
	for s, a := range o.Policy {
		if a < 0 || int(a) >= actions {
			bad.add(true, fmt.Sprintf("policy[%d]", s), a, fmt.Sprintf("an action in [0, %d)", actions))
			break
		}
	}
	return errors.Join(bad...)
}

// uniform reports that no epsilon is given.
func (o ControlOptions) uniform() bool {
	e := o.Epsilon
	return e.Start == 0 && e.Decay == mc.Constant && e.End == 0 && e.Over == 0 && e.Rate == 0 && e.Values == nil
}

// soft reports that a schedule stays above 0.
func soft(s mc.Schedule) bool {
	switch s.Decay {
	case mc.Linear:
		return s.Start > 0 && s.End > 0
	case mc.Exponential:
		return s.Start > 0 && (s.End > 0 || s.Rate == 1)
	case mc.Listed:
		return !slices.Contains(s.Values, 0)
	}
	return s.Start > 0
}

// Next plays one episode and learns from it, none where limit is below 1. It returns ctx's error where ctx has ended.
func (c *Control) Next(ctx context.Context, limit int64) error {
	if limit < 1 {
		return nil
	}
	if c.soft != nil {
		c.soft.SetEpsilon(c.Epsilon())
	}
	if err := c.play(ctx); err != nil {
		return err
	}
	c.remember()
	c.learn(&c.ep)
	c.progress.Iterations++
	return nil
}

// remember notes the probabilities of the actions under b, before the target, which b may be about, changes.
func (c *Control) remember() {
	c.chance = c.chance[:0]
	for t, a := range c.ep.Actions {
		if c.fixed != nil {
			c.chance = append(c.chance, c.fixed.Prob(c.ep.States[t], a))
		} else {
			c.chance = append(c.chance, c.soft.Prob(c.ep.States[t], a))
		}
	}
}

// learn learns from an episode with the probabilities in chance.
func (c *Control) learn(ep *env.Episode) {
	c.progress.Changed = 0
	w := scaled{1, 0} // W <- 1
	for t, g := range ep.Returns(c.problem.Gamma) {
		s, a := ep.States[t], ep.Actions[t]
		c.q[int(s)*c.actions+int(a)].add(w, g, false) // C += W; Q += W/C (G - Q)
		c.learned++
		c.improve(s)
		if a != c.greedy[s] {
			break
		}
		w = w.times(1 / c.chance[t]) // W <- W / b(A_t | S_t)
	}
}

// improve makes the target greedy in s: pi(s) = argmax_a Q(s, a). Of equal values the lowest action wins, every time.
func (c *Control) improve(s env.State) {
	row := c.q[int(s)*c.actions:][:c.actions]
	best, found := env.Action(0), false
	for a := range row {
		if row[a].n > 0 && (!found || row[a].value > row[best].value) {
			best, found = env.Action(a), true
		}
	}
	if best != c.greedy[s] {
		c.greedy[s] = best
		c.progress.Changed++
	}
}

// Epsilon is the epsilon of b in the next episode: 1 where b is uniform, or fixed.
func (c *Control) Epsilon() float64 {
	if c.options.uniform() {
		return 1
	}
	return c.options.Epsilon.At(c.progress.Iterations)
}

// Policy returns a copy of the target policy, length |S|.
func (c *Control) Policy() env.Deterministic { return slices.Clone(env.Deterministic(c.greedy)) }

// Q returns the estimate of q(s, a), 0 where it rests on no return.
func (c *Control) Q(s env.State, a env.Action) float64 { return c.q[int(s)*c.actions+int(a)].value }

// AllQ returns a copy of Q, |S| rows of |A|.
func (c *Control) AllQ() []float64 { return values(c.q) }

// Visits returns the number of returns behind Q(s, a).
func (c *Control) Visits(s env.State, a env.Action) int64 { return c.q[int(s)*c.actions+int(a)].n }

// Learned is the number of steps learned from; Progress().Steps is that of the steps played.
func (c *Control) Learned() int64 { return c.learned }
