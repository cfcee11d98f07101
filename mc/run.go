package mc

import (
	"context"
	"iter"
	"math"
)

// Learner is what Run drives. Basic, ExploringStarts, EpsilonGreedy and Prediction are learners.
type Learner interface {
	// Next plays one pass of the outer loop, but at most limit episodes of it.
	Next(ctx context.Context, limit int64) error
	// Progress tells how far the run has come.
	Progress() Progress
}

// Progress tells how far a run has come.
type Progress struct {
	Episodes   int64   `json:"episodes"`
	Steps      int64   `json:"steps"`      // transitions, over all episodes
	Truncated  int64   `json:"truncated"`  // episodes cut by the horizon
	Iterations int64   `json:"iterations"` // improvements of the policy
	Changed    int     `json:"changed"`    // states whose greedy action the last improvement changed
	RewardMax  float64 `json:"reward_max"` // the largest |r|: of the model where it is known, else met so far
	Bound      float64 `json:"-"`          // gamma^T RewardMax / (1-gamma), see Problem.TruncationBound
}

// TruncatedShare is the share of the episodes that the horizon cut; 0 before the first.
func (p Progress) TruncatedShare() float64 {
	return float64(p.Truncated) / math.Max(1, float64(p.Episodes))
}

// Run plays n more episodes and yields the progress after each pass: after each improvement (of a prediction, after each batch), and
// at the end. Whatever
// should happen along the way happens in the body of the range loop. When ctx ends, Run yields its error once, with the
// progress made; the learner stands at an exact episode and can go on.
func Run(ctx context.Context, l Learner, n int64) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		done := l.Progress().Episodes
		end := done + min(n, math.MaxInt64-done)
		for done < end {
			err := l.Next(ctx, end-done)
			p := l.Progress()
			if !yield(p, err) || err != nil {
				return
			}
			done = p.Episodes
		}
	}
}
