package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// trained is what `mcrl train --json` prints.
type trained struct {
	Directory   string                  `json:"directory"`
	Record      json.RawMessage         `json:"record"`
	Coverage    covered                 `json:"coverage"`
	Certificate *experiment.Certificate `json:"certificate,omitempty"`
}

// print shows what was learned beside what is true, and what is proven; interrupted, so far.
func (t *training) print(r *experiment.Record, text []byte, proof *experiment.Certificate, interrupted bool) error {
	if t.o.json {
		return writeJSON(t.s.Out, trained{t.dir.Path(), bytes.TrimSpace(text), t.coverage(), proof})
	}
	m := t.trial.Model()
	var b strings.Builder
	epsilon := ""
	if r.Spec.EpsilonGreedy != nil {
		epsilon = ", epsilon " + shortest(r.Epsilon)
	}
	fmt.Fprintf(&b, "%s, gamma %s%s, horizon %d, seed %d: %s episodes, %s steps\n",
		t.s.paint(bold, algorithmTitles[r.Spec.Algorithm]+" on "+r.Spec.Env.Name()), shortest(r.Spec.Gamma), epsilon, r.Spec.Horizon, r.Spec.Seed,
		grouped(r.Progress.Episodes), grouped(r.Progress.Steps))
	b.WriteString(settings(r.Spec))
	if g, ok := onBoard(m); ok {
		b.WriteString(t.boards(g, r))
	} else {
		b.WriteString(summary(m, r))
	}
	b.WriteString(t.comparison(r))
	b.WriteString(shortfall(m, r))
	b.WriteString(printedCertificate(m, r, proof, interrupted))
	fmt.Fprintf(&b, "\nwritten to %s\n", t.dir.Path())
	_, err := t.s.Out.Write([]byte(b.String()))
	return err
}

// settings says what differs from the book.
func settings(spec experiment.Spec) string {
	number := map[experiment.Algorithm]string{experiment.Basic: "5.1", experiment.ExploringStarts: "5.2", experiment.EpsilonGreedy: "5.3"}[spec.Algorithm]
	list := departures(spec)
	if settingsAsPrinted(spec) {
		return fmt.Sprintf("settings: Algorithm %s as printed\n", number)
	}
	return fmt.Sprintf("not as printed in Algorithm %s (--as-printed is):\n  %s\n", number, strings.Join(list, "\n  "))
}

// boards shows policy and values beside the exact values.
func (t *training) boards(g boarded, r *experiment.Record) string {
	policy, values := t.s.arrowBoard(g, r.Policy, r.Undecided(g.Table)), t.s.valueBoard(g, learnedValues(g.Model, r))
	if policy == "" || values == "" {
		return "\n(the grid is too large to print; " + experiment.RecordFile + " and the figures have it)\n"
	}
	out := "\n" + beside("learned policy", policy, "learned values", values)
	if r.Exact.Best == nil {
		return out
	}
	exact := "  infinite: it never ends\n"
	if r.Exact.Policy != nil {
		exact = t.s.valueBoard(g, r.Exact.Policy)
	}
	out += "\n" + beside("exact values of the learned policy", exact, "of the "+bestName(r), t.s.valueBoard(g, r.Exact.Best))
	if r.Exact.Optimum != nil && !slices.Equal(r.Exact.Optimum, r.Exact.Best) {
		out += "\noptimal values v*, without exploration\n" + t.s.valueBoard(g, r.Exact.Optimum)
	}
	return out
}

// beside puts two boards side by side, or one above the other where they are too wide.
func beside(titleA, a, titleB, b string) string {
	left := append([]string{titleA}, strings.Split(strings.TrimSuffix(a, "\n"), "\n")...)
	right := append([]string{titleB}, strings.Split(strings.TrimSuffix(b, "\n"), "\n")...)
	width := 38
	for _, line := range left {
		width = max(width, printedWidth(line))
	}
	var out strings.Builder
	if width > 60 {
		fmt.Fprintf(&out, "%s\n\n%s\n", strings.Join(left, "\n"), strings.Join(right, "\n"))
		return out.String()
	}
	for i := range max(len(left), len(right)) {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		line := l + strings.Repeat(" ", width+2-printedWidth(l)) + r
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

// printedWidth is the number of characters of a line on the screen, escape sequences not counted.
func printedWidth(line string) int {
	n := utf8.RuneCountInString(line)
	for rest := line; ; {
		_, after, found := strings.Cut(rest, "\x1b[")
		if !found {
			return n
		}
		code, tail, _ := strings.Cut(after, "m")
		n -= len("\x1b[m") + utf8.RuneCountInString(code)
		rest = tail
	}
}

// comparison lists the figures that say how far the result can be trusted.
func (t *training) comparison(r *experiment.Record) string {
	g := t.trial.Model()
	var b strings.Builder
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "%-34s %s\n", what, fmt.Sprintf(format, args...))
	}
	b.WriteString("\n")
	e := r.Exact
	switch {
	case e.Skipped != "":
		line("exact values", "none: %s", e.Skipped)
	case e.Policy == nil:
		line("value gap of the policy", "infinite: it never ends")
	default:
		gap, where := largest(e.Best, e.Policy)
		line("value gap of the policy", "%s (%s the largest |v|)", worst(g, gap, where), shareOf(gap/magnitude(e.Best)))
		off, where := largest(learnedValues(g, r), e.Policy)
		line("largest error of a learned value", "%s", worst(g, off, where))
	}
	if last := r.Points[len(r.Points)-1]; last.RMSE != nil {
		line("error of q (root mean square)", "%s", fourDecimals(*last.RMSE))
	}
	if e.Greedy != nil && e.Optimum != nil {
		gap, where := largest(e.Optimum, e.Greedy)
		line("gap of its greedy policy to v*", "%s", worst(g, gap, where))
	}
	line("episodes cut by the horizon", "%s", inPercent(r.Progress.TruncatedShare()))
	switch {
	case r.Spec.Gamma == 1:
		line("truncation bound", "none: gamma = 1")
	case r.TruncationBound == nil:
		line("truncation bound", "none: it is infinite")
	default:
		line("truncation bound", "%.2g on the return of a first step", *r.TruncationBound)
	}
	switch {
	case r.Certain != nil:
		line("proven", "the policy within %.2g of the best, q within %.2g", r.Certain.Loss, r.Certain.Error)
	case r.Spec.UntilCertain > 0:
		line("proven", "nothing yet: greedy actions still change, or pairs are unvisited")
	}
	intervalLines(g, r, line)
	t.coverage().lines(r, line)
	line("improvements of the policy", "%s", improvements(g, r))
	return b.String()
}

