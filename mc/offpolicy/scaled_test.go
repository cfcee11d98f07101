package offpolicy

import (
	"math"
	"testing"

	"example.com/mcrl/env"
)

// What is lowered by a product has the bits of Ldexp, where the result is subnormal, 0 or infinite too.
func TestLowered(t *testing.T) {
	for _, x := range []float64{0, 1, -1.0 / 3, 0x1.fffffffffffffp63, 0x1.8p-64, 1e-150, 7e199, -math.MaxFloat64, 0x1.123456789abcdp-200, math.Inf(1)} {
		for d := -20; d <= 20; d++ {
			if got, want := lowered(x, d), math.Ldexp(x, -128*d); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("%v 2^(-128 %d) = %v, want %v", x, d, got, want)
			}
		}
	}
	for k := range 1100 { // every place at which the bits of a result can end
		x := math.Ldexp(1.0/3, -k)
		for d := range 10 {
			if got, want := lowered(x, d), math.Ldexp(x, -128*d); got != want {
				t.Errorf("2^-%d/3 2^(-128 %d) = %v, want %v", k, d, got, want)
			}
		}
	}
}

// A sum has the bits of the sum of what the smaller number is relative to the exponent of the greater, however small that is.
func TestPlus(t *testing.T) {
	rng := env.NewRand(1, env.PurposeStatistics)
	number := func() scaled {
		if rng.Intn(10) == 0 {
			return scaled{0, rng.Intn(40) - 20}
		}
		return scaled{math.Ldexp(2*rng.Float64()-1, rng.Intn(900)-400), rng.Intn(40) - 20}
	}
	for range 200_000 {
		x, y := number(), number()
		high, low := x, y
		if low.e > high.e {
			high, low = low, high
		}
		want := scaled{high.m + math.Ldexp(low.m, -128*(high.e-low.e)), high.e}
		if x.m == 0 {
			want = y
		} else if y.m == 0 {
			want = x
		}
		if got := x.plus(y); got != want && !(got.m == 0 && want.m == 0) {
			t.Fatalf("%v + %v = %v, want %v", x, y, got, want)
		}
	}
}
