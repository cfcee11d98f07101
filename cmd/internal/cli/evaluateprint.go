package cli

import (
	"fmt"
	"math"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/offpolicy"
	"example.com/mcrl/plots"
)

// evaluateDocument is what `mcrl evaluate --json` prints; null is what is not known or not asked for.
type evaluateDocument struct {
	Files    []string           `json:"files"`
	Target   policyDocument     `json:"target"`
	Behavior *policyDocument    `json:"behavior"`
	Env      *string            `json:"env"`
	Gamma    float64            `json:"gamma"`
	Horizon  *int               `json:"horizon"`
	States   int                `json:"states"`
	Actions  int                `json:"actions"`
	Rows     int64              `json:"rows"`
	LeftOut  int64              `json:"left_out"`
	Unlike   *int64             `json:"steps_unlike_env"` // that the model rules out
	Exact    *exactValue        `json:"exact"`
	Verdict  *offpolicy.Verdict `json:"verdict"`
	Result   *offpolicy.Result  `json:"result"`
}

// policyDocument is a policy as the flags name it.
type policyDocument struct {
	Policy  string   `json:"policy"`
	Epsilon *float64 `json:"epsilon"`
}

func (e *evaluation) document(o evaluateOptions) evaluateDocument {
	d := evaluateDocument{Files: o.files, Target: policyDocument{o.target, epsilonOf(e.problem.Target)}, Gamma: float64(o.gamma),
		Horizon: o.horizon, States: e.world.states, Actions: e.world.actions, Rows: e.log.rows, LeftOut: e.leftOut.n,
		Exact: e.exact, Verdict: e.model.verdict, Result: e.result}
	if o.behavior != "" {
		d.Behavior = &policyDocument{o.behavior, epsilonOf(e.problem.Behaviour)}
	}
	if o.env != "" {
		d.Env, d.Unlike = &o.env, &e.check.impossible
	}
	return d
}

// epsilonOf is the exploration of an epsilon-greedy policy; nil of any other.
func epsilonOf(p offpolicy.Policy) *float64 {
	soft, ok := p.(*env.Soft)
	if !ok {
		return nil
	}
	epsilon := soft.Epsilon()
	return &epsilon
}

// print writes the table.
func (e *evaluation) print(s *streams, o evaluateOptions) error {
	if len(e.log.ignored) > 0 {
		s.notef("columns that are not read: %s", strings.Join(e.log.ignored, ", "))
	}
	r, d := e.result, e.result.Diagnostics
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s episodes, %s steps, the longest %s; gamma = %s\n\n", s.paint(bold, "Value of "+named(o.target, e.problem.Target)),
		grouped(r.Episodes), grouped(r.Steps), grouped(int64(r.Longest)), shortest(float64(o.gamma)))
	fmt.Fprintf(&b, "%-26s  %11s  %10s  %s", "estimator", "value", "std. error", percent(r.Level)+" interval")
	if e.exact != nil {
		fmt.Fprintf(&b, "%24s", "off by")
	}
	fmt.Fprintln(&b)
	for _, x := range r.Estimates {
		b.WriteString(strings.TrimRight(e.line(x), " ") + "\n")
	}
	if e.exact != nil {
		fmt.Fprintf(&b, "%-26s  %11.6g  from the starts of the episodes (error below %.0e)\n", "exactly", e.exact.Logs, e.exact.Bound)
		if x := e.exact.Start; x != nil && math.Abs(*x-e.exact.Logs) > 1e-9*math.Abs(*x) {
			fmt.Fprintf(&b, "%-26s  %11.6g  from those of the environment\n", "", *x)
		}
	}
	fmt.Fprintf(&b, "\n%-26s  %11.6g  of %s episodes, %s of them with weight\n", "effective sample size", d.ESS, grouped(r.Episodes), grouped(d.Positive))
	fmt.Fprintf(&b, "%-26s  %10.3g%%  of the weight of all episodes\n", "largest weight", 100*d.MaxShare)
	fmt.Fprintf(&b, "%-26s  %11.6g  should be 1", "mean weight", d.MeanWeight)
	if z := d.ZScore; z-z == 0 {
		fmt.Fprintf(&b, ": off by %.2f standard errors", z)
	}
	b.WriteString("\n" + e.remarks(o))
	if n := e.check.impossible; n > 0 {
		fmt.Fprintf(&b, "%s %s of %s steps cannot happen in %s. The first: %s.\n", s.paint(red, "Warning:"), grouped(n), grouped(r.Steps), o.env, e.check.first)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "%s %s\n", s.paint(red, "Warning:"), w.Detail)
	}
	_, err := s.Out.Write([]byte(b.String()))
	return err
}

