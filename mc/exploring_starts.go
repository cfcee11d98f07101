package mc

import (
	"context"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// StartsOptions are the options of MC Exploring Starts; the zero value is Algorithm 5.2 as printed, with starting pairs
// drawn uniformly.
//
// Exploring starts in batches, which needs the fewest steps, are ImproveBatch with ResetAverage and a Batch of at least as many
// episodes as there are pairs, from SweepPairs: every batch values one policy, and nothing is left in the means of those
// before. A batch of one sweep with initial visits is MC Basic. With UniformPairs a batch should have several times as many
// episodes as there are pairs: a greedy pair that it leaves out loses to any other of its state.
type StartsOptions struct {
	Visit    Visit             `json:"visit"`   // as printed: every
	Improve  Improve           `json:"improve"` // as printed: step
	Batch    int64             `json:"batch,omitempty"`
	Average  Average           `json:"average"` // as printed: cumulative
	Step     estimate.StepSize `json:"step"`
	Ties     Ties              `json:"ties"`
	Starts   Starts            `json:"starts"`             // as printed: uniform-pairs
	Episodes int64             `json:"episodes,omitempty"` // consecutive ones from one pair, sweep-pairs; 0 means 1
	State    env.State         `json:"state,omitempty"`    // fixed-pair, fixed-state
	Action   env.Action        `json:"action,omitempty"`   // fixed-pair
	Tail     int               `json:"tail,omitempty"`     // steps at the end of a truncated episode that are not scored

	// Cycles steps through the cycle that a greedy episode runs into once, and adds up the geometric series of its returns.
	// It is for tables with certain transitions and for first or initial visits. The episodes are the same, of T steps, and
	// so are the values within rounding.
	Cycles bool `json:"cycles,omitempty"`

	Optimistic   bool         `json:"optimistic,omitempty"` // unvisited pairs compete, with InitialValue
	InitialValue float64      `json:"initial_value,omitempty"`
	Policy       []env.Action `json:"policy,omitempty"` // pi_0, length |S|; nil: the lowest action everywhere

	Intervals bool `json:"intervals,omitempty"` // the table keeps what QTable.Intervals needs; not with ImproveStep or Step
}

// ExploringStarts is MC Exploring Starts:
//
//	for each episode:
//	    select a starting pair (s_0, a_0), such that every pair can be selected
//	    following pi, generate an episode of length T: s_0, a_0, r_1, ..., s_{T-1}, a_{T-1}, r_T
//	    g <- 0
//	    for each step t = T-1, T-2, ..., 0:
//	        g <- gamma g + r_{t+1}
//	        Returns(s_t, a_t) <- Returns(s_t, a_t) + g;  Num(s_t, a_t) <- Num(s_t, a_t) + 1
//	        q(s_t, a_t) <- Returns(s_t, a_t) / Num(s_t, a_t)
//	        pi(a | s_t) = 1 for a = argmax_a q(s_t, a), else 0
//
// The episode is generated and scored under one policy; what is learned from it serves the next.
//
// Source: Zhao, section 5.3, Algorithm 5.2; Sutton & Barto, section 5.3.
type ExploringStarts struct{ Control }

// NewExploringStarts returns a learner that has seen nothing. The error joins a FieldError for every field out of range.
func NewExploringStarts(p Problem, o StartsOptions, seed uint64) (*ExploringStarts, error) {
	c, err := newControl("exploring-starts", p, o, o.rules(UniformPairs), seed)
	if err != nil {
		return nil, err
	}
	return &ExploringStarts{*c}, nil
}

// rules resolves what is left as printed.
func (o StartsOptions) rules(starts Starts) rules {
	r := rules{visit: o.Visit, ties: o.Ties, improve: o.Improve, average: o.Average, step: o.Step, starts: o.Starts,
		state: o.State, action: o.Action, perPair: orOne(o.Episodes), batch: 1, tail: o.Tail, cycles: o.Cycles,
		optimistic: o.Optimistic, initialValue: o.InitialValue, policy: o.Policy, intervals: o.Intervals}
	if r.visit == VisitAsPrinted {
		r.visit = EveryVisit
	}
	if r.average == AverageAsPrinted {
		r.average = Cumulative
	}
	if r.starts == StartsAsPrinted {
		r.starts = starts
	}
	if r.improve == ImproveBatch {
		r.batch = orOne(o.Batch)
	} else if o.Batch != 0 {
		r.contradiction = &env.FieldError{Field: "batch", Value: o.Batch, Want: "none unless improve is batch"}
	}
	return r
}

// Next plays the episodes up to the next improvement, at most limit of them. As printed that is one episode. It returns
// ctx's error where ctx ends it; the episodes played until then count.
func (l *ExploringStarts) Next(ctx context.Context, limit int64) error {
	return l.pass(ctx, limit, l)
}

func (l *ExploringStarts) episode(p *player, e int64) {
	l.generate(p, e) // select (s_0, a_0); following pi, generate an episode
	p.tally.score(&p.ep)
}

// generate begins episode e where the start rule says and plays it to its end.
func (c *Control) generate(p *player, e int64) {
	if s, a, pair := c.start(p.gen, e); pair {
		c.from(p, s, a)
	} else {
		c.fromState(p, s)
	}
}

// start selects where episode e begins: in a pair, or in a state where the policy chooses a_0.
func (c *Control) start(gen *env.Generator, e int64) (s env.State, a env.Action, pair bool) {
	switch c.rules.starts {
	case UniformPairs:
		s, a = c.pair(int64(gen.Starts().Intn(int(c.pairs()))))
		return s, a, true
	case SweepPairs:
		s, a = c.pair(e / c.rules.perPair % c.pairs())
		return s, a, true
	case FixedPair:
		return c.rules.state, c.rules.action, true
	case FixedState:
		return c.rules.state, 0, false
	case UniformStates:
		s, _ = c.pair(int64(gen.Starts().Intn(int(c.pairs()))))
		return s, 0, false
	}
	return gen.Start(), 0, false
}

func (c *Control) from(p *player, s env.State, a env.Action) {
	if c.rules.cycles {
		p.gen.TraceCycle(&p.ep, s, a)
		return
	}
	p.gen.TraceFrom(&p.ep, s, a)
}

func (c *Control) fromState(p *player, s env.State) {
	if c.rules.cycles {
		p.gen.TraceCycle(&p.ep, s, c.greedy[s])
		return
	}
	p.gen.TraceFromState(&p.ep, s)
}
