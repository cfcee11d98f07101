package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

// curveOptions are the flags of `mcrl plot convergence`.
type curveOptions struct {
	metric, axis string
	level        number
	each, linear bool
}

var (
	metrics = []string{"rmse", "gap", "greedy-gap", "return", "greedy-return"}
	axes    = []string{"episodes", "steps", "iterations"}
)

func newPlotConvergenceCommand(s *streams) *cobra.Command {
	o := curveOptions{level: 0.95}
	cmd := newFigureCommand(s, cobra.Command{
		Use:   "convergence RECORD... -o FILE",
		Short: "Draw the error against the episodes played",
		Long: `Draw learning curves. Records that differ in the seed alone are one curve: their
mean, with Student's interval as a band; the key says how many they are. A single
seed has no band.

  rmse           the root mean square error of q(s,a), against the exact action
                 values of the best policy
  gap            how much the learned policy falls short of the best one with the
                 same exploration, in the worst state
  greedy-gap     how much the greedy policy about the learned actions falls short of
                 the optimal one, in the worst state
  return         the exact expected discounted return of the learned policy from the
                 start distribution
  greedy-return  that of the greedy policy

Axes are logarithmic; those of gaps and returns are linear, as they may be 0, and so
is that of an error that is 0 throughout. Records of an older version have rmse and
gap alone.`,
		Example: `  mcrl plot convergence runs/* -o curves.svg
  mcrl plot convergence runs/es-* --metric gap --x steps -o gap.svg
  mcrl plot convergence runs/soft-* runs/es-* --metric greedy-gap -o both.svg`,
	}, func(runs []savedRun) (plots.Drawable, paper, error) {
		figure, err := drawCurves(runs, o)
		return figure, paper{6.5 * vg.Inch, 4.2 * vg.Inch}, err
	})
	f := cmd.Flags()
	f.StringVar(&o.metric, "metric", "rmse", "what is drawn: rmse, gap, greedy-gap, return or greedy-return")
	f.StringVar(&o.axis, "x", "episodes", "against what: episodes, steps or iterations")
	f.Var(&o.level, "level", "the confidence level of the bands, in (0, 1)")
	f.BoolVar(&o.each, "each", false, "a curve for each record")
	f.BoolVar(&o.linear, "linear", false, "linear axes")
	_ = cmd.RegisterFlagCompletionFunc("metric", completeFrom(metrics...))
	_ = cmd.RegisterFlagCompletionFunc("x", completeFrom(axes...))
	return cmd
}

func (o curveOptions) validate() error {
	var errs []error
	for _, f := range []struct {
		name, value string
		known       []string
	}{{"metric", o.metric, metrics}, {"x", o.axis, axes}} {
		if !slices.Contains(f.known, f.value) {
			errs = append(errs, usageErrorf("--%s = %s: want one of %s%s", f.name, f.value, strings.Join(f.known, ", "), suggest(f.value, f.known)))
		}
	}
	if !(o.level > 0 && o.level < 1) {
		errs = append(errs, usageErrorf("--level = %v: want a number between 0 and 1", o.level))
	}
	return errors.Join(errs...)
}

func drawCurves(runs []savedRun, o curveOptions) (*plots.Figure, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	families, err := o.families(runs)
	if err != nil {
		return nil, err
	}
	var curves []plots.Curve
	for i, f := range families {
		c, err := o.curve(f)
		if err != nil {
			return nil, err
		}
		c.Label = label(families, i, o)
		curves = append(curves, c)
	}
	titles := map[string]string{"rmse": "root mean square error of q", "gap": "gap to the best policy", "greedy-gap": "gap of the greedy policy to the optimum",
		"return": "expected return", "greedy-return": "expected return of the greedy policy"}
	positive := !slices.ContainsFunc(curves, func(c plots.Curve) bool { return !hasPositive(c) })
	return plots.Convergence(curves, plots.ConvergenceOptions{XLabel: o.axis, YLabel: titles[o.metric], Title: commonTitle(families),
		LogX: !o.linear, LogY: !o.linear && positive && o.metric == "rmse"})
}

// families puts together the records that differ in the seed alone, in the order in which they are given.
func (o curveOptions) families(runs []savedRun) ([][]savedRun, error) {
	var list [][]savedRun
	index := map[string]int{}
	for _, r := range runs {
		spec := r.Spec
		spec.Seed, spec.Episodes = 0, 0
		text, err := json.Marshal(spec)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.path, err)
		}
		key := string(text)
		if o.each {
			key = r.path
		}
		i, known := index[key]
		if !known {
			i = len(list)
			index[key] = i
			list = append(list, nil)
		}
		if slices.ContainsFunc(list[i], func(x savedRun) bool { return x.Spec.Seed == r.Spec.Seed }) {
			return nil, usageErrorf("%s: the same run as another record, with the same seed %d: want it once%s", r.path, r.Spec.Seed, choose(o.each, "", ", or --each"))
		}
		list[i] = append(list[i], r)
	}
	return list, nil
}

