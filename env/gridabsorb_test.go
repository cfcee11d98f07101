package env

import "testing"

// A target that absorbs holds the agent where it is, on a map that is not square too (P26).
func TestAbsorbingTargetOfANonSquareGrid(t *testing.T) {
	for _, rows := range [][]string{{".....", "...T.", "....."}, {"...", ".T.", "...", "..T", "..."}, {"..#..", "#..T.", "....."}} {
		g := mustGrid(t, GridConfig{Map: rows, Rewards: BookRewards(), Target: TargetAbsorbs})
		targets := 0
		for s := range State(g.NumStates()) {
			if row, col := g.Cell(s); g.Kind(row, col) != Target {
				continue
			}
			targets++
			for a := range Action(g.NumActions()) {
				if o := g.Outcomes(s, a); len(o) != 1 || o[0] != (Outcome{s, 0, 1}) {
					t.Errorf("%v: target in state %d, action %d: %v, want to stay for 0", rows, s, a, o)
				}
			}
		}
		if targets == 0 {
			t.Errorf("%v: no target seen", rows)
		}
	}
}
