package bench

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// simulations are episodes of a fixed policy, of which the totals are wanted.
func simulations() []Workload {
	return []Workload{
		{"SimUniform5", "simulate: 5 x 5, uniform policy", func() (contest, error) {
			g, err := book5()
			if err != nil {
				return contest{}, err
			}
			return simulation(g, env.NewUniform(g.NumStates(), g.NumActions()), 1000, 1000)
		}},
		{"SimEps5", "simulate: 5 x 5, ε = 0.1", func() (contest, error) {
			g, err := book5()
			return simulateHeading(g, err, 3, 2)
		}},
		{"SimEps1000", "simulate: 1000 x 1000, ε = 0.1", func() (contest, error) {
			g, err := square(1000)
			return simulateHeading(g, err, 500, 500)
		}},
		{"SimSlippery8", "simulate: slippery lake 8 x 8, uniform", func() (contest, error) {
			g, err := env.NewGrid(env.FrozenLake8(true))
			if err != nil {
				return contest{}, err
			}
			return simulation(g, env.NewUniform(g.NumStates(), g.NumActions()), 200, 32)
		}},
	}
}

func simulateHeading(g *env.Grid, err error, row, col int) (contest, error) {
	if err != nil {
		return contest{}, err
	}
	p, err := env.NewSoft(heading(g, row, col), g.NumActions(), 0.1)
	if err != nil {
		return contest{}, err
	}
	return simulation(g, p, 1000, 1000)
}

// simulator plays episodes and keeps their totals.
type simulator struct {
	*env.Generator
	episodes int64 // of a pass
	total    env.Totals

	mean, dev float64 // of the reward of an episode, exactly
	known     bool
}

const (
	fastSteps  = 6_400_000 // of a pass, about
	plainSteps = 640_000
	maxExact   = 10_000 // states for which the exact mean is worth its time
)

// simulation plays episodes of about so many steps under p in g, as tables and as types of one's own.
func simulation(g *env.Grid, p *env.Soft, horizon, steps int) (contest, error) {
	var exact simulator
	if g.NumStates() <= maxExact {
		r, err := dp.HorizonMoments(g, p, 1, horizon)
		if err != nil {
			return contest{}, err
		}
		exact.mean, exact.dev = startMoments(g, r)
		exact.known = true
	}
	player := func(m env.MDP, p env.Policy, perPass int) (*simulator, error) {
		s, err := exact, error(nil)
		s.Generator, err = env.NewGenerator(m, p, horizon, 1)
		block := env.BlockSize(horizon)
		s.episodes = max(1, int64(perPass/steps)/block) * block
		return &s, err
	}
	fast, err := player(g, p, fastSteps+20*g.NumStates()) // a pass looks through the policy once
	if err != nil {
		return contest{}, err
	}
	plain, err := player(ownMDP{g.Table}, ownPolicy{p}, plainSteps)
	if err != nil {
		return contest{}, err
	}
	enough := int64((plainSteps + 4*g.NumStates()) / steps) // for the layout of the largest table
	return contest{fast, plain, func() error { return sameTotals(fast, plain, enough) }}, nil
}

// startMoments returns mean and standard deviation of the return from a start drawn by the environment.
func startMoments(g *env.Grid, r *dp.Returns) (mean, dev float64) {
	square := 0.0
	states, probs := g.StartProbs()
	for i, s := range states {
		m := r.StateMean[s]
		mean += probs[i] * m
		square += probs[i] * (r.StateVar[s] + m*m)
	}
	return mean, math.Sqrt(square - mean*mean)
}

// sameTotals demands the same bits of both paths in n episodes.
func sameTotals(fast, plain *simulator, n int64) error {
	for _, n := range []int64{1, n} {
		x, y := fast.simulate(n), plain.simulate(n)
		if x != y {
			return fmt.Errorf("%+v through the interfaces, %+v without them: this is a bug", y, x)
		}
	}
	return nil
}

func (s *simulator) simulate(n int64) env.Totals {
	t := s.Simulate(n)
	s.total.Episodes += t.Episodes
	s.total.Steps += t.Steps
	s.total.Truncated += t.Truncated
	s.total.Reward += t.Reward
	return t
}

func (s *simulator) ready() error { return nil }

func (s *simulator) play() (int64, error) { return s.simulate(s.episodes).Steps, nil }

// check demands a mean reward within six exact standard errors of the exact one.
func (s *simulator) check() error {
	n := float64(s.total.Episodes)
	mean, within := s.total.Reward/n, 6*s.dev/math.Sqrt(n)
	if off := math.Abs(mean - s.mean); s.known && !(off <= within) {
		return fmt.Errorf("mean reward of %.0f episodes is %g, not %g ± %g: this is a bug", n, mean, s.mean, within)
	}
	return nil
}
