package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// addMarks marks states of a policy, and names the mark.
func (b *board) addMarks(f *Figure, o PolicyOptions) error {
	if o.Marked == nil {
		return nil
	}
	if len(o.Marked) != b.states {
		return fmt.Errorf("plots: Marked has %d values: want %d, one for each state", len(o.Marked), b.states)
	}
	m := stateMarks{board: b}
	for i, s := range b.state {
		if s != noState && !b.terminal[i] && o.Marked[s] {
			m.cells = append(m.cells, i)
		}
	}
	f.Plot.Add(m)
	if len(m.cells) > 0 && o.MarkLabel != "" {
		f.Key = append(f.Key, Entry{o.MarkLabel, []plot.Thumbnailer{m}})
	}
	return nil
}

// stateMarks folds the upper right corner of cells.
type stateMarks struct {
	*board
	cells []int
}

// Plot implements plot.Plotter.
func (m stateMarks) Plot(c draw.Canvas, p *plot.Plot) {
	for _, i := range m.cells {
		r := m.rect(p, &c, i)
		_, side := m.center(p, &c, i)
		fold(c, r.Max, 0.22*side)
	}
}

// Thumbnail implements plot.Thumbnailer: the corner of a cell.
func (m stateMarks) Thumbnail(c *draw.Canvas) {
	x := c.Max.X - 1.25*thumbHeight
	fold(*c, c.Max, 0.6*thumbHeight)
	c.StrokeLines(draw.LineStyle{Color: cellLines, Width: 0.5}, corners(x, c.Min.Y, c.Max.X, c.Max.Y))
}

// fold fills the triangle below and to the left of a corner.
func fold(c draw.Canvas, at vg.Point, side vg.Length) {
	c.FillPolygon(vermilion, []vg.Point{at, {X: at.X - side, Y: at.Y}, {X: at.X, Y: at.Y - side}})
}
