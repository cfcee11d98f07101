package offpolicy_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/offpolicy"
)

// hand is three episodes of a uniform policy; the target always takes action 1. The states are 0, 1 and the end, 2.
var hand = []env.Episode{
	{States: []env.State{0, 2}, Actions: []env.Action{0}, Rewards: []float64{3}},
	{States: []env.State{0, 1, 2}, Actions: []env.Action{1, 0}, Rewards: []float64{0, 5}},
	{States: []env.State{0, 1, 2}, Actions: []env.Action{1, 1}, Rewards: []float64{0, 1}},
}

// P32: the weight of q(s_t, a_t) begins with the next action, that of v(s_t) with this one. Had it begun with this one,
// Q(0,0) and Q(1,0) would stay 0, and ordinary importance sampling would give Q(0,1) = 2.
func TestHandExampleP32(t *testing.T) {
	p := offpolicy.Problem{States: 3, Actions: 2, Gamma: 1, Target: env.Deterministic{1, 1, 1}, Behaviour: env.NewUniform(3, 2)}
	for _, c := range []struct {
		ordinary bool
		v0       float64
	}{{true, 4. / 3}, {false, 1}} {
		x, err := offpolicy.NewValues(p, offpolicy.ValueOptions{Ordinary: c.ordinary})
		if err != nil {
			t.Fatal(err)
		}
		for _, ep := range hand {
			if err := x.Add(&ep); err != nil {
				t.Fatal(err)
			}
		}
		at := func(what string) string { return fmt.Sprintf("ordinary %v: %s", c.ordinary, what) }
		near(t, at("V(0)"), x.V(0), c.v0, 1e-15)
		near(t, at("V(1)"), x.V(1), 1, 1e-15)
		near(t, at("Q(0,0)"), x.Q(0, 0), 3, 0)
		near(t, at("Q(1,0)"), x.Q(1, 0), 5, 0)
		near(t, at("Q(0,1)"), x.Q(0, 1), 1, 0) // ordinary: (0 5 + 2 1)/2; weighted: 2 1/2
		near(t, at("Q(1,1)"), x.Q(1, 1), 1, 0)
		if x.StateVisits(0) != 3 || x.Visits(0, 1) != 2 || x.Visits(1, 0) != 1 || x.Episodes() != 3 {
			t.Errorf("visits: %d %d %d", x.StateVisits(0), x.Visits(0, 1), x.Visits(1, 0))
		}
		if x.StateVisits(2) != 0 || x.V(2) != 0 { // P31: the end is not learned from
			t.Errorf("the end: value %v of %d visits", x.V(2), x.StateVisits(2))
		}
		e := evaluator(t, p, offpolicy.Options{})
		for _, ep := range hand {
			add(t, e, ep)
		}
		of := map[bool]offpolicy.Estimator{true: offpolicy.Ordinary, false: offpolicy.Weighted}[c.ordinary]
		near(t, at("the evaluator"), value(t, result(t, e), of), c.v0, 1e-15)
	}
}

