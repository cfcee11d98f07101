package mc

import "example.com/mcrl/env"

// ends are the returns of H = T-1 steps from every state under a deterministic policy, in a table with certain transitions.
//
// Such a walk runs into a cycle (a terminal state counts as one, without reward). One state of each cycle is a geometric
// series; from it the others follow backwards, s_H being the state H steps after s:
//
//	G(s) = r(s) + gamma G(s') - gamma^H r(s_H)
//
// They depend on the policy alone, to the last bit, not on those that were followed before it.
type ends struct {
	gamma    float64
	horizon  int // H
	series   series
	sum      float64 // 1 + gamma + ... + gamma^(H-1)
	power    float64 // gamma^H
	actions  int
	terminal []bool
	exits    bool      // there are terminal states
	next     []int32   // of each pair
	reward   []float64 // of each pair
	sources  []source  // the pairs that lead to state 0, to state 1, ...
	first    []int32   // where those of each state begin, length |S|+1

	of    []end   // of each state
	known bool    // of is that of the last policy
	moved []int32 // the states whose ends the last policy changed
	path  []int32 // the walk
	steps int64   // of the episodes, one from each pair
	cut   int64   // how many of them the horizon cuts
}

// source is a pair of a non-terminal state, and its reward.
type source struct {
	pair, state int32
	reward      float64
}

// end is what follows a state.
type end struct {
	value float64 // G
	r     float64
	to    int32 // s'
	last  int32 // s_H
	back  int32 // the state before it in its cycle
	depth int32 // steps to the cycle; or one of those below
}

const (
	unknown = -1
	onPath  = -2 // onPath-i: the i-th state of the present walk
)

func newEnds(t *env.Table, gamma float64, horizon int) *ends {
	states, actions := t.NumStates(), t.NumActions()
	x := &ends{gamma: gamma, horizon: horizon - 1, series: newSeries(gamma, horizon), actions: actions,
		terminal: make([]bool, states), next: make([]int32, states*actions), reward: make([]float64, states*actions),
		sources: make([]source, states*actions), first: make([]int32, states+1),
		of: make([]end, states), moved: make([]int32, 0, states), path: make([]int32, 0, states)}
	x.sum, x.power = x.series.upTo(x.horizon)
	for s := range env.State(states) {
		x.terminal[s] = t.Terminal(s)
		x.exits = x.exits || x.terminal[s]
		for a := range env.Action(actions) {
			pair := int(s)*actions + int(a)
			if x.next[pair] = int32(s); !x.terminal[s] {
				next, reward := t.Step(s, a, nil)
				x.next[pair], x.reward[pair] = int32(next), reward+0 // -0 becomes 0: a mean loses its sign
				x.first[next]++
			}
		}
	}
	x.findSources()
	x.steps, x.cut = int64(states*actions)*int64(horizon), int64(states*actions)
	return x
}

// findSources sorts the pairs by the state they lead to; first counts them.
func (x *ends) findSources() {
	end := int32(0)
	for s := range x.first {
		end += x.first[s]
		x.first[s] = end
	}
	for pair := len(x.next) - 1; pair >= 0; pair-- {
		if s := pair / x.actions; !x.terminal[s] {
			to := x.next[pair]
			x.first[to]--
			x.sources[x.first[to]] = source{int32(pair), int32(s), x.reward[pair]}
		}
	}
}

// into lists the pairs that lead to s.
func (x *ends) into(s int32) []source { return x.sources[x.first[s]:x.first[s+1]] }

// follow finds the ends under a policy that differs from the last one in the changed states: their ends, and those of the
// states from which they are reached.
func (x *ends) follow(policy []env.Action, changed []env.State) {
	x.moved = x.moved[:0]
	if !x.known || len(changed) > len(x.of)/4 { // nearly all move then
		x.forget()
		for s, a := range policy {
			x.turn(int32(s), a)
		}
	} else {
		for _, s := range changed {
			x.move(int32(s))
			x.turn(int32(s), policy[s])
		}
		x.moveSources()
	}
	x.settle()
}

