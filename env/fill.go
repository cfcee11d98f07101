package env

import (
	"encoding/binary"
	"math/bits"
)

// digits throws a die of at most 256 faces count times per look-up: floor(f k^count / 2^64) of the fraction f in Rand has
// the next throws as its base-k digits, and the product's lower half is what is left of f.
type digits struct {
	die   Die
	scale uint8
	count uint         // 4, 2 or 1
	power uint64       // k^count, at most 1024
	list  [1024]uint32 // of each number below k^count: its digits, times scale, the first in the lowest byte
}

func newDigits(d Die, scale int) *digits {
	t := &digits{die: d, scale: uint8(scale), count: 1}
	k := uint64(d.faces)
	for t.power = k; t.count < 4 && t.power*t.power <= 1024; t.count *= 2 {
		t.power *= t.power
	}
	for i := range t.power {
		for rest, j := i, t.count; j > 0; j-- {
			t.list[i] |= uint32(rest%k) * uint32(scale) << (8 * (j - 1))
			rest /= k
		}
	}
	return t
}

// fillPast is the room that throwsTo needs behind byte n.
const fillPast = 64 + 8

// throwsTo writes the throws of whole draws to dst, from byte i to byte n at least, and returns how far it came: those of
// Throw, times scale. The die has more than one face and none of its digits is left over in r.
func (r *Rand) throwsTo(dst *[laneSize]uint8, i, n int, t *digits) int {
	for ; i < n; i += int(t.die.throws) {
		draw, f := (*[fillPast]uint8)(dst[i:i+fillPast]), r.accept(&t.die)
		if t.count == 4 {
			t.spread4(draw, f)
		} else {
			t.spread(draw, f)
		}
	}
	return i
}

// spread writes the throws that a draw holds.
func (t *digits) spread(dst *[fillPast]uint8, f uint64) {
	for i := uint(0); i < uint(t.die.throws); i += t.count {
		number, rest := bits.Mul64(f, t.power)
		binary.LittleEndian.PutUint32(dst[i%64:i%64+4], t.list[number%1024])
		f = rest
	}
}

// spread4 is spread for a count of 4: k = 2, 3, 4 and 5, of which a draw holds 64, 35, 32 and 24 throws.
func (t *digits) spread4(dst *[fillPast]uint8, f uint64) {
	f = t.eight(dst[0:8], f)
	f = t.eight(dst[8:16], f)
	f = t.eight(dst[16:24], f)
	if t.die.throws <= 24 {
		return
	}
	f = t.eight(dst[24:32], f)
	if t.die.throws <= 32 {
		return
	}
	f = t.eight(dst[32:40], f)
	for i := uint(40); i < uint(t.die.throws); i += 8 {
		f = t.eight(dst[i%64:i%64+8], f)
	}
}

func (t *digits) eight(dst []uint8, f uint64) (left uint64) {
	first, rest := bits.Mul64(f, t.power)
	second, left := bits.Mul64(rest, t.power)
	binary.LittleEndian.PutUint64(dst, uint64(t.list[first%1024])|uint64(t.list[second%1024])<<32)
	return left
}

// explore writes n decisions to dst: 0 where Explore reports false, else scale plus the throw that follows it, times scale.
// The die has more than one face, and what is left over in r is of w and of this die.
func (r *Rand) explore(dst []uint8, n int, w *Waits, t *digits) {
	dst = dst[:n]
	clear(dst)
	r.waitEps = w.eps
	i := int(r.wait)
	if r.due && i < n {
		dst[i] = uint8(1+r.Throw(&t.die)) * t.scale
		r.due = false
		i++
	}
	word, picks, frac, left := r.bits, r.picks, r.frac, r.left
	for i < len(dst) {
		if picks == 0 {
			word, picks = r.fresh(), waitPicks
		}
		code := w.cell[word%waitCells]
		word >>= waitBits
		picks--
		if code >= waitMax { // rare
			if code == waitSplit {
				code = w.split(r.fresh() >> 1)
			}
			if code == waitMax {
				i += waitMax
				continue
			}
		}
		if i += int(code); i >= len(dst) {
			r.due = true
			break
		}
		if left == 0 {
			frac, left, r.faces = r.accept(&t.die), t.die.throws, t.die.faces
		}
		left--
		face, rest := bits.Mul64(frac, uint64(t.die.faces))
		frac = rest
		dst[i] = uint8(1+face) * t.scale
		i++
	}
	r.wait, r.bits, r.picks, r.frac, r.left = uint32(i-n), word, picks, frac, left
}

// fresh is Uint64, called out of line where a loop has no registers to spare for it.
//
//go:noinline
func (r *Rand) fresh() uint64 { return r.src.Uint64() }
