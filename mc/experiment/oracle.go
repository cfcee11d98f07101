package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// MaxExactPairs is the largest number of pairs |S||A| for which exact values are computed.
const MaxExactPairs = 100_000

// oracle knows the exact values of one world and discount.
type oracle struct {
	table   *env.Table
	gamma   float64
	skipped string // why there are no exact values

	greedy, soft answers // to the last questions about policies without and with exploration
}

// answers are what is known about the policies of one epsilon. Asked again, they cost nothing.
type answers struct {
	epsilon  float64
	best     *exactValues // nil: not asked yet, or infinite
	infinite error        // a dp.NeverEndsError: best is not finite
	policy   env.Deterministic
	value    []float64 // of policy, nil where it is infinite
}

// about returns the answers for an epsilon.
func (o *oracle) about(epsilon float64) *answers {
	a := &o.greedy
	if epsilon > 0 {
		a = &o.soft
	}
	if a.epsilon != epsilon {
		*a = answers{epsilon: epsilon}
	}
	return a
}

// exactValues are v(s), length |S|, and q(s, a), |S| rows of |A|.
type exactValues struct{ v, q []float64 }

// newOracle returns an error where the total reward (gamma = 1) of the best policy is not defined.
func newOracle(t *env.Table, gamma, epsilon float64) (*oracle, error) {
	o := &oracle{table: t, gamma: gamma}
	if pairs := t.NumStates() * t.NumActions(); pairs > MaxExactPairs {
		o.skipped = fmt.Sprintf("%d pairs, more than %d", pairs, MaxExactPairs)
		return o, neverEnds(t, gamma, epsilon)
	}
	if _, err := o.bestOf(epsilon); endless(err) {
		return nil, err
	} else if err != nil {
		o.skipped = err.Error()
	}
	if _, err := o.optimum(); err != nil {
		o.skipped = err.Error()
	}
	return o, nil
}

// neverEnds is the error of newOracle without the values: the solver checks before it sweeps, and is left one sweep.
func neverEnds(t *env.Table, gamma, epsilon float64) error {
	if gamma < 1 {
		return nil
	}
	var err error
	if epsilon > 0 {
		_, err = dp.SoftOptimal(t, gamma, epsilon, dp.Options{MaxSweeps: 1})
	} else {
		_, err = dp.ValueIteration(t, gamma, dp.Options{MaxSweeps: 1})
	}
	if forEver := (*dp.NeverEndsError)(nil); errors.As(err, &forEver) {
		return forEver
	}
	return nil
}

// bestOf returns the values of the best epsilon-greedy policy; a dp.NeverEndsError where they are not finite.
func (o *oracle) bestOf(epsilon float64) (*exactValues, error) {
	a := o.about(epsilon)
	if a.best != nil || a.infinite != nil {
		return a.best, a.infinite
	}
	sol, err := dp.SoftOptimal(o.table, o.gamma, epsilon, dp.Options{})
	if endless(err) {
		a.infinite = err
	}
	if err != nil {
		return nil, err
	}
	a.best = &exactValues{rounded(sol.V), rounded(sol.Q)}
	return a.best, nil
}

// optimum returns v*, nil where it is infinite: gamma = 1, and a policy that goes on collecting for ever. Exploration can end
// what the optimal policy would not.
func (o *oracle) optimum() ([]float64, error) {
	best, err := o.bestOf(0)
	if endless(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return best.v, nil
}

// valueOf returns v_pi of the epsilon-greedy policy about best, nil where it is infinite: gamma = 1 and an episode that never
// ends.
func (o *oracle) valueOf(best env.Deterministic, epsilon float64) ([]float64, error) {
	a := o.about(epsilon)
	if a.policy != nil && slices.Equal(a.policy, best) {
		return a.value, nil
	}
	p, err := env.NewSoft(best, o.table.NumActions(), epsilon)
	if err != nil {
		return nil, err
	}
	sol, err := dp.Evaluate(o.table, p, o.gamma, dp.Options{})
	switch {
	case endless(err):
		a.value = nil
	case err != nil:
		return nil, err
	default:
		a.value = rounded(sol.V)
	}
	a.policy = slices.Clone(best)
	return a.value, nil
}

// endless reports whether a value is not defined because episodes never end.
func endless(err error) bool {
	var forEver *dp.NeverEndsError
	return errors.As(err, &forEver)
}

// rounded returns x to ten significant digits of the largest |x|: the solver's rounding errors, which differ between
// machines, are smaller.
func rounded(x []float64) []float64 {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	_, exponent, _ := strings.Cut(strconv.FormatFloat(largest, 'e', 9, 64), "e")
	power, _ := strconv.Atoi(exponent)
	decimals := max(0, 9-power)
	y := make([]float64, len(x))
	var text [400]byte
	for i := range x {
		y[i], _ = strconv.ParseFloat(string(strconv.AppendFloat(text[:0], x[i], 'f', decimals, 64)), 64)
		y[i] += 0 // no -0
	}
	return y
}
