package classic_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
)

func inf() float64 { return math.Inf(1) }

func uniform(m env.MDP) *env.Soft { return env.NewUniform(m.NumStates(), m.NumActions()) }

func evaluate(t testing.TB, m env.Model, p dp.Policy, gamma float64) *dp.Solution {
	t.Helper()
	s, err := dp.Evaluate(m, p, gamma, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// printed writes values as a book does, row by row, with one digit.
func printed(v []float64, cols int) string {
	var b strings.Builder
	for i, x := range v {
		fmt.Fprintf(&b, "%5.1f", x)
		if i%cols == cols-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Sutton & Barto, figures 3.2 and 3.5, gamma = 0.9, to the printed digit.
func TestExample35(t *testing.T) {
	g, err := classic.NewJumpGrid(classic.JumpGridConfig{})
	if err != nil {
		t.Fatal(err)
	}
	const figure32 = "" +
		"  3.3  8.8  4.4  5.3  1.5\n" +
		"  1.5  3.0  2.3  1.9  0.5\n" +
		"  0.1  0.7  0.7  0.4 -0.4\n" +
		" -1.0 -0.4 -0.4 -0.6 -1.2\n" +
		" -1.9 -1.3 -1.2 -1.4 -2.0\n"
	if got := printed(evaluate(t, g, uniform(g), 0.9).V, 5); got != figure32 {
		t.Errorf("v_random\n%swant\n%s", got, figure32)
	}
	const figure35 = "" +
		" 22.0 24.4 22.0 19.4 17.5\n" +
		" 19.8 22.0 19.8 17.8 16.0\n" +
		" 17.8 19.8 17.8 16.0 14.4\n" +
		" 16.0 17.8 16.0 14.4 13.0\n" +
		" 14.4 16.0 14.4 13.0 11.7\n"
	best, err := dp.PolicyIteration(g, 0.9, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := printed(best.V, 5); got != figure35 {
		t.Errorf("v*\n%swant\n%s", got, figure35)
	}
	if row, col := g.Cell(7); row != 1 || col != 2 || g.StateName(7) != "(1,2)" {
		t.Errorf("state 7 is (%d,%d), %s", row, col, g.StateName(7))
	}
	// the four moves from the middle (P26)
	for a, want := range []env.State{7, 17, 13, 11} {
		if o := g.Outcomes(12, env.Action(a)); len(o) != 1 || o[0].Next != want {
			t.Errorf("%s from state 12: %v, want state %d", g.ActionName(env.Action(a)), o, want)
		}
	}
}

func TestJumpGridConfig(t *testing.T) {
	for _, c := range []struct {
		config classic.JumpGridConfig
		want   string
	}{
		{classic.JumpGridConfig{Side: -1}, "side = -1: want 1 to 1024 (0 means 5)"},
		{classic.JumpGridConfig{Side: 1025, Jumps: []classic.Jump{{Reward: inf()}}}, "side = 1025: want 1 to 1024 (0 means 5)\njumps[0].reward = +Inf: want a finite number"},
		{classic.JumpGridConfig{Side: 3}, "jumps[0].to = (4,1): want row and column in [0, 3)\njumps[1].from = (0,3): want row and column in [0, 3)\njumps[1].to = (2,3): want row and column in [0, 3)"},
		{classic.JumpGridConfig{Jumps: []classic.Jump{{}, {Reward: inf()}}}, "jumps[1].from = (0,0): want a cell with no other jump\njumps[1].reward = +Inf: want a finite number"},
	} {
		if _, err := classic.NewJumpGrid(c.config); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	g, err := classic.NewJumpGrid(classic.JumpGridConfig{Side: 2, Jumps: []classic.Jump{{From: env.Cell{Row: 1}, To: env.Cell{Col: 1}, Reward: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	if o := g.Outcomes(2, 3); len(o) != 1 || o[0] != (env.Outcome{Next: 1, Reward: 7, Prob: 1}) {
		t.Errorf("the jump is %v", o)
	}
}

// Sutton & Barto, figure 4.1, k = infinity (P31).
func TestExample41(t *testing.T) {
	g, err := classic.NewSmallGrid(classic.SmallGridConfig{})
	if err != nil {
		t.Fatal(err)
	}
	s := evaluate(t, g, uniform(g), 1)
	for i, want := range []float64{0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0} {
		if math.Abs(s.V[i]-want) > 1e-12 {
			t.Errorf("v(%d) = %v, want %v", i, s.V[i], want)
		}
	}
	large, err := classic.NewSmallGrid(classic.SmallGridConfig{Side: 9})
	if err != nil {
		t.Fatal(err)
	}
	best, _ := solve(t, large)
	for i, v := range best.V {
		row, col := large.Cell(env.State(i))
		if want := -float64(min(row+col, 16-row-col)); v != want {
			t.Errorf("side 9: v*(%d,%d) = %v, want %v", row, col, v, want)
		}
	}
	if _, err := classic.NewSmallGrid(classic.SmallGridConfig{Side: 1}); err == nil || err.Error() != "side = 1: want 2 to 1024 (0 means 4)" {
		t.Errorf("error %v", err)
	}
}

// Sutton & Barto, examples 6.2 and 7.1: straight lines.
func TestRandomWalk(t *testing.T) {
	for _, c := range []classic.RandomWalkConfig{{}, {States: 19, Left: -1}, {States: 101, Left: 0.5}, {States: 1}} {
		w, err := classic.NewRandomWalk(c)
		if err != nil {
			t.Fatal(err)
		}
		s := evaluate(t, w, uniform(w), 1)
		n := w.NumStates() - 2
		for i := 1; i <= n; i++ {
			x := float64(i) / float64(n+1)
			if want := c.Left*(1-x) + x; math.Abs(s.V[i]-want) > 1e-11 {
				t.Errorf("%d states: v(%d) = %v, want %v", n, i, s.V[i], want)
			}
		}
		if v, _ := s.Start(); math.Abs(v-(c.Left+1)/2) > 1e-11 {
			t.Errorf("%d states: the middle is worth %v", n, v)
		}
	}
	w, err := classic.NewRandomWalk(classic.RandomWalkConfig{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for s := range env.State(7) {
		names = append(names, w.StateName(s))
	}
	if got := strings.Join(names, ", "); got != "left end, A, B, C, D, E, right end" {
		t.Errorf("states %s", got)
	}
	_, err = classic.NewRandomWalk(classic.RandomWalkConfig{States: 4, Left: inf()})
	if want := "states = 4: want an odd number from 1 to 1048576 (0 means 5)\nleft = +Inf: want a finite number"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// Sutton & Barto, example 5.5 (P36): always left is worth 1, coin tossing 1/11.
func TestLoop(t *testing.T) {
	for _, stay := range []float64{0, 0.25, 0.99} {
		l, err := classic.NewLoop(classic.LoopConfig{Stay: stay})
		if err != nil {
			t.Fatal(err)
		}
		if stay == 0 {
			stay = 0.9
		}
		left := evaluate(t, l, env.Deterministic{0, 0}, 1).V[0]
		coin := evaluate(t, l, uniform(l), 1).V[0]
		if math.Abs(left-1) > 1e-12 || math.Abs(coin-(1-stay)/(2-stay)) > 1e-14 {
			t.Errorf("stay %v: left %v, want 1; coin %v, want %v", stay, left, coin, (1-stay)/(2-stay))
		}
	}
	_, err := classic.NewLoop(classic.LoopConfig{Stay: 1})
	var field *env.FieldError
	if !errors.As(err, &field) || field.Error() != "stay = 1: want a probability in [0, 1) (0 means 0.9)" {
		t.Errorf("error %v", err)
	}
}
