package experiment

import (
	"math"
	"slices"

	"example.com/mcrl/env"
)

// Point is a measurement of the learned policy and of the table. The values are exact, see the package's documentation. They
// are nil where the record has no exact values, and where they are infinite: gamma = 1, and the policy, or for GreedyGap the
// best one, never ends.
type Point struct {
	Episodes   int64    `json:"episodes"`
	Iterations int64    `json:"iterations"`
	Steps      int64    `json:"steps"`
	Truncated  int64    `json:"truncated"` // episodes cut by the horizon
	Epsilon    float64  `json:"epsilon"`
	Gap        *float64 `json:"gap"`
	RMSE       *float64 `json:"rmse"`

	// GreedyGap is the gap of the greedy policy about the learned actions to the optimum, equal to Gap where Epsilon = 0.
	GreedyGap *float64 `json:"greedy_gap"`
	// Return and GreedyReturn are the expected discounted returns from the start distribution, of the learned policy and of
	// the greedy policy about its actions.
	Return       *float64 `json:"return"`
	GreedyReturn *float64 `json:"greedy_return"`
	// Visits is nil where there are more than MaxExactPairs pairs. It is nil, as are the three fields above, in records that
	// were written before they were measured.
	Visits *Visits `json:"visits"`
}

// Visits describes the numbers N(s, a) of returns behind the estimates, over the pairs of non-terminal states: those that
// the averages rest on, since the last reset where averages are reset in each iteration.
type Visits struct {
	Unvisited int     `json:"unvisited"` // pairs with N = 0
	Min       int64   `json:"min"`
	Median    float64 `json:"median"` // the mean of the two in the middle of an even number
}

// point measures a learner as it stands.
func (o *oracle) point(l Learner) (Point, error) {
	at := l.Progress()
	p := Point{Episodes: at.Episodes, Iterations: at.Iterations, Steps: at.Steps, Truncated: at.Truncated, Epsilon: epsilonOf(l)}
	if o.table.NumStates()*o.table.NumActions() <= MaxExactPairs {
		p.Visits = visitsOf(l.Q().Counts(), o.table)
	}
	if o.skipped != "" {
		return p, nil
	}
	best, err := o.bestOf(p.Epsilon)
	if err != nil {
		return p, err
	}
	optimum, err := o.optimum()
	if err != nil {
		return p, err
	}
	policy := l.Policy()
	v, err := o.valueOf(policy, p.Epsilon)
	if err != nil {
		return p, err
	}
	greedy, err := o.valueOf(policy, 0)
	if err != nil {
		return p, err
	}
	rmse := o.rmse(l.Q().Values(), best.q)
	p.RMSE = &rmse
	p.Gap, p.GreedyGap = gap(best.v, v), gap(optimum, greedy)
	p.Return, p.GreedyReturn = o.fromStart(v), o.fromStart(greedy)
	return p, nil
}

// gap is max_s [ v(s) - v_pi(s) ], at least 0; nil where one of the two is.
func gap(best, v []float64) *float64 {
	if best == nil || v == nil {
		return nil
	}
	most := 0.0
	for s := range v {
		most = max(most, best[s]-v[s])
	}
	return &most
}

// fromStart is sum_s P(S_0 = s) v(s), to ten significant digits; nil where v is.
func (o *oracle) fromStart(v []float64) *float64 {
	if v == nil {
		return nil
	}
	states, probs := o.table.StartProbs()
	sum := 0.0
	for i, s := range states {
		sum += float64(probs[i] * v[s])
	}
	return &rounded([]float64{sum})[0]
}

func (o *oracle) rmse(estimate, exact []float64) float64 {
	sum, n := 0.0, 0
	for i := range estimate {
		if o.table.Terminal(env.State(i / o.table.NumActions())) {
			continue
		}
		d := estimate[i] - exact[i]
		sum += float64(d * d)
		n++
	}
	return math.Sqrt(sum / float64(n))
}

// visitsOf describes the counts, |S| rows of |A|, which it sorts.
func visitsOf(counts []int64, t *env.Table) *Visits {
	live := counts[:0]
	for pair, n := range counts {
		if !t.Terminal(env.State(pair / t.NumActions())) {
			live = append(live, n)
		}
	}
	slices.Sort(live)
	unvisited, _ := slices.BinarySearch(live, 1)
	lower, upper := live[(len(live)-1)/2], live[len(live)/2]
	return &Visits{unvisited, live[0], float64(lower+upper) / 2}
}
