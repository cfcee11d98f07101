package plots

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve is one line of a chart, with an optional band.
//
// X is finite and does not decrease. Y has the length of X; a NaN is a gap (no estimate yet). Lo and Hi are both nil or
// both of that length, Lo <= Hi, NaN where there is no band. On a log axis what is not positive is a gap, too, except
// that a band whose lower end is not positive reaches to the bottom of the axis.
type Curve struct {
	Label        string // its name in the key; empty means not there
	X, Y, Lo, Hi []float64
	Style        int // colour and dashes of the curve in this place, from 1; 0 means its own place
}

// Reference is a dashed horizontal line, say at an exact value.
type Reference struct {
	Label string // its name in the key; empty means not there
	Y     float64
}

// ConvergenceOptions are the choices of [Convergence].
type ConvergenceOptions struct {
	Title, XLabel, YLabel string
	LogX, LogY            bool
	References            []Reference
}

// Convergence draws curves against a common axis, such as errors against episodes: bands first, then the curves, then
// the reference lines; the key is above the data and covers none of them.
//
// Any number of points will do: a curve is reduced to what a pixel column can show, peaks kept. The caller may set other
// axis limits afterwards; curves are cut off there.
//
// Errors name every curve and field that breaks a rule of [Curve], and curves of which nothing can be shown.
func Convergence(curves []Curve, o ConvergenceOptions) (*Figure, error) {
	if err := checkCurves(curves, o); err != nil {
		return nil, err
	}
	f := chart(o.Title, o.XLabel, o.YLabel)
	p := f.Plot
	if o.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	if o.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	setRange(p, curves, o)
	var outlines, lines []plot.Plotter
	for i, c := range curves {
		sty := curveStyle(orElse(c.Style, i+1) - 1)
		l := line{c.X, c.Y, sty}
		marks := []plot.Thumbnailer{l}
		if c.Lo != nil {
			b := band{c.X, c.Lo, c.Hi, over(sty.Color)}
			p.Add(b)
			outlines = append(outlines, edges{b})
			marks = []plot.Thumbnailer{b, l}
		}
		lines = append(lines, l)
		f.name(c.Label, marks...)
	}
	p.Add(outlines...)
	p.Add(rules{})
	p.Add(lines...)
	for i, r := range o.References {
		l := level{r.Y, draw.LineStyle{Color: black, Width: 0.9, Dashes: [][]vg.Length{{4, 3}, {1, 2}, {6, 2, 1, 2}}[i%3]}}
		p.Add(l)
		f.name(r.Label, l)
	}
	return f, nil
}

// chart is an empty figure with axes.
func chart(title, x, y string) *Figure {
	p := newPlot()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	return &Figure{Plot: p}
}

// name adds an entry to the key, unless the label is empty.
func (f *Figure) name(label string, marks ...plot.Thumbnailer) {
	if label != "" {
		f.Key = append(f.Key, Entry{label, marks})
	}
}

// checkCurves reports everything that is wrong with the input.
func checkCurves(curves []Curve, o ConvergenceOptions) error {
	var errs []error
	if len(curves) == 0 {
		errs = append(errs, errors.New("plots: curves is empty: want at least one curve"))
	}
	for i, c := range curves {
		errs = append(errs, c.check(fmt.Sprintf("curves[%d]", i), o))
	}
	for i, r := range o.References {
		if !usable(r.Y) || o.LogY && r.Y <= 0 {
			errs = append(errs, fmt.Errorf("plots: References[%d].Y = %v: want a finite number, positive on a log axis", i, r.Y))
		}
	}
	return errors.Join(errs...)
}

