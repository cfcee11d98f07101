package bench

import (
	"context"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// controls are MC ε-greedy.
func controls() []Workload {
	return []Workload{
		{"ControlLong5", "learn: ε-greedy, 5 x 5, T = 1,000,000", func() (contest, error) {
			g, err := book5()
			return control(g, err, 0.9, 1_000_000, 1, mc.StartsOptions{Visit: mc.EveryVisit, Improve: mc.ImproveEpisode, Starts: mc.FixedState})
		}},
		{"ControlShort100", "learn: ε-greedy, 100 x 100, T = 100", func() (contest, error) {
			g, err := square(100)
			return control(g, err, 0.99, 100, 1000, mc.StartsOptions{Visit: mc.EveryVisit, Improve: mc.ImproveEpisode, Ties: mc.KeepTie})
		}},
	}
}

func control(g *env.Grid, err error, gamma float64, horizon int, episodes int64, o mc.StartsOptions) (contest, error) {
	if err != nil {
		return contest{}, err
	}
	learner := func(m env.MDP) *pupil {
		return &pupil{episodes: episodes, horizon: horizon, every: true, begin: func() (learner, error) {
			return mc.NewEpsilonGreedy(mc.Problem{MDP: m, Gamma: gamma, Horizon: horizon},
				mc.EpsilonOptions{Epsilon: mc.Epsilon(0.1), StartsOptions: o}, 1)
		}}
	}
	fast, plain := learner(g), learner(ownMDP{g.Table})
	return contest{fast, plain, func() error { return sameValues(fast, plain, 0) }}, nil
}

// explorations are MC Exploring Starts: with cycles in closed form, and step by step through the interfaces.
func explorations() []Workload {
	return []Workload{
		{"ES5", "learn: exploring starts, 5 x 5, T = 100", func() (contest, error) {
			g, err := book5()
			return exploration(g, err, 0.9)
		}},
		{"ES100", "learn: exploring starts, 100 x 100", func() (contest, error) {
			g, err := square(100)
			return exploration(g, err, 0.99)
		}},
	}
}

func exploration(g *env.Grid, err error, gamma float64) (contest, error) {
	if err != nil {
		return contest{}, err
	}
	learner := func(m env.MDP, cycles bool) *pupil {
		return &pupil{episodes: 1000, horizon: 100, renewed: 400_000, begin: func() (learner, error) {
			return mc.NewExploringStarts(mc.Problem{MDP: m, Gamma: gamma, Horizon: 100},
				mc.StartsOptions{Visit: mc.FirstVisit, Improve: mc.ImproveEpisode, Ties: mc.KeepTie, Cycles: cycles}, 1)
		}}
	}
	fast, plain := learner(g, true), learner(ownMDP{g.Table}, false)
	return contest{fast, plain, func() error { return sameValues(fast, plain, 1e-12) }}, nil
}

// learner is a learner with its table.
type learner interface {
	mc.Learner
	Q() *mc.QTable
}

// pupil is a learner that plays on and on.
type pupil struct {
	learner
	begin    func() (learner, error)
	episodes int64 // of a pass
	horizon  int
	every    bool  // every visit is scored
	renewed  int64 // after so many episodes it begins anew, since the better a policy is the later its cycles begin; 0: never
}

func (p *pupil) ready() (err error) {
	if p.learner != nil && (p.renewed == 0 || p.Progress().Episodes < p.renewed) {
		return nil
	}
	if p.learner != nil {
		err = p.check()
	}
	if err == nil {
		p.learner, err = p.begin()
	}
	return err
}

func (p *pupil) play() (int64, error) {
	before := p.Progress()
	for end := before.Episodes + p.episodes; p.Progress().Episodes < end; {
		if err := p.Next(context.Background(), end-p.Progress().Episodes); err != nil {
			return 0, err
		}
	}
	return p.Progress().Steps - before.Steps, nil
}

// check demands that every episode had its steps, and that every step is a visit where every visit is scored.
func (p *pupil) check() error {
	progress, visits := p.Progress(), int64(0)
	for _, n := range p.Q().Counts() {
		visits += n
	}
	switch {
	case progress.Steps != progress.Episodes*int64(p.horizon):
		return fmt.Errorf("%d steps in %d episodes, not %d each: this is a bug", progress.Steps, progress.Episodes, p.horizon)
	case p.every && visits != progress.Steps, visits < progress.Episodes, visits > progress.Steps:
		return fmt.Errorf("%d visits scored in %d episodes of %d steps: this is a bug", visits, progress.Episodes, p.horizon)
	}
	return nil
}

// sameValues demands that two learners learn the same in a pass: the same numbers of visits, and values that are equal within a
// tolerance, relative to 1.
func sameValues(fast, plain *pupil, tolerance float64) error {
	for _, p := range []*pupil{fast, plain} {
		if err := p.ready(); err != nil {
			return err
		}
		if _, err := p.play(); err != nil {
			return err
		}
	}
	values, counts, visits := fast.Q().Values(), fast.Q().Counts(), plain.Q().Counts()
	for i, w := range plain.Q().Values() {
		if !(math.Abs(values[i]-w) <= tolerance*max(1, math.Abs(w))) || counts[i] != visits[i] {
			return fmt.Errorf("q of pair %d is %.17g from %d returns through the interfaces, %.17g from %d without them: this is a bug",
				i, w, visits[i], values[i], counts[i])
		}
	}
	return nil
}
