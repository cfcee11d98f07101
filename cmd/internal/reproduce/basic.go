package reproduce

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// oneIteration is figure 5.3: the action values of the first state under the initial policy, and the values of the policy
// improved once. Episodes are so long that gamma^T does not show.
func oneIteration(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-3x3")
	if err != nil {
		return nil, err
	}
	l, err := mc.NewBasic(mc.Problem{MDP: g, Gamma: gamma, Horizon: 400}, mc.BasicOptions{Policy: actions(b.Fig53.Initial)}, o.Seed)
	if err != nil {
		return nil, err
	}
	convention := "r_forbidden -1, edge rule boundary; one episode of 400 steps from every pair; two decimals"
	before := l.Policy()
	if err := l.Next(ctx, l.SweepEpisodes()); err != nil {
		return nil, err
	}
	q := Panel{Panel: "q(s1,a)", Convention: convention, Values: [][]float64{l.Q().Values()[:5]}, Policy: arrows(g, before)}
	q.compare([][]float64{b.Fig53.Q}, 2, nil)

	after := l.Policy()
	if err := l.Next(ctx, l.SweepEpisodes()); err != nil {
		return nil, err
	}
	v := make([]float64, len(after))
	for s, a := range after {
		v[s] = l.Q().At(env.State(s), a)
	}
	p := Panel{Panel: "v", Convention: convention, Values: inRows(v, 3), Policy: arrows(g, after)}
	p.compare(b.Fig53.Values, 2, nil)
	best, err := dp.PolicyIteration(g, gamma, dp.Options{})
	if err != nil {
		return nil, err
	}
	p.check(farthest(v, best.V) <= 1e-12, "the policy is optimal after one iteration: its estimated values are v*, within 1e-12")
	draw := func() (plots.Drawable, error) {
		return page(2, policyPanel(g, before, "Initial policy"), policyPanel(g, after, "After one iteration"))
	}
	return &Result{Panels: []Panel{q, p}, Width: 6 * vg.Inch, Height: 3.4 * vg.Inch, draw: draw}, nil
}

// maxIterations bounds the iterations of MC Basic; the 5 x 5 grid needs 11.
const maxIterations = 100

// episodeLengths is figure 5.4: MC Basic with episodes of L steps, until no arrow changes.
func episodeLengths(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-5x5")
	if err != nil {
		return nil, err
	}
	r := &Result{Width: 8.4 * vg.Inch, Height: 8.8 * vg.Inch}
	var panels []panel
	for _, t := range b.Fig54 {
		var L int
		if _, err := fmt.Sscanf(t.Panel, "L=%d", &L); err != nil {
			return nil, err
		}
		l, err := basicOptimum(ctx, g, L, o)
		if err != nil {
			return nil, err
		}
		v := greatest(l.Q())
		p := Panel{Panel: t.Panel, Convention: "r_forbidden -10, edge rule boundary; max_a q_L(s,a), one episode of L steps from every pair",
			Values: inRows(v, 5), Policy: arrows(g, l.Policy())}
		p.compare(t.Printed, 1, t.Known)
		p.check(l.Progress().Changed == 0, fmt.Sprintf("no arrow changes in iteration %d", l.Progress().Iterations))
		if p.Match == p.Cells && slices.ContainsFunc(t.Printed, func(row []float64) bool { return slices.Contains(row, 0) }) {
			p.Notes = []string{"arrows in cells of value 0 are ties and mean nothing: the target is out of reach"}
		}
		r.Panels = append(r.Panels, p)
		title := fmt.Sprintf("L = %d", L)
		panels = append(panels, policyPanel(g, l.Policy(), title), valuesPanel(g, v, title))
	}
	r.draw = func() (plots.Drawable, error) { return page(4, panels...) }
	return r, nil
}

// basicOptimum runs MC Basic until an iteration changes no arrow.
func basicOptimum(ctx context.Context, g *env.Grid, horizon int, o Options) (*mc.Basic, error) {
	l, err := mc.NewBasic(mc.Problem{MDP: g, Gamma: gamma, Horizon: horizon}, mc.BasicOptions{}, o.Seed)
	if err != nil {
		return nil, err
	}
	l.Workers = o.Workers
	for p, err := range mc.Run(ctx, l, maxIterations*l.SweepEpisodes()) {
		if err != nil {
			return nil, err
		}
		if p.Changed == 0 {
			break
		}
	}
	return l, nil
}

// greatest is max_a q(s, a) of every state.
func greatest(q *mc.QTable) []float64 {
	v := make([]float64, q.NumStates())
	for s := range v {
		v[s] = math.Inf(-1)
		for a := range env.Action(q.NumActions()) {
			v[s] = max(v[s], q.At(env.State(s), a))
		}
	}
	return v
}

// farthest is the largest |v(s) - w(s)|.
func farthest(v, w []float64) float64 {
	d := 0.0
	for s := range v {
		d = max(d, math.Abs(v[s]-w[s]))
	}
	return d
}
