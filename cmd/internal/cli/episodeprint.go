package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

var scoredVisits = map[mc.Visit]string{mc.InitialVisit: "the initial visit is scored", mc.FirstVisit: "first visits are scored",
	mc.EveryVisit: "every visit is scored"}

// printAccount shows an account to people.
func (s *streams) printAccount(a *account, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\ngamma %s, horizon %d, seed %d; %s\n%s", s.paint(bold, a.heading()),
		shortest(a.problem.Gamma), a.problem.Horizon, a.seed, scoredVisits[a.visit], a.settings)
	if a.contest >= 0 {
		s.addContest(&b, a)
	}
	if a.contest < 0 || all {
		for _, x := range a.episodes {
			s.addSteps(&b, a, x, all)
			s.addReturns(&b, a, x, all)
			s.addUpdates(&b, a, x, all)
			s.addImprovement(&b, a, x, all)
			b.WriteString(agreement(x))
		}
	}
	_, err := s.Out.Write([]byte(b.String()))
	return err
}

// heading says what is shown.
func (a *account) heading() string {
	name := a.world.World.Name()
	if a.contest >= 0 {
		return fmt.Sprintf("An episode from each action of %s on %s", stateName(a.world, a.contest), name)
	}
	return fmt.Sprintf("Episode %s of %s on %s", grouped(a.episodes[0].Number+1), a.title, name)
}

func (s *streams) section(b *strings.Builder, title string, lines ...string) {
	fmt.Fprintf(b, "\n%s\n", s.paint(bold, title))
	for _, line := range lines {
		fmt.Fprintf(b, "  %s\n", line)
	}
	b.WriteString("\n")
}

// addSteps shows the episode forward.
func (s *streams) addSteps(b *strings.Builder, a *account, x *mc.Explained, all bool) {
	lines := []string{"following pi, generate s_0, a_0, r_1, ..., s_{T-1}, a_{T-1}, r_T, s_T"}
	if x.Policy != nil && x.Epsilon > 0 {
		lines = append(lines, fmt.Sprintf("pi takes the greedy action with probability 1 - %s (|A|-1)/|A|", shortest(x.Epsilon)))
	}
	s.section(b, "The episode", lines...)
	steps := table{head: []string{" t", "s_t", "a_t", " r_{t+1}", "s_{t+1}"}}
	for t, y := range x.Episode.All() {
		steps.rows = append(steps.rows, []tableCell{{strconv.Itoa(t), ""}, s.stateCell(a.world, y.State), {actionName(a.world, y.Action), ""},
			{shortest(y.Reward), ""}, s.stateCell(a.world, y.Next)})
	}
	s.addTable(b, steps, all)
	n := x.Episode.Len()
	end := x.Episode.States[n]
	if !x.Episode.Truncated {
		fmt.Fprintf(b, "\n  T = %d: %s is terminal\n", n, stateName(a.world, end))
		return
	}
	fmt.Fprintf(b, "\n  cut after T = %d steps", n)
	if a.problem.Gamma < 1 {
		fmt.Fprintf(b, ": G_0 lacks at most gamma^T r_max/(1-gamma) = %.2g", a.bound)
	}
	b.WriteString("\n")
}

// stateCell is a state in the colour of its cell.
func (s *streams) stateCell(m *experiment.Model, at env.State) tableCell {
	color := ""
	if m.Layout != nil {
		color = kindColors[m.Layout.Kind(m.Layout.Cell(at))]
	}
	return tableCell{stateName(m, at), color}
}

// addReturns shows the returns backward, with their numbers, and what the visit rule makes of each step.
func (s *streams) addReturns(b *strings.Builder, a *account, x *mc.Explained, all bool) {
	s.section(b, "The returns, backward", "g <- 0;  for t = T-1, T-2, ..., 0:  g <- gamma g + r_{t+1}")
	returns := table{head: []string{" t", "gamma g + r_{t+1}", " g", "(s_t, a_t)", "scored"}}
	g := 0.0
	for t := len(x.Returns) - 1; t >= 0; t-- {
		sum := fmt.Sprintf("%s x %s %s", shortest(a.problem.Gamma), inParentheses(sixDigits(g)), signed(x.Episode.Rewards[t]))
		g = x.Returns[t]
		returns.rows = append(returns.rows, []tableCell{{strconv.Itoa(t), ""}, {sum, ""}, {sixDigits(g), ""},
			{fmt.Sprintf("s%d, a%d", x.Episode.States[t]+1, x.Episode.Actions[t]+1), ""}, scoredCell(x, t)})
	}
	s.addTable(b, returns, all)
}

