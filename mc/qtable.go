package mc

import (
	"math/bits"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// QTable is |S||A| running means: q(s, a) is the mean of the returns scored for (s, a), in row-major order, pair
// s*|A| + a. A pair costs 16 bytes, and 24 more where a learner is asked for intervals. State values are a table of one
// column: v(s) is At(s, 0).
type QTable struct {
	shape
	cells   []estimate.Mean
	spreads []estimate.Spread // of each pair; nil unless asked for
}

// shape numbers the pairs of |S| states and |A| actions.
type shape struct {
	states, actions int
	inverse         uint64 // the least number not below 2^63/|A|
}

func newShape(states, actions int) shape {
	return shape{states, actions, (uint64(1)<<63-1)/uint64(max(1, actions)) + 1}
}

// state returns the s of a pair, pair/|A|: by a product, exact for |S||A| <= 2^31, instead of the much slower quotient.
func (x *shape) state(pair int32) env.State {
	hi, _ := bits.Mul64(uint64(pair)*2, x.inverse)
	return env.State(hi)
}

// NewQTable returns a table in which no pair is visited.
func NewQTable(states, actions int) *QTable {
	return &QTable{shape: newShape(states, actions), cells: make([]estimate.Mean, states*actions)}
}

// NumStates is |S|.
func (q *QTable) NumStates() int { return q.states }

// NumActions is |A|.
func (q *QTable) NumActions() int { return q.actions }

// At returns q(s, a); 0 (or the optimistic initial value) where N(s, a) = 0.
func (q *QTable) At(s env.State, a env.Action) float64 { return q.cell(s, a).Value() }

// N returns the number of returns behind q(s, a).
func (q *QTable) N(s env.State, a env.Action) int64 { return q.cell(s, a).N() }

// Update scores the return g for (s, a):
//
//	N <- N + 1,   q <- q + (g - q)/N
//
// For intervals it is a cluster of its own.
func (q *QTable) Update(s env.State, a env.Action, g float64) {
	if q.spreads != nil {
		q.spreads[int(s)*q.actions+int(a)].Add(q.cell(s, a), g, 1)
		return
	}
	q.cell(s, a).Add(g)
}

func (q *QTable) cell(s env.State, a env.Action) *estimate.Mean {
	return &q.cells[int(s)*q.actions+int(a)]
}

// Greedy returns the visited action of largest value in s, the lowest of equals, and ok = false where none is visited.
func (q *QTable) Greedy(s env.State) (best env.Action, ok bool) {
	row := q.row(s)
	for a := range row {
		if row[a].N() > 0 && (!ok || row[a].Value() > row[best].Value()) {
			best, ok = env.Action(a), true
		}
	}
	return best, ok
}

// Unvisited lists the pairs without a return in the non-terminal states of m, as indices s*|A| + a.
func (q *QTable) Unvisited(m env.MDP) []int {
	var pairs []int
	for i := range q.cells {
		if q.cells[i].N() == 0 && !m.Terminal(env.State(i/q.actions)) {
			pairs = append(pairs, i)
		}
	}
	return pairs
}

// Values returns a copy of q, |S| rows of |A|.
func (q *QTable) Values() []float64 {
	v := make([]float64, len(q.cells))
	for i := range v {
		v[i] = q.cells[i].Value()
	}
	return v
}

// Counts returns a copy of N, |S| rows of |A|.
func (q *QTable) Counts() []int64 {
	n := make([]int64, len(q.cells))
	for i := range n {
		n[i] = q.cells[i].N()
	}
	return n
}

func (q *QTable) row(s env.State) []estimate.Mean { return q.cells[int(s)*q.actions:][:q.actions] }

// fill gives every pair the value w without counting it as visited.
func (q *QTable) fill(w float64) {
	for i := range q.cells {
		q.cells[i] = estimate.MakeMean(0, w)
	}
}

// forget makes every pair unvisited; its value stays until the next return replaces it.
func (q *QTable) forget() {
	for i := range q.cells {
		q.cells[i].Forget()
	}
	clear(q.spreads)
}
