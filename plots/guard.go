package plots

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// guard stands between a drawing and gonum's canvas of one format and keeps four things from going wrong without a
// word: text that the format would drop or garble, translucent colours that PDF would darken, sharp turns that PDF would
// draw as spikes, and points that are no numbers.
type guard struct {
	vg.Canvas
	pdf    bool
	hidden bool  // the present colour is fully transparent
	err    error // the first thing that could not be drawn
}

// SetColor implements vg.Canvas. gonum hands PDF the premultiplied colour together with its alpha, which darkens it
// twice; there the opaque colour on white takes its place.
func (g *guard) SetColor(c color.Color) {
	if c == nil {
		c = color.Black
	}
	_, _, _, a := c.RGBA()
	g.hidden = a == 0
	switch {
	case g.hidden:
		return
	case g.pdf:
		c = over(c)
	}
	g.Canvas.SetColor(c)
}

// Stroke implements vg.Canvas.
func (g *guard) Stroke(p vg.Path) {
	if !g.drawable(p) {
		return
	}
	if g.pdf {
		p = blunt(p)
	}
	g.Canvas.Stroke(p)
}

// Fill implements vg.Canvas.
func (g *guard) Fill(p vg.Path) {
	if g.drawable(p) {
		g.Canvas.Fill(p)
	}
}

func (g *guard) drawable(p vg.Path) bool {
	for _, c := range p {
		if x, y := float64(c.Pos.X), float64(c.Pos.Y); math.IsNaN(x+y) || math.IsInf(x+y, 0) {
			g.fail(fmt.Errorf("plots: a path goes through (%v, %v): want finite coordinates", x, y))
			return false
		}
	}
	return !g.hidden
}

// blunt replaces every sharp turn of a path by two right angles a hair apart. gonum's PDF draws sharp turns with tips of
// up to five line widths, which would stand out as peaks that the data do not have.
func blunt(p vg.Path) vg.Path {
	const hair = 0.03 // points; PDF numbers have two digits after the point
	out := make(vg.Path, 0, len(p))
	for i, c := range p {
		if c.Type != vg.LineComp || i == 0 || i+1 == len(p) || p[i-1].Type > vg.LineComp || p[i+1].Type != vg.LineComp {
			out = append(out, c)
			continue
		}
		u, v := c.Pos.Sub(p[i-1].Pos), p[i+1].Pos.Sub(c.Pos)
		if float64(u.Dot(v)) > -0.5*math.Sqrt(float64(u.Dot(u)*v.Dot(v))) || u.Dot(u) == 0 {
			out = append(out, c)
			continue
		}
		aside := vg.Point{X: -u.Y, Y: u.X}.Scale(hair / vg.Length(math.Sqrt(float64(u.Dot(u)))))
		if u.X*v.Y < u.Y*v.X { // a turn to the right
			aside = aside.Scale(-1)
		}
		out.Line(c.Pos.Sub(aside))
		out.Line(c.Pos.Add(aside))
	}
	return out
}

// FillString implements vg.Canvas.
func (g *guard) FillString(f font.Face, pt vg.Point, txt string) {
	if g.hidden {
		return
	}
	txt = g.legible(f, txt)
	if g.pdf {
		txt = encode1252(txt)
	}
	g.Canvas.FillString(f, pt, txt)
}

// legible is txt in runes that the format and the font can show.
func (g *guard) legible(f font.Face, txt string) string {
	out, err := spell(txt, func(r rune) bool {
		_, ok := cp1252(r)
		return hasGlyph(f, r) && (ok || !g.pdf)
	})
	g.fail(err)
	return out
}

func (g *guard) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}

// encode1252 turns UTF-8 into the bytes that PDF text consists of.
func encode1252(txt string) string {
	var b strings.Builder
	for _, r := range txt {
		if c, ok := cp1252(r); ok {
			b.WriteByte(c)
		}
	}
	return b.String()
}
