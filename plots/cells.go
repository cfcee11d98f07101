package plots

import (
	"image/color"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// kindColor is the colour of a cell as the book prints it: forbidden orange, target blue.
func kindColor(k env.CellKind) color.NRGBA {
	switch k {
	case env.Forbidden:
		return color.NRGBA{R: 0xF8, G: 0xC4, B: 0x86, A: 255}
	case env.Target:
		return color.NRGBA{R: 0x9F, G: 0xCF, B: 0xEF, A: 255}
	case env.Hole:
		return color.NRGBA{R: 0x8C, G: 0x95, B: 0xA1, A: 255}
	case env.Wall:
		return color.NRGBA{R: 0x33, G: 0x33, B: 0x33, A: 255}
	}
	return white
}

// frameColor outlines a cell of that kind where its ground shows a number; ok is false for plain cells and walls.
func frameColor(k env.CellKind) (c color.NRGBA, ok bool) {
	switch k {
	case env.Forbidden:
		return vermilion, true
	case env.Target:
		return blue, true
	case env.Hole:
		return black, true
	}
	return white, false
}

// rect is the square of cell i on the canvas.
func (b *board) rect(p *plot.Plot, c *draw.Canvas, i int) vg.Rectangle {
	x, y := p.Transforms(c)
	col, row := float64(i%b.cols), float64(b.rows-1-i/b.cols)
	return vg.Rectangle{Min: vg.Point{X: x(col), Y: y(row)}, Max: vg.Point{X: x(col + 1), Y: y(row + 1)}}
}

// center is the middle of cell i on the canvas and side the length of its edge.
func (b *board) center(p *plot.Plot, c *draw.Canvas, i int) (at vg.Point, side vg.Length) {
	r := b.rect(p, c, i)
	return r.Min.Add(r.Max).Scale(0.5), min(r.Max.X-r.Min.X, r.Max.Y-r.Min.Y)
}

// ground fills the cells, fill[i] being the colour of cell i.
type ground struct {
	*board
	fill []color.NRGBA
}

// kinds is the ground of the book: the colour tells the kind.
func (b *board) kinds() ground {
	fill := make([]color.NRGBA, len(b.kind))
	for i, k := range b.kind {
		fill[i] = kindColor(k)
	}
	return ground{b, fill}
}

// Plot implements plot.Plotter. Runs of one colour are one rectangle; each reaches a little under its neighbours to
// the right and below, so that no background shows through the seams.
func (g ground) Plot(c draw.Canvas, p *plot.Plot) {
	if g.fine() {
		g.drawImage(c, p)
		return
	}
	const lap = 0.3
	for i := 0; i < len(g.fill); {
		j := i + 1
		for j%g.cols != 0 && g.fill[j] == g.fill[i] {
			j++
		}
		from, to := g.rect(p, &c, i), g.rect(p, &c, j-1)
		right, bottom := to.Max.X, from.Min.Y
		if j%g.cols != 0 {
			right += lap
		}
		if j+g.cols <= len(g.fill) {
			bottom -= lap
		}
		fillRect(c, g.fill[i], from.Min.X, bottom, right, from.Max.Y)
		i = j
	}
}

// lattice draws the lines between the cells where they are large enough, and the outline.
type lattice struct{ *board }

// Plot implements plot.Plotter.
func (l lattice) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	_, side := l.center(p, &c, 0)
	x0, x1, y0, y1 := x(0), x(float64(l.cols)), y(0), y(float64(l.rows))
	if side >= 4 {
		sty := draw.LineStyle{Color: cellLines, Width: min(0.5, side/20)}
		for i := 1; i < l.cols; i++ {
			c.StrokeLine2(sty, x(float64(i)), y0, x(float64(i)), y1)
		}
		for i := 1; i < l.rows; i++ {
			c.StrokeLine2(sty, x0, y(float64(i)), x1, y(float64(i)))
		}
	}
	c.StrokeLines(draw.LineStyle{Color: black, Width: rule}, append(corners(x0, y0, x1, y1), vg.Point{X: x1, Y: y0}))
}

// frames outlines the cells that are neither plain nor walls, inside of their edges.
type frames struct{ *board }

// Plot implements plot.Plotter.
func (f frames) Plot(c draw.Canvas, p *plot.Plot) {
	if f.fine() {
		return
	}
	for i, k := range f.kind {
		clr, ok := frameColor(k)
		if !ok {
			continue
		}
		r := f.rect(p, &c, i)
		_, side := f.center(p, &c, i)
		w := min(1.8, side/8)
		d := 0.8 * w
		box := append(corners(r.Min.X+d, r.Min.Y+d, r.Max.X-d, r.Max.Y-d), vg.Point{X: r.Max.X - d, Y: r.Min.Y + d})
		c.StrokeLines(draw.LineStyle{Color: white, Width: 1.8 * w}, box)
		c.StrokeLines(draw.LineStyle{Color: clr, Width: w}, box)
	}
}

// kindKey explains the kinds of cell that occur: by colour, or by frame.
func (b *board) kindKey(framed bool) []Entry {
	var key []Entry
	for _, k := range []env.CellKind{env.Forbidden, env.Target, env.Hole, env.Wall} {
		present := false
		for _, v := range b.kind {
			present = present || v == k
		}
		if !present || framed && b.fine() && k != env.Wall { // frames that are not drawn
			continue
		}
		mark := swatch{fill: kindColor(k), edge: draw.LineStyle{Color: cellLines, Width: 0.5}}
		if clr, ok := frameColor(k); ok && framed {
			mark = swatch{edge: draw.LineStyle{Color: clr, Width: 1.8}}
		}
		key = append(key, Entry{k.String(), []plot.Thumbnailer{mark}})
	}
	return key
}

// numbers prints a text in every cell, all in one size, where that size can be read; inks[i] is the colour of text i.
type numbers struct {
	*board
	text []string
	inks []color.NRGBA
	sty  text.Style
	rise float64 // height above the middle of the cell, in cells
	size float64 // of the type, in cells
}

// Plot implements plot.Plotter.
func (n numbers) Plot(c draw.Canvas, p *plot.Plot) {
	_, side := n.center(p, &c, 0)
	sty := n.sty
	sty.Font.Size = min(vg.Length(n.size)*side, labelSize+1)
	if sty.Font.Size < 4 { // before a million texts are measured
		return
	}
	widest := vg.Length(0)
	for _, t := range n.text {
		widest = max(widest, sty.Width(t))
	}
	if widest > 0.86*side {
		sty.Font.Size *= 0.86 * side / widest
	}
	if sty.Font.Size < 4 {
		return
	}
	for i, t := range n.text {
		at, _ := n.center(p, &c, i)
		sty.Color = n.inks[i]
		write(c, sty, at.X, at.Y+vg.Length(n.rise)*side, t)
	}
}