// shortfall says what to do where the learned policy is more than 1% short of the best one, and with the book's settings of
// exploring starts and epsilon-greedy what they cost.
func shortfall(g *experiment.Model, r *experiment.Record) string {
	if r.Exact.Policy == nil || r.Exact.Best == nil {
		return ""
	}
	gap, _ := largest(r.Exact.Best, r.Exact.Policy)
	share := gap / magnitude(r.Exact.Best)
	switch {
	case r.Spec.Basic == nil && settingsAsPrinted(r.Spec):
		off, _ := largest(learnedValues(g, r), r.Exact.Policy)
		return fmt.Sprintf("\nas printed, the policy is %s short of the %s and a learned value is up to %s of the largest |v| off;\n"+
			"without --as-printed, averages forget old policies and the ends of cut episodes are not scored\n",
			inPercent(share), bestName(r), inPercent(off/magnitude(r.Exact.Best)))
	case !(share > 0.01):
		return ""
	}
	discount := ""
	if r.Spec.Gamma == 1 && r.Progress.TruncatedShare() > 0.1 {
		discount = ",\nand so may --gamma below 1: with 1, policies that hardly ever end are worse than what the horizon shows of them"
	}
	short := inPercent(share) + " short"
	if share >= manyTimes {
		short = "far short"
	}
	return fmt.Sprintf("\nthe policy is still %s of the %s: more --episodes, with a larger %s, may close the gap%s\n",
		short, bestName(r), choose(r.Spec.Basic != nil, "--per-pair", "--batch"), discount)
}

func settingsAsPrinted(spec experiment.Spec) bool { return departures(spec) == nil }

// improvements counts the iterations, and says where the last one is incomplete.
func improvements(g *experiment.Model, r *experiment.Record) string {
	text := fmt.Sprintf("%s, the last in %d states", grouped(r.Progress.Iterations), r.Progress.Changed)
	size := r.Spec.Iteration(g.Table)
	if rest := r.Progress.Episodes % size; rest > 0 {
		text += fmt.Sprintf("; then %s of %s episodes of the next", grouped(rest), grouped(size))
	}
	return text
}

// largest returns the largest |x[s] - y[s]| and its state.
func largest(x, y []float64) (d float64, where env.State) {
	for s := range x {
		if e := math.Abs(x[s] - y[s]); e > d {
			d, where = e, env.State(s)
		}
	}
	return d, where
}

func magnitude(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = max(m, math.Abs(x))
	}
	return m
}

// worst names a difference and the state that has it.
func worst(m *experiment.Model, d float64, s env.State) string {
	if d == 0 {
		return "0"
	}
	return fmt.Sprintf("%s in %s", fourDecimals(d), placeOf(m, s))
}

// fourDecimals prints a figure, in significant digits where it is very large.
func fourDecimals(x float64) string {
	if math.Abs(x) >= 1e6 {
		return fmt.Sprintf("%.4g", x)
	}
	return fmt.Sprintf("%.4f", x)
}

func inPercent(x float64) string {
	if math.IsNaN(x) { // 0/0: all values are 0
		x = 0
	}
	return fmt.Sprintf("%.3g%%", 100*x)
}

// shareOf is a percentage of what follows, or many times that.
func shareOf(x float64) string {
	if x >= manyTimes {
		return fmt.Sprintf("%.1g times", x)
	}
	return inPercent(x) + " of"
}

// manyTimes is a share that is printed as a factor.
const manyTimes = 1e4

func livePairs(g *experiment.Model) int {
	n := 0
	for s := range env.State(g.NumStates()) {
		if !g.Terminal(s) {
			n += g.NumActions()
		}
	}
	return n
}
