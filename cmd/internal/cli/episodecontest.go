package cli

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// chainSteps is how much of an episode is shown in one line.
const chainSteps = 5

// addContest shows an episode from each action of a state, as the book does: the chain, the discounted rewards, and which
// action is best.
func (s *streams) addContest(b *strings.Builder, a *account) {
	lines := []string{"collect an episode from (s, a), following pi; q(s, a) = its return"}
	if a.episodes[0].Number > 0 {
		lines = []string{fmt.Sprintf("collect %s episodes from (s, a), following pi, the last of which is shown;", grouped(a.episodes[0].Number+1)),
			"q(s, a) = the average of their returns"}
	}
	s.section(b, "One action after the other", lines...)
	best := a.best()
	row := table{head: []string{"a", " q(s, a)", ""}}
	for i, x := range a.episodes {
		u := x.Updates[len(x.Updates)-1] // of step 0: that of the starting pair
		fmt.Fprintf(b, "  %s\n    %s\n", chain(x), a.discounted(x))
		cell := []tableCell{{actionName(a.world, env.Action(i)), ""}, {sixDigits(u.After), ""}, {"", ""}}
		if u.After == best {
			cell[1].color, cell[2] = bold, tableCell{"largest", bold}
		}
		row.rows = append(row.rows, cell)
	}
	s.section(b, "Policy improvement", fmt.Sprintf("pi(s%d) <- argmax_a q(s%d, a)", a.contest+1, a.contest+1))
	s.addTable(b, row, true)
	b.WriteString("\n" + a.verdict(best))
}

// best is the largest value of the actions.
func (a *account) best() float64 {
	best := a.value(0)
	for i := range a.episodes {
		best = max(best, a.value(i))
	}
	return best
}

// value is the estimate of an action's value.
func (a *account) value(action int) float64 {
	updates := a.episodes[action].Updates
	return updates[len(updates)-1].After
}

// chain is the beginning of an episode: s1 -a1-> s2 -a3-> ...
func chain(x *mc.Explained) string {
	var b strings.Builder
	n := x.Episode.Len()
	for t := range min(n, chainSteps) {
		fmt.Fprintf(&b, "s%d -a%d-> ", x.Episode.States[t]+1, x.Episode.Actions[t]+1)
	}
	if n > chainSteps {
		return b.String() + "..."
	}
	return fmt.Sprintf("%ss%d", b.String(), x.Episode.States[n]+1)
}

// discounted is the return of an episode as a sum: r_1 + gamma r_2 + gamma^2 r_3 + ...
func (a *account) discounted(x *mc.Explained) string {
	var b strings.Builder
	b.WriteString("g = " + shortest(x.Episode.Rewards[0]))
	n := x.Episode.Len()
	for t := 1; t < min(n, chainSteps); t++ {
		power := ""
		if t > 1 {
			power = fmt.Sprintf("^%d", t)
		}
		fmt.Fprintf(&b, " + %s%s (%s)", shortest(a.problem.Gamma), power, shortest(x.Episode.Rewards[t]))
	}
	if n > chainSteps {
		b.WriteString(" + ...")
	}
	return fmt.Sprintf("%s = %s", b.String(), sixDigits(x.Returns[0]))
}

// verdict says which actions are best, and whether the policy's is one of them.
func (a *account) verdict(best float64) string {
	var names []string
	now := a.policy[a.contest]
	for i := range a.episodes {
		if a.value(i) == best {
			names = append(names, actionName(a.world, env.Action(i)))
		}
	}
	list := strings.Join(names, " or ")
	switch {
	case a.value(int(now)) == best && len(names) == 1:
		return fmt.Sprintf("  %s is the best action, and that of the policy: it stays.\n", list)
	case a.value(int(now)) == best:
		return fmt.Sprintf("  %s: the best actions, that of the policy among them.\n", list)
	}
	return fmt.Sprintf("  The improved policy takes %s in s%d, no longer %s.\n", list, a.contest+1, actionName(a.world, now))
}
