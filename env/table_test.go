package env

import (
	"math"
	"testing"
)

// Step samples what Outcomes lists, for each kind of symbol.
func TestStepFrequencies(t *testing.T) {
	for name, shapes := range map[string][][]float64{
		"die of 2":         {halves},
		"die of 3":         {thirds, one},
		"die of 10":        {slips, one, {0.3, 0.7}},
		"die of 30":        {slips, thirds},
		"word":             {unequal, {0.1, 0.2, 0.7}, one},
		"word, long lists": {{0.05, 0.1, 0.15, 0.2, 0.05, 0.1, 0.15, 0.01, 0.19 - 1e-7, 1e-7}, withZero},
	} {
		table := mustCompile(t, randomModel(1, 5, 2, shapes...))
		r := NewRand(2, PurposeEnvironment)
		for s := range State(4) {
			for a := range Action(2) {
				index, probs := map[Outcome]int{}, []float64(nil)
				for _, o := range table.Outcomes(s, a) {
					key := Outcome{o.Next, o.Reward, 0}
					if _, ok := index[key]; !ok {
						index[key] = len(probs)
						probs = append(probs, 0)
					}
					probs[index[key]] += o.Prob
				}
				counts := make([]int, len(probs))
				for range 200_000 {
					next, reward := table.Step(s, a, r)
					i, ok := index[Outcome{next, reward, 0}]
					if !ok {
						t.Fatalf("%s, state %d, action %d: stepped to %d for %v, which is no outcome", name, s, a, next, reward)
					}
					counts[i]++
				}
				if len(probs) == 1 {
					continue
				}
				if z := chiSquareZ(t, counts, probs); math.Abs(z) > 4.5 {
					t.Errorf("%s, state %d, action %d: %.2f standard deviations", name, s, a, z)
				}
			}
		}
	}
}

// A transition takes one symbol whatever the pair, certain pairs of a stochastic table included.
func TestStepDrawsOneSymbol(t *testing.T) {
	for name, shapes := range map[string][][]float64{"die": {thirds, one}, "word": {unequal, one, slips}} {
		table := mustCompile(t, randomModel(3, 30, 2, shapes...))
		a, b := NewRand(4, PurposeEnvironment), NewRand(4, PurposeEnvironment)
		for i := range 2000 {
			table.Step(0, 0, a)
			table.Step(State(i%29), Action(i%2), b)
			if *a != *b {
				t.Fatalf("%s: after %d transitions of different pairs the streams stand apart", name, i+1)
			}
		}
	}
}

func TestTableSize(t *testing.T) {
	table := mustCompile(t, randomModel(5, 11, 3, thirds))
	if table.NumStates() != 11 || table.NumActions() != 3 {
		t.Errorf("%d states and %d actions, want 11 and 3", table.NumStates(), table.NumActions())
	}
	if got := table.Outcomes(10, 0); got != nil {
		t.Errorf("a terminal state has outcomes %v", got)
	}
	prefix := []Outcome{{1, 2, 3}}
	if got := table.AppendOutcomes(prefix, 0, 0); len(got) != 4 || got[0] != prefix[0] {
		t.Errorf("AppendOutcomes gave %v", got)
	}
}

// The rewards of terminal states are no rewards: nothing is paid there.
func TestRewardRangeLeavesOutTerminalStates(t *testing.T) {
	m := &listed{2, 1, []State{1}, func(State, Action) []Outcome { return []Outcome{{1, 5, 1}} }}
	if lo, hi := mustCompile(t, m).RewardRange(); lo != 5 || hi != 5 {
		t.Errorf("rewards in [%v, %v], want [5, 5]", lo, hi)
	}
	none := &drawnStarts{listed{2, 1, []State{0, 1}, nil}}
	if lo, hi := mustCompile(t, none).RewardRange(); lo != 0 || hi != 0 {
		t.Errorf("without any transition: rewards in [%v, %v], want [0, 0]", lo, hi)
	}
}
