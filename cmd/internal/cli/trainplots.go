package cli

import (
	"errors"
	"fmt"
	"io"

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
	drawable      plots.Drawable
}

// The names of the figures.
const (
	convergencePicture = "convergence.svg"
	policyPicture      = "policy.svg"
	valuesPicture      = "values.svg"
	visitsPicture      = "visits.svg"
)

func (t *training) removePictures() error {
	var errs []error
	for _, name := range []string{convergencePicture, policyPicture, valuesPicture, visitsPicture} {
		errs = append(errs, t.dir.Remove(name))
	}
	return errors.Join(errs...)
}

// draw writes the figures of a record and removes those of an earlier one that it does not have.
func (t *training) draw(r *experiment.Record) error {
	pictures, err := runPictures(t.trial.Grid(), r)
	if err != nil {
		return err
	}
	for _, p := range pictures {
		if p.drawable == nil {
			err = t.dir.Remove(p.name)
		} else {
			err = t.dir.Write(p.name, func(w io.Writer) error { return plots.Write(p.drawable, p.width, p.height, w, "svg") })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// runPictures are the figures of a record; those that it cannot have are nil.
func runPictures(g *env.Grid, r *experiment.Record) ([]runPicture, error) {
	title := fmt.Sprintf("%s on %s", algorithmTitles[r.Spec.Algorithm], r.Spec.Env.Name)
	curve, err := learningCurve(r, title)
	if err != nil {
		return nil, err
	}
	policy, err := plots.Policy(g, policyOf(g, r), plots.PolicyOptions{Title: "Learned policy: " + title})
	if err != nil {
		return nil, err
	}
	values, panels, err := valuePanels(g, r)
	if err != nil {
		return nil, err
	}
	visits, err := plots.Visits(g, func(s env.State, a env.Action) int64 { return r.N[int(s)*g.NumActions()+int(a)] },
		plots.VisitsOptions{Title: "Returns behind each value: " + title, Label: "returns", Total: g.NumStates() > 2500})
	if err != nil {
		return nil, err
	}
	return []runPicture{
		{convergencePicture, 6 * vg.Inch, 4 * vg.Inch, curve},
		{policyPicture, 5 * vg.Inch, 5 * vg.Inch, policy},
		{valuesPicture, vg.Length(4*panels) * vg.Inch, 4.5 * vg.Inch, values},
		{visitsPicture, 5.5 * vg.Inch, 5.5 * vg.Inch, visits},
	}, nil
}

// learningCurve draws gap and rmse against episodes; nil where the record has no exact values.
func learningCurve(r *experiment.Record, title string) (plots.Drawable, error) {
	gap := plots.Curve{Label: "value gap of the policy (where not 0)"}
	rmse := plots.Curve{Label: "error of q (root mean square)"}
	positive := false
	for _, p := range r.Points {
		if p.Episodes == 0 {
			continue
		}
		if p.Gap != nil {
			gap.X, gap.Y = append(gap.X, float64(p.Episodes)), append(gap.Y, *p.Gap)
			positive = positive || *p.Gap > 0
		}
		if p.RMSE != nil {
			rmse.X, rmse.Y = append(rmse.X, float64(p.Episodes)), append(rmse.Y, *p.RMSE)
			positive = positive || *p.RMSE > 0
		}
	}
	var curves []plots.Curve
	for _, c := range []plots.Curve{gap, rmse} {
		if len(c.X) > 0 {
			curves = append(curves, c)
		}
	}
	if curves == nil {
		return nil, nil
	}
	return plots.Convergence(curves, plots.ConvergenceOptions{Title: title, XLabel: "episodes", YLabel: "in units of value", LogX: true, LogY: positive})
}

// policyOf is the learned policy, pi(a | s).
func policyOf(g *env.Grid, r *experiment.Record) func(s env.State, a env.Action) float64 {
	p, err := env.NewSoft(r.Policy, g.NumActions(), r.Epsilon)
	return func(s env.State, a env.Action) float64 {
		if err != nil || g.Terminal(s) {
			return 0
		}
		return p.Prob(s, a)
	}
}

// learnedValues are the estimates of the values of the learned policy, v(s) = sum_a pi(a | s) q(s, a).
func learnedValues(g *env.Grid, r *experiment.Record) []float64 {
	pi, actions := policyOf(g, r), g.NumActions()
	v := make([]float64, g.NumStates())
	for i, q := range r.Q {
		v[i/actions] += float64(pi(env.State(i/actions), env.Action(i%actions)) * q)
	}
	return v
}

// valuePanels puts the learned values beside the exact ones, on one colour scale.
func valuePanels(g *env.Grid, r *experiment.Record) (plots.Drawable, int, error) {
	all := []struct {
		title string
		v     []float64
	}{
		{"Learned values", learnedValues(g, r)},
		{"Exact values of the learned policy", r.Exact.Policy},
		{"Exact values of the " + bestName(r), r.Exact.Best},
	}
	lo, hi := all[0].v[0], all[0].v[0]
	for _, panel := range all {
		for _, x := range panel.v {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	var panels []plots.Drawable
	for _, panel := range all {
		if panel.v == nil {
			continue
		}
		f, err := plots.Values(g, panel.v, plots.ValuesOptions{Title: panel.title, Min: lo, Max: hi})
		if err != nil {
			return nil, 0, err
		}
		panels = append(panels, f)
	}
	page, err := plots.Page(panels, plots.PageOptions{})
	return page, len(panels), err
}

// bestName names the policy that the learned one is compared with.
func bestName(r *experiment.Record) string {
	if r.Epsilon > 0 {
		return "best epsilon-greedy policy"
	}
	return "optimal policy"
}
