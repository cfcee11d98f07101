package mc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// rivals are two policies for a 5 x 5 world: the optimal one, and one that goes another way in a corner.
func rivals() (a, b env.Deterministic) {
	return arrows(">>>>v", "^^>>v", "^<v>v", "^>o<v", "^>^<<"), arrows("v>>>v", "v^>>v", "v<v>v", "v>o<v", ">>^<<")
}

func soft(p env.Deterministic, eps float64) *env.Soft { return must(env.NewSoft(p, 5, eps)) }

// floor5 is the book's world with starts anywhere and, if slippery, an end at the target and a floor on which a step in five
// goes astray: in any direction, with equal probability.
type floor5 struct {
	world
	slippery bool
}

func (w floor5) Terminal(s env.State) bool { return w.slippery && s == 17 }

func (w floor5) Start(rng *env.Rand) env.State {
	states, _ := w.StartProbs()
	return states[rng.Intn(len(states))]
}

func (w floor5) StartProbs() (states []env.State, probs []float64) {
	for s := range env.State(25) {
		if !w.Terminal(s) {
			states = append(states, s)
		}
	}
	return states, slices.Repeat([]float64{1 / float64(len(states))}, len(states))
}

func (w floor5) Outcomes(s env.State, a env.Action) (all []env.Outcome) {
	if !w.slippery {
		return w.world.Outcomes(s, a)
	}
	for b := range env.Action(5) {
		next, r := w.world.Step(s, b, nil)
		p := 0.05
		if a == b {
			p = 0.8
		}
		all = append(all, env.Outcome{Next: next, Reward: r, Prob: p})
	}
	return all
}

// Each episode is the one that the generator plays: in blocks of one episode the names of the streams are the same. So the
// steps that both episodes share, and the noise they have in common, change no episode's law (P4, P43).
func TestCompareIsTheEpisodes(t *testing.T) {
	x, y := rivals()
	const T, n = 1500, 60 // above 1024 steps a block is one episode
	for name, m := range map[string]env.MDP{"grid": compile(t, zhao5), "grid with ends": compile(t, floor5{zhao5, true}),
		"interfaces": interfaceOnly{compile(t, floor5{zhao5, true})}} {
		for _, eps := range []float64{0, 0.1, 1} {
			p := Problem{m, 0.999, T}
			a, b := soft(x, eps), soft(y, eps)
			c := must(Compare(context.Background(), p, a, b, CompareOptions{Episodes: n}, 3))
			var of [2][]float64
			steps, cut := int64(0), make([]bool, n)
			for k, policy := range []env.Policy{a, b} {
				g := must(env.NewGenerator(m, policy, T, 3))
				var ep env.Episode
				for e := range n {
					g.FromState(&ep, g.Start())
					sum := 0.0
					for _, ret := range ep.Returns(0.999) {
						sum = ret
					}
					of[k] = append(of[k], sum)
					steps += int64(ep.Len())
					cut[e] = cut[e] || ep.Truncated
				}
			}
			var want, wantA, wantB estimate.Variance
			truncated := int64(0)
			for e := range n {
				want.Add(of[0][e] - of[1][e])
				wantA.Add(of[0][e])
				wantB.Add(of[1][e])
				if cut[e] {
					truncated++
				}
			}
			near := func(what string, got, want float64) {
				if math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
					t.Errorf("%s, eps %g: %s %.17g, want %.17g", name, eps, what, got, want)
				}
			}
			near("mean", c.Difference.Mean(), want.Mean())
			near("variance", c.Difference.Var(), want.Var())
			near("mean of A", c.A.Mean(), wantA.Mean())
			near("variance of A", c.A.Var(), wantA.Var())
			near("mean of B", c.B.Mean(), wantB.Mean())
			near("variance of B", c.B.Var(), wantB.Var())
			if c.Steps+c.Shared != steps || c.Truncated != truncated || c.Met != 0 {
				t.Errorf("%s, eps %g: %+v, want %d steps, %d cut", name, eps, c, steps, truncated)
			}
		}
	}
}