// scoredCell says whether a step is scored, and if not, why.
func scoredCell(x *mc.Explained, t int) tableCell {
	switch x.Scoring[t] {
	case mc.NotInitial:
		return tableCell{"no, not initial", ""}
	case mc.NotFirst:
		return tableCell{fmt.Sprintf("no, first at t = %d", x.First[t]), ""}
	case mc.InTail:
		return tableCell{"no, in the tail", ""}
	}
	return tableCell{"yes", bold}
}

// addUpdates shows what the scored returns change.
func (s *streams) addUpdates(b *strings.Builder, a *account, x *mc.Explained, all bool) {
	lines := []string{"Num <- Num + 1;  q <- q + (g - q) / Num,  which is Returns / Num"}
	if a.alpha != 0 {
		lines[0] = fmt.Sprintf("q <- q + %s (g - q)", shortest(a.alpha))
	}
	if a.stepwise {
		lines = append(lines, "pi(s_t) <- argmax_a q(s_t, a)")
	}
	s.section(b, "The updates", lines...)
	updates := table{head: []string{" t", "s_t", "a_t", " g", " Num", " q before", " after", "pi(s_t)"}}
	if !a.stepwise {
		updates.head = updates.head[:7]
	}
	for _, u := range x.Updates {
		before, greedy := sixDigits(u.Before), tableCell{fmt.Sprintf("a%d", u.Greedy.After+1), ""}
		if u.N == 1 && a.alpha == 0 {
			before = "-"
		}
		if u.Greedy.Before != u.Greedy.After {
			greedy = tableCell{fmt.Sprintf("a%d -> a%d", u.Greedy.Before+1, u.Greedy.After+1), bold}
		}
		row := []tableCell{{strconv.Itoa(u.Step), ""}, s.stateCell(a.world, u.State), {actionName(a.world, u.Action), ""},
			{sixDigits(u.Return), ""}, {grouped(u.N), ""}, {before, ""}, {sixDigits(u.After), bold}, greedy}
		updates.rows = append(updates.rows, row[:len(updates.head)])
	}
	s.addTable(b, updates, all)
}

// addImprovement shows what the episode has changed in the policy, or when it will be improved.
func (s *streams) addImprovement(b *strings.Builder, a *account, x *mc.Explained, all bool) {
	if a.improves == "" {
		return
	}
	s.section(b, "The policy", fmt.Sprintf("pi(s) <- argmax_a q(s, a), %s", a.improves))
	if len(x.Changes) == 0 {
		fmt.Fprintf(b, "  this episode leaves every greedy action as it was\n")
		return
	}
	changes := table{head: []string{"s", "pi(s) before", "after"}}
	for _, y := range x.Changes {
		changes.rows = append(changes.rows, []tableCell{s.stateCell(a.world, y.State), {actionName(a.world, y.Before), ""}, {actionName(a.world, y.After), bold}})
	}
	s.addTable(b, changes, all)
}

// agreement says how near the learner's own table is to what is shown.
func agreement(x *mc.Explained) string {
	if x.Difference == 0 {
		return "\nThe learner's own table has the same numbers, bit for bit.\n"
	}
	return fmt.Sprintf("\nThe learner's own table, which sums returns first, differs by at most %.1e.\n", x.Difference)
}

// sixDigits prints a number in six significant digits.
func sixDigits(x float64) string {
	if x == 0 {
		return "0" // and not -0
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

// inParentheses prints a factor, in parentheses where it is negative.
func inParentheses(number string) string {
	if strings.HasPrefix(number, "-") {
		return "(" + number + ")"
	}
	return number
}

// signed prints a term of a sum.
func signed(x float64) string {
	if x < 0 {
		return "- " + shortest(-x)
	}
	return "+ " + shortest(math.Abs(x))
}
