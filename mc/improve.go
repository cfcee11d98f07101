package mc

import "example.com/mcrl/env"

// improve makes the policy greedy in s: pi(a | s) = 1 for a = argmax_a q(s, a), and reports whether it changed.
//
// Values are compared exactly. Unvisited pairs compete only where the initial values are meant to be optimistic; where none
// is visited, the policy stays as it is.
func (c *Control) improve(s env.State) bool {
	if c.stays(s) {
		return false
	}
	row := c.q.row(s)
	old := c.greedy[s]
	best, ties, found := env.Action(0), 0, false
	for a := range row {
		if row[a].N() == 0 && !c.rules.optimistic {
			continue
		}
		switch w := row[a].Value(); {
		case !found || w > row[best].Value():
			best, ties, found = env.Action(a), 1, true
		case w == row[best].Value():
			ties++
		}
	}
	if !found {
		return false
	}
	if ties > 1 {
		best = c.breakTie(s, best, ties)
	}
	if best == old {
		return false
	}
	c.policy.SetBest(s, best)
	return true
}

// stays reports that no action takes the place of the greedy one in s: the usual case, told without a branch for each action,
// which nobody could predict.
func (c *Control) stays(s env.State) bool {
	row, old, least := c.q.row(s), int(c.greedy[s]), int64(1)
	if c.rules.optimistic {
		least = 0
	}
	top, lower, higher := row[old].Value(), count(c.rules.ties != KeepTie), count(c.rules.ties == RandomTie)
	rivals := 0
	for a := range row[:old] { // as good is enough for these, unless ties are kept
		w := row[a].Value()
		rivals |= (count(w > top) | count(w == top)&lower) & count(row[a].N() >= least)
	}
	for a := old + 1; a < len(row); a++ {
		w := row[a].Value()
		rivals |= (count(w > top) | count(w == top)&higher) & count(row[a].N() >= least)
	}
	return rivals == 0 && row[old].N() >= least
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// breakTie chooses among the ties actions of s that are as good as best, the lowest of them.
func (c *Control) breakTie(s env.State, best env.Action, ties int) env.Action {
	row := c.q.row(s)
	top := row[best].Value()
	greedy := func(a env.Action) bool {
		return row[a].Value() == top && (row[a].N() > 0 || c.rules.optimistic)
	}
	skip := 0
	switch c.rules.ties {
	case KeepTie:
		if greedy(c.greedy[s]) {
			return c.greedy[s]
		}
	case RandomTie: // named by iteration and state, so it depends on no order of improvement
		rng := env.NewRand(c.seed, env.PurposeTies, uint64(c.progress.Iterations), uint64(s))
		skip = rng.Intn(ties)
	}
	for a := best; ; a++ {
		if greedy(a) {
			if skip == 0 {
				return a
			}
			skip--
		}
	}
}
