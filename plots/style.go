package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of type and rules, in points.
const (
	titleSize = 11
	labelSize = 10
	smallSize = 8.5
	rule      = 0.6
)

// The greys of a figure.
var (
	black     = color.NRGBA{A: 255}
	white     = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	faint     = color.NRGBA{R: 225, G: 225, B: 225, A: 255}
	cellLines = color.NRGBA{R: 120, G: 120, B: 120, A: 255}
)

// The colours of Okabe and Ito that this package names; readers with colour-blindness can tell them apart.
var (
	blue      = color.NRGBA{R: 0x00, G: 0x72, B: 0xB2, A: 255}
	vermilion = color.NRGBA{R: 0xD5, G: 0x5E, B: 0x00, A: 255}
	green     = color.NRGBA{R: 0x00, G: 0x9E, B: 0x73, A: 255}
	purple    = color.NRGBA{R: 0xCC, G: 0x79, B: 0xA7, A: 255}
	orange    = color.NRGBA{R: 0xE6, G: 0x9F, B: 0x00, A: 255}
	sky       = color.NRGBA{R: 0x56, G: 0xB4, B: 0xE9, A: 255}
)

// curveStyle is the style of the i-th curve: seven colours, then the same colours dashed, then dotted.
func curveStyle(i int) draw.LineStyle {
	colors := [...]color.NRGBA{blue, vermilion, green, purple, orange, sky, black}
	dashes := [...][]vg.Length{nil, {5, 2.5}, {1.5, 1.5}, {7, 2, 1.5, 2}}
	return draw.LineStyle{
		Color:  colors[i%len(colors)],
		Width:  1.3,
		Dashes: dashes[i/len(colors)%len(dashes)],
	}
}

// newPlot is gonum's empty plot in this package's type, rules and ticks, set on the plot itself: the package-level
// defaults of gonum are neither used nor changed.
func newPlot() *plot.Plot {
	p := plot.New()
	h := newLabels()
	style := func(s *text.Style, size vg.Length) {
		s.Handler = h
		s.Color = black
		s.Font = font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	}
	p.TextHandler = h
	style(&p.Title.TextStyle, titleSize)
	style(&p.Legend.TextStyle, smallSize)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		style(&a.Label.TextStyle, labelSize)
		style(&a.Tick.Label, smallSize)
		a.Width, a.Tick.Width = rule, rule
		a.Tick.Length = 3.5
		a.Padding = 0
		a.Label.Padding = 3
		a.Tick.Marker = ticks{}
	}
	return p
}

// newLabels is the text handler of a plot.
func newLabels() labels {
	return labels{text.Plain{Fonts: font.NewCache(liberation.Collection())}}
}

// textStyle is small type centred on its point, in the hand of p.
func textStyle(p *plot.Plot, size vg.Length) text.Style {
	s := p.Title.TextStyle
	s.Font.Size = size
	s.Color = black
	s.XAlign, s.YAlign = draw.XCenter, draw.YCenter
	return s
}

// fit shrinks a style until txt is no wider than width.
func fit(s text.Style, txt string, width vg.Length) text.Style {
	if w := s.Width(txt); w > width && width > 0 {
		s.Font.Size *= width / w
	}
	return s
}

// over is c laid on white: the opaque colour that a translucent one gives on paper.
func over(c color.Color) color.NRGBA {
	r, g, b, a := c.RGBA() // premultiplied by alpha
	mix := func(v uint32) uint8 { return uint8((v + 0xffff - a) >> 8) }
	return color.NRGBA{R: mix(r), G: mix(g), B: mix(b), A: 255}
}

// translucent is c with the opacity alpha in [0, 1].
func translucent(c color.Color, alpha float64) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = uint8(255*alpha + 0.5)
	return n
}

// ink is black on light ground and white on dark. The relative luminance (WCAG 2.1, gamma taken as 2) at which it
// changes leaves both a contrast above 3.5; black alone would be strongest from 0.18 upwards, but looks dull on
// saturated blues and greens.
func ink(ground color.Color) color.NRGBA {
	c := over(ground)
	square := func(v uint8) float64 { return float64(v) / 255 * float64(v) / 255 }
	if 0.2126*square(c.R)+0.7152*square(c.G)+0.0722*square(c.B) < 0.24 {
		return white
	}
	return black
}
