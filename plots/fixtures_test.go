package plots

import (
	"math"
	"strings"

	"example.com/mcrl/env"
)

// maze is a grid world drawn with the letters of the book: a minimal Layout. Walls ('#') are no states.
type maze struct {
	rows  []string
	moves [][2]int
}

// The actions of the book (up, right, down, left, stay), of FrozenLake (left, down, right, up), and of a king.
var (
	bookMoves   = [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}, {0, 0}}
	frozenMoves = [][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}
	kingMoves   = [][2]int{{-1, 0}, {-1, 1}, {0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}, {-1, -1}, {0, 0}}
)

// book is the 5x5 grid of Zhao, chapters 3 and 5.
func book() *maze {
	return &maze{[]string{".....", ".FF..", "..F..", ".FTF.", ".F..."}, bookMoves}
}

func (m *maze) Dims() (rows, cols int) { return len(m.rows), len(m.rows[0]) }

func (m *maze) at(row, col int) env.State {
	before := strings.Join(m.rows, "")[:row*len(m.rows[0])+col]
	return env.State(len(before) - strings.Count(before, "#"))
}

func (m *maze) Cell(s env.State) (row, col int) {
	for row = range m.rows {
		for col = range m.rows[row] {
			if t, ok := m.At(row, col); ok && t == s {
				return row, col
			}
		}
	}
	return -1, -1
}

func (m *maze) At(row, col int) (s env.State, ok bool) {
	return m.at(row, col), m.rows[row][col] != '#'
}

func (m *maze) Kind(row, col int) env.CellKind {
	return map[byte]env.CellKind{'F': env.Forbidden, 'T': env.Target, 'H': env.Hole, '#': env.Wall}[m.rows[row][col]]
}

func (m *maze) Move(a env.Action) (dr, dc int) { return m.moves[a][0], m.moves[a][1] }

func (m *maze) NumActions() int { return len(m.moves) }

func (m *maze) states() int { return len(strings.ReplaceAll(strings.Join(m.rows, ""), "#", "")) }

// bookValues are the optimal values of Zhao, Figure 3.4(d): r_boundary = -1, r_forbidden = -10, r_target = 1,
// gamma = 0.9.
func bookValues() []float64 {
	return []float64{
		3.486784, 3.874205, 4.304672, 4.782969, 5.31441,
		3.138106, 3.486784, 4.782969, 5.31441, 5.9049,
		2.824295, 2.541866, 10, 5.9049, 6.561,
		2.541866, 10, 10, 10, 7.29,
		2.287679, 9, 10, 9, 8.1,
	}
}

// bookValuesText are those values as the book prints them.
const bookValuesText = "3.5 3.9 4.3 4.8 5.3 3.1 3.5 4.8 5.3 5.9 2.8 2.5 10.0 5.9 6.6 2.5 10.0 10.0 10.0 7.3 2.3 9.0 10.0 9.0 8.1"

// bookPolicy is the optimal policy of that figure.
func bookPolicy(s env.State, a env.Action) float64 {
	if strings.IndexByte("^>v<o", ">>>>v^^>>v^<v>v^>o<v^>^<<"[s]) == int(a) {
		return 1
	}
	return 0
}

// soft makes a policy of five actions eps-greedy.
func soft(eps float64, greedy func(env.State, env.Action) float64) func(env.State, env.Action) float64 {
	return func(s env.State, a env.Action) float64 { return eps/5 + (1-eps)*greedy(s, a) }
}

// noise is a fixed sequence of numbers in [0, 1) without pattern.
func noise(i int) float64 {
	h := uint64(i+1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return float64(h>>40) / (1 << 24)
}

// learning is a curve that falls like a learning curve, with a band.
func learning(label string, n int, scale, rate float64) Curve {
	c := Curve{Label: label}
	for i := range n {
		x := float64(i + 1)
		y := scale*math.Exp(-x*rate) + 0.06*scale/math.Sqrt(x)*(1+0.4*noise(i))
		half := 0.25 * y
		c.X, c.Y = append(c.X, x), append(c.Y, y)
		c.Lo, c.Hi = append(c.Lo, y-half), append(c.Hi, y+half)
	}
	return c
}

// walk is a path of n steps over the book's grid.
func walk(n int) []env.State {
	m := book()
	states := []env.State{0}
	row, col := 0, 0
	for t := range n {
		d := bookMoves[int(noise(t)*5)]
		if r, c := row+d[0], col+d[1]; r >= 0 && r < 5 && c >= 0 && c < 5 {
			row, col = r, c
		}
		states = append(states, m.at(row, col))
	}
	return states
}

// bookVisits are made-up counts over the book's grid, some of them 0.
func bookVisits(s env.State, a env.Action) int64 {
	i := int(s)*5 + int(a)
	if i%17 == 3 {
		return 0
	}
	return int64(math.Pow(10, 5*noise(i)))
}