// check reports what is wrong with one curve: the first bad element of each field.
func (c Curve) check(name string, o ConvergenceOptions) error {
	n := len(c.X)
	if n == 0 {
		return fmt.Errorf("plots: %s.X is empty: want at least one point", name)
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("plots: "+name+"."+format, args...))
	}
	length := func(field string, v []float64) {
		if len(v) != n {
			bad("%s has %d values: want %d, one for each X", field, len(v), n)
		}
	}
	if c.Style < 0 {
		bad("Style = %d: want the number of a style from 1, or 0", c.Style)
	}
	length("Y", c.Y)
	if c.Lo != nil || c.Hi != nil {
		length("Lo", c.Lo)
		length("Hi", c.Hi)
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	if i := first(c.X, func(i int, x float64) bool { return !usable(x) }); i >= 0 {
		bad("X[%d] = %v: want a finite number", i, c.X[i])
	} else if i := first(c.X, func(i int, x float64) bool { return i > 0 && x < c.X[i-1] }); i >= 0 {
		bad("X[%d] = %v is below X[%d] = %v: want values that do not decrease", i, c.X[i], i-1, c.X[i-1])
	}
	for _, v := range []struct {
		field  string
		values []float64
	}{{"Y", c.Y}, {"Lo", c.Lo}, {"Hi", c.Hi}} {
		if i := first(v.values, func(_ int, y float64) bool { return !usable(y) && !math.IsNaN(y) }); i >= 0 {
			bad("%s[%d] = %v: want a finite number, or NaN for a gap", v.field, i, v.values[i])
		}
	}
	if i := first(c.Lo, func(i int, lo float64) bool { return lo > c.Hi[i] }); i >= 0 {
		bad("Lo[%d] = %v is above Hi[%d] = %v: want Lo <= Hi", i, c.Lo[i], i, c.Hi[i])
	}
	if first(c.Y, func(i int, y float64) bool { return shown(c.X[i], o.LogX) && shown(y, o.LogY) }) < 0 {
		bad("Y has no point that can be shown: want a number, positive on a log axis")
	}
	return errors.Join(errs...)
}

// first is the index of the first element for which is holds, or -1.
func first(v []float64, is func(i int, x float64) bool) int {
	for i, x := range v {
		if is(i, x) {
			return i
		}
	}
	return -1
}

// shown reports whether an axis can show v.
func shown(v float64, log bool) bool { return !math.IsNaN(v) && (!log || v > 0) }

// setRange fits the axes to curves, bands and reference lines. On a log axis the lower end of a band, which may be
// arbitrarily close to zero, counts down to a tenth of the lowest curve.
func setRange(p *plot.Plot, curves []Curve, o ConvergenceOptions) {
	for _, c := range curves {
		for i, x := range c.X {
			if y := c.Y[i]; shown(x, o.LogX) && shown(y, o.LogY) {
				include(&p.X, x)
				include(&p.Y, y)
			}
		}
	}
	floor := math.Inf(-1)
	if o.LogY {
		floor = p.Y.Min / 10
	}
	for _, c := range curves {
		for i := range c.Lo {
			if shown(c.X[i], o.LogX) && shown(c.Lo[i], false) && shown(c.Hi[i], o.LogY) {
				include(&p.Y, math.Max(c.Lo[i], floor))
				include(&p.Y, c.Hi[i])
			}
		}
	}
	for _, r := range o.References {
		include(&p.Y, r.Y)
	}
	if !o.LogX && p.X.Min > 0 && p.X.Min < 0.05*p.X.Max { // the axis of a count begins at 0
		p.X.Min = 0
	}
	widen(&p.X, 0)
	widen(&p.Y, 0.04)
}

func include(a *plot.Axis, v float64) {
	a.Min, a.Max = math.Min(a.Min, v), math.Max(a.Max, v)
}

// widen leaves a share of an axis free at both ends, and gives it a length where it has none.
func widen(a *plot.Axis, share float64) {
	if isLog(*a) {
		a.Min, a.Max = logSpan(a.Min, a.Max, share)
	} else {
		a.Min, a.Max = span(a.Min, a.Max, share)
	}
}

// rules draws faint horizontal lines at the labelled ticks.
type rules struct{}

// Plot implements plot.Plotter.
func (rules) Plot(c draw.Canvas, p *plot.Plot) {
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		y := c.Y(p.Y.Norm(t.Value))
		if !t.IsMinor() && c.ContainsY(y) {
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.5}, c.Min.X, y, c.Max.X, y)
		}
	}
}

// level is a horizontal line across the whole chart.
type level struct {
	y   float64
	sty draw.LineStyle
}

// Plot implements plot.Plotter.
func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	if at, ok := placer(&c, p)(p.X.Min, l.y); ok && c.ContainsY(at.Y) {
		c.StrokeLine2(l.sty, c.Min.X, at.Y, c.Max.X, at.Y)
	}
}

// Thumbnail implements plot.Thumbnailer.
func (l level) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(l.sty, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}