// line is the row of one estimator.
func (e *evaluation) line(x offpolicy.Estimate) string {
	row := fmt.Sprintf("%-26s  %11.6g  ", x.Estimator, x.Value)
	if x.Interval == nil {
		return row + fmt.Sprintf("%10s  (%s)", "", x.Note)
	}
	row += fmt.Sprintf("%10.3g  ", x.StdErr)
	ends := fmt.Sprintf("%.6g to %.6g", x.Interval.Lo, x.Interval.Hi)
	if e.exact == nil {
		return row + ends
	}
	off := "-"
	if x.StdErr > 1e-12*max(1, math.Abs(x.Value)) { // more than rounding
		off = fmt.Sprintf("%.2f s.e.", (x.Value-e.exact.Logs)/x.StdErr)
	}
	return row + fmt.Sprintf("%-24s  %12s", ends, off)
}

// remarks say what the model adds.
func (e *evaluation) remarks(o evaluateOptions) string {
	var b strings.Builder
	if n := e.result.Truncated; n > 0 {
		fmt.Fprintf(&b, "%-26s  %11s  by a last step that ends no episode", "episodes cut", grouped(n))
		if o.horizon == nil {
			fmt.Fprintf(&b, "; --horizon T makes the exact value that of episodes so cut")
		}
		fmt.Fprintln(&b)
	}
	switch v := e.model.verdict; {
	case v != nil && v.Growth.Hi == 0:
		fmt.Fprintf(&b, "%-26s  by the model: every episode ends within |S| steps\n", "E[weight^2] is finite")
	case v != nil:
		fmt.Fprintf(&b, "%-26s  %11.6g  a step, by the model; with gamma, %.6g\n", "E[weight^2] grows by", v.Growth.Hi, v.Discounted.Hi)
	case e.world.model != nil:
		fmt.Fprintf(&b, "(with --behavior, the model tells whether the variances are finite)\n")
	}
	return b.String()
}

// named is a policy in words.
func named(name string, p offpolicy.Policy) string {
	if epsilon := epsilonOf(p); epsilon != nil && *epsilon > 0 && name != "uniform" {
		return fmt.Sprintf("%s, epsilon = %s", name, shortest(*epsilon))
	}
	return name
}

// figure is the forest plot.
func (e *evaluation) figure(o evaluateOptions) (*plots.Figure, error) {
	r := e.result
	var effects []plots.Effect
	for _, x := range r.Estimates {
		if math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
			continue
		}
		y := plots.Effect{Label: x.Estimator.String(), Value: x.Value, Lo: math.NaN(), Hi: math.NaN(), Text: fmt.Sprintf("%.4g", x.Value)}
		if x.Interval != nil {
			y.Lo, y.Hi = x.Interval.Lo, x.Interval.Hi
		} else {
			y.Text += ", no interval"
		}
		effects = append(effects, y)
	}
	if effects == nil {
		return nil, usageErrorf("--plot: no estimate is a finite number: nothing can be drawn")
	}
	p := plots.ForestOptions{Title: plots.Legible(fmt.Sprintf("Value of %s, by %s episodes", named(o.target, e.problem.Target), grouped(r.Episodes))),
		XLabel: percent(r.Level) + " intervals; worth " + worth(r.Diagnostics.ESS) + " of the target"}
	if e.exact != nil {
		p.References = []plots.Reference{{Label: fmt.Sprintf("exactly %.4g", e.exact.Logs), Y: e.exact.Logs}}
	}
	return plots.Forest(effects, p)
}

// worth is a number of episodes in words.
func worth(ess float64) string {
	n := int64(math.Round(ess))
	return grouped(n) + choose(n == 1, " episode", " episodes")
}
