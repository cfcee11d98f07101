package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// ErrNoRange is the error of Metric.Range where nothing bounds the metric.
var ErrNoRange = errors.New("no bound is known")

// Range returns an interval that holds the metric of the spec, whatever is learned: of all records of the spec on its
// world, of the table t, not of those seen.
//
//	gap, greedy_gap        [0, max_s (v*(s) - w(s))]
//	return, greedy_return  [sum_s P(S_0 = s) w(s), sum_s P(S_0 = s) v*(s)]
//	rmse                   [0, sqrt( mean over the pairs of (hi(s, a) - lo(s, a))^2 )]
//	optimal                [0, 1]
//
// w is the value of the worst policy. hi and lo are the largest and least return of any path of any length from (s, a) that the world allows, and of what a pair
// without a return is worth: no estimate and no exact value is outside. All are widened by 1e-8 for the rounding of exact
// values. The error is an env.FieldError of the metric where the world is too large for exact values, and wraps ErrNoRange
// where gamma = 1 and a policy can collect or lose without end.
func (m Metric) Range(s Spec, t *env.Table) (estimate.Interval, error) {
	if !slices.Contains(Metrics(), m) {
		return estimate.Interval{}, &env.FieldError{Field: "metric", Value: string(m), Want: fmt.Sprint("one of ", Metrics())}
	}
	if pairs := t.NumStates() * t.NumActions(); pairs > MaxExactPairs {
		return estimate.Interval{}, &env.FieldError{Field: "metric", Value: string(m),
			Want: fmt.Sprintf("a world with exact values: this one has %d pairs, more than %d", pairs, MaxExactPairs)}
	}
	switch m {
	case FinalOptimal:
		return estimate.Interval{Lo: 0, Hi: 1}, nil
	case FinalRMSE:
		return rmseRange(s, t)
	}
	best, worst, err := extremes(t, s.Gamma)
	if err != nil {
		return estimate.Interval{}, err
	}
	largest, scale := 0.0, 0.0
	for i := range best.v {
		largest = max(largest, best.v[i]-worst.v[i])
		scale = max(scale, math.Abs(best.v[i]), math.Abs(worst.v[i]))
	}
	if m == FinalGap || m == FinalGreedyGap {
		return estimate.Interval{Lo: 0, Hi: largest + slack(scale)}, nil
	}
	o := oracle{table: t}
	return estimate.Interval{Lo: *o.fromStart(worst.v) - slack(scale), Hi: *o.fromStart(best.v) + slack(scale)}, nil
}

func rmseRange(s Spec, t *env.Table) (estimate.Interval, error) {
	p := pathsOf(t)
	hi, lo, err := extremes(p, s.Gamma)
	if err != nil {
		return estimate.Interval{}, err
	}
	initial := s.initialValue()
	sum, n, scale := 0.0, 0, 0.0
	for state := range t.NumStates() {
		if t.Terminal(env.State(state)) {
			continue
		}
		row := state * p.NumActions()
		for a := range t.NumActions() {
			at := row + a*p.outcomes
			most := max(0, initial, slices.Max(hi.q[at:at+p.outcomes]))
			least := min(0, initial, slices.Min(lo.q[at:at+p.outcomes]))
			d := most - least
			sum += float64(d * d)
			scale = max(scale, most, -least)
			n++
		}
	}
	if n == 0 {
		n = 1
	}
	return estimate.Interval{Lo: 0, Hi: math.Sqrt(sum/float64(n)) + slack(scale)}, nil
}

// slack is more than the rounding of exact values of at most the given size.
func slack(scale float64) float64 { return float64(1e-8*scale) + 1e-8 }

// initialValue is what a pair is worth that was not visited.
func (s Spec) initialValue() float64 {
	switch {
	case s.Starts != nil && s.Starts.Optimistic:
		return s.Starts.InitialValue
	case s.EpsilonGreedy != nil && s.EpsilonGreedy.Optimistic:
		return s.EpsilonGreedy.InitialValue
	}
	return 0
}

// extremes returns the values of the best and of the worst policy of a model.
func extremes(m env.Model, gamma float64) (best, worst *exactValues, err error) {
	if best, err = optimum(m, gamma); err != nil {
		return nil, nil, err
	}
	if worst, err = optimum(negated{m}, gamma); err != nil {
		return nil, nil, err
	}
	for _, x := range [][]float64{worst.v, worst.q} {
		for i := range x {
			x[i] = 0 - x[i]
		}
	}
	return best, worst, nil
}

func optimum(m env.Model, gamma float64) (*exactValues, error) {
	sol, err := dp.SoftOptimal(m, gamma, 0, dp.Options{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoRange, err)
	}
	return &exactValues{rounded(sol.V), rounded(sol.Q)}, nil
}

// negated is a model whose rewards have the other sign: its best policy is the worst.
type negated struct{ env.Model }

// Outcomes implements env.Model.
func (m negated) Outcomes(s env.State, a env.Action) []env.Outcome {
	list := slices.Clone(m.Model.Outcomes(s, a))
	for i := range list {
		list[i].Reward = 0 - list[i].Reward
	}
	return list
}

// Step implements env.MDP.
func (m negated) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	next, reward := m.Model.Step(s, a, rng)
	return next, 0 - reward
}

// paths is a model in which one chooses what happens, too: action a*K + k is the outcome k of action a of the model, and
// the last action stays for ever for nothing. So its policies are the paths of the model, of any length.
type paths struct {
	env.Model
	outcomes int // K, the most of any pair
}

func pathsOf(m env.Model) paths {
	p := paths{m, 1}
	for s := range env.State(m.NumStates()) {
		for a := env.Action(0); !m.Terminal(s) && int(a) < m.NumActions(); a++ {
			p.outcomes = max(p.outcomes, len(m.Outcomes(s, a)))
		}
	}
	return p
}

// NumActions implements env.MDP.
func (p paths) NumActions() int { return p.Model.NumActions()*p.outcomes + 1 }

// Outcomes implements env.Model.
func (p paths) Outcomes(s env.State, a env.Action) []env.Outcome {
	if int(a) == p.NumActions()-1 {
		return []env.Outcome{{Next: s, Prob: 1}}
	}
	list := p.Model.Outcomes(s, a/env.Action(p.outcomes))
	o := list[int(a)%p.outcomes%len(list)]
	return []env.Outcome{{Next: o.Next, Reward: o.Reward, Prob: 1}}
}

// Step implements env.MDP.
func (p paths) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	o := p.Outcomes(s, a)[0]
	return o.Next, o.Reward
}
