package plots

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// VisitsOptions are the choices of [Visits].
type VisitsOptions struct {
	Title   string
	Actions int             // |A|; 0 asks the layout
	Total   bool            // one number per state, summed over the actions, instead of one part per action
	Label   string          // above the colour bar; empty means "visits"
	Colors  palette.Palette // from low to high; nil means viridis
}

// Visits draws how often each pair (s, a) was visited, on a logarithmic colour scale. A cell is cut into one wedge for
// each action, in the direction of its move, and a square in the middle for staying put; with Total it shows the sum
// over the actions, printed where it can be read. What was never visited is white with a cross; a terminal cell, where
// no action is taken, keeps the colour of its kind. More than 65,536 cells want Total, and are an image.
func Visits(l Layout, n func(s env.State, a env.Action) int64, o VisitsOptions) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return nil, errors.New("plots: n = nil: want the number of visits of each pair")
	}
	move, err := moves(l, o.Actions)
	if err != nil {
		return nil, err
	}
	count, err := b.counts(n, len(move))
	if err != nil {
		return nil, err
	}
	if o.Label == "" {
		o.Label = "visits"
	}
	f := b.figure(o.Title)
	if !o.Total || !b.fine() { // a second image would hide the first
		f.Plot.Add(b.kinds())
	}
	scale := countShade(count, o)
	f.Bar = newBar(o.Label, scale, f.Plot)
	if o.Total {
		b.addTotals(f, count, scale)
	} else {
		if err := b.checkShapes("a part for each action", "Total has one colour for each"); err != nil {
			return nil, err
		}
		w, err := sectors(move)
		if err != nil {
			return nil, err
		}
		f.Plot.Add(wedges{b, w, positive(count), scale})
	}
	f.Plot.Add(lattice{b}, frames{b})
	f.Key = append(b.kindKey(true), crossEntry("never visited"))
	return f, nil
}

// crossEntry is the entry of the key for a cross.
func crossEntry(label string) Entry {
	return Entry{label, []plot.Thumbnailer{glyph(func(c draw.Canvas, at vg.Point) { cross(c, neverStyle(), at, 2.4) })}}
}

// counts are the visits of each cell by action; nil where no action is taken.
func (b *board) counts(n func(env.State, env.Action) int64, actions int) ([][]int64, error) {
	count := make([][]int64, len(b.state))
	for i, s := range b.state {
		if b.terminal[i] {
			continue
		}
		count[i] = make([]int64, actions)
		for a := range count[i] {
			k := n(s, env.Action(a))
			if k < 0 {
				return nil, fmt.Errorf("plots: n(%d, %d) = %d: want a number of visits", s, a, k)
			}
			count[i][a] = k
		}
	}
	return count, nil
}

// countShade is the scale from the least to the greatest positive number that is drawn.
func countShade(count [][]int64, o VisitsOptions) shade {
	lo, hi := math.Inf(1), 0.0
	for _, c := range count {
		sum := 0.0
		for _, k := range c {
			sum += float64(k)
			if !o.Total && k > 0 {
				lo, hi = math.Min(lo, float64(k)), math.Max(hi, float64(k))
			}
		}
		if o.Total && sum > 0 {
			lo, hi = math.Min(lo, sum), math.Max(hi, sum)
		}
	}
	if hi == 0 {
		lo, hi = 1, 10
	}
	if hi == lo {
		lo, hi = logSpan(lo, hi, 0)
	}
	return newShade(lo, hi, true, o.Colors)
}

// positive are the counts above 0, NaN for those of 0.
func positive(count [][]int64) [][]float64 {
	out := make([][]float64, len(count))
	for i, row := range count {
		for _, k := range row {
			x := math.NaN()
			if k > 0 {
				x = float64(k)
			}
			out[i] = append(out[i], x)
		}
	}
	return out
}

// addTotals draws one number per state.
func (b *board) addTotals(f *Figure, count [][]int64, scale shade) {
	g := b.kinds()
	n := numbers{board: b, text: make([]string, len(count)), sty: textStyle(f.Plot, labelSize), size: 0.26}
	var never []int
	for i, c := range count {
		sum := int64(0)
		for _, k := range c {
			sum += k
		}
		switch {
		case c == nil:
		case sum == 0:
			g.fill[i] = white
			never = append(never, i)
		default:
			g.fill[i] = over(scale.at(float64(sum)))
			n.text[i] = strconv.FormatInt(sum, 10)
		}
	}
	n.inks = g.inks()
	f.Plot.Add(g, n, crosses{b, never})
}

// crosses marks cells that were never visited.
type crosses struct {
	*board
	cells []int
}

// Plot implements plot.Plotter.
func (x crosses) Plot(c draw.Canvas, p *plot.Plot) {
	if x.fine() { // white is all that can be seen of them
		return
	}
	for _, i := range x.cells {
		at, side := x.center(p, &c, i)
		cross(c, neverStyle(), at, min(0.2*side, 5))
	}
}
