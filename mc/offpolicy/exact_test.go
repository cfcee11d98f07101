package offpolicy_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// moments are the exact mean and variance of every estimator over all data sets of n episodes.
func moments(t *testing.T, p offpolicy.Problem, o offpolicy.Options, paths []path, n int) (mean, variance [estimators]float64) {
	t.Helper()
	total := 0.0
	var second [estimators]float64
	pick := make([]int, n)
	for {
		prob, e := 1.0, evaluator(t, p, o)
		for _, i := range pick {
			prob *= paths[i].prob
			add(t, e, paths[i].ep)
		}
		total += prob
		for _, y := range result(t, e).Estimates {
			mean[y.Estimator] += prob * y.Value
			second[y.Estimator] += prob * y.Value * y.Value
		}
		k := 0
		for ; k < n; k++ {
			if pick[k]++; pick[k] < len(paths) {
				break
			}
			pick[k] = 0
		}
		if k == n {
			break
		}
	}
	near(t, "total probability", total, 1, 1e-9)
	for i := range mean {
		variance[i] = second[i] - mean[i]*mean[i]
	}
	return mean, variance
}

// chain has the states 0, ..., h-1, each leading to the next whatever the action; every step pays 1.
func chain(h int) *model {
	m := &model{states: h + 1, actions: 2, terminal: map[env.State]bool{env.State(h): true}, start: []env.State{0}, startProbs: []float64{1},
		outcomes: map[[2]int][]env.Outcome{}}
	for s := range h {
		for a := range 2 {
			m.outcomes[[2]int{s, a}] = []env.Outcome{{Next: env.State(s + 1), Reward: 1, Prob: 1}}
		}
	}
	return m
}

// P35: weighted importance sampling is biased by known amounts, ordinary is not. Arm 1 pays 1, pi takes it with 0.8.
func TestWeightedBiasP35(t *testing.T) {
	m := chain(1)
	m.outcomes[[2]int{0, 0}][0].Reward = 0
	target := stochastic(t, 2, 0.2, 0.8, 0.2, 0.8)
	p := offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: target, Behaviour: env.NewUniform(2, 2)}
	paths := enumerate(m, p.Behaviour, 1)
	for n, digits := range map[int]float64{1: 0.5, 2: 0.65, 5: 0.7516, 10: 0.7785} {
		want, ways := 0.0, math.Ldexp(1, -n) // k of n times arm 1, each with weight 1.6, the others with 0.4
		for k := 1; k <= n; k++ {
			ways *= float64(n-k+1) / float64(k)
			want += ways * float64(4*k) / float64(4*k+n-k)
		}
		near(t, fmt.Sprintf("digits, n = %d", n), want, digits, 5e-5)
		mean, _ := moments(t, p, offpolicy.Options{}, paths, n)
		near(t, fmt.Sprintf("weighted, n = %d", n), mean[offpolicy.Weighted], want, 1e-12)
		near(t, fmt.Sprintf("weighted per decision, n = %d", n), mean[offpolicy.WeightedPerDecision], want, 1e-12)
		near(t, fmt.Sprintf("weighted discounting-aware, n = %d", n), mean[offpolicy.WeightedDiscountingAware], want, 1e-12)
		near(t, fmt.Sprintf("discounting-aware, n = %d", n), mean[offpolicy.DiscountingAware], 0.8, 1e-12)
		near(t, fmt.Sprintf("ordinary, n = %d", n), mean[offpolicy.Ordinary], 0.8, 1e-12)
		near(t, fmt.Sprintf("per decision, n = %d", n), mean[offpolicy.PerDecision], 0.8, 1e-12)
	}
}

// unbiased are the estimators whose expectation is the value.
var unbiased = []offpolicy.Estimator{offpolicy.Ordinary, offpolicy.PerDecision, offpolicy.DiscountingAware, offpolicy.DoublyRobust}

