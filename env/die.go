package env

import "math/bits"

// Die is a fair die of k faces thrown many times per 64-bit draw: as many base-k digits as the draw holds without bias.
//
// A draw f in [0, 2^64) is accepted when f k^m mod 2^64 >= 2^64 mod k^m; then floor(f k^m / 2^64) is exactly uniform on
// [0, k^m) and its m base-k digits are independent and uniform. m is the largest with k^m <= 2^56 (2^64 for powers of
// two), so fewer than one draw in 256 is rejected.
type Die struct {
	faces  uint32
	throws uint32 // m
	power  uint64 // k^m mod 2^64
	bound  uint64 // 2^64 mod k^m
}

// NewDie returns a die of k >= 1 faces. A die of one face is never drawn for.
func NewDie(k int) Die {
	d := Die{faces: uint32(k)}
	if k <= 1 {
		d.faces = 1
		return d
	}
	if k&(k-1) == 0 { // every bit of the draw is used, none is rejected
		d.throws = uint32(64 / bits.TrailingZeros(uint(k)))
		d.power = 1 << (uint(d.throws) * uint(bits.TrailingZeros(uint(k))) & 63)
		if int(d.throws)*bits.TrailingZeros(uint(k)) == 64 {
			d.power = 0
		}
		return d
	}
	d.power = 1
	for d.power <= (1<<56)/uint64(k) {
		d.power *= uint64(k)
		d.throws++
	}
	d.bound = -d.power % d.power
	return d
}

// Faces is k.
func (d Die) Faces() int { return int(d.faces) }

// Throw returns the next face, uniform on 0 ... k-1. Digits left over from another die are discarded.
func (r *Rand) Throw(d *Die) int {
	if r.left == 0 || r.faces != d.faces {
		if d.faces == 1 {
			return 0
		}
		r.draw(d)
	}
	r.left--
	face, rest := bits.Mul64(r.frac, uint64(d.faces))
	r.frac = rest
	return int(face)
}

func (r *Rand) draw(d *Die) { r.frac, r.faces, r.left = r.accept(d), d.faces, d.throws }

// accept returns the next draw that is not rejected.
func (r *Rand) accept(d *Die) uint64 {
	for {
		if f := r.src.Uint64(); f*d.power >= d.bound {
			return f
		}
	}
}
