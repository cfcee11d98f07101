package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/palette"
)

// viridis is the colour map of that name (van der Walt and Smith, matplotlib; public domain) at ten equal steps:
// perceptually even, monotone in lightness, safe for colour-blind readers.
var viridis = [...]color.NRGBA{
	{0x44, 0x01, 0x54, 255}, {0x48, 0x28, 0x78, 255}, {0x3E, 0x49, 0x89, 255}, {0x31, 0x68, 0x8E, 255},
	{0x26, 0x82, 0x8E, 255}, {0x1F, 0x9E, 0x89, 255}, {0x35, 0xB7, 0x79, 255}, {0x6E, 0xCE, 0x58, 255},
	{0xB5, 0xDE, 0x2B, 255}, {0xFD, 0xE7, 0x25, 255},
}

// ramp is n colours along viridis.
func ramp(n int) []color.Color {
	colors := make([]color.Color, n)
	for i := range colors {
		x := float64(i) / float64(n-1) * float64(len(viridis)-1)
		k := min(int(x), len(viridis)-2)
		a, b, f := viridis[k], viridis[k+1], x-float64(k)
		mix := func(u, v uint8) uint8 { return uint8(float64(u) + f*(float64(v)-float64(u)) + 0.5) }
		colors[i] = color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 255}
	}
	return colors
}

// shade maps numbers in [lo, hi] to colours; numbers outside take the nearest end.
type shade struct {
	lo, hi float64
	log    bool
	colors []color.Color
}

// newShade takes the colours of p, or viridis where p is nil or has fewer than two.
func newShade(lo, hi float64, log bool, p palette.Palette) shade {
	s := shade{lo: lo, hi: hi, log: log, colors: ramp(256)}
	if p != nil {
		if c := p.Colors(); len(c) > 1 {
			s.colors = c
		}
	}
	return s
}

// at is the colour of v.
func (s shade) at(v float64) color.Color {
	t := s.norm(v)
	if !(t > 0) {
		t = 0
	}
	return s.colors[int(math.Min(t, 1)*float64(len(s.colors)-1)+0.5)]
}

// norm is the place of v on the scale: 0 at lo, 1 at hi.
func (s shade) norm(v float64) float64 {
	if s.log {
		return (math.Log(v) - math.Log(s.lo)) / (math.Log(s.hi) - math.Log(s.lo))
	}
	return (v - s.lo) / (s.hi - s.lo)
}
