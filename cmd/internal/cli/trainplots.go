package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

// algorithmTitles are the names of the algorithms in headings and figures.
var algorithmTitles = map[experiment.Algorithm]string{
	experiment.Basic: "MC Basic", experiment.ExploringStarts: "MC Exploring Starts", experiment.EpsilonGreedy: "MC epsilon-greedy",
}

// runPicture is one figure of a run directory.
type runPicture struct {
	name          string
	width, height vg.Length
	tooLarge      string // why it is not drawn; "": it is
	make          func() (plots.Drawable, error)
}

// The names of the figures.
const (
	convergencePicture = "convergence.svg"
	policyPicture      = "policy.svg"
	valuesPicture      = "values.svg"
	visitsPicture      = "visits.svg"
	intervalsPicture   = "intervals.svg"
)

func (t *training) removePictures() error {
	var errs []error
	for _, name := range []string{convergencePicture, policyPicture, valuesPicture, visitsPicture, intervalsPicture} {
		errs = append(errs, t.dir.Remove(name))
	}
	return errors.Join(errs...)
}

// draw writes the figures of a record and removes those of an earlier one that it does not have. A figure that fails costs
// nothing but itself: the error, with exit code 3, names each. When ctx ends no figure is left.
func (t *training) draw(ctx context.Context, r *experiment.Record) error {
	var errs []error
	for _, p := range runPictures(t.trial.Model(), r) {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, t.removePictures())
		}
		err := t.dir.Remove(p.name)
		if err == nil {
			err = t.drawOne(p)
		}
		if err != nil {
			errs = append(errs, &exitError{exitPartly, fmt.Errorf("%s is not drawn: %w", p.name, err)})
		}
	}
	return errors.Join(errs...)
}

func (t *training) drawOne(p runPicture) error {
	if p.tooLarge != "" {
		t.s.notef("%s is not drawn: %s", p.name, p.tooLarge)
		return nil
	}
	figure, err := p.make()
	if err != nil || figure == nil {
		return err
	}
	return t.dir.Write(p.name, func(w io.Writer) error { return plots.Write(figure, p.width, p.height, w, "svg") })
}

// The largest grids of which figures are drawn: with something for each action, and with one colour a cell.
const (
	maxActionCells = 100 * 100
	maxColorCells  = 200 * 200
)

// runPictures are the figures of a record. They are made one by one; those that the record cannot have are nil.
func runPictures(m *experiment.Model, r *experiment.Record) []runPicture {
	title := fmt.Sprintf("%s on %s", algorithmTitles[r.Spec.Algorithm], r.Spec.Env.Name())
	curve := runPicture{convergencePicture, 6 * vg.Inch, 4 * vg.Inch, "", func() (plots.Drawable, error) { return learningCurve(r, title) }}
	g, ok := onBoard(m)
	if !ok {
		return []runPicture{curve}
	}
	rows, cols := g.Dims()
	limit := func(most int) string {
		if rows*cols <= most {
			return ""
		}
		return fmt.Sprintf("%d cells, more than %d", rows*cols, most)
	}
	height := func(width, usual vg.Length) vg.Length {
		if cols <= 2*rows {
			return usual
		}
		return min(usual, width*vg.Length(rows)/vg.Length(cols)+1.2*vg.Inch) // a flat board, its title and legend
	}
	panels := valuePanelsOf(m, r)
	list := []runPicture{
		curve,
		{policyPicture, 5 * vg.Inch, height(5*vg.Inch, 5*vg.Inch), limit(maxActionCells), func() (plots.Drawable, error) {
			return plots.Policy(g, policyOf(m, r), plots.PolicyOptions{Title: "Learned policy: " + title, Marked: r.Undecided(m.Table), MarkLabel: undecidedLabel})
		}},
		{valuesPicture, vg.Length(4*len(panels)) * vg.Inch, height(4*vg.Inch, 4.5*vg.Inch), limit(maxColorCells), func() (plots.Drawable, error) {
			return drawPanels(g, panels)
		}},
		{visitsPicture, 5.5 * vg.Inch, height(5.5*vg.Inch, 5.5*vg.Inch), limit(maxColorCells), func() (plots.Drawable, error) {
			return plots.Visits(g, func(s env.State, a env.Action) int64 { return r.N[int(s)*g.NumActions()+int(a)] },
				plots.VisitsOptions{Title: "Returns behind each value: " + title, Label: "returns", Total: g.NumStates() > 2500})
		}},
	}
	if r.Intervals != nil {
		p := intervalPicture(g, r, title, limit(maxActionCells))
		p.height = height(p.width, p.height)
		list = append(list, p)
	}
	return list
}

