package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// CountsOptions are the choices of [Counts].
type CountsOptions struct {
	Title          string
	XLabel, YLabel string // empty means "state-action pair" and "visits"
	LogY           bool
}

// Counts draws how often each state-action pair was visited, n[i] being the number of pair i = s |A| + a, as dots at
// 0, 1, .... Pairs that were never visited are crosses at 0, or on a log axis at the bottom of the axis. Source: the
// right-hand sides of Zhao, Figure 5.8.
func Counts(n []int64, o CountsOptions) (*Figure, error) {
	if len(n) == 0 {
		return nil, errors.New("plots: n is empty: want one count for each pair")
	}
	var seen dots
	var never []float64
	for i, k := range n {
		switch {
		case k < 0:
			return nil, fmt.Errorf("plots: n[%d] = %d: want a number of visits", i, k)
		case k == 0:
			never = append(never, float64(i))
		default:
			seen.x, seen.y = append(seen.x, float64(i)), append(seen.y, float64(k))
		}
	}
	seen.color, seen.radius = blue, 1.7
	if o.XLabel == "" {
		o.XLabel = "state-action pair"
	}
	if o.YLabel == "" {
		o.YLabel = "visits"
	}
	f := chart(o.Title, o.XLabel, o.YLabel)
	p := f.Plot
	seen.setRange(p, len(n), o.LogY)
	p.Add(rules{}, seen)
	if len(never) > 0 {
		z := zeros{never}
		p.Add(z)
		f.name("visited", seen)
		f.name(fmt.Sprintf("never visited: %d of %d", len(never), len(n)), z)
	}
	return f, nil
}

// setRange fits the axes to n counts; the vertical one begins at 0, or at 1 where it is logarithmic.
func (d dots) setRange(p *plot.Plot, n int, log bool) {
	include(&p.X, 0)
	include(&p.X, float64(n-1))
	widen(&p.X, 0.02)
	include(&p.Y, 1)
	for _, k := range d.y {
		include(&p.Y, k)
	}
	if log {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
		p.Y.Min = 1
		widen(&p.Y, 0.06)
		return
	}
	p.Y.Min = 0
	top := p.Y.Max
	widen(&p.Y, 0.06)
	p.Y.Min = -0.02 * top // room for the crosses
}

// neverStyle is the cross that marks what was never visited.
func neverStyle() draw.LineStyle { return draw.LineStyle{Color: vermilion, Width: 0.9} }

// zeros draws crosses at zero, or at the bottom of a log axis.
type zeros struct{ x []float64 }

// Plot implements plot.Plotter.
func (z zeros) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	y := c.Min.Y
	if !isLog(p.Y) {
		y = ty(0)
	}
	last := vg.Length(-1)
	for _, x := range z.x {
		at := vg.Point{X: tx(x), Y: y}
		if c.Contains(at) && (last < 0 || at.X-last >= column) {
			cross(c, neverStyle(), at, 2)
			last = at.X
		}
	}
}

// Thumbnail implements plot.Thumbnailer.
func (z zeros) Thumbnail(c *draw.Canvas) { cross(*c, neverStyle(), c.Center(), 2.2) }
