package env

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// By counting, not sampling: the words of each index are as many as in the cumulative table, over the columns of the row,
// and marks have the residue of their column.
func TestAliasRowsExactly(t *testing.T) {
	lists := [][]float64{{1}, {0, 1}, {1, 0}, {0.5, 0.5}, {0, 0, 3, 0, 0}, {0.1, 0.2, 0.3, 0.4}, {1, 1, 1}, {1e-300, 1, 1e-300}, {1, 1e-19}}
	for n := 2; n <= maxColumns; n++ {
		lists = append(lists, unevenWeights(n))
	}
	for _, weights := range lists {
		n := len(weights)
		rows := newAliasRows(2, n)
		forth := cumulative(weights)
		slices.Reverse(weights)
		back := cumulative(weights)
		rows.add(forth)
		rows.add(back)
		for row, cum := range [][]uint64{forth, back} {
			width := uint64(1) << 63 / uint64(rows.columns)
			count := make([]uint64, maxColumns)
			for c := range rows.columns {
				i := row*rows.columns + c
				mark := int(rows.mark[i])
				if mark%rows.columns != c || rows.low[i] >= 1<<tailBits {
					t.Fatalf("%d weights, column %d: mark %d, low %d", n, c, mark, rows.low[i])
				}
				own := uint64(mark/rows.columns)<<tailBits + rows.low[i]
				count[c] += own
				count[rows.other[i]] += width - own
			}
			before := uint64(0)
			for i, bound := range cum {
				if count[i] != bound-before {
					t.Errorf("%d weights, row %d, index %d: %d words, want %d", n, row, i, count[i], bound-before)
				}
				before = bound
			}
		}
	}
}

// pick goes by the definition at every head, with tails on both sides of the mark.
func TestPick(t *testing.T) {
	for _, n := range []int{2, 3, 5, 200} {
		rows := newAliasRows(2, n)
		rows.add(cumulative(unevenWeights(n + 1)[:n]))
		rows.add(cumulative(unevenWeights(n)))
		r, tails, sides := NewRand(1, PurposePolicy), 0, [2]int{}
		for head := range 1 << 16 {
			for range 3 {
				column := head % rows.columns
				i := rows.columns + column
				r.heads, r.ready = uint64(head), 1
				after := *r
				want := int(rows.other[i])
				switch mark := int(rows.mark[i]); {
				case head == mark:
					tails++
					own := after.tail() < rows.low[i]
					sides[b2i(own)]++
					if own {
						want = column
					}
				case head < mark:
					want = column
				}
				if got := rows.pick(1, r); got != want || r.tails != after.tails || r.src != after.src {
					t.Fatalf("%d indices, head %d: index %d, want %d; streams %+v, want %+v", n, head, got, want, *r, after)
				}
			}
		}
		if tails != 3*rows.columns || n == 200 && (sides[0] < 100 || sides[1] < 100) {
			t.Errorf("%d indices: %d tails of %d columns, on the sides %v", n, tails, rows.columns, sides)
		}
	}
}

// Heads written ahead are those of head, one at a time, four to a draw.
func TestHeadsTo(t *testing.T) {
	one, ahead, plain := NewRand(3, PurposePolicy), NewRand(3, PurposePolicy), NewRand(3, PurposePolicy)
	var got [laneSize]uint16
	i := 0
	for _, stop := range []int{1, 4, 5, 100, laneRoom} {
		i = ahead.headsTo(&got, i, stop)
	}
	word := uint64(0)
	for j, x := range got[:i] {
		if j%4 == 0 {
			word = plain.Uint64()
		}
		if want := one.head(); x != want || x != uint16(word>>(16*(j%4))) {
			t.Fatalf("head %d is %d, want %d", j, x, want)
		}
	}
	if one.ready != 0 || one.src != ahead.src {
		t.Fatalf("after %d heads the streams stand elsewhere", i)
	}
}

