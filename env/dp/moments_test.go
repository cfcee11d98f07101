package dp_test

import (
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"pgregory.net/rapid"
)

// The loop with p = 1/2 of Sutton & Barto's exercise 5.5 (P2, P5): the return is geometric, mean 1 and variance 2.
func TestGeometricReturn(t *testing.T) {
	m := &model{actions: 1, terminal: []bool{false, true}, outcomes: [][]env.Outcome{
		{{Next: 0, Reward: 1, Prob: 0.5}, {Next: 1, Reward: 0, Prob: 0.5}}, nil,
	}}
	r, err := dp.Moments(m, env.Deterministic{0, 0}, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Mean[0] != 1 || r.Var[0] != 2 || r.StateMean[0] != 1 || r.StateVar[0] != 2 || r.Var[1] != 0 {
		t.Errorf("%+v, want mean 1 and variance 2", r)
	}
	r, err = dp.HorizonMoments(m, env.Deterministic{0, 0}, 1, 2) // 0, 1, 2 with 1/2, 1/4, 1/4
	if err != nil {
		t.Fatal(err)
	}
	if r.Mean[0] != 0.75 || r.Var[0] != 1.25-0.5625 {
		t.Errorf("two steps: %+v, want mean 0.75 and variance 0.6875", r)
	}
}

// Variances against second moments, E[G^2 | s, a] = sum p (r^2 + 2 gamma r v + gamma^2 E[G^2 | s']), and for long horizons
// against the infinite one.
func TestMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 5, 3, []float64{-3, -1, 0, 1, 2})
		gamma := rapid.SampledFrom([]float64{0, 0.5, 0.8}).Draw(t, "gamma")
		L := rapid.SampledFrom([]int{0, 1, 2, 7, 200}).Draw(t, "L")
		pi := drawRows(t, m)
		p := stochastic(t, m, pi)
		r, err := dp.HorizonMoments(m, p, gamma, L)
		if err != nil {
			t.Fatal(err)
		}
		n := len(m.terminal)
		q, q2 := make([]float64, len(pi)), make([]float64, len(pi))
		v, v2 := make([]float64, n), make([]float64, n)
		for range L {
			for s, end := range m.terminal {
				for a := 0; a < m.actions && !end; a++ {
					pair := s*m.actions + a
					q[pair], q2[pair] = 0, 0
					for _, o := range m.outcomes[pair] {
						q[pair] += o.Prob * (o.Reward + gamma*v[o.Next])
						q2[pair] += o.Prob * (o.Reward*o.Reward + 2*gamma*o.Reward*v[o.Next] + gamma*gamma*v2[o.Next])
					}
				}
			}
			for s := range v {
				v[s], v2[s] = 0, 0
				for a := range m.actions {
					v[s] += pi[s*m.actions+a] * q[s*m.actions+a]
					v2[s] += pi[s*m.actions+a] * q2[s*m.actions+a]
				}
			}
		}
		for pair := range q {
			q2[pair] -= q[pair] * q[pair]
		}
		for s := range v {
			v2[s] -= v[s] * v[s]
		}
		same(t, "", r, &dp.Returns{Mean: q, Var: q2, StateMean: v, StateVar: v2})
		if L == 200 {
			all, err := dp.Moments(m, p, gamma, dp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "infinite: ", all, r)
		}
	})
}

func same(t *rapid.T, what string, got, want *dp.Returns) {
	t.Helper()
	if d := max(distance(got.Mean, want.Mean), distance(got.StateMean, want.StateMean)); !(d < 1e-10) {
		t.Errorf("%smeans differ by %g", what, d)
	}
	if d := max(distance(got.Var, want.Var), distance(got.StateVar, want.StateVar)); !(d < 1e-10) {
		t.Errorf("%svariances differ by %g", what, d)
	}
}

// The law of visits: the count of a pair is a return that pays 1 for it (gamma = 1), whose mean and variance after T steps
// grow linearly but for terms that die out.
func TestVisitLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 4, 2, []float64{0})
		clear(m.terminal)
		pi := drawRows(t, m)
		for pair, row := range m.outcomes { // every state leads to state 0 now and then
			for i := range row {
				row[i].Prob /= 2
			}
			m.outcomes[pair] = append(row, env.Outcome{Next: 0, Prob: 0.5})
		}
		p := stochastic(t, m, pi)
		law, err := dp.VisitLaw(m, p)
		if err != nil {
			t.Fatal(err)
		}
		const T = 100
		visits, err := dp.ExpectedVisits(m, p, 0, T)
		if err != nil {
			t.Fatal(err)
		}
		for pair := range pi {
			for i, row := range m.outcomes {
				for k := range row {
					row[k].Reward = 0
					if i == pair {
						row[k].Reward = 1
					}
				}
			}
			once, err := dp.HorizonMoments(m, p, 1, T)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := dp.HorizonMoments(m, p, 1, 2*T)
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Abs((twice.StateMean[0]-once.StateMean[0])/T - law.Mean[pair]); d > 1e-10 {
				t.Errorf("pair %d: mean %v, off by %g", pair, law.Mean[pair], d)
			}
			if d := math.Abs((twice.StateVar[0]-once.StateVar[0])/T - law.Var[pair]); d > 1e-10 {
				t.Errorf("pair %d: variance %v, off by %g", pair, law.Var[pair], d)
			}
			if d := math.Abs(once.StateMean[0] - visits[pair]); d > 1e-10 {
				t.Errorf("pair %d: %v visits expected, off by %g", pair, visits[pair], d)
			}
		}
	})
}

// A chain with a period and with states that are left for good: 0 leads to the cycle 1, 2.
func TestVisitLawOfACycle(t *testing.T) {
	m := &model{actions: 1, terminal: make([]bool, 3), outcomes: [][]env.Outcome{
		{{Next: 1, Prob: 1}}, {{Next: 2, Prob: 1}}, {{Next: 1, Prob: 1}},
	}}
	law, err := dp.VisitLaw(m, make(env.Deterministic, 3))
	if err != nil {
		t.Fatal(err)
	}
	if d := max(distance(law.Mean, []float64{0, 0.5, 0.5}), distance(law.Var, []float64{0, 0, 0})); d > 1e-15 {
		t.Errorf("mean %v, variance %v; want 0, 1/2, 1/2 and no variance", law.Mean, law.Var)
	}
	// a walk that ends: visits of states that end are not counted, and the count is the length
	line := &model{actions: 1, terminal: []bool{false, false, true}, outcomes: [][]env.Outcome{
		{{Next: 1, Prob: 1}}, {{Next: 2, Prob: 0.5}, {Next: 0, Prob: 0.5}}, nil,
	}}
	visits, err := dp.ExpectedVisits(line, make(env.Deterministic, 3), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if distance(visits, []float64{2, 2, 0}) > 1e-12 {
		t.Errorf("visits %v, want 2, 2, 0", visits)
	}
}
