package dp_test

import (
	"errors"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"pgregory.net/rapid"
)

var gammas = []float64{0, 0.3, 0.9, 0.99, 0.9999}

func stochastic(t *rapid.T, m *model, rows []float64) *env.Stochastic {
	p, err := env.NewStochastic(m.actions, rows)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// within fails unless the solution is as near to the exact values as its bound says.
func within(t *rapid.T, what string, s *dp.Solution, err error, exact []float64, tolerance float64) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if d := distance(s.V, exact); !(d <= s.Bound) {
		t.Errorf("%s: error %g, bound %g: %v, exact %v", what, d, s.Bound, s.V, exact)
	}
	if !(s.Bound <= tolerance) {
		t.Errorf("%s: bound %g", what, s.Bound)
	}
}

// Evaluation against a solution in exact fractions; the bound bounds.
func TestEvaluateIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 7, 3, []float64{-10, -1, 0, 0.1, 1, 1000})
		gamma := rapid.SampledFrom(gammas).Draw(t, "gamma")
		rows := drawRows(t, m)
		s, err := dp.Evaluate(m, stochastic(t, m, rows), gamma, dp.Options{})
		within(t, "evaluation", s, err, m.rational(rows, gamma), 1e-13*1000/(1-gamma)/(1-gamma))
	})
}

// Optima against the best of all policies, each solved in exact fractions. Of eps-greedy policies too.
func TestOptimaAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 4, 3, []float64{-10, -1, 0, 1, 5})
		gamma := rapid.SampledFrom([]float64{0, 0.5, 0.9, 0.99}).Draw(t, "gamma")
		eps := rapid.SampledFrom([]float64{0, 0, 0.25, 0.5, 1}).Draw(t, "eps")
		best := m.best(eps, func(rows []float64) []float64 { return m.rational(rows, gamma) })
		s, err := dp.SoftOptimal(m, gamma, eps, dp.Options{})
		within(t, "soft optimum", s, err, best, 1e-9)
		p, err := env.NewSoft(s.Policy, m.actions, eps)
		if err != nil {
			t.Fatal(err)
		}
		again, err := dp.Evaluate(m, p, gamma, dp.Options{})
		within(t, "the policy's own value", again, err, best, 1e-9)
		if eps == 0 {
			s, err = dp.PolicyIteration(m, gamma, dp.Options{})
			within(t, "policy iteration", s, err, best, 1e-9)
			s, err = dp.ValueIteration(m, gamma, dp.Options{})
			within(t, "value iteration", s, err, best, 1e-9)
			s, err = dp.ValueIteration(m, gamma, dp.Options{Tolerance: 0.1})
			within(t, "coarse value iteration", s, err, best, 0.1)
		}
	})
}

func (m *model) best(eps float64, value func(rows []float64) []float64) []float64 {
	best := make([]float64, len(m.terminal))
	for s := range best {
		best[s] = math.Inf(-1)
	}
	m.policies(eps, func(rows []float64) {
		for s, v := range value(rows) {
			best[s] = max(best[s], v)
		}
	})
	return best
}

// Total reward, gamma = 1, where losses or nothing can go on for ever and gains end: the optimum against the best of all
// policies, and an error exactly where no policy has a finite value (P22).
func TestTotalReward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 4, 3, []float64{-2, -1, 0, 0, 0})
		for pair, row := range m.outcomes {
			for i, o := range row {
				if m.terminal[o.Next] && !m.terminal[pair/m.actions] && rapid.Bool().Draw(t, "gain") {
					row[i].Reward = 3
				}
			}
		}
		best := m.best(0, m.forever)
		lost := 0
		for s, v := range best {
			if math.IsInf(v, -1) && !m.terminal[s] {
				lost++
			}
		}
		s, err := dp.PolicyIteration(m, 1, dp.Options{})
		var never *dp.NeverEndsError
		if errors.As(err, &never) {
			if lost == 0 || len(never.States) > lost {
				t.Errorf("%v, but the optimum is %v", err, best)
			}
			return
		}
		if lost > 0 {
			t.Errorf("no error, but the optimum is %v", best)
			return
		}
		within(t, "policy iteration", s, err, best, 1e-9)
		again, err := dp.Evaluate(m, s.Policy, 1, dp.Options{})
		within(t, "the policy's own value", again, err, best, 1e-9)
		s, err = dp.ValueIteration(m, 1, dp.Options{})
		within(t, "value iteration", s, err, best, 1e-9)
	})
}

// Every pair ends with probability at least 1/8: all policies end, rewards are free.
func TestTotalRewardWherePoliciesEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 4, 3, []float64{-10, -1, 0, 1, 5})
		end := env.State(len(m.terminal))
		m.terminal = append(m.terminal, true)
		for pair, row := range m.outcomes {
			for i := range row {
				row[i].Prob *= 0.875
			}
			m.outcomes[pair] = append(row, env.Outcome{Next: end, Prob: 0.125})
		}
		for range m.actions {
			m.outcomes = append(m.outcomes, nil)
		}
		eps := rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "eps")
		best := m.best(eps, func(rows []float64) []float64 { return m.rational(rows, 1) })
		s, err := dp.SoftOptimal(m, 1, eps, dp.Options{})
		within(t, "soft optimum", s, err, best, 1e-9)
		rows := drawRows(t, m)
		s, err = dp.Evaluate(m, stochastic(t, m, rows), 1, dp.Options{})
		within(t, "evaluation", s, err, m.rational(rows, 1), 1e-9)
	})
}

// L steps, by plain loops (P1, P15).
func TestHorizons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 5, 3, []float64{-10, -1, 0, 1, 5})
		gamma := rapid.SampledFrom([]float64{0, 0.9, 1}).Draw(t, "gamma")
		eps := rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "eps")
		L := rapid.IntRange(0, 30).Draw(t, "L")
		s, err := dp.FiniteHorizon(m, gamma, L, eps)
		within(t, "optimum", s, err, m.horizon(gamma, L, func(_ int, q []float64) float64 {
			most, mean := math.Inf(-1), 0.0
			for _, x := range q {
				most, mean = max(most, x), mean+x/float64(len(q))
			}
			return (1-eps)*most + eps*mean
		}), 1e-9)
		rows := drawRows(t, m)
		expected := func(s int, q []float64) float64 {
			sum := 0.0
			for a, x := range q {
				sum += rows[s*m.actions+a] * x
			}
			return sum
		}
		s, err = dp.EvaluateHorizon(m, stochastic(t, m, rows), gamma, L)
		within(t, "evaluation", s, err, m.horizon(gamma, L, expected), 1e-9)
		for i, end := range m.terminal { // V is the policy's mean of Q
			if v := expected(i, s.Q[i*m.actions:(i+1)*m.actions]); !end && math.Abs(v-s.V[i]) > 1e-9 {
				t.Errorf("V(%d) = %v, the mean of Q is %v", i, s.V[i], v)
			}
		}
	})
}
