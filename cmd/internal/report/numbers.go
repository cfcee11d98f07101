package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number prints four significant digits.
func number(x float64) string {
	switch {
	case math.IsNaN(x):
		return "–"
	case math.IsInf(x, 0): // an error or a mean of errors
		return "∞"
	case x == 0:
		return "0" // no -0
	}
	return strings.ReplaceAll(strconv.FormatFloat(x, 'g', 4, 64), "-", "−")
}

// percent prints a share as a percentage.
func percent(x float64) string { return strconv.FormatFloat(100*x, 'g', 6, 64) + "%" }

// share prints a share as a percentage of three digits.
func share(x float64) string { return strconv.FormatFloat(100*x, 'g', 3, 64) + "%" }

// grouped prints a whole number with commas between thousands.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// counted is "1 seed", "2 seeds".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", grouped(int64(n)), noun)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
