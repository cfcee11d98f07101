package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Effect is one row of a forest plot: an estimate and its interval.
type Effect struct {
	Label  string
	Value  float64
	Lo, Hi float64 // Lo <= Hi; both NaN where there is no interval
	Text   string  // above the point, such as the number; empty means none
}

// ForestOptions are the choices of [Forest].
type ForestOptions struct {
	Title, XLabel string
	References    []Reference // dashed upright lines; Y is their place on the axis
}

// farOut is how many times as wide as the narrowest an interval may be that the axis shows whole.
const farOut = 12

// Forest draws estimates of one number below each other, each as a point with its interval. A point without interval is hollow.
//
// The axis shows the references, the points that lie near and the intervals that are not much wider than the narrowest. An
// arrow stands where an interval or a point reaches beyond it, so that one estimate without worth does not hide the others.
//
// Errors name the effect and the field that break a rule of [Effect].
func Forest(effects []Effect, o ForestOptions) (*Figure, error) {
	if err := checkEffects(effects, o); err != nil {
		return nil, err
	}
	f := chart(o.Title, o.XLabel, "")
	p := f.Plot
	setForestRange(&p.X, effects, o.References)
	rows := forest{list: effects, style: textStyle(p, smallSize)}
	names := make([]plot.Tick, len(effects))
	for i, e := range effects {
		names[i] = plot.Tick{Value: -float64(i), Label: e.Label}
	}
	p.Y.Min, p.Y.Max = 0.5-float64(len(effects)), 0.5
	p.Y.Tick.Marker, p.Y.Tick.Length = plot.ConstantTicks(names), 0
	p.Add(uprights{})
	for i, r := range o.References {
		l := upright{r.Y, draw.LineStyle{Color: black, Width: 0.9, Dashes: [][]vg.Length{{4, 3}, {1, 2}, {6, 2, 1, 2}}[i%3]}}
		p.Add(l)
		f.name(r.Label, l)
	}
	p.Add(rows)
	return f, nil
}

func checkEffects(effects []Effect, o ForestOptions) error {
	var errs []error
	if len(effects) == 0 {
		errs = append(errs, errors.New("plots: effects is empty: want at least one"))
	}
	for i, e := range effects {
		if !usable(e.Value) {
			errs = append(errs, fmt.Errorf("plots: effects[%d].Value = %v: want a finite number", i, e.Value))
		}
		none := math.IsNaN(e.Lo) && math.IsNaN(e.Hi)
		if !none && !(usable(e.Lo) && usable(e.Hi) && e.Lo <= e.Hi) {
			errs = append(errs, fmt.Errorf("plots: effects[%d]: interval %v to %v: want finite numbers, Lo <= Hi, or NaN for both", i, e.Lo, e.Hi))
		}
	}
	for i, r := range o.References {
		if !usable(r.Y) {
			errs = append(errs, fmt.Errorf("plots: References[%d].Y = %v: want a finite number", i, r.Y))
		}
	}
	return errors.Join(errs...)
}

// setForestRange fits the axis: see [Forest].
func setForestRange(a *plot.Axis, effects []Effect, lines []Reference) {
	narrow := math.Inf(1)
	for _, e := range effects {
		if e.Hi > e.Lo {
			narrow = min(narrow, e.Hi-e.Lo)
		}
	}
	for _, r := range lines {
		include(a, r.Y)
	}
	for _, e := range effects {
		if e.Hi-e.Lo <= farOut*narrow {
			include(a, e.Lo)
			include(a, e.Hi)
		}
	}
	lo, hi := a.Min, a.Max
	for _, e := range effects {
		if lo >= hi || e.Value >= lo-(hi-lo) && e.Value <= hi+(hi-lo) {
			include(a, e.Value)
		}
	}
	widen(a, 0.06)
}

// forest draws the rows, the first at 0 and each next 1 below.
type forest struct {
	list  []Effect
	style text.Style
}

// Plot implements plot.Plotter.
func (f forest) Plot(c draw.Canvas, p *plot.Plot) {
	place := placer(&c, p)
	sty := draw.LineStyle{Color: blue, Width: 1.5}
	for i, e := range f.list {
		at, ok := place(min(max(e.Value, p.X.Min), p.X.Max), -float64(i))
		if !ok || !c.ContainsY(at.Y) {
			continue
		}
		if !math.IsNaN(e.Lo) {
			lo, _ := place(max(e.Lo, p.X.Min), -float64(i))
			hi, _ := place(min(e.Hi, p.X.Max), -float64(i))
			if lo.X <= hi.X {
				c.StrokeLine2(sty, lo.X, at.Y, hi.X, at.Y)
				f.end(c, lo, e.Lo < p.X.Min, -1)
				f.end(c, hi, e.Hi > p.X.Max, 1)
			}
		}
		switch {
		case e.Value < p.X.Min:
			f.end(c, at, true, -1)
		case e.Value > p.X.Max:
			f.end(c, at, true, 1)
		case math.IsNaN(e.Lo):
			dot(c, white, at, 3.2)
			ring(c, draw.LineStyle{Color: blue, Width: 1.2}, at, 3.2)
		default:
			dot(c, blue, at, 3.2)
		}
		label := f.style
		label.XAlign, label.YAlign = draw.XCenter, draw.YBottom
		half := label.Width(e.Text) / 2
		x, y := min(max(at.X, c.Min.X+half+2), c.Max.X-half-2), at.Y+5.5
		if e.Text != "" { // clear of the lines behind it
			fillRect(c, white, x-half-1, y-1, x+half+1, y+capital*label.Font.Size+1)
		}
		write(c, label, x, y, e.Text)
	}
}

// end closes an interval: by a short stroke, or by an arrow to the left (-1) or right (1) where it goes on.
func (f forest) end(c draw.Canvas, at vg.Point, beyond bool, side vg.Length) {
	const size = 3
	if beyond {
		c.FillPolygon(color.Color(blue), []vg.Point{at, {X: at.X - 2*size*side, Y: at.Y + size}, {X: at.X - 2*size*side, Y: at.Y - size}})
		return
	}
	c.StrokeLine2(draw.LineStyle{Color: blue, Width: 1}, at.X, at.Y-size, at.X, at.Y+size)
}

// upright is a vertical line across the whole chart.
type upright struct {
	x   float64
	sty draw.LineStyle
}

// Plot implements plot.Plotter.
func (l upright) Plot(c draw.Canvas, p *plot.Plot) {
	if at, ok := placer(&c, p)(l.x, p.Y.Min); ok && c.ContainsX(at.X) {
		c.StrokeLine2(l.sty, at.X, c.Min.Y, at.X, c.Max.Y)
	}
}

// Thumbnail implements plot.Thumbnailer.
func (l upright) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(l.sty, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}
