package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseCount reads a whole number of at least 0: 1000000, 1_000_000 or 1e6.
func parseCount(text string) (int64, error) {
	plain := strings.ReplaceAll(text, "_", "")
	if n, err := strconv.ParseInt(plain, 10, 64); err == nil && n >= 0 {
		return n, nil
	}
	x, err := strconv.ParseFloat(plain, 64)
	if err != nil || !(x >= 0 && x < 1<<63) || x != math.Floor(x) {
		return 0, errors.New("a whole number of at least 0, such as 1000 or 1e6")
	}
	return int64(x), nil
}

// parseNumber reads a finite number: -1.5, 2e-3 or a fraction such as 1/3.
func parseNumber(text string) (float64, error) {
	above, below, isFraction := strings.Cut(strings.TrimSpace(text), "/")
	x, err := strconv.ParseFloat(above, 64)
	if isFraction && err == nil {
		var y float64
		y, err = strconv.ParseFloat(below, 64)
		x /= y
	}
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, errors.New("a number, such as -1.5, 2e-3 or 1/3")
	}
	return x, nil
}

// numberList is a flag for numbers separated by commas.
type numberList []float64

// String implements pflag.Value.
func (l *numberList) String() string {
	parts := make([]string, len(*l))
	for i, x := range *l {
		parts[i] = shortest(x)
	}
	return strings.Join(parts, ",")
}

// Type implements pflag.Value.
func (l *numberList) Type() string { return "LIST" }

// Set implements pflag.Value.
func (l *numberList) Set(text string) error {
	var list numberList
	for _, part := range strings.Split(text, ",") {
		x, err := parseNumber(part)
		if err != nil {
			return errors.New("numbers separated by commas, such as -1,1 or 1/3,2/3")
		}
		list = append(list, x)
	}
	*l = list
	return nil
}

// shortest is the shortest decimal that reads back as x.
func shortest(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// number is a flag for a finite number, a fraction too.
type number float64

// String implements pflag.Value.
func (x *number) String() string { return shortest(float64(*x)) }

// Type implements pflag.Value.
func (x *number) Type() string { return "NUMBER" }

// Set implements pflag.Value.
func (x *number) Set(text string) error {
	value, err := parseNumber(text)
	*x = number(value)
	return err
}

// seed is a flag for any uint64, which may be written like a count.
type seed uint64

// String implements pflag.Value.
func (s *seed) String() string { return strconv.FormatUint(uint64(*s), 10) }

// Type implements pflag.Value.
func (s *seed) Type() string { return "SEED" }

// Set implements pflag.Value.
func (s *seed) Set(text string) error {
	if n, err := strconv.ParseUint(strings.ReplaceAll(text, "_", ""), 10, 64); err == nil {
		*s = seed(n)
		return nil
	}
	n, err := parseCount(text)
	if err != nil {
		return fmt.Errorf("a whole number from 0 to %d", uint64(math.MaxUint64))
	}
	*s = seed(n)
	return nil
}

// fraction prints a probability: as a decimal where that is short, else as the fraction that it stands for.
func fraction(p float64) string {
	decimal := shortest(p)
	for n := 2.0; n <= 64 && len(decimal) > 6; n++ {
		k := math.Floor(p*n + 0.5)
		if math.Abs(k/n-p) < 1e-15 {
			return shortest(k) + "/" + shortest(n)
		}
	}
	return decimal
}
