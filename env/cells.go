package env

import "slices"

// cells throws a die of unequal faces: face i owns the 63-bit words in [cum[i-1], cum[i]). The 12 high bits of a word, five
// times from a 64-bit draw, settle the face in all but a few of 4096 cells; a further draw is the rest of the word in
// these.
type cells struct {
	cell  [waitCells]uint8
	cum   []uint64 // at most maxShares
	scale uint8    // of what castsTo writes
}

const (
	maxShares = 255 // faces of cells: 255 itself is waitSplit
	restBits  = 63 - waitBits
)

// newCells returns the die of the faces that cum cuts the words into.
func newCells(cum []uint64) *cells {
	c := &cells{cum: cum}
	for i := range c.cell {
		first := uint64(i) << restBits
		face := search(cum, first)
		if first+1<<restBits > cum[face] {
			face = waitSplit
		}
		c.cell[i] = uint8(face)
	}
	return c
}

// cast returns the next face.
func (r *Rand) cast(c *cells) int {
	if r.picks == 0 {
		r.bits, r.picks = r.src.Uint64(), waitPicks
	}
	i := r.bits % waitCells
	r.bits >>= waitBits
	r.picks--
	if face := c.cell[i]; face != waitSplit {
		return int(face)
	}
	return c.split(i, r.src.Uint64())
}

// split settles cell i by a further draw.
func (c *cells) split(i, draw uint64) int {
	return search(c.cum, i<<restBits|draw>>(64-restBits))
}

// scaled returns the cells whose faces are written times scale by castsTo.
func (c *cells) scaled(scale int) *cells {
	d := &cells{cum: c.cum, scale: uint8(scale)}
	for i, face := range c.cell {
		if d.cell[i] = face * d.scale; face == waitSplit {
			d.cell[i] = waitSplit
		}
	}
	return d
}

// castsTo writes the faces of whole draws to dst, from byte i to byte n at least, and returns how far it came: those of
// cast, times the scale. None is left over in r.
func (r *Rand) castsTo(dst *[laneSize]uint8, i, n int, c *cells) int {
	for ; i < n; i += waitPicks {
		x, five := r.src.Uint64(), (*[waitPicks]uint8)(dst[i:i+fillPast])
		a, b, d := uint(c.cell[x%waitCells]), uint(c.cell[x>>12%waitCells]), uint(c.cell[x>>24%waitCells])
		e, f := uint(c.cell[x>>36%waitCells]), uint(c.cell[x>>48%waitCells])
		five[0], five[1], five[2], five[3], five[4] = uint8(a), uint8(b), uint8(d), uint8(e), uint8(f)
		if ((a+1)|(b+1)|(d+1)|(e+1)|(f+1))>>8 > 0 { // one is waitSplit, 255
			r.settle(five, x, c)
		}
	}
	return i
}

// settle writes the faces of the split cells among those of draw x.
func (r *Rand) settle(five *[waitPicks]uint8, x uint64, c *cells) {
	for j, face := range five {
		if face == waitSplit {
			five[j] = uint8(c.split(x%waitCells, r.src.Uint64())) * c.scale
		}
		x >>= waitBits
	}
}

// common cuts the words where any of several cumulative tables does: every cut lies in one table, and a face has one
// outcome in each. It is nil where that makes too many faces.
func common(tables [][]uint64) []uint64 {
	var cuts []uint64
	for _, cum := range tables {
		for _, c := range cum {
			if i, found := slices.BinarySearch(cuts, c); !found && c > 0 {
				cuts = slices.Insert(cuts, i, c)
			}
		}
		if len(cuts) > maxShares || len(cuts)*len(tables) > MaxPairs/64 {
			return nil
		}
	}
	return cuts
}

// outcomes lists the outcome under each face.
func outcomes(cum, cuts []uint64) []uint8 {
	list, first := make([]uint8, len(cuts)), uint64(0)
	for i, c := range cuts {
		list[i], first = uint8(search(cum, first)), c
	}
	return list
}
