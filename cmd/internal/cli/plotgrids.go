package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/plots"
)

func newPlotPolicyCommand(s *streams) *cobra.Command {
	var greedy bool
	cmd := newFigureCommand(s, cobra.Command{
		Use:   "policy RECORD... -o FILE",
		Short: "Draw the learned policy as arrows",
		Long: `Draw the learned policy as the book does: an arrow for each action, the longer the
more probable it is, and a circle for staying. Where the record has intervals, a folded
corner marks an action whose lead may be chance. Several records stand side by side.`,
		Example: `  mcrl plot policy runs/first -o policy.svg
  mcrl plot policy runs/first --greedy -o policy.png`,
	}, func(runs []savedRun) (plots.Drawable, paper, error) {
		var panels []plots.Drawable
		for _, r := range runs {
			g, err := r.board()
			if err != nil {
				return nil, paper{}, err
			}
			pi, err := r.soft(greedy)
			if err != nil {
				return nil, paper{}, err
			}
			f, err := plots.Policy(g, pi, plots.PolicyOptions{Title: r.name(), Marked: r.Undecided(g.Table), MarkLabel: undecidedLabel})
			if err != nil {
				return nil, paper{}, err
			}
			panels = append(panels, f)
		}
		return page(panels, 4)
	})
	cmd.Flags().BoolVar(&greedy, "greedy", false, "leave out the exploration")
	return cmd
}

func newPlotVisitsCommand(s *streams) *cobra.Command {
	var total bool
	cmd := newFigureCommand(s, cobra.Command{
		Use:   "visits RECORD... -o FILE",
		Short: "Draw how many returns each estimate rests on",
		Long: `Draw the number of returns behind the estimate of each state-action pair, on a
logarithmic colour scale. Several records stand side by side.`,
		Example: `  mcrl plot visits runs/first -o visits.svg
  mcrl plot visits runs/first --total -o visits.pdf`,
	}, func(runs []savedRun) (plots.Drawable, paper, error) {
		var panels []plots.Drawable
		for _, r := range runs {
			g, err := r.board()
			if err != nil {
				return nil, paper{}, err
			}
			actions := g.NumActions()
			n := func(s env.State, a env.Action) int64 { return r.N[int(s)*actions+int(a)] }
			f, err := plots.Visits(g, n, plots.VisitsOptions{Title: r.name(), Total: total, Label: "returns"})
			if err != nil {
				return nil, paper{}, err
			}
			panels = append(panels, f)
		}
		return page(panels, 4)
	})
	cmd.Flags().BoolVar(&total, "total", false, "one number for each state")
	return cmd
}

func newPlotIntervalsCommand(s *streams) *cobra.Command {
	return newFigureCommand(s, cobra.Command{
		Use:   "intervals RECORD... -o FILE",
		Short: "Draw how far each estimate may be off",
		Long: `Draw half the width of the confidence interval of each state-action pair, on a
logarithmic colour scale, from records of ` + "`mcrl train --intervals`" + `. Several records
stand side by side.`,
		Example: `  mcrl plot intervals runs/first -o intervals.svg`,
	}, func(runs []savedRun) (plots.Drawable, paper, error) {
		var panels []plots.Drawable
		for _, r := range runs {
			g, err := r.board()
			if err != nil {
				return nil, paper{}, err
			}
			if r.Intervals == nil {
				return nil, paper{}, usageErrorf("%s: the record has no intervals: want one of `mcrl train --intervals`", r.path)
			}
			f, err := drawHalfWidths(g, r.Record, r.name())
			if err != nil {
				return nil, paper{}, err
			}
			panels = append(panels, f)
		}
		return page(panels, 4)
	})
}

// valueKinds are the values that a record has, with the titles of their panels.
var valueKinds = []struct{ name, title string }{
	{"estimate", "estimated values"}, {"policy", "exact values of the learned policy"},
	{"best", "exact values of the best policy"}, {"optimum", "optimal values"},
}

func newPlotValuesCommand(s *streams) *cobra.Command {
	var kinds []string
	cmd := newFigureCommand(s, cobra.Command{
		Use:   "values RECORD... -o FILE",
		Short: "Draw the estimated values and the exact ones beside them",
		Long: `Draw the value of each state as colours and numbers, on one scale for all panels:

  estimate   what was learned: the sum over a of pi(a|s) q(s,a)
  policy     the exact values of the learned policy
  best       the exact values of the best policy with the same epsilon
  optimum    the optimal values

Without --of, the estimate and, where the record has them, the exact values of the
learned policy.`,
		Example: `  mcrl plot values runs/first -o values.svg
  mcrl plot values runs/first --of estimate,optimum -o values.png`,
	}, func(runs []savedRun) (plots.Drawable, paper, error) { return drawValues(runs, kinds) })
	var names []string
	for _, k := range valueKinds {
		names = append(names, k.name)
	}
	cmd.Flags().StringSliceVar(&kinds, "of", nil, "a `LIST` of "+strings.Join(names, ", "))
	_ = cmd.RegisterFlagCompletionFunc("of", completeFrom(names...))
	return cmd
}

// valuePanel is one panel of drawValues.
type valuePanel struct {
	run   savedRun
	title string
	v     []float64
}

func drawValues(runs []savedRun, kinds []string) (plots.Drawable, paper, error) {
	var list []valuePanel
	for _, r := range runs {
		panels, err := r.valuePanels(kinds)
		if err != nil {
			return nil, paper{}, err
		}
		list = append(list, panels...)
	}
	var all [][]float64
	for _, p := range list {
		all = append(all, p.v)
	}
	lo, hi := commonScale(all)
	var panels []plots.Drawable
	for _, p := range list {
		g, err := p.run.board()
		if err != nil {
			return nil, paper{}, err
		}
		f, err := plots.Values(g, p.v, plots.ValuesOptions{Title: p.title, Label: "value", Min: lo, Max: hi})
		if err != nil {
			return nil, paper{}, err
		}
		panels = append(panels, f)
	}
	cols := len(list) / len(runs)
	if cols == 1 {
		cols = 4
	}
	return page(panels, cols)
}

// valuePanels lists the values of a run that are asked for.
func (r savedRun) valuePanels(kinds []string) ([]valuePanel, error) {
	if len(kinds) == 0 {
		kinds = []string{"estimate"}
		if r.Exact.Policy != nil {
			kinds = append(kinds, "policy")
		}
	}
	estimate, err := r.estimated()
	if err != nil {
		return nil, err
	}
	optimum := r.Exact.Optimum
	if optimum == nil && r.Epsilon == 0 {
		optimum = r.Exact.Best
	}
	values := map[string][]float64{"estimate": estimate, "policy": r.Exact.Policy, "best": r.Exact.Best, "optimum": optimum}
	var list []valuePanel
	for _, name := range kinds {
		i := slices.IndexFunc(valueKinds, func(k struct{ name, title string }) bool { return k.name == name })
		if i < 0 {
			var names []string
			for _, k := range valueKinds {
				names = append(names, k.name)
			}
			return nil, usageErrorf("--of = %s: want some of %s%s", name, strings.Join(names, ", "), suggest(name, names))
		}
		v := values[name]
		if v == nil {
			return nil, usageErrorf("--of = %s: %s has no such values%s", name, r.path, r.whyNot())
		}
		list = append(list, valuePanel{r, fmt.Sprintf("%s: %s", r.name(), valueKinds[i].title), v})
	}
	return list, nil
}

// whyNot says why a record has no exact values.
func (r savedRun) whyNot() string {
	if r.Exact.Skipped == "" {
		return ""
	}
	return ": " + r.Exact.Skipped
}
