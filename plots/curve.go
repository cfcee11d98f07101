package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// column is the width within which a curve is reduced to its first, lowest, highest and last point: somewhat more than
// a pixel of PNG.
const column vg.Length = 0.5

// placer maps data to the canvas; ok is false for what an axis cannot show: NaN, and zero or less on a log axis.
func placer(c *draw.Canvas, p *plot.Plot) func(x, y float64) (at vg.Point, ok bool) {
	tx, ty := p.Transforms(c)
	logX, logY := isLog(p.X), isLog(p.Y)
	return func(x, y float64) (vg.Point, bool) {
		if math.IsNaN(x) || math.IsNaN(y) || logX && x <= 0 || logY && y <= 0 {
			return vg.Point{}, false
		}
		return vg.Point{X: tx(x), Y: ty(y)}, true
	}
}

func isLog(a plot.Axis) bool {
	_, ok := a.Scale.(plot.LogScale)
	return ok
}

// line draws a curve: gaps where it cannot be shown, reduced per column, in short strokes.
type line struct {
	x, y []float64
	sty  draw.LineStyle
}

// Plot implements plot.Plotter.
func (l line) Plot(c draw.Canvas, p *plot.Plot) {
	place := placer(&c, p)
	var run []vg.Point
	flush := func() {
		l.draw(c, thin(run))
		run = run[:0]
	}
	for i, x := range l.x {
		at, ok := place(x, l.y[i])
		if !ok {
			flush()
			continue
		}
		run = append(run, at)
	}
	flush()
}

// draw strokes one run without gaps; a run of one point is a dot.
func (l line) draw(c draw.Canvas, run []vg.Point) {
	if len(run) == 1 && c.Contains(run[0]) {
		dot(c, l.sty.Color, run[0], 1.2*l.sty.Width)
	}
	for _, piece := range c.ClipLinesXY(run) {
		stroke(c, l.sty, piece)
	}
}

// Thumbnail implements plot.Thumbnailer.
func (l line) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(l.sty, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}

// columns cuts a run, whose X does not decrease, into columns of equal width and calls do with each as run[i:j].
func columns(run []vg.Point, do func(i, j int)) {
	n := len(run)
	left, width := run[0].X, run[n-1].X-run[0].X
	count := math.Max(1, math.Ceil(float64(width/column)))
	at := func(i int) float64 {
		return math.Min(math.Floor(float64((run[i].X-left)/width)*count), count-1)
	}
	for i := 0; i < n; {
		j := i + 1
		for j < n && (width == 0 || at(j) == at(i)) {
			j++
		}
		do(i, j)
		i = j
	}
}

// thin keeps of every column the first, lowest, highest and last point, in their order, so no peak is lost.
func thin(run []vg.Point) []vg.Point {
	if len(run) < 5 {
		return run
	}
	var out []vg.Point
	columns(run, func(i, j int) {
		low, high := i, i
		for k := i; k < j; k++ {
			if run[k].Y < run[low].Y {
				low = k
			}
			if run[k].Y > run[high].Y {
				high = k
			}
		}
		last := i - 1
		for _, k := range [...]int{i, min(low, high), max(low, high), j - 1} {
			if k > last {
				out = append(out, run[k])
				last = k
			}
		}
	})
	return out
}

// band fills the area between lo and hi.
type band struct {
	x, lo, hi []float64
	color     color.NRGBA
}

// Plot implements plot.Plotter.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	b.runs(c, p, func(low, high []vg.Point) {
		area := append([]vg.Point{}, high...)
		for i := len(low) - 1; i >= 0; i-- {
			area = append(area, low[i])
		}
		c.FillPolygon(translucent(b.color, 0.2), c.ClipPolygonXY(area))
	})
}

// edges are the outlines of a band. Drawn on top of all bands, they tell overlapping bands apart even where the colours
// are opaque.
type edges struct{ band }

// Plot implements plot.Plotter.
func (e edges) Plot(c draw.Canvas, p *plot.Plot) {
	sty := draw.LineStyle{Color: translucent(e.color, 0.45), Width: 0.4}
	e.runs(c, p, func(low, high []vg.Point) {
		for _, line := range c.ClipLinesXY(low, high) {
			stroke(c, sty, line)
		}
	})
}

// runs calls do with the two ends of every run without gaps. On a log axis a lower end of zero or less is the bottom of
// the axis.
func (b band) runs(c draw.Canvas, p *plot.Plot, do func(low, high []vg.Point)) {
	place := placer(&c, p)
	var low, high []vg.Point
	flush := func() {
		if len(low) > 0 {
			do(envelope(low, -1), envelope(high, 1))
		}
		low, high = low[:0], high[:0]
	}
	for i, x := range b.x {
		lo := b.lo[i]
		if isLog(p.Y) && lo <= 0 {
			lo = p.Y.Min
		}
		l, okL := place(x, lo)
		h, okH := place(x, b.hi[i])
		if !okL || !okH {
			flush()
			continue
		}
		low, high = append(low, l), append(high, h)
	}
	flush()
}

// Thumbnail implements plot.Thumbnailer.
func (b band) Thumbnail(c *draw.Canvas) {
	fillRect(*c, translucent(b.color, 0.2), c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
}

// envelope keeps one point per column, and the end: the lowest (side -1) or the highest (side 1).
func envelope(run []vg.Point, side vg.Length) []vg.Point {
	var out []vg.Point
	columns(run, func(i, j int) {
		q := run[i]
		for _, r := range run[i:j] {
			if side*r.Y > side*q.Y {
				q.Y = r.Y
			}
		}
		out = append(out, q)
	})
	end := out[len(out)-1]
	if end.X = run[len(run)-1].X; end != out[len(out)-1] {
		out = append(out, end)
	}
	return out
}
