package env

import (
	"math"
	"testing"
)

// P10: after every change of epsilon or of a best action the probabilities are those of equation (5.4), and sum to 1.
func TestSoftProbabilities(t *testing.T) {
	r := NewRand(1, PurposeStatistics)
	for _, actions := range []int{1, 2, 3, 5, 9, 100} {
		p, err := NewSoft(make([]Action, 4), actions, 0)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			eps := []float64{0, 1, 0.1, 0.5, r.Float64()}[r.Intn(5)]
			p.SetEpsilon(eps)
			if p.Epsilon() != eps {
				t.Fatalf("epsilon %v, want %v", p.Epsilon(), eps)
			}
			s := State(r.Intn(4))
			p.Best[s] = Action(r.Intn(actions))
			n, sum, ones := float64(actions), 0.0, 0
			for a := range Action(actions) {
				got, want := p.Prob(s, a), eps/n
				if a == p.Best[s] {
					want = 1 - eps + eps/n
				}
				if math.Abs(got-want) > 1e-15 {
					t.Fatalf("|A| = %d, epsilon %v, action %d of best %d: probability %v, want %v", actions, eps, a, p.Best[s], got, want)
				}
				if eps == 0 && got != 0 && got != 1 || eps == 1 && math.Abs(got-1/n) > 1e-15 {
					t.Fatalf("|A| = %d, epsilon %v: probability %v", actions, eps, got)
				}
				sum += got
				ones += b2i(got == 1)
			}
			if math.Abs(sum-1) > 1e-12 || eps == 0 && ones != 1 {
				t.Fatalf("|A| = %d, epsilon %v: the sum is %v, with %d ones", actions, eps, sum, ones)
			}
		}
	}
	d := Deterministic{2, 0}
	if d.Prob(0, 2) != 1 || d.Prob(0, 0) != 0 || d.Prob(1, 0) != 1 || d.Act(0, nil) != 2 {
		t.Error("a deterministic policy does not give its action probability 1")
	}
}

type withProb interface {
	Policy
	Prob(State, Action) float64
}

// What Act chooses has the frequencies that Prob states, state by state; what has probability 0 is never chosen.
func TestActAgreesWithProb(t *testing.T) {
	const actions, states = 5, 3
	policies := map[string]withProb{"deterministic": Deterministic{4, 0, 2}, "uniform": NewUniform(states, actions)}
	for name, eps := range map[string]float64{"soft 0": 0, "soft 0.01": 0.01, "soft 0.1": 0.1, "soft 0.5": 0.5, "soft 0.95": 0.95, "soft 1": 1} {
		p, err := NewSoft([]Action{4, 0, 2}, actions, eps)
		if err != nil {
			t.Fatal(err)
		}
		policies[name] = p
	}
	stochastic, err := NewStochastic(actions, []float64{
		0, 0.25, 0, 0.75, 0,
		0.1, 0.2, 0.3, 0.4, 0,
		1, 0, 0, 0, 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	policies["stochastic"] = stochastic
	for name, p := range policies {
		r := NewRand(2, PurposePolicy)
		var counts [states][]int
		for s := range counts {
			counts[s] = make([]int, actions)
		}
		for i := range 1_500_000 {
			s := i * i % 7 % states
			counts[s][p.Act(State(s), r)]++
		}
		for s := range counts {
			probs := make([]float64, actions)
			support := 0
			for a := range probs {
				probs[a] = p.Prob(State(s), Action(a))
				support += b2i(probs[a] > 0)
				if probs[a] == 0 && counts[s][a] > 0 {
					t.Fatalf("%s, state %d: action %d has probability 0 and was chosen %d times", name, s, a, counts[s][a])
				}
			}
			if support > 1 {
				if z := chiSquareZ(t, counts[s], probs); math.Abs(z) > 4.5 {
					t.Errorf("%s, state %d: actions %v are %.2f standard deviations from %v", name, s, counts[s], z, probs)
				}
			}
		}
	}
}

// A decision takes one symbol of the stream whatever the state, so the draws of a run do not depend on the states visited.
func TestDrawsDoNotDependOnState(t *testing.T) {
	soft, err := NewSoft([]Action{0, 1, 2}, 3, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	stochastic, err := NewStochastic(3, []float64{1, 0, 0, 0.2, 0.3, 0.5, 0, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]Policy{"soft": soft, "uniform": NewUniform(3, 3), "stochastic": stochastic} {
		a, b := NewRand(3, PurposePolicy), NewRand(3, PurposePolicy)
		for i := range 10_000 {
			p.Act(0, a)
			p.Act(State(i%3), b)
			if *a != *b {
				t.Fatalf("%s: after %d decisions in different states the streams stand apart", name, i+1)
			}
		}
	}
}

func TestPolicyErrors(t *testing.T) {
	soft := func(best []Action, actions int, eps float64) error {
		_, err := NewSoft(best, actions, eps)
		return err
	}
	stochastic := func(actions int, probs ...float64) error {
		_, err := NewStochastic(actions, probs)
		return err
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{soft([]Action{0}, 5, -0.1), "epsilon = -0.1: want a number in [0, 1]"},
		{soft([]Action{0}, 5, 1.5), "epsilon = 1.5: want a number in [0, 1]"},
		{soft([]Action{0}, 5, math.NaN()), "epsilon = NaN: want a number in [0, 1]"},
		{soft([]Action{0, 4, 5}, 5, 0), "best[2] = 5: want an action in [0, 5)"},
		{soft([]Action{-1}, 5, 0), "best[0] = -1: want an action in [0, 5)"},
		{soft(nil, 0, 2), "actions = 0: want at least 1\nepsilon = 2: want a number in [0, 1]"},
		{stochastic(0, 1), "actions = 0: want at least 1"},
		{stochastic(2), "number of probabilities = 0: want a positive multiple of the number of actions, 2"},
		{stochastic(2, 1, 0, 1), "number of probabilities = 3: want a positive multiple of the number of actions, 2"},
		{stochastic(2, 1, 0, 1.5, -0.5), "pi(0 | state 1) = 1.5: want a probability in [0, 1]"},
		{stochastic(2, 1, 0, 0.5, -0.5), "pi(1 | state 1) = -0.5: want a probability in [0, 1]"},
		{stochastic(2, 1, 0, 0, math.NaN()), "pi(1 | state 1) = NaN: want a probability in [0, 1]"},
		{stochastic(2, 1, 0, 0.5, 0.25), "the sum of pi(. | state 1) = 0.75: want 1"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("error %v, want %s", c.err, c.want)
		}
	}
}

// Policies of the package tell their size.
func TestPolicySizes(t *testing.T) {
	stochastic, err := NewStochastic(3, []float64{0.5, 0.25, 0.25, 1, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []interface {
		NumStates() int
		NumActions() int
	}{NewUniform(2, 3), stochastic} {
		if p.NumStates() != 2 || p.NumActions() != 3 {
			t.Errorf("%T: %d states, %d actions", p, p.NumStates(), p.NumActions())
		}
	}
}
