package estimate

import "math/big"

// A word of 64 random bits holds wordSymbols cells of cellBits bits each.
const (
	cellBits      = 12
	wordSymbols   = 5
	cellMask      = 1<<cellBits - 1
	shared        = 255 // the table entry of a cell that several values share
	maxCellValues = shared
	block         = 800 * wordSymbols // symbols drawn at a time
)

// cells draws value k by table lookup: floor(4096 p_k) of the 4096 cells are
// its own, and the cells left over are shared by the values in proportion to
// what they lack, which a word of its own decides.
type cells struct {
	table [1 << cellBits]uint8 // the value's index, or shared
	words []uint64             // as Discrete.words, for the shared cells
}

func newCells(share []*big.Float) *cells {
	c := new(cells)
	lack := make([]*big.Float, len(share))
	next := 0
	for k, p := range share {
		t := wide(0).SetMantExp(p, cellBits)
		own, _ := t.Int64()
		for range own {
			c.table[next] = uint8(k)
			next++
		}
		lack[k] = t.Sub(t, wide(float64(own)))
	}
	for ; next < len(c.table); next++ {
		c.table[next] = shared
	}
	c.words = cumulativeWords(lack)
	return c
}

// Sampler draws independent values of a finite distribution, five to a 64-bit
// word of its source. Every probability is met within 2^-60: this is no
// shortcut of 8 or 16 bits. Next, Fill, Count and Tally consume the very same
// values in the same order, so calls of them mix freely. A Sampler keeps the
// bits that a word has left; it is not safe for concurrent use.
type Sampler struct {
	d    *Discrete
	src  Source
	word uint64 // its low 12*left bits are still to be used
	left int
	lane *[1 << cellBits]uint64 // see countLanes; nil until it pays
}

// Sampler returns a sampler of d that takes its words from src.
func (d *Discrete) Sampler(src Source) *Sampler { return &Sampler{d: d, src: src} }

// Next draws one value.
func (s *Sampler) Next() float64 { return s.d.values[s.symbol()] }

// symbol draws the index of a value.
func (s *Sampler) symbol() int {
	c := s.d.cells
	if c == nil {
		return run(s.d.words, s.src.Uint64())
	}
	if s.left == 0 {
		s.word, s.left = s.src.Uint64(), wordSymbols
	}
	k := c.table[s.word&cellMask]
	s.word >>= cellBits
	s.left--
	if k == shared {
		return run(c.words, s.src.Uint64())
	}
	return int(k)
}

// symbols draws len(dst) symbols, a multiple of wordSymbols, on fresh words.
func (s *Sampler) symbols(dst []uint8) {
	c, src := s.d.cells, s.src
	for ; len(dst) >= wordSymbols; dst = dst[wordSymbols:] {
		x := src.Uint64()
		k0 := c.table[x&cellMask]
		k1 := c.table[x>>12&cellMask]
		k2 := c.table[x>>24&cellMask]
		k3 := c.table[x>>36&cellMask]
		k4 := c.table[x>>48&cellMask]
		dst[0], dst[1], dst[2], dst[3], dst[4] = k0, k1, k2, k3, k4
		if k0|k1|k2|k3|k4 >= 128 { // seldom, unless there are as many values
			s.resolve(dst[:wordSymbols])
		}
	}
}

// resolve draws the values of the shared cells among symbols.
func (s *Sampler) resolve(symbols []uint8) {
	for i, k := range symbols {
		if k == shared {
			symbols[i] = uint8(run(s.d.cells.words, s.src.Uint64()))
		}
	}
}

// split cuts n draws in three: head single ones, until the word at hand is used
// up; whole words; and tail single ones.
func (s *Sampler) split(n int64) (head, words, tail int64) {
	if s.d.cells == nil {
		return n, 0, 0
	}
	head = min(n, int64(s.left))
	words = (n - head) / wordSymbols
	return head, words, (n - head) % wordSymbols
}

// Fill draws len(dst) values into dst.
func (s *Sampler) Fill(dst []float64) {
	head, words, tail := s.split(int64(len(dst)))
	for i := range head {
		dst[i] = s.Next()
	}
	dst = dst[head:]
	var buf [block]uint8
	for words > 0 {
		b := buf[:min(words*wordSymbols, block)]
		s.symbols(b)
		for i, k := range b {
			dst[i] = s.d.values[k]
		}
		dst, words = dst[len(b):], words-int64(len(b)/wordSymbols)
	}
	for i := range tail {
		dst[i] = s.Next()
	}
}

// Count draws n values and adds to counts[k] how often value k came up; counts
// has length Len. The counts are a sufficient statistic of the sample. n <= 0
// draws nothing.
func (s *Sampler) Count(counts []int64, n int64) {
	counts = counts[:len(s.d.values)]
	head, words, tail := s.split(max(n, 0))
	for range head {
		counts[s.symbol()]++
	}
	if len(counts) <= maxLanes && (s.lane != nil || words >= lanesPay) {
		s.countLanes(counts, words)
	} else {
		s.countBlocks(counts, words)
	}
	for range tail {
		counts[s.symbol()]++
	}
}

// countBlocks counts the symbols of the given number of fresh words.
func (s *Sampler) countBlocks(counts []int64, words int64) {
	var buf [block]uint8
	for words > 0 {
		b := buf[:min(words*wordSymbols, block)]
		s.symbols(b)
		for _, k := range b {
			counts[k]++
		}
		words -= int64(len(b) / wordSymbols)
	}
}

// Tally draws n values and returns their statistics, from their counts: the
// merger of n_k samples x_k for every value k.
func (s *Sampler) Tally(n int64) Variance {
	var few [16]int64 // on the stack
	counts := few[:]
	if len(s.d.values) > len(few) {
		counts = make([]int64, len(s.d.values))
	}
	counts = counts[:len(s.d.values)]
	s.Count(counts, n)
	var v Variance
	for k, x := range s.d.values {
		if counts[k] > 0 {
			v.Merge(Variance{counts[k], x, 0, x, x})
		}
	}
	return v
}
