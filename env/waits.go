package env

import "encoding/binary"

// Waits samples the exploratory steps of an epsilon-greedy policy by the waits between them: the number W of greedy steps
// before the next exploratory one is geometric,
//
//	P(W = w) = (1-eps)^w eps,   w = 0, 1, 2, ...
//
// so one draw serves 1/eps steps. 12 bits of the stream, five times from a 64-bit draw, pick one of 4096 cells; w owns
// floor(4096 P(W = w)) of them, and the cells that belong to nobody wholly are settled by a further 63-bit word. Waits of
// waitMax steps and more are cut into pieces, which the memoryless law allows.
type Waits struct {
	eps  float64
	cell [waitCells + 8]uint8 // the last eight are room to fill
	cum  [waitMax + 1]uint64  // of the share of each code in the cells that belong to nobody
}

const (
	waitBits  = 12 // pick a cell
	waitCells = 1 << waitBits
	waitPicks = 64 / waitBits // in a draw
	waitMax   = 120           // this code says: no exploratory step for waitMax steps
	waitSplit = 255           // a cell that belongs to nobody
)

// NewWaits returns the sampler for 0 < eps < 1.
func NewWaits(eps float64) *Waits {
	w := new(Waits)
	w.set(eps)
	return w
}

// set makes w the sampler for another epsilon.
func (w *Waits) set(eps float64) {
	w.eps = eps
	var rest [waitMax + 1]float64
	q, first := 1.0, 0
	for k := range rest {
		p := float64(q * eps)
		if k == waitMax {
			p = q
		}
		n := int(waitCells * p)
		w.fill(first, first+n, uint8(k))
		first += n
		rest[k] = float64(waitCells*p) - float64(n)
		q = float64(q * (1 - eps))
	}
	w.fill(first, waitCells, waitSplit)
	cumulate(w.cum[:], rest[:])
}

// fill gives the cells from first to last to a code, eight at a time: what it writes behind them is written again.
func (w *Waits) fill(first, last int, code uint8) {
	word := uint64(code) * 0x0101_0101_0101_0101
	for ; first < last; first += 8 {
		binary.LittleEndian.PutUint64(w.cell[first:first+8], word)
	}
}

// Explore reports whether the present step is exploratory: true with probability eps, independently at every step.
// A wait left over from another epsilon is discarded.
func (r *Rand) Explore(w *Waits) bool {
	if r.wait == 0 && !r.due || r.waitEps != w.eps {
		r.drawWait(w)
	}
	if r.wait > 0 {
		r.wait--
		return false
	}
	r.due = false
	return true
}

func (r *Rand) drawWait(w *Waits) {
	if r.picks == 0 {
		r.bits, r.picks = r.src.Uint64(), waitPicks
	}
	code := w.cell[r.bits%waitCells]
	r.bits >>= waitBits
	r.picks--
	if code == waitSplit {
		code = w.split(r.word())
	}
	r.wait, r.due, r.waitEps = uint32(code), code < waitMax, w.eps
}
