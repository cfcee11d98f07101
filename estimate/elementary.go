package estimate

import "math"

// The functions of this file use additions, multiplications and divisions in a
// fixed order with every product rounded, so they give the same bits on every
// machine, which math.Log, math.Exp and math.Pow do not.

// ln 2 in two parts; the first has 32 significant bits, so k*ln2Hi is exact for
// every exponent k.
const (
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = 0.69314718055994530941723212145817656808 - ln2Hi
)

// Coefficients, highest power first: 1/(2k+1) of the series of atanh, and 1/k!
// of the exponential series, down to k = 1.
var (
	atanhSeries = [...]float64{1. / 23, 1. / 21, 1. / 19, 1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3}
	expSeries   = [...]float64{1. / 87178291200, 1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800,
		1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1}
)

// horner returns (...((c_0 x + c_1) x + c_2) x + ...) x.
func horner(c []float64, x float64) float64 {
	sum := 0.0
	for _, a := range c {
		sum = float64((sum + a) * x)
	}
	return sum
}

// twoAtanh returns 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...) for |s| <= 0.172,
// where twelve terms leave less than one unit in the last place.
func twoAtanh(s float64) float64 {
	return s + s + float64(2*s*horner(atanhSeries[:], float64(s*s)))
}

// log returns the natural logarithm of x > 0:
//
//	x = 2^k f, sqrt(1/2) <= f < sqrt(2)
//	log x = k log 2 + 2 atanh((f-1)/(f+1))
func log(x float64) float64 {
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, k = f+f, k-1
	}
	e := float64(k)
	return float64(e*ln2Hi) + (float64(e*ln2Lo) + twoAtanh((f-1)/(f+1)))
}

// Log returns the natural logarithm of a finite x > 0, within a unit or two in
// the last place of it, with the same bits on every machine.
func Log(x float64) float64 { return log(x) }

// log1p returns log(1 + x) for x >= 0 without losing a small x.
func log1p(x float64) float64 {
	if x > 0.4 {
		return log(1 + x)
	}
	return twoAtanh(x / (2 + x))
}

// exp returns e^x:
//
//	x = k log 2 + r, |r| <= (log 2)/2
//	e^x = 2^k (1 + r + r^2/2! + ... + r^14/14!)
func exp(x float64) float64 {
	if x > 710 {
		return math.Inf(1)
	}
	if x < -746 {
		return 0
	}
	k := math.Floor(x/math.Ln2 + 0.5)
	r := x - float64(k*ln2Hi) - float64(k*ln2Lo)
	return math.Ldexp(1+horner(expSeries[:], r), int(k))
}

// pow returns x^y for x > 0 as e^(y log x), with a relative error of some
// |y log x| units in the last place.
func pow(x, y float64) float64 { return exp(float64(y * log(x))) }
