package mc

import (
	"context"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
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
	if n := min(limit, l.episodesLeft()); n == l.rules.batch && l.renews() {
		l.renew()
	} else {
		l.sweep(n)
	}
	l.end()
	return nil
}

// renews reports that the table after an iteration depends on its policy alone, and that equal tables are improved equally.
func (l *Basic) renews() bool {
	return l.rules.average == ResetAverage && !l.rules.single() && l.rules.ties != RandomTie
}

// renew plays a whole iteration. The returns of the last one come again, but for those from pairs that lead to a state whose
// return has changed: only these are scored. It notes the states in which the greedy action may have lost its place.
func (l *Basic) renew() {
	x, q, n := l.ends, l.q, l.rules.perPair
	if !x.known {
		l.noteAll()
	}
	x.follow(l.greedy, l.changed)
	for _, s := range x.moved {
		rest := float64(x.gamma * x.of[s].value)
		for _, from := range x.into(s) {
			cell, best := &q.cells[from.pair], &q.cells[int(from.state)*q.actions+int(l.greedy[from.state])]
			before, g := cell.Value(), rest+from.reward
			*cell = estimate.MakeMean(n, g) // the mean of n equal returns
			if cell != best && g >= best.Value() || cell == best && g < before {
				l.note(env.State(from.state))
			}
		}
	}
	l.progress.Episodes += l.rules.batch
	l.progress.Steps += n * x.steps
	l.progress.Truncated += n * x.cut
}

// noteAll notes every non-terminal state.
func (l *Basic) noteAll() {
	for i := int64(0); i < l.pairs(); i += int64(l.q.actions) {
		s, _ := l.pair(i)
		l.note(s)
	}
}

// sweep plays the next episodes of an iteration one after the other.
func (l *Basic) sweep(left int64) {
	l.begin()
	l.ends.follow(l.greedy, l.changed)
	i, done := l.progress.Episodes/l.rules.perPair%l.pairs(), l.progress.Episodes%l.rules.perPair
	l.progress.Episodes += left
	for left > 0 {
		s, first := l.pair(i)
		a := int(first)
		for ; a < l.q.actions && left > 0; a++ {
			n := min(left, l.rules.perPair-done)
			l.score(int(s)*l.q.actions+a, n)
			left, done = left-n, 0
		}
		if i += int64(a - int(first)); a < l.q.actions || !l.stays(s) {
			l.note(s)
		}
	}
}

// score adds the n equal returns of a pair.
func (l *Basic) score(pair int, n int64) {
	x, cell := l.ends, &l.q.cells[pair]
	next := x.next[pair]
	g := float64(x.gamma*x.of[next].value) + x.reward[pair]
	for range n {
		l.rules.step.Update(cell, g)
	}
	steps, truncated := x.length(next)
	l.progress.Steps += n * (1 + steps)
	if truncated {
		l.progress.Truncated += n
	}
}
