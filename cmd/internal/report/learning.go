package report

import (
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/plots"
)

// quantity says how a metric is drawn.
type quantity struct {
	metric
	file, title, label string
	logY               bool
	note               string // what its caption adds
}

// The curves of an environment: those that matter first, and the others.
var (
	firstCurves = []quantity{
		{gap, "gap", "gap of the greedy policy", "gap to the optimum", false, ""},
		{rmse, "rmse", "RMSE of q", "root mean square error of q", true, ""},
	}
	furtherCurves = []quantity{
		{greedyReturn, "greedy-return", "return of the greedy policy", "expected return", false, "Exact, from the start states."},
		{softReturn, "return", "return while exploring", "expected return", false,
			"Exact, from the start states, of the policy that is followed: with its exploration at that point."},
		{softGap, "soft-gap", "gap while exploring", "gap to the best soft policy", false,
			"How much the policy that is followed falls short of the best one with the same exploration."},
		{visitsMin, "visits-min", "returns of the least visited pair", "returns of one pair", true,
			"Returns that the estimate rests on: since the last reset, where averages are reset."},
		{visitsMedian, "visits-median", "returns of the median pair", "returns of one pair", true,
			"Returns that the estimate rests on: since the last reset, where averages are reset."},
		{truncated, "truncated", "truncated episodes", "share of all episodes", false, "Episodes cut by the horizon, of all so far."},
	}
)

// soft reports whether a metric differs from that of the greedy policy through exploration alone.
func (q quantity) soft() bool { return q.metric == softReturn || q.metric == softGap }

// learning are the learning curves that matter: mean and interquartile mean of both errors.
func (p *Report) learning(number int, w *World) (list []*Figure, err error) {
	for _, q := range firstCurves {
		for _, a := range averages {
			figures, err := p.curves(number, w, q, a, largeFrame)
			if err != nil {
				return nil, err
			}
			list = append(list, figures...)
		}
	}
	return list, nil
}

// further are the other learning curves, those about exploration for an environment in which something explores.
func (p *Report) further(number int, w *World) (list []*Figure, err error) {
	explores := slices.ContainsFunc(w.Settings, func(s *Setting) bool {
		return slices.ContainsFunc(s.runs, func(r run) bool { return r.explores })
	})
	for _, q := range furtherCurves {
		if q.soft() && !explores {
			continue
		}
		figures, err := p.curves(number, w, q, mean, smallFrame)
		if err != nil {
			return nil, err
		}
		list = append(list, figures...)
	}
	return list, nil
}

func (p *Report) curves(number int, w *World, q quantity, a average, size frame) ([]*Figure, error) {
	curves, err := inParallel(w.Settings, func(s *Setting) (plots.Curve, error) { return p.curve(s, q.metric, a) })
	if err != nil {
		return nil, err
	}
	f := Figure{Name: figureName(number, w.Name, q.file, [...]string{"mean", "iqm"}[a]), Caption: p.bandCaption(w, a)}
	if q.note != "" {
		f.Caption = q.note + " " + f.Caption
	}
	o := plots.ConvergenceOptions{Title: label(w.Name) + ": " + q.title, XLabel: "steps", YLabel: q.label, LogX: true, LogY: q.logY}
	if size == largeFrame {
		o.Title += ", " + a.String()
	}
	if q.metric == greedyReturn || q.metric == softReturn {
		o.References = w.optima()
	}
	return charted{w.Settings, curves, q.metric == truncated}.chart(f, size, o)
}

// figureName is the name of a figure of an environment.
func figureName(number int, world string, parts ...string) string {
	world = rundir.Name(world)
	return rundir.Name(append([]string{fmt.Sprintf("%02d", number), world[:min(len(world), 60)]}, parts...)...)
}

// optima are the returns of the optimal policy, one for each discount.
func (w *World) optima() (list []plots.Reference) {
	for _, s := range w.Settings {
		if finite(s.optimum) && !slices.ContainsFunc(list, func(r plots.Reference) bool { return r.Y == s.optimum }) {
			list = append(list, plots.Reference{Label: fmt.Sprintf("optimum, γ = %v", s.Group.Spec.Gamma), Y: s.optimum})
		}
	}
	if len(list) == 1 {
		list[0].Label = "optimum"
	}
	return list
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
