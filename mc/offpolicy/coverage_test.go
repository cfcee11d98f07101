package offpolicy_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// The share of 95% intervals that hold the value, over 2000 seeds of 400 episodes. The expectation of the capped estimator is
// its own, by enumeration.
func TestCoverage(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	const gamma, horizon, n, seeds = 0.9, 5, 400, 2000
	exact, err := dp.EvaluateHorizon(m, target, gamma, horizon)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := exact.Start()
	p := offpolicy.Problem{States: 4, Actions: 2, Gamma: gamma, Target: target, Behaviour: b}
	o := offpolicy.Options{Cap: 1.5, Q: []float64{1, -2, 3, 0.5, 2, -1, 0, 0}}
	mean, variance := moments(t, p, o, enumerate(m, b, horizon), 1)
	var covered [estimators]int
	var width [estimators]float64
	for seed := range uint64(seeds) {
		gen, err := env.NewGenerator(m, b, horizon, seed)
		if err != nil {
			t.Fatal(err)
		}
		e := evaluator(t, p, o)
		var ep env.Episode
		for range n {
			gen.FromState(&ep, gen.Start())
			add(t, e, ep)
		}
		for _, y := range result(t, e).Estimates {
			truth := v
			if y.Estimator == offpolicy.Capped {
				truth = mean[offpolicy.Capped]
			}
			if y.Interval.Contains(truth) {
				covered[y.Estimator]++
			}
			width[y.Estimator] += y.Interval.Half() / seeds
		}
	}
	// 95% minus 2%, plus the 4.5 standard errors of such a share in 2000 trials, 2.2%.
	for i, k := range covered {
		share := float64(k) / seeds
		t.Logf("%-26v covers %.1f%%, half width %.4f", offpolicy.Estimator(i), 100*share, width[i])
		near(t, fmt.Sprintf("coverage of %v (half width %.4f)", offpolicy.Estimator(i), width[i]), share, 0.945, 0.022)
	}
	for _, x := range append([]offpolicy.Estimator{offpolicy.Capped}, unbiased...) {
		near(t, "half width of "+x.String(), width[x], 1.966*math.Sqrt(variance[x]/n), 0.05*width[x])
	}
}
