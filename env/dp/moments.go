package dp

import (
	"errors"

	"example.com/mcrl/env"
)

// Returns holds mean and variance of the return G_0.
type Returns struct {
	Mean, Var           []float64 // given S_0 = s and A_0 = a: length |S||A|, row by row
	StateMean, StateVar []float64 // given S_0 = s alone: length |S|
}

// Moments returns mean and variance of the return of a policy:
//
//	Var[G | s, a] = sum p(s', r | s, a) [ (r + gamma v(s') - q(s, a))^2 + gamma^2 Var[G | s'] ]
//	Var[G | s]    = sum_a pi(a | s) [ Var[G | s, a] + (q(s, a) - v(s))^2 ]
//
// Nothing is subtracted but means, so no digits are lost to cancellation. For gamma = 1 see [Evaluate].
//
// Source: Sobel, The Variance of Discounted Markov Decision Processes (1982), theorem 1.
func Moments(m env.Model, p Policy, gamma float64, o Options) (*Returns, error) {
	sol, err := Evaluate(m, p, gamma, o)
	if err != nil {
		return nil, err
	}
	model, table, err := load(m)
	if err != nil {
		return nil, err
	}
	c, err := model.follow(p)
	if err != nil {
		return nil, err
	}
	if gamma == 1 {
		if err := c.settle("under this policy"); err != nil {
			return nil, err
		}
	}
	r := &Returns{Mean: sol.Q, StateMean: sol.V, Var: make([]float64, len(sol.Q)), StateVar: make([]float64, len(sol.V))}
	x := spread{table, model.actions, gamma, p}
	for s := range c.reward { // the variance that a single step adds is a reward too
		c.reward[s] = 0
		if !c.end[s] {
			c.reward[s] = x.state(r.Mean, x.pairs(r.Var, r.Mean, sol.V, r.StateVar, s), r.StateMean, s)
		}
	}
	w := newSolver(o)
	if _, err := w.evaluate(c, float64(gamma*gamma), r.StateVar, w.tolerance*(1-float64(gamma*gamma))); err != nil {
		return nil, err
	}
	for s := range r.StateVar {
		x.pairs(r.Var, r.Mean, sol.V, r.StateVar, s)
	}
	return r, nil
}

// HorizonMoments returns mean and variance of the return of L steps, G = R_1 + gamma R_2 + ... + gamma^{L-1} R_L; episodes
// that end earlier collect no more. It is what the estimates of episodes cut at L vary by.
func HorizonMoments(m env.Model, p Policy, gamma float64, L int) (*Returns, error) {
	errs := []error{checkUnit("gamma", gamma), checkSteps(L)}
	model, table, err := load(m)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	if err := errors.Join(append(errs, checkPolicy(model, p))...); err != nil {
		return nil, err
	}
	n, pairs := model.states, len(model.reward)
	r := &Returns{make([]float64, pairs), make([]float64, pairs), make([]float64, n), make([]float64, n)}
	v, w := make([]float64, n), make([]float64, n) // mean and variance of one step less
	x := spread{table, model.actions, gamma, p}
	for range L {
		v, w, r.StateMean, r.StateVar = r.StateMean, r.StateVar, v, w
		for s := range n {
			if model.end[s] {
				continue
			}
			mean := 0.0
			for a := range model.actions {
				pair := s*model.actions + a
				r.Mean[pair] = model.reward[pair] + float64(gamma*model.expect(pair, v))
				mean += float64(p.Prob(env.State(s), env.Action(a)) * r.Mean[pair])
			}
			r.StateMean[s] = mean
			r.StateVar[s] = x.state(r.Mean, x.pairs(r.Var, r.Mean, v, w, s), r.StateMean, s)
		}
	}
	return r, nil
}

// spread computes variances of one state at a time.
type spread struct {
	table   *env.Table
	actions int
	gamma   float64
	policy  Policy
}

// pairs fills variance(s, .) from mean and variance of the states that follow, and returns variance.
func (x *spread) pairs(variance, mean, v, w []float64, s int) []float64 {
	var row []env.Outcome
	for a := range x.actions {
		pair := s*x.actions + a
		row = x.table.AppendOutcomes(row[:0], env.State(s), env.Action(a))
		sum := 0.0
		for _, o := range row {
			off := o.Reward + float64(x.gamma*v[o.Next]) - mean[pair]
			sum += float64(o.Prob * (float64(off*off) + float64(x.gamma*x.gamma*w[o.Next])))
		}
		variance[pair] = sum
	}
	return variance
}

// state is the variance given s alone.
func (x *spread) state(mean, variance, v []float64, s int) float64 {
	sum := 0.0
	for a := range x.actions {
		pair := s*x.actions + a
		off := mean[pair] - v[s]
		sum += float64(x.policy.Prob(env.State(s), env.Action(a)) * (variance[pair] + float64(off*off)))
	}
	return sum
}
