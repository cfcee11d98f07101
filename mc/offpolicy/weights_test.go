package offpolicy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/offpolicy"
)

// coin is a logged episode of n steps in state 0 with ratio 1/(2 b) each; only the last step pays r.
func coin(n int, b, r float64) *offpolicy.Logged {
	l := &offpolicy.Logged{}
	for t := range n {
		l.States, l.Actions, l.Probs = append(l.States, 0), append(l.Actions, 0), append(l.Probs, b)
		l.Rewards = append(l.Rewards, 0)
		if t == n-1 {
			l.Rewards[t] = r
		}
	}
	return l
}

// fair is the problem of valuing a fair coin, whatever tossed it.
func fair(gamma float64) offpolicy.Problem {
	return offpolicy.Problem{States: 1, Actions: 2, Gamma: gamma, Target: env.NewUniform(1, 2)}
}

func addLogged(t testing.TB, e *offpolicy.Evaluator, episodes ...*offpolicy.Logged) {
	t.Helper()
	for _, ep := range episodes {
		if err := e.AddLogged(ep); err != nil {
			t.Fatal(err)
		}
	}
}

// P39: 10,000 ratios of 2, and of 1/2. The weights are 2^10000 and 2^-10000; what is divided by them comes out.
func TestLongProductsP39(t *testing.T) {
	const n = 10_000
	for name, c := range map[string]struct {
		b, gamma, log                                   float64
		ordinary, weighted, perDecision, perStep, aware float64
	}{
		"ratio 2": {0.25, 1, n * math.Ln2, math.Inf(1), 3, math.Inf(1), 3, 3},
		// 2^10000 2^-9999 3, and 2^-9999 3; of the weights y = 1 + ... + 1 + 2, n of them, the last alone has a return
		"ratio 2, gamma 1/2":   {0.25, 0.5, n * math.Ln2, 6, 0, 6, 0, 6. / (n + 1)},
		"ratio 1/2":            {1, 1, -n * math.Ln2, 0, 3, 0, 3, 3},
		"ratio 1/2, gamma 1/2": {1, 0.5, -n * math.Ln2, 0, 0, 0, 0, 0},
		"ratio 1, gamma 1":     {0.5, 1, 0, 3, 3, 3, 3, 3},
		"ratio 2^400":          {0x1p-401, 1, n * 400 * math.Ln2, math.Inf(1), 3, math.Inf(1), 3, 3},
		// y = sum over t < n-1 of 2^(399 t + 399) + 2^(399 n + 1): the last has all but 2^-400 of it
		"ratio 2^400, gamma 1/2": {0x1p-401, 0.5, n * 400 * math.Ln2, math.Inf(1), 0, math.Inf(1), 0, 3},
	} {
		e := evaluator(t, fair(c.gamma), offpolicy.Options{Cap: 10, Q: []float64{0, 0}})
		addLogged(t, e, coin(n, c.b, 3), coin(n, c.b, 3))
		r := result(t, e)
		for x, want := range map[offpolicy.Estimator]float64{offpolicy.Ordinary: c.ordinary, offpolicy.Weighted: c.weighted,
			offpolicy.PerDecision: c.perDecision, offpolicy.WeightedPerDecision: c.perStep,
			offpolicy.DiscountingAware: c.perDecision, offpolicy.WeightedDiscountingAware: c.aware,
			offpolicy.DoublyRobust: c.perDecision, offpolicy.WeightedDoublyRobust: c.perStep} {
			if got := value(t, r, x); got != want {
				t.Errorf("%s: %v = %v, want %v", name, x, got, want)
			}
			if y, _ := r.Of(x); math.IsInf(y.Value, 0) && (y.Interval != nil || y.Note == "") {
				t.Errorf("%s: %v is beyond float64 without a word: %+v", name, x, y)
			}
		}
		d := r.Diagnostics
		near(t, name+": log of the largest weight", d.MaxLogWeight, c.log, 1e-9*math.Abs(c.log))
		near(t, name+": ESS", d.ESS, 2, 1e-12)
		near(t, name+": share", d.MaxShare, 0.5, 1e-12)
	}
}

