package env

import (
	"encoding/binary"
	"math"
)

// A walk in lanes plays whole blocks of episodes, eight or sixteen at a time in lock-step: the episodes of different blocks do not
// depend on each other, and a single walk would wait for the table at every step. The symbols of the steps ahead are drawn
// first, by the streams of each lane's block. A lane that comes to a terminal state goes on where the next episode of its
// block begins, and stays idle where there is none.

const (
	laneCount  = 8
	codedLanes = 16                  // in a large coded table, where a step waits for two loads
	laneRoom   = 1024                // the most symbols drawn ahead
	laneSize   = laneRoom + fillPast // the room for a lane's symbols
	blockRoom  = 64                  // more than the episodes of a block
)

// lanes is the walk of one generator.
type lanes struct {
	walkTable
	starts           *starts
	horizon, size    int // of an episode in steps, of a block in episodes
	families         [3]streams
	waits            *Waits  // nil: every decision is exploratory, or none is
	actDie, stateDie *digits // nil: no such symbols are drawn
	stateCells       *cells  // likewise
	ahead            int     // symbols drawn ahead, at most laneRoom

	at       [codedLanes]uint32            // the row where each lane stands
	sum      [codedLanes]float64           // of the rewards of its block
	over     [codedLanes]uint              // the episodes of its block that are over
	rows     [codedLanes][blockRoom]uint32 // where these begin, then the idle row
	last     [codedLanes][blockRoom]uint32 // the symbol with which each came to its end
	symbols  [codedLanes][laneSize]uint8
	heads    [codedLanes][laneSize]uint16 // of the words of a policy that takes words
	outcomes [codedLanes][laneSize]uint8  // the environment's part of the symbols, where the policy has a part too
	lane     [codedLanes]lane
	count    int // the lanes in use
	stop     int // the symbol before which the walk stops

	starting         Rand
	first            int64     // the block of totals[0]
	dealt, end       int64     // the blocks not yet dealt
	busy             int       // lanes under way
	totals           []float64 // of each block: the sum of its rewards
	steps, truncated int64     // of all episodes; episodes cut by the horizon
}

// lane is one block under way.
type lane struct {
	busy              bool
	block             int64
	episode, episodes uint // the present episode, among those of the block that have steps, and how many these are
	begun, since      int  // the symbols with which the block and the episode began; negative: before the first one kept
	drawn, turned     int  // how far the policy's symbols and the environment's are drawn
	policy, state     Rand
}

func (g *Generator) newLanes(form rowLayout) *lanes {
	w := &lanes{starts: &g.starts, families: g.families, size: int(BlockSize(g.horizon)), horizon: min(g.horizon, math.MaxInt-laneRoom)}
	w.rowLayout = form
	if w.starts.certain() {
		row := uint32(int(w.starts.states[0]) * form.width)
		for k := range w.rows {
			for e := range w.size {
				w.rows[k][e] = row
			}
		}
	}
	if form.actions > 1 {
		w.actDie = newDigits(NewDie(form.actions), form.faces)
	}
	scale := 1
	if form.alias != nil {
		scale = form.alias.columns
	}
	switch {
	case form.table.cells != nil:
		w.stateCells = form.table.cells.scaled(scale)
	case form.faces > 1:
		w.stateDie = newDigits(form.table.die, scale)
	}
	return w
}

// tune makes ready for the policy, which has the layout that the walk has.
func (w *lanes) tune(p Policy) {
	w.waits = nil
	if p, ok := p.(*Soft); ok && w.actDie != nil {
		w.waits = p.waits
	}
	w.ahead, w.count = laneRoom, laneCount
	if w.code != nil && w.alias == nil {
		w.count = codedLanes
	}
	if w.ends { // what is drawn ahead is lost at the end of a block
		w.ahead = 128
	} else if w.alias != nil { // heads take more room than throws
		w.ahead = 512
	}
}

//go:generate go run ./internal/lanegen

// walk moves every lane from symbol i on, until symbol w.stop.
func (w *lanes) walk(i int) {
	switch small, coded := len(w.next) == smallEntries, w.code != nil; {
	case w.alias != nil:
		w.walkWords(i)
	case coded && w.ends:
		w.walkCodedEnding(i)
	case coded:
		w.walkCoded(i)
	case small && w.ends:
		w.walkSmallEnding(i)
	case small:
		w.walkSmall(i)
	case w.ends:
		w.walkLargeEnding(i)
	default:
		w.walkLarge(i)
	}
}

// play plays the blocks [block, block+n) and leaves the sum of each block's rewards in totals.
func (w *lanes) play(block, n int64) (steps, truncated int64) {
	w.first, w.dealt, w.end = block, block, block+n
	w.totals = resize(w.totals, int(n))
	clear(w.totals)
	w.steps, w.truncated = 0, 0
	for k := range w.lane[:w.count] {
		w.deal(k, 0)
	}
	for w.busy > 0 {
		for i := 0; i < w.ahead && w.busy > 0; i = w.stop {
			w.stop = w.cut()
			w.walk(i)
			w.settle(w.stop)
		}
		w.turn()
	}
	return w.steps, w.truncated
}

