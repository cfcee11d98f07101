package dp

import (
	"errors"

	"example.com/mcrl/env"
)

// FiniteHorizon returns the optimum of episodes of L steps among policies that are eps-greedy at every step, and may be
// others at each:
//
//	v_0 = 0,   q_l(s, a) = r(s, a) + gamma sum_s' p(s' | s, a) v_{l-1}(s'),
//	v_l(s) = (1-eps) max_a q_l(s, a) + eps/|A| sum_a q_l(s, a)
//
// V is v_L, Q is q_L (all 0 for L = 0), Policy is greedy for the first step. Bound is the rounding error. Any gamma in [0, 1] will do.
//
// Source: Zhao, section 5.2.2 and figure 5.4 (MC Basic with episodes of L steps converges to it); Puterman, section 4.3.
func FiniteHorizon(m env.Model, gamma float64, L int, eps float64) (*Solution, error) {
	errs := []error{checkUnit("gamma", gamma), checkSteps(L), checkUnit("epsilon", eps)}
	model, table, err := load(m)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	k := newControl(newSolver(Options{}), model, gamma, eps)
	return k.steps(model, table, L), nil
}

// EvaluateHorizon returns the values of L steps of a policy: Q(s, a) is the expected return of taking a in s and following
// the policy for L-1 more steps, V(s) that of following it for all L. Policy is greedy with respect to Q. Bound is the
// rounding error. Any gamma in [0, 1] will do.
//
// Source: Zhao, section 5.2.2; Puterman, section 4.2.
func EvaluateHorizon(m env.Model, p Policy, gamma float64, L int) (*Solution, error) {
	errs := []error{checkUnit("gamma", gamma), checkSteps(L)}
	model, table, err := load(m)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	c, err := model.follow(p)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	k := newControl(newSolver(Options{}), c, gamma, 0)
	return k.steps(model, table, L), nil
}

// steps applies T to zero L times; m is the model whose action values are wanted. The error of a step adds to gamma times
// that of the steps before.
func (k *control) steps(m *sparse, table *env.Table, steps int) *Solution {
	v, next := make([]float64, m.states), make([]float64, m.states)
	before := v // v_{L-1}
	bound := 0.0
	for range steps {
		for s := range v {
			if !k.m.end[s] {
				_, next[s] = k.look(s, v)
			}
		}
		before, v, next = v, next, v
		bound = float64(k.gamma*bound) + k.m.noise(before) + m.noise(before)
	}
	if steps == 0 {
		m = &sparse{states: m.states, actions: m.actions, first: nil, next: make([]int32, len(m.reward)), reward: make([]float64, len(m.reward))}
	}
	sol := k.finish(m, table, before, steps, bound)
	sol.V, sol.Sweeps = v, steps
	return sol
}
