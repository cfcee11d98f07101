package classic

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
)

// GarnetConfig describes a family of random MDPs; the seed picks one. The zero value is one of the Garnet(30, 4, 2) of
// Bhatnagar et al.
type GarnetConfig struct {
	States    int `json:"states,omitempty"`    // 0 means 30
	Actions   int `json:"actions,omitempty"`   // 0 means 4
	Branching int `json:"branching,omitempty"` // next states of a pair, all different; 0 means 2
	// Sparsity is the probability that a transition pays nothing on average.
	Sparsity float64 `json:"sparsity,omitempty"`
	// Uniform draws mean rewards uniformly from [0, 1). Else they have mean 0 and variance 1, see Garnet.
	Uniform bool `json:"uniform,omitempty"`
	// Noise is the standard deviation of a reward about its mean, by one of two equally likely amounts, mean - Noise and
	// mean + Noise.
	Noise float64 `json:"noise,omitempty"`
	// End is the probability that a step ends the episode, in a terminal state added to the others. 0 means that episodes go
	// on for ever.
	End  float64 `json:"end,omitempty"`
	Seed uint64  `json:"seed,omitempty"`
}

// maxGarnet bounds the number of outcomes of a Garnet.
const maxGarnet = 1 << 24

func (c GarnetConfig) standard() GarnetConfig {
	for _, f := range []struct {
		field *int
		value int
	}{{&c.States, 30}, {&c.Actions, 4}, {&c.Branching, 2}} {
		if *f.field == 0 {
			*f.field = f.value
		}
	}
	return c
}

// each is the number of outcomes of a transition: noise and the end have two each.
func (c GarnetConfig) each() int {
	n := 1
	for _, x := range []float64{c.Noise, c.End} {
		if x != 0 {
			n *= 2
		}
	}
	return n
}

// Validate reports every bad field at once.
func (c GarnetConfig) Validate() error {
	var errs []error
	s := c.standard()
	sized := true
	for _, f := range []struct {
		name  string
		value int
	}{{"states", s.States}, {"actions", s.Actions}} {
		if f.value < 1 || f.value > maxGarnet {
			errs = append(errs, bad(f.name, f.value, fmt.Sprintf("1 to %d", maxGarnet)))
			sized = false
		}
	}
	switch {
	case s.Branching < 1:
		errs = append(errs, bad("branching", s.Branching, "1 or more (0 means 2)"))
	case sized && s.Branching > s.States:
		errs = append(errs, bad("branching", s.Branching, fmt.Sprintf("1 to the number of states, %d", s.States)))
	case sized && (s.States > maxGarnet/s.Actions || s.States*s.Actions > maxGarnet/s.each()/s.Branching):
		errs = append(errs, bad("states times actions times branching", fmt.Sprintf("%d x %d x %d", s.States, s.Actions, s.Branching),
			fmt.Sprintf("at most %d", maxGarnet/s.each())))
	}
	if !(c.Sparsity >= 0 && c.Sparsity <= 1) {
		errs = append(errs, bad("sparsity", c.Sparsity, "a probability in [0, 1]"))
	}
	if !(c.Noise >= 0) || math.IsInf(c.Noise, 0) {
		errs = append(errs, bad("noise", c.Noise, "a standard deviation, 0 or more"))
	}
	if !(c.End >= 0 && c.End < 1) {
		errs = append(errs, bad("end", c.End, "a probability in [0, 1)"))
	}
	return errors.Join(errs...)
}

// Garnet is a random MDP. Each pair (s, a) has Branching next states, drawn without replacement; their probabilities are the
// lengths of the pieces into which the unit interval is cut at Branching-1 uniform points. The mean reward of each transition
// is drawn as well.
//
// Rewards that are not Uniform are the sum of twelve uniform numbers minus 6: mean 0, variance 1, nearly normal (largest
// difference of the distribution functions 0.0023, no value beyond 6), and the same bits on every machine.
//
// States 0, ..., States-1, and under End a terminal state States; starts are uniform. All is drawn from the stream
// (Seed, PurposeConstruction), pair by pair: next states, cuts, then for each transition its sparsity and its reward. So Noise
// and End change nothing that is drawn.
//
// Sources: Archibald, McKinnon & Thomas, On the Generation of Markov Decision Processes (1995); Bhatnagar, Sutton, Ghavamzadeh &
// Lee, Natural Actor-Critic Algorithms (2009), section 7, where rewards have noise 0.1, normal.
type Garnet struct {
	*env.Table
	config GarnetConfig
}

