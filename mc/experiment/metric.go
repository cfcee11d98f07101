package experiment

import "math"

// Metric names a number that a run comes to, as its key in the points of a record is called, at its end.
type Metric string

// The metrics, see the package's documentation.
const (
	FinalGap          Metric = "gap"
	FinalGreedyGap    Metric = "greedy_gap"
	FinalReturn       Metric = "return"
	FinalGreedyReturn Metric = "greedy_return"
	FinalRMSE         Metric = "rmse"
	FinalOptimal      Metric = "optimal" // 1 where the greedy policy is optimal, else 0
)

// Metrics lists the metrics.
func Metrics() []Metric {
	return []Metric{FinalGap, FinalGreedyGap, FinalReturn, FinalGreedyReturn, FinalRMSE, FinalOptimal}
}

// sameValue is the relative difference below which exact values are the same: they are rounded to ten digits, a unit in the
// last of which is at most 1e-9 of them, and two that are rounded apart differ by one.
const sameValue = 2e-9

// Of returns the metric of a record: NaN where the record has no exact values, infinite where the value of a policy is.
func (m Metric) Of(r *Record) float64 {
	if r.Exact.Skipped != "" || len(r.Points) == 0 {
		return math.NaN()
	}
	switch end := r.Points[len(r.Points)-1]; m {
	case FinalGap:
		return orElse(end.Gap, math.Inf(1))
	case FinalGreedyGap:
		return orElse(end.GreedyGap, math.Inf(1))
	case FinalReturn:
		return orElse(end.Return, math.Inf(-1))
	case FinalGreedyReturn:
		return orElse(end.GreedyReturn, math.Inf(-1))
	case FinalRMSE:
		return orElse(end.RMSE, math.NaN())
	case FinalOptimal:
		return r.optimal(end)
	}
	return math.NaN()
}

func orElse(x *float64, other float64) float64 {
	if x == nil {
		return other
	}
	return *x
}

// optimal is 1 where max_s [ v*(s) - v_greedy(s) ] is nothing beside max_s |v*(s)|.
func (r *Record) optimal(end Point) float64 {
	best := r.Exact.Best
	if r.Epsilon > 0 {
		best = r.Exact.Optimum
	}
	largest := 0.0
	for _, x := range best {
		largest = max(largest, math.Abs(x))
	}
	if end.GreedyGap != nil && *end.GreedyGap <= sameValue*largest {
		return 1
	}
	return 0
}