// P39: an action that b takes rarely has the ratio that it has, pi/b: nothing is clipped unless Cap says so.
func TestRareActionP39(t *testing.T) {
	for _, rare := range []float64{1e-9, 1e-150} {
		p := offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: env.Deterministic{0, 0}, Behaviour: stochastic(t, 2, rare, 1-rare, 1, 0)}
		e := evaluator(t, p, offpolicy.Options{Cap: 100})
		add(t, e, env.Episode{States: []env.State{0, 1}, Actions: []env.Action{0}, Rewards: []float64{3}})
		r := result(t, e)
		near(t, "ordinary", value(t, r, offpolicy.Ordinary), 3/rare, 1e-15*3/rare)
		near(t, "capped", value(t, r, offpolicy.Capped), 300, 0)
		near(t, "log of the weight", r.Diagnostics.MaxLogWeight, -math.Log(rare), 1e-12)
	}
}

// P39: what is said of weights of 2^100 and 3 2^100 is that of 1 and 3, times 2^100: mean 2, standard error 1,
// t_(1, 0.975) = 12.7062047.
func TestScaledSpreadP39(t *testing.T) {
	e := evaluator(t, fair(1), offpolicy.Options{})
	addLogged(t, e, coin(1, 0x1p-101, 1), coin(1, 0x1p-101/3, 1))
	r := result(t, e)
	near(t, "z-score", r.Diagnostics.ZScore, 2, 1e-12)
	near(t, "mean weight", r.Diagnostics.MeanWeight, 0x1p101, 0x1p101*1e-12)
	for _, x := range []offpolicy.Estimator{offpolicy.Ordinary, offpolicy.PerDecision} {
		y, _ := r.Of(x)
		near(t, x.String(), y.Value, 0x1p101, 0x1p101*1e-12)
		near(t, "standard error of "+x.String(), y.StdErr, 0x1p100, 0x1p100*1e-12)
		if y.Interval == nil {
			t.Fatalf("%v has no interval: %s", x, y.Note)
		}
		near(t, "lower end of "+x.String(), y.Interval.Lo, (2-12.706204736174698)*0x1p100, 0x1p100*1e-9)
		near(t, "upper end of "+x.String(), y.Interval.Hi, (2+12.706204736174698)*0x1p100, 0x1p100*1e-9)
	}
}

// A mean weight that is not 1 is doubted: of n weights m + 1/10 and m - 1/10 by turns it is 10 |m-1| sqrt(n-1) standard errors off,
// which is above 4 from n = 30 on for m = 1 +- 1/12, and below for m = 1 +- 1/16.
func TestMeanWeightWarning(t *testing.T) {
	for _, c := range []struct {
		n      int
		m      float64
		warned bool
	}{{30, 1 + 1./12, true}, {30, 1 - 1./12, true}, {30, 1 + 1./16, false}, {30, 1 - 1./16, false}, {28, 1.5, false}, {30, 1, false}} {
		e := evaluator(t, fair(1), offpolicy.Options{})
		for i := range c.n {
			addLogged(t, e, coin(1, 0.5/(c.m+0.1*float64(1-2*(i%2))), 1))
		}
		r := result(t, e)
		near(t, "z-score", r.Diagnostics.ZScore, 10*(c.m-1)*math.Sqrt(float64(c.n-1)), 1e-9)
		if got := slices.ContainsFunc(r.Warnings, func(w offpolicy.Warning) bool { return w.Name == offpolicy.WarnMeanWeight }); got != c.warned {
			t.Errorf("%d weights about %v: warned %v, want %v", c.n, c.m, got, c.warned)
		}
	}
}

