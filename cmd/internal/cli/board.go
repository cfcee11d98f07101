package cli

import (
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// The largest board that is printed: rows, and characters in a row.
const (
	maxBoardRows  = 100
	maxBoardWidth = 240
)

// kindSymbols are the symbols of the standard legend.
var kindSymbols = map[env.CellKind]string{env.Plain: ".", env.Forbidden: "F", env.Target: "T", env.Hole: "H", env.Wall: "#"}

var kindColors = map[env.CellKind]string{env.Forbidden: onOrange, env.Target: onBlue, env.Hole: onGrey, env.Wall: onDark}

// board prints a text in each cell of a grid, all as wide as the widest, on the colour of its kind. It is "" where the board
// is too large to read.
func (s *streams) board(g *env.Grid, text func(row, col int) string) string {
	rows, cols := g.Dims()
	if rows > maxBoardRows || 2*cols > maxBoardWidth {
		return ""
	}
	width := 0
	cells := make([]string, rows*cols)
	for i := range cells {
		cells[i] = text(i/cols, i%cols)
		width = max(width, utf8.RuneCountInString(cells[i]))
	}
	if cols*(width+1) > maxBoardWidth {
		return ""
	}
	var b strings.Builder
	for row := range rows {
		line := " "
		for col := range cols {
			cell := cells[row*cols+col]
			padded := " " + strings.Repeat(" ", width-utf8.RuneCountInString(cell)) + cell
			line += s.paint(kindColors[g.Kind(row, col)], padded)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// mapBoard shows the kinds of the cells; a start that the configuration names is S.
func (s *streams) mapBoard(g *env.Grid) string {
	starts := map[env.Cell]bool{}
	for _, c := range startCells(g) {
		starts[c] = true
	}
	return s.board(g, func(row, col int) string {
		if starts[env.Cell{Row: row, Col: col}] && g.Kind(row, col) == env.Plain {
			return "S"
		}
		return kindSymbols[g.Kind(row, col)]
	})
}

// valueBoard shows one number for each state. Without colours a letter behind it tells the kind of a cell that is not plain.
func (s *streams) valueBoard(g *env.Grid, v []float64) string {
	format := fixed(v)
	colors := s.color.on(s.tty)
	return s.board(g, func(row, col int) string {
		kind := g.Kind(row, col)
		state, ok := g.At(row, col)
		switch {
		case !ok:
			return kindSymbols[kind]
		case colors:
			return format(v[state])
		case kind == env.Plain:
			return format(v[state]) + " "
		}
		return format(v[state]) + kindSymbols[kind]
	})
}

// arrowBoard shows the action of each state, in the symbols that --policy reads.
func (s *streams) arrowBoard(g *env.Grid, p env.Deterministic) string {
	return s.board(g, func(row, col int) string {
		state, ok := g.At(row, col)
		switch {
		case !ok:
			return kindSymbols[env.Wall]
		case g.Terminal(state):
			return "."
		}
		return arrowOf(g.ActionName(p[state]))
	})
}

// orNote is a board, or a note in its place where it is too large.
func orNote(board string) string {
	if board == "" {
		return "  (too many cells to print; --json has them)\n"
	}
	return board
}

// startCells lists the cells in which episodes begin, nil where every state that is not terminal is as likely.
func startCells(g *env.Grid) []env.Cell {
	states, _ := g.StartProbs()
	open := 0
	for s := range env.State(g.NumStates()) {
		if !g.Terminal(s) {
			open++
		}
	}
	if len(states) == open {
		return nil
	}
	cells := make([]env.Cell, len(states))
	for i, s := range states {
		cells[i].Row, cells[i].Col = g.Cell(s)
	}
	return cells
}
