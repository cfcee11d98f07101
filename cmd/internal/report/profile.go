package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/mcrl/estimate"
	"example.com/mcrl/plots"
)

// thresholds are ten to each power of ten, from the one below the smallest positive error to the one above the largest; nil
// where none is positive.
func thresholds(scores [][][]float64) (tau []float64) {
	lo, hi := math.Inf(1), 0.0
	for _, strata := range scores {
		for _, v := range slices.Concat(strata...) {
			if v > 0 && finite(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if hi == 0 {
		return nil
	}
	for e := exponent(lo); e <= exponent(hi); e++ {
		for _, digits := range []string{"1", "1.25", "1.6", "2", "2.5", "3.2", "4", "5", "6.3", "8"} {
			t, _ := strconv.ParseFloat(digits+"e"+strconv.Itoa(e), 64) // in range, as lo and hi are
			tau = append(tau, t)
		}
	}
	top, _ := strconv.ParseFloat("1e"+strconv.Itoa(exponent(hi)+1), 64)
	return append(tau, min(top, math.MaxFloat64))
}

// exponent is the power of ten of a positive number.
func exponent(x float64) int {
	_, digits, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	e, _ := strconv.Atoi(digits) // as FormatFloat wrote them
	return e
}

// ranked are errors of which the infinite ones are above every threshold, but finite.
func ranked(strata [][]float64) [][]float64 {
	out := make([][]float64, len(strata))
	for m, x := range strata {
		for _, v := range x {
			out[m] = append(out[m], min(v, math.MaxFloat64))
		}
	}
	return out
}

// profile is the share of runs whose error is below each threshold, averaged over the strata.
func (p *Report) profile(strata [][]float64, tau []float64, src estimate.Source) (plots.Curve, error) {
	below := negated([][]float64{tau})[0]
	strata = negated(ranked(strata))
	shares, err := estimate.Profile(strata, below)
	c := plots.Curve{X: tau, Y: shares}
	if err != nil || !enough(strata) {
		return c, err
	}
	band, err := resampling(p.Level, curveResamples).Profile(strata, below, src)
	if err != nil && !tooFew(err) {
		return c, err
	}
	for _, b := range band {
		c.Lo, c.Hi = append(c.Lo, b.Lo), append(c.Hi, b.Hi)
	}
	return c, nil
}

// profiles draws the performance profile of an environment.
func (p *Report) profiles(number int, w *World) ([]*Figure, error) {
	var settings []*Setting
	var scores [][][]float64
	for _, s := range w.Settings {
		if x := s.scores(gap); len(x) > 0 {
			settings, scores = append(settings, s), append(scores, [][]float64{x})
		}
	}
	return p.profileCharts(figureName(number, w.Name, "profile"), w.Name, "final gap", settings, scores, number)
}

// jointProfiles draws the performance profile of all environments together.
func (p *Report) jointProfiles(rows []*JointRow) ([]*Figure, error) {
	var settings []*Setting
	var scores [][][]float64
	for _, r := range rows {
		settings, scores = append(settings, r.settings[0]), append(scores, r.strata())
	}
	return p.profileCharts("00-all-profile", "", "relative gap", settings, scores, 0)
}

// profileCharts draws the profiles of settings, scores[i] being the strata of settings[i].
func (p *Report) profileCharts(name, world, errorName string, settings []*Setting, scores [][][]float64, index int) ([]*Figure, error) {
	tau := thresholds(scores)
	if tau == nil {
		return nil, nil
	}
	c := charted{settings: settings, shares: true}
	title := "All environments"
	if world != "" {
		title = label(world)
	}
	caption := "The share of runs that end with a smaller " + errorName + " than the abscissa: the higher, the better."
	for i, strata := range scores {
		curve, err := p.profile(strata, tau, stream(forProfile, index, i))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", settings[i].Name, err)
		}
		c.curves = append(c.curves, curve)
	}
	if slices.ContainsFunc(c.curves, func(c plots.Curve) bool { return c.Lo != nil }) {
		caption += " Band: " + percent(p.Level) + " stratified bootstrap interval, point by point."
	}
	return c.chart(Figure{Name: name, Caption: caption}, largeFrame,
		plots.ConvergenceOptions{Title: title + ": performance profile", XLabel: errorName, YLabel: "share of runs below", LogX: true})
}
