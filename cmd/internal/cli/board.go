package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
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
func (s *streams) board(g boarded, text func(row, col int) string) string {
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
func (s *streams) mapBoard(g boarded) string {
	starts := map[env.Cell]bool{}
	for _, s := range startStates(g.Model) {
		row, col := g.Cell(s)
		starts[env.Cell{Row: row, Col: col}] = true
	}
	return s.board(g, func(row, col int) string {
		if starts[env.Cell{Row: row, Col: col}] && g.Kind(row, col) == env.Plain {
			return "S"
		}
		return kindSymbols[g.Kind(row, col)]
	})
}

// valueBoard shows one number for each state. Without colours a letter behind it tells the kind of a cell that is not plain.
func (s *streams) valueBoard(g boarded, v []float64) string {
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

// arrowBoard shows the action of each state, in the symbols that --policy reads; behind it, where undecided is not nil, whether its
// lead may be chance.
func (s *streams) arrowBoard(g boarded, p env.Deterministic, undecided []bool) string {
	return s.board(g, func(row, col int) string {
		state, ok := g.At(row, col)
		switch {
		case !ok:
			return kindSymbols[env.Wall] + choose(undecided != nil, " ", "")
		case g.Terminal(state):
			return "." + markOf(undecided, state)
		}
		return arrowOf(g.ActionName(p[state])) + markOf(undecided, state)
	})
}

// orNote is a board, or a note in its place where it is too large.
func orNote(board string) string {
	if board == "" {
		return "  (too many cells to print; --json has them)\n"
	}
	return board
}

// startStates lists the states in which episodes begin, nil where every state that is not terminal is one, as likely as the
// others.
func startStates(m *experiment.Model) []env.State {
	states, probs := m.StartProbs()
	open := 0
	for s := range env.State(m.NumStates()) {
		if !m.Terminal(s) {
			open++
		}
	}
	if len(states) == open && equal(probs) {
		return nil
	}
	var likely []env.State
	for i, s := range states {
		if probs[i] > 0 {
			likely = append(likely, s)
		}
	}
	return likely
}

func equal(x []float64) bool {
	return !slices.ContainsFunc(x, func(y float64) bool { return y != x[0] })
}