// curve is the mean of a family at the points that all its records have.
func (o curveOptions) curve(family []savedRun) (plots.Curve, error) {
	var c plots.Curve
	for _, p := range family[0].Points {
		var y, x estimate.Variance
		for _, r := range family {
			i, found := slices.BinarySearchFunc(r.Points, p.Episodes, func(q experiment.Point, n int64) int {
				return cmp.Compare(q.Episodes, n)
			})
			if !found {
				continue
			}
			if value := o.value(r.Points[i]); value != nil {
				y.Add(*value)
				x.Add(o.at(r.Points[i]))
			}
		}
		if y.N() < int64(len(family)) || x.Mean() == 0 && !o.linear {
			continue
		}
		c.X, c.Y = append(c.X, x.Mean()), append(c.Y, y.Mean())
		if len(family) > 1 {
			band := estimate.StudentT(y, float64(o.level))
			c.Lo, c.Hi = append(c.Lo, band.Lo), append(c.Hi, band.Hi)
		}
	}
	if c.X == nil {
		return c, usageErrorf("%s: no point with a finite %s that all records of this curve share%s", family[0].path, o.metric, family[0].whyNot())
	}
	return c, nil
}

func (o curveOptions) value(p experiment.Point) *float64 {
	switch o.metric {
	case "gap":
		return p.Gap
	case "greedy-gap":
		return p.GreedyGap
	case "return":
		return p.Return
	case "greedy-return":
		return p.GreedyReturn
	}
	return p.RMSE
}

func (o curveOptions) at(p experiment.Point) float64 {
	switch o.axis {
	case "steps":
		return float64(p.Steps)
	case "iterations":
		return float64(p.Iterations)
	}
	return float64(p.Episodes)
}

// aboutProblem is the number of phrases that name algorithm and problem, before those of the learning rules.
const aboutProblem = 4

// about lists what tells families apart, the most telling first.
func about(r savedRun) []string {
	return append([]string{string(r.Spec.Algorithm), r.Spec.Env.Name(), "gamma = " + shortest(r.Spec.Gamma), fmt.Sprintf("T = %d", r.Spec.Horizon)},
		learningRules(r.Spec)...)
}

// learningRules says in words how the options of a spec learn: always the same number of phrases, empty where there is nothing to
// say.
func learningRules(s experiment.Spec) []string {
	var epsilon string
	var o mc.StartsOptions
	switch {
	case s.Basic != nil:
		o = mc.StartsOptions{Visit: s.Basic.Visit, Average: s.Basic.Average, Step: s.Basic.Step, Ties: s.Basic.Ties, Episodes: s.Basic.Episodes}
	case s.Starts != nil:
		o = *s.Starts
	case s.EpsilonGreedy != nil:
		o, epsilon = s.EpsilonGreedy.StartsOptions, "eps = "+shortest(s.EpsilonGreedy.Epsilon.Start)
		if d := s.EpsilonGreedy.Epsilon.Decay; d != mc.Constant {
			epsilon += ", " + d.String()
		}
	}
	visit, average := o.Visit.String(), o.Average.String()+" average"
	if o.Visit == mc.VisitAsPrinted {
		visit = choose(s.Basic != nil, "initial", "every")
	}
	if o.Average == mc.AverageAsPrinted {
		average = choose(s.Basic != nil, "reset", "cumulative") + " average"
	}
	switch {
	case o.Step.Constant != 0:
		average = "alpha = " + shortest(o.Step.Constant)
	case o.Step.Power != 0:
		average = "alpha = 1/n^" + shortest(o.Step.Power)
	}
	improve := o.Improve.String()
	if o.Improve == mc.ImproveBatch {
		improve = fmt.Sprint("batches of ", o.Batch)
	}
	return []string{epsilon, visit + " visit", average, "improve by " + improve, o.Ties.String() + " tie", o.Starts.String(),
		fmt.Sprint(max(o.Episodes, 1), " a pair"), fmt.Sprint("tail ", o.Tail)}
}

func choose(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// label names family i by what it does not share with all others; by its path where that is not enough.
func label(families [][]savedRun, i int, o curveOptions) string {
	mine := about(families[i][0])
	text := mine[0]
	alone := true
	for j, other := range families {
		alone = alone && (j == i || !slices.Equal(mine, about(other[0])))
	}
	for k := 1; k < len(mine); k++ {
		if mine[k] != "" && slices.ContainsFunc(families, func(f []savedRun) bool { return about(f[0])[k] != mine[k] }) {
			text += ", " + mine[k]
		}
	}
	if !alone {
		text += ", " + families[i][0].path
	}
	if len(families) > 1 {
		text = strings.TrimPrefix(text, sharedAlgorithm(families))
	}
	if n := len(families[i]); n > 1 {
		text += fmt.Sprintf(" (mean of %d seeds, %s t interval)", n, percent(float64(o.level)))
	}
	return text
}

// sharedAlgorithm is the beginning of every label where all families have one algorithm and something else tells them apart.
func sharedAlgorithm(families [][]savedRun) string {
	algorithm := about(families[0][0])[0]
	if slices.ContainsFunc(families, func(f []savedRun) bool { return about(f[0])[0] != algorithm }) {
		return ""
	}
	return algorithm + ", "
}

// commonTitle lists what all families share.
func commonTitle(families [][]savedRun) string {
	title := ""
	for k, text := range about(families[0][0])[:aboutProblem] {
		if k == 0 && sharedAlgorithm(families) == "" || text == "" || slices.ContainsFunc(families, func(f []savedRun) bool { return about(f[0])[k] != text }) {
			continue
		}
		if title != "" {
			title += ", "
		}
		title += text
	}
	return title
}
