package dp

import (
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
)

// slipGrid is an open grid with forbidden cells on ice.
func slipGrid(t testing.TB, n int, slip env.Slip) *env.Grid {
	t.Helper()
	c, err := env.RandomGrid(n, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	c.Slip = slip
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var ice = env.Slip{Left: 0.1, Right: 0.1}

// Elimination, and sweeps at any size, give the same values of the same chain.
func TestSweepsAgreeWithElimination(t *testing.T) {
	g := slipGrid(t, 12, ice)
	model, _, err := load(g)
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.follow(env.NewUniform(g.NumStates(), 5))
	if err != nil {
		t.Fatal(err)
	}
	dense, sparse := newSolver(Options{}), newSolver(Options{})
	sparse.dense = 1
	v, w := make([]float64, c.states), make([]float64, c.states)
	if exact, err := dense.evaluate(c, 0.9, v, 1e-12); !exact || err != nil {
		t.Fatalf("elimination: exact %v, %v", exact, err)
	}
	if exact, err := sparse.evaluate(c, 0.9, w, 1e-12); exact || err != nil || sparse.sweeps < 10 {
		t.Fatalf("sweeps: exact %v, %v, %d sweeps", exact, err, sparse.sweeps)
	}
	for s := range v {
		if d := math.Abs(v[s] - w[s]); d > 1e-10 {
			t.Fatalf("state %d: %v and %v", s, v[s], w[s])
		}
	}
}

// check recomputes max |T v - v| of a large solution from the model's outcomes: the error is at most that over 1-gamma.
func check(t *testing.T, g *env.Grid, s *Solution, gamma, eps float64) {
	t.Helper()
	most := 0.0
	for i := range s.V {
		best, mean := math.Inf(-1), 0.0
		for a := range env.Action(5) {
			q := 0.0
			for _, o := range g.Outcomes(env.State(i), a) {
				q += o.Prob * (o.Reward + gamma*s.V[o.Next])
			}
			best, mean = max(best, q), mean+q/5
		}
		most = max(most, math.Abs((1-eps)*best+eps*mean-s.V[i]))
	}
	if !(most/(1-gamma) <= s.Bound+1e-11) || !(s.Bound <= 1e-9) {
		t.Errorf("residual %g, bound %g", most, s.Bound)
	}
	if s.Iterations < 1 || s.Sweeps < 1 {
		t.Errorf("%d iterations, %d sweeps", s.Iterations, s.Sweeps)
	}
}

// Large models, with certain and uncertain moves.
func TestLargeGrids(t *testing.T) {
	for _, c := range []struct {
		n          int
		slip       env.Slip
		gamma, eps float64
	}{
		{150, env.Slip{}, 0.99, 0}, {40, ice, 0.99, 0}, {40, ice, 0.9, 0.1}, {40, env.Slip{}, 0.9, 0.1},
	} {
		g := slipGrid(t, c.n, c.slip)
		s, err := SoftOptimal(g, c.gamma, c.eps, Options{})
		if err != nil {
			t.Fatal(err)
		}
		check(t, g, s, c.gamma, c.eps)
	}
	g := slipGrid(t, 40, ice)
	s, err := ValueIteration(g, 0.9, Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, g, s, 0.9, 0)
}

// Total reward on a large maze on ice: each step costs 1, the target ends. Value iteration and policy iteration agree, and
// the bounds hold for both.
func TestLargeTotalReward(t *testing.T) {
	c, err := env.RandomGrid(30, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	c.Slip, c.Target = ice, env.TargetEnds
	c.Rewards = env.GridRewards{Step: -1, Boundary: -1, Forbidden: -3, Target: -1}
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := PolicyIteration(g, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := ValueIteration(g, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Evaluate(g, s.Policy, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.V {
		if d := math.Abs(s.V[i] - v.V[i]); d > s.Bound+v.Bound {
			t.Fatalf("state %d: %v and %v; bounds %g, %g", i, s.V[i], v.V[i], s.Bound, v.Bound)
		}
		if d := math.Abs(s.V[i] - p.V[i]); d > s.Bound+p.Bound+1e-9 {
			t.Fatalf("state %d: %v, its policy %v; bounds %g, %g", i, s.V[i], p.V[i], s.Bound, p.Bound)
		}
	}
	if max(s.Bound, v.Bound, p.Bound) > 1e-9 {
		t.Errorf("bounds %g, %g, %g", s.Bound, v.Bound, p.Bound)
	}
}

// Work is limited, and the error says what to change.
func TestMaxSweeps(t *testing.T) {
	_, err := SoftOptimal(slipGrid(t, 40, ice), 0.99, 0.1, Options{MaxSweeps: 20})
	if err == nil || !strings.Contains(err.Error(), "after 20 sweeps: want a larger MaxSweeps") {
		t.Errorf("%v", err)
	}
}

// BenchmarkOptimum solves the open grid of 1000 x 1000 cells.
func BenchmarkOptimum(b *testing.B) {
	g := slipGrid(b, 1000, env.Slip{})
	for b.Loop() {
		s, err := PolicyIteration(g, 0.99, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(s.Bound, "bound")
		b.ReportMetric(float64(s.Iterations), "policies")
	}
}
