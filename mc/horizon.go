package mc

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"example.com/mcrl/env"
)

// maxHorizon is the largest number of steps that HorizonWithin looks at.
const maxHorizon = math.MaxInt32

// HorizonWithin returns the smallest horizon whose cut costs the return of a first step at most tolerance:
//
//	the least T >= 1 with gamma^T rewardMax / (1-gamma) <= tolerance
//
// p.Horizon plays no part; rewardMax bounds |r|. TruncationBound is within the tolerance at T, and beyond it at T-1.
//
// A visit at step t has T-t steps left, so what the cut costs its return is bounded by gamma^(T-t) rewardMax / (1-gamma).
// Where late visits are scored (first or every visit), the tolerance holds for each of them if none is scored with fewer than
// T steps left: in episodes of 2T-1 steps with a Tail of T-1.
//
// The error joins a FieldError for each of gamma (which must be below 1: without a discount what is cut has no bound),
// rewardMax and tolerance that is out of range, or says that 2^31-1 steps do not reach the tolerance.
func (p Problem) HorizonWithin(rewardMax, tolerance float64) (int, error) {
	var bad complaints
	bad.add(!(p.Gamma >= 0 && p.Gamma < 1), "gamma", p.Gamma, "a number in [0, 1): without a discount no horizon bounds what it cuts off")
	bad.add(!(rewardMax >= 0) || math.IsInf(rewardMax, 0), "largest reward", rewardMax, "a finite number, 0 or more")
	bad.add(!(tolerance > 0) || math.IsInf(tolerance, 0), "tolerance", tolerance, "a finite number above 0")
	if bad != nil {
		return 0, errors.Join(bad...)
	}
	bound := func(T int) float64 {
		return Problem{Gamma: p.Gamma, Horizon: T}.TruncationBound(rewardMax)
	}
	if least := bound(maxHorizon); least > tolerance {
		return 0, &env.FieldError{Field: "tolerance", Value: tolerance, Want: fmt.Sprintf("at least %.3g, the bound of %d steps", least, maxHorizon)}
	}
	return 1 + sort.Search(maxHorizon-1, func(i int) bool { return bound(i+1) <= tolerance }), nil
}
