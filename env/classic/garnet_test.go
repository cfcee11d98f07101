package classic_test

import (
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
)

func garnet(t testing.TB, c classic.GarnetConfig) *classic.Garnet {
	t.Helper()
	g, err := classic.NewGarnet(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sample is a mean with its expectation and the standard deviation of one term.
type sample struct {
	what         string
	sum, n       float64
	want, spread float64
}

func (s *sample) add(x float64) { s.sum, s.n = s.sum+x, s.n+1 }

func (s *sample) check(t *testing.T) {
	t.Helper()
	if z := (s.sum/s.n - s.want) / (s.spread / math.Sqrt(s.n)); !(math.Abs(z) <= 4.5) {
		t.Errorf("%s: %v, want %v: %.1f sd", s.what, s.sum/s.n, s.want, z)
	}
}

// The moments of what is drawn: pieces of the unit interval cut at 3 points, E p = 1/4 and E p^2 = 1/10; rewards.
func TestGarnetMoments(t *testing.T) {
	g := garnet(t, classic.GarnetConfig{States: 200, Actions: 100, Branching: 4, Sparsity: 0.25, Seed: 3})
	fourth := 3 - 0.1 // of the sum of 12 uniform numbers: excess -6/5 / 12
	square := sample{what: "p^2 of the first next state", want: 0.1, spread: math.Sqrt(4.0*3*2/(7*6*5*4) - 0.01)}
	first := sample{what: "p of the first next state", want: 0.25, spread: math.Sqrt(0.1 - 0.0625)}
	mean := sample{what: "reward", want: 0, spread: 1}
	variance := sample{what: "reward^2", want: 1, spread: math.Sqrt(fourth - 1)}
	none := sample{what: "share of zeros", want: 0.25, spread: math.Sqrt(0.25 * 0.75)}
	low := sample{what: "next state below 50", want: 0.25, spread: math.Sqrt(0.25 * 0.75)}
	for pair := range 200 * 100 {
		list := g.Outcomes(env.State(pair/100), env.Action(pair%100))
		for i, o := range list {
			if i > 0 && o.Next <= list[i-1].Next || len(list) != 4 {
				t.Fatalf("pair %d: %v, want 4 different states in order", pair, list)
			}
			if none.add(truth(o.Reward == 0)); o.Reward != 0 {
				mean.add(o.Reward)
				variance.add(o.Reward * o.Reward)
			}
		}
		first.add(list[0].Prob)
		square.add(list[0].Prob * list[0].Prob)
		low.add(truth(list[pair%4].Next < 50))
	}
	for _, s := range []*sample{&first, &square, &mean, &variance, &none, &low} {
		s.check(t)
	}
}

func truth(x bool) float64 {
	if x {
		return 1
	}
	return 0
}

// Every set of two states of four is as likely as any other.
func TestGarnetNextStates(t *testing.T) {
	g := garnet(t, classic.GarnetConfig{States: 4, Actions: 6000, Seed: 1})
	sets := map[[2]env.State]*sample{}
	for s := range env.State(4) {
		for a := range env.Action(6000) {
			list := g.Outcomes(s, a)
			set := [2]env.State{list[0].Next, list[1].Next}
			if sets[set] == nil {
				sets[set] = &sample{what: "share of a set", want: 1.0 / 6, spread: math.Sqrt(5.0 / 36), n: 24000}
			}
			sets[set].sum++
		}
	}
	if len(sets) != 6 {
		t.Errorf("%d sets of next states, want 6", len(sets))
	}
	for _, s := range sets {
		s.check(t)
	}
}

// Ending with probability e is discounting by 1-e. Noise changes no value, only variances.
func TestGarnetEndIsDiscount(t *testing.T) {
	for seed := range uint64(5) {
		c := classic.GarnetConfig{Seed: seed}
		on := garnet(t, c)
		c.End, c.Noise = 0.05, 0.1
		ends := garnet(t, c)
		if on.NumStates() != 30 || ends.NumStates() != 31 || !ends.Terminal(30) || ends.StateName(30) != "end" {
			t.Errorf("%d and %d states", on.NumStates(), ends.NumStates())
		}
		v, err := dp.PolicyIteration(on, 0.95, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w, _ := solve(t, ends)
		for s := range v.V {
			if math.Abs(v.V[s]-w.V[s]) > 1e-9 {
				t.Errorf("seed %d: state %d: discounted %v, ending %v", seed, s, v.V[s], w.V[s])
			}
		}
		r := func(m env.Model) float64 {
			m2, err := dp.Moments(m, uniform(m), 0, dp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return m2.Var[0]
		}
		if plain, noisy := r(on), r(ends); math.Abs(noisy-plain-0.01) > 1e-12 {
			t.Errorf("seed %d: variance of a reward %v, with noise %v, want 0.01 more", seed, plain, noisy)
		}
	}
}

// The seed names the MDP; its first numbers are recorded.
func TestGarnetSeed(t *testing.T) {
	first := func(c classic.GarnetConfig) []env.Outcome { return garnet(t, c).Outcomes(0, 0) }
	if a, b := first(classic.GarnetConfig{Seed: 1}), first(classic.GarnetConfig{Seed: 1}); !slices.Equal(a, b) {
		t.Errorf("%v, then %v", a, b)
	}
	if a, b := first(classic.GarnetConfig{}), first(classic.GarnetConfig{Seed: 1}); slices.Equal(a, b) {
		t.Errorf("seeds 0 and 1 both give %v", a)
	}
	want := []env.Outcome{{Next: 17, Reward: 0.5478748548575556, Prob: 0.13803897042738156}, {Next: 19, Reward: -0.44189534238400263, Prob: 0.8619610295726184}}
	if got := first(classic.GarnetConfig{}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, o := range first(classic.GarnetConfig{Uniform: true, Branching: 30}) {
		if !(o.Reward >= 0 && o.Reward < 1) {
			t.Errorf("uniform reward %v", o.Reward)
		}
	}
}

func TestGarnetConfig(t *testing.T) {
	for _, c := range []struct {
		config classic.GarnetConfig
		want   string
	}{
		{classic.GarnetConfig{States: -1, Actions: -2, Branching: -3, Sparsity: 2, Noise: -1, End: 1},
			"states = -1: want 1 to 16777216\nactions = -2: want 1 to 16777216\nbranching = -3: want 1 or more (0 means 2)\n" +
				"sparsity = 2: want a probability in [0, 1]\nnoise = -1: want a standard deviation, 0 or more\nend = 1: want a probability in [0, 1)"},
		{classic.GarnetConfig{Branching: 31}, "branching = 31: want 1 to the number of states, 30"},
		{classic.GarnetConfig{States: 1 << 20, Actions: 1 << 10}, "states times actions times branching = 1048576 x 1024 x 2: want at most 16777216"},
		{classic.GarnetConfig{States: 1 << 11, Actions: 1 << 11, Noise: 0.1, End: 0.1}, "states times actions times branching = 2048 x 2048 x 2: want at most 4194304"},
	} {
		if _, err := classic.NewGarnet(c.config); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	c := classic.GarnetConfig{States: 5, Seed: 9}
	if got := garnet(t, c).Config(); got != c {
		t.Errorf("configuration %+v", got)
	}
}
