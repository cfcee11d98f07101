package offpolicy

import (
	"context"
	"errors"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// Behaviour is a policy that can be followed and whose probabilities are known.
type Behaviour interface {
	env.Policy
	Policy
}

// run plays the episodes of a learner.
type run struct {
	problem  mc.Problem
	seed     uint64
	gen      *env.Generator
	ep       env.Episode
	progress mc.Progress
}

func newRun(p mc.Problem, b env.Policy, seed uint64) (run, error) {
	gen, err := env.NewGenerator(p.MDP, b, p.Horizon, seed)
	r := run{problem: p, seed: seed, gen: gen}
	if t, ok := env.TableOf(p.MDP); ok {
		lo, hi := t.RewardRange()
		r.met(max(-lo, hi))
	}
	return r, err
}

// play plays the next episode, unless ctx has ended.
func (r *run) play(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.gen.FromState(&r.ep, r.gen.Start())
	r.progress.Episodes++
	r.progress.Steps += int64(r.ep.Len())
	if r.ep.Truncated {
		r.progress.Truncated++
	}
	for _, x := range r.ep.Rewards {
		if x > r.progress.RewardMax || -x > r.progress.RewardMax {
			r.met(max(x, -x))
		}
	}
	return nil
}

// met sets the largest |r|, and what follows from it.
func (r *run) met(rewardMax float64) {
	r.progress.RewardMax, r.progress.Bound = rewardMax, r.problem.TruncationBound(rewardMax)
}

// Progress tells how far the run has come.
func (r *run) Progress() mc.Progress { return r.progress }

// Prediction plays episodes of a behaviour policy and learns the values of a target policy from them. It is a learner for
// [mc.Run].
type Prediction struct {
	run
	*Values
}

// NewPrediction returns a learner that has seen nothing. Episodes start where the environment does and are functions of the
// seed and their index. The error joins a FieldError for every field out of range.
func NewPrediction(p mc.Problem, target Policy, b Behaviour, o ValueOptions, seed uint64) (*Prediction, error) {
	if err := p.Validate(); err != nil {
		return nil, errors.Join(err, o.validate())
	}
	if b == nil {
		return nil, errors.Join(&env.FieldError{Field: "behaviour", Value: "nil", Want: "a policy"}, o.validate())
	}
	v, err := NewValues(Problem{p.MDP.NumStates(), p.MDP.NumActions(), p.Gamma, target, b}, o)
	if err != nil {
		return nil, err
	}
	r, err := newRun(p, b, seed)
	if err != nil {
		return nil, err
	}
	return &Prediction{r, v}, nil
}

// Next plays one episode and learns from it, none where limit is below 1. It returns ctx's error where ctx has ended, and
// that of Values.Add where b does not cover the target.
func (l *Prediction) Next(ctx context.Context, limit int64) error {
	if limit < 1 {
		return nil
	}
	if err := l.play(ctx); err != nil {
		return err
	}
	return l.Add(&l.ep)
}
