package plots

import (
	"errors"
	"fmt"
	"strconv"

	"example.com/mcrl/env"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Layout says where the states of a grid world lie; env.Grid satisfies it. Row 0 is the top row, column 0 the left.
//
// A layout may also have NumActions() int, NumStates() int and Terminal(env.State) bool, as every env.MDP does.
// Otherwise |A| comes from the options, |S| is the number of cells that are states, and holes alone are terminal.
type Layout interface {
	// Dims is the size of the grid.
	Dims() (rows, cols int)
	// Cell is where state s lies.
	Cell(s env.State) (row, col int)
	// At is the state of a cell; walls are cells that are no state.
	At(row, col int) (s env.State, ok bool)
	// Kind is what stands in a cell.
	Kind(row, col int) env.CellKind
	// Move is the intended direction of an action: up is -1, 0 and staying put 0, 0.
	Move(a env.Action) (dr, dc int)
}

// noState marks a cell that is no state.
const noState env.State = -1

// maxCells bounds the size of a grid that can be drawn.
const maxCells = 1 << 22

// board is a layout read once: cells row by row from the top left.
type board struct {
	rows, cols int
	kind       []env.CellKind
	state      []env.State
	terminal   []bool // no action is taken in this cell: a terminal state, or no state
	states     int    // |S|

	rowNames, colNames []string // left of and below a table; nil: rows and columns of a grid are numbered
}

// newBoard reads and checks a layout.
func newBoard(l Layout) (*board, error) {
	if l == nil {
		return nil, errors.New("plots: layout = nil: want a grid")
	}
	rows, cols := l.Dims()
	if rows < 1 || cols < 1 || rows > maxCells || cols > maxCells/rows {
		return nil, fmt.Errorf("plots: layout.Dims() = %d, %d: want at least one row and column and at most %d cells",
			rows, cols, maxCells)
	}
	b := &board{rows: rows, cols: cols, kind: make([]env.CellKind, rows*cols), state: make([]env.State, rows*cols),
		terminal: make([]bool, rows*cols)}
	for i := range b.state {
		if err := b.read(l, i); err != nil {
			return nil, err
		}
	}
	if n, ok := l.(interface{ NumStates() int }); ok {
		b.states = n.NumStates()
	}
	for i, s := range b.state {
		if int(s) >= b.states {
			return nil, fmt.Errorf("plots: layout.At(%d, %d) = state %d: want below %d, the number of states",
				i/cols, i%cols, s, b.states)
		}
	}
	return b, nil
}

// read copies cell i of the layout.
func (b *board) read(l Layout, i int) error {
	r, c := i/b.cols, i%b.cols
	b.kind[i], b.state[i], b.terminal[i] = l.Kind(r, c), noState, true
	s, ok := l.At(r, c)
	if !ok {
		return nil
	}
	if rr, cc := l.Cell(s); rr != r || cc != c || s < 0 {
		return fmt.Errorf("plots: layout.At(%d, %d) = state %d, but layout.Cell(%d) = %d, %d: want one cell per state",
			r, c, s, s, rr, cc)
	}
	b.state[i], b.terminal[i] = s, b.kind[i] == env.Hole
	if t, ok := l.(interface{ Terminal(env.State) bool }); ok {
		b.terminal[i] = t.Terminal(s)
	}
	b.states++
	return nil
}

// moves are the directions of the actions; n is their number, or 0 to ask the layout.
func moves(l Layout, n int) ([][2]int, error) {
	if a, ok := l.(interface{ NumActions() int }); ok && n == 0 {
		n = a.NumActions()
	}
	if n < 1 || n > 1000 {
		return nil, fmt.Errorf("plots: Actions = %d: want the number of actions (this layout does not tell it)", n)
	}
	m := make([][2]int, n)
	for a := range m {
		m[a][0], m[a][1] = l.Move(env.Action(a))
	}
	return m, nil
}

// figure is an empty figure of the board.
func (b *board) figure(title string) *Figure {
	p := newPlot()
	p.Title.Text = title
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Min, p.X.Max = 0, float64(b.cols)
	p.Y.Min, p.Y.Max = 0, float64(b.rows)
	return &Figure{Plot: p, board: b}
}

// fit is the side of the largest square cells in w x h.
func (b *board) fit(w, h vg.Length) vg.Length {
	return min(w/vg.Length(b.cols), h/vg.Length(b.rows))
}

// square is the part of the area that the cells take: centred, at the top.
func (b *board) square(area draw.Canvas) draw.Canvas {
	w, h := area.Max.X-area.Min.X, area.Max.Y-area.Min.Y
	side := b.fit(w, h)
	rest := (w - side*vg.Length(b.cols)) / 2
	return draw.Crop(area, rest, -rest, h-side*vg.Length(b.rows), 0)
}

// numbering is the room for the names of rows and columns: numbers that count from 1, as in the book, above a grid.
func (b *board) numbering(sty text.Style) (left, top, bottom vg.Length) {
	height := capital*sty.Font.Size + 6
	if b.rowNames == nil {
		return sty.Width(strconv.Itoa(b.rows)) + 4, height, 0
	}
	return widest(sty, b.rowNames) + 4, 0, height
}

func widest(sty text.Style, names []string) vg.Length {
	w := vg.Length(0)
	for _, n := range names {
		w = max(w, sty.Width(n))
	}
	return w
}

// number writes the names of the columns above the data of a grid, below those of a table, and of the rows to the left: all
// of them, or multiples of 2, 5, 10, ... where they would touch.
func (b *board) number(data draw.Canvas, sty text.Style) {
	side := (data.Max.X - data.Min.X) / vg.Length(b.cols)
	room, y := sty.Width(strconv.Itoa(b.cols)), data.Max.Y+3
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
	row, col := numbered, numbered
	if b.rowNames != nil {
		room, y, sty.YAlign = widest(sty, b.colNames), data.Min.Y-4, draw.YTop
		row, col = func(i int) string { return b.rowNames[i] }, func(i int) string { return b.colNames[i] }
	}
	step := stride(side, max(room+3, 1.3*sty.Font.Size))
	shown := func(n int) bool { return n%step == 0 || n == 1 && step > 2 }
	for c := range b.cols {
		if shown(c + 1) {
			write(data, sty, data.Min.X+(vg.Length(c)+0.5)*side, y, col(c))
		}
	}
	sty.XAlign, sty.YAlign = draw.XRight, draw.YCenter
	for r := range b.rows {
		if shown(r + 1) {
			write(data, sty, data.Min.X-3.5, data.Max.Y-(vg.Length(r)+0.5)*side, row(r))
		}
	}
}

func numbered(i int) string { return strconv.Itoa(i + 1) }

// stride is the least of 1, 2, 5, 10, ... cells that leave room for a number.
func stride(side, room vg.Length) int {
	for n := 1; ; n *= 10 {
		for _, m := range [...]int{1, 2, 5} {
			if side*vg.Length(m*n) >= room || n > maxCells {
				return m * n
			}
		}
	}
}
