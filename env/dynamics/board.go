package dynamics

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mcrl/env"
)

// symbols are those of a board, in the order of the kinds of cells.
const symbols = ".FTH#"

// Board says where states lie: every cell but the walls is a state, row by row.
type Board struct {
	rows, cols int
	kind       []env.CellKind // of each cell
	state      []env.State    // of each cell, -1 for a wall
	cell       []int          // of each state of the model, twins too
}

// Board returns the board that the dynamics have, nil where they have none. A twin lies where the state is that it is the twin of.
func (m *Model) Board() *Board {
	text := m.d.Board
	if len(text) == 0 {
		return nil
	}
	b := &Board{rows: len(text), cols: len(text[0])}
	for i, symbol := range []byte(strings.Join(text, "")) {
		s := env.State(-1)
		if symbol != '#' {
			s = env.State(len(b.cell))
			b.cell = append(b.cell, i)
		}
		b.kind, b.state = append(b.kind, env.CellKind(strings.IndexByte(symbols, symbol))), append(b.state, s)
	}
	for _, s := range m.twins {
		b.cell = append(b.cell, b.cell[s])
	}
	return b
}

// Dims returns the numbers of rows and columns.
func (b *Board) Dims() (rows, cols int) { return b.rows, b.cols }

// Cell returns the place of state s. Row 0 is the top row, column 0 the left.
func (b *Board) Cell(s env.State) (row, col int) { return b.cell[s] / b.cols, b.cell[s] % b.cols }

// At returns the state of a cell; false at a wall and outside.
func (b *Board) At(row, col int) (env.State, bool) {
	if uint(row) >= uint(b.rows) || uint(col) >= uint(b.cols) || b.state[row*b.cols+col] < 0 {
		return -1, false
	}
	return b.state[row*b.cols+col], true
}

// Kind is what stands in a cell; outside it is a wall.
func (b *Board) Kind(row, col int) env.CellKind {
	if uint(row) >= uint(b.rows) || uint(col) >= uint(b.cols) {
		return env.Wall
	}
	return b.kind[row*b.cols+col]
}

func checkBoard(l *faults, board []string, states int) {
	cells := 0
	for i, row := range board {
		field := fmt.Sprintf("board[%d]", i)
		if len(row) == 0 || len(row) != len(board[0]) {
			l.bad("board", field, fmt.Sprintf("%d symbols", len(row)), "rows of one length, at least 1")
			return
		}
		for k := range len(row) {
			if strings.IndexByte(symbols, row[k]) < 0 {
				l.bad("board", fmt.Sprintf("%s[%d]", field, k), fmt.Sprintf("%.1q", row[k:]), "one of the symbols "+symbols)
				return
			}
		}
		cells += len(row) - strings.Count(row, "#")
	}
	if len(board) > 0 && cells != states {
		l.bad("board", "board", fmt.Sprintf("%d cells that are no walls", cells), fmt.Sprintf("%d, one for each state", states))
	}
}

// boardOf asks a model where its first n states lie; nil where two share a cell, or they are not in the order of the cells.
func boardOf(m env.Model, n int) []string {
	c, ok := m.(interface {
		Dims() (rows, cols int)
		Cell(env.State) (row, col int)
	})
	if !ok {
		return nil
	}
	rows, cols := c.Dims()
	board := slices.Repeat([]byte("#"), rows*cols)
	before := -1
	for s := range env.State(n) {
		row, col := c.Cell(s)
		i := row*cols + col
		if uint(row) >= uint(rows) || uint(col) >= uint(cols) || i <= before {
			return nil
		}
		board[i], before = symbolOf(m, s, row, col), i
	}
	var list []string
	for row := range slices.Chunk(board, cols) {
		list = append(list, string(row))
	}
	return list
}

// symbolOf is the symbol of a cell: what the model says stands there, or a target where an episode ends.
func symbolOf(m env.Model, s env.State, row, col int) byte {
	kind := env.Plain
	if k, ok := m.(interface {
		Kind(row, col int) env.CellKind
	}); ok {
		kind = k.Kind(row, col)
	} else if m.Terminal(s) {
		kind = env.Target
	}
	return symbols[kind]
}
