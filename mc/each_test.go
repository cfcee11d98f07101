package mc

import (
	"fmt"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// No state is passed over: after every episode the greedy actions are those that a look at every visited state finds, whatever the
// rule for ties, with averages that are reset or initial values that compete, and after a checkpoint too.
func TestRivals(t *testing.T) {
	for name, p := range map[string]Problem{
		"grid": {compile(t, zhao5), 0.9, 40}, "lake": {compile(t, lake), 0.95, 40}, "interface": {interfaceOnly{compile(t, zhao5)}, 0.9, 40},
	} {
		for _, ties := range []Ties{LowestTie, KeepTie} {
			for _, average := range []Average{Cumulative, ResetAverage} {
				for _, optimistic := range []bool{false, true} {
					for _, cycles := range []bool{false, true} {
						o := StartsOptions{Improve: ImproveEpisode, Ties: ties, Average: average, Optimistic: optimistic, Starts: UniformPairs}
						if optimistic {
							o.InitialValue = 3
						}
						if cycles {
							o.Visit, o.Cycles = FirstVisit, true
						}
						l, err := NewExploringStarts(p, o, 3)
						if cycles && name != "grid" {
							continue
						}
						if err != nil {
							t.Fatal(err)
						}
						checkRivals(t, fmt.Sprintf("%s, %v, %v, optimistic %v, cycles %v", name, ties, average, optimistic, cycles), l)
					}
				}
			}
		}
	}
}

func checkRivals(t *testing.T, name string, l *ExploringStarts) {
	t.Helper()
	if !l.direct {
		t.Fatalf("%s: episodes are not learned from on their own", name)
	}
	changes := 0
	for e := range 1500 {
		play(t, l, 1)
		changes += l.progress.Changed
		for s := range env.State(l.q.states) {
			visited := slices.ContainsFunc(l.q.row(s), func(m estimate.Mean) bool { return m.N() > 0 })
			if old := l.greedy[s]; visited && l.improve(s) {
				t.Fatalf("%s: after episode %d action %d is greedy in state %d, not %d", name, e, l.greedy[s], s, old)
			}
		}
		if e == 700 {
			b, err := l.Checkpoint()
			if err == nil {
				err = l.Restore(b)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if changes < 20 {
		t.Errorf("%s: the policy changed %d times: the test tests too little", name, changes)
	}
}
