package cli

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// card explains a grid world: its map, and every rule in words and numbers.
func (s *streams) card(g boarded, name string) string {
	rows, cols := g.Dims()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: grid world of %d x %d cells\n\n", s.paint(bold, name), rows, cols)
	if m := s.mapBoard(g); m != "" {
		fmt.Fprintf(&b, "%s\n", m)
	} else {
		fmt.Fprintf(&b, "(the map is not printed: want at most %d rows and %d columns; --yaml has it)\n\n", maxBoardRows, maxBoardWidth/2)
	}
	for _, rule := range rules(g.Model) {
		fmt.Fprintf(&b, "%-12s %s\n", rule[0], rule[1])
	}
	return b.String()
}

// rules lists what holds in a grid world, each with its name.
func rules(m *experiment.Model) [][2]string {
	g := m.Grid
	c := g.Config()
	n := map[env.CellKind]int{}
	rows, cols := g.Dims()
	for i := range rows * cols {
		n[g.Kind(i/cols, i%cols)]++
	}
	transitions := "deterministic"
	if !g.Deterministic() {
		transitions = "stochastic"
	}
	lo, hi := g.RewardRange()
	list := [][2]string{
		{"States", fmt.Sprintf("%d, numbered row by row from the top left%s", g.NumStates(), wallNote(n[env.Wall]))},
		{"Actions", fmt.Sprintf("%d: %s", g.NumActions(), actionList(m))},
		{"Transitions", transitions},
		{"Moves", moveRule(c.Slip)},
	}
	if len(c.Wind) > 0 {
		list = append(list, [2]string{"Wind", windRule(c)})
	}
	list = append(list, [2]string{"Plain", fmt.Sprintf("%s; reward %s", cellCount(n[env.Plain]), shortest(c.Rewards.Step))})
	if n[env.Forbidden] > 0 {
		list = append(list, [2]string{"Forbidden", cellCount(n[env.Forbidden]) + "; " + forbiddenRule(c)})
	}
	list = append(list, [2]string{"Target", cellCount(n[env.Target]) + "; " + targetRule(c)})
	if n[env.Hole] > 0 {
		list = append(list, [2]string{"Holes", fmt.Sprintf("%s; reward %s, and the episode ends", cellCount(n[env.Hole]), shortest(c.Rewards.Hole))})
	}
	return append(list,
		[2]string{"Edge", edgeRule(c, n[env.Wall] > 0)},
		[2]string{"Paid for", paidRule(c)},
		[2]string{"Rewards", fmt.Sprintf("from %s to %s", shortest(lo), shortest(hi))},
		[2]string{"Start", startRule(m)})
}

func cellCount(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func wallNote(walls int) string {
	if walls == 0 {
		return ""
	}
	return fmt.Sprintf("; walls, %s, are none", cellCount(walls))
}

func moveRule(s env.Slip) string {
	if s == (env.Slip{}) {
		return "always as intended"
	}
	straight := 1 - (s.Left + s.Right + s.Back + s.Random)
	if straight < 1e-12 {
		straight = 0
	}
	parts := []string{"as intended with probability " + fraction(straight)}
	for _, way := range []struct {
		p    float64
		name string
	}{{s.Left, "a quarter turn to the left"}, {s.Right, "to the right"}, {s.Back, "back"}, {s.Random, "as an action drawn uniformly"}} {
		if way.p > 0 {
			parts = append(parts, way.name+" "+fraction(way.p))
		}
	}
	return strings.Join(parts, ", ")
}

func windRule(c env.GridConfig) string {
	columns := strings.Trim(fmt.Sprint(c.Wind), "[]")
	text := "pushes up from column 1, 2, ... by " + columns + " cells"
	if c.WindNoise > 0 {
		text += ", off by one with probability " + fraction(c.WindNoise)
	}
	return text
}

func forbiddenRule(c env.GridConfig) string {
	if c.NotEnterable {
		return fmt.Sprintf("cannot be entered: the agent stays where it is, reward %s", shortest(c.Rewards.Forbidden))
	}
	return fmt.Sprintf("can be entered, reward %s", shortest(c.Rewards.Forbidden))
}

func targetRule(c env.GridConfig) string {
	reward := "reward " + shortest(c.Rewards.Target)
	switch c.Target {
	case env.TargetEnds:
		return reward + ", and the episode ends"
	case env.TargetAbsorbs:
		return reward + " on arrival; then the agent stays for ever and is paid 0"
	}
	return reward + "; the episode goes on, and staying there is paid again"
}

func edgeRule(c env.GridConfig, walls bool) string {
	text := "a move off the grid leaves the agent where it is, reward "
	if walls {
		text = "a move off the grid or into a wall leaves the agent where it is, reward "
	}
	if c.Edge == env.BoundaryPlusCell {
		return text + shortest(c.Rewards.Boundary) + " and that of the cell besides"
	}
	return text + shortest(c.Rewards.Boundary) + " alone"
}

func paidRule(c env.GridConfig) string {
	if c.RewardOn == env.OnExit {
		return "the cell left, or stayed in"
	}
	return "the cell entered, or stayed in"
}

func startRule(m *experiment.Model) string {
	states := startStates(m)
	if states == nil {
		return "every state that is not terminal, equally likely"
	}
	const show = 6
	var list []string
	for _, s := range states[:min(show, len(states))] {
		list = append(list, placeOf(m, s))
	}
	text, likely := strings.Join(list, "; "), ", equally likely"
	if _, probs := m.StartProbs(); !equal(probs) {
		likely = ", not equally likely"
	}
	switch {
	case len(states) > show:
		return fmt.Sprintf("%s; and %d more%s", text, len(states)-show, likely)
	case len(states) > 1:
		return text + likely
	}
	return text
}
