package experiment

import (
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// Format and version of a record.
const (
	RecordFormat  = "mcrl record"
	RecordVersion = 1
)

// The names of the files of a record.
const (
	RecordFile = "record.json"
	TableFile  = "q.bin"
)

// MaxInlinePairs is the largest number of pairs whose q and n stand in the record itself; larger tables go to TableFile.
const MaxInlinePairs = 100_000

// MaxPairs is the largest number of pairs |S||A| of which a table is read.
const MaxPairs = 1 << 25

// maxListed bounds the list of unvisited pairs.
const maxListed = 1000

// Record is what a run came to. All of it is a function of the spec and of the number of episodes played.
type Record struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Streams string `json:"streams"` // env.StreamVersion
	Spec    Spec   `json:"spec"`

	// Progress is how far the run has come; fewer episodes than the spec's mean that it was interrupted, or ended when enough
	// was certain.
	Progress mc.Progress `json:"progress"`
	// TruncationBound is gamma^T reward_max / (1-gamma), the largest error that the horizon can make in the return of the
	// first step; null: infinite.
	TruncationBound *float64 `json:"truncation_bound"`
	// Certain is what the table proves, in a run until that is enough; absent where nothing is proven.
	Certain *Certain `json:"certain,omitempty"`
	// Points are the points measured, at increasing numbers of episodes; the last is the end of the run.
	Points []Point `json:"points"`

	// Policy is the greedy action of each state, length |S|.
	Policy []env.Action `json:"policy"`
	// Epsilon is the exploration of the learned policy: epsilon-greedy about Policy.
	Epsilon   float64   `json:"epsilon"`
	Unvisited Unvisited `json:"unvisited"`
	Exact     Exact     `json:"exact"`

	// Q and N are the estimates and the numbers of returns behind them, |S| rows of |A| in row-major order. In JSON they are
	// absent where there are more than MaxInlinePairs; Table then says where they are.
	Q     []float64 `json:"q,omitempty"`
	N     []int64   `json:"n,omitempty"`
	Table *Table    `json:"table,omitempty"`
	// Intervals are absent where the learner was not asked for them.
	Intervals *Intervals `json:"intervals,omitempty"`
}

// Certain bounds how far the greedy policy and its table are from the optimum, see mc.Certainty.
type Certain struct {
	Loss  float64 `json:"loss"`
	Error float64 `json:"error"`
}

// Unvisited are the pairs s*|A| + a, s not terminal, whose value rests on no return (of the present iteration, where averages
// are reset): the first thousand of them.
type Unvisited struct {
	Count int   `json:"count"`
	Pairs []int `json:"pairs,omitempty"`
}

// Exact are exact values, each of length |S|, rounded to ten significant digits.
type Exact struct {
	Skipped string    `json:"skipped,omitempty"` // why there are none
	Policy  []float64 `json:"policy,omitempty"`  // of the learned policy; absent where they are infinite
	Best    []float64 `json:"best,omitempty"`    // of the best policy with the same epsilon
	Greedy  []float64 `json:"greedy,omitempty"`  // where epsilon > 0: of the greedy policy about the learned actions
	Optimum []float64 `json:"optimum,omitempty"` // where epsilon > 0: of the optimal policy; absent where they are infinite
}

// Table refers to a file beside the record: q as little-endian float64, then n as little-endian int64, and where the record has
// intervals half their widths as little-endian float64, in the order of Q.
type Table struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

// Record returns the record of the trial as it stands.
func (t *Trial) Record() (*Record, error) {
	l := t.learner
	r := &Record{Format: RecordFormat, Version: RecordVersion, Streams: env.StreamVersion, Spec: t.spec, Progress: l.Progress(),
		Points: t.points[:len(t.points):len(t.points)], Policy: l.Policy(), Epsilon: epsilonOf(l), Q: l.Q().Values(), N: l.Q().Counts()}
	if b := r.Progress.Bound; !math.IsInf(b, 0) {
		r.TruncationBound = &b
	}
	r.Progress.Bound = 0
	if half := l.Q().HalfWidths(IntervalLevel); half != nil {
		r.Intervals = &Intervals{IntervalLevel, half}
	}
	if t.spec.UntilCertain > 0 {
		if y := l.Certain(); y.Why == nil {
			r.Certain = &Certain{y.Loss, y.Error}
		}
	}
	if n := len(r.Points); n == 0 || r.Points[n-1].Episodes < r.Progress.Episodes {
		p, err := t.oracle.point(l)
		if err != nil {
			return nil, err
		}
		r.Points = append(r.Points, p)
	}
	r.Unvisited = t.unvisited(r.N)
	exact, err := t.oracle.exact(l.Policy(), r.Epsilon)
	r.Exact = exact
	return r, err
}

// unvisited counts the pairs without a return: there may be too many of them to list all.
func (t *Trial) unvisited(counts []int64) Unvisited {
	var u Unvisited
	for pair, n := range counts {
		if n > 0 || t.model.Terminal(env.State(pair/t.model.NumActions())) {
			continue
		}
		if u.Count++; u.Count <= maxListed {
			u.Pairs = append(u.Pairs, pair)
		}
	}
	return u
}

// ExactQ returns the action values of the best policy with the present epsilon, |S| rows of |A|; nil where the record has no
// exact values.
func (t *Trial) ExactQ() ([]float64, error) {
	if t.oracle.skipped != "" {
		return nil, nil
	}
	best, err := t.oracle.bestOf(epsilonOf(t.learner))
	if err != nil {
		return nil, err
	}
	return best.q, nil
}

func (o *oracle) exact(p env.Deterministic, epsilon float64) (e Exact, err error) {
	if o.skipped != "" {
		return Exact{Skipped: o.skipped}, nil
	}
	if epsilon > 0 {
		if e.Greedy, err = o.valueOf(p, 0); err != nil {
			return e, err
		}
		if e.Optimum, err = o.optimum(); err != nil {
			return e, err
		}
	}
	if e.Policy, err = o.valueOf(p, epsilon); err != nil {
		return e, err
	}
	best, err := o.bestOf(epsilon)
	if err != nil {
		return e, err
	}
	e.Best = best.v
	return e, nil
}
