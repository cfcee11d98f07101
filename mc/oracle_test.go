package mc

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// presets are the environments that come with package env, those of at most 100 states.
func presets(t *testing.T) map[string]*env.Grid {
	t.Helper()
	grids := map[string]*env.Grid{}
	for _, name := range append(env.Presets(), "open-10") { // the one of open-100, smaller
		c, err := env.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		g, err := env.NewGrid(c)
		if err != nil {
			t.Fatal(err)
		}
		if g.NumStates() <= 100 {
			grids[name] = g
		}
	}
	if len(grids) < 8 {
		t.Fatalf("%d presets, want at least 8", len(grids))
	}
	return grids
}

// agree demands that every visited q is within 4.5 exact standard deviations of its expectation, and within 1e-9 where the
// return is certain. On a lake the return is 0 but for rare successes, far from normal: there the second term of Bernstein's
// inequality at the same level is added, ln(2/6.8e-6)/3 = 4.2 times the range of the return, which is 1, over n.
func agree(t *testing.T, what string, q *QTable, mean, variance []float64, slack float64) {
	t.Helper()
	rare := 0.0
	if strings.Contains(what, "lake") {
		rare = 4.2
	}
	visited, counts := 0, q.Counts()
	for i, w := range q.Values() {
		n := counts[i]
		if n == 0 {
			continue
		}
		visited++
		if tolerance := 4.5*math.Sqrt(max(variance[i], 0)/float64(n)) + rare/float64(n) + slack + 1e-9; math.Abs(w-mean[i]) > tolerance {
			t.Errorf("%s: q(%d, %d) = %.6f from %d returns, want %.6f +- %.6f", what, i/q.actions, i%q.actions, w, n, mean[i], tolerance)
		}
	}
	if visited < q.actions {
		t.Errorf("%s: only %d pairs were visited", what, visited)
	}
}

// Each learner against the oracle on every preset, under the initial policy and again under the policy that it has learned
// from it: estimates of T-step returns from independent episodes, with their exact mean and variance (P1, P4, P8, P14, P15).
func TestLearnersAgainstOracle(t *testing.T) {
	const gamma, T, eps = 0.9, 30, 0.3
	for name, g := range presets(t) {
		p := Problem{g, gamma, T}
		batch := StartsOptions{Visit: InitialVisit, Improve: ImproveBatch, Batch: 8000, Average: ResetAverage, Starts: UniformPairs}
		basic, err := NewBasic(p, BasicOptions{Episodes: 40}, 11)
		if err != nil {
			t.Fatal(err)
		}
		es, err := NewExploringStarts(p, batch, 12)
		if err != nil {
			t.Fatal(err)
		}
		soft, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon(eps), batch}, 13)
		if err != nil {
			t.Fatal(err)
		}
		for k := 1; k <= 2; k++ {
			for _, l := range []struct {
				name     string
				run      run
				policy   dp.Policy
				episodes int64
			}{
				{"MC Basic", basic, basic.Policy(), basic.SweepEpisodes()},
				{"exploring starts", es, es.Policy(), 8000},
				{"epsilon-greedy", soft, soft.Behaviour(), 8000},
			} {
				exact, err := dp.HorizonMoments(g, l.policy, gamma, T)
				if err != nil {
					t.Fatal(err)
				}
				play(t, l.run, l.episodes)
				agree(t, fmt.Sprint(name, ", ", l.name, ", iteration ", k), l.run.Q(), exact.Mean, exact.Var, 0)
			}
		}
	}
}

// The same on the large preset, open-100: returns of certain episodes are exact, from every pair or from those that were
// drawn, and the epsilon-greedy ones of a fixed pair are within 4.5 exact standard deviations.
func TestLearnersOnALargeGrid(t *testing.T) {
	const gamma, T, n = 0.9, 30, 8000
	g := must(env.NewGrid(must(env.Preset("open-100"))))
	p := Problem{g, gamma, T}
	basic := must(NewBasic(p, BasicOptions{}, 11))
	es := must(NewExploringStarts(p, StartsOptions{Visit: InitialVisit, Improve: ImproveBatch, Batch: n}, 12))
	fixed := StartsOptions{Visit: InitialVisit, Improve: ImproveBatch, Batch: n, Starts: FixedPair, State: 5049, Action: 1}
	soft := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon(0.3), fixed}, 13))
	greedy := must(dp.HorizonMoments(g, basic.Policy(), gamma, T))
	exact := must(dp.HorizonMoments(g, soft.Behaviour(), gamma, T))
	play(t, basic, basic.SweepEpisodes())
	play(t, es, n)
	play(t, soft, n)
	if left := len(basic.Unvisited()); left != 0 {
		t.Errorf("%d pairs were never started from", left)
	}
	agree(t, "open-100, MC Basic", basic.Q(), greedy.Mean, make([]float64, len(greedy.Mean)), 0)
	agree(t, "open-100, exploring starts", es.Q(), greedy.Mean, make([]float64, len(greedy.Mean)), 0)
	pair := 5049*5 + 1
	got, sd := soft.Q().At(5049, 1), math.Sqrt(exact.Var[pair]/n)
	if soft.Q().N(5049, 1) != n || sd == 0 || math.Abs(got-exact.Mean[pair]) > 4.5*sd {
		t.Errorf("open-100, epsilon-greedy: q = %.6f from %d returns, want %.6f +- %.6f", got, soft.Q().N(5049, 1), exact.Mean[pair], 4.5*sd)
	}
}

