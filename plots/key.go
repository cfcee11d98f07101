package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Entry is one line of the key: a label behind its marks, which are drawn on top of each other.
type Entry struct {
	Label string
	Marks []plot.Thumbnailer
}

// The parts of an entry, in points.
const (
	thumbWidth  = 18
	thumbHeight = 9
	thumbGap    = 4
	entryGap    = 14
	rowHeight   = 13
)

// keyRows breaks the key into rows no wider than width; every row has at least one entry.
func (f *Figure) keyRows(width vg.Length) [][]Entry {
	sty := textStyle(f.Plot, smallSize)
	var rows [][]Entry
	x := width
	for _, e := range f.Key {
		w := thumbWidth + thumbGap + sty.Width(e.Label)
		if x+entryGap+w > width || len(rows) == 0 {
			rows = append(rows, nil)
			x = -entryGap
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		x += entryGap + w
	}
	return rows
}

// keyHeight is what the key takes below or above data of this width.
func (f *Figure) keyHeight(width vg.Length) vg.Length {
	if len(f.Key) == 0 {
		return 0
	}
	return vg.Length(len(f.keyRows(width)))*rowHeight + gap
}

// drawKey draws the key from its upper edge downwards: above a chart from the left, below a grid centred.
func (f *Figure) drawKey(area draw.Canvas, top vg.Length) {
	base := textStyle(f.Plot, smallSize)
	base.XAlign = draw.XLeft
	for i, row := range f.keyRows(area.Max.X - area.Min.X) {
		x, y := area.Min.X, top-rowHeight*vg.Length(i)-rowHeight/2
		if f.board != nil {
			width := -vg.Length(entryGap)
			for _, e := range row {
				width += entryGap + thumbWidth + thumbGap + base.Width(e.Label)
			}
			x = max(x, area.Center().X-width/2)
		}
		for _, e := range row {
			thumb := area
			thumb.Min = vg.Point{X: x, Y: y - thumbHeight/2}
			thumb.Max = vg.Point{X: x + thumbWidth, Y: y + thumbHeight/2}
			for _, m := range e.Marks {
				m.Thumbnail(&thumb)
			}
			x += thumbWidth + thumbGap
			sty := fit(base, e.Label, area.Max.X-x)
			write(area, sty, x, y, e.Label)
			x += sty.Width(e.Label) + entryGap
		}
	}
}

// swatch is the mark of a filled cell with an outline.
type swatch struct {
	fill color.Color // nil is none
	edge draw.LineStyle
}

// Thumbnail implements plot.Thumbnailer.
func (s swatch) Thumbnail(c *draw.Canvas) {
	x := c.Max.X - 1.25*thumbHeight
	if s.fill != nil {
		fillRect(*c, s.fill, x, c.Min.Y, c.Max.X, c.Max.Y)
	}
	c.StrokeLines(s.edge, corners(x, c.Min.Y, c.Max.X, c.Max.Y))
}

// glyph is a mark drawn at one point.
type glyph func(c draw.Canvas, at vg.Point)

// Thumbnail implements plot.Thumbnailer.
func (g glyph) Thumbnail(c *draw.Canvas) { g(*c, c.Center()) }
