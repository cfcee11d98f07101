package env

// aliasRows picks an index with the probabilities of one of many rows by one comparison, however long the row: the alias
// method (Walker 1977; Vose 1991) in whole numbers, so that index i owns as many of the 2^63 words as in the cumulative
// table that the row was made from.
//
// A word is cut into its 16 high bits, the head, and 47 more, the tail. The lowest bits of the head are the column. The
// heads below the column's mark are of the column's own index, those above of another one; only at the mark, once in
// 65536/columns words, the tail decides and is drawn.
type aliasRows struct {
	columns int      // of a row: a power of two, 2 ... 256
	mark    []uint16 // of each column: of the same residue as the column
	low     []uint64 // the tails below are of the column's own index
	other   []uint8
}

// maxColumns is the largest number of indices that aliasRows serves.
const maxColumns = 256

// tailBits is the length of a tail.
const tailBits = 47

func newAliasRows(rows, indices int) *aliasRows {
	t := &aliasRows{columns: 2}
	for t.columns < indices {
		t.columns *= 2
	}
	n := rows * t.columns
	t.mark, t.low, t.other = make([]uint16, 0, n), make([]uint64, 0, n), make([]uint8, 0, n)
	return t
}

// add appends the row of a cumulative table. Columns that own less than their width of words get the rest from those that
// own more.
func (t *aliasRows) add(cum []uint64) {
	var owned [maxColumns]uint64
	var poor, rich [maxColumns]uint8
	poors, riches := 0, 0
	sort := func(i int, width uint64) {
		if owned[i] < width {
			poor[poors] = uint8(i)
			poors++
		} else {
			rich[riches] = uint8(i)
			riches++
		}
	}
	before, width, first := uint64(0), uint64(1<<63)/uint64(t.columns), len(t.mark)
	for i, c := range cum {
		owned[i], before = c-before, c
	}
	for i := range t.columns {
		sort(i, width)
		t.mark, t.low, t.other = append(t.mark, uint16(i)), append(t.low, 0), append(t.other, uint8(i)) // the whole column its own
	}
	for poors > 0 {
		poors--
		riches--
		i, giver := int(poor[poors]), int(rich[riches])
		t.mark[first+i] |= uint16(owned[i] >> tailBits * uint64(t.columns))
		t.low[first+i] = owned[i] % (1 << tailBits)
		t.other[first+i] = uint8(giver)
		owned[giver] -= width - owned[i]
		sort(giver, width)
	}
}

// pick takes one word from the stream.
func (t *aliasRows) pick(row int, r *Rand) int {
	head := r.head()
	column := int(head) & (t.columns - 1)
	i := row*t.columns + column
	past := int(head) - int(t.mark[i])
	if past == 0 {
		past = int(r.tail()) - int(t.low[i])
	}
	other := int(t.other[i])
	return other ^ (other^column)&(past>>63) // column if past < 0: half of the words are, and a branch would be guessed wrong
}
