package mc

import (
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// CompareOptions say how two policies are compared. The zero value plays no episode.
type CompareOptions struct {
	First    int64     `json:"first,omitempty"`  // index of the first pair of episodes: where another comparison stopped
	Episodes int64     `json:"episodes"`         // pairs of episodes, one of each policy
	Starts   Starts    `json:"starts,omitempty"` // environment (as printed) or fixed-state
	State    env.State `json:"state,omitempty"`  // fixed-state

	// Early ends both episodes where they have met for good: in one state, after as many steps, from which the policies never
	// part again. The differences are the same, bit for bit; the returns of A and B by themselves are not known then. It is for
	// models whose outcomes are known and for the policies of package env.
	Early bool `json:"early,omitempty"`
}

// Comparison is what pairs of episodes say about v_a(s_0) - v_b(s_0), s_0 averaged over the starts.
type Comparison struct {
	Difference estimate.Variance `json:"difference"` // of G_a - G_b, one for each pair of episodes
	A          estimate.Variance `json:"a"`          // of G_a; nothing where Early
	B          estimate.Variance `json:"b"`          // of G_b; nothing where Early
	Steps      int64             `json:"steps"`      // transitions played; one that both episodes share counts once
	Shared     int64             `json:"shared"`     // those that both share: independent episodes take Steps + Shared
	Truncated  int64             `json:"truncated"`  // pairs of episodes of which the horizon cut one or both
	Met        int64             `json:"met"`        // pairs that Early ended
}

// Compare plays episodes of two policies with common random numbers: both begin in the same state and meet the same noise at
// the same time, so what they have in common cancels in the difference of their returns, and so does its variance:
//
//	for each pair of episodes:
//	    s_0 from the start distribution
//	    an episode of a and one of b from s_0: at each step t, the same symbol for the decision and the same for the transition
//	    G_a - G_b = sum over t of gamma^t (r_a - r_b)
//	mean of G_a - G_b -> v_a - v_b,   Var(G_a - G_b) = Var G_a + Var G_b - 2 Cov(G_a, G_b)
//
// Each episode by itself has the law of any other, so the mean is unbiased for returns of T steps: within
// 2 gamma^T r_max/(1-gamma) of v_a - v_b (see Problem.TruncationBound). An exploratory step of two epsilon-greedy policies
// falls on the same time and takes the same action. While the episodes are in one state and take one action, one step serves
// both. Pair e is a function of (seed, e): it draws from the streams of block e, whatever was played before.
//
// The error joins a FieldError for every field out of range, or is that of ctx; the Comparison then holds the pairs played.
//
// Source: P. Glasserman and D. Yao, Management Science 38 (1992) 884-908.
func Compare(ctx context.Context, p Problem, a, b env.Policy, o CompareOptions, seed uint64) (Comparison, error) {
	var c Comparison
	d, err := newDuel(p, a, b, o, seed)
	if err != nil {
		return c, err
	}
	for e := o.First; e < o.First+o.Episodes; e++ {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		d.play(&c, d.begin(e, seed))
	}
	return c, nil
}

// Interval is Student's interval for the difference of the values, see estimate.StudentT.
func (c Comparison) Interval(level float64) estimate.Interval {
	return estimate.StudentT(c.Difference, level)
}

// Correlation is that of G_a and G_b, Cov(G_a, G_b) / sqrt(Var G_a Var G_b); NaN where a variance is 0 or unknown.
func (c Comparison) Correlation() float64 {
	a, b := c.A.Var(), c.B.Var()
	return (a + b - c.Difference.Var()) / (2 * math.Sqrt(float64(a*b)))
}

// Gain is how many times as many pairs of independent episodes the same standard error takes,
//
//	(Var G_a + Var G_b) / Var(G_a - G_b)
//
// For the same in steps, it is to be multiplied by (Steps+Shared)/Steps. It is NaN where the variances of G_a and G_b are
// unknown.
func (c Comparison) Gain() float64 { return (c.A.Var() + c.B.Var()) / c.Difference.Var() }

// Merge adds the pairs of o, played from another First on.
func (c *Comparison) Merge(o Comparison) {
	c.Difference.Merge(o.Difference)
	c.A.Merge(o.A)
	c.B.Merge(o.B)
	c.Steps += o.Steps
	c.Shared += o.Shared
	c.Truncated += o.Truncated
	c.Met += o.Met
}

// duel plays the two episodes of a pair side by side.
type duel struct {
	problem Problem
	options CompareOptions
	starts  *env.Generator
	forGood []bool // of each state: from there the policies never part; nil unless Early
	a, b    side
}

// side is one of the two episodes.
type side struct {
	policy     env.Policy
	choice     env.Rand // the stream of its decisions
	noise      env.Rand // the stream of its transitions
	s          env.State
	action     env.Action
	value      float64 // the return so far
	over       bool
	lastReward float64
}

func newDuel(p Problem, a, b env.Policy, o CompareOptions, seed uint64) (*duel, error) {
	errs := []error{p.Validate()}
	d := &duel{problem: p, options: o, a: side{policy: a}, b: side{policy: b}}
	if p.MDP != nil && p.validateSize() == nil {
		errs = append(errs, o.validate(p))
		for i, policy := range []env.Policy{a, b} {
			g, err := env.NewGenerator(p.MDP, policy, max(1, p.Horizon), seed)
			if err != nil {
				err = fmt.Errorf("policy %c: %w", 'a'+i, err)
			}
			d.starts, errs = g, append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if o.Early {
		var err error
		d.forGood, err = meetForGood(p.MDP, a, b)
		return d, err
	}
	return d, nil
}

func (o CompareOptions) validate(p Problem) error {
	var bad complaints
	bad.add(o.First < 0, "first", o.First, "an index, 0 or more")
	bad.add(o.Episodes < 1 || o.Episodes > math.MaxInt64-max(o.First, 0), "episodes", o.Episodes, "at least 1 pair of episodes")
	fixed := o.Starts == FixedState
	bad.add(!fixed && o.Starts != StartsAsPrinted && o.Starts != EnvironmentStarts, "starts", o.Starts, "environment or fixed-state")
	bad.add(!fixed && o.State != 0, "state", o.State, "none unless starts is fixed-state")
	bad.add(fixed && (o.State < 0 || int(o.State) >= p.MDP.NumStates() || p.MDP.Terminal(o.State)), "state", o.State,
		fmt.Sprintf("a non-terminal state in [0, %d)", p.MDP.NumStates()))
	return errors.Join(bad...)
}

// begin brings the streams to pair e and returns its start.
func (d *duel) begin(e int64, seed uint64) env.State {
	d.a.choice.Reset(seed, env.PurposePolicy, uint64(e))
	d.a.noise.Reset(seed, env.PurposeEnvironment, uint64(e))
	d.b.choice, d.b.noise = d.a.choice, d.a.noise
	if d.options.Starts == FixedState {
		return d.options.State
	}
	d.starts.SeekBlock(e)
	return d.starts.Start()
}

// play plays one pair of episodes from s. Together they are in one state, with the same noise before them.
func (d *duel) play(c *Comparison, s env.State) {
	x, y := &d.a, &d.b
	x.enter(s)
	y.enter(s)
	together, difference, discount := true, 0.0, 1.0
	for t := 0; !x.over || !y.over; t++ {
		if d.forGood != nil && together && d.forGood[x.s] {
			c.Met++
			break
		}
		if t == d.problem.Horizon {
			c.Truncated++
			break
		}
		x.act()
		y.act()
		if together && x.action != y.action {
			together, y.noise = false, x.noise
		}
		c.Steps += x.step(d.problem.MDP)
		if together {
			y.s, y.over, y.lastReward = x.s, x.over, x.lastReward
			c.Shared++
		} else {
			c.Steps += y.step(d.problem.MDP)
			together = x.s == y.s && x.over == y.over && x.noise == y.noise
		}
		difference += float64(discount * (x.lastReward - y.lastReward))
		x.value += float64(discount * x.lastReward)
		y.value += float64(discount * y.lastReward)
		discount *= d.problem.Gamma
	}
	c.Difference.Add(difference)
	if d.forGood == nil {
		c.A.Add(x.value)
		c.B.Add(y.value)
	}
}

func (x *side) enter(s env.State) { x.s, x.value, x.over = s, 0, false }

// act chooses the next action.
func (x *side) act() {
	if !x.over {
		x.action = x.policy.Act(x.s, &x.choice)
	}
}

// step takes it and returns the number of steps taken: none, without reward, where the episode is over.
func (x *side) step(m env.MDP) int64 {
	if x.over {
		x.lastReward = 0
		return 0
	}
	x.s, x.lastReward = m.Step(x.s, x.action, &x.noise)
	x.over = m.Terminal(x.s)
	return 1
}
