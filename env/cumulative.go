package env

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

// search returns the smallest i with word < c[i].
func search(c []uint64, word uint64) int {
	if len(c) <= 8 {
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
