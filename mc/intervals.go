package mc

import (
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Intervals returns Student's interval of the given confidence level for every value, |S| rows of |A|:
//
//	q -+ t_(k-1, (1+level)/2) sqrt( k/(k-1) sum_e (S_e - q N_e)^2 ) / N,   N = sum_e N_e,   k = N^2 / sum_e N_e^2
//
// S_e is the sum of the returns of a pair in cluster e and N_e their number. Returns of one episode overlap, so it is the episodes
// that are independent: each is a cluster, or each piece of one (PredictionOptions.Piece). With one return in each, this is the
// interval of their mean. See estimate.Spread; an interval is infinite where there are no two clusters.
//
// The intervals are about what the table is the mean of: the ratio E[S]/E[N] of episodes as they were played, cut by the horizon. For a
// learner whose policy improves, they are about the returns since the last reset; where the averages are reset at each
// improvement, that is q of the policy that was last played, and where they are not, a mix of the policies so far. They promise
// nothing about q*, and each holds for itself: of 100 intervals of 95%, five miss, and more of those with few or skewed clusters (the
// documentation of the package has a table). Returns that were all equal have an interval of width 0: where rewards are rare, that
// is no proof that all others are.
//
// It is nil unless the learner was asked for intervals.
func (q *QTable) Intervals(level float64) []estimate.Interval {
	if q.spreads == nil {
		return nil
	}
	return estimate.SpreadIntervals(q.cells, q.spreads, level)
}

// HalfWidths returns half the width of each of Intervals, +Inf where nothing is known.
func (q *QTable) HalfWidths(level float64) []float64 {
	if q.spreads == nil {
		return nil
	}
	half := make([]float64, len(q.cells))
	for i, x := range q.Intervals(level) {
		half[i] = math.Inf(1)
		if !math.IsInf(x.Lo, 0) {
			half[i] = x.Half()
		}
	}
	return half
}

// Undecided tells, for each of the |S| states, whether the lead of the greedy action may be chance: whether for some other
// action b
//
//	q(s, a) - q(s, b) <= h(s, a) + h(s, b)
//
// h being half the widths of Intervals. Their sum holds whatever the correlation of the two estimates, which may come from the same
// episodes; for independent ones it is up to 1.41 times too careful. An action without interval leaves its state undecided,
// and so does one exactly as good. Terminal states of m are decided. It is nil unless the learner was asked for intervals.
//
// Where the intervals hold as often as they say, on either side, a state is decided in favour of an action that is not the best with
// probability |A| (1-level)/2 at most: then the best one lies above its interval, or one of the others below. Each state is for itself.
func (q *QTable) Undecided(m env.MDP, level float64) []bool {
	if q.spreads == nil {
		return nil
	}
	half, open := q.HalfWidths(level), make([]bool, q.states)
	for s := range env.State(q.states) {
		if !m.Terminal(s) {
			open[s] = q.undecided(s, half[int(s)*q.actions:][:q.actions])
		}
	}
	return open
}

func (q *QTable) undecided(s env.State, half []float64) bool {
	row := q.row(s)
	best, ok := q.Greedy(s)
	for b := range row {
		if env.Action(b) != best && !(row[best].Value()-row[b].Value() > half[best]+half[b]) {
			return true
		}
	}
	return !ok
}

// learnClusters is learn where the policy never improves, or where each score is a cluster of the intervals.
func (c *Control) learnClusters(scores []score) {
	q := c.q
	for i := range scores {
		y := &scores[i]
		if q.spreads != nil {
			q.spreads[y.pair].Add(&q.cells[y.pair], y.sum, int64(y.n))
		} else {
			q.cells[y.pair].AddSum(y.sum, int64(y.n))
		}
		if !c.rules.evaluate {
			c.note(q.state(y.pair))
		}
	}
}

// validateIntervals looks at what intervals need.
func (r *rules) validateIntervals(bad *complaints) {
	bad.add(r.intervals && r.step != (estimate.StepSize{}), "intervals", true, "none with a step size, which forgets")
	bad.add(r.intervals && !r.evaluate && r.improve == ImproveStep, "intervals", true, "improve episode, batch or sweep")
	bad.add(r.intervals && r.shared, "intervals", true, "none with shared, whose returns are certain")
	bad.add(r.piece < 0, "piece", r.piece, "a number of steps, 0 or more (0 means the episode)")
	bad.add(r.piece > 0 && !(r.intervals && r.visit == EveryVisit), "piece", r.piece, "none unless visit is every and intervals are asked for")
}
