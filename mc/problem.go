package mc

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// Problem is what is to be learned: an environment, a discount and the length at which episodes are cut. All are required.
type Problem struct {
	MDP     env.MDP
	Gamma   float64 // the discount, in [0, 1]
	Horizon int     // T: an episode is cut after T steps, at least 1
}

// Validate reports every field that is out of range, as joined FieldErrors.
func (p Problem) Validate() error {
	var errs []error
	if p.MDP == nil {
		errs = append(errs, &env.FieldError{Field: "MDP", Value: "nil", Want: "an environment"})
	} else {
		errs = append(errs, p.validateSize())
	}
	if !(p.Gamma >= 0 && p.Gamma <= 1) {
		errs = append(errs, &env.FieldError{Field: "gamma", Value: p.Gamma, Want: "a number in [0, 1]"})
	}
	if p.Horizon < 1 {
		errs = append(errs, &env.FieldError{Field: "horizon", Value: p.Horizon, Want: "at least 1 step"})
	}
	return errors.Join(errs...)
}

func (p Problem) validateSize() error {
	var errs []error
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	if states < 1 {
		errs = append(errs, &env.FieldError{Field: "NumStates", Value: states, Want: "at least 1"})
	}
	if actions < 1 {
		errs = append(errs, &env.FieldError{Field: "NumActions", Value: actions, Want: "at least 1"})
	}
	if errs == nil && states > env.MaxPairs/actions {
		errs = append(errs, &env.FieldError{Field: "NumStates times NumActions", Value: fmt.Sprintf("%d x %d", states, actions),
			Want: fmt.Sprintf("at most %d", env.MaxPairs)})
	}
	return errors.Join(errs...)
}

// TruncationBound is the largest error that cutting an episode after T steps can make in the return of its first step,
//
//	gamma^T rewardMax / (1-gamma),
//
// rewardMax bounding |r|. It is +Inf for gamma = 1. A visit at step t of a cut episode is worse off: it has T-t steps left.
func (p Problem) TruncationBound(rewardMax float64) float64 {
	if rewardMax == 0 {
		return 0
	}
	if p.Gamma == 1 {
		return math.Inf(1)
	}
	return float64(power(p.Gamma, int64(p.Horizon))*rewardMax) / (1 - p.Gamma)
}

// power returns x^n for n >= 0 by repeated squaring, with the same bits on every machine.
func power(x float64, n int64) float64 {
	result := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			result *= x
		}
		x *= x
	}
	return result
}

// rewardMax returns the largest |r| that a tabular MDP can pay, or ok = false where only experience can tell.
func rewardMax(m env.MDP) (r float64, ok bool) {
	if t, ok := env.TableOf(m); ok {
		lo, hi := t.RewardRange()
		return max(-lo, hi, 0), true
	}
	return 0, false
}
