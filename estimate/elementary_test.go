package estimate

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// TestElementary compares log, log1p, exp and pow with package math.
func TestElementary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	worst := map[string]float64{}
	compare := func(name string, got, want float64) {
		err := math.Abs(got - want)
		if want != 0 {
			err /= math.Abs(want)
		}
		worst[name] = max(worst[name], err)
	}
	for range 200_000 {
		x := math.Exp(rng.Float64()*1400 - 700)
		compare("log", log(x), math.Log(x))
		near := 0.5 + rng.Float64()
		compare("log near 1", log(near), math.Log(near))
		small := math.Exp(-40 * rng.Float64())
		compare("log1p", log1p(small), math.Log1p(small))
		y := rng.Float64()*1400 - 700
		compare("exp", exp(y), math.Exp(y))
		n, omega := math.Floor(math.Exp(rng.Float64()*43)), 0.5+rng.Float64()/2
		compare("pow", pow(n, omega), math.Pow(n, omega))
	}
	for name, limit := range map[string]float64{
		"log": 4e-16, "log near 1": 1e-15, "log1p": 1e-15, "exp": 1e-15, "pow": 1e-13,
	} {
		if !(worst[name] > 0 && worst[name] < limit) {
			t.Errorf("%s: largest relative error %.2g, want below %.2g", name, worst[name], limit)
		}
	}
	for _, c := range []struct{ got, want float64 }{
		{log(1), 0}, {exp(0), 1}, {pow(1, 0.7), 1}, {log1p(0), 0},
		{exp(1000), math.Inf(1)}, {exp(-1000), 0}, {exp(math.Inf(-1)), 0},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want exactly %v", c.got, c.want)
		}
	}
}

// TestSameBits (P49) holds a hash of the bits of everything that involves the
// elementary functions: it must come out on every machine and at every GOAMD64.
func TestSameBits(t *testing.T) {
	h := fnv.New64a()
	put := func(x float64) {
		u := math.Float64bits(x)
		for i := range 8 {
			h.Write([]byte{byte(u >> (8 * i))})
		}
	}
	for i := 1; i <= 50_000; i++ {
		x := float64(i) / 913
		put(Log(x))
		put(log1p(x))
		put(exp(x - 27))
		put(StepSize{Power: 0.7}.Alpha(int64(i)))
	}
	var v Variance
	for i := range 300 {
		v.Add(float64(i*i%17) / 3)
		for _, level := range []float64{0.1, 0.5, 0.95, 0.999999} {
			for _, iv := range []Interval{
				StudentT(v, level), EmpiricalBernstein(v, 0, 6, level),
				Hoeffding(v.N(), v.Mean(), 0, 6, level), Wilson(v.N()/3, v.N(), level),
			} {
				put(iv.Lo)
				put(iv.Hi)
			}
		}
	}
	if got, want := h.Sum64(), uint64(0x6c5c4e9a6d1b5a36); got != want {
		t.Errorf("hash of the results is %#x, want %#x", got, want)
	}
}
