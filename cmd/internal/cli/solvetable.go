package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
)

// maxTableStates is the largest number of states that are printed one a line.
const maxTableStates = 40

// solutionTable lists the value and the action of each state that is not terminal, all optimal actions where optimal; where
// there are too many states, those in which episodes begin.
func solutionTable(m *experiment.Model, sol *dp.Solution, optimal bool) string {
	var states []env.State
	for s := range env.State(m.NumStates()) {
		if !m.Terminal(s) {
			states = append(states, s)
		}
	}
	all := len(states)
	if all > maxTableStates {
		states = startStates(m)
		states = states[:min(len(states), maxTableStates/4)]
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if len(states) > 0 {
		fmt.Fprintln(w, "STATE\tVALUE\tACTION")
	}
	format := fixed(sol.V)
	for _, s := range states {
		fmt.Fprintf(w, "%s\t%s\t%s\n", m.StateName(s), format(sol.V[s]), strings.Join(actionsOf(m, sol, s, optimal), ", "))
	}
	_ = w.Flush() // a strings.Builder takes everything
	if all > maxTableStates {
		if len(states) > 0 {
			b.WriteString("...\n")
		}
		fmt.Fprintf(&b, "%d states are not terminal; --json has all of them\n", all)
		lo, hi := slices.Min(sol.V), slices.Max(sol.V)
		fmt.Fprintf(&b, "values from %s to %s\n", format(lo), format(hi))
	}
	return b.String()
}

// actionsOf names the action of a state; where the policy is an optimal one, first that one, then all others that are as good
// but for rounding.
func actionsOf(m *experiment.Model, sol *dp.Solution, s env.State, optimal bool) []string {
	names := []string{m.ActionName(sol.Policy[s])}
	if !optimal {
		return names
	}
	n := m.NumActions()
	row := sol.Q[int(s)*n:][:n]
	slack := float64(1e-9*math.Max(1, magnitude(row))) + 2*sol.Bound
	for a, q := range row {
		if env.Action(a) != sol.Policy[s] && q >= row[sol.Policy[s]]-slack {
			names = append(names, m.ActionName(env.Action(a)))
		}
	}
	return names
}
