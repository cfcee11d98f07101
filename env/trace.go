package env

// Trace is an episode as a backward pass reads it: the pair of each step, and where its reward stands.
//
//	S_t |A| + A_t = Pairs[t],   R_{t+1} = Rewards[Index[t]],   t = 0, ..., T-1
//
// From a small deterministic table only the pairs are recorded: a pair is the index of its own reward, so Index is Pairs and
// Rewards the table's. Nobody but the Generator writes to the slices, which serve the next episode too.
type Trace struct {
	Pairs     []int32   // length T - Repeat
	Index     []int32   // likewise
	Rewards   []float64 // not to be ranged over: the rewards of the episode are those at Index
	Truncated bool      // cut by the horizon, as in Episode

	// Of an episode that repeats itself, the columns hold the steps up to the first repetition: their last Period steps go
	// on repeating for Repeat more steps. TraceCycle generates such.
	Period, Repeat int

	codes   []int32 // Index where the table codes its rewards or outcomes
	steps   []int32 // 0, 1, 2, ...: Index where Rewards is a column of episode
	episode Episode
}

// Len is T, the number of steps.
func (tr *Trace) Len() int { return len(tr.Pairs) + tr.Repeat }

// TraceFrom generates the next episode into tr, from S_0 = s, A_0 = a on: the one that From would generate.
func (g *Generator) TraceFrom(tr *Trace, s State, a Action) {
	if p, ok := g.chased(); ok && !g.table.terminal[s] {
		g.chase(tr, p, s, a)
		g.advance()
		return
	}
	g.From(&tr.episode, s, a)
	tr.columns(g.mdp.NumActions())
}

// TraceFromState generates the next episode into tr, from S_0 = s on: the one that FromState would generate.
func (g *Generator) TraceFromState(tr *Trace, s State) {
	if p, ok := g.chased(); ok && !g.table.terminal[s] {
		g.chase(tr, p, s, g.policy.Act(s, &g.polRand))
		g.advance()
		return
	}
	g.FromState(&tr.episode, s)
	tr.columns(g.mdp.NumActions())
}

// columns makes tr the episode that stands in its columns.
func (tr *Trace) columns(actions int) {
	ep := &tr.episode
	n := ep.Len()
	for i := len(tr.steps); i < n; i++ {
		tr.steps = append(tr.steps, int32(i))
	}
	tr.Pairs = resize(tr.Pairs, n)
	for t, a := range ep.Actions {
		tr.Pairs[t] = int32(int(ep.States[t])*actions + int(a))
	}
	tr.Index, tr.Rewards, tr.Truncated = tr.steps[:n], ep.Rewards, ep.Truncated
	tr.Period, tr.Repeat = 0, 0
}

// read says where the rewards of the pairs stand.
func (tr *Trace) read(t *Table) {
	tr.Period, tr.Repeat = 0, 0
	switch {
	case t.moves != nil: // the walk has noted the codes
		tr.Index, tr.Rewards = tr.codes[:len(tr.Pairs)], t.moves.reward[:]
	case t.reward.code != nil:
		tr.codes = resize(tr.codes[:0], len(tr.Pairs))
		for i, pair := range tr.Pairs {
			tr.codes[i] = int32(t.reward.code[pair])
		}
		tr.Index, tr.Rewards = tr.codes, t.reward.value
	default:
		tr.Index, tr.Rewards = tr.Pairs, t.reward.value
	}
}