// By counting: the words of a cell that one face owns are all of that face, and those of a split cell go to the face whose
// words they are, so that each face has the words that its cuts give it.
func TestCellsExactly(t *testing.T) {
	r := NewRand(4, PurposeStatistics)
	const cell = 1 << restBits
	tables := [][]uint64{{cell - 1, 2 * cell, 3*cell + 1, 5 * cell, 6*cell - 1, 6 * cell, 1 << 63}} // cuts at a cell's edges
	for _, n := range []int{1, 2, 3, 10, 100, 255} {
		tables = append(tables, common([][]uint64{cumulative(unevenWeights(n))}))
	}
	for _, cum := range tables {
		n := len(cum)
		c, split := newCells(cum), 0
		for i, face := range c.cell {
			first := uint64(i) << restBits
			last := first + 1<<restBits - 1
			lo, hi := search(cum, first), search(cum, last)
			if face != waitSplit {
				if lo != int(face) || hi != lo {
					t.Fatalf("%d faces, cell %d: face %d, want %d to %d", n, i, face, lo, hi)
				}
				continue
			}
			split++
			if lo == hi {
				t.Fatalf("%d faces, cell %d is split and belongs to face %d", n, i, lo)
			}
			words := []uint64{first, last}
			for _, b := range cum[lo:hi] {
				words = append(words, b-1, b)
			}
			for _, word := range words {
				draw := word<<(64-restBits) | r.Uint64()>>restBits // its further bits are not used
				if got, want := c.split(uint64(i), draw), search(cum, word); got != want {
					t.Fatalf("%d faces, cell %d, word %d: face %d, want %d", n, i, word, got, want)
				}
			}
		}
		if split > n-1 {
			t.Errorf("%d faces: %d cells are split, of %d cuts", n, split, n-1)
		}
	}
}

// Casts written ahead are those of cast, one at a time, times the scale.
func TestCastsTo(t *testing.T) {
	for _, n := range []int{2, 3, 40, 127, 250} {
		c := newCells(common([][]uint64{cumulative(unevenWeights(n))}))
		for _, scale := range []int{1, 2} {
			if scale*(len(c.cum)-1) > 254 {
				continue
			}
			one, ahead, scaled := NewRand(7, PurposeEnvironment), NewRand(7, PurposeEnvironment), c.scaled(scale)
			var got [laneSize]uint8
			i := 0
			for _, stop := range []int{1, 5, 6, 200, laneRoom} {
				i = ahead.castsTo(&got, i, stop, scaled)
			}
			for j, x := range got[:i] {
				if want := one.cast(c) * scale; int(x) != want {
					t.Fatalf("%d faces, scale %d: cast %d is %d, want %d", n, scale, j, x, want)
				}
			}
			if one.picks != 0 || one.src != ahead.src {
				t.Fatalf("%d faces: after %d casts the streams stand elsewhere", n, i)
			}
		}
	}
}

// Every table is cut where any is, and the outcomes of the faces are those of the words; too many cuts are none.
func TestCommon(t *testing.T) {
	a, b := []uint64{0, 10, 10, 1 << 63}, []uint64{7, 10, 1 << 62, 1 << 63}
	cuts := common([][]uint64{a, b})
	if want := []uint64{7, 10, 1 << 62, 1 << 63}; !slices.Equal(cuts, want) {
		t.Fatalf("cuts %v, want %v", cuts, want)
	}
	for name, c := range map[string]struct {
		cum  []uint64
		want []uint8
	}{"first": {a, []uint8{1, 1, 3, 3}}, "second": {b, []uint8{0, 1, 2, 3}}} {
		if got := outcomes(c.cum, cuts); !slices.Equal(got, c.want) {
			t.Errorf("%s table: outcomes %v, want %v", name, got, c.want)
		}
	}
	for _, n := range []int{255, 256} {
		if got := len(common([][]uint64{cumulative(slices.Repeat([]float64{1}, n))})); got != n%256 {
			t.Errorf("%d weights: %d cuts", n, got)
		}
	}
}

// A policy of more actions than a row of columns holds goes by words.
func TestStochasticOfManyActions(t *testing.T) {
	p := uneven(t, 2, 300)
	r, counts := NewRand(5, PurposePolicy), make([]int, 300)
	for range 300_000 {
		counts[p.Act(1, r)]++
	}
	if z := chiSquareZ(t, counts, p.probs[300:]); p.rows != nil || math.Abs(z) > 4.5 {
		t.Errorf("%s: %.2f standard deviations, rows %v", fmt.Sprint(len(counts), " actions"), z, p.rows != nil)
	}
}
