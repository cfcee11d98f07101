package cli

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// tableCard explains a world that is no grid world: its map where it has one, and its numbers.
func (s *streams) tableCard(m *experiment.Model, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d states, %d actions\n\n", s.paint(bold, name), m.NumStates(), m.NumActions())
	if g, ok := onBoard(m); ok {
		fmt.Fprintf(&b, "%s\n", orNote(s.mapBoard(g)))
	}
	for _, rule := range tableRules(m, name) {
		fmt.Fprintf(&b, "%-12s %s\n", rule[0], rule[1])
	}
	return b.String()
}

// tableRules lists what is known of such a world, each with its name.
func tableRules(m *experiment.Model, name string) [][2]string {
	terminal, outcomes := 0, 0
	var row []env.Outcome
	for s := range env.State(m.NumStates()) {
		if m.Terminal(s) {
			terminal++
		}
		for a := range env.Action(m.NumActions()) {
			row = m.AppendOutcomes(row[:0], s, a)
			outcomes += len(row)
		}
	}
	lo, hi := m.RewardRange()
	rules := [][2]string{
		{"States", someStates(m)},
		{"Actions", fmt.Sprintf("%d: %s", m.NumActions(), actionList(m))},
		{"Transitions", fmt.Sprintf("%s; %s outcomes", choose(m.Deterministic(), "deterministic", "stochastic"), grouped(int64(outcomes)))},
		{"Terminal", terminalRule(m, terminal)},
		{"Rewards", fmt.Sprintf("from %s to %s", shortest(lo), shortest(hi))},
		{"Start", startRule(m)},
	}
	if source := sources[name]; source != "" && m.World.Classic == name {
		rules = append(rules, [2]string{"Source", source})
	}
	return rules
}

// someStates names the first states and the last.
func someStates(m *experiment.Model) string {
	const show = 4
	n := m.NumStates()
	var list []string
	for s := range min(n, show) {
		list = append(list, fmt.Sprintf("%d %s", s, m.StateName(env.State(s))))
	}
	if n > show {
		list = append(list, "...", fmt.Sprintf("%d %s", n-1, m.StateName(env.State(n-1))))
	}
	return fmt.Sprintf("%d: %s", n, strings.Join(list, "; "))
}

func terminalRule(m *experiment.Model, n int) string {
	if n == 0 {
		return "none: episodes never end"
	}
	const show = 3
	var list []string
	for s := range env.State(m.NumStates()) {
		if m.Terminal(s) && len(list) < show {
			list = append(list, m.StateName(s))
		}
	}
	if n > show {
		list = append(list, "...")
	}
	return fmt.Sprintf("%d: %s", n, strings.Join(list, "; "))
}

// tableDescription is what `envs show --json` prints of a world that is no grid world.
type tableDescription struct {
	Env           string      `json:"env"`
	States        int         `json:"states"`
	Actions       []string    `json:"actions"` // in the order of their indices
	Deterministic bool        `json:"deterministic"`
	RewardRange   [2]float64  `json:"reward_range"`
	StateNames    []string    `json:"state_names"`
	Terminal      []env.State `json:"terminal"` // ascending
	Starts        []start     `json:"start"`
}

// start is a state in which episodes begin.
type start struct {
	State env.State `json:"state"`
	Prob  float64   `json:"prob"`
}

func describeTable(m *experiment.Model, name string) tableDescription {
	d := tableDescription{Env: name, States: m.NumStates(), Actions: m.ActionNames(), Deterministic: m.Deterministic(), StateNames: stateNames(m),
		Terminal: []env.State{}}
	d.RewardRange[0], d.RewardRange[1] = m.RewardRange()
	for s := range env.State(m.NumStates()) {
		if m.Terminal(s) {
			d.Terminal = append(d.Terminal, s)
		}
	}
	states, probs := m.StartProbs()
	for i, s := range states {
		if probs[i] > 0 {
			d.Starts = append(d.Starts, start{s, probs[i]})
		}
	}
	return d
}
