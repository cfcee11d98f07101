package mc

import (
	"context"

	"example.com/mcrl/env"
)

// shared plays the episodes of one iteration where transitions and policy are certain. Episodes that meet go on together for
// ever, so each state is stepped once and the returns of what follows are shared:
//
//	for every state s, for every action a: q(s, a) = r + gamma G(s'),   G the return of the other T-1 steps
func (l *Basic) shared(ctx context.Context, limit int64) error {
	if limit <= 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.begin()
	l.ends.follow(l.greedy)
	e, left := l.progress.Episodes, min(limit, l.episodesLeft())
	l.progress.Episodes += left
	i, done := e/l.rules.perPair%l.pairs(), e%l.rules.perPair
	whole := l.rules.perPair == 1 && !l.ends.exits && !l.rules.single()
	for left > 0 {
		s, first := l.pair(i)
		a := int(first)
		if whole && a == 0 && left >= int64(l.q.actions) {
			l.scoreRow(s)
			left, a = left-int64(l.q.actions), l.q.actions
		}
		for ; a < l.q.actions && left > 0; a++ {
			n := min(left, l.rules.perPair-done)
			l.score(int(s)*l.q.actions+a, n)
			left, done = left-n, 0
		}
		if i += int64(a - int(first)); a < l.q.actions || !l.stays(s) {
			l.note(s)
		}
	}
	l.end()
	return nil
}

// score adds the n equal returns of a pair.
func (l *Basic) score(pair int, n int64) {
	g, steps, truncated := l.ends.episode(pair)
	cell := &l.q.cells[pair]
	for range n {
		l.rules.step.Update(cell, g)
	}
	l.progress.Steps += n * steps
	if truncated {
		l.progress.Truncated += n
	}
}

// scoreRow adds a return for each pair of s, all episodes having T steps.
func (l *Basic) scoreRow(s env.State) {
	x, row := l.ends, l.q.row(s)
	from := int(s) * len(row)
	next, reward := x.next[from:][:len(row)], x.reward[from:][:len(row)]
	gamma, value := x.gamma, x.value
	for a := range row {
		row[a].Add(float64(gamma*value[next[a]]) + reward[a])
	}
	l.progress.Steps += int64(len(row)) * int64(x.horizon+1)
	l.progress.Truncated += int64(len(row))
}

// ends are the returns of H = T-1 steps from every state under a deterministic policy, in a table with certain transitions.
//
// Such a walk runs into a cycle (a terminal state counts as one, without reward). One state of each cycle is a geometric
// series; from it the others follow backwards, s_H being the state H steps after s:
//
//	G(s) = r(s) + gamma G(s') - gamma^H r(s_H)
type ends struct {
	gamma    float64
	horizon  int // H
	series   series
	power    float64 // gamma^H
	actions  int
	exits    bool // there are terminal states
	terminal []bool
	next     []int32   // of each pair
	reward   []float64 // of each pair

	to    []int32   // of each state: the next
	r     []float64 // its reward
	value []float64 // G
	known []bool
	depth []int32 // steps to the cycle
	entry []int32 // index in rings of the state at which the cycle is entered
	path  []int32 // the walk
	at    []int32 // of each state: where it stands in path, if it does
	rings []int32 // the cycles, one behind the other
	ring  []span  // of each element of rings: its cycle
}

// span is rings[from:from+n].
type span struct{ from, n int32 }

func newEnds(t *env.Table, gamma float64, horizon int) *ends {
	states, actions := t.NumStates(), t.NumActions()
	x := &ends{gamma: gamma, horizon: horizon - 1, series: newSeries(gamma, horizon), actions: actions,
		terminal: make([]bool, states), next: make([]int32, states*actions), reward: make([]float64, states*actions),
		to: make([]int32, states), r: make([]float64, states), value: make([]float64, states), known: make([]bool, states),
		depth: make([]int32, states), entry: make([]int32, states), at: make([]int32, states),
		path: make([]int32, 0, states), rings: make([]int32, 0, states), ring: make([]span, 0, states)}
	_, x.power = x.series.upTo(x.horizon)
	for s := range env.State(states) {
		x.terminal[s] = t.Terminal(s)
		x.exits = x.exits || x.terminal[s]
		for a := range env.Action(actions) {
			pair := int(s)*actions + int(a)
			if x.next[pair] = int32(s); !x.terminal[s] {
				next, reward := t.Step(s, a, nil)
				x.next[pair], x.reward[pair] = int32(next), reward
			}
		}
	}
	return x
}

