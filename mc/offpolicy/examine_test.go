package offpolicy_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/offpolicy"
)

// example55 is Example 5.5 of Sutton & Barto: going left (0) stays with 0.9 and ends with 0.1, for 1; going right (1) ends.
func example55() *model {
	return &model{states: 2, actions: 2, terminal: map[env.State]bool{1: true}, start: []env.State{0}, startProbs: []float64{1},
		outcomes: map[[2]int][]env.Outcome{
			{0, 0}: {{Next: 0, Reward: 0, Prob: 0.9}, {Next: 1, Reward: 1, Prob: 0.1}},
			{0, 1}: {{Next: 1, Reward: 0, Prob: 1}},
		}}
}

// P36: the variance is infinite, E[(w G)^2] = 0.2 sum 1.8^k. That is said, no interval is given, and the weighted estimate is
// exactly 1 from the first episode with a positive weight on; such an episode has probability 1/11.
func TestInfiniteVarianceP36(t *testing.T) {
	m, left, uniform := example55(), env.Deterministic{0, 0}, env.NewUniform(2, 2)
	verdict, err := offpolicy.Examine(m, left, uniform, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "growth", verdict.Growth.Lo, 1.8, 1e-12)
	near(t, "growth", verdict.Growth.Hi, 1.8, 1e-12)
	if !verdict.Infinite() || !verdict.InfinitePerDecision() || len(verdict.Missing) != 0 {
		t.Errorf("%+v", verdict)
	}
	e := evaluator(t, offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: left, Behaviour: uniform}, offpolicy.Options{Cap: 50, Verdict: verdict})
	gen, err := env.NewGenerator(m, uniform, 10_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	var ep env.Episode
	const n = 20_000
	positive := 0
	for i := range n {
		gen.FromState(&ep, 0)
		add(t, e, ep)
		if i > 500 && i%100 != 99 {
			continue
		}
		r := result(t, e)
		if positive = int(r.Diagnostics.Positive); positive > 0 && value(t, r, offpolicy.Weighted) != 1 {
			t.Fatalf("weighted = %v after %d episodes", value(t, r, offpolicy.Weighted), r.Episodes)
		}
		if positive == 0 && value(t, r, offpolicy.Weighted) != 0 {
			t.Fatal("weighted is not 0 without a positive weight")
		}
	}
	const share = 1. / 11
	near(t, "share of positive weights", float64(positive)/n, share, 4.5*math.Sqrt(share*(1-share)/n))
	r := result(t, e)
	if !slices.ContainsFunc(r.Warnings, func(w offpolicy.Warning) bool { return w.Name == offpolicy.WarnInfiniteVariance }) {
		t.Errorf("no warning: %v", r.Warnings)
	}
	for _, y := range r.Estimates {
		if capped := y.Estimator == offpolicy.Capped; (y.Interval != nil) != capped || math.IsNaN(y.StdErr) == capped {
			t.Errorf("an interval where the variance is infinite, or none where it is not: %+v", y)
		}
	}

	// gamma^2 1.8 < 1 makes the per-decision estimators finite: 0.72 of which the exact second moment is the sum.
	verdict, err = offpolicy.Examine(m, left, uniform, math.Sqrt(0.4))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "discounted growth", verdict.Discounted.Hi, 0.72, 1e-12)
	if !verdict.Infinite() || verdict.InfinitePerDecision() {
		t.Errorf("%+v", verdict)
	}
	e = evaluator(t, offpolicy.Problem{States: 2, Actions: 2, Gamma: math.Sqrt(0.4), Target: left, Behaviour: uniform},
		offpolicy.Options{Cap: 50, Q: make([]float64, 4), Verdict: verdict})
	for range 1000 {
		gen.FromState(&ep, 0)
		add(t, e, ep)
	}
	for _, y := range result(t, e).Estimates {
		if infinite := y.Estimator == offpolicy.Ordinary || y.Estimator == offpolicy.Weighted; (y.Interval == nil) != infinite {
			t.Errorf("an interval where the variance is infinite, or none where it is not: %+v", y)
		}
	}
}

