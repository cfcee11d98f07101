package episodefile

import "strconv"

// whole reads a whole number as strconv.ParseInt does, short ones faster.
func whole(b []byte) (int64, error) {
	n := int64(0)
	for _, c := range b {
		if c -= '0'; c > 9 || len(b) > 18 {
			return strconv.ParseInt(string(b), 10, 64)
		}
		n = 10*n + int64(c)
	}
	if len(b) == 0 {
		return strconv.ParseInt("", 10, 64)
	}
	return n, nil
}

// tens are the powers of ten that divide below; a float64 holds each exactly.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimal reads a number as strconv.ParseFloat does, to the last bit. With at most 15 digits the digits and the power of ten
// are exact, so that their quotient is rounded once.
//
// Source: W. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990.
func decimal(b []byte) (float64, error) {
	i, n, digits, behind := 0, uint64(0), 0, -1
	if len(b) > 0 && b[0] == '-' {
		i = 1
	}
	for _, c := range b[i:] {
		switch {
		case c == '.' && behind < 0:
			behind = digits
			continue
		case c-'0' > 9 || digits == 15:
			return strconv.ParseFloat(string(b), 64)
		}
		n = 10*n + uint64(c-'0')
		digits++
	}
	if digits == 0 {
		return strconv.ParseFloat(string(b), 64)
	}
	x := float64(n)
	if behind >= 0 {
		x /= tens[digits-behind]
	}
	if i == 1 {
		x = -x
	}
	return x, nil
}
