package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The parts of a colour bar from left to right, in points.
const (
	barGap   = 9
	barWidth = 10
	barTick  = 3
)

// Bar is the narrow colour scale to the right of a figure, as high as its data.
type Bar struct {
	Label string // above the bar
	shade shade
	style text.Style
}

func newBar(label string, s shade, p *plot.Plot) *Bar {
	return &Bar{Label: label, shade: s, style: textStyle(p, smallSize)}
}

func (b *Bar) marks(height vg.Length) []plot.Tick {
	n := max(3, int(height/28))
	if b.shade.log {
		return logTicks{n}.Ticks(b.shade.lo, b.shade.hi)
	}
	return ticks{n}.Ticks(b.shade.lo, b.shade.hi)
}

// width is what the bar takes to the right of data of this height.
func (b *Bar) width(height vg.Length) vg.Length {
	labels := vg.Length(0)
	for _, m := range b.marks(height) {
		labels = max(labels, b.style.Width(m.Label))
	}
	return barGap + max(barWidth+barTick+2+labels, b.style.Width(b.Label))
}

// draw puts the bar to the right of the data.
func (b *Bar) draw(c draw.Canvas, data vg.Rectangle) {
	x, height := data.Max.X+barGap, data.Max.Y-data.Min.Y
	n := len(b.shade.colors)
	for i, clr := range b.shade.colors { // each reaches to the top, under the next: no seams
		y := data.Min.Y + height*vg.Length(i)/vg.Length(n)
		fillRect(c, clr, x, y, x+barWidth, data.Max.Y)
	}
	line := draw.LineStyle{Color: black, Width: rule}
	c.StrokeLines(line, corners(x, data.Min.Y, x+barWidth, data.Max.Y))
	sty := b.style
	sty.XAlign = draw.XLeft
	for _, m := range b.marks(height) {
		y := data.Min.Y + height*vg.Length(b.shade.norm(m.Value))
		tick := vg.Length(barTick)
		if m.IsMinor() {
			tick /= 2
		}
		c.StrokeLine2(line, x+barWidth, y, x+barWidth+tick, y)
		write(c, sty, x+barWidth+barTick+2, y, m.Label)
	}
	sty.YAlign = draw.YBottom
	write(c, sty, x, data.Max.Y+6.5, b.Label) // clear of a tick at the top
}