// NewGarnet checks the configuration and draws the MDP.
func NewGarnet(c GarnetConfig) (*Garnet, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := c.standard()
	g := &Garnet{config: c}
	r := &recipe{states: s.States, actions: s.Actions, end: env.State(s.States), starts: firstStates(s.States)}
	if c.End > 0 {
		r.states++
	}
	rng := env.NewRand(c.Seed, env.PurposeConstruction)
	rows := make([][]env.Outcome, s.States*s.Actions)
	for pair := range rows {
		rows[pair] = s.draw(rng)
	}
	r.outcomes = func(state env.State, a env.Action) []env.Outcome { return rows[int(state)*s.Actions+int(a)] }
	var err error
	g.Table, err = env.Compile(r)
	return g, err
}

// draw makes the outcomes of a pair.
func (c GarnetConfig) draw(rng *env.Rand) []env.Outcome {
	next := choose(rng, c.Branching, c.States)
	cuts := []float64{0}
	for range c.Branching - 1 {
		cuts = append(cuts, rng.Float64())
	}
	slices.Sort(cuts)
	cuts = append(cuts, 1)
	var list []env.Outcome
	for i, s := range next {
		reward := c.reward(rng)
		p := cuts[i+1] - cuts[i]
		if c.End == 0 {
			list = c.spread(list, s, reward, p)
			continue
		}
		list = c.spread(list, s, reward, float64(p*(1-c.End)))
		list = c.spread(list, env.State(c.States), reward, float64(p*c.End))
	}
	return list
}

// spread appends a transition of probability p, as two where there is noise.
func (c GarnetConfig) spread(list []env.Outcome, next env.State, mean, p float64) []env.Outcome {
	if c.Noise == 0 {
		return append(list, env.Outcome{Next: next, Reward: mean, Prob: p})
	}
	return append(list, env.Outcome{Next: next, Reward: mean - c.Noise, Prob: p / 2},
		env.Outcome{Next: next, Reward: mean + c.Noise, Prob: p / 2})
}

func (c GarnetConfig) reward(rng *env.Rand) float64 {
	nothing := rng.Float64() < c.Sparsity
	x := rng.Float64()
	if !c.Uniform {
		for range 11 {
			x += rng.Float64()
		}
		x -= 6
	}
	if nothing {
		return 0
	}
	return x
}

// choose draws k different numbers below n, in ascending order (Floyd's algorithm).
func choose(rng *env.Rand, k, n int) []env.State {
	var list []env.State
	for last := n - k; last < n; last++ {
		x := env.State(rng.Intn(last + 1))
		i, taken := slices.BinarySearch(list, x)
		if taken {
			x, i = env.State(last), len(list)
		}
		list = slices.Insert(list, i, x)
	}
	return list
}

// Config returns the configuration.
func (g *Garnet) Config() GarnetConfig { return g.config }

// StateName is the number of the state, or "end".
func (g *Garnet) StateName(s env.State) string {
	if g.Terminal(s) {
		return "end"
	}
	return fmt.Sprint(int(s))
}

// ActionName is the number of the action.
func (g *Garnet) ActionName(a env.Action) string { return fmt.Sprint(int(a)) }

// garnets lists the two sizes of Bhatnagar et al.
func garnets() []named {
	return []named{
		as("garnet-30-4-2", NewGarnet, GarnetConfig{}),
		as("garnet-100-10-3", NewGarnet, GarnetConfig{States: 100, Actions: 10, Branching: 3}),
	}
}
