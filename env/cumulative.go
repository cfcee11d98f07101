package env

import "math/bits"

// cumulative returns the table by which a 63-bit word picks an index with probability weights[i] / sum(weights), within
// 2^-52 of the sum: index i owns the words in [c[i-1], c[i]), and from the last positive weight on c is 2^63. Its length is
// that of weights. The weights are non-negative, finite and not all zero; if they are all zero every word is index 0.
func cumulative(weights []float64) []uint64 {
	c := make([]uint64, len(weights))
	cumulate(c, weights)
	return c
}

// cumulate makes c that table; it is as long.
func cumulate(c []uint64, weights []float64) {
	total, last := 0.0, 0
	for i, w := range weights {
		total += w
		if w > 0 {
			last = i
		}
	}
	sum := 0.0
	for i, w := range weights {
		sum += w
		if share := sum / total; i < last && share < 1 {
			c[i] = uint64(share * 0x1p63)
		} else {
			c[i] = 1 << 63
		}
	}
}

// shortSearch is the length of the longest table that is searched from one end.
const shortSearch = 8

// search returns the smallest i with word < c[i].
func search(c []uint64, word uint64) int {
	if len(c) <= shortSearch {
		for i := range c {
			if word < c[i] {
				return i
			}
		}
	}
	lo, hi := 0, len(c)-1
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); word < c[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// bounds is a cumulative table with a guide to it (Chen and Asau 1974): the high bits of a word say between which two indices
// the search is, most often one step apart.
type bounds struct {
	cum   []uint64
	guide []int32 // of each value of the high bits, the index of its first word; then that of the last word of all
	shift uint8   // the bits of a word that are not high
}

// maxGuide bounds the length of a guide.
const maxGuide = 1 << 16

// newBounds returns the table with a guide as long as itself, rounded up to a power of two; short tables have none.
func newBounds(cum []uint64) bounds {
	b := bounds{cum: cum}
	if len(cum) <= shortSearch {
		return b
	}
	high := bits.Len(uint(min(len(cum), maxGuide) - 1))
	b.shift = uint8(63 - high)
	b.guide = make([]int32, 1<<high+1)
	for i := range b.guide {
		b.guide[i] = int32(search(cum, min(uint64(i)<<b.shift, 1<<63-1)))
	}
	return b
}

// search is search in the table.
func (b *bounds) search(word uint64) int {
	if b.guide == nil { // counts the bounds that are passed, with no branch that could be mispredicted
		i := len(b.cum)
		for _, bound := range b.cum {
			_, below := bits.Sub64(word, bound, 0)
			i -= int(below)
		}
		return i
	}
	i := word >> b.shift
	lo, hi := int(b.guide[i]), int(b.guide[i+1])
	return lo + search(b.cum[lo:hi+1], word)
}
