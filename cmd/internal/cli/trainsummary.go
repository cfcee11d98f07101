package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// summary says what was learned where there is no board: the values of the start distribution, and the states in which episodes
// begin, or where there are few states all of them.
func summary(m *experiment.Model, r *experiment.Record) string {
	var b strings.Builder
	b.WriteString("\n")
	learned := learnedValues(m, r)
	line := func(what string, v []float64) {
		if v != nil {
			fmt.Fprintf(&b, "%-36s %s\n", what, fourDecimals(fromStart(m, v)))
		}
	}
	fmt.Fprintf(&b, "value of the start distribution\n")
	line("  learned", learned)
	line("  exact, of the learned policy", r.Exact.Policy)
	line("  of the "+bestName(r), r.Exact.Best)
	if r.Epsilon > 0 {
		line("  of its greedy policy", r.Exact.Greedy)
		line("  v*, without exploration", r.Exact.Optimum)
	}
	b.WriteString("\n")
	b.WriteString(learnedTable(m, r, learned))
	return b.String()
}

// fromStart is sum_s P(S_0 = s) v(s).
func fromStart(m *experiment.Model, v []float64) float64 {
	sum := 0.0
	states, probs := m.StartProbs()
	for i, s := range states {
		sum += float64(probs[i] * v[s])
	}
	return sum
}

// learnedTable lists the learned actions and values of the states in which episodes begin, all where there are few.
func learnedTable(m *experiment.Model, r *experiment.Record, learned []float64) string {
	const few, most = 24, 8
	var states []env.State
	for s := range env.State(m.NumStates()) {
		if !m.Terminal(s) {
			states = append(states, s)
		}
	}
	all := len(states)
	if all > few {
		if begin := startStates(m); begin != nil {
			states = begin
		}
		states = states[:min(len(states), most)]
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STATE\tACTION\tLEARNED\tEXACT\tBEST")
	format, undecided := fixed(learned), r.Undecided(m.Table)
	for _, s := range states {
		exact, best := "-", "-"
		if r.Exact.Policy != nil {
			exact = format(r.Exact.Policy[s])
		}
		if r.Exact.Best != nil {
			best = format(r.Exact.Best[s])
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.StateName(s), strings.TrimSpace(m.ActionName(r.Policy[s])+" "+markOf(undecided, s)), format(learned[s]), exact, best)
	}
	_ = w.Flush() // a strings.Builder takes everything
	if n := all - len(states); n > 0 {
		fmt.Fprintf(&b, "and %s states more: %s has them\n", grouped(int64(n)), pairsFile)
	}
	return b.String()
}
