package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a gonum plot together with what gonum has no room for: a key outside of the data, a narrow colour bar, the
// square cells of a grid world. It implements [Drawable]; drawing does not change it. (The methods Save and WriterTo of
// the plot alone leave key and bar out: use [Save] and [Write].)
//
// In figures of grid worlds x counts columns from the left and y rows from the bottom: the cell in row r and column c
// of a grid with n rows is the square from (c, n-1-r) to (c+1, n-r). Plotters that the caller adds share this system.
type Figure struct {
	Plot  *plot.Plot // title, axes and plotters, free to be restyled
	Key   []Entry    // what the marks mean: above the data of a chart, below a grid
	Bar   *Bar       // colour scale, or nil
	board *board     // the cells of a grid world, or nil for a chart
}

// outer is the blank margin around a figure; gap separates its parts.
const (
	outer = 7
	gap   = 6
)

// margins are the widths between a canvas and the data drawn on it.
type margins struct{ left, right, bottom, top vg.Length }

// Draw implements [Drawable]: it fills the canvas, cells kept square and centred.
func (f *Figure) Draw(c draw.Canvas) {
	m := f.margins(c)
	if f.board != nil {
		w, h := c.Max.X-c.Min.X-m.left-m.right, c.Max.Y-c.Min.Y-m.bottom-m.top
		if slack := h - f.board.fit(w, h)*vg.Length(f.board.rows); slack > 0 {
			m.bottom, m.top = m.bottom+slack/2, m.top+slack/2
		}
	}
	f.drawIn(c, m)
}

// margins measures what surrounds the data.
func (f *Figure) margins(c draw.Canvas) margins {
	size := c.Rectangle.Size()
	a := f.axes(f.bare(size), c)
	if _, h := f.labelX(size); h > 0 {
		a.bottom += h
	}
	if _, h := f.labelY(size); h > 0 {
		a.left += h
	}
	m := margins{left: outer + a.left, right: outer + a.right, bottom: outer + a.bottom, top: outer + a.top}
	if f.board != nil {
		left, top, bottom := f.board.numbering(textStyle(f.Plot, smallSize))
		m.left, m.top, m.bottom = m.left+left, m.top+top, m.bottom+bottom
	}
	if f.Bar != nil {
		m.right += max(f.Bar.width(size.Y), f.Bar.width(size.Y/2))
	}
	if t := f.Plot.Title; t.Text != "" {
		m.top += fit(t.TextStyle, t.Text, size.X-2*outer).Height(t.Text) + gap
	}
	key := f.keyHeight(size.X - m.left - m.right)
	if f.board != nil {
		m.bottom += key
	} else {
		m.top += key
	}
	return m
}

// bare is the plot without title, axis labels and background, its ticks suited to the size, its axes on the edges of the
// data. It is a copy.
func (f *Figure) bare(size vg.Point) *plot.Plot {
	p := *f.Plot
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = "", "", ""
	p.BackgroundColor = nil
	suit := func(a *plot.Axis, length, label vg.Length) {
		switch a.Tick.Marker.(type) {
		case ticks:
			a.Tick.Marker = ticks{min(max(2, int(length/label)), 8)}
		case logTicks:
			a.Tick.Marker = logTicks{min(max(2, int(length/(0.75*label))), 10)}
		}
	}
	suit(&p.X, size.X, 56)
	suit(&p.Y, size.Y, 40)
	if f.board == nil { // gonum measures one blank in the type of the label and draws it in that of the ticks
		p.X.Padding -= p.X.Width / 2
		p.Y.Padding -= p.Y.Width/2 + p.Y.Label.TextStyle.Width(" ") - p.Y.Tick.Label.Width(" ")
	}
	return &p
}

// labelX is the style of the label below the data and the height it takes. The labels of the axes are drawn here because
// gonum makes room for one on a logarithmic axis as if it stood at the mean of the ends.
func (f *Figure) labelX(size vg.Point) (draw.TextStyle, vg.Length) {
	l := f.Plot.X.Label
	sty := fit(l.TextStyle, l.Text, 0.75*size.X)
	if l.Text == "" {
		return sty, 0
	}
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
	return sty, sty.Height(l.Text)
}

