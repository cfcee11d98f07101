package env

import (
	"encoding/binary"
	"math"
)

// A walk in lanes plays whole blocks of episodes, eight at a time in lock-step: the episodes of different blocks do not
// depend on each other, and a single walk would wait for the table at every step. The symbols of the steps ahead are drawn
// first, by the streams of each lane's block.

const (
	laneCount = 8
	laneRoom  = 1024                // the most symbols drawn ahead
	laneSize  = laneRoom + fillPast // the room for a lane's symbols
)

// lanes is the walk of one generator.
type lanes struct {
	walkTable
	starts           *starts
	horizon, size    int // of an episode in steps, of a block in episodes
	families         [3]streams
	waits            *Waits  // nil: every decision is exploratory, or none is
	actDie, stateDie *digits // nil: no such symbols are drawn
	ahead            int     // symbols drawn ahead, at most laneRoom

	at       [laneCount]uint32  // the row where each lane stands
	sum      [laneCount]float64 // of the rewards of its present episode
	lane     [laneCount]lane
	symbols  [laneCount][laneSize]uint8
	outcomes [laneCount][laneSize]uint8 // the environment's part of the symbols, where the policy has a part too
	stop     int                        // the symbol before which the walk stops

	starting         Rand
	first            int64     // the block of totals[0]
	dealt, end       int64     // the blocks not yet dealt
	busy             int       // lanes under way
	totals           []float64 // the sum of each episode's rewards
	steps, truncated int64     // of all episodes; episodes cut by the horizon
}

// lane is one block under way.
type lane struct {
	busy              bool
	episode, episodes int // the present episode, among those of the block that have steps, and how many these are
	begun, since      int // the symbols with which the block and the episode began; negative: before the first one kept
	drawn, turned     int // how far the policy's symbols and the environment's are drawn
	policy, state     Rand

	rows   [16]uint32 // where the episodes begin, then the idle row
	totals [16]float64
	index  [8]int // of the episodes in lanes.totals
}

func (g *Generator) newLanes(form rowLayout) *lanes {
	w := &lanes{starts: &g.starts, families: g.families, size: int(BlockSize(g.horizon)), horizon: min(g.horizon, math.MaxInt-laneRoom)}
	w.rowLayout = form
	if form.actions > 1 {
		w.actDie = newDigits(NewDie(form.actions), form.faces)
	}
	if form.faces > 1 {
		w.stateDie = newDigits(form.table.die, 1)
	}
	return w
}

// tune makes ready for the policy, which has the layout that the walk has.
func (w *lanes) tune(p Policy) {
	w.waits = nil
	if p, ok := p.(*Soft); ok && w.actDie != nil {
		w.waits = p.waits
	}
	w.ahead = laneRoom
	if w.ends { // what is drawn ahead is lost at the end of a block
		w.ahead = 128
	}
}

//go:generate go run ./internal/lanegen

// walk moves every lane from symbol i on, until symbol w.stop or the end of a lane's block, and returns the symbol it came
// to.
func (w *lanes) walk(i int) int {
	switch {
	case w.code != nil && w.ends:
		return w.walkCodedEnding(i)
	case w.code != nil:
		return w.walkCoded(i)
	case len(w.next) > smallEntries:
		return w.walkLarge(i)
	case w.ends:
		return w.walkSmallEnding(i)
	}
	return w.walkSmall(i)
}

// play plays the blocks [block, block+n) and leaves the sum of each episode's rewards in totals.
func (w *lanes) play(block, n int64) (steps, truncated int64) {
	w.first, w.dealt, w.end = block, block, block+n
	w.totals = resize(w.totals, int(n)*w.size)
	w.steps, w.truncated = 0, 0
	for k := range w.lane {
		w.deal(k, 0)
	}
	for w.busy > 0 {
		for i := 0; i < w.ahead && w.busy > 0; {
			w.stop = w.cut()
			i = w.walk(i)
			w.settle(i)
		}
		w.turn()
	}
	return w.steps, w.truncated
}

// cut is the symbol before which no lane reaches the horizon.
func (w *lanes) cut() int {
	to := w.ahead
	for k := range w.lane {
		if l := &w.lane[k]; l.busy {
			to = min(to, l.since+w.horizon)
		}
	}
	return to
}

