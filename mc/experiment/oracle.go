package experiment

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// MaxExactPairs is the largest number of pairs |S||A| for which exact values are computed.
const MaxExactPairs = 100_000

// oracle knows the exact values of one grid world and discount.
type oracle struct {
	grid    *env.Grid
	gamma   float64
	skipped string // why there are no exact values

	epsilon float64 // of best
	best    *exactValues
}

// exactValues are v(s), length |S|, and q(s, a), |S| rows of |A|.
type exactValues struct{ v, q []float64 }

// newOracle returns an error where the total reward (gamma = 1) of the best policy is not defined.
func newOracle(g *env.Grid, gamma, epsilon float64) (*oracle, error) {
	o := &oracle{grid: g, gamma: gamma}
	if pairs := g.NumStates() * g.NumActions(); pairs > MaxExactPairs {
		o.skipped = fmt.Sprintf("%d pairs, more than %d", pairs, MaxExactPairs)
		return o, neverEnds(g, gamma, epsilon)
	}
	var forEver *dp.NeverEndsError
	if _, err := o.bestOf(epsilon); errors.As(err, &forEver) {
		return nil, err
	} else if err != nil {
		o.skipped = err.Error()
	}
	return o, nil
}

// neverEnds is the error of newOracle without the values: the solver checks before it sweeps, and is left one sweep.
func neverEnds(g *env.Grid, gamma, epsilon float64) error {
	if gamma < 1 {
		return nil
	}
	var err error
	if epsilon > 0 {
		_, err = dp.SoftOptimal(g, gamma, epsilon, dp.Options{MaxSweeps: 1})
	} else {
		_, err = dp.ValueIteration(g, gamma, dp.Options{MaxSweeps: 1})
	}
	if forEver := (*dp.NeverEndsError)(nil); errors.As(err, &forEver) {
		return forEver
	}
	return nil
}

// bestOf returns the values of the best epsilon-greedy policy.
func (o *oracle) bestOf(epsilon float64) (*exactValues, error) {
	if o.best != nil && o.epsilon == epsilon {
		return o.best, nil
	}
	sol, err := dp.SoftOptimal(o.grid, o.gamma, epsilon, dp.Options{})
	if err != nil {
		return nil, err
	}
	o.best, o.epsilon = &exactValues{rounded(sol.V), rounded(sol.Q)}, epsilon
	return o.best, nil
}

// valueOf returns v_pi of the epsilon-greedy policy about best, nil where it is infinite: gamma = 1 and an episode that never
// ends.
func (o *oracle) valueOf(best env.Deterministic, epsilon float64) ([]float64, error) {
	p, err := env.NewSoft(best, o.grid.NumActions(), epsilon)
	if err != nil {
		return nil, err
	}
	sol, err := dp.Evaluate(o.grid, p, o.gamma, dp.Options{})
	var forEver *dp.NeverEndsError
	if errors.As(err, &forEver) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rounded(sol.V), nil
}

// point measures a learner as it stands.
func (o *oracle) point(l Learner) (Point, error) {
	at := l.Progress()
	p := Point{Episodes: at.Episodes, Iterations: at.Iterations, Steps: at.Steps, Truncated: at.Truncated, Epsilon: epsilonOf(l)}
	if o.skipped != "" {
		return p, nil
	}
	best, err := o.bestOf(p.Epsilon)
	if err != nil {
		return p, err
	}
	v, err := o.valueOf(l.Policy(), p.Epsilon)
	if err != nil {
		return p, err
	}
	rmse := o.rmse(l.Q().Values(), best.q)
	p.RMSE = &rmse
	if v != nil {
		gap := maxGap(best.v, v)
		p.Gap = &gap
	}
	return p, nil
}

// maxGap is max_s [ v(s) - v_pi(s) ], at least 0.
func maxGap(best, v []float64) float64 {
	gap := 0.0
	for s := range v {
		gap = max(gap, best[s]-v[s])
	}
	return gap
}

func (o *oracle) rmse(estimate, exact []float64) float64 {
	sum, n := 0.0, 0
	for i := range estimate {
		if o.grid.Terminal(env.State(i / o.grid.NumActions())) {
			continue
		}
		d := estimate[i] - exact[i]
		sum += float64(d * d)
		n++
	}
	return math.Sqrt(sum / float64(n))
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
