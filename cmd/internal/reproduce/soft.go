package reproduce

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// aboutTheOptimum is figure 5.6: the greedy optimum, learned by MC Basic, made ever softer.
func aboutTheOptimum(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-5x5-figures")
	if err != nil {
		return nil, err
	}
	l, err := basicOptimum(ctx, g, 100, o)
	if err != nil {
		return nil, err
	}
	return softFigure(ctx, g, b.Fig56, o, "the policy of MC Basic with episodes of 100 steps, made soft", func(float64) (env.Deterministic, error) {
		return l.Policy(), nil
	})
}

// softOptima is figure 5.7: for each epsilon the policy that MC eps-greedy learns.
func softOptima(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-5x5-figures")
	if err != nil {
		return nil, err
	}
	how := "the policy of MC eps-greedy, batches of episodes, averages reset for each"
	r, err := softFigure(ctx, g, b.Fig57, o, how, func(eps float64) (env.Deterministic, error) { return learnSoft(ctx, g, eps, o) })
	if err != nil {
		return nil, err
	}
	for i := range r.Panels {
		if err := r.Panels[i].noteLoss(g); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// noteLoss says how far the learned policy is from the best eps-greedy one.
func (p *Panel) noteLoss(g *env.Grid) error {
	var eps float64
	if _, err := fmt.Sscanf(p.Panel, "eps=%g", &eps); err != nil {
		return err
	}
	best, err := dp.SoftOptimal(g, gamma, eps, dp.Options{})
	if err != nil {
		return err
	}
	p.Notes = append(p.Notes, fmt.Sprintf("the exact optimum has %d of 25 arrows in common and is worth at most %.4f more",
		agree(actions(p.Policy), best.Policy), farthest(slices.Concat(p.Values...), best.V)))
	return nil
}

// softFigure compares the exact values of eps-greedy policies with the print, and with estimates from episodes.
func softFigure(ctx context.Context, g *env.Grid, tables []table, o Options, how string, best func(eps float64) (env.Deterministic, error)) (*Result, error) {
	r := &Result{Width: 8.4 * vg.Inch, Height: 4.6 * vg.Inch}
	var drawn []panel
	for _, t := range tables {
		var eps float64
		if _, err := fmt.Sscanf(t.Panel, "eps=%g", &eps); err != nil {
			return nil, err
		}
		policy, err := best(eps)
		if err != nil {
			return nil, err
		}
		soft, err := env.NewSoft(policy, g.NumActions(), eps)
		if err != nil {
			return nil, err
		}
		exact, err := dp.Evaluate(g, soft, gamma, dp.Options{})
		if err != nil {
			return nil, err
		}
		p := Panel{Panel: t.Panel, Convention: "r_forbidden -10, edge rule boundary+cell; exact values of " + how, Values: inRows(exact.V, 5), Policy: arrows(g, policy)}
		p.compare(t.Printed, 1, t.Known)
		held, err := estimated(ctx, g, soft, exact.V, o)
		if err != nil {
			return nil, err
		}
		p.check(held == len(exact.V), fmt.Sprintf("%d of %d exact values are within simultaneous %g%% intervals from %d episodes each",
			held, len(exact.V), 100*evaluationLevel, evaluationEpisodes))
		r.Panels = append(r.Panels, p)
		title := fmt.Sprintf("ε = %g", eps)
		drawn = append(drawn, policyPanel(g, soft, title), valuesPanel(g, exact.V, title))
	}
	r.draw = func() (plots.Drawable, error) { return page(4, drawn...) }
	return r, nil
}

// The episodes from which values are estimated. 0.9^200 = 7e-10.
const (
	evaluationEpisodes = 5000 // from every state
	evaluationSteps    = 150
	evaluationLevel    = 0.999 // of all intervals together
)

// estimated counts the states whose exact value lies within Student's interval, of the level shared out over the states and
// widened by the bound on the cut.
func estimated(ctx context.Context, g *env.Grid, p env.Policy, exact []float64, o Options) (int, error) {
	returns := make([]estimate.Variance, len(exact))
	err := share(ctx, o.Workers, len(exact), func(s int) error {
		gen, err := env.NewGenerator(g, p, evaluationSteps, derived(o.Seed, 56, uint64(s)))
		if err != nil {
			return err
		}
		var ep env.Episode
		for range evaluationEpisodes {
			gen.FromState(&ep, env.State(s))
			g0 := 0.0
			for _, g0 = range ep.Returns(gamma) {
			}
			returns[s].Add(g0)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	lo, hi := g.RewardRange()
	cut := mc.Problem{MDP: g, Gamma: gamma, Horizon: evaluationSteps}.TruncationBound(max(-lo, hi))
	held := 0
	for s, v := range exact {
		in := estimate.StudentT(returns[s], 1-(1-evaluationLevel)/float64(len(exact)))
		if in.Lo-cut <= v && v <= in.Hi+cut {
			held++
		}
	}
	return held, nil
}

// The episodes of learnSoft: short ones from every pair, whose last steps, in which the cut would show, are not scored.
const (
	softSteps   = 100
	softTail    = 60
	softBatches = 14
)

// softEpisodes lists the sizes of the batches: each half as large again as the one before, the last ten times as large. The
// smaller the gaps between the actions, down to 0.013 where a wrong arrow would show in the print, the more it takes.
func softEpisodes(eps float64) []int64 {
	last := int64(80_000)
	switch {
	case eps == 0:
		last = 2000 // every episode from a pair is the same
	case eps < 0.35:
		last = 300_000
	}
	sizes := make([]int64, softBatches)
	sizes[softBatches-1] = 10 * last
	for k := softBatches - 2; k >= 0; k-- {
		sizes[k] = last
		last -= last / 3
	}
	return sizes
}

// learnSoft learns the best eps-greedy policy by MC eps-greedy. Batches grow, so that the first improvements are cheap and
// the last is exact; each goes on from the policy of the one before and keeps none of its returns.
func learnSoft(ctx context.Context, g *env.Grid, eps float64, o Options) (env.Deterministic, error) {
	var policy env.Deterministic
	for k, batch := range softEpisodes(eps) {
		l, err := mc.NewEpsilonGreedy(mc.Problem{MDP: g, Gamma: gamma, Horizon: softSteps}, mc.EpsilonOptions{
			Epsilon: mc.Epsilon(eps),
			StartsOptions: mc.StartsOptions{
				Improve: mc.ImproveBatch, Batch: batch, Average: mc.ResetAverage,
				Starts: mc.UniformPairs, Tail: softTail, Policy: policy,
			},
		}, derived(o.Seed, 57, math.Float64bits(eps), uint64(k)))
		if err != nil {
			return nil, err
		}
		l.Workers = o.Workers
		if err := l.Next(ctx, batch); err != nil {
			return nil, err
		}
		policy = l.Policy()
	}
	return policy, nil
}
