package plots

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/palette"
)

// ValuesOptions are the choices of [Values].
type ValuesOptions struct {
	Title    string
	Label    string          // above the colour bar
	Plain    bool            // numbers on the book's cell colours: no heat, no bar
	Decimals int             // digits after the point of the printed numbers; 0 means 1, as in the book
	Min, Max float64         // ends of the colour scale; both 0 means those of v
	Colors   palette.Palette // from low to high; nil means viridis
}

// Values draws v(s) as a heat map with the numbers printed in the cells, as far as they can be read.
//
// v has one finite number per state, in the order of the states. Forbidden, target and hole cells are framed, walls are
// dark. More than 65,536 cells are an image, without frames. The source of the arrangement is Zhao, Figure 3.4; with Plain it is that figure's right-hand side.
func Values(l Layout, v []float64, o ValuesOptions) (*Figure, error) {
	b, err := newBoard(l)
	if err != nil {
		return nil, err
	}
	if err := b.checkValues("v", v); err != nil {
		return nil, err
	}
	if o.Decimals < 0 || o.Decimals > 12 {
		return nil, fmt.Errorf("plots: Decimals = %d: want 0 (for 1) to 12", o.Decimals)
	}
	f := b.figure(o.Title)
	g := b.kinds()
	if !o.Plain {
		s, err := b.valueShade(v, o.Min, o.Max, o.Colors)
		if err != nil {
			return nil, err
		}
		g = b.heat(v, s)
		f.Bar = newBar(o.Label, s, f.Plot)
	}
	n := numbers{board: b, text: make([]string, len(b.state)), inks: g.inks(), sty: textStyle(f.Plot, labelSize), size: 0.3}
	for i, s := range b.state {
		if s != noState {
			n.text[i] = decimal(v[s], orElse(o.Decimals, 1))
		}
	}
	f.Plot.Add(g, lattice{b})
	if !o.Plain {
		f.Plot.Add(frames{b})
	}
	f.Plot.Add(n)
	f.Key = b.kindKey(!o.Plain)
	return f, nil
}

// checkValues demands one finite number per state.
func (b *board) checkValues(field string, v []float64) error {
	if len(v) != b.states {
		return fmt.Errorf("plots: %s has %d values: want %d, one for each state", field, len(v), b.states)
	}
	for s, x := range v {
		if !usable(x) {
			return fmt.Errorf("plots: %s[%d] = %v: want a finite number", field, s, x)
		}
	}
	return nil
}

// usable numbers are finite and leave room for axis arithmetic.
func usable(x float64) bool { return math.Abs(x) <= 1e300 }

// valueShade is the colour scale from lo to hi, or over the values of the cells where both are 0.
func (b *board) valueShade(v []float64, lo, hi float64, colors palette.Palette) (shade, error) {
	if lo == 0 && hi == 0 {
		lo, hi = math.Inf(1), math.Inf(-1)
		for _, s := range b.state {
			if s != noState {
				lo, hi = math.Min(lo, v[s]), math.Max(hi, v[s])
			}
		}
		if lo > hi { // a board of walls
			lo, hi = 0, 0
		}
		lo, hi = span(lo, hi, 0)
	} else if !usable(lo) || !usable(hi) || lo >= hi {
		return shade{}, fmt.Errorf("plots: Min, Max = %v, %v: want finite numbers with Min < Max, or 0, 0", lo, hi)
	}
	return newShade(lo, hi, false, colors), nil
}

// heat is the ground that shows one value per state; walls keep their colour.
func (b *board) heat(v []float64, s shade) ground {
	g := b.kinds()
	for i, state := range b.state {
		if state != noState {
			g.fill[i] = over(s.at(v[state]))
		}
	}
	return g
}

// inks are the colours that can be read on the ground.
func (g ground) inks() []color.NRGBA {
	inks := make([]color.NRGBA, len(g.fill))
	for i, c := range g.fill {
		inks[i] = ink(c)
	}
	return inks
}

// decimal prints v with n digits after the point and no minus sign before zero.
func decimal(v float64, n int) string {
	s := strconv.FormatFloat(v, 'f', n, 64)
	if math.Abs(v) < 1 && s == strconv.FormatFloat(math.Copysign(0, -1), 'f', n, 64) {
		return s[1:]
	}
	return s
}