// forget makes every end unknown.
func (x *ends) forget() {
	if x.exits {
		x.steps, x.cut = 0, 0
	}
	for s := range x.of {
		x.of[s].depth = unknown
		x.moved = append(x.moved, int32(s))
	}
	x.known = true
}

// moveSources makes the ends unknown that pass through states whose ends are.
func (x *ends) moveSources() {
	for i := 0; i < len(x.moved); i++ {
		s := x.moved[i]
		for _, from := range x.into(s) {
			if x.of[from.state].to == s {
				x.move(from.state)
			}
		}
	}
}

// turn makes a the action of s.
func (x *ends) turn(s int32, a env.Action) {
	pair := int(s)*x.actions + int(a)
	x.of[s].to, x.of[s].r = x.next[pair], x.reward[pair]
}

// move makes the end of s unknown.
func (x *ends) move(s int32) {
	if x.of[s].depth != unknown {
		if x.exits {
			x.count(s, -1)
		}
		x.of[s].depth = unknown
		x.moved = append(x.moved, s)
	}
}

// settle finds the ends that have moved.
func (x *ends) settle() {
	for _, s := range x.moved {
		x.walk(s)
	}
	if x.exits {
		for _, s := range x.moved {
			x.count(s, 1)
		}
	}
}

// count adds the episodes that go on from s, or takes them away.
func (x *ends) count(s int32, sign int64) {
	n := sign * int64(x.first[s+1]-x.first[s])
	steps, truncated := x.length(s)
	x.steps += n * (1 + steps)
	if truncated {
		x.cut += n
	}
}

// length is the number of steps from s to a terminal state, or H where that is later.
func (x *ends) length(s int32) (steps int64, truncated bool) {
	if e := &x.of[s]; x.exits && x.terminal[e.last] {
		return int64(e.depth), false
	}
	return int64(x.horizon), true
}

// walk goes from s on to a state whose end is known, or around a new cycle, and then back along its path.
func (x *ends) walk(s int32) {
	path := x.path[:0]
	for x.of[s].depth == unknown {
		x.of[s].depth = onPath - int32(len(path))
		path = append(path, s)
		s = x.of[s].to
	}
	if i := onPath - x.of[s].depth; i >= 0 {
		x.close(path[i:])
		path = path[:i]
	}
	for i := len(path) - 1; i >= 0; i-- {
		e := &x.of[path[i]]
		if next := &x.of[e.to]; int(next.depth) < x.horizon {
			e.depth, e.last = next.depth+1, x.of[next.last].back
		} else {
			e.depth, e.last = next.depth+1, x.after(path[i])
		}
		x.value(e)
	}
}

// after returns s_H by H steps.
func (x *ends) after(s int32) int32 {
	for range x.horizon {
		s = x.of[s].to
	}
	return s
}

// value is G(s) = r(s) + gamma G(s') - gamma^H r(s_H).
func (x *ends) value(e *end) {
	last := float64(x.power * x.of[e.last].r)
	e.value = e.r + (float64(x.gamma*x.of[e.to].value) - last)
}

// close finds the ends of a cycle, beginning with its lowest state.
func (x *ends) close(cycle []int32) {
	n, low := len(cycle), 0
	for i, s := range cycle {
		x.of[s].depth = 0
		x.of[x.of[s].to].back = s
		x.of[s].last = cycle[(i+x.horizon)%n]
		if s < cycle[low] {
			low = i
		}
	}
	first := &x.of[cycle[low]]
	if n == 1 {
		first.value = first.r * x.sum
		return
	}
	first.value = x.around(cycle[low], n)
	for s := first.back; s != cycle[low]; s = x.of[s].back {
		x.value(&x.of[s])
	}
}

// around is the return of H steps around a cycle of n states from one of them.
func (x *ends) around(s int32, n int) float64 {
	rest := x.horizon % n
	whole, part := 0.0, 0.0
	for i := n - 1; i >= 0; i-- {
		s = x.of[s].back
		whole = float64(x.gamma*whole) + x.of[s].r
		if i < rest {
			part = float64(x.gamma*part) + x.of[s].r
		}
	}
	sum, power := x.series.upTo(x.horizon - rest)
	one, _ := x.series.upTo(n)
	return float64(whole*(sum/one)) + float64(power*part)
}
