package offpolicy_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// Three episodes by hand, of a target that always takes action 1: the first takes 0 and has no weight, the second at its second
// step only, the third never.
func TestDiscountingAwareByHand(t *testing.T) {
	steps := func(rewards []float64, actions []env.Action, probs ...float64) *offpolicy.Logged {
		return &offpolicy.Logged{States: make([]env.State, len(actions)), Actions: actions, Rewards: rewards, Probs: probs}
	}
	log := []*offpolicy.Logged{
		steps([]float64{8}, []env.Action{0}, 0.5),
		steps([]float64{3, 5}, []env.Action{1, 0}, 0.5, 0.25),                      // ratios 2, 0
		steps([]float64{1, 2, 4}, []env.Action{1, 1, 1}, 0.5, 1, 0.25),             // weights 2, 2, 8; flat returns 1, 3, 7
		steps([]float64{1, -2, 0, 1}, []env.Action{1, 1, 1, 1}, 0.25, 1, 0.5, 0.5), // 4, 4, 8, 16; 1, -1, -1, 0
		{}, // nothing happens: x = 0, y = 1
	}
	for gamma, want := range map[float64]struct{ x, y float64 }{
		// 1/2 2 3; 1/2 (2 1 + 1/2 2 3) + 1/4 8 7; 1/2 (4 1 - 1/2 4 - 1/4 8) + 0: 3 + 16.5 + 0
		// 1/2 2;   1/2 (2 + 1/2 2) + 1/4 8;       1/2 (4 + 1/2 4 + 1/4 8) + 1/8 16; and 1: 1 + 3.5 + 6 + 1
		0.5: {19.5, 11.5},
		// the first step alone: 2 3 + 2 1 + 4 1 of 2 + 2 + 4 + 1
		0: {12, 9},
		// the last step alone: 0 + 8 7 + 0 of 0 + 8 + 16 + 1
		1: {56, 25},
	} {
		e := evaluator(t, offpolicy.Problem{States: 1, Actions: 2, Gamma: gamma, Target: env.Deterministic{1}}, offpolicy.Options{})
		addLogged(t, e, log...)
		r := result(t, e)
		near(t, fmt.Sprintf("gamma %g", gamma), value(t, r, offpolicy.DiscountingAware), want.x/5, 1e-15)
		near(t, fmt.Sprintf("gamma %g, weighted", gamma), value(t, r, offpolicy.WeightedDiscountingAware), want.x/want.y, 1e-15)
	}
}

