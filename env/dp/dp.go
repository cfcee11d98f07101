// Package dp computes exact value functions of an [env.Model]: the oracle beside which Monte Carlo estimates are put.
//
//   - [Evaluate]: v_pi and q_pi of a policy
//   - [PolicyIteration], [ValueIteration]: v* and q*
//   - [SoftOptimal]: the optimum among the eps-greedy policies
//   - [FiniteHorizon], [EvaluateHorizon]: the same for episodes of L steps
//   - [Moments], [HorizonMoments]: mean and variance of the return
//   - [VisitLaw], [ExpectedVisits]: how often a long episode visits each pair
//
// Every value comes with a bound on its error, rounding included. Policies are evaluated class by class of their Markov
// chain: a class of one state in closed form, a small class by elimination, a large one by Gauss-Seidel sweeps. Where
// transitions are certain, a policy's classes are its cycles, so its values are exact on 1000 x 1000 states too.
//
// # gamma = 1
//
// Total reward is defined where episodes end, or where those that do not end collect nothing more. [Evaluate] asks that of
// the policy. The optimum asks less than that every policy ends: where a policy can stay for ever, each action must be free (it
// always pays 0) or a loss on average, and from every state some policy must end or come to rest where steps are free. So
// a frozen lake has an optimum, and so has a walk that pays -1 a step, though some policies never end: going round for ever
// is worth 0 in the one and minus infinity in the other. Otherwise the error is a [NeverEndsError].
//
// Sources: Zhao, sections 2.7, 4.1 to 4.3 and 5.4; Sutton & Barto, chapter 4; Puterman, Markov Decision Processes, chapters
// 6 and 7; Bertsekas & Tsitsiklis, An Analysis of Stochastic Shortest Path Problems.
package dp

import (
	"errors"
	"math"

	"example.com/mcrl/env"
)

// Policy is what can be evaluated: the probabilities pi(a | s). [env.Deterministic], [env.Soft] and [env.Stochastic] are
// policies. Prob is not asked about terminal states.
type Policy interface {
	Prob(s env.State, a env.Action) float64
}

// Options limit the work. They matter to large models alone: small ones are solved as exactly as float64 allows.
type Options struct {
	Tolerance float64 // wanted bound on the error of V where values are found by sweeps; 0 means 1e-9
	MaxSweeps int     // the most sweeps over the states; 0 means 100,000
}

// Solution is a pair of value functions and what is known about them. A terminal state has value 0, action values 0,
// action 0 and gap 0.
type Solution struct {
	V []float64 // length |S|: v(s)
	Q []float64 // length |S||A|, row by row: q(s, a) = Q[s*|A|+a]

	// Policy is greedy with respect to Q; its length is |S|. Actions that Bound cannot tell apart are ties, and the lowest
	// wins. For an optimum with gamma = 1, the lowest of those that bring the end closer.
	Policy env.Deterministic

	// Gap is the lead of the best action over the second best, max q - second q; length |S|. It is +Inf where |A| = 1.
	Gap []float64

	Bound      float64 // |V(s) - v(s)| <= Bound for all s, rounding errors included; Q is as good
	Iterations int     // policies evaluated, sweeps of value iteration, or steps of the horizon
	Sweeps     int     // sweeps over the states, those inside evaluations included

	startStates []env.State
	startProbs  []float64
}

// Start returns the value of the start distribution, sum over s of P(S_0 = s) V(s). It is false where the model can draw a
// start but not state its probability.
func (s *Solution) Start() (float64, bool) {
	sum := 0.0
	for i, state := range s.startStates {
		sum += float64(s.startProbs[i] * s.V[state])
	}
	return sum, len(s.startStates) > 0
}

// Validate reports every field that is out of range.
func (o Options) Validate() error {
	var errs []error
	if !(o.Tolerance >= 0) || math.IsInf(o.Tolerance, 0) {
		errs = append(errs, &env.FieldError{Field: "Tolerance", Value: o.Tolerance, Want: "a number of at least 0 (0 means 1e-9)"})
	}
	if o.MaxSweeps < 0 {
		errs = append(errs, &env.FieldError{Field: "MaxSweeps", Value: o.MaxSweeps, Want: "at least 0 (0 means 100000)"})
	}
	return errors.Join(errs...)
}

func checkUnit(field string, x float64) error {
	if x >= 0 && x <= 1 {
		return nil
	}
	return &env.FieldError{Field: field, Value: x, Want: "a number in [0, 1]"}
}

func checkSteps(steps int) error {
	if steps >= 0 {
		return nil
	}
	return &env.FieldError{Field: "L", Value: steps, Want: "at least 0 steps"}
}