// cut is the symbol before which no lane goes beyond the horizon.
func (w *lanes) cut() int {
	to := w.ahead
	for k := range w.lane[:w.count] {
		if l := &w.lane[k]; l.busy {
			to = min(to, l.since+w.horizon)
		}
	}
	return to
}

// settle ends the episodes that reach the horizon before symbol i and deals blocks to the lanes whose block is over.
func (w *lanes) settle(i int) {
	for k := range w.lane[:w.count] {
		l := &w.lane[k]
		if !l.busy {
			continue
		}
		if n := w.over[k]; n > l.episode {
			l.episode, l.since = n, int(w.last[k][(n-1)%blockRoom])+1
		}
		if l.since+w.horizon == i {
			w.truncated++
			l.episode, l.since = l.episode+1, i
			w.over[k], w.at[k] = l.episode, w.rows[k][l.episode]
		}
		if l.episode == l.episodes {
			w.totals[l.block-w.first] = w.sum[k]
			w.steps += int64(l.since - l.begun)
			w.busy--
			w.deal(k, i)
		}
	}
}

// deal gives lane k the next block that has a step, from symbol i on.
func (w *lanes) deal(k, i int) {
	l, rows := &w.lane[k], &w.rows[k]
	l.busy, l.episode, l.episodes = false, 0, 0
	l.begun, l.since, l.drawn, l.turned = i, i, i, i
	for l.episodes == 0 && w.dealt < w.end {
		l.episodes = w.begin(rows, w.dealt)
		l.block = w.dealt
		w.dealt++
	}
	if l.episodes == 0 {
		w.at[k] = w.idle()
		return
	}
	rows[l.episodes] = w.idle()
	w.at[k], w.sum[k], w.over[k] = rows[0], 0, 0
	l.busy = true
	w.busy++
	l.policy.enter(w.families[1], uint64(l.block))
	l.state.enter(w.families[2], uint64(l.block))
	w.draw(k, i)
}

// begin sets the rows where the episodes of a block begin that have steps, and returns how many these are.
func (w *lanes) begin(rows *[blockRoom]uint32, block int64) (n uint) {
	if w.starts.certain() { // they have been set
		return uint(w.size)
	}
	w.starting.enter(w.families[0], uint64(block))
	for range w.size {
		if s := w.starts.draw(&w.starting); !w.table.terminal[s] {
			rows[n] = uint32(int(s) * w.width)
			n++
		}
	}
	return n
}

// turn moves what is drawn beyond the symbols that are used up to the front and draws the next ones.
func (w *lanes) turn() {
	for k := range w.lane[:w.count] {
		l := &w.lane[k]
		if !l.busy {
			continue
		}
		symbols, outcomes := &w.symbols[k], &w.outcomes[k]
		l.drawn, l.turned = max(0, l.drawn-w.ahead), max(0, l.turned-w.ahead)
		*(*[fillPast]uint8)(symbols[:]) = [fillPast]uint8(symbols[w.ahead:])
		*(*[fillPast]uint8)(outcomes[:]) = [fillPast]uint8(outcomes[w.ahead:])
		if w.alias != nil {
			*(*[headsPast]uint16)(w.heads[k][:]) = [headsPast]uint16(w.heads[k][w.ahead:])
		}
		l.since -= w.ahead
		l.begun -= w.ahead
		w.draw(k, 0)
	}
}

// draw draws the symbols of lane k from the given one on, no more than the lane's block can use.
func (w *lanes) draw(k, from int) {
	l := &w.lane[k]
	to := min(w.ahead, l.since+int(l.episodes-l.episode)*w.horizon)
	if from >= to {
		return
	}
	symbols, outcomes := &w.symbols[k], &w.outcomes[k]
	switch {
	case w.alias != nil:
		l.drawn = l.policy.headsTo(&w.heads[k], l.drawn, to)
		l.turned = w.turnTo(l, symbols, to)
		return
	case w.waits != nil:
		l.policy.explore(symbols[from:], to-from, w.waits, w.actDie)
	case w.actDie != nil:
		l.drawn = l.policy.throwsTo(symbols, l.drawn, to, w.actDie)
	default:
		l.turned = w.turnTo(l, symbols, to)
		return
	}
	if w.faces > 1 {
		l.turned = w.turnTo(l, outcomes, to)
		add(symbols[from:to], outcomes[from:to])
	}
}

// turnTo draws the environment's symbols of a lane to dst, up to the given one at least, and returns how far it came.
func (w *lanes) turnTo(l *lane, dst *[laneSize]uint8, to int) int {
	switch {
	case w.stateDie != nil:
		return l.state.throwsTo(dst, l.turned, to, w.stateDie)
	case w.stateCells != nil:
		return l.state.castsTo(dst, l.turned, to, w.stateCells)
	}
	return l.turned
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
