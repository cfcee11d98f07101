package offpolicy

import "math"

// The product of many probability ratios leaves the range of float64, though what is divided by it later comes back. So it
// is kept as m 2^(128 e): as exact as any product of float64, without a logarithm, and the same bits on every machine. While
// e = 0 the arithmetic is that of float64.
const (
	radix    = 128
	tooLarge = 0x1p64
	tooSmall = 0x1p-64
)

// scaled is the number m 2^(128 e). As a weight it has m = 0 or 2^-64 <= m < 2^64.
type scaled struct {
	m float64
	e int
}

// times returns x f with m in its range. |f| is at most 1e150, and 0 or at least 1e-150.
func (x scaled) times(f float64) scaled { return scaled{x.m * f, x.e}.normal() }

// normal returns x >= 0 with m in its range.
func (x scaled) normal() scaled {
	if x.m == 0 {
		return scaled{}
	}
	for x.m >= tooLarge && x.m <= math.MaxFloat64 {
		x.m *= 0x1p-128
		x.e++
	}
	for x.m < tooSmall && x.m > 0 {
		x.m *= 0x1p128
		x.e--
	}
	return x
}

// plus returns x + y, relative to the higher e of the two.
func (x scaled) plus(y scaled) scaled {
	if x.e == y.e {
		return scaled{x.m + y.m, x.e}
	}
	return x.plusFar(y)
}

// plusFar is plus for numbers of different e.
func (x scaled) plusFar(y scaled) scaled {
	if x.m == 0 || y.m != 0 && x.e < y.e {
		x, y = y, x
	}
	if y.m == 0 {
		return x
	}
	d := x.e - y.e
	low := float64(y.m * powers[min(d, len(powers)-1)])
	if d >= len(powers) && math.Abs(low) >= math.Abs(x.m*0x1p-60) { // below that x + low is x, and so with less
		low = lowered(y.m, d)
	}
	return scaled{x.m + low, x.e}
}

// over returns x/y as a float64, y > 0.
func (x scaled) over(y scaled) float64 { return scaled{x.m / y.m, x.e - y.e}.float() }

// float returns the float64 nearest to x: an infinity where it is too large.
func (x scaled) float() float64 { return lowered(x.m, -x.e) }

// lowered returns m 2^(-128 d).
func lowered(m float64, d int) float64 {
	if uint(d) < uint(len(powers)) {
		return float64(m * powers[d])
	}
	return math.Ldexp(m, -radix*max(-100, min(d, 100)))
}

// powers are 2^(-128 d) as far as that is a normal number: a product with one is rounded once, as Ldexp is.
var powers = [...]float64{1, 0x1p-128, 0x1p-256, 0x1p-384, 0x1p-512, 0x1p-640, 0x1p-768, 0x1p-896}
