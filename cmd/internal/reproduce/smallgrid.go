package reproduce

import (
	"context"
	"fmt"

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
	const episodes, forever = 100_000, 2000 // the probability of 2000 steps is below 1e-40
	r := &Result{Width: 14 * vg.Inch, Height: 8 * vg.Inch}
	var drawn []panel
	for i, t := range b.Fig41 {
		k := forever
		if t.Panel != "k=inf" {
			if _, err := fmt.Sscanf(t.Panel, "k=%d", &k); err != nil {
				return nil, err
			}
		}
		next, err := dp.EvaluateHorizon(g, uniform, 1, k+1) // Q of a step before the last k
		if err != nil {
			return nil, err
		}
		exact, err := dp.EvaluateHorizon(g, uniform, 1, k)
		if err != nil {
			return nil, err
		}
		p := Panel{Panel: t.Panel, Convention: "exact values of k steps of the random policy, one decimal", Values: inRows(exact.V, 4)}
		p.compare(t.Printed, 1, nil)
		greedy := tied{next.Q, g.NumActions()}
		p.Policy = greedy.letters("urdl", 4)
		if k == 2 {
			p.Notes = append(p.Notes, "the book cuts -1.75 off to -1.7")
		}
		if k >= 3 {
			p.check(optimal(g, greedy, best), "every greedy action is optimal")
		}
		r.Panels = append(r.Panels, p)
		v := exact.V
		if k > 0 {
			m := Panel{Panel: t.Panel + ", MC", Exact: true, Convention: fmt.Sprintf("MC prediction, initial visits of %d episodes cut after k steps; within 4.5 exact standard errors", episodes)}
			if v, err = m.predict(ctx, mc.Problem{MDP: g, Gamma: 1, Horizon: k}, g, uniform, 4, episodes, derived(o.Seed, 2041, uint64(i)), o); err != nil {
				return nil, err
			}
			r.Panels = append(r.Panels, m)
		}
		title := "k = " + t.Panel[2:]
		if k == forever {
			title = "k = ∞"
		}
		drawn = append(drawn, valuesPanel(g.Grid, exact.V, title+", exact"), valuesPanel(g.Grid, v, title+", MC"), func() (plots.Drawable, error) {
			return plots.Policy(g, greedy.Prob, plots.PolicyOptions{Title: title + ", greedy"})
		})
	}
	r.draw = func() (plots.Drawable, error) { return page(6, drawn...) }
	return r, nil
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
