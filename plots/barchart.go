package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Series is what one competitor reaches in every group of a bar chart.
type Series struct {
	Label  string    // its name in the key; empty means not there
	Values []float64 // length of the groups; positive, NaN where there is no bar
}

// BarChartOptions are the choices of [BarChart].
type BarChartOptions struct {
	Title, XLabel string
	LogX          bool
}

// BarChart draws horizontal bars side by side, group by group from the top, such as the times that programs take for several
// tasks. Each has its value, in two digits, at its end. Bars begin at 0, or on a log axis at the power of ten below all
// values: there only their ends mean something. A group has room for the bars that it has.
//
// Errors name the series and the value that break a rule of [Series].
func BarChart(groups []string, series []Series, o BarChartOptions) (*Figure, error) {
	if err := checkSeries(groups, series); err != nil {
		return nil, err
	}
	f := chart(o.Title, o.XLabel, "")
	p := f.Plot
	b := bars{style: textStyle(p, smallSize-1)}
	b.style.XAlign = draw.XLeft
	used := make([]bool, len(series))
	var names []plot.Tick
	row := 0.0 // downwards
	for g, name := range groups {
		top := row
		for i, s := range series {
			if v := s.Values[g]; !math.IsNaN(v) {
				b.list = append(b.list, oneBar{-row - 1, v, barColor(i)})
				include(&p.X, v)
				used[i] = true
				row++
			}
		}
		names = append(names, plot.Tick{Value: -(top + row) / 2, Label: name})
		row++ // a gap
	}
	if b.list == nil {
		return nil, errors.New("plots: no series has a value: want at least one bar")
	}
	for i, s := range series {
		if used[i] {
			f.name(s.Label, swatch{barColor(i), draw.LineStyle{Color: white, Width: 0}})
		}
	}
	b.setRange(p, o.LogX)
	p.Y.Min, p.Y.Max = 0.5-row, 0.5
	p.Y.Tick.Marker, p.Y.Tick.Length = plot.ConstantTicks(names), 0
	p.Add(uprights{}, b)
	return f, nil
}

func checkSeries(groups []string, series []Series) error {
	var errs []error
	if len(groups) == 0 {
		errs = append(errs, errors.New("plots: groups is empty: want at least one"))
	}
	if len(series) == 0 {
		errs = append(errs, errors.New("plots: series is empty: want at least one"))
	}
	for i, s := range series {
		if len(s.Values) != len(groups) {
			errs = append(errs, fmt.Errorf("plots: series[%d].Values has %d values: want %d, one for each group", i, len(s.Values), len(groups)))
		}
		if k := first(s.Values, func(_ int, v float64) bool { return !math.IsNaN(v) && !(usable(v) && v > 0) }); k >= 0 {
			errs = append(errs, fmt.Errorf("plots: series[%d].Values[%d] = %v: want a positive number, or NaN for no bar", i, k, s.Values[k]))
		}
	}
	return errors.Join(errs...)
}

// bars are horizontal bars with their values.
type bars struct {
	list  []oneBar
	style text.Style
}

// oneBar reaches from the left edge to value, and from y to y+1.
type oneBar struct {
	y, value float64
	color    color.NRGBA
}

// setRange fits the axis to the values, with room for the numbers.
func (b bars) setRange(p *plot.Plot, log bool) {
	if !log {
		p.X.Min = 0
		p.X.Max *= 1.12
		return
	}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logTicks{}
	p.X.Min = math.Pow10(int(math.Ceil(math.Log10(p.X.Min))) - 1)
	p.X.Max *= math.Pow(p.X.Max/p.X.Min, 0.1)
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	place := placer(&c, p)
	for _, r := range b.list {
		low, _ := place(p.X.Min, r.y)
		high, ok := place(math.Min(r.value, p.X.Max), r.y+1)
		if !ok || high.X < low.X || !c.ContainsY(low.Y) || !c.ContainsY(high.Y) {
			continue
		}
		seam := 0.06 * (high.Y - low.Y)
		fillRect(c, r.color, low.X, low.Y+seam, high.X, high.Y-seam)
		sty := b.style
		sty.Font.Size = min(sty.Font.Size, 1.1*(high.Y-low.Y))
		write(c, sty, high.X+2.5, (low.Y+high.Y)/2, twoDigits(r.value))
	}
}

// twoDigits prints v with two digits, and all those before the point.
func twoDigits(v float64) string {
	if v >= 1e6 || v < 1e-3 {
		return short(strconv.FormatFloat(v, 'e', 1, 64))
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 1, 64), 64)
	return strconv.FormatFloat(v, 'f', max(0, 1-int(math.Floor(math.Log10(rounded)+1e-9))), 64)
}

// barColor is that of the i-th series: those of curves, but grey for black.
func barColor(i int) color.NRGBA {
	if c := curveStyle(i).Color.(color.NRGBA); c != black {
		return c
	}
	return cellLines
}

// uprights draws faint vertical lines at the labelled ticks.
type uprights struct{}

// Plot implements plot.Plotter.
func (uprights) Plot(c draw.Canvas, p *plot.Plot) {
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if x := c.X(p.X.Norm(t.Value)); !t.IsMinor() && c.ContainsX(x) {
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: vg.Length(0.5)}, x, c.Min.Y, x, c.Max.Y)
		}
	}
}
