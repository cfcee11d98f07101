package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
)

// stateName names a state as the book does, s1, s2, ..., on a board row by row, with its row and column, else with its name.
func stateName(m *experiment.Model, s env.State) string {
	if m.Layout == nil {
		return fmt.Sprintf("s%d %s", s+1, m.StateName(s))
	}
	row, col := m.Layout.Cell(s)
	return fmt.Sprintf("s%d (%d,%d)", s+1, row+1, col+1)
}

// actionName names an action as the book does, with its name.
func actionName(g *experiment.Model, a env.Action) string {
	return fmt.Sprintf("a%d %s", a+1, g.ActionName(a))
}

// parseState reads --state: s1, s2, ..., an index from 0, on a board row,column from 1, else a name.
func parseState(m *experiment.Model, text string) (env.State, error) {
	s := env.State(parseIndex(text, "s", m.NumStates()))
	if row, col, ok := strings.Cut(text, ","); ok && m.Layout != nil {
		r, err1 := strconv.Atoi(row)
		c, err2 := strconv.Atoi(col)
		if at, ok := m.Layout.At(r-1, c-1); err1 == nil && err2 == nil && ok {
			s = at
		}
	}
	if s < 0 && m.Layout == nil {
		s = env.State(slices.Index(stateNames(m), text))
	}
	switch {
	case s < 0 && m.Layout == nil:
		return 0, usageErrorf("--state = %s: want s1 to s%d, an index from 0 to %d, or the name of a state%s",
			text, m.NumStates(), m.NumStates()-1, suggest(text, stateNames(m)))
	case s < 0:
		rows, cols := m.Layout.Dims()
		return 0, usageErrorf("--state = %s: want s1 to s%d, an index from 0 to %d, or ROW,COLUMN from 1,1 to %d,%d, and no wall",
			text, m.NumStates(), m.NumStates()-1, rows, cols)
	case m.Terminal(s):
		return 0, usageErrorf("--state = %s: no episode begins there, it is terminal; want another state", text)
	}
	return s, nil
}

// parseAction reads --action: a name, an arrow, a1, a2, ..., or an index from 0.
func parseAction(g *experiment.Model, text string) (env.Action, error) {
	if a := slices.Index(g.ActionNames(), text); a >= 0 {
		return env.Action(a), nil
	}
	if symbols := []rune(text); len(symbols) == 1 {
		if a := actionOf(g, symbols[0]); a >= 0 {
			return a, nil
		}
	}
	if a := parseIndex(text, "a", g.NumActions()); a >= 0 {
		return env.Action(a), nil
	}
	return 0, usageErrorf("--action = %s: want one of %s, a1 to a%d, an index from 0 to %d, or all%s", text,
		strings.Join(g.ActionNames(), ", "), g.NumActions(), g.NumActions()-1, suggest(text, append(g.ActionNames(), "all")))
}

// parseIndex reads an index below n: the letter and a number from 1, or a number from 0. It is -1 for anything else.
func parseIndex(text, letter string, n int) int {
	digits, named := strings.CutPrefix(text, letter)
	i, err := strconv.ParseUint(digits, 10, 31)
	if named {
		i--
	}
	if err != nil || i >= uint64(n) {
		return -1
	}
	return int(i)
}

// namedPolicies are the values of --policy that are no files.
var namedPolicies = []string{"optimal", "lowest", "figure-5.3"}

// figure53 is pi_0 of Zhao, figure 5.3, on the 3 x 3 grid.
const figure53 = "^v>\n>vv\n>>o\n"

// namedPolicy returns the policy of that name, or of that file, and its name in a sentence.
func (s *streams) namedPolicy(ctx context.Context, m *experiment.Model, o episodeOptions) (p env.Deterministic, title string, err error) {
	switch o.policy {
	case "", "optimal":
		err = await(ctx, func() error {
			best, err := dp.SoftOptimal(m.Table, float64(o.gamma), o.exploration(), dp.Options{})
			if err == nil {
				p = best.Policy
			}
			return err
		})
		return p, "the optimal policy", err
	case "lowest":
		return make(env.Deterministic, m.NumStates()), "the policy " + m.ActionName(0) + " everywhere", nil
	case "figure-5.3":
		g, ok := onBoard(m)
		if !ok || m.Grid == nil || m.NumStates() != 9 || m.NumActions() != 5 {
			return nil, "", usageErrorf("--policy = figure-5.3: want the environment zhao-3x3 with it")
		}
		p, err = parseArrows(g, figure53, o.policy)
		return p, "the policy of figure 5.3", err
	}
	p, err = s.readPolicy(m, o.policy)
	return p, "the policy of " + o.policy, err
}

// exploration is the epsilon of a policy that is followed: 0 unless it is given.
func (o episodeOptions) exploration() float64 {
	if o.given("epsilon") {
		return float64(o.epsilon)
	}
	return 0
}
