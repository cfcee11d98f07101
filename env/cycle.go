package env

import "math"

// Cycles reports whether TraceCycle serves: the table is deterministic, and the policy is greedy and compiled for it.
func (g *Generator) Cycles() bool {
	p, ok := g.chased()
	return ok && p.eps == 0
}

// TraceCycle is TraceFrom where Cycles reports true. The episode is walked until a pair comes back; from there on it repeats.
func (g *Generator) TraceCycle(tr *Trace, s State, a Action) {
	if g.table.terminal[s] {
		g.TraceFrom(tr, s, a)
		return
	}
	j := g.policy.(*Soft).jumps
	tr.Pairs = resize(tr.Pairs, min(g.horizon, int(j.states)+2)) // at most |S|+1 pairs differ
	visited := g.newStamps(int(j.states), len(tr.Pairs))
	var n, back int
	var end uint32
	if j.greedy != nil {
		tr.codes = resize(tr.codes[:0], len(tr.Pairs))
		n, back, end = j.cycleCodes(tr.Pairs, tr.codes, visited, s, a)
	} else {
		n, back, end = j.cycle(tr.Pairs, visited, s, a)
	}
	tr.Pairs, tr.Truncated = tr.Pairs[:n], end < ends
	tr.read(g.table)
	if back < n {
		tr.Period, tr.Repeat = n-back, g.horizon-n
	}
	g.advance()
}

// stamps tell when a walk was in a state: at step of[s] - base, if that is one of its steps.
type stamps struct {
	of   []uint32
	base uint32
}

// newStamps returns stamps for a walk of n steps at most, in which no state has been visited.
func (g *Generator) newStamps(states, n int) *stamps {
	v := &g.visited
	if next := uint64(v.base) + uint64(g.stamped); v.of == nil || next+uint64(n) > math.MaxUint32 {
		v.of, v.base = resize(v.of, states), 1
		clear(v.of)
	} else {
		v.base = uint32(next)
	}
	g.stamped = uint32(n)
	return v
}

// cycle walks until a greedy pair comes back, the episode ends or pairs is full, and returns the number of steps, the step
// of the first visit to the pair that came back (n if none did) and the state reached.
func (j *jumps) cycle(pairs []int32, v *stamps, s State, a Action) (n, back int, end uint32) {
	at, base := v.of, v.base
	x, greedy := &j.to[j.states*uint32(1+a)+uint32(s)], j.to[:len(at)]
	pairs[0] = x.pair
	if x.pair == greedy[s].pair {
		at[s] = base
	}
	here := x.next
	for n = 1; n < len(pairs) && here < ends; n++ {
		x = &greedy[here]
		if i := at[here] - base; i < uint32(n) {
			return n, int(i), here
		}
		pairs[n], at[here] = x.pair, base+uint32(n)
		here = x.next
	}
	return n, n, here
}

// cycleCodes is cycle where outcomes are coded. It writes the codes of the steps beside the pairs.
func (j *jumps) cycleCodes(pairs, codes []int32, v *stamps, s State, a Action) (n, back int, end uint32) {
	greedy, moves, actions := j.greedy, j.table.moves, uint32(j.actions)
	at, base := v.of, v.base
	codes = codes[:len(pairs)]
	c, here := j.table.code[int(s)*j.actions+int(a)], uint32(s)
	pairs[0], codes[0] = int32(here*actions)+int32(a), int32(c)
	if c == greedy[s] {
		at[s] = base
	}
	here = moves.after(here, c)
	for n = 1; n < len(pairs) && here < ends; n++ {
		c = greedy[here]
		if i := at[here] - base; i < uint32(n) {
			return n, int(i), here
		}
		pairs[n], codes[n], at[here] = int32(here*actions)+int32(moves.action[c]), int32(c), base+uint32(n)
		here = moves.after(here, c)
	}
	return n, n, here
}