// What one episode varies by on the chain of P38, the exact fractions counted out over all 2^H episodes.
func TestDiscountingAwareChain(t *testing.T) {
	for _, c := range []struct {
		gamma                          float64
		h                              int
		ordinary, discounted, decision float64
	}{
		{0.5, 1, 1, 1, 1},
		{0.5, 2, 27. / 4, 17. / 4, 11. / 4},
		{0.5, 5, 29791. / 256, 3967. / 256, 1695. / 256},
		{0.5, 10, 1070599167. / 262144, 5614079. / 262144, 2075647. / 262144},
		{0.9, 2, 10.83, 10.09, 5.23},
		{0.9, 5, 519.86516431, 7623550307. / 20000000, 77.43847951},
		{0.9, 10, 43397.682920155238, 18715.179013981457, 1319.3046221549764},
		{0, 10, 1023, 1, 1},
		{1, 10, 102300, 102300, 5998},
	} {
		m, target, b := chain(c.h), make(env.Deterministic, c.h+1), env.NewUniform(c.h+1, 2)
		p := offpolicy.Problem{States: c.h + 1, Actions: 2, Gamma: c.gamma, Target: target, Behaviour: b}
		exact, err := dp.Evaluate(m, target, c.gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		mean, variance := moments(t, p, offpolicy.Options{}, enumerate(m, b, c.h), 1)
		for x, want := range map[offpolicy.Estimator]float64{offpolicy.Ordinary: c.ordinary, offpolicy.DiscountingAware: c.discounted, offpolicy.PerDecision: c.decision} {
			near(t, fmt.Sprintf("mean of %v, gamma %g, H = %d", x, c.gamma, c.h), mean[x], exact.V[0], 1e-12*exact.V[0])
			near(t, fmt.Sprintf("variance of %v, gamma %g, H = %d", x, c.gamma, c.h), variance[x], want, 1e-12*(want+exact.V[0]*exact.V[0]))
		}
	}
}

// Mean and variance of the weighted estimator on that chain, the exact fractions counted out over all sets of n episodes. Where
// all weights are 0 it is 0.
func TestWeightedDiscountingAwareChain(t *testing.T) {
	for _, c := range []struct {
		h, n           int
		mean, variance float64
	}{{2, 1, 2. / 3, 1. / 2}, {2, 2, 49. / 48, 967. / 2304}, {3, 2, 853. / 768, 116653. / 196608}, {5, 1, 143. / 192, 28351. / 36864}} {
		p := offpolicy.Problem{States: c.h + 1, Actions: 2, Gamma: 0.5, Target: make(env.Deterministic, c.h+1), Behaviour: env.NewUniform(c.h+1, 2)}
		mean, variance := moments(t, p, offpolicy.Options{}, enumerate(chain(c.h), p.Behaviour, c.h), c.n)
		near(t, fmt.Sprintf("mean, H = %d, n = %d", c.h, c.n), mean[offpolicy.WeightedDiscountingAware], c.mean, 1e-12)
		near(t, fmt.Sprintf("variance, H = %d, n = %d", c.h, c.n), variance[offpolicy.WeightedDiscountingAware], c.variance, 1e-12)
	}
}

// Without discount the estimators are the ordinary and the weighted one, episodes of 10,000 steps included; with gamma = 0
// per-decision ones, with the first ratio only.
func TestDiscountingAwareLimits(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	for gamma, same := range map[float64][2]offpolicy.Estimator{1: {offpolicy.Ordinary, offpolicy.Weighted},
		0: {offpolicy.PerDecision, offpolicy.WeightedPerDecision}} {
		for seed := range uint64(20) {
			gen, err := env.NewGenerator(m, b, 50, seed)
			if err != nil {
				t.Fatal(err)
			}
			e := evaluator(t, offpolicy.Problem{States: 4, Actions: 2, Gamma: gamma, Target: target, Behaviour: b}, offpolicy.Options{})
			for range 100 {
				var ep env.Episode
				gen.FromState(&ep, gen.Start())
				add(t, e, ep)
			}
			r := result(t, e)
			for i, x := range []offpolicy.Estimator{offpolicy.DiscountingAware, offpolicy.WeightedDiscountingAware} {
				got, _ := r.Of(x)
				want, _ := r.Of(same[i])
				tolerance := 1e-13 * (1 + math.Abs(want.Value))
				near(t, fmt.Sprintf("gamma %g, %v", gamma, x), got.Value, want.Value, tolerance)
				near(t, fmt.Sprintf("gamma %g, error of %v", gamma, x), got.StdErr, want.StdErr, tolerance)
				near(t, fmt.Sprintf("gamma %g, end of %v", gamma, x), got.Interval.Hi, want.Interval.Hi, 2*tolerance)
			}
		}
	}
	e := evaluator(t, fair(1), offpolicy.Options{})
	addLogged(t, e, coin(10_000, 1, 1), coin(10_000, 1, 2), coin(9_999, 1, 3))
	near(t, "weights of 2^-10000", value(t, result(t, e), offpolicy.WeightedDiscountingAware), (1.+2+2*3)/4, 1e-13)
}

// payingLoop is example 5.5 with a reward of 1 for each step to the left.
func payingLoop() *model {
	m := example55()
	m.outcomes[[2]int{0, 0}] = []env.Outcome{{Next: 0, Reward: 1, Prob: 0.9}, {Next: 1, Reward: 1, Prob: 0.1}}
	return m
}

// loopEpisode is an episode of a loop that goes left for n steps and ends, with the last by left, or by a step to the right
// more; and its probability.
func loopEpisode(m *model, n int, right bool) path {
	x := path{env.Episode{States: []env.State{0}}, 1}
	for k := range n {
		o := m.Outcomes(0, 0)[0]
		if k == n-1 && !right {
			o = m.Outcomes(0, 0)[1]
		}
		x.ep.States, x.ep.Actions, x.ep.Rewards = append(x.ep.States, o.Next), append(x.ep.Actions, 0), append(x.ep.Rewards, o.Reward)
		x.prob *= 0.5 * o.Prob
	}
	if right {
		x.ep.States, x.ep.Actions, x.ep.Rewards = append(x.ep.States, 1), append(x.ep.Actions, 1), append(x.ep.Rewards, 0)
		x.prob *= 0.5
	}
	return x
}

// loopValue is an estimate by one episode of the value of going left.
func loopValue(t *testing.T, x path, gamma float64, of offpolicy.Estimator) float64 {
	t.Helper()
	p := offpolicy.Problem{States: 2, Actions: 2, Gamma: gamma, Target: env.Deterministic{0, 0}, Behaviour: env.NewUniform(2, 2)}
	e := evaluator(t, p, offpolicy.Options{Groups: 2})
	add(t, e, x.ep)
	return value(t, result(t, e), of)
}

// The loop of example 5.5, where E[w^2] grows by 1.8 a step. With gamma^2 1.8 < 1 the discounting-aware estimator has a
// variance. If each step pays, that of the ordinary one is infinite. From z = rho (R u' + gamma z'), u = rho u',
// u' = 1 - gamma + gamma u, for what is to come, with q = 1.8 gamma^2:
//
//	v = 1/(1 - 0.9 gamma),   U = E[u^2] = (1.8 (1-gamma^2) + 0.2)/(1-q),   C = E[u z] = (U + 1.8 gamma (1-gamma) v)/(1-q)
//	E[z^2] = (U + 3.6 gamma ((1-gamma) v + gamma C))/(1-q)
//
// If only the end pays, the estimators are the same, and E[x^2] = 0.2/(1-q).
func TestDiscountingAwareLoop(t *testing.T) {
	const longest = 400 // 400^2 0.882^400 is 1e-17
	for _, gamma := range []float64{0.3, 0.5, 0.7} {
		q, v := 1.8*gamma*gamma, 1/(1-0.9*gamma)
		u := (1.8*(1-gamma*gamma) + 0.2) / (1 - q)
		c := (u + 1.8*gamma*(1-gamma)*v) / (1 - q)
		z := (u + 3.6*gamma*((1-gamma)*v+gamma*c)) / (1 - q)
		for name, want := range map[string]struct {
			m            *model
			mean, square float64
		}{"each step pays": {payingLoop(), v, z}, "the end pays": {example55(), 0.1 * v, 0.2 / (1 - q)}} {
			mean, square := 0.0, 0.0
			for k := range longest {
				for _, x := range []path{loopEpisode(want.m, k, true), loopEpisode(want.m, k+1, false)} {
					y := loopValue(t, x, gamma, offpolicy.DiscountingAware)
					mean += x.prob * y
					square += x.prob * y * y
				}
			}
			near(t, fmt.Sprintf("gamma %g, %s: mean", gamma, name), mean, want.mean, 1e-12*want.mean)
			near(t, fmt.Sprintf("gamma %g, %s: second moment", gamma, name), square, want.square, 1e-12*want.square)
		}
	}
}

// What the episodes of one length add to E[x^2] where each step pays: of the ordinary estimator 1.8 times as much a step, of
// the discounting-aware one 1.8 gamma^2 times, and what the square of F_t adds, which goes to 1. That is the verdict, from each
// side of its limit, gamma = 0.7454.
func TestDiscountingAwareGrowth(t *testing.T) {
	m := payingLoop()
	for gamma, finite := range map[float64]bool{0.7: true, 0.745: true, 0.746: false, 0.9: false} {
		verdict, err := offpolicy.Examine(m, env.Deterministic{0, 0}, env.NewUniform(2, 2), gamma)
		if err != nil {
			t.Fatal(err)
		}
		if !verdict.Infinite() || verdict.InfinitePerDecision() == finite {
			t.Errorf("gamma %g: %+v", gamma, verdict)
		}
		for x, rate := range map[offpolicy.Estimator]float64{offpolicy.Ordinary: 1.8,
			offpolicy.DiscountingAware: verdict.Discounted.Hi * (901. / 900) * (901. / 900)} {
			part := func(n int) float64 {
				ep := loopEpisode(m, n, false)
				y := loopValue(t, ep, gamma, x)
				return ep.prob * y * y
			}
			// x = (2 gamma)^n (n a + b) with |b| < 2 a: the rate is as stated but for 2 b/a in 900^2.
			near(t, fmt.Sprintf("gamma %g: rate of %v", gamma, x), part(901)/part(900), rate, 5e-6*rate)
		}
	}
}
