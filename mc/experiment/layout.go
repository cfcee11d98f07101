package experiment

import (
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
)

// Layout says where states lie on a board of cells, as an env.Grid does. Row 0 is the top row, column 0 the left.
type Layout interface {
	// Dims is the size of the board.
	Dims() (rows, cols int)
	// Cell is where state s lies.
	Cell(s env.State) (row, col int)
	// At is the state of a cell; false where there is none.
	At(row, col int) (s env.State, ok bool)
	// Kind is what stands in a cell.
	Kind(row, col int) env.CellKind
	// Move is the direction of an action: up is -1, 0 and staying put 0, 0.
	Move(a env.Action) (dr, dc int)
}

// celled is what classic worlds on a board have.
type celled interface {
	classic.World
	Dims() (rows, cols int)
	Cell(s env.State) (row, col int)
}

// board is the layout of a classic world whose states have a cell each.
type board struct {
	celled
	rows, cols int
	state      []env.State // of each cell, -1 where there is none
	move       [][2]int    // of each action
}

// layoutOf is nil where two states share a cell, one that is not terminal has none, or an action has no direction.
func layoutOf(w classic.World) Layout {
	if l, ok := w.(Layout); ok {
		return l
	}
	c, ok := w.(celled)
	if !ok {
		return nil
	}
	b := &board{celled: c}
	b.rows, b.cols = c.Dims()
	b.state = slices.Repeat([]env.State{-1}, b.rows*b.cols)
	for s := range env.State(w.NumStates()) {
		row, col := c.Cell(s)
		switch outside := !b.within(row, col); {
		case outside && w.Terminal(s): // a twin
		case outside || b.state[row*b.cols+col] >= 0:
			return nil
		default:
			b.state[row*b.cols+col] = s
		}
	}
	if b.move = movesOf(w); b.move == nil {
		return nil
	}
	return b
}

// movesOf is nil where an action has no direction.
func movesOf(w interface {
	NumActions() int
	ActionName(a env.Action) string
}) (moves [][2]int) {
	for a := range env.Action(w.NumActions()) {
		move, ok := directions[w.ActionName(a)]
		if !ok {
			return nil
		}
		moves = append(moves, move)
	}
	return moves
}

// tableBoard is the layout of a table that says where its states lie.
type tableBoard struct {
	*dynamics.Board
	move [][2]int // of each action
}

// Move implements Layout.
func (b tableBoard) Move(a env.Action) (dr, dc int) { return b.move[a][0], b.move[a][1] }

// tableLayout is nil where the table has no board, or an action has no direction.
func tableLayout(m *dynamics.Model) Layout {
	b := tableBoard{m.Board(), movesOf(m)}
	if b.Board == nil || b.move == nil {
		return nil
	}
	return b
}

// directions are those of actions by their names: rows down and columns right.
var directions = map[string][2]int{
	"up": {-1, 0}, "right": {0, 1}, "down": {1, 0}, "left": {0, -1}, "stay": {},
	"up-right": {-1, 1}, "down-right": {1, 1}, "down-left": {1, -1}, "up-left": {-1, -1},
	"north": {-1, 0}, "east": {0, 1}, "south": {1, 0}, "west": {0, -1},
}

func (b *board) within(row, col int) bool {
	return uint(row) < uint(b.rows) && uint(col) < uint(b.cols)
}

func (b *board) At(row, col int) (env.State, bool) {
	if !b.within(row, col) || b.state[row*b.cols+col] < 0 {
		return -1, false
	}
	return b.state[row*b.cols+col], true
}

// Kind asks the world; where it does not say, an end is a target.
func (b *board) Kind(row, col int) env.CellKind {
	s, ok := b.At(row, col)
	if !ok {
		return env.Wall
	}
	if k, ok := b.celled.(interface {
		Kind(row, col int) env.CellKind
	}); ok {
		return k.Kind(row, col)
	}
	if b.Terminal(s) {
		return env.Target
	}
	return env.Plain
}

func (b *board) Move(a env.Action) (dr, dc int) { return b.move[a][0], b.move[a][1] }