// learningCurve draws gap and rmse against episodes, without a curve that is 0 throughout where the other is not, as the axis
// is logarithmic; nil where the record has no exact values.
func learningCurve(r *experiment.Record, title string) (plots.Drawable, error) {
	gap := plots.Curve{Label: "value gap of the policy (where not 0)"}
	rmse := plots.Curve{Label: "error of q (root mean square)"}
	for _, p := range r.Points {
		if p.Episodes == 0 {
			continue
		}
		if p.Gap != nil {
			gap.X, gap.Y = append(gap.X, float64(p.Episodes)), append(gap.Y, *p.Gap)
		}
		if p.RMSE != nil {
			rmse.X, rmse.Y = append(rmse.X, float64(p.Episodes)), append(rmse.Y, *p.RMSE)
		}
	}
	var all, positive []plots.Curve
	for _, c := range []plots.Curve{gap, rmse} {
		if len(c.X) > 0 {
			all = append(all, c)
		}
		if hasPositive(c) {
			positive = append(positive, c)
		}
	}
	if all == nil {
		return nil, nil
	}
	o := plots.ConvergenceOptions{Title: title, XLabel: "episodes", YLabel: "in units of value", LogX: true, LogY: positive != nil}
	if positive == nil {
		return plots.Convergence(all, o)
	}
	return plots.Convergence(positive, o)
}

// hasPositive reports whether a logarithmic axis can show anything of a curve.
func hasPositive(c plots.Curve) bool {
	return slices.ContainsFunc(c.Y, func(y float64) bool { return y > 0 })
}

// policyOf is the learned policy, pi(a | s).
func policyOf(g *experiment.Model, r *experiment.Record) func(s env.State, a env.Action) float64 {
	p, err := env.NewSoft(r.Policy, g.NumActions(), r.Epsilon)
	return func(s env.State, a env.Action) float64 {
		if err != nil || g.Terminal(s) {
			return 0
		}
		return p.Prob(s, a)
	}
}

// learnedValues are the estimates of the values of the learned policy, v(s) = sum_a pi(a | s) q(s, a).
func learnedValues(g *experiment.Model, r *experiment.Record) []float64 {
	pi, actions := policyOf(g, r), g.NumActions()
	v := make([]float64, g.NumStates())
	for i, q := range r.Q {
		v[i/actions] += float64(pi(env.State(i/actions), env.Action(i%actions)) * q)
	}
	return v
}

// titled are values with the title of their panel.
type titled struct {
	title string
	v     []float64
}

// valuePanelsOf lists the learned values and the exact ones, as far as the record has them.
func valuePanelsOf(g *experiment.Model, r *experiment.Record) []titled {
	list := []titled{
		{"Learned values", learnedValues(g, r)},
		{"Exact values of the learned policy", r.Exact.Policy},
		{"Exact values of the " + bestName(r), r.Exact.Best},
	}
	return slices.DeleteFunc(list, func(p titled) bool { return p.v == nil })
}

// drawPanels puts values side by side, on one colour scale.
func drawPanels(g boarded, list []titled) (plots.Drawable, error) {
	var all [][]float64
	for _, p := range list {
		all = append(all, p.v)
	}
	lo, hi := commonScale(all)
	var panels []plots.Drawable
	for _, p := range list {
		f, err := plots.Values(g, p.v, plots.ValuesOptions{Title: p.title, Min: lo, Max: hi})
		if err != nil {
			return nil, err
		}
		panels = append(panels, f)
	}
	return plots.Page(panels, plots.PageOptions{})
}

// commonScale is the range of all values; 0, 0, which leaves it to each figure, where they are one number.
func commonScale(all [][]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range all {
		lo, hi = min(lo, slices.Min(v)), max(hi, slices.Max(v))
	}
	if lo == hi {
		return 0, 0
	}
	return lo, hi
}

// bestName names the policy that the learned one is compared with.
func bestName(r *experiment.Record) string {
	if r.Epsilon > 0 {
		return "best epsilon-greedy policy"
	}
	return "optimal policy"
}
