package sweep

import (
	"context"
	"iter"
	"sync"
)

// queue hands out the cells of a plan: group by group, seed by seed, but of a group that stops on evidence no cell of a round
// before those of the round before are finished. Which cells are handed out in the end depends on the plan alone.
type queue struct {
	plan *Plan

	mu      sync.Mutex
	changed *sync.Cond
	groups  []course
	first   int // the groups before it have nothing left to hand out
}

// course is how far a group has come.
type course struct {
	cell     func(k int) Cell
	next     int       // seeds that were handed out
	end      int       // of the round, and in the end of the group
	finished int       // seeds of the group
	failed   bool      // a cell cannot be run: the round will not end
	evidence *Evidence // nil: all seeds are one round
	scores   []float64 // of the round
}

// handedOut reports that nothing will be handed out any more.
func (g *course) handedOut() bool {
	return g.next == g.end && (g.evidence == nil || g.evidence.Ended() || g.failed)
}

func newQueue(r *Run) (*queue, error) {
	q := &queue{plan: r.plan, groups: make([]course, len(r.plan.Groups))}
	q.changed = sync.NewCond(&q.mu)
	for i := range q.groups {
		g := &q.groups[i]
		g.end = len(q.plan.Seeds)
		if q.plan.Until == nil {
			continue
		}
		var err error
		if g.evidence, err = q.plan.evidence(i); err != nil {
			return nil, err
		}
		g.begin()
	}
	return q, nil
}

// begin begins a round.
func (g *course) begin() {
	g.end = g.evidence.round()
	g.scores = make([]float64, g.end-g.evidence.Seeds)
}

// next waits for a cell that can be handed out. There is none when all are, or ctx has ended.
func (q *queue) next(ctx context.Context) (c Cell, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for ctx.Err() == nil {
		waiting := false
		for i := q.first; i < len(q.groups); i++ {
			g := &q.groups[i]
			switch {
			case g.next < g.end:
				return q.handOut(i)
			case !g.handedOut():
				waiting = true
			case i == q.first:
				q.first++
			}
		}
		if !waiting {
			return c, false
		}
		q.changed.Wait()
	}
	return c, false
}

func (q *queue) handOut(i int) (c Cell, ok bool) {
	g := &q.groups[i]
	if g.cell == nil {
		var err error
		if g.cell, err = q.plan.cellsOf(i); err != nil {
			return c, false
		}
	}
	g.next++
	return g.cell(g.next - 1), true
}

// wake makes next look at its context.
func (q *queue) wake() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.changed.Broadcast()
}

// settle takes a finished cell into account, with its metric, and returns the cells that are therefore not needed.
func (q *queue) settle(c Cell, x float64) iter.Seq[Cell] {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.changed.Broadcast()
	seeds := len(q.plan.Seeds)
	g := &q.groups[c.Index/seeds]
	g.finished++
	end := seeds
	if g.evidence != nil {
		g.scores[c.Index%seeds-g.evidence.Seeds] = x
		if g.finished == g.end {
			g.evidence.look(g.scores)
			g.begin()
		}
		if g.evidence.Enough {
			end = g.end
		}
	}
	return func(yield func(Cell) bool) {
		for k := end; k < seeds && yield(g.cell(k)); k++ {
		}
	}
}

// abandon takes a cell into account that cannot be run.
func (q *queue) abandon(c Cell) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.groups[c.Index/len(q.plan.Seeds)].failed = true
	q.changed.Broadcast()
}

// complete reports whether all cells that are needed are finished.
func (q *queue) complete() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.groups {
		if g := &q.groups[i]; g.finished < g.end || !g.handedOut() {
			return false
		}
	}
	return true
}