// The path of tables and that of the interfaces agree bit for bit, and so do parts and the whole in their counts.
func TestComparePaths(t *testing.T) {
	x, y := rivals()
	a, b := soft(x, 0.2), soft(y, 0.2)
	table := compile(t, floor5{zhao5, true})
	o := CompareOptions{Episodes: 300}
	c := must(Compare(context.Background(), Problem{table, 0.9, 60}, a, b, o, 5))
	if other := must(Compare(context.Background(), Problem{interfaceOnly{table}, 0.9, 60}, a, b, o, 5)); other != c {
		t.Errorf("interfaces: %+v, want %+v", other, c)
	}
	first := must(Compare(context.Background(), Problem{table, 0.9, 60}, a, b, CompareOptions{Episodes: 100}, 5))
	first.Merge(must(Compare(context.Background(), Problem{table, 0.9, 60}, a, b, CompareOptions{First: 100, Episodes: 200}, 5)))
	if first.Steps != c.Steps || first.Shared != c.Shared || first.Truncated != c.Truncated || first.Difference.N() != 300 ||
		math.Abs(first.Difference.Mean()-c.Difference.Mean()) > 1e-12 || math.Abs(first.Gain()-c.Gain()) > 1e-9 {
		t.Errorf("in parts: %+v, want %+v", first, c)
	}
}

// Episodes that Early ends have the same differences, bit for bit, in fewer steps; the two that never part take none.
func TestCompareEarly(t *testing.T) {
	x, y := rivals()
	row := func(p env.Deterministic) *env.Stochastic {
		probs := make([]float64, 125)
		for s, a := range p {
			probs[5*s+int(a)] = 1
		}
		return must(env.NewStochastic(5, probs))
	}
	for _, c := range []struct {
		name   string
		m      env.Model
		a, b   env.Policy
		fewer  int64 // times fewer steps, at least
		always bool  // every pair meets
	}{
		{"certain", compile(t, floor5{zhao5, false}), x, y, 15, true},
		{"a model that is no table", floor5{zhao5, false}, x, y, 15, true},
		{"rows", compile(t, floor5{zhao5, false}), row(x), row(y), 15, true},
		{"slippery", compile(t, floor5{zhao5, true}), x, y, 1, false},
		{"exploring", compile(t, floor5{zhao5, true}), soft(x, 0.1), soft(y, 0.1), 1, false},
		{"the same", compile(t, floor5{zhao5, true}), soft(x, 0.1), soft(slices.Clone(x), 0.1), math.MaxInt64, true},
		{"uniform", compile(t, floor5{zhao5, true}), soft(x, 1), soft(y, 1), math.MaxInt64, true},
	} {
		p, o := Problem{c.m, 0.95, 200}, CompareOptions{Episodes: 400}
		plain := must(Compare(context.Background(), p, c.a, c.b, o, 7))
		o.Early = true
		early := must(Compare(context.Background(), p, c.a, c.b, o, 7))
		if early.Difference != plain.Difference || early.A.N() != 0 || plain.A.N() != 400 {
			t.Errorf("%s: %+v, want %+v", c.name, early, plain)
		}
		if all := early.Met == 400; all != c.always || early.Steps > (plain.Steps+plain.Shared)/c.fewer || plain.Met != 0 {
			t.Errorf("%s: %d steps, %d met; plain %d, independent %d", c.name, early.Steps, early.Met, plain.Steps, plain.Steps+plain.Shared)
		}
	}
}

