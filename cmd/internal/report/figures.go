package report

import (
	"bytes"
	"fmt"
	"html/template"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/plots"
)

// Figure is one drawing of a report.
type Figure struct {
	Name          string // of its file, without extension
	Caption       string
	Drawing       plots.Drawable
	Width, Height vg.Length
	Command       string // that draws it again
	svg           string
}

// render draws figures as SVG.
func (p *Report) render(figures []*Figure) error {
	_, err := inParallel(figures, func(f *Figure) (any, error) {
		f.Command = "mcrl experiment report DIR" + p.Flags() + " --pictures figures"
		return nil, f.render()
	})
	return err
}

func (f *Figure) render() error {
	var b bytes.Buffer
	if err := plots.Write(f.Drawing, f.Width, f.Height, &b, "svg"); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	_, body, found := strings.Cut(b.String(), "<svg ")
	if !found {
		return fmt.Errorf("%s: no SVG was drawn", f.Name)
	}
	f.svg = body
	return nil
}

// SVG is the figure as an element of HTML.
func (f *Figure) SVG() template.HTML {
	return template.HTML(`<svg role="img" aria-label="` + template.HTMLEscapeString(f.Caption) + `" ` + f.svg)
}

// frame is the size of the charts of a kind. Text stays legible on a phone.
type frame struct{ width, height vg.Length }

var (
	largeFrame = frame{4.7 * vg.Inch, 3.4 * vg.Inch}
	smallFrame = frame{3.5 * vg.Inch, 2.7 * vg.Inch}
)

// maxCurves is the number of curves of a figure: more are hard to tell apart. Further settings have further figures.
const maxCurves = 8

// charted are settings with a curve each; a curve without points is none.
type charted struct {
	settings []*Setting
	curves   []plots.Curve
	shares   bool // from 0 to 1
}

// chart draws curves, at most maxCurves in a figure, all figures with the same axes. A setting has the same colour and dashes
// in all figures of its environment.
func (c charted) chart(of Figure, size frame, o plots.ConvergenceOptions) ([]*Figure, error) {
	var settings []*Setting
	var curves []plots.Curve
	for i, s := range c.settings {
		if x := c.curves[i]; x.X != nil {
			x.Label, x.Style = s.label, s.place+1
			settings, curves = append(settings, s), append(curves, x)
		}
	}
	if len(curves) == 0 {
		return nil, nil
	}
	o.LogY = o.LogY && !slices.ContainsFunc(curves, func(c plots.Curve) bool { return !positive(c.Y) })
	count := (len(curves) + maxCurves - 1) / maxCurves
	var list []*Figure
	var drawn []*plots.Figure
	for k := range count {
		from, to := k*len(curves)/count, (k+1)*len(curves)/count
		f, err := plots.Convergence(curves[from:to], o)
		if err != nil {
			return nil, err
		}
		part := of
		part.Drawing, part.Width, part.Height = f, size.width, size.height+legend(settings[from:to], size.width)
		if count > 1 {
			part.Name = fmt.Sprintf("%s-%d", of.Name, k+1)
			part.Caption += fmt.Sprintf(" Part %d of %d, with the same axes.", k+1, count)
		}
		list, drawn = append(list, &part), append(drawn, f)
	}
	sameAxes(drawn)
	for _, f := range drawn {
		if c.shares {
			f.Plot.Y.Min, f.Plot.Y.Max = -0.02, 1.02
		}
	}
	return list, nil
}

// legend is about the height that the legend needs beyond two lines.
func legend(settings []*Setting, width vg.Length) vg.Length {
	const mark, rune, line = 36, 4.4, 13 // points
	lines, x := 1, vg.Length(0)
	for _, s := range settings {
		w := mark + rune*vg.Length(utf8.RuneCountInString(s.label))
		if x += w; x > width-60 {
			lines, x = lines+1, w
		}
	}
	return line * vg.Length(max(0, lines-2))
}

func positive(values []float64) bool {
	return slices.ContainsFunc(values, func(y float64) bool { return y > 0 })
}

// sameAxes gives all figures the range of all.
func sameAxes(figures []*plots.Figure) {
	first := figures[0].Plot
	for _, f := range figures {
		first.X.Min, first.X.Max = min(first.X.Min, f.Plot.X.Min), max(first.X.Max, f.Plot.X.Max)
		first.Y.Min, first.Y.Max = min(first.Y.Min, f.Plot.Y.Min), max(first.Y.Max, f.Plot.Y.Max)
	}
	for _, f := range figures {
		f.Plot.X.Min, f.Plot.X.Max, f.Plot.Y.Min, f.Plot.Y.Max = first.X.Min, first.X.Max, first.Y.Min, first.Y.Max
	}
}

// inParallel calls f for each element, on all processors; the results are in the order of the list.
func inParallel[T, R any](list []T, f func(T) (R, error)) ([]R, error) {
	results, errs := make([]R, len(list)), make([]error, len(list))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, x := range list {
		slots <- struct{}{}
		wg.Go(func() {
			results[i], errs[i] = f(x)
			<-slots
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}
