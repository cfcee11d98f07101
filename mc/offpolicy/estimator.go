package offpolicy

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
)

// Estimator names a way to estimate v_pi(s_0) from episodes of b. With the symbols of [Evaluator], i = 1, ..., n being the
// episodes:
//
//	Ordinary                 1/n sum_i w_i G_i
//	Weighted                 sum_i w_i G_i / sum_i w_i
//	PerDecision              1/n sum_i sum_t gamma^t w_it R_i(t+1)
//	WeightedPerDecision      sum_t gamma^t sum_i w_it R_i(t+1) / sum_i w_it
//	DiscountingAware         1/n sum_i x_i
//	WeightedDiscountingAware sum_i x_i / sum_i y_i
//	Capped                   1/n sum_i min(w_i, c) G_i
//	DoublyRobust             1/n sum_i [ v(S_i0) + sum_t gamma^t w_it (R_i(t+1) - q(S_it, A_it) + gamma v(S_i(t+1))) ]
//	WeightedDoublyRobust     1/n sum_i v(S_i0) + sum_t gamma^t sum_i w_it (R_i(t+1) - q(S_it, A_it) + gamma v(S_i(t+1))) / sum_i w_it
//
// The discounting-aware ones take the discount for a probability 1 - gamma of ending at each step, with what was paid up to
// there, F_t = R_1 + R_2 + ... + R_(t+1), undiscounted and weighted by the ratios up to there:
//
//	x = (1-gamma) sum over t < T-1 of gamma^t w_t F_t + gamma^(T-1) w F_(T-1)
//	y = (1-gamma) sum over t < T-1 of gamma^t w_t     + gamma^(T-1) w
//
// With gamma = 1 they are Ordinary and Weighted, with gamma = 0 the first ratio alone counts.
//
// In the sums over all episodes, an episode that ended before t keeps its final weight, w_it = w_i, and pays nothing: as if
// it stayed in its last state for ever. The model's v is 0 after the last step. Where all weights of a sum are 0, its
// quotient is 0.
//
// Ordinary, PerDecision, DiscountingAware and DoublyRobust are unbiased. The weighted ones are biased (towards v_b, or the
// model) and consistent. Capped is biased towards 0 for returns of one sign, and stays so. Two estimators are not here: the
// weighted per-decision estimator of Precup et al., which divides by one sum over all steps, and its like, which are not
// consistent.
//
// Sources: Sutton & Barto, equations (5.5), (5.6), (5.9), (5.10) and section 5.9; Precup, Sutton & Singh, Eligibility Traces for Off-Policy
// Policy Evaluation, 2000; P. Thomas, Safe Reinforcement Learning, 2015, chapter 3 (CWPDIS); E. Ionides, Truncated Importance
// Sampling, 2008; Jiang & Li, Doubly Robust Off-policy Value Evaluation, 2016; Thomas & Brunskill, Data-Efficient Off-Policy
// Policy Evaluation, 2016.
type Estimator uint8

// The estimators.
const (
	Ordinary Estimator = iota
	Weighted
	PerDecision
	WeightedPerDecision
	DiscountingAware
	WeightedDiscountingAware
	Capped
	DoublyRobust
	WeightedDoublyRobust
)

var estimatorNames = []string{"ordinary", "weighted", "per-decision", "weighted-per-decision", "discounting-aware",
	"weighted-discounting-aware", "capped", "doubly-robust", "weighted-doubly-robust"}

// String returns the estimator's name, the one used in JSON.
func (x Estimator) String() string {
	if int(x) < len(estimatorNames) {
		return estimatorNames[x]
	}
	return fmt.Sprintf("unknown(%d)", uint8(x))
}

// MarshalText returns the estimator's name.
func (x Estimator) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText accepts the estimator's name.
func (x *Estimator) UnmarshalText(b []byte) error {
	for i, name := range estimatorNames {
		if string(b) == name {
			*x = Estimator(i)
			return nil
		}
	}
	return &env.FieldError{Field: "estimator", Value: string(b), Want: "one of " + strings.Join(estimatorNames, ", ")}
}
