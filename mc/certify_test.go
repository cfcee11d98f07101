package mc

import (
	"context"
	"flag"
	"math"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

var long = flag.Bool("long", false, "run the certificates of 1,000 seeds in place of 50 and the coverage of intervals of 10,000 in place of 1,000, and print what they show")

// smallWorld is a 2 x 2 grid world in which the way to the target is slippery: once in 25 steps it ends in a costly place. It
// is best not to go.
func smallWorld(t testing.TB) (Problem, *dp.Solution) {
	t.Helper()
	c := env.GridConfig{
		Map:     []string{"F.", ".T"},
		Actions: []string{"right", "stay"},
		Rewards: env.GridRewards{Boundary: -1, Forbidden: -30, Target: 1},
		Target:  env.TargetEnds,
		Slip:    env.Slip{Left: 0.04, Right: 0.04},
	}
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	best, err := dp.PolicyIteration(g, 0.5, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Problem{MDP: g, Gamma: 0.5, Horizon: 16}, best
}

// lossOf is max_s [ v*(s) - v_pi(s) ].
func lossOf(t testing.TB, p Problem, best *dp.Solution, pi env.Deterministic) float64 {
	t.Helper()
	sol, err := dp.Evaluate(p.MDP.(env.Model), pi, p.Gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loss := 0.0
	for s := range sol.V {
		loss = max(loss, best.V[s]-sol.V[s])
	}
	return loss
}

// TestCertificates: of many runs, each looked at after every round, at most a share delta is ever wrong, in any bound that it
// shows on the way. A control that trusts Student's t interval at every look is wrong far more often.
func TestCertificates(t *testing.T) {
	const delta, enough = 0.05, 0.2
	runs := 50
	if *long {
		runs = 1000
	}
	p, best := smallWorld(t)
	wrong, control, steps, policies := 0, 0, int64(0), 0
	losses := map[string]float64{}
	loss := func(pi env.Deterministic) float64 {
		key := ""
		for _, a := range pi {
			key += string('0' + rune(a))
		}
		if _, ok := losses[key]; !ok {
			losses[key] = lossOf(t, p, best, pi)
		}
		return losses[key]
	}
	for seed := range uint64(runs) {
		c, err := NewCertified(p, CertifyOptions{Loss: enough, Delta: delta}, seed)
		if err != nil {
			t.Fatal(err)
		}
		ever := false
		for range Run(context.Background(), c, math.MaxInt64) {
			if y := c.Certificate(); loss(y.Policy) > y.Loss {
				ever = true
			}
			if c.Done() {
				break
			}
		}
		y := c.Certificate()
		if y.Loss > enough || y.Open > 0 {
			t.Fatalf("seed %d ends with %+v", seed, y)
		}
		if ever {
			wrong++
		}
		steps += c.Progress().Steps
		policies += y.Policies
		if loss(peek(t, p, enough, delta, seed)) > enough {
			control++
		}
	}
	t.Logf("%d runs: %d wrong, of the control %d; %.3g steps and %.1f policies a run", runs, wrong, control, float64(steps)/float64(runs), float64(policies)/float64(runs))
	if float64(wrong) > delta*float64(runs) {
		t.Errorf("%d of %d runs show a bound that is wrong, want at most %v of them", wrong, runs, delta)
	}
	if float64(control) <= delta*float64(runs) {
		t.Errorf("the control, t intervals at every look, is wrong in %d of %d runs: want more than %v of them", control, runs, delta)
	}
}

// peek is Certified with Student's t intervals of level 1 - delta in place of the confidence sequences: it stops as soon as they say so, or after 300 looks at a policy.
func peek(t *testing.T, p Problem, enough, delta float64, seed uint64) env.Deterministic {
	t.Helper()
	actions := p.MDP.NumActions()
	pi := make(env.Deterministic, p.MDP.NumStates())
	gen, err := env.NewGenerator(p.MDP, pi, p.Horizon, seed)
	if err != nil {
		t.Fatal(err)
	}
	var ep env.Episode
	for {
		var returns [8]estimate.Variance
		looks := 0
		for changed := false; !changed; {
			worst := 0.0
			for pair := range len(pi) * actions {
				gen.From(&ep, env.State(pair/actions), env.Action(pair%actions))
				g := 0.0
				for _, g = range ep.Returns(p.Gamma) {
				}
				returns[pair].Add(g)
			}
			for s := range pi {
				own := estimate.StudentT(returns[s*actions+int(pi[s])], 1-delta)
				for a := range env.Action(actions) {
					other := estimate.StudentT(returns[s*actions+int(a)], 1-delta)
					if a != pi[s] {
						worst = max(worst, other.Hi-own.Lo)
					}
					if other.Lo > own.Hi {
						pi[s], own, changed = a, other, true
					}
				}
			}
			if looks++; looks == 300 || !changed && worst/(1-p.Gamma) <= enough {
				return pi
			}
		}
	}
}

// TestCertifiedDeterminism: no certificate depends on the number of workers, nor on the limits of Next.
func TestCertifiedDeterminism(t *testing.T) {
	p, _ := smallWorld(t)
	var first Certificate
	var at Progress
	for i, x := range []struct {
		workers int
		limit   int64
	}{{1, math.MaxInt64}, {2, math.MaxInt64}, {7, math.MaxInt64}, {1, 1}, {3, 100}} {
		c, err := NewCertified(p, CertifyOptions{Loss: 1, Delta: 0.1, Workers: x.workers}, 5)
		if err != nil {
			t.Fatal(err)
		}
		for !c.Done() {
			if err := c.Next(context.Background(), x.limit); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			first, at = c.Certificate(), c.Progress()
		}
		if y := c.Certificate(); !reflect.DeepEqual(y, first) || c.Progress() != at {
			t.Errorf("%+v: %+v after %+v, want %+v after %+v", x, y, c.Progress(), first, at)
		}
	}
}

// TestCertifyBook: on the book's 5 x 5 grid world the bound on the loss of what MC Basic finds falls with the steps, and
// holds.
func TestCertifyBook(t *testing.T) {
	g, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	if err != nil {
		t.Fatal(err)
	}
	p := Problem{MDP: g, Gamma: 0.9, Horizon: 200}
	best, err := dp.PolicyIteration(g, p.Gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	learner, err := NewBasic(p, BasicOptions{Shared: true}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range Run(context.Background(), learner, 20*learner.SweepEpisodes()) {
	}
	c, err := NewCertified(p, CertifyOptions{Delta: 0.05, Policy: learner.Policy(), Workers: 2}, 1)
	if err != nil {
		t.Fatal(err)
	}
	most := int64(1e7)
	if *long {
		most = 1e9
	}
	last := math.Inf(1)
	for steps := int64(1e6); steps <= most; steps *= 10 {
		for c.Progress().Steps < steps {
			if err := c.Next(context.Background(), math.MaxInt64); err != nil {
				t.Fatal(err)
			}
		}
		y := c.Certificate()
		loss := lossOf(t, p, best, y.Policy)
		t.Logf("%.0e steps: loss at most %.3g, in truth %.3g; %d policies, %d pairs open", float64(steps), y.Loss, loss, y.Policies, y.Open)
		if loss > y.Loss || y.Loss > last {
			t.Errorf("%.0e steps: bound %v after %v, loss %v", float64(steps), y.Loss, last, loss)
		}
		last = y.Loss
	}
}

func TestCertifyRefuses(t *testing.T) {
	p, _ := smallWorld(t)
	for _, x := range []struct {
		p    Problem
		o    CertifyOptions
		want string
	}{
		{p, CertifyOptions{}, "delta = 0: want a probability in (0, 1)"},
		{p, CertifyOptions{Delta: 0.1, Loss: -1}, "loss = -1: want a finite number, 0 (none is enough) or more"},
		{p, CertifyOptions{Delta: 0.1, Policy: make([]env.Action, 3)}, "policy = 3 actions: want one for each of the 4 states"},
		{p, CertifyOptions{Delta: 0.1, Policy: []env.Action{0, 0, 2, 0}}, "policy[2] = 2: want an action in [0, 2)"},
		{p, CertifyOptions{Delta: 0.1, Rewards: &RewardRange{1, 0}}, "rewards = 1 to 0: want two finite numbers, the lower one first, and returns that are finite"},
		{p, CertifyOptions{Delta: 0.1, Rewards: &RewardRange{0, 1e308}}, "rewards = 0 to 1e+308: want two finite numbers, the lower one first, and returns that are finite"},
		{Problem{MDP: p.MDP, Gamma: 1, Horizon: 9}, CertifyOptions{Delta: 0.1}, "gamma = 1: want less than 1: without a discount nothing bounds what the horizon cuts off"},
		{Problem{MDP: struct{ env.MDP }{p.MDP}, Gamma: 0.5, Horizon: 9}, CertifyOptions{Delta: 0.1}, "rewards = none: want a range: the environment states none"},
	} {
		if _, err := NewCertified(x.p, x.o, 1); err == nil || err.Error() != x.want {
			t.Errorf("%+v: %v, want %s", x.o, err, x.want)
		}
	}
	// there is a reward of -30; and one of 1 in a return that is not too large
	for reward, given := range map[string]RewardRange{"-30": {-1, 1}, "1": {-30, 0.9}} {
		c, err := NewCertified(p, CertifyOptions{Delta: 0.1, Rewards: &given}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for err == nil && !c.Done() && c.Progress().Episodes < 1e6 {
			err = c.Next(context.Background(), math.MaxInt64)
		}
		if err == nil || !strings.Contains(err.Error(), "a range with the reward "+reward+", which was paid") {
			t.Errorf("rewards %+v: %v", given, err)
		}
	}
}

// paying has one state, in which action a always pays the a-th reward.
type paying []float64

func (paying) NumStates() int                                                     { return 1 }
func (p paying) NumActions() int                                                  { return len(p) }
func (paying) Terminal(env.State) bool                                            { return false }
func (p paying) Step(_ env.State, a env.Action, _ *env.Rand) (env.State, float64) { return 0, p[a] }

// The largest return there can be is in range, however it is rounded: after a million steps with gamma near 1, too.
func TestCertifyLargestReturn(t *testing.T) {
	for _, r := range []float64{0.1, -0.1, 0.7} {
		o := CertifyOptions{Delta: 0.1, Rewards: &RewardRange{min(r, 0), max(r, 0)}, Policy: []env.Action{1}}
		c := must(NewCertified(Problem{MDP: paying{0, r}, Gamma: 0.99999, Horizon: 1e6}, o, 1))
		if err := c.Next(context.Background(), 2); err != nil {
			t.Error(err)
		}
	}
}
