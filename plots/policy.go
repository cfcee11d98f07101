package plots

import (
	"fmt"
	"image/color"
	"math"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// PolicyOptions are the choices of [Policy].
type PolicyOptions struct {
	Title     string
	Actions   int             // |A|; 0 asks the layout
	Threshold float64         // probabilities below are not drawn; 0 means 0.005
	Values    []float64       // drawn as heat beneath the arrows, one per state; nil means the book's cell colours
	Label     string          // above the colour bar of Values
	Min, Max  float64         // ends of the colour scale; both 0 means those of Values
	Colors    palette.Palette // of Values, from low to high; nil means viridis
	Marked    []bool          // states with a mark in the corner of their cell; nil means none
	MarkLabel string          // what the mark means, in the key; empty means not there
}

// Policy draws pi(a | s) as the book does: from the middle of each cell an arrow for each action, the longer the more
// probable it is, and a circle for staying put.
//
// prob is asked for every state that has a cell and is not terminal, and every action 0 <= a < |A|; its values over a
// sum to 1, or are all 0 where nothing is to be drawn. An arrow of probability p has the length
// 0.13 + 0.30 p and a circle the radius 0.04 + 0.12 p, in cells, so that small probabilities are seen too.
//
// More than 65,536 cells are an error: no arrow could be seen.
//
// Source: the left-hand sides of Zhao, Figures 5.4 to 5.7.
func Policy(l Layout, prob func(s env.State, a env.Action) float64, o PolicyOptions) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if err := b.checkShapes("arrows", "Values draws larger ones"); err != nil {
		return nil, err
	}
	if prob == nil {
		return nil, fmt.Errorf("plots: prob = nil: want the probability of each action in each state")
	}
	if !(o.Threshold >= 0 && o.Threshold <= 1) {
		return nil, fmt.Errorf("plots: Threshold = %v: want a probability", o.Threshold)
	}
	if o.Threshold == 0 {
		o.Threshold = 0.005
	}
	move, err := moves(l, o.Actions)
	if err != nil {
		return nil, err
	}
	f := b.figure(o.Title)
	g := b.kinds()
	if o.Values != nil {
		if err := b.checkValues("Values", o.Values); err != nil {
			return nil, err
		}
		s, err := b.valueShade(o.Values, o.Min, o.Max, o.Colors)
		if err != nil {
			return nil, err
		}
		g = b.heat(o.Values, s)
		f.Bar = newBar(o.Label, s, f.Plot)
	}
	a := arrows{board: b, inks: g.inks()}
	if err := a.read(prob, move, o.Threshold); err != nil {
		return nil, err
	}
	f.Plot.Add(g, lattice{b})
	if o.Values != nil {
		f.Plot.Add(frames{b})
	}
	f.Plot.Add(a)
	f.Key = b.kindKey(o.Values != nil)
	return f, b.addMarks(f, o)
}

// arrows draws the actions of a policy.
type arrows struct {
	*board
	inks []color.NRGBA
	all  []choice
}

// choice is one action with a probability worth drawing.
type choice struct {
	cell int
	move [2]int // rows down, columns to the right
	prob float64
}

// read asks for all probabilities and checks them.
func (a *arrows) read(prob func(env.State, env.Action) float64, move [][2]int, threshold float64) error {
	for i, s := range a.state {
		if a.terminal[i] {
			continue
		}
		sum := 0.0
		for k, m := range move {
			p := prob(s, env.Action(k))
			if !(p >= 0 && p <= 1+1e-9) {
				return fmt.Errorf("plots: prob(%d, %d) = %v: want a probability", s, k, p)
			}
			sum += p
			if p >= threshold {
				a.all = append(a.all, choice{i, m, p})
			}
		}
		if sum != 0 && math.Abs(sum-1) > 1e-6 {
			return fmt.Errorf("plots: prob(%d, a) sums to %v over a: want 1, or 0 for a state without actions", s, sum)
		}
	}
	return nil
}

// Plot implements plot.Plotter.
func (a arrows) Plot(c draw.Canvas, p *plot.Plot) {
	for _, ch := range a.all {
		at, side := a.center(p, &c, ch.cell)
		sty := draw.LineStyle{Color: a.inks[ch.cell], Width: min(max(side/38, 0.25), 1.6)}
		prob := vg.Length(ch.prob)
		if ch.move == [2]int{} {
			ring(c, sty, at, side*(0.04+0.12*prob))
			continue
		}
		length := side * (0.13 + 0.30*prob)
		dx, dy := float64(ch.move[1]), float64(-ch.move[0])
		scale := length / vg.Length(math.Hypot(dx, dy))
		tip := at.Add(vg.Point{X: vg.Length(dx) * scale, Y: vg.Length(dy) * scale})
		arrow(c, sty, at, tip, min(0.16*side, 0.5*length))
	}
}