// P39: weights of 2^10000, 1 and 2^-10000 in any order, in one evaluator or merged: the largest alone counts.
func TestMixedScalesP39(t *testing.T) {
	episodes := []*offpolicy.Logged{coin(10_000, 0.25, 7), coin(10_000, 1, 100), coin(3, 0.5, -50), coin(10_000, 0.25, 8), {}}
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 2, 0, 4, 3}, {2, 1, 4, 3, 0}} {
		o := offpolicy.Options{Q: []float64{1, 2}, Groups: 2}
		all, parts := evaluator(t, fair(1), o), evaluator(t, fair(1), o)
		discounted, pieces := evaluator(t, fair(0.9), o), evaluator(t, fair(0.9), o)
		for _, i := range order {
			addLogged(t, all, episodes[i])
			addLogged(t, discounted, episodes[i])
			one, piece := evaluator(t, fair(1), o), evaluator(t, fair(0.9), o)
			addLogged(t, one, episodes[i])
			addLogged(t, piece, episodes[i])
			if err := errors.Join(parts.Merge(one), pieces.Merge(piece)); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range []*offpolicy.Evaluator{discounted, pieces} {
			// y is 0.1 (2 + 2 1.8 + ... + 2 1.8^9998) + 2 1.8^9999 = (1/4 + 2) 1.8^9999, but for one in 1.8^9999; of that 2 has a return
			near(t, "weighted, aware of the discount", value(t, result(t, e), offpolicy.WeightedDiscountingAware), 7.5*2/2.25, 1e-12)
		}
		for _, e := range []*offpolicy.Evaluator{all, parts} {
			r := result(t, e)
			near(t, "weighted", value(t, r, offpolicy.Weighted), 7.5, 1e-12)
			// up to step 2 the weights are 8, 8, 1, 1/8 and 1 of five episodes; the reward -50 comes with 1 of the sum
			near(t, "weighted per decision", value(t, r, offpolicy.WeightedPerDecision), 7.5-50/(8+8+1+0.125+1), 1e-12)
			near(t, "ESS", r.Diagnostics.ESS, 2, 1e-12)
			if r.Episodes != 5 || r.Diagnostics.Positive != 5 || !math.IsInf(value(t, r, offpolicy.Ordinary), 1) {
				t.Errorf("order %v: %+v", order, r)
			}
		}
	}
}

// P39: what is left without the group that has nearly all the weight is what the others say, not a difference of rounded sums.
func TestJackknifeOfUnequalWeightsP39(t *testing.T) {
	e := evaluator(t, fair(1), offpolicy.Options{})
	addLogged(t, e, coin(100, 0.25, 5), coin(1, 0.5, 1), coin(1, 0.5, 2), coin(1, 0.5, 6))
	y, _ := result(t, e).Of(offpolicy.Weighted)
	near(t, "weighted", y.Value, 5, 1e-15)
	// without the first: 3; without another: 5. (K-1)/K times the sum of (3-4.5)^2, 3 (5-4.5)^2 is 3/4 of 3.
	near(t, "standard error", y.StdErr, 1.5, 1e-12)
}

