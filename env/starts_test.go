package env

import (
	"math"
	"slices"
	"testing"
)

func startModel() listed {
	return listed{6, 1, []State{2, 5}, func(s State, _ Action) []Outcome { return []Outcome{{(s + 1) % 6, 0, 1}} }}
}

// The start distribution is the one stated, else the one drawn, else uniform over the states that are not terminal.
func TestStartDistributions(t *testing.T) {
	plain := startModel()
	for name, c := range map[string]struct {
		model Model
		want  [6]float64
		draws bool
	}{
		"uniform over non-terminal": {&plain, [6]float64{0.25, 0.25, 0, 0.25, 0.25, 0}, true},
		"one state":                 {&listedStarts{startModel(), []State{3}, []float64{1}}, [6]float64{3: 1}, false},
		"equal weights":             {&listedStarts{startModel(), []State{4, 0}, []float64{0.5, 0.5}}, [6]float64{0.5, 0, 0, 0, 0.5, 0}, true},
		"weights":                   {&listedStarts{startModel(), []State{4, 0, 1}, []float64{0.7, 0.2, 0.1}}, [6]float64{0.2, 0.1, 0, 0, 0.7, 0}, true},
		"terminal, of weight 0":     {&listedStarts{startModel(), []State{5, 0, 1}, []float64{0, 0.25, 0.75}}, [6]float64{0.25, 0.75, 0, 0, 0, 0}, true},
		"none stated":               {&listedStarts{startModel(), nil, nil}, [6]float64{0.25, 0.25, 0, 0.25, 0.25, 0}, true},
	} {
		table := mustCompile(t, c.model)
		states, probs := table.StartProbs()
		var listed [6]float64
		for i, s := range states {
			listed[s] += probs[i]
		}
		if len(states) != len(probs) || listed != c.want {
			t.Errorf("%s: states %v with probabilities %v, want %v by state", name, states, probs, c.want)
		}
		r := NewRand(1, PurposeStarts)
		before, counts := *r, make([]int, 6)
		for range 200_000 {
			counts[table.Start(r)]++
		}
		if c.draws {
			if z := chiSquareZ(t, counts, c.want[:]); math.Abs(z) > 4.5 {
				t.Errorf("%s: starts %v are %.2f standard deviations off", name, counts, z)
			}
		} else if *r != before || counts[3] != 200_000 {
			t.Errorf("%s: starts %v, drew %v", name, counts, *r != before)
		}
	}
}

// A start that can only be drawn is drawn by the model's own rule and not listed.
func TestDrawnStart(t *testing.T) {
	m := &drawnStarts{startModel()}
	table := mustCompile(t, m)
	if states, probs := table.StartProbs(); states != nil || probs != nil {
		t.Errorf("listed %v with %v, want nothing", states, probs)
	}
	a, b := NewRand(2, PurposeStarts), NewRand(2, PurposeStarts)
	for range 100 {
		if got, want := table.Start(a), m.Start(b); got != want {
			t.Fatalf("start %d, want %d", got, want)
		}
	}
}

// A table keeps its own copy of the start distribution.
func TestStartsAreCopied(t *testing.T) {
	m := &listedStarts{startModel(), []State{4, 0, 1}, []float64{0.7, 0.2, 0.1}}
	table := mustCompile(t, m)
	m.starts[0], m.probs[0] = 0, 0
	states, probs := table.StartProbs()
	if !slices.Equal(states, []State{4, 0, 1}) || !slices.Equal(probs, []float64{0.7, 0.2, 0.1}) {
		t.Errorf("after a change to the model's slices: %v with %v", states, probs)
	}
}
