package report

import (
	"cmp"
	"math"
	"slices"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// metric is something that is measured of a run, at its points and at its end.
type metric int

// The metrics. Of the first two less is better; they are the errors by which runs are scored.
const (
	gap  metric = iota // of the greedy policy to the optimum
	rmse               // of the action values
	softGap
	greedyReturn
	softReturn
	visitsMin
	visitsMedian
	truncated // the share of episodes cut by the horizon
	numMetrics
)

// scored are the metrics of tables and comparisons.
var scored = []metric{gap, rmse}

// measures are the metrics of a run at one moment: NaN where there is none, an infinite gap where the policy never ends.
type measures [numMetrics]float64

// point is what is kept of a point of a record.
type point struct {
	episodes, steps int64
	measures
}

// run is what is kept of a record.
type run struct {
	cell      sweep.Cell
	points    []point
	end       measures
	scale     float64 // max_s |v*(s)|
	states    int
	steps     int64
	episodes  int64
	truncated int64
	unvisited int // pairs
	explores  bool
	early     bool // it ended before its last episode
}

func newRun(c sweep.Cell, r *experiment.Record) run {
	at := r.Progress
	x := run{cell: c, scale: math.NaN(), states: len(r.Policy), steps: at.Steps, episodes: at.Episodes, truncated: at.Truncated,
		unvisited: r.Unvisited.Count, explores: r.Epsilon > 0, early: at.Episodes < r.Spec.Episodes}
	for _, p := range r.Points {
		x.explores = x.explores || p.Epsilon > 0
		x.points = append(x.points, point{p.Episodes, p.Steps, measuresOf(p, r.Exact)})
	}
	end := &x.points[len(x.points)-1]
	if r.Exact.Skipped == "" {
		best := optimumOf(r)
		end.measures[gap] = gapOf(best, greedyOf(r))
		x.scale = 0
		for _, v := range best {
			x.scale = max(x.scale, math.Abs(v))
		}
	}
	x.end = end.measures
	return x
}

// optimumOf is v*, nil where it is infinite or not known.
func optimumOf(r *experiment.Record) []float64 {
	if r.Epsilon > 0 {
		return r.Exact.Optimum
	}
	return r.Exact.Best
}

// optimalReturn is sum_s P(S_0 = s) v*(s), NaN where v* is infinite or not known.
func optimalReturn(r *experiment.Record) (float64, error) {
	best := optimumOf(r)
	if best == nil {
		return math.NaN(), nil
	}
	m, err := r.Spec.Env.Model()
	if err != nil {
		return math.NaN(), err
	}
	sum := 0.0
	states, probs := m.StartProbs()
	for i, s := range states {
		sum += float64(probs[i] * best[s])
	}
	return sum, nil
}

// greedyOf is the value of the greedy policy, nil where it is infinite or not known.
func greedyOf(r *experiment.Record) []float64 {
	if r.Epsilon > 0 {
		return r.Exact.Greedy
	}
	return r.Exact.Policy
}

func measuresOf(p experiment.Point, e experiment.Exact) (x measures) {
	for i := range x {
		x[i] = math.NaN()
	}
	if p.Episodes > 0 {
		x[truncated] = float64(p.Truncated) / float64(p.Episodes)
	}
	if p.Visits != nil {
		x[visitsMin], x[visitsMedian] = float64(p.Visits.Min), p.Visits.Median
	}
	if e.Skipped != "" {
		return x
	}
	x[rmse], x[softGap] = orElse(p.RMSE, math.NaN()), orElse(p.Gap, math.Inf(1))
	switch {
	case p.Epsilon == 0:
		x[gap] = x[softGap]
	case p.Visits != nil: // older records lack all of these
		x[gap] = orElse(p.GreedyGap, math.Inf(1))
	}
	x[softReturn], x[greedyReturn] = orElse(p.Return, math.NaN()), orElse(p.GreedyReturn, math.NaN())
	return x
}

func orElse(x *float64, otherwise float64) float64 {
	if x == nil {
		return otherwise
	}
	return *x
}

// gapOf is max_s [ v(s) - v_pi(s) ], infinite where one of the two is.
func gapOf(best, v []float64) float64 {
	if len(v) == 0 || len(v) != len(best) {
		return math.Inf(1)
	}
	worst := 0.0
	for s := range v {
		worst = max(worst, best[s]-v[s])
	}
	return worst
}

// scores are the final errors of the runs that have one.
func (s *Setting) scores(m metric) []float64 {
	var x []float64
	for _, r := range s.runs {
		if !math.IsNaN(r.end[m]) {
			x = append(x, r.end[m])
		}
	}
	return x
}

// median is the run in the middle by the final gap, then by the final RMSE and the seed; of an even number the better one of
// the two; nil where there is no run.
func (s *Setting) median() *run {
	if len(s.runs) == 0 {
		return nil
	}
	order := make([]*run, len(s.runs))
	for i := range s.runs {
		order[i] = &s.runs[i]
	}
	slices.SortFunc(order, func(a, b *run) int {
		return cmp.Or(cmp.Compare(a.end[gap], b.end[gap]), cmp.Compare(a.end[rmse], b.end[rmse]), cmp.Compare(a.cell.Seed, b.cell.Seed))
	})
	return order[(len(order)-1)/2]
}
