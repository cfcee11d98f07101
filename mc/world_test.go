package mc

import (
	"context"
	"strings"
	"testing"

	"example.com/mcrl/env"
)

// world is a hand-written grid world, independent of env.Grid: the book's rules in fifteen lines.
type world struct {
	rows                []string
	bump, forbid, reach float64
}

func (w world) NumStates() int            { return len(w.rows) * len(w.rows[0]) }
func (w world) NumActions() int           { return 5 }
func (w world) Terminal(env.State) bool   { return false }
func (w world) Start(*env.Rand) env.State { return 0 }

func (w world) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	cols := len(w.rows[0])
	row, col := int(s)/cols+[]int{-1, 0, 1, 0, 0}[a], int(s)%cols+[]int{0, 1, 0, -1, 0}[a]
	if row < 0 || row >= len(w.rows) || col < 0 || col >= cols {
		return s, w.bump
	}
	return env.State(row*cols + col), map[byte]float64{'.': 0, 'F': w.forbid, 'T': w.reach}[w.rows[row][col]]
}

func (w world) Outcomes(s env.State, a env.Action) []env.Outcome {
	next, reward := w.Step(s, a, nil)
	return []env.Outcome{{Next: next, Reward: reward, Prob: 1}}
}

var (
	zhao5 = world{[]string{".....", ".FF..", "..F..", ".FTF.", ".F..."}, -1, -10, 1}
	zhao3 = world{[]string{"...", "..F", "F.T"}, -1, -1, 1}
)

func compile(t testing.TB, m env.Model) *env.Table {
	t.Helper()
	table, err := env.Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// arrows reads a policy as the book draws it: ^ up, > right, v down, < left, o stay, row by row.
func arrows(rows ...string) []env.Action {
	var p []env.Action
	for _, r := range strings.Join(rows, "") {
		p = append(p, env.Action(strings.IndexRune("^>v<o", r)))
	}
	return p
}

func play(t testing.TB, l Learner, n int64) Progress {
	t.Helper()
	for _, err := range Run(context.Background(), l, n) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return l.Progress()
}
