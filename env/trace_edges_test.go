package env

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// Horizons about the border of a chunk of steps: the last chunk may be one step long (P15).
func TestTraceAboutTheBorderOfAChunk(t *testing.T) {
	m := randomModel(7, 30, 3, one)
	m.terminal = nil
	table := mustCompile(t, m)
	for _, eps := range []float64{0, 0.1} {
		p := mustSoft(t, make([]Action, 30), 3, eps)
		if err := p.Compile(table); err != nil {
			t.Fatal(err)
		}
		for _, horizon := range []int{walkChunk - 1, walkChunk, walkChunk + 1, walkChunk + 2, 2*walkChunk + 1} {
			traceAgrees(t, fmt.Sprintf("epsilon %g, horizon %d", eps, horizon), table, p, horizon)
		}
	}
}

// Rewards that are coded are found by their codes, which are not the pairs.
func TestTraceOfCodedRewards(t *testing.T) {
	m := randomModel(7, 30, 3, one)
	m.terminal = nil
	table := *mustCompile(t, m)
	plain, n := table.reward, len(table.next)
	table.reward = rewards{code: make([]uint8, n), value: make([]float64, n)}
	for i := range n {
		table.reward.code[i], table.reward.value[n-1-i] = uint8(n-1-i), plain.at(i)
	}
	for _, eps := range []float64{0, 0.1} {
		p := mustSoft(t, make([]Action, 30), 3, eps)
		if err := p.Compile(&table); err != nil {
			t.Fatal(err)
		}
		traceAgrees(t, "codes in reverse", &table, p, 100)
	}
}

// A Trace that held an episode which repeats itself serves a terminal start next: an episode without steps (P15, P31).
func TestTraceAfterACycle(t *testing.T) {
	table := mustCompile(t, &listed{3, 1, []State{2}, func(s State, _ Action) []Outcome { return []Outcome{{1 - s, 1, 1}} }})
	p := mustSoft(t, make([]Action, 3), 1, 0)
	if err := p.Compile(table); err != nil {
		t.Fatal(err)
	}
	g := mustGenerator(t, table, p, 50, 1)
	var tr Trace
	for name, trace := range map[string]func(){
		"TraceCycle": func() { g.TraceCycle(&tr, 2, 0) }, "TraceFrom": func() { g.TraceFrom(&tr, 2, 0) },
		"TraceFromState": func() { g.TraceFromState(&tr, 2) },
	} {
		if g.TraceCycle(&tr, 0, 0); tr.Len() != 50 || tr.Repeat == 0 {
			t.Fatalf("a walk between two states has %d steps, %d of them repeated, want 50", tr.Len(), tr.Repeat)
		}
		if trace(); tr.Len() != 0 || tr.Truncated {
			t.Errorf("%s from a terminal state: %d steps, truncated %v, want none", name, tr.Len(), tr.Truncated)
		}
	}
}

// P8: a walk in lanes follows a change of the greedy action in any state, wherever it stands in a group compared at once.
func TestSimulateFollowsEveryState(t *testing.T) {
	const states, actions = 150, 3
	m := awkward(randomModel(7, states, actions, one))
	m.terminal = nil
	table := mustCompile(t, m)
	p := mustSoft(t, make([]Action, states), actions, 0.1)
	a, b := mustGenerator(t, table, p, 100, 8), mustGenerator(t, hidden{table}, anyPolicy{p}, 100, 8)
	for s := range 2 * states { // one state at a time
		p.Best[s%states] = Action(1 + s/states)
		if x, y := a.Simulate(32), b.Simulate(32); x != y {
			t.Fatalf("after a change in state %d: totals %+v, want %+v", s%states, x, y)
		}
	}
}

// Stamps that come to the end of their numbers begin anew: no walk takes those of an earlier one for its own.
func TestStampsBeginAnew(t *testing.T) {
	m := randomModel(7, 30, 3, one)
	m.terminal = nil
	table := mustCompile(t, m)
	p := mustSoft(t, make([]Action, 30), 3, 0)
	if err := p.Compile(table); err != nil {
		t.Fatal(err)
	}
	for before := range uint32(200) {
		worn, fresh := mustGenerator(t, table, p, 50, 1), mustGenerator(t, table, p, 50, 1)
		worn.newStamps(30, 50)
		worn.visited.base, worn.stamped = math.MaxUint32-before, 0
		for s := range worn.visited.of {
			worn.visited.of[s] = 1 + uint32(s)%2 // the numbers with which stamps begin
		}
		var got, want Trace
		for e := range 8 {
			worn.TraceCycle(&got, State(e), 0)
			fresh.TraceCycle(&want, State(e), 0)
			if !slices.Equal(got.Pairs, want.Pairs) || got.Period != want.Period || got.Repeat != want.Repeat {
				t.Fatalf("%d numbers left, walk %d: %v, period %d, want %v, period %d", before, e, got.Pairs, got.Period, want.Pairs, want.Period)
			}
		}
	}
}
