package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/vg/draw"
)

// PairsOptions are the choices of [Pairs].
type PairsOptions struct {
	Title   string
	Actions int             // |A|; 0 asks the layout
	Label   string          // above the colour bar
	Missing string          // names the cross in the key, where there is one; empty means "no number"
	Log     bool            // a logarithmic colour scale, on which 0 is grey
	Colors  palette.Palette // from low to high; nil means viridis
}

// Pairs draws one number for each pair (s, a), such as how far its estimate may be off. A cell is cut into one wedge for each
// action, as by [Visits]. Where x is NaN or infinite there is no number: the wedge is white with a cross. A terminal cell keeps the
// colour of its kind. With Log no number may be negative. More than 65,536 cells are an error.
func Pairs(l Layout, x func(s env.State, a env.Action) float64, o PairsOptions) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if x == nil {
		return nil, errors.New("plots: x = nil: want the number of each pair")
	}
	if err := b.checkShapes("a part for each action", "Values has one colour for each"); err != nil {
		return nil, err
	}
	move, err := moves(l, o.Actions)
	if err != nil {
		return nil, err
	}
	w, err := sectors(move)
	if err != nil {
		return nil, err
	}
	if o.Missing == "" {
		o.Missing = "no number"
	}
	value, scale, err := b.pairs(x, len(move), o)
	if err != nil {
		return nil, err
	}
	f := b.figure(o.Title)
	f.Bar = newBar(o.Label, scale, f.Plot)
	f.Plot.Add(b.kinds(), wedges{b, w, value, scale}, lattice{b}, frames{b})
	f.Key = b.kindKey(true)
	if o.Log && anyPair(value, func(v float64) bool { return v == 0 }) {
		f.Key = append(f.Key, Entry{"0", []plot.Thumbnailer{swatch{fill: zeroGrey, edge: draw.LineStyle{Color: cellLines, Width: 0.5}}}})
	}
	if anyPair(value, math.IsNaN) {
		f.Key = append(f.Key, crossEntry(o.Missing))
	}
	return f, nil
}

func anyPair(value [][]float64, is func(float64) bool) bool {
	return slices.ContainsFunc(value, func(row []float64) bool { return slices.ContainsFunc(row, is) })
}

// pairs are the numbers of each cell by action, NaN where there is none and nil where no action is taken, and their scale.
func (b *board) pairs(x func(env.State, env.Action) float64, actions int, o PairsOptions) ([][]float64, shade, error) {
	value := make([][]float64, len(b.state))
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, s := range b.state {
		if b.terminal[i] {
			continue
		}
		value[i] = make([]float64, actions)
		for a := range value[i] {
			v := x(s, env.Action(a))
			switch {
			case math.IsNaN(v) || math.IsInf(v, 0):
				v = math.NaN()
			case !usable(v) || o.Log && v < 0:
				return nil, shade{}, fmt.Errorf("plots: x(%d, %d) = %v: want a number of at most 1e300, and at least 0 where Log is set", s, a, v)
			case v > 0 || !o.Log:
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
			value[i][a] = v
		}
	}
	switch {
	case lo > hi: // nothing, or zeros alone
		lo, hi = 1, 10
	case o.Log && lo == hi:
		lo, hi = logSpan(lo, hi, 0)
	case !o.Log:
		lo, hi = span(lo, hi, 0)
	}
	return value, newShade(lo, hi, o.Log, o.Colors), nil
}