// labelY is the style of the label left of the data, which reads upwards, and the width it takes.
func (f *Figure) labelY(size vg.Point) (draw.TextStyle, vg.Length) {
	l := f.Plot.Y.Label
	sty := fit(l.TextStyle, l.Text, 0.6*size.Y)
	if l.Text == "" {
		return sty, 0
	}
	height := sty.Height(l.Text) + labelGap
	sty.Rotation, sty.XAlign, sty.YAlign = math.Pi/2, draw.XCenter, draw.YBottom
	return sty, height
}

// labelGap stands between a label and the ticks.
const labelGap = 4

// axes measures the axes of the bare plot.
func (f *Figure) axes(p *plot.Plot, c draw.Canvas) margins {
	d := p.DataCanvas(c)
	return margins{d.Min.X - c.Min.X, c.Max.X - d.Max.X, d.Min.Y - c.Min.Y, c.Max.Y - d.Max.Y}
}

// drawIn draws with the data at the given margins, which are no less than those of f.
func (f *Figure) drawIn(c draw.Canvas, m margins) {
	if b := f.Plot.BackgroundColor; b != nil {
		c.SetColor(b)
		c.Fill(c.Rectangle.Path())
	}
	area := draw.Crop(c, m.left, -m.right, m.bottom, -m.top)
	if size := area.Rectangle.Size(); size.X < 1 || size.Y < 1 {
		tooSmall(c, m)
		return
	}
	data := area
	if f.board != nil {
		data = f.board.square(area)
	}
	p := f.bare(c.Rectangle.Size())
	a := f.axes(p, c)
	p.Draw(draw.Crop(data, -a.left, a.right, -a.bottom, a.top))

	y := data.Max.Y + a.top
	if f.board != nil {
		sty := textStyle(f.Plot, smallSize)
		f.board.number(data, sty)
		left, top, bottom := f.board.numbering(sty)
		a.left, a.bottom = a.left+left, a.bottom+bottom
		f.drawLabels(c, data, a)
		y += top
		_, h := f.labelX(c.Rectangle.Size())
		f.drawKey(area, data.Min.Y-a.bottom-h-gap)
	} else {
		f.drawLabels(c, data, a)
		y += f.keyHeight(area.Max.X - area.Min.X)
		f.drawKey(area, y-gap/2)
	}
	if f.Bar != nil {
		f.Bar.draw(c, data.Rectangle)
	}
	f.drawTitle(c, data, y+gap)
}

// drawLabels writes the labels of the axes, which take the margins a.
func (f *Figure) drawLabels(c, data draw.Canvas, a margins) {
	size, mid := c.Rectangle.Size(), data.Center()
	if sty, h := f.labelX(size); h > 0 {
		write(c, sty, mid.X, data.Min.Y-a.bottom-h, f.Plot.X.Label.Text)
	}
	if sty, w := f.labelY(size); w > 0 {
		write(c, sty, data.Min.X-a.left-labelGap, mid.Y, f.Plot.Y.Label.Text)
	}
}

// drawTitle centres the title over the data, or over the canvas where it is wider.
func (f *Figure) drawTitle(c, data draw.Canvas, y vg.Length) {
	t := f.Plot.Title
	if t.Text == "" {
		return
	}
	sty := fit(t.TextStyle, t.Text, c.Max.X-c.Min.X-2*outer)
	half := sty.Width(t.Text) / 2
	x := data.Center().X
	x = max(min(x, c.Max.X-outer-half), c.Min.X+outer+half)
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
	write(c, sty, x, y, t.Text)
}

// tooSmall reports a canvas that the margins fill.
func tooSmall(c draw.Canvas, m margins) {
	if g := guardOf(c); g != nil {
		size := c.Rectangle.Size()
		g.fail(fmt.Errorf("plots: a panel has %.0f x %.0f points: want more than the %.0f x %.0f that its labels take",
			float64(size.X), float64(size.Y), float64(m.left+m.right), float64(m.bottom+m.top)))
	}
}
