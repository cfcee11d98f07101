package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticks marks a linear axis at multiples of 1, 2 or 5 times a power of ten.
type ticks struct {
	n int // about how many labels; 0 means 6
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) || math.IsInf(hi-lo, 0) {
		return nil
	}
	step, exp := niceStep((hi - lo) / float64(orElse(t.n, 6)))
	slack := 1e-9 * (hi - lo)
	first, last := math.Ceil((lo-slack)/step), math.Floor((hi+slack)/step)
	if !(last-first < 100) {
		return nil
	}
	large := math.Max(math.Abs(lo), math.Abs(hi))
	var marks []plot.Tick
	for i := 0.0; first+i <= last; i++ {
		v := (first + i) * step
		marks = append(marks, plot.Tick{Value: v, Label: number(v, large, exp)})
	}
	return marks
}

// niceStep is the one of 1, 2, 5 times ten to exp that is nearest to step, by ratio.
func niceStep(step float64) (nice float64, exp int) {
	exp = int(math.Floor(math.Log10(step)))
	switch m := step / math.Pow10(exp); { // the squares of the bounds: 1x2, 2x5, 5x10
	case m*m < 2:
		return math.Pow10(exp), exp
	case m*m < 10:
		return 2 * math.Pow10(exp), exp
	case m*m < 50:
		return 5 * math.Pow10(exp), exp
	}
	return math.Pow10(exp + 1), exp + 1
}

// number prints v, a multiple of ten to exp on an axis that reaches large, with no digit too many and no minus sign
// before zero.
func number(v, large float64, exp int) string {
	unit := math.Pow10(exp)
	switch {
	case math.Abs(v) < unit/2:
		return "0"
	case large >= 1e6 || large < 1e-3:
		digits := int(math.Floor(math.Log10(math.Abs(v))+1e-9)) - exp
		return short(strconv.FormatFloat(v, 'e', max(digits, 0), 64))
	}
	return strconv.FormatFloat(v, 'f', max(-exp, 0), 64)
}

// short turns 2.00e+05 into 2e5.
func short(s string) string {
	mantissa, exp, _ := strings.Cut(s, "e")
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	sign := ""
	if exp[0] == '-' {
		sign = "-"
	}
	return mantissa + "e" + sign + strings.TrimLeft(exp, "+-0")
}

// logTicks marks a logarithmic axis at powers of ten; at 1, 2, 5 times powers of ten where the axis is short.
type logTicks struct {
	n int // at most about how many labels; 0 means 8
}

// Ticks implements plot.Ticker.
func (t logTicks) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0 && hi > lo) || math.IsInf(hi, 0) {
		return nil
	}
	from, to := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	decades := math.Log10(hi) - math.Log10(lo)
	if decades < 0.5 {
		return ticks(t).Ticks(lo, hi)
	}
	stride := int(math.Ceil(decades / float64(orElse(t.n, 8))))
	labelled := func(e, m int) bool {
		return m == 1 && e%stride == 0 || decades < 2.2 && (m == 2 || m == 5)
	}
	var marks []plot.Tick
	for e := from; e <= to; e++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow10(e)
			mark := plot.Tick{Value: v}
			switch {
			case v < lo*(1-1e-9), v > hi*(1+1e-9), m > 1 && stride > 1:
				continue
			case labelled(e, m):
				mark.Label = power(v)
			}
			marks = append(marks, mark)
		}
	}
	return marks
}

// power prints one, two or five times a power of ten.
func power(v float64) string {
	if v >= 1e6 || v < 1e-3 {
		return short(strconv.FormatFloat(v, 'e', 0, 64))
	}
	return strconv.FormatFloat(v, 'g', 1+max(0, int(math.Log10(v)+1e-9)), 64)
}

// orElse is n, or the default where n is 0.
func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// span widens [lo, hi] to an axis: a share of its length on both sides, and some length where there is none.
func span(lo, hi, share float64) (float64, float64) {
	size := math.Max(math.Abs(lo), math.Abs(hi))
	if hi-lo <= 1e-9*size || hi == lo {
		half := 0.5
		if size > 0 {
			half = 0.1 * size
		}
		return lo - half, hi + half
	}
	d := share * (hi - lo)
	return lo - d, hi + d
}

// logSpan is span on a logarithmic axis; lo must be positive.
func logSpan(lo, hi, share float64) (float64, float64) {
	if hi <= lo*(1+1e-9) {
		return lo / 2, hi * 2
	}
	f := math.Pow(hi/lo, share)
	return lo / f, hi * f
}
