package env

// Trace is an episode as a backward pass reads it: the pair of each step, and where its reward stands.
//
//	S_t |A| + A_t = Pairs[t],   R_{t+1} = Rewards[Index[t]],   t = 0, ..., T-1
//
// From a deterministic table only the pairs are recorded: a pair is the index of its own reward, so Index is Pairs and
// Rewards the table's. Nobody but the Generator writes to the slices, which serve the next episode too.
type Trace struct {
	Pairs     []int32   // length T
	Index     []int32   // length T
	Rewards   []float64 // not to be ranged over: the rewards of the episode are those at Index
	Truncated bool      // cut by the horizon, as in Episode

	codes   []int32 // Index where the table codes its rewards
	steps   []int32 // 0, 1, 2, ...: Index where Rewards is a column of episode
	episode Episode
}

// Len is T, the number of steps.
func (tr *Trace) Len() int { return len(tr.Pairs) }

// TraceFrom generates the next episode into tr, from S_0 = s, A_0 = a on: the one that From would generate.
func (g *Generator) TraceFrom(tr *Trace, s State, a Action) {
	if best, soft, ok := g.chased(); ok && !g.table.terminal[s] {
		g.chase(tr, best, soft, s, a)
		g.advance()
		return
	}
	g.From(&tr.episode, s, a)
	tr.columns(g.mdp.NumActions())
}

// TraceFromState generates the next episode into tr, from S_0 = s on: the one that FromState would generate.
func (g *Generator) TraceFromState(tr *Trace, s State) {
	if best, soft, ok := g.chased(); ok && !g.table.terminal[s] {
		g.chase(tr, best, soft, s, g.policy.Act(s, &g.polRand))
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
}

// chased returns the greedy actions of a policy under which a deterministic table can be chased from link to link, and the
// policy itself where it explores.
func (g *Generator) chased() (best []Action, soft *Soft, ok bool) {
	if g.table == nil || !g.table.Deterministic() {
		return nil, nil, false
	}
	switch p := g.policy.(type) {
	case Deterministic:
		return p, nil, true
	case *Soft:
		if p.waits != nil {
			return p.Best, p, true
		}
		return p.Best, nil, p.eps == 0
	}
	return nil, nil, false
}

// chase is the loop over a deterministic table: stretches of greedy steps between exploratory ones. It takes from the streams
// what walkSoft takes.
func (g *Generator) chase(tr *Trace, best []Action, soft *Soft, s State, a Action) {
	t, r := g.table, &g.polRand
	if g.links == nil {
		g.links = newLinks(t.states)
	}
	pairs, n, ended := tr.Pairs, 0, false
	for {
		pairs = room(pairs, n)
		pair := int32(s)*int32(t.actions) + int32(a)
		pairs[n] = pair
		n++
		s = t.next[pair]
		ended = t.terminal[s]
		for explore := false; !explore && !ended && n < g.horizon; {
			pairs = room(pairs, n)
			stretch := min(g.horizon-n, walkChunk)
			if soft != nil {
				stretch = min(stretch, r.greedySteps(soft.waits))
			}
			var taken int
			s, taken = g.follow(pairs[n:n+stretch], best, s)
			n += taken
			ended = s < 0
			explore = soft != nil && r.skip(taken)
		}
		if ended || n == g.horizon {
			break
		}
		r.due = false
		a = Action(r.Throw(&soft.die))
	}
	tr.Pairs, tr.Truncated = pairs[:n], !ended
	tr.read(&t.reward)
}

// follow takes greedy steps from s on, one for each element of pairs or until the episode ends, and returns the state
// reached, ^s if it is terminal, and the number of steps. Each step waits for one load only, that of the link before it.
func (g *Generator) follow(pairs []int32, best []Action, s State) (State, int) {
	links, actions := g.links, int32(g.table.actions)
	best = best[:len(links)]
	for i := range pairs {
		l := &links[s]
		if l.action != best[s] {
			g.link(l, s, best[s])
		}
		pairs[i] = int32(s)*actions + int32(l.action)
		if s = l.next; s < 0 {
			return s, i + 1
		}
	}
	return s, len(pairs)
}

// link is where the greedy action of a state leads. It holds for the action it names; the policy may have another by now.
type link struct {
	action Action
	next   State // ^s' where s' is terminal
}

func newLinks(states int) []link {
	links := make([]link, states)
	for i := range links {
		links[i].action = -1
	}
	return links
}

func (g *Generator) link(l *link, s State, a Action) {
	next := g.table.next[int(s)*g.table.actions+int(a)]
	if g.table.terminal[next] {
		next = ^next
	}
	*l = link{a, next}
}

// read says where the rewards of the pairs stand.
func (tr *Trace) read(r *rewards) {
	tr.Index, tr.Rewards = tr.Pairs, r.value
	if r.code == nil {
		return
	}
	tr.codes = resize(tr.codes[:0], len(tr.Pairs))
	for t, pair := range tr.Pairs {
		tr.codes[t] = int32(r.code[pair])
	}
	tr.Index = tr.codes
}

// room returns pairs with the first n elements and space for walkChunk more.
func room(pairs []int32, n int) []int32 {
	if len(pairs)-n < walkChunk {
		pairs = resize(pairs, n+walkChunk)
		pairs = pairs[:cap(pairs)]
	}
	return pairs
}

// greedySteps is the number of greedy steps before the next event: that many calls of Explore return false.
func (r *Rand) greedySteps(w *Waits) int {
	if r.wait == 0 && !r.due || r.waitEps != w.eps {
		r.drawWait(w)
	}
	return int(r.wait)
}

// skip takes n of those steps, and reports whether an exploratory one is next.
func (r *Rand) skip(n int) bool {
	r.wait -= uint32(n)
	return r.wait == 0 && r.due
}
