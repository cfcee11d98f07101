package report

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/plots"
)

// Figure is one drawing of a report.
type Figure struct {
	Name          string // of its file, without extension
	Caption       string
	Drawing       plots.Drawable
	Width, Height vg.Length
}

// maxCurves is the number of curves of a figure: more are hard to tell apart. Further settings have further figures.
const maxCurves = 10

// The size of charts: text stays legible on a phone.
const (
	chartWidth  = 4.7 * vg.Inch
	chartHeight = 3.4 * vg.Inch
)

// learning are the learning curves of an environment: mean and interquartile mean of both errors.
func (p *Report) learning(number int, w *World) ([]Figure, error) {
	var list []Figure
	for _, m := range metrics {
		for _, a := range averages {
			curves, err := inParallel(w.Settings, func(s *Setting) (plots.Curve, error) { return p.curve(s, m, a) })
			if err != nil {
				return nil, err
			}
			title := fmt.Sprintf("%s: %s, %v", w.Name, [...]string{"gap", "RMSE of q"}[m], a)
			name := rundir.Name(fmt.Sprintf("%02d", number), w.Name, [...]string{"gap", "rmse"}[m], [...]string{"mean", "iqm"}[a])
			o := plots.ConvergenceOptions{Title: title, XLabel: "steps", LogX: true, LogY: m == rmse,
				YLabel: [...]string{"gap to the best policy", "root mean square error of q"}[m]}
			figures, err := charts(name, p.bandCaption(w, a), curves, o)
			if err != nil {
				return nil, err
			}
			list = append(list, figures...)
		}
	}
	return list, nil
}

// charts draws curves, at most maxCurves in a figure; those without points are left out.
func charts(name, caption string, curves []plots.Curve, o plots.ConvergenceOptions) ([]Figure, error) {
	curves = slices.DeleteFunc(curves, func(c plots.Curve) bool { return c.X == nil })
	positive := func(c plots.Curve) bool { return slices.ContainsFunc(c.Y, func(y float64) bool { return y > 0 }) }
	o.LogY = o.LogY && !slices.ContainsFunc(curves, func(c plots.Curve) bool { return !positive(c) })
	var list []Figure
	for part := range slices.Chunk(curves, maxCurves) {
		f, err := plots.Convergence(part, o)
		if err != nil {
			return nil, err
		}
		drawn := Figure{name, caption, f, chartWidth, chartHeight + vg.Length(max(0, len(part)-3)*9)}
		if len(curves) > maxCurves {
			drawn.Name = fmt.Sprintf("%s-%d", name, len(list)+1)
		}
		list = append(list, drawn)
	}
	return list, nil
}

// bandCaption says what the curves of an environment are, and which bands they have.
func (p *Report) bandCaption(w *World, a average) string {
	least, most := math.MaxInt, 0
	for _, s := range w.Settings {
		if n := len(s.runs); n > 0 {
			least, most = min(least, n), max(most, n)
		}
	}
	seeds := counted(most, "seed")
	if least < most {
		seeds = fmt.Sprintf("%d to %s", least, seeds)
	}
	needed, band := 2, "Student's t interval"
	if a == iqm {
		needed, band = leastRuns, "bootstrap interval"
	}
	band = percent(p.Level) + " " + band
	switch {
	case most == 1:
		return "One seed: the curve is that run, and there is no band."
	case most < needed:
		return fmt.Sprintf("%s of %s; no band: a bootstrap of fewer than %d seeds says nothing.", capital(a.String()), seeds, needed)
	case least < needed:
		return fmt.Sprintf("%s of %s; band, where there are at least %d: %s, point by point.", capital(a.String()), seeds, needed, band)
	}
	return fmt.Sprintf("%s of %s; band: %s, point by point.", capital(a.String()), seeds, band)
}

// profiles draws the performance profile of an environment.
func (p *Report) profiles(number int, w *World) ([]Figure, error) {
	var names []string
	var scores [][][]float64
	for _, s := range w.Settings {
		if x := s.scores(gap); len(x) > 0 {
			names, scores = append(names, s.Name), append(scores, [][]float64{x})
		}
	}
	return p.profileCharts(rundir.Name(fmt.Sprintf("%02d", number), w.Name, "profile"), w.Name+": performance profile", "final gap", names, scores, number)
}

func (p *Report) profileCharts(name, title, label string, names []string, scores [][][]float64, index int) ([]Figure, error) {
	tau := thresholds(scores)
	if tau == nil {
		return nil, nil
	}
	curves, err := p.profile(names, scores, tau, index)
	if err != nil {
		return nil, err
	}
	caption := "The share of runs that end with a smaller " + label + " than the abscissa: the higher, the better."
	if slices.ContainsFunc(curves, func(c plots.Curve) bool { return c.Lo != nil }) {
		caption += " Band: " + percent(p.Level) + " stratified bootstrap interval, point by point."
	}
	return charts(name, caption, curves, plots.ConvergenceOptions{Title: title, XLabel: label, YLabel: "share of runs below", LogX: true})
}

// jointProfiles draws the performance profile of all environments together.
func (p *Report) jointProfiles(list []*Joint) ([]Figure, error) {
	var names []string
	var scores [][][]float64
	for _, j := range list {
		names, scores = append(names, j.Name), append(scores, j.strata())
	}
	return p.profileCharts("00-all-profile", "All environments: performance profile", "relative gap", names, scores, 0)
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
