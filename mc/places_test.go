package mc

import (
	"slices"
	"testing"

	"example.com/mcrl/env"
)

// The scores of a large table are those of a small one, in the same order: first and every visit, episodes after one another,
// with room made anew where an episode is longer than the one before.
func TestScatteredVisits(t *testing.T) {
	const pairs = 5000
	rng := env.NewRand(2, env.PurposePolicy)
	for _, visit := range []Visit{FirstVisit, EveryVisit} {
		r := rules{visit: visit, improve: ImproveEpisode}
		small, large := newTally(pairs, 0.9, 100, &r), newTally(pairs, 0.9, 100, &r)
		large.at = nil
		for _, steps := range []int{0, 1, 90, 7, 300, 100} {
			tr := env.Trace{Truncated: true}
			for range steps {
				pair := int32(rng.Intn(40) * 100)
				if n := len(tr.Pairs); n > 0 && rng.Intn(2) == 0 {
					pair = tr.Pairs[n-1]
				}
				tr.Pairs, tr.Index = append(tr.Pairs, pair), append(tr.Index, int32(len(tr.Index)))
				tr.Rewards = append(tr.Rewards, rng.Float64())
			}
			small.score(&tr)
			large.score(&tr)
			if !slices.Equal(large.scores, small.scores) {
				t.Fatalf("%v visit, %d steps: scores %v, want %v", visit, steps, large.scores, small.scores)
			}
		}
		large.taken.episode = ^uint32(0) // the count of episodes begins anew
		tr := env.Trace{Pairs: []int32{3, 3}, Index: []int32{0, 1}, Rewards: []float64{1, 2}}
		small.score(&tr)
		large.score(&tr)
		if !slices.Equal(large.scores, small.scores) {
			t.Fatalf("%v visit: scores %v, want %v", visit, large.scores, small.scores)
		}
	}
	horizon := 100
	if y := newTally(largeTable, 0.9, horizon, &rules{visit: FirstVisit, improve: ImproveEpisode}); y.at != nil {
		t.Errorf("a large table has %d numbers beside it, want none", len(y.at))
	}
}
