package reproduce

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// longestGame is more than the steps of any game of blackjack.
const longestGame = 100

// stickOn20 is figure 5.1: the values of the policy that sticks on 20 and 21, by first-visit prediction.
func stickOn20(ctx context.Context, o Options) (*Result, error) {
	b, err := newBlackjack()
	if err != nil {
		return nil, err
	}
	policy := sticksFrom(b, 20)
	exact, err := dp.Moments(b, policy, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	l, err := mc.NewPrediction(mc.Problem{MDP: b, Gamma: 1, Horizon: longestGame}, policy, mc.PredictionOptions{}, derived(o.Seed, 2051))
	if err != nil {
		return nil, err
	}
	l.Workers = o.Workers
	r := &Result{Width: 11 * vg.Inch, Height: 6.7 * vg.Inch}
	drawn := make([][]panel, len(aces))
	for _, stage := range []struct {
		episodes int64
		text     string
	}{{10_000, "10,000 episodes"}, {500_000, "500,000 episodes"}} {
		if err := play(ctx, l, stage.episodes); err != nil {
			return nil, err
		}
		v, n := l.Table().Values(), l.Table().Counts()
		for i, half := range aces {
			p := Panel{Panel: stage.text + ", " + half.name, Exact: true,
				Convention: "sums 12 to 21 by dealer's ace to ten; naturals end the game; first visits; within 4.5 exact standard errors, sd(G|s)/sqrt(N(s))"}
			p.valueHands(b, half.usable, v, n, exact)
			r.Panels = append(r.Panels, p)
			seen := func(s env.State) float64 {
				if n[s] == 0 {
					return math.NaN()
				}
				return v[s]
			}
			drawn[i] = append(drawn[i], handHeat(b, half.usable, seen, fmt.Sprintf("%s, %s", stage.text, half.name)))
		}
	}
	for i, half := range aces {
		drawn[i] = append(drawn[i], handHeat(b, half.usable, func(s env.State) float64 { return exact.StateMean[s] }, "exact, "+half.name))
	}
	r.draw = func() (plots.Drawable, error) { return page(3, append(drawn[0], drawn[1]...)...) }
	return r, nil
}

// play goes on until so many episodes are played in all.
func play(ctx context.Context, l mc.Learner, episodes int64) error {
	for _, err := range mc.Run(ctx, l, episodes-l.Progress().Episodes) {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// valueHands compares estimates of state values with the exact ones. A hand comes once in a game, so the N(s) returns of a
// state are independent.
func (p *Panel) valueHands(b *classic.Blackjack, usable bool, v []float64, n []int64, exact *dp.Returns) {
	p.Values = overHands(b, usable, func(s env.State) float64 { return v[s] })
	var d deviate
	for r, row := range overHands(b, usable, func(s env.State) env.State { return s }) {
		for c, s := range row {
			d.compare(p, r, c, v[s], exact.StateMean[s], standardError(exact.StateVar[s], n[s]))
		}
	}
	d.note(p)
}

// standardError is that of the mean of n returns, +Inf for none.
func standardError(variance float64, n int64) float64 { return math.Sqrt(variance / float64(n)) }