// The verdict against the exact second moments E[w_t^2] of models whose growth is known in closed form.
func TestGrowth(t *testing.T) {
	ring := &model{states: 4, actions: 2, terminal: map[env.State]bool{3: true}, start: []env.State{0}, startProbs: []float64{1},
		outcomes: map[[2]int][]env.Outcome{}}
	for s := range 3 { // 0 -> 1 -> 2 -> 0 with action 0, out with action 1
		ring.outcomes[[2]int{s, 0}] = []env.Outcome{{Next: env.State((s + 1) % 3), Prob: 0.5}, {Next: 3, Prob: 0.5}}
		ring.outcomes[[2]int{s, 1}] = []env.Outcome{{Next: 3, Prob: 1}}
	}
	ring.start, ring.startProbs = []env.State{0, 1}, []float64{1, 0}
	second := &model{states: 3, actions: 1, terminal: map[env.State]bool{2: true}, start: []env.State{0, 1}, startProbs: []float64{0.5, 0.5},
		outcomes: map[[2]int][]env.Outcome{
			{0, 0}: {{Next: 2, Prob: 1}},
			{1, 0}: {{Next: 1, Prob: 0.75}, {Next: 2, Prob: 0.25}},
		}}
	never := stochastic(t, 2, 0, 1, 0, 1, 0, 1, 0, 1)
	for name, c := range map[string]struct {
		m         *model
		target, b offpolicy.Policy
		growth    float64
		missing   []int
	}{
		"a chain ends":       {chain(5), make(env.Deterministic, 6), env.NewUniform(6, 2), 0, nil},
		"ratio 4 at 1 of 3":  {ring, env.Deterministic{0, 0, 0, 0}, stochastic(t, 2, 0.25, 0.75, 1, 0, 1, 0, 1, 0), 0.5 * math.Cbrt(4), nil},
		"at the limit":       {ring, env.Deterministic{0, 0, 0, 0}, stochastic(t, 2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 0), 1, nil},
		"on-policy":          {ring, env.Deterministic{0, 0, 0, 0}, env.Deterministic{0, 0, 0, 0}, 0.5, nil},
		"from either start":  {second, env.Deterministic{0, 0, 0}, env.Deterministic{0, 0, 0}, 0.75, nil},
		"no support":         {ring, env.Deterministic{0, 0, 0, 0}, never, 0, []int{0, 2, 4}},
		"out of reach is ok": {ring, never, stochastic(t, 2, 0, 1, 1, 0, 1, 0, 1, 0), 0, nil},
	} {
		v, err := offpolicy.Examine(c.m, c.target, c.b, 1)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name+": lower", v.Growth.Lo, c.growth, 2e-9)
		near(t, name+": upper", v.Growth.Hi, c.growth, 2e-9)
		slices.Sort(v.Missing)
		if v.Infinite() != (c.growth >= 1) || !slices.Equal(v.Missing, c.missing) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	forever := &model{states: 1, actions: 2, start: []env.State{0}, startProbs: []float64{1}, outcomes: map[[2]int][]env.Outcome{
		{0, 0}: {{Next: 0, Prob: 1}}, {0, 1}: {{Next: 0, Prob: 1}}}}
	for epsilon, infinite := range map[float64]bool{0.5: false, 0.25: true} { // weights of 1 for ever are no infinite variance
		v, err := offpolicy.Examine(forever, env.NewUniform(1, 2), stochastic(t, 2, epsilon, 1-epsilon), 1)
		if err != nil || v.Infinite() != infinite || v.InfinitePerDecision() != infinite || v.OnPolicy == infinite || v.Growth.Lo < 1-1e-12 {
			t.Errorf("b = %g: %+v, %v", epsilon, v, err)
		}
	}
	e := evaluator(t, offpolicy.Problem{States: 4, Actions: 2, Target: never}, offpolicy.Options{Verdict: offpolicy.Verdict{Missing: []int{3}}})
	if w := result(t, e).Warnings; len(w) != 1 || w[0].Name != offpolicy.WarnSupport {
		t.Errorf("missing support: %v", w)
	}
	if _, err := offpolicy.Examine(nil, nil, nil, 1); err == nil {
		t.Error("nothing was examined")
	}
}

// On random models, E[w_t^2], computed forwards, grows from step to step by what Growth says.
func TestGrowthOfRandomModels(t *testing.T) {
	for seed := range uint64(20) {
		rng := env.NewRand(seed, env.PurposeConstruction)
		const n = 8
		m := &model{states: n + 1, actions: 2, terminal: map[env.State]bool{n: true}, start: []env.State{0}, startProbs: []float64{1},
			outcomes: map[[2]int][]env.Outcome{}}
		pi, b := make([]float64, 0, 2*n+2), make([]float64, 0, 2*n+2)
		for s := range n + 1 {
			x, y := rng.Float64(), 0.1+0.8*rng.Float64()
			pi, b = append(pi, x, 1-x), append(b, y, 1-y)
			for a := range 2 {
				u := 0.2 + 0.8*rng.Float64()
				m.outcomes[[2]int{s, a}] = []env.Outcome{{Next: env.State(rng.Intn(n)), Prob: u * 0.75},
					{Next: env.State(rng.Intn(n)), Prob: u * 0.25}, {Next: n, Prob: 1 - u}}
			}
		}
		v, err := offpolicy.Examine(m, stochastic(t, 2, pi...), stochastic(t, 2, b...), 1)
		if err != nil {
			t.Fatal(err)
		}
		const steps = 3000
		x, log := make([]float64, n), 0.0
		x[0] = 1
		for range steps {
			y := make([]float64, n)
			for s := range n {
				for a := range 2 {
					for _, o := range m.Outcomes(env.State(s), env.Action(a)) {
						if o.Next < n {
							y[o.Next] += x[s] * pi[2*s+a] * pi[2*s+a] / b[2*s+a] * o.Prob
						}
					}
				}
			}
			sum := 0.0
			for _, z := range y {
				sum += z
			}
			log += math.Log(sum)
			for i := range y {
				x[i] = y[i] / sum
			}
		}
		near(t, fmt.Sprintf("seed %d: growth", seed), math.Exp(log/steps), v.Growth.Lo, 5e-3*v.Growth.Hi)
		if v.Growth.Hi-v.Growth.Lo > 1e-8 {
			t.Errorf("seed %d: %+v", seed, v.Growth)
		}
	}
}
