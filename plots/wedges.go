package plots

import (
	"fmt"
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// sector is the part of a cell that belongs to one action: angles in radians, or the middle for staying put.
type sector struct {
	from, to float64
	middle   bool
}

// sectors divides a cell among the actions by the directions of their moves.
func sectors(move [][2]int) ([]sector, error) {
	out := make([]sector, len(move))
	var angles []float64
	seen := map[float64]int{}
	for a, m := range move {
		angle := math.Inf(1) // staying put
		if m != [2]int{} {
			angle = math.Atan2(float64(-m[0]), float64(m[1]))
			angles = append(angles, angle)
		}
		if b, dup := seen[angle]; dup {
			return nil, fmt.Errorf("plots: actions %d and %d have the same direction %v: want Total, or a direction for each", b, a, m)
		}
		seen[angle] = a
		out[a] = sector{from: angle, to: angle, middle: math.IsInf(angle, 1)}
	}
	sort.Float64s(angles)
	half := math.Pi / 2
	for i, angle := range angles {
		next := angles[(i+1)%len(angles)]
		if i+1 == len(angles) {
			next += 2 * math.Pi
		}
		half = math.Min(half, (next-angle)/2)
	}
	for a := range out {
		if !out[a].middle {
			out[a].from, out[a].to = out[a].from-half, out[a].to+half
		}
	}
	return out, nil
}

// outline is the polygon of a sector in the square from -1 to 1, and the place of its mark.
func (s sector) outline() (poly []vg.Point, mark vg.Point) {
	if s.middle {
		const m = 0.36
		return []vg.Point{{X: -m, Y: -m}, {X: m, Y: -m}, {X: m, Y: m}, {X: -m, Y: m}}, vg.Point{}
	}
	rim := func(angle float64) vg.Point {
		sin, cos := math.Sincos(angle)
		r := 1 / math.Max(math.Abs(sin), math.Abs(cos))
		return vg.Point{X: vg.Length(r * cos), Y: vg.Length(r * sin)}
	}
	poly = []vg.Point{{}, rim(s.from)}
	for k := math.Ceil((s.from - math.Pi/4) / (math.Pi / 2)); ; k++ { // the corners in between
		corner := math.Pi/4 + k*math.Pi/2
		if corner >= s.to-1e-9 {
			break
		}
		if corner > s.from+1e-9 {
			poly = append(poly, rim(corner))
		}
	}
	return append(poly, rim(s.to)), rim((s.from + s.to) / 2).Scale(0.7)
}

// zeroGrey is the colour of 0 where the scale, a logarithmic one, has none for it.
var zeroGrey = color.NRGBA{R: 0xC4, G: 0xC8, B: 0xCE, A: 255}

// wedges draws one number of each pair, a cross where it is NaN, and grey for 0 on a logarithmic scale. A nil row is a cell where no
// action is taken.
type wedges struct {
	*board
	sectors []sector
	value   [][]float64
	scale   shade
}

// Plot implements plot.Plotter.
func (w wedges) Plot(c draw.Canvas, p *plot.Plot) {
	var order []int // the middle last: it lies on top
	for a := range w.sectors {
		if !w.sectors[a].middle {
			order = append(order, a)
		}
	}
	for a := range w.sectors {
		if w.sectors[a].middle {
			order = append(order, a)
		}
	}
	for i, value := range w.value {
		if value == nil {
			continue
		}
		at, side := w.center(p, &c, i)
		for _, a := range order {
			poly, mark := w.sectors[a].outline()
			for k := range poly {
				poly[k] = at.Add(poly[k].Scale(side / 2))
			}
			var fill color.Color = white
			switch {
			case math.IsNaN(value[a]):
			case w.scale.log && value[a] == 0:
				fill = zeroGrey
			default:
				fill = w.scale.at(value[a])
			}
			c.FillPolygon(fill, poly)
			c.StrokeLines(draw.LineStyle{Color: faint, Width: min(0.5, side/40)}, append(poly, poly[0]))
			if math.IsNaN(value[a]) {
				cross(c, neverStyle(), at.Add(mark.Scale(side/2)), min(0.055*side, 2.4))
			}
		}
	}
}
