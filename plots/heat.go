package plots

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/vg/draw"
)

// TableAxes name what a table of values stands over: its columns along x, its rows along y, the first row at the top.
type TableAxes struct {
	Rows, Cols     []string // names of rows and columns
	XLabel, YLabel string
}

// HeatOptions are the choices of [Heat].
type HeatOptions struct {
	Title, Label string // Label: above the colour bar
	TableAxes
	Decimals int             // digits after the point of the printed numbers; 0 means 1
	NoBar    bool            // leave the colour bar out, as where a neighbour with the same scale has one
	Min, Max float64         // ends of the colour scale; both 0 means those of the values
	Colors   palette.Palette // from low to high; nil means viridis
}

// Heat draws a table of values over two axes as a heat map, with the numbers printed in the cells as far as they can be
// read: the value of each hand of blackjack, say, or the error for each pair of two settings.
//
// values has a row for each name in Rows and in each row a number for each name in Cols. NaN stands for no value: a white
// cell with a cross. Numbers beyond the ends of the scale have the colour of the end.
func Heat(values [][]float64, o HeatOptions) (*Figure, error) {
	b, err := newTable(o.TableAxes, len(values), func(r int) int { return len(values[r]) })
	if err != nil {
		return nil, err
	}
	v := make([]float64, 0, b.states)
	for r, row := range values {
		for c, x := range row {
			if !usable(x) && !math.IsNaN(x) {
				return nil, fmt.Errorf("plots: values[%d][%d] = %v: want a finite number, or NaN for none", r, c, x)
			}
			v = append(v, x)
		}
	}
	if o.Decimals < 0 || o.Decimals > 12 {
		return nil, fmt.Errorf("plots: Decimals = %d: want 0 (for 1) to 12", o.Decimals)
	}
	missing := b.drop(v)
	s, err := b.valueShade(v, o.Min, o.Max, o.Colors)
	if err != nil {
		return nil, err
	}
	f := b.table(o.Title, o.TableAxes)
	g := b.heat(v, s)
	if !o.NoBar {
		f.Bar = newBar(o.Label, s, f.Plot)
	}
	n := numbers{board: b, text: make([]string, len(v)), inks: g.inks(), sty: textStyle(f.Plot, labelSize), size: 0.36}
	for i, x := range v {
		if b.state[i] != noState {
			n.text[i] = decimal(x, orElse(o.Decimals, 1))
		}
	}
	f.Plot.Add(g, lattice{b}, n, marks{b, missing, crossed})
	return f, nil
}

// newTable is a board whose cells are named by rows and columns, cell i being state i.
func newTable(o TableAxes, rows int, cols func(row int) int) (*board, error) {
	var errs []error
	if rows == 0 || rows != len(o.Rows) {
		errs = append(errs, fmt.Errorf("plots: %d rows: want one for each of %d names in Rows", rows, len(o.Rows)))
	}
	if len(o.Cols) == 0 {
		errs = append(errs, errors.New("plots: Cols is empty: want the names of the columns"))
	}
	for r := range rows {
		if n := cols(r); n != len(o.Cols) {
			errs = append(errs, fmt.Errorf("plots: row %d has %d cells: want one for each of %d names in Cols", r, n, len(o.Cols)))
		}
	}
	if len(o.Rows) > 0 && len(o.Cols) > fineCells/len(o.Rows) {
		errs = append(errs, fmt.Errorf("plots: %d x %d cells: want at most %d", len(o.Rows), len(o.Cols), fineCells))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	b := &board{rows: rows, cols: len(o.Cols), states: rows * len(o.Cols), rowNames: o.Rows, colNames: o.Cols}
	b.kind, b.state, b.terminal = make([]env.CellKind, b.states), make([]env.State, b.states), make([]bool, b.states)
	for i := range b.state {
		b.state[i] = env.State(i)
	}
	return b, nil
}

// table is an empty figure of the board with its axes.
func (b *board) table(title string, o TableAxes) *Figure {
	f := b.figure(title)
	f.Plot.X.Label.Text, f.Plot.Y.Label.Text = o.XLabel, o.YLabel
	return f
}

// drop takes the cells without a value from the board and lists them.
func (b *board) drop(v []float64) []int {
	var missing []int
	for i, x := range v {
		if math.IsNaN(x) {
			b.state[i] = noState
			missing = append(missing, i)
		}
	}
	return missing
}

// marks draws a sign in some cells.
type marks struct {
	*board
	cells []int
	sign  func(c draw.Canvas, at draw.Canvas)
}

// Plot implements plot.Plotter.
func (m marks) Plot(c draw.Canvas, p *plot.Plot) {
	for _, i := range m.cells {
		cell := c
		cell.Rectangle = m.rect(p, &c, i)
		m.sign(c, cell)
	}
}
