package mc

import (
	"context"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// BasicOptions are the options of MC Basic; the zero value is Algorithm 5.1 as printed, with one episode for each pair.
type BasicOptions struct {
	Episodes int64             `json:"episodes,omitempty"` // from each pair in each iteration; 0 means 1
	Visit    Visit             `json:"visit"`              // as printed: initial
	Average  Average           `json:"average"`            // as printed: reset
	Step     estimate.StepSize `json:"step"`
	Ties     Ties              `json:"ties"`
	// Shared steps each state once an iteration: episodes that meet share what follows; and not even once where Average is
	// reset, Ties not random and no action on the way was changed. It is for tables with certain transitions and initial
	// visits. The episodes are the same, of T steps, and so are the values within rounding.
	Shared bool         `json:"shared,omitempty"`
	Policy []env.Action `json:"policy,omitempty"` // pi_0, length |S|; nil: the lowest action everywhere

	Intervals bool `json:"intervals,omitempty"` // the table keeps what QTable.Intervals needs; not with Shared or Step
}

// Basic is MC Basic, model-free policy iteration. Iteration k:
//
//	for every state s, for every action a:
//	    collect episodes that start from (s, a) and follow pi_k
//	    q_k(s, a) = the average return of those episodes
//	for every state s: pi_{k+1}(s) = argmax_a q_k(s, a)
//
// Source: Zhao, section 5.2, Algorithm 5.1.
type Basic struct {
	Control
	ends *ends // nil unless Shared
}

// NewBasic returns a learner that has seen nothing. The error joins a FieldError for every field out of range.
func NewBasic(p Problem, o BasicOptions, seed uint64) (*Basic, error) {
	r := rules{visit: o.Visit, average: o.Average, step: o.Step, ties: o.Ties, policy: o.Policy,
		improve: ImproveSweep, starts: SweepPairs, perPair: orOne(o.Episodes), batch: 1}
	if r.visit == VisitAsPrinted {
		r.visit = InitialVisit
	}
	if r.average == AverageAsPrinted {
		r.average = ResetAverage
	}
	r.shared, r.intervals = o.Shared, o.Intervals
	c, err := newControl("basic", p, o, r, seed)
	if err != nil {
		return nil, err
	}
	l := &Basic{Control: *c}
	if o.Shared {
		t, _ := env.TableOf(p.MDP)
		l.ends = newEnds(t, p.Gamma, p.Horizon)
		l.pending, l.changed = make([]env.State, 0, l.q.states), make([]env.State, 0, l.q.states)
	}
	return l, nil
}

// Next plays the episodes of one iteration, at most limit of them, and improves the policy at the iteration's end. The
// policy is frozen meanwhile. It returns ctx's error where ctx ends it; the episodes played until then count.
func (l *Basic) Next(ctx context.Context, limit int64) error {
	if l.ends != nil {
		return l.shared(ctx, limit)
	}
	return l.pass(ctx, limit, l)
}

// Restore sets a learner, made with the same problem, options and seed, to a checkpoint, see Control.Restore.
func (l *Basic) Restore(checkpoint []byte) error {
	if err := l.Control.Restore(checkpoint); err != nil {
		return err
	}
	if l.ends != nil {
		l.ends.known = false
	}
	return nil
}

func (l *Basic) episode(p *player, e int64) {
	s, a := l.pair(e / l.rules.perPair % l.pairs()) // for every state s, for every action a
	p.gen.TraceFrom(&p.ep, s, a)                    // collect episodes starting from (s, a), following pi_k
	p.tally.score(&p.ep)
}

// SweepEpisodes is the number of episodes of one iteration: the number of pairs times Episodes.
func (l *Basic) SweepEpisodes() int64 { return l.rules.batch }

func orOne(n int64) int64 {
	if n == 0 {
		return 1
	}
	return n
}
