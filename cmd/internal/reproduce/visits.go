package reproduce

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// behaviour is a policy that explores.
type behaviour struct {
	letters string // of its panels: three trajectories, and the visits
	name    string
	policy  *env.Soft
	facts   *visitFacts // nil: uniform
}

// exploration is figure 5.8: how often one episode of a million steps visits each pair, under the uniform policy and under
// eps-greedy ones.
func exploration(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-5x5-mild") // rewards do not matter
	if err != nil {
		return nil, err
	}
	list := []behaviour{{"abcd", "the uniform policy", env.NewUniform(g.NumStates(), g.NumActions()), nil}}
	for i := range b.Fig58 {
		f := &b.Fig58[i]
		soft, err := env.NewSoft(actions(f.Policy), g.NumActions(), softness)
		if err != nil {
			return nil, err
		}
		list = append(list, behaviour{"efgh", "the policy of figure " + f.Of, soft, f})
	}
	r := &Result{Width: 8.4 * vg.Inch, Height: 5 * vg.Inch}
	for i, x := range list {
		p, err := x.count(ctx, g, o)
		if err != nil {
			return nil, err
		}
		if i > 1 { // the book draws one of them
			p.Panel += ", policy of " + x.facts.Of
		}
		r.Panels = append(r.Panels, p)
	}
	r.draw = func() (plots.Drawable, error) {
		var all []panel
		for _, x := range list[:2] {
			paths, err := x.drawn(g, o.Seed)
			if err != nil {
				return nil, err
			}
			all = append(all, paths...)
		}
		return page(4, all...)
	}
	return r, nil
}

// count runs the learner for one episode and compares the visits of each pair with the law of the policy's Markov chain.
func (x behaviour) count(ctx context.Context, g *env.Grid, o Options) (Panel, error) {
	p := Panel{Panel: x.letters[3:], Policy: arrows(g, x.policy.Best),
		Convention: fmt.Sprintf("eps = %g, %s; within %g asymptotic standard deviations of the exact expectation", x.policy.Epsilon(), x.name, deviations)}
	l, err := longLearner(g, mc.Epsilon(x.policy.Epsilon()), mc.ResetAverage, x.policy.Best, o.Seed)
	if err != nil {
		return p, err
	}
	if err := l.Next(ctx, 1); err != nil {
		return p, err
	}
	law, err := dp.VisitLaw(g, x.policy)
	if err != nil {
		return p, err
	}
	n := l.Q().Counts()
	v := make([]float64, len(n))
	steps := int64(0)
	for pair := range n {
		v[pair] = float64(n[pair])
		steps += n[pair]
		p.Cells++
		mean := longEpisode * law.Mean[pair]
		if math.Abs(v[pair]-mean) <= deviations*math.Sqrt(longEpisode*law.Var[pair]) {
			p.Match++
		} else {
			p.Unexpected = append(p.Unexpected, Mismatch{Row: pair/5 + 1, Col: pair%5 + 1, Printed: mean, Computed: v[pair]})
		}
	}
	p.Values = inRows(v, g.NumActions())
	p.check(steps == longEpisode, "the visits add up to a million")
	x.expectations(&p, law)
	if x.facts == nil {
		p.Policy = nil
	}
	return p, nil
}

// expectations checks what is known about the exact expected visits.
func (x behaviour) expectations(p *Panel, law *dp.Visits) {
	most, least, below, at := 0.0, math.Inf(1), 0, 0
	for pair, mean := range law.Mean {
		mean *= longEpisode
		if mean > most {
			most, at = mean, pair
		}
		least = min(least, mean)
		if mean < 1000 {
			below++
		}
	}
	f := x.facts
	if f == nil {
		p.check(most-least < 1e-6 && printed(most, 8000, 0), "8000 visits of each pair are expected")
		return
	}
	place := ((f.Row-1)*5+f.Col-1)*5 + 4
	p.check(printed(most, f.Most, 1) && printed(least, f.Least, 1) && below == f.Below1000 && at == place,
		fmt.Sprintf("%.1f to %.1f visits are expected, most for %s in row %d, column %d, fewer than 1000 for %d pairs", f.Least, f.Most, f.Action, f.Row, f.Col, f.Below1000))
}

// drawn are four panels: the first 100, 1000 and 10,000 steps of the episode, and the visits of all.
func (x behaviour) drawn(g *env.Grid, seed uint64) ([]panel, error) {
	gen, err := env.NewGenerator(g, x.policy, longEpisode, seed)
	if err != nil {
		return nil, err
	}
	var ep env.Episode
	gen.FromState(&ep, gen.Start()) // the episode that count played
	var all []panel
	for i, length := range []struct {
		steps int
		text  string
	}{{100, "100"}, {1000, "1000"}, {10_000, "10,000"}} {
		title := fmt.Sprintf("(%c) ε = %g, %s steps", x.letters[i], x.policy.Epsilon(), length.text)
		all = append(all, func() (plots.Drawable, error) {
			return plots.Trajectory(g, ep.States[:length.steps+1], plots.TrajectoryOptions{Title: title, Strands: 80})
		})
	}
	n := make([]int64, g.NumStates()*g.NumActions())
	for t, a := range ep.Actions {
		n[int(ep.States[t])*g.NumActions()+int(a)]++
	}
	return append(all, func() (plots.Drawable, error) {
		return plots.Counts(n, plots.CountsOptions{Title: fmt.Sprintf("(%c) ε = %g, 1,000,000 steps", x.letters[3], x.policy.Epsilon())})
	}), nil
}
