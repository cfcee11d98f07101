package gridfile

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
)

var (
	decimal  = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
	fraction = regexp.MustCompile(`^[-+]?[0-9]{1,40}/[0-9]{1,40}$`)
)

// number reads a decimal number, or a fraction of whole numbers, and rounds it once. It returns "" or what would be right.
func number(text string) (x float64, want string) {
	switch {
	case fraction.MatchString(text):
		q, ok := new(big.Rat).SetString(text)
		if !ok {
			return 0, "a fraction whose denominator is not 0"
		}
		x, _ = q.Float64()
	case len(text) <= 400 && decimal.MatchString(text):
		x, _ = strconv.ParseFloat(text, 64) // it can fail by being out of range only, and then is infinite
	default:
		return 0, "a finite number such as -1, 0.5 or 1/3"
	}
	if math.IsInf(x, 0) {
		return 0, "a number within the range of a float64"
	}
	return x, ""
}
