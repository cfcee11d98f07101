package classic

import (
	"fmt"

	"example.com/mcrl/env"
)

// maxTries bounds the maps that RandomLakeMap draws.
const maxTries = 10_000

// RandomLakeMap returns a map of size x size cells, start at the top left and goal at the bottom right, with a way from one to
// the other: every other cell is frozen with probability frozen and else a hole, drawn row by row from the stream
// (seed, PurposeConstruction); a map without a way is drawn again. Where none of 10,000 has one, that is an error.
//
// It is the law of Gymnasium's generate_random_map(size, p), whose standard is 8 and 0.8, but not its numbers: the same seed
// gives another map there.
func RandomLakeMap(size int, frozen float64, seed uint64) ([]string, error) {
	var f faults
	if size < 2 || size > maxSide {
		f.bad("size", size, fmt.Sprintf("a side of 2 to %d cells", maxSide))
	}
	if !(frozen >= 0 && frozen <= 1) {
		f.bad("frozen", frozen, "a probability in [0, 1]")
	}
	if err := f.join(); err != nil {
		return nil, err
	}
	rng := env.NewRand(seed, env.PurposeConstruction)
	b := board{size, size}
	cells := make([]byte, b.cells())
	for range maxTries {
		for i := range cells {
			cells[i] = 'H'
			if rng.Float64() < frozen {
				cells[i] = 'F'
			}
		}
		cells[0], cells[len(cells)-1] = 'S', 'G'
		if b.connected(cells) {
			rows := make([]string, size)
			for r := range rows {
				rows[r] = string(cells[r*size : (r+1)*size])
			}
			return rows, nil
		}
	}
	f.bad("frozen", frozen, fmt.Sprintf("a larger probability: none of %d maps had a way", maxTries))
	return nil, f.join()
}

// connected reports whether a way that avoids holes leads from the first cell to the last.
func (b board) connected(cells []byte) bool {
	seen := make([]bool, len(cells))
	seen[0] = true
	for queue := []int{0}; len(queue) > 0; queue = queue[1:] {
		for _, way := range lakeMoves {
			if next := b.move(queue[0], way); cells[next] != 'H' && !seen[next] {
				seen[next] = true
				queue = append(queue, int(next))
			}
		}
	}
	return seen[len(seen)-1]
}