// P33, P34: the incremental tables are the sums over all visits, computed anew from all episodes, for each rule.
func TestIncrementalIsBatchP33(t *testing.T) {
	m := small()
	some, b := smallPolicies(t)
	for seed := range uint64(12) {
		target := some
		if seed%2 == 1 { // many weights are 0
			target = stochastic(t, 2, 1, 0, 0.125, 0.875, 0, 1, 1, 0)
		}
		gen, err := env.NewGenerator(m, b, 25, seed)
		if err != nil {
			t.Fatal(err)
		}
		var episodes []env.Episode
		for range 60 {
			var ep env.Episode
			gen.FromState(&ep, gen.Start())
			episodes = append(episodes, ep)
		}
		for _, o := range []offpolicy.ValueOptions{{}, {Visit: mc.FirstVisit}, {Visit: mc.InitialVisit}, {Ordinary: true},
			{Ordinary: true, Visit: mc.FirstVisit}, {Ordinary: true, Visit: mc.InitialVisit}} {
			p := offpolicy.Problem{States: 4, Actions: 2, Gamma: 0.9, Target: target}
			x, err := offpolicy.NewValues(p, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, ep := range episodes {
				if err := x.AddLogged(logged(ep, b)); err != nil {
					t.Fatal(err)
				}
			}
			v, q := batch(episodes, target, b, 0.9, o)
			for s, got := range x.AllV() {
				near(t, fmt.Sprintf("seed %d %+v: V(%d)", seed, o, s), got, v[s], 1e-12*(1+math.Abs(v[s])))
			}
			for i, got := range x.AllQ() {
				near(t, fmt.Sprintf("seed %d %+v: Q(%d,%d)", seed, o, i/2, i%2), got, q[i], 1e-12*(1+math.Abs(q[i])))
			}
		}
	}
}

// batch computes the tables of the small model from equations (5.5) and (5.6), visit by visit.
func batch(episodes []env.Episode, target, b offpolicy.Policy, gamma float64, o offpolicy.ValueOptions) (v [4]float64, q [8]float64) {
	var sums, bottoms [12]float64 // states, then pairs
	for _, ep := range episodes {
		met := map[int]bool{}
		for t := range ep.Len() {
			g, w := 0.0, 1.0 // w: of the actions after t
			for k := t; k < ep.Len(); k++ {
				g += math.Pow(gamma, float64(k-t)) * ep.Rewards[k]
				if k > t {
					w *= target.Prob(ep.States[k], ep.Actions[k]) / b.Prob(ep.States[k], ep.Actions[k])
				}
			}
			s, a := ep.States[t], ep.Actions[t]
			own := target.Prob(s, a) / b.Prob(s, a)
			for i, w := range map[int]float64{int(s): w * own, 4 + int(s)*2 + int(a): w} {
				if o.Visit == mc.InitialVisit && t > 0 || o.Visit == mc.FirstVisit && met[i] {
					continue
				}
				met[i] = true
				sums[i] += w * g
				if o.Ordinary {
					w = 1
				}
				bottoms[i] += w
			}
		}
	}
	for i := range sums {
		if bottoms[i] > 0 {
			sums[i] /= bottoms[i]
		}
	}
	copy(v[:], sums[:4])
	copy(q[:], sums[4:])
	return v, q
}

// First-visit ordinary importance sampling is unbiased; the tables of a long run come to the exact values.
func TestPrediction(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	exact, err := dp.Evaluate(m, target, 0.9, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := mc.Problem{MDP: m, Gamma: 0.9, Horizon: 1000}
	for _, o := range []offpolicy.ValueOptions{{}, {Visit: mc.FirstVisit}, {Ordinary: true, Visit: mc.FirstVisit}, {Ordinary: true}} {
		l, err := offpolicy.NewPrediction(p, target, b, o, 5)
		if err != nil {
			t.Fatal(err)
		}
		const n = 200_000
		for _, err := range mc.Run(context.Background(), l, n) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if x := l.Progress(); x.Episodes != n || l.Episodes() != n || x.Truncated != 0 || x.RewardMax != 5 {
			t.Errorf("%+v", x)
		}
		// The standard errors, of returns of at most 20 and weights of variance below 25, are below 0.02.
		for s := range env.State(3) {
			near(t, fmt.Sprintf("%+v: V(%d)", o, s), l.V(s), exact.V[s], 0.1)
			for a := range env.Action(2) {
				near(t, fmt.Sprintf("%+v: Q(%d,%d)", o, s, a), l.Q(s, a), exact.Q[2*s+env.State(a)], 0.1)
			}
		}
	}
	if _, err := offpolicy.NewPrediction(p, target, nil, offpolicy.ValueOptions{}, 1); err == nil {
		t.Error("a prediction without a behaviour")
	}
	if _, err := offpolicy.NewPrediction(mc.Problem{}, target, b, offpolicy.ValueOptions{}, 1); err == nil {
		t.Error("a prediction without an environment")
	}
	uncovered, err := offpolicy.NewPrediction(p, target, stochastic(t, 2, 0, 1, 1, 0, 1, 0, 1, 0), offpolicy.ValueOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := uncovered.Next(context.Background(), 1); err == nil {
		t.Error("a behaviour that does not cover the target was accepted")
	}
}

// P39: tables of weights of 2^10000 stay finite, where the value is.
func TestLongWeightsOfTables(t *testing.T) {
	for _, ordinary := range []bool{false, true} {
		for _, b := range []float64{0.25, 1} {
			x, err := offpolicy.NewValues(fair(1), offpolicy.ValueOptions{Ordinary: ordinary, Visit: mc.InitialVisit})
			if err != nil {
				t.Fatal(err)
			}
			if err := x.AddLogged(coin(10_000, b, 3)); err != nil {
				t.Fatal(err)
			}
			want := 3.0
			if ordinary {
				want = map[float64]float64{0.25: math.Inf(1), 1: 0}[b]
			}
			if x.V(0) != want || x.Q(0, 0) != want {
				t.Errorf("b = %g, ordinary %v: V = %g, Q = %g, want %g", b, ordinary, x.V(0), x.Q(0, 0), want)
			}
		}
	}
}
