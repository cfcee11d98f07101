package env

import (
	"slices"
	"testing"
)

// Outcomes are stored as bytes in large tables while 256 moves suffice; either way they are the model's: with transitions
// that are certain and not, with terminal states between the others, and where the 257th move comes last of all.
func TestMovesKept(t *testing.T) {
	const states = codedFrom/2 + 100
	for _, c := range []struct {
		name     string
		actions  int
		moves    int // from each state, apart from the last
		chance   bool
		terminal []State
		last     int // of a further move, from the last state
		coded    bool
	}{
		{name: "certain", actions: 2, moves: 20, coded: true},
		{name: "certain, terminal states", actions: 2, moves: 20, terminal: []State{0, 7, states - 2}, coded: true},
		{name: "256 moves", actions: 2, moves: 128, coded: true},
		{name: "258 moves", actions: 2, moves: 129},
		{name: "a late one", actions: 2, moves: 128, last: 999},
		{name: "by chance", actions: 2, moves: 100, chance: true, coded: true},
		{name: "by chance, terminal states, a late one", actions: 2, moves: 128, chance: true, terminal: []State{0, 1, 9, states - 2}, last: 999},
		{name: "a small table", actions: 1, moves: 20},
	} {
		m := &listed{states, c.actions, c.terminal, func(s State, a Action) []Outcome {
			i := int(s) % c.moves
			if s == states-1 && c.last > 0 {
				i = c.last
			}
			next, reward := s, float64(i)
			if i%3 == 0 {
				next = s ^ 1
			}
			if !c.chance || s < 50 {
				return []Outcome{{next, reward, 1}}
			}
			return []Outcome{{next, reward, 0.25}, {s, reward + 1000, 0.75}}
		}}
		table := mustCompile(t, m)
		if coded := table.moves != nil; coded != c.coded {
			t.Errorf("%s: coded %v, want %v", c.name, coded, c.coded)
		}
		sameOutcomes(t, c.name, table, m)
	}
}

// A cycle is the same in a table of coded outcomes: pairs, rewards, period, repetitions.
func TestCyclesOfCodedOutcomes(t *testing.T) {
	const states, actions, horizon = 30, 3, 200
	for _, endless := range []bool{false, true} {
		m := randomModel(11, states, actions, one)
		if endless {
			m.terminal = nil
		}
		direct := mustCompile(t, m)
		coded := withMoves(t, direct)
		var generators [2]*Generator
		var policies [2]*Soft
		for i, table := range []*Table{direct, coded} {
			policies[i] = mustSoft(t, make([]Action, states), actions, 0)
			if err := policies[i].Compile(table); err != nil {
				t.Fatal(err)
			}
			generators[i] = mustGenerator(t, table, policies[i], horizon, 1)
		}
		rng := NewRand(3, PurposePolicy)
		repeated := 0
		for range 2000 {
			s, a := State(rng.Intn(states)), Action(rng.Intn(actions))
			var tr [2]Trace
			var rewards [2][]float64
			for i, g := range generators {
				policies[i].SetBest(s, a)
				g.TraceCycle(&tr[i], s, a)
				for _, k := range tr[i].Index {
					rewards[i] = append(rewards[i], tr[i].Rewards[k])
				}
			}
			x, y := &tr[0], &tr[1]
			if !slices.Equal(x.Pairs, y.Pairs) || !slices.Equal(rewards[0], rewards[1]) || x.Period != y.Period || x.Repeat != y.Repeat || x.Truncated != y.Truncated {
				t.Fatalf("from (%d, %d): %+v, want %+v", s, a, y, x)
			}
			repeated += x.Repeat
		}
		if repeated == 0 {
			t.Error("no episode repeats itself")
		}
	}
}
