package plots

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Path is a way S_0, ..., S_T through a grid world, one of several in a picture.
type Path struct {
	Label  string // its name in the key; empty means not there
	States []env.State
}

// maxSteps bounds the steps of all paths of a picture together.
const maxSteps = 20000

// Paths draws short ways over the grid, each in a colour of its own, with a dot at every step, a disc at its start and a ring
// at its end. Several ways lie a little beside each other, so that none covers another. It is for greedy policies; [Trajectory] is
// for long walks. Source: the cliff and the windy grid in Sutton & Barto, section 6.4.
func Paths(l Layout, paths []Path, title string) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if err := b.checkShapes("paths", "Trajectory draws larger ones"); err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("plots: paths is empty: want at least one path")
	}
	cellOf := b.cellOf()
	w := ways{board: b}
	steps := 0
	for i, p := range paths {
		if len(p.States) == 0 {
			return nil, fmt.Errorf("plots: paths[%d].States is empty: want at least S_0", i)
		}
		cells := make([]int, len(p.States))
		for t, s := range p.States {
			if s < 0 || int(s) >= b.states || cellOf[s] < 0 {
				return nil, fmt.Errorf("plots: paths[%d].States[%d] = %d: want a state with a cell, below %d", i, t, s, b.states)
			}
			cells[t] = int(cellOf[s])
		}
		w.cells = append(w.cells, cells)
		steps += len(cells)
	}
	if steps > maxSteps {
		return nil, fmt.Errorf("plots: the paths have %d states: want at most %d", steps, maxSteps)
	}
	f := b.figure(title)
	f.Plot.Add(b.kinds(), lattice{b}, w)
	f.Key = b.kindKey(false)
	for i, p := range paths {
		if p.Label != "" {
			line := curveStyle(i)
			f.Key = append(f.Key, Entry{p.Label, []plot.Thumbnailer{lineKey(line)}})
		}
	}
	return f, nil
}

// cellOf is the cell of each state, -1 for those without.
func (b *board) cellOf() []int32 {
	cell := make([]int32, b.states)
	for s := range cell {
		cell[s] = -1
	}
	for i, s := range b.state {
		if s != noState {
			cell[s] = int32(i)
		}
	}
	return cell
}

// ways are paths as cells.
type ways struct {
	*board
	cells [][]int
}

// Plot implements plot.Plotter.
func (w ways) Plot(c draw.Canvas, p *plot.Plot) {
	_, side := w.center(p, &c, 0)
	for i, cells := range w.cells {
		off := side * 0.5 * ((vg.Length(i)+1)/vg.Length(len(w.cells)+1) - 0.5)
		sty := curveStyle(i)
		sty.Width = min(max(side/14, 0.5), 2)
		line := make([]vg.Point, len(cells))
		for t, k := range cells {
			at, _ := w.center(p, &c, k)
			line[t] = at.Add(vg.Point{X: off, Y: off})
		}
		stroke(c, sty, line)
		for _, at := range line {
			dot(c, sty.Color, at, sty.Width)
		}
		mark := 2.2 * sty.Width
		dot(c, sty.Color, line[0], mark)
		end := line[len(line)-1]
		dot(c, white, end, mark)
		ring(c, draw.LineStyle{Color: sty.Color, Width: sty.Width / 2}, end, mark)
	}
}

// lineKey is the mark of a line in the key.
type lineKey draw.LineStyle

// Thumbnail implements plot.Thumbnailer.
func (k lineKey) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(draw.LineStyle(k), c.Min.X, y, c.Max.X, y)
}
