package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// capital is the height of a capital letter or digit of Liberation Sans over the font size.
const capital = 0.70

// write puts txt at (x, y): XAlign as in gonum; YBottom stands its last line on y, YCenter centres its capitals on y,
// YTop hangs them from y. (gonum aligns the full height of the font, descenders included, which looks too high.)
func write(c draw.Canvas, sty text.Style, x, y vg.Length, txt string) {
	if txt == "" {
		return
	}
	switch sty.YAlign {
	case draw.YCenter:
		y -= capital / 2 * sty.Font.Size
	case draw.YTop:
		y -= capital * sty.Font.Size
	}
	sty.YAlign = draw.YBottom // for which gonum's last baseline is y - ascent + size
	c.FillText(sty, vg.Point{X: x, Y: y + sty.FontExtents().Ascent - sty.Font.Size}, txt)
}

// fillRect fills the rectangle between two corners.
func fillRect(c draw.Canvas, clr color.Color, x0, y0, x1, y1 vg.Length) {
	c.FillPolygon(clr, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

// corners is the closed outline of a rectangle.
func corners(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}, {X: x0, Y: y0}}
}

// circle is a closed path of four cubic curves, which all formats draw alike.
func circle(center vg.Point, r vg.Length) vg.Path {
	const k = 0.5522847498 // control points that meet the circle at 45 degrees
	at := func(x, y vg.Length) vg.Point { return vg.Point{X: center.X + r*x, Y: center.Y + r*y} }
	var p vg.Path
	p.Move(at(1, 0))
	p.CubeTo(at(1, k), at(k, 1), at(0, 1))
	p.CubeTo(at(-k, 1), at(-1, k), at(-1, 0))
	p.CubeTo(at(-1, -k), at(-k, -1), at(0, -1))
	p.CubeTo(at(k, -1), at(1, -k), at(1, 0))
	p.Close()
	return p
}

// dot fills a disc.
func dot(c draw.Canvas, clr color.Color, center vg.Point, r vg.Length) {
	c.SetColor(clr)
	c.Fill(circle(center, r))
}

// ring strokes a circle.
func ring(c draw.Canvas, sty draw.LineStyle, center vg.Point, r vg.Length) {
	c.SetLineStyle(sty)
	c.Stroke(circle(center, r))
}

// cross strokes an x.
func cross(c draw.Canvas, sty draw.LineStyle, center vg.Point, r vg.Length) {
	c.StrokeLines(sty,
		[]vg.Point{{X: center.X - r, Y: center.Y - r}, {X: center.X + r, Y: center.Y + r}},
		[]vg.Point{{X: center.X - r, Y: center.Y + r}, {X: center.X + r, Y: center.Y - r}})
}

// arrow draws a shaft from tail to tip and a filled head of the given length.
func arrow(c draw.Canvas, sty draw.LineStyle, tail, tip vg.Point, head vg.Length) {
	d := tip.Sub(tail)
	length := vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
	if length == 0 {
		return
	}
	u := d.Scale(1 / length)
	side := vg.Point{X: -u.Y, Y: u.X}.Scale(0.42 * head)
	base := tip.Sub(u.Scale(head))
	c.StrokeLines(sty, []vg.Point{tail, tip.Sub(u.Scale(0.8 * head))})
	c.FillPolygon(sty.Color, []vg.Point{tip, base.Add(side), base.Sub(side)})
}

// maxStroke is the number of points in one stroke: the time of gonum's rasteriser grows faster than linearly in it,
// and by far so for noise.
const maxStroke = 200

// stroke draws a line of any number of points in pieces, its dashes running on from one piece to the next.
func stroke(c draw.Canvas, sty draw.LineStyle, line []vg.Point) {
	for len(line) > 1 {
		piece := line[:min(len(line), maxStroke)]
		c.StrokeLines(sty, piece)
		if len(sty.Dashes) > 0 {
			for i, q := range piece[1:] {
				sty.DashOffs += vg.Length(math.Hypot(float64(q.X-piece[i].X), float64(q.Y-piece[i].Y)))
			}
		}
		line = line[len(piece)-1:]
	}
}