// The mean is that of exact T-step values, within 4.5 exact standard errors of independent episodes at most (P1, P20), and the
// interval covers it as often as it says: 95% of 1000 seeded runs, within 4.5 binomial standard deviations.
func TestCompareAgainstOracle(t *testing.T) {
	x, y := rivals()
	for _, w := range []struct {
		name  string
		m     env.Model
		eps   float64
		fixed bool
		gain  float64 // of variance, at least
	}{
		{"grid, uniform starts", floor5{zhao5, false}, 0.1, false, 1.5}, {"grid, one start", zhao5, 0.1, true, 1.3},
		{"slippery", floor5{zhao5, true}, 0, false, 1.5}, {"slippery and exploring", floor5{zhao5, true}, 0.2, false, 1.5},
	} {
		const gamma, T, n, runs = 0.9, 60, 100, 1000
		m := compile(t, w.m)
		a, b := soft(x, w.eps), soft(y, w.eps)
		va, vb := must(dp.HorizonMoments(m, a, gamma, T)), must(dp.HorizonMoments(m, b, gamma, T))
		exact, variance := startMoments(m, a, va, w.fixed), 0.0
		other := startMoments(m, b, vb, w.fixed)
		variance = exact[1] + other[1]
		o := CompareOptions{Episodes: n}
		if w.fixed {
			o.Starts, o.State = FixedState, 20
		}
		var all Comparison
		covered := 0
		for seed := range uint64(runs) {
			c := must(Compare(context.Background(), Problem{m, gamma, T}, a, b, o, seed))
			if c.Interval(0.95).Contains(exact[0] - other[0]) {
				covered++
			}
			all.Merge(c)
		}
		if d := math.Abs(all.Difference.Mean() - (exact[0] - other[0])); d > 4.5*all.Difference.StdErr() {
			t.Errorf("%s: difference %g, want %g, off by %.1f standard errors", w.name, all.Difference.Mean(), exact[0]-other[0], d/all.Difference.StdErr())
		}
		for i, got := range []estimate.Variance{all.A, all.B} {
			want := [][2]float64{exact, other}[i]
			if math.Abs(got.Mean()-want[0]) > 4.5*math.Sqrt(want[1]/runs/n) || math.Abs(got.Var()/want[1]-1) > 0.1 {
				t.Errorf("%s: mean %g, variance %g of policy %d, want %v", w.name, got.Mean(), got.Var(), i, want)
			}
		}
		if sd := math.Sqrt(0.95 * 0.05 / runs); math.Abs(float64(covered)/runs-0.95) > 4.5*sd {
			t.Errorf("%s: the interval covers in %d of %d runs, want 95%% +- %.1f%%", w.name, covered, runs, 450*sd)
		}
		gain := variance / all.Difference.Var()
		if gain < w.gain || math.Abs(all.Gain()/gain-1) > 0.1 {
			t.Errorf("%s: gain %.2f, exactly %.2f, want at least %g", w.name, all.Gain(), gain, w.gain)
		}
		if r := all.Correlation(); !(r > 0 && r < 1) {
			t.Errorf("%s: correlation %g", w.name, r)
		}
		t.Logf("%s: gain %.2f, times %.2f in steps; correlation %.3f", w.name, gain, float64(all.Steps+all.Shared)/float64(all.Steps), all.Correlation())
	}
}

// startMoments are mean and variance of the return over the starts: from state 20, or uniformly from all that are no end.
func startMoments(m *env.Table, p dp.Policy, r *dp.Returns, fixed bool) [2]float64 {
	states, probs := m.StartProbs()
	if fixed {
		states, probs = []env.State{20}, []float64{1}
	}
	mean, square := 0.0, 0.0
	for i, s := range states {
		for a := range env.Action(5) {
			w, pair := probs[i]*p.Prob(s, a), 5*int(s)+int(a)
			mean += w * r.Mean[pair]
			square += w * (r.Var[pair] + r.Mean[pair]*r.Mean[pair])
		}
	}
	return [2]float64{mean, square - mean*mean}
}

