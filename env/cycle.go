package env

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
	if g.lastAt == nil {
		g.lastAt = make([]int32, j.states)
	}
	tr.Pairs = resize(tr.Pairs, min(g.horizon, int(j.states)+2)) // at most |S|+1 pairs differ
	n, back, end := j.cycle(tr.Pairs, g.lastAt, s, a)
	tr.Pairs, tr.Truncated = tr.Pairs[:n], end < ends
	tr.read(&g.table.reward)
	if back < n {
		tr.Period, tr.Repeat = n-back, g.horizon-n
	}
	g.advance()
}

// cycle walks until a greedy pair comes back, the episode ends or pairs is full, and returns the number of steps, the step
// of the first visit to the pair that came back (n if none did) and the state reached. A state was left at step at[s] if
// that step stands in pairs.
func (j *jumps) cycle(pairs, at []int32, s State, a Action) (n, back int, end uint32) {
	x := &j.to[j.states*uint32(1+a)+uint32(s)]
	greedy := j.to[:len(at)]
	pairs[0], at[s] = x.pair, 0
	here := x.next
	for n = 1; n < len(pairs) && here < ends; n++ {
		x = &greedy[here]
		if i := int(at[here]); i < n && pairs[i] == x.pair {
			return n, i, here
		}
		pairs[n], at[here] = x.pair, int32(n)
		here = x.next
	}
	return n, n, here
}
