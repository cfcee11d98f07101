package env

// Waits samples the exploratory steps of an epsilon-greedy policy by the waits between them: the number W of greedy steps
// before the next exploratory one is geometric,
//
//	P(W = w) = (1-eps)^w eps,   w = 0, 1, 2, ...
//
// so one draw serves 1/eps steps. A byte of the stream picks one of 256 cells; w owns floor(256 P(W = w)) of them, and the
// cells that belong to nobody wholly are settled by a further 63-bit word. Waits of waitMax steps and more are cut into
// pieces, which the memoryless law allows. The value is immutable.
type Waits struct {
	eps   float64
	cell  [256]uint8
	cum   [waitMax + 1]uint64   // of the share of each code in the cells that belong to nobody
	guide [1 << guideBits]uint8 // where the search for a word with these first bits begins
}

const (
	waitMax   = 120 // this code says: no exploratory step for waitMax steps
	waitSplit = 255 // a cell that belongs to nobody
	guideBits = 10
)

// NewWaits returns the sampler for 0 < eps < 1.
func NewWaits(eps float64) *Waits {
	w := &Waits{eps: eps}
	var rest [waitMax + 1]float64
	q, filled := 1.0, 0
	for k := range rest {
		p := float64(q * eps)
		if k == waitMax {
			p = q
		}
		n := int(256 * p)
		for range n {
			w.cell[filled] = uint8(k)
			filled++
		}
		rest[k] = float64(256*p) - float64(n)
		q = float64(q * (1 - eps))
	}
	for ; filled < 256; filled++ {
		w.cell[filled] = waitSplit
	}
	copy(w.cum[:], cumulative(rest[:]))
	code := 0
	for i := range w.guide {
		for uint64(i)<<(63-guideBits) >= w.cum[code] {
			code++
		}
		w.guide[i] = uint8(code)
	}
	return w
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
	if r.bytesLeft == 0 {
		r.bytes, r.bytesLeft = r.src.Uint64(), 8
	}
	code := w.cell[r.bytes&255]
	r.bytes >>= 8
	r.bytesLeft--
	if code == waitSplit {
		code = r.split(w)
	}
	r.wait, r.due, r.waitEps = uint32(code), code < waitMax, w.eps
}
