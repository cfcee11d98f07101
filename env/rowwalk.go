package env

// A Stochastic policy takes a word a step, and the state says what it means: see aliasRows. The heads of the words are drawn
// ahead, and the eight lanes go on until one of them needs a tail; that step is taken here.

// smallMarks is the size of the small tables' array of marks.
const smallMarks = smallEntries / 2

// headsPast is the room that headsTo needs behind head n.
const headsPast = 4

// headsTo writes the heads of whole draws to dst, from number i to number n at least, and returns how far it came. None is
// left over in r.
func (r *Rand) headsTo(dst *[laneSize]uint16, i, n int) int {
	for ; i < n; i += 4 {
		x, four := r.src.Uint64(), (*[4]uint16)(dst[i:])
		four[0], four[1], four[2], four[3] = uint16(x), uint16(x>>16), uint16(x>>32), uint16(x>>48)
	}
	return i
}

// walkWords moves every lane from symbol i on, until symbol w.stop.
func (w *lanes) walkWords(i int) {
	for i < w.stop {
		from := laneCount
		switch {
		case w.code != nil:
			i, from = w.walkCodedRows(i)
		case len(w.next) == smallEntries:
			i, from = w.walkSmallRows(i)
		default:
			i, from = w.walkRows(i)
		}
		if from == laneCount {
			return
		}
		for k := from; k < laneCount; k++ {
			w.rowStep(k, i)
		}
		i++
	}
}

// rowStep is the step of lane k at symbol i.
func (w *lanes) rowStep(k, i int) {
	row, column := int(w.at[k]), int(w.heads[k][i])&(w.alias.columns-1)
	past := int(w.heads[k][i]) - int(w.mark[row+column])
	if past == 0 {
		past = int(w.lane[k].policy.tail()) - int(w.alias.low[row/w.faces+column])
	}
	entry := 2 * (row + column + int(w.symbols[k][i]))
	if past < 0 {
		entry++
	}
	if w.code != nil {
		code := w.code[entry]
		w.sum[k] += w.gain[code]
		w.at[k] += w.move[code]
	} else {
		w.sum[k] += w.reward[entry]
		w.at[k] = w.next[entry]
	}
	if w.at[k] >= ended {
		n := w.over[k]
		w.last[k][n] = uint32(i)
		w.over[k], w.at[k] = n+1, w.rows[k][n+1]
	}
}

// buildRows lays out the rows: pair face*columns + c has the outcomes under a face of the two actions of column c, that of
// its own index being the second. It is false where the moves are more than 256.
func (w *walkTable) buildRows() bool {
	t, columns := w.table, w.alias.columns
	w.mark = make([]uint16, max(smallMarks, (t.states+1)*w.width))
	ok := true
	for s := range t.states {
		if t.terminal[s] {
			continue
		}
		row := s * w.width
		copy(w.mark[row:], w.alias.mark[s*columns:][:columns])
		for i := range w.width {
			own, other, face := i%columns, int(w.alias.other[s*columns+i%columns]), i/columns
			if own >= t.actions { // never taken
				own = other
			}
			ok = ok && w.putOutcome(2*(row+i), s, t.outcome(s*t.actions+other, face)) &&
				w.putOutcome(2*(row+i)+1, s, t.outcome(s*t.actions+own, face))
		}
	}
	idle := int(w.idle())
	for i := range w.width {
		w.mark[idle+i] = uint16(^i) // another column's: the idle row takes no tail
		ok = ok && w.put(2*(idle+i), w.idle(), w.idle(), 0) && w.put(2*(idle+i)+1, w.idle(), w.idle(), 0)
	}
	return ok
}
