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

// profile is the share of runs whose error is below each threshold, averaged over the strata; scores[i] are the strata of
// the setting named names[i].
func (p *Report) profile(names []string, scores [][][]float64, tau []float64, index int) ([]plots.Curve, error) {
	below := negated([][]float64{tau})[0]
	var curves []plots.Curve
	for i, strata := range scores {
		strata = negated(ranked(strata))
		shares, err := estimate.Profile(strata, below)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", names[i], err)
		}
		c := plots.Curve{Label: names[i], X: tau, Y: shares}
		if enough(strata) {
			band, err := p.resampling(curveResamples).Profile(strata, below, stream(forProfile, index, i))
			if err != nil && !tooFew(err) {
				return nil, err
			}
			for _, b := range band {
				c.Lo, c.Hi = append(c.Lo, b.Lo), append(c.Hi, b.Hi)
			}
		}
		curves = append(curves, c)
	}
	return curves, nil
}
