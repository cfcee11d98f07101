package bench

import (
	"example.com/mcrl/env"
)

// book5 is the book's 5 x 5 grid.
func book5() (*env.Grid, error) { return env.NewGrid(env.Zhao5(-10, env.BoundaryOnly)) }

// square is an n x n grid with the target in the middle. Cell i is forbidden where the i-th number of SplitMix64 is a multiple
// of five, so that programs in other languages can build the same one.
func square(n int) (*env.Grid, error) {
	c := env.GridConfig{Map: make([]string, n), Rewards: env.BookRewards()}
	row := make([]byte, n)
	for r := range n {
		for k := range n {
			row[k] = '.'
			switch i := r*n + k; {
			case r == n/2 && k == n/2:
				row[k] = 'T'
			case splitMix64(uint64(i))%5 == 0:
				row[k] = 'F'
			}
		}
		c.Map[r] = string(row)
	}
	return env.NewGrid(c)
}

// splitMix64 is the first number of the generator seeded with z. Source: Steele, Lea & Flood, Fast Splittable Pseudorandom
// Number Generators (2014).
func splitMix64(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// heading goes from every cell to the cell (row, col), along the longer of the two distances first, rows before columns.
func heading(g *env.Grid, row, col int) []env.Action {
	const up, right, down, left, stay = 0, 1, 2, 3, 4
	best := make([]env.Action, g.NumStates())
	for s := range best {
		r, c := g.Cell(env.State(s))
		switch dr, dc := row-r, col-c; {
		case dr == 0 && dc == 0:
			best[s] = stay
		case max(dr, -dr) >= max(dc, -dc) && dr < 0:
			best[s] = up
		case max(dr, -dr) >= max(dc, -dc):
			best[s] = down
		case dc < 0:
			best[s] = left
		default:
			best[s] = right
		}
	}
	return best
}

// ownMDP and ownPolicy are a user's own types to the library, of which it can use nothing but the methods.
type (
	ownMDP    struct{ *env.Table }
	ownPolicy struct{ *env.Soft }
)