// P38: what one episode varies by, on a chain of H steps that each pay 1, pi always taking action 0, b uniform.
func TestChainVariancesP38(t *testing.T) {
	want := map[int][2]float64{1: {1, 1}, 2: {12, 6}, 5: {775, 141}, 10: {102300, 5998}}
	for h, v := range want {
		m := chain(h)
		p := offpolicy.Problem{States: h + 1, Actions: 2, Gamma: 1, Target: make(env.Deterministic, h+1), Behaviour: env.NewUniform(h+1, 2)}
		exact, err := dp.Evaluate(m, make(env.Deterministic, h+1), 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		paths := enumerate(m, p.Behaviour, h)
		for name, q := range map[string][]float64{"exact": exact.Q, "zero": make([]float64, 2*h+2)} {
			mean, variance := moments(t, p, offpolicy.Options{Q: q}, paths, 1)
			at := func(what string) string { return fmt.Sprintf("H = %d, %s, q %s", h, what, name) }
			for _, x := range unbiased {
				near(t, at("mean "+x.String()), mean[x], float64(h), 1e-9)
			}
			near(t, at("variance of ordinary"), variance[offpolicy.Ordinary], v[0], 1e-9*v[0])
			near(t, at("variance of per-decision"), variance[offpolicy.PerDecision], v[1], 1e-9*v[1])
			dr := 0.0
			if name == "zero" {
				dr = v[1]
			}
			near(t, at("variance of doubly robust"), variance[offpolicy.DoublyRobust], dr, 1e-9*v[1])
		}
	}
}

// The unbiased estimators have the exact value as their mean, whatever the model, discount and horizon; with a horizon too.
func TestUnbiased(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	q := []float64{1, -2, 3, 0.5, 7, -1, 100, 100}
	for _, gamma := range []float64{1, 0.9, 0.5, 0} {
		for horizon := 1; horizon <= 5; horizon++ {
			exact, err := dp.EvaluateHorizon(m, target, gamma, horizon)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := exact.Start()
			p := offpolicy.Problem{States: 4, Actions: 2, Gamma: gamma, Target: target, Behaviour: b}
			paths := enumerate(m, b, horizon)
			mean, variance := moments(t, p, offpolicy.Options{Q: q}, paths, 1)
			for _, x := range unbiased {
				near(t, fmt.Sprintf("mean of %v, gamma %g, horizon %d", x, gamma, horizon), mean[x], want, 1e-12)
			}
			if horizon <= 2 { // n independent episodes have 1/n of the variance
				mean2, variance2 := moments(t, p, offpolicy.Options{Q: q}, paths, 2)
				for _, x := range unbiased {
					near(t, "mean of two", mean2[x], want, 1e-12)
					near(t, "variance of two", variance2[x], variance[x]/2, 1e-9)
				}
			}
		}
	}
}

// P38: with the exact q, the doubly robust estimate of a deterministic environment is the value itself, episode by episode.
func TestDoublyRobustIsExactP38(t *testing.T) {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	if err != nil {
		t.Fatal(err)
	}
	const gamma, horizon = 0.9, 12
	n := grid.NumStates()
	best, err := dp.PolicyIteration(grid, gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target, err := env.NewSoft(best.Policy, grid.NumActions(), 0.3)
	if err != nil {
		t.Fatal(err)
	}
	exact, err := dp.Evaluate(grid, target, gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	gen, err := env.NewGenerator(grid, env.NewUniform(n, grid.NumActions()), horizon, 3)
	if err != nil {
		t.Fatal(err)
	}
	p := offpolicy.Problem{States: n, Actions: grid.NumActions(), Gamma: gamma, Target: target, Behaviour: env.NewUniform(n, grid.NumActions())}
	var ep env.Episode
	for range 50 {
		gen.FromState(&ep, 7)
		e := evaluator(t, p, offpolicy.Options{Q: exact.Q})
		add(t, e, ep)
		// A cut episode pays gamma^T w v(S_T) less: the rest is exact.
		w, g := 1.0, math.Pow(gamma, horizon)
		for k, a := range ep.Actions {
			w *= target.Prob(ep.States[k], a) * 5
		}
		got := value(t, result(t, e), offpolicy.DoublyRobust) + g*w*exact.V[ep.States[horizon]]
		near(t, "doubly robust", got, exact.V[7], 1e-9*(1+w))
	}
}

// All estimators and the jackknife are those of an implementation that holds all episodes (P34: episodes without weight count).
func TestBruteForce(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	never := stochastic(t, 2, 1, 0, 0.125, 0.875, 0.5, 0.5, 1, 0) // many weights are 0
	for seed := range uint64(40) {
		rng := env.NewRand(seed, env.PurposeStatistics)
		pi := target
		if seed%2 == 1 {
			pi = never
		}
		x := &brute{target: pi, behaviour: b, gamma: []float64{1, 0.9, 0.3, 0}[seed/2%4], cap: 1.5, actions: 2, q: make([]float64, 8)}
		for i := range x.q {
			x.q[i] = 6*rng.Float64() - 3
		}
		groups, n := 2+rng.Intn(9), 2+rng.Intn(60)
		p := offpolicy.Problem{States: 4, Actions: 2, Gamma: x.gamma, Target: pi, Behaviour: b}
		o := offpolicy.Options{Cap: x.cap, Q: x.q, Groups: groups}
		gen, err := env.NewGenerator(m, b, 1+rng.Intn(30), seed)
		if err != nil {
			t.Fatal(err)
		}
		p.Behaviour = nil
		e, l := evaluator(t, offpolicy.Problem{States: 4, Actions: 2, Gamma: x.gamma, Target: pi, Behaviour: b}, o), evaluator(t, p, o)
		for range n {
			var ep env.Episode
			gen.FromState(&ep, gen.Start())
			x.episodes = append(x.episodes, ep)
			add(t, e, ep)
			if err := l.AddLogged(logged(ep, b)); err != nil {
				t.Fatal(err)
			}
		}
		r, want := result(t, e), x.values()
		if len(r.Estimates) != estimators {
			t.Fatalf("%d estimates", len(r.Estimates))
		}
		for i, y := range r.Estimates {
			near(t, fmt.Sprintf("seed %d: %v", seed, y.Estimator), y.Value, want[y.Estimator], 1e-12*(1+math.Abs(want[y.Estimator])))
			z := result(t, l).Estimates[i]
			near(t, "logged "+z.Estimator.String(), z.Value, y.Value, 1e-12*(1+math.Abs(y.Value)))
			switch y.Estimator {
			case offpolicy.Weighted, offpolicy.WeightedPerDecision, offpolicy.WeightedDiscountingAware, offpolicy.WeightedDoublyRobust:
				if y.Interval != nil {
					near(t, fmt.Sprintf("seed %d: jackknife of %v", seed, y.Estimator), y.StdErr, x.stdErr(y.Estimator, groups), 1e-9*(1+y.StdErr))
				}
			}
		}
	}
}
