package estimate

// Counting in lanes: a word of eight 8-bit counters, one for each value and the
// last for shared cells, so that counting a cell is one load and one addition.
const (
	maxLanes  = 7
	laneBits  = 8
	laneMax   = 1<<laneBits - 1
	laneWords = laneMax / wordSymbols // words until a counter could overflow
	lanesPay  = 2000                  // words from which on the table is worth building
)

// lanes returns the table whose entry adds 1 to the lane of the cell's value.
func (c *cells) lanes() *[1 << cellBits]uint64 {
	lane := new([1 << cellBits]uint64)
	for cell, k := range c.table {
		lane[cell] = 1 << (laneBits * min(k, maxLanes))
	}
	return lane
}

// countLanes adds to counts[k] how often value k comes up in the given number of
// fresh words, for at most maxLanes values.
func (s *Sampler) countLanes(counts []int64, words int64) {
	if s.lane == nil {
		s.lane = s.d.cells.lanes()
	}
	for words > 0 {
		m := min(words, laneWords)
		words -= m
		sum := s.addLanes(counts, m)
		for k := range counts {
			counts[k] += int64(sum >> (laneBits * k) & laneMax)
		}
	}
}

// addLanes returns the lane counts of the given number of fresh words, and
// counts the values of their shared cells at once.
func (s *Sampler) addLanes(counts []int64, words int64) (sum uint64) {
	const owned = 1<<(laneBits*maxLanes) - 1 // all lanes but the last
	lane, src := s.lane, s.src
	for range words {
		x := src.Uint64()
		sum += lane[x&cellMask] + lane[x>>12&cellMask] + lane[x>>24&cellMask] +
			lane[x>>36&cellMask] + lane[x>>48&cellMask]
		if sum > owned {
			for range sum >> (laneBits * maxLanes) {
				counts[run(s.d.cells.words, src.Uint64())]++
			}
			sum &= owned
		}
	}
	return sum
}