// over ends the episode of lane k before symbol i and returns the row where the lane goes on.
func (w *lanes) over(k, i int, sum float64) uint {
	l := &w.lane[k]
	e := uint(l.episode) % 16
	l.totals[e] = sum
	e++
	l.episode = int(e)
	l.since = i
	if l.episode == l.episodes {
		w.stop = i
	}
	return uint(l.rows[e%16])
}

// settle ends the episodes that reach the horizon before symbol i and deals blocks to the lanes whose block is over.
func (w *lanes) settle(i int) {
	for k := range w.lane {
		l := &w.lane[k]
		if !l.busy {
			continue
		}
		if l.since+w.horizon == i {
			w.truncated++
			w.at[k], w.sum[k] = uint32(w.over(k, i, w.sum[k])), 0
		}
		if l.episode == l.episodes {
			for e := range l.episodes {
				w.totals[l.index[e]] = l.totals[e]
			}
			w.steps += int64(i - l.begun)
			w.busy--
			w.deal(k, i)
		}
	}
}

// deal gives lane k the next block that has a step, from symbol i on.
func (w *lanes) deal(k, i int) {
	l := &w.lane[k]
	l.busy, l.episode, l.episodes = false, 0, 0
	l.begun, l.since, l.drawn, l.turned = i, i, i, i
	for l.episodes == 0 && w.dealt < w.end {
		if !w.starts.certain() {
			w.starting.enter(w.families[0], uint64(w.dealt))
		}
		for e := range w.size {
			index := int(w.dealt-w.first)*w.size + e
			s := w.starts.draw(&w.starting)
			if w.table.terminal[s] {
				w.totals[index] = 0
				continue
			}
			l.rows[l.episodes], l.index[l.episodes] = uint32(int(s)*w.width), index
			l.episodes++
		}
		w.dealt++
	}
	l.rows[l.episodes] = w.idle()
	w.at[k], w.sum[k] = l.rows[0], 0
	if l.episodes > 0 {
		l.busy = true
		w.busy++
		l.policy.enter(w.families[1], uint64(w.dealt-1))
		l.state.enter(w.families[2], uint64(w.dealt-1))
		w.draw(k, i)
	}
}

// turn moves what is drawn beyond the symbols that are used up to the front and draws the next ones.
func (w *lanes) turn() {
	for k := range w.lane {
		l := &w.lane[k]
		if !l.busy {
			continue
		}
		symbols, outcomes := &w.symbols[k], &w.outcomes[k]
		l.drawn, l.turned = max(0, l.drawn-w.ahead), max(0, l.turned-w.ahead)
		*(*[fillPast]uint8)(symbols[:]) = [fillPast]uint8(symbols[w.ahead:])
		*(*[fillPast]uint8)(outcomes[:]) = [fillPast]uint8(outcomes[w.ahead:])
		l.since -= w.ahead
		l.begun -= w.ahead
		w.draw(k, 0)
	}
}

// draw draws the symbols of lane k from the given one on, no more than the lane's block can use.
func (w *lanes) draw(k, from int) {
	l := &w.lane[k]
	to := min(w.ahead, l.since+(l.episodes-l.episode)*w.horizon)
	if from >= to {
		return
	}
	symbols, outcomes := &w.symbols[k], &w.outcomes[k]
	switch {
	case w.waits != nil:
		l.policy.explore(symbols[from:], to-from, w.waits, w.actDie)
	case w.actDie != nil:
		l.drawn = l.policy.throwsTo(symbols, l.drawn, to, w.actDie)
	case w.stateDie != nil:
		l.drawn = l.state.throwsTo(symbols, l.drawn, to, w.stateDie)
		return
	}
	if w.stateDie != nil {
		l.turned = l.state.throwsTo(outcomes, l.turned, to, w.stateDie)
		add(symbols[from:to], outcomes[from:to])
	}
}

// add adds y to x. No sum is more than 255.
func add(x, y []uint8) {
	i := 0
	for ; i+8 <= len(x) && i+8 <= len(y); i += 8 {
		binary.LittleEndian.PutUint64(x[i:], binary.LittleEndian.Uint64(x[i:])+binary.LittleEndian.Uint64(y[i:]))
	}
	for ; i < len(x); i++ {
		x[i] += y[i]
	}
}
