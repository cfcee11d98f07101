package dp

import (
	"errors"
	"math"

	"example.com/mcrl/env"
)

// Evaluate returns the values of a policy:
//
//	v(s) = sum_a pi(a | s) q(s, a),   q(s, a) = r(s, a) + gamma sum_s' p(s' | s, a) v(s')
//
// The solution's Policy is greedy with respect to q: one step of policy improvement. With gamma = 1 the error is a
// [NeverEndsError] where the policy stays for ever in states that go on paying.
//
// Source: Zhao, section 2.7; Sutton & Barto, section 4.1.
func Evaluate(m env.Model, p Policy, gamma float64, o Options) (*Solution, error) {
	errs := []error{checkUnit("gamma", gamma), o.Validate()}
	model, table, err := load(m)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	c, err := model.follow(p)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	if gamma == 1 {
		if err := c.settle("under this policy"); err != nil {
			return nil, err
		}
	}
	k := newControl(newSolver(o), c, gamma, 0)
	v := make([]float64, c.states)
	n, bound, err := k.policyIteration(make([]int32, c.states), v, 0)
	if err != nil {
		return nil, err
	}
	return k.finish(model, table, v, n, bound), nil
}

// PolicyIteration returns the optimal values v* and q*, and an optimal policy.
//
// Source: Zhao, algorithm 4.2; Sutton & Barto, section 4.3.
func PolicyIteration(m env.Model, gamma float64, o Options) (*Solution, error) {
	return SoftOptimal(m, gamma, 0, o)
}

// SoftOptimal returns the optimum among the eps-greedy policies: V is the value of the best of them, Q its action values,
// Policy the actions that it prefers. With eps = 0 that is the optimum of all policies. It is found by policy iteration
// inside the set.
//
// Source: Zhao, section 5.4; Sutton & Barto, section 5.4.
func SoftOptimal(m env.Model, gamma, eps float64, o Options) (*Solution, error) {
	k, table, err := prepare(m, gamma, eps, o)
	if err != nil {
		return nil, err
	}
	v := make([]float64, k.m.states)
	act := make([]int32, k.m.states)
	residual := 0.0
	switch {
	case k.loops != nil:
		copy(act, k.loops.start)
	case gamma < 1:
		if k.m.states > k.dense {
			if err := k.warm(v); err != nil {
				return nil, err
			}
		}
		residual, _ = k.improve(v, act, 0)
	}
	n, bound, err := k.policyIteration(act, v, residual)
	if err != nil {
		return nil, err
	}
	return k.finish(k.m, table, v, n, bound), nil
}

// ValueIteration returns what [PolicyIteration] does, by the sweeps
//
//	v_{k+1}(s) = max_a [ r(s, a) + gamma sum_s' p(s' | s, a) v_k(s') ],   v_0 = 0
//
// until the error is within the tolerance. Iterations counts them.
//
// Source: Zhao, algorithm 4.1; Sutton & Barto, section 4.4.
func ValueIteration(m env.Model, gamma float64, o Options) (*Solution, error) {
	k, table, err := prepare(m, gamma, 0, o)
	if err != nil {
		return nil, err
	}
	v, next := make([]float64, k.m.states), make([]float64, k.m.states)
	for goal := k.tolerance / 2; ; {
		change := k.backup(v, next)
		v, next = next, v
		if err := k.sweep(change); err != nil {
			return nil, err
		}
		floor := 4 * k.m.noise(v)
		if gamma*change > max(goal*(1-gamma), floor) || gamma == 1 && change > max(goal, floor) {
			continue
		}
		if bound := k.bound(v, nil); bound <= k.tolerance || change <= floor {
			return k.finish(k.m, table, v, k.sweeps, bound), nil
		}
		goal /= 10
	}
}

// prepare checks the arguments and, for gamma = 1, that an optimum exists.
func prepare(m env.Model, gamma, eps float64, o Options) (*control, *env.Table, error) {
	errs := []error{checkUnit("gamma", gamma), checkUnit("epsilon", eps), o.Validate()}
	model, table, err := load(m)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, nil, err
	}
	k := newControl(newSolver(o), model, gamma, eps)
	switch {
	case gamma < 1:
	case eps > 0:
		err = model.settle("whatever the policy,")
	default:
		k.loops, err = model.findLoops()
	}
	return k, table, err
}

// finish derives everything else from v.
func (k *control) finish(m *sparse, table *env.Table, v []float64, iterations int, bound float64) *Solution {
	sol := &Solution{V: v, Bound: bound, Iterations: iterations, Sweeps: k.sweeps}
	sol.Q = make([]float64, len(m.reward))
	for pair := range sol.Q {
		sol.Q[pair] = m.reward[pair] + float64(k.gamma*m.expect(pair, v))
	}
	sol.startStates, sol.startProbs = table.StartProbs()
	sol.rank(m.actions, 2*bound)
	for s := range v {
		if table.Terminal(env.State(s)) {
			sol.Gap[s] = 0
		}
	}
	if k.loops != nil {
		k.bringToEnd(sol)
	}
	return sol
}

// rank fills Policy and Gap; actions within slack of the best are ties.
func (s *Solution) rank(actions int, slack float64) {
	s.Policy = make(env.Deterministic, len(s.V))
	s.Gap = make([]float64, len(s.V))
	for i := range s.V {
		q := s.Q[i*actions : (i+1)*actions]
		best, second := math.Inf(-1), math.Inf(-1)
		for _, x := range q {
			second = max(second, min(best, x))
			best = max(best, x)
		}
		s.Gap[i] = best - second
		for s.Policy[i] = 0; q[s.Policy[i]] < best-slack; {
			s.Policy[i]++
		}
	}
}

// bringToEnd chooses, among the ties of an optimum with gamma = 1, actions that lead on: in a loop that costs nothing, all
// actions are as good, and the lowest could go round for ever and never collect what the value promises.
func (k *control) bringToEnd(sol *Solution) {
	m := k.m
	ties := make([]bool, len(sol.Q))
	for pair, q := range sol.Q {
		s := pair / m.actions
		ties[pair] = q >= sol.Q[s*m.actions+int(sol.Policy[s])]-2*sol.Bound && !m.end[s]
	}
	goal := func(s int) bool { return m.end[s] || k.rests(s) && sol.V[s] == 0 }
	layer := m.graph(ties).layers(goal)
	for s := range layer {
		switch {
		case m.end[s]:
		case goal(s):
			for a := m.actions - 1; a >= 0; a-- {
				if k.inner(s*m.actions + a) {
					sol.Policy[s] = env.Action(a)
				}
			}
		case layer[s] > 0:
			sol.Policy[s] = env.Action(m.descend(s, layer, ties))
		}
	}
}