// b(a|s) = 0 is an error that names the episode, the time, the state and the action, and changes nothing (P39).
func TestWrongEpisodes(t *testing.T) {
	good := func() *offpolicy.Logged { return coin(4, 0.5, 1) }
	logP := good()
	logP.Probs[2] = math.Log(0.5)
	zero, over, state, action, reward, columns := good(), good(), good(), good(), good(), good()
	zero.Probs[3], over.Probs[0], state.States[1], action.Actions[2], reward.Rewards[1] = 0, 1.5, 1, -1, math.NaN()
	columns.Rewards = columns.Rewards[1:]
	e := evaluator(t, fair(1), offpolicy.Options{})
	addLogged(t, e, good(), good())
	before := result(t, e)
	for want, ep := range map[string]*offpolicy.Logged{
		"b(0 | state 0) at t = 3 of episode 2 = 0: want a probability in [1e-150, 1], as the action was taken":  zero,
		"b(0 | state 0) at t = 2 of episode 2 = -0.6931471805599453: want a probability in [1e-150, 1], as the": logP,
		"b(0 | state 0) at t = 0 of episode 2 = 1.5: want a probability":                                        over,
		"state at t = 1 of episode 2 = 1: want a state in [0, 1)":                                               state,
		"action at t = 2 of episode 2 = -1: want an action in [0, 2)":                                           action,
		"reward at t = 1 of episode 2 = NaN: want a number of at most 1e+100":                                   reward,
		"columns of episode 2 = 4 states, 4 actions, 3 rewards, 4 probabilities: want as many of each":          columns,
	} {
		if err := e.AddLogged(ep); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if after := result(t, e); !reflect.DeepEqual(before, after) {
		t.Errorf("a wrong episode changed the result:\n%+v\n%+v", before, after)
	}

	// Of a known b, support is asked for in every state visited, whatever the action; pi of 0 needs none.
	p := offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: stochastic(t, 2, 0, 1, 0.5, 0.5), Behaviour: stochastic(t, 2, 0, 1, 1, 0)}
	e = evaluator(t, p, offpolicy.Options{})
	add(t, e, env.Episode{States: []env.State{0, 0}, Actions: []env.Action{1}, Rewards: []float64{1}})
	for want, ep := range map[string]env.Episode{
		"b(1 | state 1) at t = 1 of episode 1 = 0: want a positive probability, as the target takes action 1 with 0.5": {
			States: []env.State{0, 1, 0}, Actions: []env.Action{1, 0}, Rewards: []float64{1, 1}},
		"b(0 | state 0) at t = 0 of episode 1 = 0: want a probability": {
			States: []env.State{0, 0}, Actions: []env.Action{0}, Rewards: []float64{1}},
	} {
		if err := e.Add(&ep); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if err := evaluator(t, fair(1), offpolicy.Options{}).Add(&env.Episode{}); err == nil {
		t.Error("an episode without probabilities was accepted")
	}
}

// P34: an episode that the target would not have played has weight 0 and stays in the denominator of ordinary importance sampling.
func TestZeroWeightsCountP34(t *testing.T) {
	p := offpolicy.Problem{States: 1, Actions: 2, Gamma: 1, Target: env.Deterministic{1}}
	e := evaluator(t, p, offpolicy.Options{Cap: 100})
	one := &offpolicy.Logged{States: []env.State{0}, Actions: []env.Action{1}, Rewards: []float64{3}, Probs: []float64{0.25}}
	none := &offpolicy.Logged{States: []env.State{0}, Actions: []env.Action{0}, Rewards: []float64{9}, Probs: []float64{0.75}}
	addLogged(t, e, none, one, none, none)
	r := result(t, e)
	for x, want := range map[offpolicy.Estimator]float64{offpolicy.Ordinary: 3, offpolicy.PerDecision: 3, offpolicy.Capped: 3,
		offpolicy.Weighted: 3, offpolicy.WeightedPerDecision: 3, offpolicy.DiscountingAware: 3, offpolicy.WeightedDiscountingAware: 3} {
		near(t, x.String(), value(t, r, x), want, 1e-15)
	}
	if d := r.Diagnostics; d.Positive != 1 || d.MeanWeight != 1 || d.ESS != 1 || d.MaxShare != 1 {
		t.Errorf("%+v", d)
	}
	e = evaluator(t, p, offpolicy.Options{Cap: 100})
	addLogged(t, e, none, none)
	if r = result(t, e); !slices.ContainsFunc(r.Warnings, func(w offpolicy.Warning) bool { return w.Name == offpolicy.WarnNoWeight }) {
		t.Errorf("no warning of %s: %v", offpolicy.WarnNoWeight, r.Warnings)
	}
	for _, y := range r.Estimates {
		if y.Interval != nil || y.Value != 0 || y.Note == "" {
			t.Errorf("without weight: %+v", y)
		}
	}
	// With weight for the first step, ratio 4, and none for the second: with gamma = 1/2, x = 1/2 4 3 and y = 1/2 4.
	p.Gamma = 0.5
	e = evaluator(t, p, offpolicy.Options{Cap: 100})
	half := &offpolicy.Logged{States: []env.State{0, 0}, Actions: []env.Action{1, 0}, Rewards: []float64{3, 9}, Probs: []float64{0.25, 0.5}}
	addLogged(t, e, half, half, half)
	for _, y := range result(t, e).Estimates {
		switch y.Estimator {
		case offpolicy.Ordinary, offpolicy.Weighted, offpolicy.Capped:
			if y.Value != 0 || y.Interval != nil || y.Note != "no episode has a positive weight" {
				t.Errorf("without the whole weight: %+v", y)
			}
		case offpolicy.DiscountingAware:
			near(t, "with the first weight", y.Value, 6, 0)
		case offpolicy.WeightedDiscountingAware:
			near(t, "with the first weight, weighted", y.Value, 3, 0)
		}
	}
}

// Where every episode loses its weight on the way, what the target gains later is unknown, by any estimator. That of the doubly
// robust one is the model's word alone.
func TestNoIntervalWithoutWeight(t *testing.T) {
	p := offpolicy.Problem{States: 1, Actions: 2, Gamma: 1, Target: env.Deterministic{1}}
	e := evaluator(t, p, offpolicy.Options{Cap: 100, Q: []float64{0, 7}})
	for i := range 100 { // one reward of 0 or 1, then one step off the target's way to 50
		addLogged(t, e, &offpolicy.Logged{States: []env.State{0, 0}, Actions: []env.Action{1, 0}, Rewards: []float64{float64(i % 2), 50},
			Probs: []float64{0.5, 0.5}})
	}
	for _, y := range result(t, e).Estimates {
		if y.Interval != nil || !math.IsNaN(y.StdErr) || !strings.HasPrefix(y.Note, "no episode has a positive weight") {
			t.Errorf("%v: %v in %v (%s), want no interval: nothing is known of the second step", y.Estimator, y.Value, y.Interval, y.Note)
		}
	}
	p.Gamma = 0 // the second step counts for nothing; the mean reward is 1/2, its weight 2
	e = evaluator(t, p, offpolicy.Options{})
	for i := range 100 {
		addLogged(t, e, &offpolicy.Logged{States: []env.State{0, 0}, Actions: []env.Action{1, 0}, Rewards: []float64{float64(i % 2), 50},
			Probs: []float64{0.5, 0.5}})
	}
	for x, want := range map[offpolicy.Estimator]float64{offpolicy.PerDecision: 1, offpolicy.WeightedPerDecision: 0.5,
		offpolicy.DiscountingAware: 1, offpolicy.WeightedDiscountingAware: 0.5} {
		if y, _ := result(t, e).Of(x); y.Interval == nil || !(y.StdErr > 0) || math.Abs(y.Value-want) > 1e-12 {
			t.Errorf("gamma = 0: %+v, want %v and an interval", y, want)
		}
	}
}

// A reward that has not come up makes intervals of no width, 0 to 0, which is said. One that has makes them wider.
func TestNoSpread(t *testing.T) {
	e := evaluator(t, fair(0.9), offpolicy.Options{})
	warned := func() bool {
		return slices.ContainsFunc(result(t, e).Warnings, func(w offpolicy.Warning) bool { return w.Name == offpolicy.WarnNoSpread })
	}
	for i := range 40 {
		addLogged(t, e, coin(1+i%5, 0.25+float64(i%3)/8, 0))
		if y, _ := result(t, e).Of(offpolicy.Ordinary); warned() != (i > 0) || i > 0 && *y.Interval != (estimate.Interval{}) {
			t.Fatalf("%d episodes: warned %v, interval %v", i+1, warned(), y.Interval)
		}
	}
	if addLogged(t, e, coin(2, 0.5, 1)); warned() {
		t.Error("a warning of no spread after a reward")
	}
}

// A weight of exactly the cap, here 4, is not above it.
func TestWeightOfTheCap(t *testing.T) {
	p := offpolicy.Problem{States: 1, Actions: 2, Gamma: 1, Target: env.Deterministic{1}}
	for _, c := range []struct {
		cap, want float64
		above     int64
	}{{4, 12, 0}, {3.5, 10.5, 1}} {
		e := evaluator(t, p, offpolicy.Options{Cap: c.cap})
		addLogged(t, e, &offpolicy.Logged{States: []env.State{0}, Actions: []env.Action{1}, Rewards: []float64{3}, Probs: []float64{0.25}})
		r := result(t, e)
		near(t, "capped", value(t, r, offpolicy.Capped), c.want, 0)
		if r.Diagnostics.Capped != c.above {
			t.Errorf("%d weights of 4 above %v, want %d", r.Diagnostics.Capped, c.cap, c.above)
		}
	}
}

// Of one episode nothing is known but its value.
func TestOneEpisode(t *testing.T) {
	e := evaluator(t, fair(1), offpolicy.Options{Cap: 10, Q: []float64{1, 2}})
	addLogged(t, e, coin(3, 0.25, 2))
	for _, y := range result(t, e).Estimates {
		if y.Interval != nil || !math.IsNaN(y.StdErr) || y.Note != "no interval: one episode" {
			t.Errorf("%+v", y)
		}
	}
}

// The note names the first step from which on no episode has a weight.
func TestNoteOfTheFirstStep(t *testing.T) {
	e := evaluator(t, offpolicy.Problem{States: 1, Actions: 2, Gamma: 1, Target: env.Deterministic{1}}, offpolicy.Options{})
	for range 2 {
		addLogged(t, e, &offpolicy.Logged{States: []env.State{0, 0, 0, 0}, Actions: []env.Action{1, 0, 1, 0}, Rewards: []float64{3, 5, 5, 5},
			Probs: []float64{0.5, 0.5, 0.5, 0.5}})
	}
	y, _ := result(t, e).Of(offpolicy.WeightedPerDecision)
	if y.Value != 3 || y.Note != "no episode has a positive weight from t = 1 on" {
		t.Errorf("%+v", y)
	}
}

// Merged evaluators are one evaluator of all episodes.
func TestMerge(t *testing.T) {
	m := small()
	target, b := smallPolicies(t)
	p := offpolicy.Problem{States: 4, Actions: 2, Gamma: 0.9, Target: target, Behaviour: b}
	o := offpolicy.Options{Cap: 2, Q: []float64{1, 2, 3, 4, 5, 6, 0, 0}, Groups: 7}
	gen, err := env.NewGenerator(m, b, 4, 11)
	if err != nil {
		t.Fatal(err)
	}
	all, merged := evaluator(t, p, o), evaluator(t, p, o)
	for _, n := range []int{0, 5, 1, 23, 0, 100} {
		part := evaluator(t, p, o)
		for range n {
			var ep env.Episode
			gen.FromState(&ep, gen.Start())
			add(t, all, ep)
			add(t, part, ep)
		}
		if err := merged.Merge(part); err != nil {
			t.Fatal(err)
		}
	}
	x, y := result(t, all), result(t, merged)
	for i, want := range x.Estimates {
		got := y.Estimates[i]
		near(t, "merged "+got.Estimator.String(), got.Value, want.Value, 1e-12*(1+math.Abs(want.Value)))
		near(t, "standard error of "+got.Estimator.String(), got.StdErr, want.StdErr, 1e-12*(1+want.StdErr))
		near(t, "end of "+got.Estimator.String(), got.Interval.Lo, want.Interval.Lo, 1e-11)
	}
	near(t, "ESS", y.Diagnostics.ESS, x.Diagnostics.ESS, 1e-9)
	x.Estimates, y.Estimates, x.Diagnostics.ESS, y.Diagnostics.ESS = nil, nil, 0, 0
	if x.Truncated < 5 || x.Diagnostics.Capped < 5 || x.Episodes != y.Episodes || x.Steps != y.Steps || x.Longest != y.Longest || x.Truncated != y.Truncated ||
		x.Diagnostics.Positive != y.Diagnostics.Positive || x.Diagnostics.Capped != y.Diagnostics.Capped {
		t.Errorf("%+v\n%+v", x, y)
	}
	for what, change := range map[string]func(p *offpolicy.Problem, o *offpolicy.Options){
		"discounts": func(p *offpolicy.Problem, _ *offpolicy.Options) { p.Gamma = 1 },
		"targets":   func(p *offpolicy.Problem, _ *offpolicy.Options) { p.Target = b },
		"states": func(p *offpolicy.Problem, o *offpolicy.Options) {
			p.States, p.Target, p.Behaviour, o.Q = 3, env.NewUniform(3, 2), nil, o.Q[:6]
		},
		"caps":   func(_ *offpolicy.Problem, o *offpolicy.Options) { o.Cap = 3 },
		"groups": func(_ *offpolicy.Problem, o *offpolicy.Options) { o.Groups = 8 },
		"models": func(_ *offpolicy.Problem, o *offpolicy.Options) { o.Q = make([]float64, 8) },
	} {
		p, o := p, o
		if change(&p, &o); merged.Merge(evaluator(t, p, o)) == nil {
			t.Errorf("evaluators with different %s were merged", what)
		}
	}
}

// Results read back from JSON as they were, with what is not finite.
func TestJSON(t *testing.T) {
	short, long := evaluator(t, fair(0.9), offpolicy.Options{Cap: 2}), evaluator(t, fair(1), offpolicy.Options{})
	addLogged(t, short, coin(3, 0.5, 1), coin(2, 0.25, -1), coin(5, 0.75, 2))
	addLogged(t, long, coin(10_000, 0.25, 3))
	for _, e := range []*offpolicy.Evaluator{short, long, evaluator(t, fair(1), offpolicy.Options{})} {
		r := result(t, e)
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back offpolicy.Result
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(&back)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(b) || fmt.Sprint(*r) == "" || back.Estimates[0].Note != r.Estimates[0].Note {
			t.Errorf("%s\n%s", b, again)
		}
	}
	b, _ := json.Marshal(result(t, long).Estimates[0])
	const want = `{"estimator":"ordinary","value":"+Inf","std_err":"NaN","interval":null,"note":"beyond the range of float64"}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var x offpolicy.Estimate
	for _, bad := range []string{`{"estimator":"best"}`, `{"value":"much"}`} {
		if err := json.Unmarshal([]byte(bad), &x); err == nil {
			t.Errorf("%s was read as %+v", bad, x)
		}
	}
}

// A verdict reads back from JSON as it was; its intervals are lists, as those of estimates are.
func TestVerdictJSON(t *testing.T) {
	v := offpolicy.Verdict{Growth: estimate.Interval{Lo: 1.75, Hi: math.Inf(1)}, Discounted: estimate.Interval{Lo: 0.5, Hi: 2}, Missing: []int{3}, OnPolicy: true}
	b, err := json.Marshal(v)
	if want := `{"growth":[1.75,"+Inf"],"discounted":[0.5,2],"missing":[3],"on_policy":true}`; err != nil || string(b) != want {
		t.Errorf("%s, %v\nwant %s", b, err, want)
	}
	var back offpolicy.Verdict
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, v) {
		t.Errorf("%+v, %v: want %+v", back, err, v)
	}
}

// Every field out of range is reported.
func TestValidate(t *testing.T) {
	_, err := offpolicy.NewEvaluator(offpolicy.Problem{Gamma: 2}, offpolicy.Options{Cap: -1, Groups: 1, Q: []float64{1}})
	for _, field := range []string{"states = 0", "actions = 0", "gamma = 2", "target = nil", "cap = -1", "groups = 1", "length of Q = 1"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not in %v", field, err)
		}
	}
	for want, p := range map[string]offpolicy.Problem{
		"size of the target = 1 states, 2 actions: want 3 states, 2 actions":    {States: 3, Actions: 2, Target: env.NewUniform(1, 2)},
		"size of the behaviour = 3 states, 4 actions: want 3 states, 2 actions": {States: 3, Actions: 2, Target: env.NewUniform(3, 2), Behaviour: env.NewUniform(3, 4)},
		"size of the target = 2 states, 2 actions: want 3 states":               {States: 3, Actions: 2, Target: env.Deterministic{0, 1}},
		"the sum of target(. | state 0) = 0.5: want 1":                          {States: 1, Actions: 2, Target: half{}},
	} {
		if _, err := offpolicy.NewEvaluator(p, offpolicy.Options{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, level := range []float64{0, 1, math.NaN(), 95} {
		if _, err := evaluator(t, fair(1), offpolicy.Options{}).Result(level); err == nil {
			t.Errorf("level %g was accepted", level)
		}
	}
	e := evaluator(t, offpolicy.Problem{States: 2, Actions: 1, Target: env.Deterministic{-1, 0}}, offpolicy.Options{})
	err = e.AddLogged(&offpolicy.Logged{States: []env.State{0}, Actions: []env.Action{0}, Rewards: []float64{0}, Probs: []float64{1}})
	if err == nil || err.Error() != "the sum of pi(. | state 0) at t = 0 of episode 0 = 0: want 1" {
		t.Errorf("a state in which the target decides nothing: %v", err)
	}
}

type half struct{}

func (half) Prob(env.State, env.Action) float64 { return 0.25 }
