package offpolicy_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
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

// What the package comment says of intervals: the share of logs of 2000 episodes of a slippery lake whose intervals hold the
// value, in percent, for targets ever farther from the behaviour policy. The figures are those of 1000 logs.
func TestCoverageOnTheLake(t *testing.T) {
	grid, err := env.NewGrid(env.FrozenLake4(true))
	if err != nil {
		t.Fatal(err)
	}
	const gamma, episodes, logs = 0.95, 2000, 100
	best, err := dp.PolicyIteration(grid, gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	soft := func(epsilon float64) *env.Soft {
		p, err := env.NewSoft(best.Policy, 4, epsilon)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		epsilon, ess float64
		covers       [6]float64 // in the order of the constants
	}{
		{0.2, 797, [6]float64{95.6, 95.4, 95.6, 95.8, 95.6, 95.8}},
		{0.1, 89, [6]float64{89.8, 89.1, 89.8, 91.4, 89.8, 91.8}},
		{0.05, 33, [6]float64{80.9, 69.6, 80.9, 85.2, 80.9, 87.5}},
	} {
		exact, err := dp.Evaluate(grid, soft(c.epsilon), gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, _ := exact.Start()
		p := offpolicy.Problem{States: 16, Actions: 4, Gamma: gamma, Target: soft(c.epsilon), Behaviour: soft(0.3)}
		var covered [6]float64
		var ess estimate.Variance
		for seed := range uint64(logs) {
			gen, err := env.NewGenerator(grid, soft(0.3), 1000, seed)
			if err != nil {
				t.Fatal(err)
			}
			e := evaluator(t, p, offpolicy.Options{})
			var ep env.Episode
			for range episodes {
				gen.FromState(&ep, gen.Start())
				add(t, e, ep)
			}
			r := result(t, e)
			ess.Add(r.Diagnostics.ESS)
			for _, y := range r.Estimates {
				if y.Interval.Contains(v) {
					covered[y.Estimator] += 100.0 / logs
				}
			}
		}
		t.Logf("epsilon %g: ESS %.1f, covers %.1f", c.epsilon, ess.Mean(), covered)
		for i, share := range covered { // 4.5 standard errors of a share in so many logs
			near(t, fmt.Sprintf("epsilon %g: coverage of %v", c.epsilon, offpolicy.Estimator(i)), share, c.covers[i], 4.5*math.Sqrt(c.covers[i]*(100-c.covers[i])/logs))
		}
		near(t, fmt.Sprintf("epsilon %g: mean ESS", c.epsilon), ess.Mean(), c.ess, 0.5+4.5*ess.StdErr())
	}
}