// Every field out of range is named, policies of the wrong size too; a context that has ended plays nothing.
func TestCompareRefused(t *testing.T) {
	x, y := rivals()
	table := compile(t, zhao5)
	for _, c := range []struct {
		p    Problem
		a, b env.Policy
		o    CompareOptions
		want string
	}{
		{Problem{table, 0.9, 10}, x, y, CompareOptions{}, "episodes = 0: want at least 1"},
		{Problem{table, 0.9, 10}, x, y, CompareOptions{First: -1, Episodes: 1}, "first = -1"},
		{Problem{table, 0.9, 10}, x, y, CompareOptions{First: math.MaxInt64, Episodes: 1}, "episodes = 1"},
		{Problem{table, 0.9, 10}, x, y, CompareOptions{Episodes: 1, Starts: UniformPairs}, "starts = uniform-pairs: want environment or fixed-state"},
		{Problem{table, 0.9, 10}, x, y, CompareOptions{Episodes: 1, State: 3}, "state = 3: want none"},
		{Problem{table, 0.9, 10}, x, y, CompareOptions{Episodes: 1, Starts: FixedState, State: 25}, "state = 25: want a non-terminal state in [0, 25)"},
		{Problem{table, 1.5, 0}, x, y, CompareOptions{}, "gamma = 1.5: want a number in [0, 1]\nhorizon = 0: want at least 1 step\nepisodes = 0"},
		{Problem{nil, 0.9, 10}, x, y, CompareOptions{Episodes: 1}, "MDP"},
		{Problem{table, 0.9, 10}, x, nil, CompareOptions{Episodes: 1}, "policy b: policy = <nil>"},
		{Problem{table, 0.9, 10}, x[:3], y, CompareOptions{Episodes: 1}, "policy a: number of states"},
		{Problem{table, 0.9, 10}, x, soft(y, 0), CompareOptions{Episodes: 1, Early: true}, "early = true: want a model whose outcomes are known (here *env.Table), and two policies of package env of one kind (here env.Deterministic, *env.Soft)"},
		{Problem{table, 0.9, 10}, soft(x, 0.1), soft(y, 0.2), CompareOptions{Episodes: 1, Early: true}, "early"},
		{Problem{interfaceOnly{table}, 0.9, 10}, x, y, CompareOptions{Episodes: 1, Early: true}, "early"},
	} {
		var field *env.FieldError
		got, err := Compare(context.Background(), c.p, c.a, c.b, c.o, 1)
		if !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) || got != (Comparison{}) {
			t.Errorf("want %q: %v", c.want, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if c, err := Compare(ctx, Problem{table, 0.9, 10}, x, y, CompareOptions{Episodes: 5}, 1); !errors.Is(err, context.Canceled) || c.Difference.N() != 0 {
		t.Errorf("a context that has ended: %+v, %v", c, err)
	}
}

// The smallest comparisons: one pair has no standard error and claims nothing; equal returns have no variance to gain from.
func TestCompareEdges(t *testing.T) {
	x, y := rivals()
	o := CompareOptions{Episodes: 1, Starts: FixedState, State: 20}
	table := compile(t, zhao5)
	for _, T := range []int{1, 2, 100} {
		c := must(Compare(context.Background(), Problem{table, 0.9, T}, x, y, o, 1))
		exactA, exactB := must(dp.EvaluateHorizon(table, x, 0.9, T)), must(dp.EvaluateHorizon(table, y, 0.9, T))
		if want := exactA.V[20] - exactB.V[20]; math.Abs(c.Difference.Mean()-want) > 1e-12 || c.Truncated != 1 {
			t.Errorf("T %d: difference %g, want %g", T, c.Difference.Mean(), want)
		}
		if i := c.Interval(0.95); !math.IsInf(i.Hi, 1) || !math.IsNaN(c.Gain()) {
			t.Errorf("T %d: interval %v, gain %g from one pair", T, i, c.Gain())
		}
	}
	o.Episodes = 3
	c := must(Compare(context.Background(), Problem{table, 0.9, 100}, x, x, o, 1))
	if c.Difference.Var() != 0 || c.Difference.Mean() != 0 || c.Steps != 300 || c.Shared != 300 || !math.IsNaN(c.Correlation()) {
		t.Errorf("a policy against itself: %s", fmt.Sprintf("%+v", c))
	}
}
