package mc

import (
	"context"
	"errors"

	"example.com/mcrl/env"
)

// EpsilonOptions are the options of MC epsilon-greedy: epsilon, which is required (zero means greedy), and those of
// exploring starts. With the others zero it is Algorithm 5.3 as printed, starting where the environment does.
type EpsilonOptions struct {
	Epsilon Schedule `json:"epsilon"`
	StartsOptions
}

// EpsilonGreedy is MC epsilon-greedy, learning without exploring starts:
//
//	for each episode:
//	    select a starting state
//	    following pi, generate an episode of length T
//	    g <- 0
//	    for each step t = T-1, T-2, ..., 0:
//	        g <- gamma g + r_{t+1}
//	        Returns(s_t, a_t) <- Returns(s_t, a_t) + g;  Num(s_t, a_t) <- Num(s_t, a_t) + 1
//	        q(s_t, a_t) <- Returns(s_t, a_t) / Num(s_t, a_t)
//	        a* = argmax_a q(s_t, a)
//	        pi(a | s_t) = 1 - (|A|-1)/|A| epsilon for a = a*, else epsilon/|A|
//
// It finds the best policy among the epsilon-greedy ones, which is not the greedy optimum (Zhao, section 5.5).
//
// Source: Zhao, section 5.4, Algorithm 5.3; Sutton & Barto, section 5.4.
type EpsilonGreedy struct{ Control }

// NewEpsilonGreedy returns a learner that has seen nothing. The error joins a FieldError for every field out of range.
func NewEpsilonGreedy(p Problem, o EpsilonOptions, seed uint64) (*EpsilonGreedy, error) {
	r := o.rules(EnvironmentStarts)
	r.schedule = o.Epsilon
	if o.Cycles {
		r.contradiction = errors.Join(r.contradiction,
			&env.FieldError{Field: "cycles", Value: true, Want: "false: episodes that explore do not repeat themselves"})
	}
	c, err := newControl("epsilon-greedy", p, o, r, seed)
	if err != nil {
		return nil, err
	}
	return &EpsilonGreedy{*c}, nil
}

// Next plays the episodes up to the next improvement, at most limit of them. As printed that is one episode. It returns
// ctx's error where ctx ends it; the episodes played until then count.
func (l *EpsilonGreedy) Next(ctx context.Context, limit int64) error {
	l.policy.SetEpsilon(l.Epsilon())
	return l.pass(ctx, limit, l)
}

func (l *EpsilonGreedy) episode(p *player, e int64) {
	l.generate(p, e) // select s_0; following pi, generate an episode
	p.tally.score(&p.ep)
}

// Epsilon is the epsilon of the next episode.
func (l *EpsilonGreedy) Epsilon() float64 { return l.rules.schedule.At(l.progress.Iterations) }

// Behaviour returns a copy of the policy that generates the next episode.
func (l *EpsilonGreedy) Behaviour() *env.Soft {
	p, _ := env.NewSoft(l.Policy(), l.q.actions, l.Epsilon()) // valid: it was when the learner was made
	return p
}