// First-visit returns are independent between episodes, and unbiased where the horizon leaves them enough steps: with the
// last 200 steps of a cut episode unscored the bias is below gamma^200 r_max/(1-gamma) (P2, P20, P21).
func TestFirstVisitAgainstOracle(t *testing.T) {
	const gamma, T, tail = 0.9, 400, 200
	for name, g := range presets(t) {
		o := StartsOptions{Visit: FirstVisit, Improve: ImproveBatch, Batch: 3000, Tail: tail}
		l, err := NewEpsilonGreedy(Problem{g, gamma, T}, EpsilonOptions{Epsilon(0.5), o}, 21)
		if err != nil {
			t.Fatal(err)
		}
		exact, err := dp.Moments(g, l.Behaviour(), gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		bias := Problem{g, gamma, tail}.TruncationBound(play(t, l, 3000).RewardMax)
		agree(t, name, l.Q(), exact.Mean, exact.Var, bias)
	}
}

// The tail of a cut episode biases every-visit averages (P21): for eps = 0.5 from (1,1) of zhao5 with T = 100 by +0.49 at
// (1,1); without the tail the bias is gone.
func TestTailBias(t *testing.T) {
	g, err := env.NewGrid(env.Zhao5(-10, env.BoundaryPlusCell))
	if err != nil {
		t.Fatal(err)
	}
	pi := arrows(">>>>v", "^^>>v", "^<v>v", "^>o<v", "^>^<<")
	exact, err := dp.Evaluate(g, must(env.NewSoft(pi, 5, 0.5)), 0.9, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	biases := map[int]float64{}
	for _, tail := range []int{0, 60} {
		o := StartsOptions{Starts: FixedState, Improve: ImproveBatch, Batch: 40000, Tail: tail, Policy: pi}
		l, err := NewEpsilonGreedy(Problem{g, 0.9, 100}, EpsilonOptions{Epsilon(0.5), o}, 5)
		if err != nil {
			t.Fatal(err)
		}
		play(t, l, 39999) // one short of the improvement
		v, soft := 0.0, l.Behaviour()
		for a := range env.Action(5) {
			v += soft.Prob(0, a) * l.Q().At(0, a)
		}
		biases[tail] = v - exact.V[0]
	}
	if b := biases[0]; math.Abs(b-0.49) > 0.05 {
		t.Errorf("bias at (1,1) with the tail: %+.3f, want +0.49", b)
	}
	if b := biases[60]; math.Abs(b) > 0.05 {
		t.Errorf("bias at (1,1) without the tail: %+.3f, want 0", b)
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// Exploring starts and MC Basic reach the optimum on the deterministic presets: the greedy policy's exact value is optimal
// in every state, up to what an L-step horizon can see.
func TestReachesOptimum(t *testing.T) {
	const gamma, T = 0.9, 150
	for name, g := range presets(t) {
		if !g.Deterministic() {
			continue
		}
		p := Problem{g, gamma, T}
		basic, err := NewBasic(p, BasicOptions{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		settle(t, basic)
		es, err := NewExploringStarts(p, StartsOptions{Improve: ImproveSweep, Starts: SweepPairs, Average: ResetAverage, Visit: FirstVisit}, 1)
		if err != nil {
			t.Fatal(err)
		}
		play(t, es, 40*es.pairs())
		best, err := dp.PolicyIteration(g, gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for what, pi := range map[string]env.Deterministic{"MC Basic": basic.Policy(), "exploring starts": es.Policy()} {
			got, err := dp.Evaluate(g, pi, gamma, dp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for s := range got.V {
				if loss := best.V[s] - got.V[s]; loss > 2*p.TruncationBound(10)/(1-gamma) {
					t.Errorf("%s, %s: state %d loses %g", name, what, s, loss)
				}
			}
		}
	}
}
