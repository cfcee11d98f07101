package reproduce

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// stepByStep is figure 4.1. Policy evaluation from v_0 = 0 gives the values of k steps, so episodes cut after k steps estimate
// them.
func stepByStep(ctx context.Context, o Options) (*Result, error) {
	b, err := readSutton()
	if err != nil {
		return nil, err
	}
	g, err := classic.NewSmallGrid(classic.SmallGridConfig{})
	if err != nil {
		return nil, err
	}
	uniform := env.NewUniform(g.NumStates(), g.NumActions())
	best, err := dp.PolicyIteration(g, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	r := &Result{Width: 14 * vg.Inch, Height: 8 * vg.Inch}
	var drawn []panel
	for i, t := range b.Fig41 {
		x := steps{grid: g, policy: uniform, best: best, print: t, k: foreverSteps, seed: derived(o.Seed, 2041, uint64(i))}
		if t.Panel != "k=inf" {
			if _, err := fmt.Sscanf(t.Panel, "k=%d", &x.k); err != nil {
				return nil, err
			}
		}
		panels, pictures, err := x.reproduce(ctx, o)
		if err != nil {
			return nil, err
		}
		r.Panels, drawn = append(r.Panels, panels...), append(drawn, pictures...)
	}
	r.draw = func() (plots.Drawable, error) { return page(6, drawn...) }
	return r, nil
}

const (
	stepEpisodes = 100_000
	foreverSteps = 2000 // an episode of the random policy has as many with a probability below 1e-40
)

// steps is one k of figure 4.1.
type steps struct {
	grid   *classic.SmallGrid
	policy *env.Soft
	best   *dp.Solution
	print  table
	k      int
	seed   uint64
}

// reproduce compares the exact values with the print, and the estimates with the exact values.
func (x steps) reproduce(ctx context.Context, o Options) (panels []Panel, drawn []panel, err error) {
	next, err := dp.EvaluateHorizon(x.grid, x.policy, 1, x.k+1) // Q of a step before the last k
	if err != nil {
		return nil, nil, err
	}
	exact, err := dp.EvaluateHorizon(x.grid, x.policy, 1, x.k)
	if err != nil {
		return nil, nil, err
	}
	p := Panel{Panel: x.print.Panel, Convention: "exact values of k steps of the random policy, one decimal", Values: inRows(exact.V, 4)}
	p.compare(x.print.Printed, 1, nil)
	greedy := tied{next.Q, x.grid.NumActions()}
	p.Policy = greedy.letters("urdl", 4)
	if x.k == 2 {
		p.Notes = append(p.Notes, "the book cuts -1.75 off to -1.7")
	}
	if x.k >= 3 {
		p.check(optimal(x.grid, greedy, x.best), "every greedy action is optimal")
	}
	panels = append(panels, p)
	v := exact.V
	if x.k > 0 {
		m := Panel{Panel: p.Panel + ", MC", Exact: true,
			Convention: fmt.Sprintf("MC prediction, initial visits of %d episodes cut after k steps; within 4.5 exact standard errors", stepEpisodes)}
		if v, err = m.predict(ctx, mc.Problem{MDP: x.grid, Gamma: 1, Horizon: x.k}, x.grid, x.policy, 4, stepEpisodes, x.seed, o); err != nil {
			return nil, nil, err
		}
		panels = append(panels, m)
	}
	title := "k = " + strings.Replace(p.Panel[2:], "inf", "∞", 1)
	return panels, []panel{valuesPanel(x.grid.Grid, exact.V, title+", exact"), valuesPanel(x.grid.Grid, v, title+", MC"), func() (plots.Drawable, error) {
		return plots.Policy(x.grid, greedy.Prob, plots.PolicyOptions{Title: title + ", greedy"})
	}}, nil
}

// optimal reports that all actions of a policy are.
func optimal(m env.Model, p dp.Policy, best *dp.Solution) bool {
	n := m.NumActions()
	for s := range best.V {
		for a := range n {
			if !m.Terminal(env.State(s)) && p.Prob(env.State(s), env.Action(a)) > 0 && best.V[s]-best.Q[s*n+a] > tieWidth {
				return false
			}
		}
	}
	return true
}
