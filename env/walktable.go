package env

import "math"

// rowLayout says which entry of a walk table a symbol picks. Each state has a row of width entries; symbol slot*faces + face is
// the outcome of the slot's action under that face of the environment's die (one face where all transitions are certain).
// Slot 0 is the greedy action and slot 1+a action a; where no action is preferred, slot a is action a.
//
// Under a policy with rows of its own, each state has a row of faces*columns pairs of entries: pair face*columns + c is for
// the actions of column c, and the policy's word picks the column and one of the two (see aliasRows).
type rowLayout struct {
	table   *Table
	greedy  bool // slot 0 is the greedy action
	actions int  // the slots that are actions: |A|, or 0 for a policy that never explores
	faces   int
	width   int
	alias   *aliasRows // nil: the policy takes no word
}

// walkTable is a table under one of this package's policies, laid out for a walk. An entry is the first entry of the next
// state's row, plus ended where that is terminal, and the reward of the step.
type walkTable struct {
	rowLayout
	best []Action // the greedy actions that the entries stand for
	ends bool     // some entry leads to a terminal state

	smallNext   [smallEntries]uint32 // for tables that fit
	smallReward [smallEntries]float64
	next        []uint32 // the same memory, or longer
	reward      []float64
	mark        []uint16 // of column c, at the beginning of each row
	code        []uint8  // non-nil: for large tables; an entry is the code of a move
	moveCoder
}

const (
	smallEntries = 1 << 12
	largeEntries = 1 << 27 // tables with more are not laid out
	ended        = 1 << 31
	maxWidth     = 256 // a symbol is a byte
)

// layoutOf returns the layout of a table under a policy and the policy's greedy actions; false where a step does not take
// the same symbols in every state.
func layoutOf(t *Table, p Policy) (w rowLayout, best []Action, ok bool) {
	w = rowLayout{table: t}
	if t == nil || t.faces() == 0 {
		return w, nil, false
	}
	w.faces = t.faces()
	switch p := p.(type) {
	case Deterministic:
		best, w.greedy = p, true
	case *Soft:
		best, w.greedy = p.Best, p.eps < 1
		if p.eps > 0 {
			w.actions = p.actions
		}
	case *Stochastic:
		if w.alias = p.rows; w.alias == nil {
			return w, nil, false
		}
		w.width = w.faces * w.alias.columns
		return w, nil, p.actions == t.actions && len(p.probs) == t.states*t.actions && w.width <= maxWidth && w.entries() <= largeEntries
	default:
		return w, nil, false
	}
	w.width = w.actions * w.faces
	if w.greedy {
		w.width += w.faces
	}
	fits := len(best) == t.states && (w.actions == 0 || w.actions == t.actions)
	return w, best, fits && w.width <= maxWidth && w.entries() <= largeEntries
}

// entries counts those of all rows. The last row is the idle one, which leads to itself without a reward.
func (w *rowLayout) entries() int {
	n := (w.table.states + 1) * w.width
	if w.alias != nil {
		n *= 2
	}
	return n
}

func (w *rowLayout) idle() uint32 { return uint32(w.table.states * w.width) }

// build lays out the rows under the greedy actions best; coded where that is asked for and 256 moves are enough.
func (w *walkTable) build(best []Action, coded bool) {
	n := w.entries()
	w.best = make([]Action, w.table.states)
	w.next, w.reward, w.code = w.smallNext[:], w.smallReward[:], nil
	switch {
	case coded:
		w.code, w.moveCoder = make([]uint8, n), moveCoder{}
	case n > smallEntries:
		w.next, w.reward = make([]uint32, n), make([]float64, n)
	}
	ok := true
	if w.alias != nil {
		if !w.buildRows() {
			w.build(best, false)
		}
		return
	}
	for i := int(w.idle()); i < n; i++ {
		ok = ok && w.put(i, w.idle(), w.idle(), 0)
	}
	first := 0
	if w.greedy {
		first = 1
	}
	for s := range w.best {
		w.best[s] = -1
		for a := range w.actions {
			ok = ok && w.putSlot(s, first+a, Action(a))
		}
	}
	if !ok || !w.follow(best) {
		w.build(best, false)
	}
}

// follow lets slot 0 of each state be its greedy action. It is false where the moves are more than 256.
func (w *walkTable) follow(best []Action) bool {
	if !w.greedy {
		return true
	}
	const many = 64 // are compared at once
	for s := 0; s < len(best); {
		if s+many <= len(best) && [many]Action(best[s:]) == [many]Action(w.best[s:]) {
			s += many
			continue
		}
		for end := min(s+many, len(best)); s < end; s++ {
			if w.best[s] == best[s] {
				continue
			}
			if !w.putSlot(s, 0, best[s]) {
				return false
			}
			w.best[s] = best[s]
		}
	}
	return true
}

// putSlot sets the entries of a slot of state s to the outcomes of action a.
func (w *walkTable) putSlot(s, slot int, a Action) bool {
	t := w.table
	if t.terminal[s] {
		return true
	}
	row := s * w.width
	for face := range w.faces {
		if !w.putOutcome(row+slot*w.faces+face, s, t.outcome(s*t.actions+int(a), face)) {
			return false
		}
	}
	return true
}

// putOutcome sets an entry of the row of state s to an outcome.
func (w *walkTable) putOutcome(entry, s, outcome int) bool {
	t := w.table
	next, reward := t.at(State(s), outcome)
	to := uint32(int(next) * w.width)
	if t.terminal[next] {
		to += ended
		w.ends = true
	}
	return w.put(entry, uint32(s*w.width), to, reward)
}

// put sets an entry of the row: where it leads and its reward.
func (w *walkTable) put(entry int, row, to uint32, reward float64) bool {
	if w.code == nil {
		w.next[entry], w.reward[entry] = to, reward
		return true
	}
	code, ok := w.find(to-row, reward)
	w.code[entry] = code
	return ok
}

// moveCoder numbers the pairs of a move, the distance between two rows, and its reward.
type moveCoder struct {
	move  [256]uint32
	gain  [256]float64
	codes keys
}

// find returns the code of a pair, a new one if it is new; false when there are 256 others.
func (c *moveCoder) find(move uint32, gain float64) (code uint8, ok bool) {
	if code, ok = c.codes.find(key{uint64(move), math.Float64bits(gain)}); ok {
		c.move[code], c.gain[code] = move, gain
	}
	return code, ok
}
