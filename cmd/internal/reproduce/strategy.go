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

// printedAction is the policy of figure 5.2.
func printedAction(sum, dealer int, usable bool) env.Action {
	stick := false
	switch {
	case usable:
		stick = sum >= 19 || sum == 18 && dealer >= 2 && dealer <= 8
	case sum == 12:
		stick = dealer >= 4 && dealer <= 6
	case sum <= 16:
		stick = dealer >= 2 && dealer <= 6
	default:
		stick = true
	}
	if stick {
		return classic.Stick
	}
	return classic.Hit
}

// strategyLevel is the level of each interval that decides whether a lead shows.
const strategyLevel = 0.999

// bestStrategy is figure 5.2: the optimal policy and v* of blackjack by MC Exploring Starts, from the policy of figure 5.1.
func bestStrategy(ctx context.Context, o Options) (*Result, error) {
	b, err := newBlackjack()
	if err != nil {
		return nil, err
	}
	best, err := dp.PolicyIteration(b, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	l, err := mc.NewExploringStarts(mc.Problem{MDP: b, Gamma: 1, Horizon: longestGame},
		mc.StartsOptions{Visit: mc.FirstVisit, Improve: mc.ImproveEpisode, Policy: sticksFrom(b, 20), Intervals: true}, derived(o.Seed, 2052))
	if err != nil {
		return nil, err
	}
	l.Workers = o.Workers
	episodes := int64(10_000_000)
	if o.Long {
		episodes *= 30
	}
	if err := play(ctx, l, episodes); err != nil {
		return nil, err
	}
	s := strategy{b: b, q: l.Q(), learned: l.Policy(), best: best, undecided: l.Q().Undecided(b, strategyLevel)}
	moments, err := dp.Moments(b, best.Policy, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	r := &Result{Width: 14 * vg.Inch, Height: 7 * vg.Inch}
	var drawn []panel
	for _, half := range aces {
		how := fmt.Sprintf("MC Exploring Starts, %d million episodes, first visits, averages of all returns; actions compared", episodes/1_000_000)
		p := Panel{Panel: "policy, " + half.name, Convention: how}
		s.comparePolicy(&p, half.usable)
		v := Panel{Panel: "v*, " + half.name, Exact: true, Convention: "the same run; max_a q(s,a) within 4.5 exact standard errors of v*"}
		s.compareValues(&v, half.usable, moments)
		r.Panels = append(r.Panels, p, v)
		drawn = append(drawn, s.regions(half.usable, s.learned, "estimate, "+half.name, true), s.regions(half.usable, best.Policy, "exact, "+half.name, false),
			handHeat(b, half.usable, s.value, "estimate of v*, "+half.name),
			handHeat(b, half.usable, func(s env.State) float64 { return best.V[s] }, "exact v*, "+half.name))
	}
	r.draw = func() (plots.Drawable, error) { return page(4, drawn...) }
	return r, nil
}

// strategy is what was learned, beside what is exact.
type strategy struct {
	b         *classic.Blackjack
	q         *mc.QTable
	learned   env.Deterministic
	best      *dp.Solution
	undecided []bool
}

func (x strategy) value(s env.State) float64 { return x.q.At(s, x.learned[s]) }

// actionLetters are the actions in the text of a panel.
func actionLetters(rows [][]env.Action) []string {
	text := make([]string, len(rows))
	for i, row := range rows {
		for _, a := range row {
			text[i] += map[env.Action]string{classic.Stick: "S", classic.Hit: "H"}[a]
		}
	}
	return text
}

// comparePolicy counts the hands in which the learned action is the printed one. One that is not exact fails where its lead is
// decided.
func (x strategy) comparePolicy(p *Panel, usable bool) {
	p.Values = overHands(x.b, usable, func(s env.State) float64 { return x.q.At(s, classic.Hit) - x.q.At(s, classic.Stick) })
	p.Policy = actionLetters(overHands(x.b, usable, func(s env.State) env.Action { return x.learned[s] }))
	exact, same, undecided, right := 0, 0, 0, 0
	for r, row := range overHands(x.b, usable, func(s env.State) env.State { return s }) {
		for c, s := range row {
			print, a := printedAction(lowestSum+r, c+1, usable), x.learned[s]
			p.Cells++
			if x.best.Policy[s] == print {
				exact++
			}
			if a == x.best.Policy[s] {
				same++
			}
			if x.undecided[s] {
				undecided++
			} else if a == x.best.Policy[s] {
				right++
			}
			if a == print {
				p.Match++
				continue
			}
			m := Mismatch{Row: r + 1, Col: c + 1, Printed: x.b.ActionName(print), Computed: x.b.ActionName(a),
				Reason: fmt.Sprintf("near tie: the exact gap is %.4f, which the episodes do not tell apart", x.best.Gap[s])}
			if x.undecided[s] {
				p.Expected = append(p.Expected, m)
			} else {
				m.Reason = fmt.Sprintf("the exact gap is %.4f", x.best.Gap[s])
				p.Unexpected = append(p.Unexpected, m)
			}
		}
	}
	p.check(exact == p.Cells, fmt.Sprintf("the exact optimum is the printed policy in %d of %d hands", exact, p.Cells))
	p.check(right == p.Cells-undecided, fmt.Sprintf("the learned action is exact in %d of %d hands where its lead is outside of the intervals of %g%%",
		right, p.Cells-undecided, 100*strategyLevel))
	p.Notes = append(p.Notes, fmt.Sprintf("%d of %d learned actions are exact", same, p.Cells))
}

// compareValues compares max_a q(s, a) with v*, by the exact standard deviation of the return of the best action.
func (x strategy) compareValues(p *Panel, usable bool, moments *dp.Returns) {
	p.Values = overHands(x.b, usable, x.value)
	var d deviate
	for r, row := range overHands(x.b, usable, func(s env.State) env.State { return s }) {
		for c, s := range row {
			a := x.best.Policy[s]
			d.compare(p, r, c, x.value(s), x.best.V[s], standardError(moments.Var[int(s)*2+int(a)], x.q.N(s, a)))
		}
	}
	d.note(p)
}

// regions draws a policy, with rings where the learner is undecided and crosses where the action is not the exact one.
func (x strategy) regions(usable bool, policy env.Deterministic, title string, marks bool) panel {
	return func() (plots.Drawable, error) {
		o := plots.RegionsOptions{Title: title, TableAxes: handAxes(), Names: []string{"STICK", "HIT"},
			Rings: plots.CellMarks{Label: "undecided"}, Cross: plots.CellMarks{Label: "not exact"}}
		class := upward(overHands(x.b, usable, func(s env.State) int { return int(policy[s]) }))
		for r, row := range upward(overHands(x.b, usable, func(s env.State) env.State { return s })) {
			for c, s := range row {
				if marks && x.undecided[s] {
					o.Rings.Cells = append(o.Rings.Cells, [2]int{r, c})
				}
				if policy[s] != x.best.Policy[s] {
					o.Cross.Cells = append(o.Cross.Cells, [2]int{r, c})
				}
			}
		}
		return plots.Regions(class, o)
	}
}
