package cli

import (
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// takeName takes the environment from the argument.
func (o *trainOptions) takeName(args []string) error {
	if len(args) == 0 {
		return nil
	}
	for _, flag := range []string{"env", "resume"} {
		if o.given(flag) {
			return usageErrorf("train: %q with --%s: want one of the two", args[0], flag)
		}
	}
	o.env = args[0]
	return nil
}

// defaultGamma is 0.9, but 1 where no discount is needed: in a world that is no grid world, all of whose episodes end.
func defaultGamma(m *experiment.Model) float64 {
	if m.Grid == nil && alwaysEnds(m.Table) {
		return 1
	}
	return 0.9
}

// alwaysEnds reports whether every episode ends, with probability 1, whatever the policy: no set of states can be kept to for
// ever. It takes away states all of whose actions may lead out of those that are left, until there are none.
func alwaysEnds(t *env.Table) bool {
	actions := t.NumActions()
	inside := make([]bool, t.NumStates())
	kept := make([]int, t.NumStates()) // of each state, the actions that lead to states inside alone
	out := make([]bool, t.NumStates()*actions)
	before := predecessors(t)
	var leave []env.State
	for s := range inside {
		inside[s], kept[s] = !t.Terminal(env.State(s)), actions
		if !inside[s] {
			leave = append(leave, env.State(s))
		}
	}
	left := len(inside) - len(leave)
	for len(leave) > 0 {
		s := leave[len(leave)-1]
		leave = leave[:len(leave)-1]
		for _, pair := range before[s] {
			p := pair / actions
			if out[pair] || !inside[p] {
				continue
			}
			out[pair] = true
			if kept[p]--; kept[p] == 0 {
				inside[p] = false
				left--
				leave = append(leave, env.State(p))
			}
		}
	}
	return left == 0
}

// depth is the largest number of steps that it takes at least from a state to the nearest end, over the states from which an end
// can be reached; where there is none, from one state to another.
func depth(t *env.Table) int {
	before, actions := predecessors(t), t.NumActions()
	deepest := 0
	if ends := terminals(t); len(ends) > 0 {
		return farthest(ends, before, actions)
	}
	states, _ := t.StartProbs()
	for _, s := range states[:min(len(states), 16)] {
		deepest = max(deepest, farthest([]env.State{s}, before, actions))
	}
	return deepest
}

func terminals(t *env.Table) []env.State {
	var ends []env.State
	for s := range env.State(t.NumStates()) {
		if t.Terminal(s) {
			ends = append(ends, s)
		}
	}
	return ends
}

// farthest is the largest number of steps to the goals, of the states that can reach them.
func farthest(goals []env.State, before [][]int, actions int) int {
	seen := make([]bool, len(before))
	for _, s := range goals {
		seen[s] = true
	}
	steps := 0
	for wave := slices.Clone(goals); ; steps++ {
		var next []env.State
		for _, s := range wave {
			for _, pair := range before[s] {
				if p := env.State(pair / actions); !seen[p] {
					seen[p] = true
					next = append(next, p)
				}
			}
		}
		if wave = next; len(wave) == 0 {
			return steps
		}
	}
}

// predecessors lists, of each state, the pairs that may lead to it.
func predecessors(t *env.Table) [][]int {
	before := make([][]int, t.NumStates())
	var row []env.Outcome
	for pair := range t.NumStates() * t.NumActions() {
		row = t.AppendOutcomes(row[:0], env.State(pair/t.NumActions()), env.Action(pair%t.NumActions()))
		for _, o := range row {
			before[o.Next] = append(before[o.Next], pair)
		}
	}
	return before
}