// episode returns the return of the episode from a pair, its length and whether the horizon cuts it.
func (x *ends) episode(pair int) (g float64, steps int64, truncated bool) {
	s := x.next[pair]
	g = float64(x.gamma*x.value[s]) + x.reward[pair]
	if x.exits && x.terminal[x.rings[x.entry[s]]] && int(x.depth[s]) <= x.horizon {
		return g, 1 + int64(x.depth[s]), false
	}
	return g, 1 + int64(x.horizon), true
}

// follow finds G for every state under a policy.
func (x *ends) follow(policy []env.Action) {
	for s, a := range policy {
		pair := s*x.actions + int(a)
		x.to[s], x.r[s] = x.next[pair], x.reward[pair]
	}
	clear(x.known)
	x.rings, x.ring = x.rings[:0], x.ring[:0]
	for s := range x.to {
		x.walk(int32(s))
	}
}

// walk goes from s on to a state that is known, or around a new cycle, and then back along its path.
func (x *ends) walk(s int32) {
	path := x.path[:0]
	for !x.known[s] {
		if i := int(x.at[s]); i < len(path) && path[i] == s {
			x.close(path[i:])
			path = path[:i]
			break
		}
		x.at[s] = int32(len(path))
		path = append(path, s)
		s = x.to[s]
	}
	for i := len(path) - 1; i >= 0; i-- {
		s := path[i]
		x.entry[s], x.depth[s] = x.entry[x.to[s]], x.depth[x.to[s]]+1
		x.settle(s)
	}
}

// close makes a cycle known.
func (x *ends) close(cycle []int32) {
	from, n := int32(len(x.rings)), int32(len(cycle))
	for i, s := range cycle {
		x.rings, x.ring = append(x.rings, s), append(x.ring, span{from, n})
		x.entry[s], x.depth[s] = from+int32(i), 0
	}
	x.value[cycle[0]], x.known[cycle[0]] = x.around(cycle), true
	for i := len(cycle) - 1; i > 0; i-- {
		x.settle(cycle[i])
	}
}

// around is the return of H steps around a cycle from its first state.
func (x *ends) around(cycle []int32) float64 {
	rest := x.horizon % len(cycle)
	whole, part := 0.0, 0.0
	for i := len(cycle) - 1; i >= 0; i-- {
		whole = float64(x.gamma*whole) + x.r[cycle[i]]
		if i < rest {
			part = float64(x.gamma*part) + x.r[cycle[i]]
		}
	}
	sum, power := x.series.upTo(x.horizon - rest)
	one, _ := x.series.upTo(len(cycle))
	return float64(whole*(sum/one)) + float64(power*part)
}

// settle is G(s) = r(s) + gamma G(s') - gamma^H r(s_H).
func (x *ends) settle(s int32) {
	last := float64(x.power * x.r[x.after(s)])
	x.value[s] = x.r[s] + (float64(x.gamma*x.value[x.to[s]]) - last)
	x.known[s] = true
}

// after returns s_H.
func (x *ends) after(s int32) int32 {
	left := x.horizon - int(x.depth[s])
	if left < 0 {
		for range x.horizon {
			s = x.to[s]
		}
		return s
	}
	c := x.ring[x.entry[s]]
	if c.n == 1 {
		return x.rings[c.from]
	}
	return x.rings[int(c.from)+(int(x.entry[s]-c.from)+left)%int(c.n)]
}
