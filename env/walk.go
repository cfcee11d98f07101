package env

// walkFused is walkAny with the table and the decisions inlined, those of p or, where that is nil, of q: the same episode,
// bit for bit.
func walkFused(g *Generator, ep *Episode, p *Soft, q *Stochastic, s State, a Action) {
	t := g.table
	n := 0 // steps taken
	for n < g.horizon {
		chunk := min(g.horizon-n, walkChunk)
		ep.grow(n, chunk)
		states, actions, rewards := ep.States[n:n+chunk], ep.Actions[n:n+chunk], ep.Rewards[n:n+chunk]
		for i := range states {
			outcome := int(s)*t.actions + int(a)
			if t.classes != nil {
				outcome = t.sample(outcome, &g.envRnd)
			}
			states[i], actions[i] = s, a
			s, rewards[i] = t.at(s, outcome)
			if t.terminal[s] {
				ep.cut(n+i+1, s)
				return
			}
			if n+i+1 == g.horizon {
				break
			}
			if p == nil {
				a = q.Act(s, &g.polRand)
				continue
			}
			a = p.Best[s]
			if p.eps > 0 && (p.waits == nil || g.polRand.Explore(p.waits)) {
				a = Action(g.polRand.Throw(&p.die))
			}
		}
		n += chunk
	}
	ep.cut(n, s)
	ep.Truncated = true
}

// walkChunk is the number of steps for which room is made at once.
const walkChunk = 4096

// grow makes room for n+chunk steps, of which the first n are kept.
func (e *Episode) grow(n, chunk int) {
	e.States = resize(e.States, n+chunk+1)
	e.Actions = resize(e.Actions, n+chunk)
	e.Rewards = resize(e.Rewards, n+chunk)
}

// cut ends the episode after n steps in state s.
func (e *Episode) cut(n int, s State) {
	e.States, e.Actions, e.Rewards = e.States[:n+1], e.Actions[:n], e.Rewards[:n]
	e.States[n] = s
}

func resize[T any](x []T, n int) []T {
	if n > cap(x) {
		bigger := make([]T, n, max(n, 2*cap(x)))
		copy(bigger, x)
		return bigger
	}
	return x[:n]
}
