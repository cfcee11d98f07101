package plots

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// TrajectoryOptions are the choices of [Trajectory].
type TrajectoryOptions struct {
	Title string
	// Strands is how many passages between the same two cells are drawn, the first ones; 0 means 24, fewer on a grid
	// with very many different passages.
	Strands int
}

// maxSegments bounds the number of lines of a trajectory.
const maxSegments = 20000

// Trajectory draws the path S_0, S_1, ..., S_T over the grid: a disc at its start, a ring at its end. Every visit lies a
// little off the middle of the cell, by a fixed rule, so that passages that were used often look broader than others.
//
// A path of a million steps takes a fraction of a second: of each passage only the first Strands are drawn. Source: the
// left-hand sides of Zhao, Figure 5.8.
func Trajectory(l Layout, states []env.State, o TrajectoryOptions) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if len(states) == 0 {
		return nil, errors.New("plots: states is empty: want at least S_0")
	}
	if o.Strands < 0 {
		return nil, fmt.Errorf("plots: Strands = %d: want a positive number, or 0 for 24", o.Strands)
	}
	cell, cellOf := make([]int32, len(states)), b.cellOf()
	for t, s := range states {
		if s < 0 || int(s) >= b.states || cellOf[s] < 0 {
			return nil, fmt.Errorf("plots: states[%d] = %d: want a state with a cell, below %d", t, s, b.states)
		}
		cell[t] = cellOf[s]
	}
	f := b.figure(o.Title)
	f.Plot.Add(b.kinds(), lattice{b}, newPath(b, cell, o.Strands))
	f.Key = b.kindKey(false)
	return f, nil
}

// path is a trajectory reduced to the passages that are drawn.
type path struct {
	*board
	runs       [][]spot
	start, end spot
}

// spot is a place in the system of the plot.
type spot struct{ x, y float32 }

// newPath keeps of each passage between two cells the first strands steps, consecutive ones as one run.
func newPath(b *board, cell []int32, strands int) path {
	type passage struct{ from, to int32 }
	passes := map[passage]int{}
	between := func(t int) passage {
		return passage{min(cell[t], cell[t+1]), max(cell[t], cell[t+1])}
	}
	for t := range len(cell) - 1 {
		passes[between(t)] = 0
	}
	if strands == 0 {
		strands = max(1, min(24, maxSegments/max(1, len(passes))))
	}
	p := path{board: b, start: b.spot(cell[0], 0), end: b.spot(cell[len(cell)-1], len(cell)-1)}
	var run []spot
	for t := range len(cell) - 1 {
		k := between(t)
		passes[k]++
		if passes[k] > strands {
			if len(run) > 1 {
				p.runs = append(p.runs, run)
			}
			run = nil
			continue
		}
		if run == nil {
			run = append(run, b.spot(cell[t], t))
		}
		run = append(run, b.spot(cell[t+1], t+1))
	}
	if len(run) > 1 {
		p.runs = append(p.runs, run)
	}
	return p
}

// spot is where the visit of a cell at time t is drawn: off the middle by up to 0.2 cells. The two offsets are the bits
// of a hash of t (the finaliser of SplitMix64), so the picture is the same every time.
func (b *board) spot(cell int32, t int) spot {
	h := uint64(t+1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	off := func(bits uint64) float32 { return 0.4 * (float32(bits&0xffff)/0xffff - 0.5) }
	i := int(cell)
	return spot{float32(i%b.cols) + 0.5 + off(h), float32(b.rows-1-i/b.cols) + 0.5 + off(h>>16)}
}

// Plot implements plot.Plotter.
func (p path) Plot(c draw.Canvas, plt *plot.Plot) {
	x, y := plt.Transforms(&c)
	at := func(s spot) vg.Point { return vg.Point{X: x(float64(s.x)), Y: y(float64(s.y))} }
	_, side := p.center(plt, &c, 0)
	sty := draw.LineStyle{Color: translucent(green, 0.8), Width: min(max(side/60, 0.2), 0.8)}
	for _, run := range p.runs {
		points := make([]vg.Point, len(run))
		for i, s := range run {
			points[i] = at(s)
		}
		stroke(c, sty, points)
	}
	mark := min(max(side/14, 0.6), 3)
	dot(c, black, at(p.start), mark)
	dot(c, white, at(p.end), mark)
	ring(c, draw.LineStyle{Color: black, Width: mark / 2}, at(p.end), mark)
}
