package mc

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// The horizon is the least: its bound is within the tolerance, that of one step less is not, and exact arithmetic agrees
// wherever the bound is not within rounding of the tolerance.
func TestHorizonWithin(t *testing.T) {
	rng := env.NewRand(1, env.PurposeStatistics)
	gammas := []float64{0, 0x1p-1074, 0.1, 0.5, 0.9, 0.99, 0.999, 1 - 1e-6, 1 - 0x1p-20}
	for range 200 {
		gammas = append(gammas, rng.Float64())
	}
	for _, gamma := range gammas {
		for _, tolerance := range []float64{1e-300, 1e-9, 1e-3, 0.1, 1, 7, 1e9} {
			reward := 20 * rng.Float64()
			p := Problem{Gamma: gamma}
			T, err := p.HorizonWithin(reward, tolerance)
			if err != nil {
				t.Fatalf("gamma %g, tolerance %g: %v", gamma, tolerance, err)
			}
			bound := func(T int) float64 { return Problem{Gamma: gamma, Horizon: T}.TruncationBound(reward) }
			if !(bound(T) <= tolerance) || T > 1 && !(bound(T-1) > tolerance) || T < 1 {
				t.Errorf("gamma %g, reward %g, tolerance %g: T = %d with bounds %g and, one step less, %g", gamma, reward, tolerance, T, bound(T), bound(T-1))
			}
			if x := exactBound(gamma, reward, T); x > tolerance*(1+1e-8) {
				t.Errorf("gamma %g, T = %d: the exact bound is %g, tolerance %g", gamma, T, x, tolerance)
			}
			if T > 1 {
				if x := exactBound(gamma, reward, T-1); x < tolerance*(1-1e-8) {
					t.Errorf("gamma %g: %d steps would do, bound %g, tolerance %g", gamma, T-1, x, tolerance)
				}
			}
		}
	}
}

// exactBound is gamma^T reward / (1-gamma) in 200 bits.
func exactBound(gamma, reward float64, T int) float64 {
	f := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	power, square := f(1), f(gamma)
	for ; T > 0; T >>= 1 {
		if T&1 == 1 {
			power.Mul(power, square)
		}
		square.Mul(square, square)
	}
	x, _ := power.Mul(power, f(reward)).Quo(power, f(1).Sub(f(1), f(gamma))).Float64()
	return x
}

// The values that decide the table of the README, and the edges.
func TestHorizonWithinValues(t *testing.T) {
	for _, c := range []struct {
		gamma, reward, tolerance float64
		want                     int
	}{
		{0.9, 10, 0.1, 66}, {0.99, 10, 1, 688}, // 1% of the largest |v*| of the two worlds
		{0.9, 1, 1e-3, 88}, {0.5, 1, 2, 1}, {0.5, 1, 0.5, 2}, {0, 5, 1e-9, 1}, {0.9, 0, 1e-9, 1}, {0.9, 1, 1e300, 1},
	} {
		if T, err := (Problem{Gamma: c.gamma}).HorizonWithin(c.reward, c.tolerance); err != nil || T != c.want {
			t.Errorf("%+v: T = %d, %v", c, T, err)
		}
	}
}

// P22: without a discount there is no such horizon, and every field out of range is named.
func TestHorizonWithinRefused(t *testing.T) {
	for _, c := range []struct {
		gamma, reward, tolerance float64
		want                     string
	}{
		{1, 1, 0.1, "gamma = 1: want a number in [0, 1)"}, {-1, 1, 0.1, "gamma"}, {math.NaN(), 1, 0.1, "gamma"},
		{0.9, -1, 0.1, "largest reward = -1"}, {0.9, math.Inf(1), 0.1, "largest reward"}, {0.9, math.NaN(), 0.1, "largest reward"},
		{0.9, 1, 0, "tolerance = 0: want a finite number above 0"}, {0.9, 1, math.NaN(), "tolerance"}, {0.9, 1, math.Inf(1), "tolerance"},
		{1 - 1e-12, 1, 1e-3, "tolerance = 0.001: want at least 9.98e+11, the bound of 2147483647 steps"},
		{1, -1, 0, "gamma = 1: want a number in [0, 1): without a discount no horizon bounds what it cuts off\nlargest reward = -1: want a finite number, 0 or more\ntolerance = 0"},
	} {
		var field *env.FieldError
		T, err := (Problem{Gamma: c.gamma}).HorizonWithin(c.reward, c.tolerance)
		if T != 0 || !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %d, %v", c, T, err)
		}
	}
}

// What the bound promises (P20, P21): returns of T steps, and late ones where a tail of T-1 steps is not scored, are within
// the tolerance of the values, and a horizon of half as many steps is not.
func TestHorizonKeepsTheTolerance(t *testing.T) {
	const gamma, tolerance = 0.9, 0.01
	table := compile(t, zhao5)
	T := must(Problem{Gamma: gamma}.HorizonWithin(10, tolerance))
	pi := arrows(">>>>v", "^^>>v", "^<v>v", "^>o<v", "^>^<<")
	exact := must(dp.Evaluate(table, env.Deterministic(pi), gamma, dp.Options{}))
	worst := func(visit Visit, horizon, tail int) (e float64) {
		l := must(NewExploringStarts(Problem{table, gamma, horizon},
			StartsOptions{Visit: visit, Improve: ImproveBatch, Batch: 126, Starts: SweepPairs, Tail: tail, Policy: pi}, 1))
		play(t, l, 125)
		for i, w := range l.Q().Values() {
			e = max(e, math.Abs(w-exact.Q[i]))
		}
		return e
	}
	for _, visit := range []Visit{InitialVisit, FirstVisit, EveryVisit} {
		if e := worst(visit, 2*T-1, T-1); e > tolerance || e == 0 {
			t.Errorf("%s visits, a tail of %d steps: error %g, want at most %g", visit, T-1, e, tolerance)
		}
	}
	if e := worst(InitialVisit, T, 0); e > tolerance || e == 0 {
		t.Errorf("%d steps: error %g, want at most %g", T, e, tolerance)
	}
	if e := worst(EveryVisit, T, 0); e < 10*tolerance {
		t.Errorf("every visit without a tail: error %g, want more than %g", e, 10*tolerance)
	}
	if e := worst(InitialVisit, T/2, 0); e < 9*tolerance {
		t.Errorf("half the steps: error %g, want more than %g", e, 9*tolerance)
	}
}
