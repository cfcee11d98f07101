package mc

import (
	"slices"

	"example.com/mcrl/env"
)

// Coverage says how well visits cover the pairs (s, a) of the non-terminal states; of a table of state values, those states.
type Coverage struct {
	Pairs     int     `json:"pairs"`
	Unvisited int     `json:"unvisited"` // pairs with N = 0
	Rare      int     `json:"rare"`      // pairs with 0 < N < the number asked for
	Min       int64   `json:"min"`       // the smallest N
	Median    float64 `json:"median"`    // of an even number of pairs, the mean of the two in the middle
	Max       int64   `json:"max"`       // the largest N
}

// Complete reports that no pair is unvisited: what exploring starts are to bring about.
func (c Coverage) Complete() bool { return c.Unvisited == 0 }

// Coverage counts the pairs of m by their visits; those with at least one but fewer than rare of them are rare. Averages that
// are reset count the returns since.
func (q *QTable) Coverage(m env.MDP, rare int64) Coverage {
	var counts []int64
	for s := range env.State(q.states) {
		if !m.Terminal(s) {
			for _, cell := range q.row(s) {
				counts = append(counts, cell.N())
			}
		}
	}
	if len(counts) == 0 {
		return Coverage{}
	}
	slices.Sort(counts)
	n := len(counts)
	unvisited, _ := slices.BinarySearch(counts, 1)
	below, _ := slices.BinarySearch(counts, max(1, rare))
	return Coverage{Pairs: n, Unvisited: unvisited, Rare: below - unvisited, Min: counts[0],
		Median: float64(counts[(n-1)/2]+counts[n/2]) / 2, Max: counts[n-1]}
}
