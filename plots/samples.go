package plots

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SamplesOptions are the choices of [Samples].
type SamplesOptions struct {
	Title, XLabel, YLabel string // XLabel: empty means "sample index"
}

// Samples draws the samples x[0], x[1], ... as dots at 1, 2, ..., their running average
//
//	w_k = w_{k-1} + (x[k-1] - w_{k-1}) / k
//
// as a line, and the exact mean as a dashed line. Source: Zhao, Figure 5.2.
func Samples(x []float64, mean float64, o SamplesOptions) (*Figure, error) {
	if len(x) == 0 {
		return nil, errors.New("plots: x is empty: want at least one sample")
	}
	if !usable(mean) {
		return nil, fmt.Errorf("plots: mean = %v: want a finite number", mean)
	}
	if i := first(x, func(_ int, v float64) bool { return !usable(v) }); i >= 0 {
		return nil, fmt.Errorf("plots: x[%d] = %v: want a finite number", i, x[i])
	}
	if o.XLabel == "" {
		o.XLabel = "sample index"
	}
	index, average, w := make([]float64, len(x)), make([]float64, len(x)), 0.0
	for i, v := range x {
		k := float64(i + 1)
		w += (v - w) / k
		index[i], average[i] = k, w
	}
	f := chart(o.Title, o.XLabel, o.YLabel)
	p := f.Plot
	include(&p.X, 0)
	include(&p.X, float64(len(x)))
	include(&p.Y, mean)
	for _, v := range x {
		include(&p.Y, v)
	}
	widen(&p.X, 0.01)
	widen(&p.Y, 0.12)
	d := dots{x: index, y: x, color: sky, radius: 1.4}
	l := line{index, average, draw.LineStyle{Color: vermilion, Width: 1.5}}
	m := level{mean, draw.LineStyle{Color: black, Width: 0.9, Dashes: []vg.Length{4, 3}}}
	p.Add(rules{}, d, m, l)
	f.name("samples", d)
	f.name("running average", l)
	f.name("exact mean", m)
	return f, nil
}

// dots draws points as discs; of those closer to each other than their radius only the first is drawn, so that their
// number is bounded by the size of the picture.
type dots struct {
	x, y   []float64
	color  color.NRGBA
	radius vg.Length
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	place := placer(&c, p)
	drawn := map[[2]int32]bool{}
	for i, x := range d.x {
		at, ok := place(x, d.y[i])
		if !ok || !c.Contains(at) {
			continue
		}
		near := [2]int32{int32(at.X / d.radius), int32(at.Y / d.radius)}
		if !drawn[near] {
			drawn[near] = true
			dot(c, d.color, at, d.radius)
		}
	}
}

// Thumbnail implements plot.Thumbnailer.
func (d dots) Thumbnail(c *draw.Canvas) {
	for _, f := range [...]vg.Length{0.2, 0.5, 0.8} {
		dot(*c, d.color, vg.Point{X: c.Min.X + f*(c.Max.X-c.Min.X), Y: c.Center().Y}, d.radius)
	}
}
