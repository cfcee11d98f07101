package dp_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// bookTable is one table of Zhao's figures on the 5 x 5 grid, computed to 6 decimals. The printed tables are these rounded to
// one decimal, but for one cell of figure 5.7(c): -1.2 printed, -1.133846 exact.
type bookTable struct {
	Figure    string
	Method    string // optimum, horizon, evaluate, soft
	Forbidden float64
	Edge      string
	Gamma     float64
	Epsilon   float64
	Steps     int
	V         []float64
	Policy    []string // arrows
	Nonzero   int
	Error     float64 // max |V - v*|
}

func bookTables(t *testing.T) []bookTable {
	t.Helper()
	data, err := os.ReadFile("testdata/book.json")
	if err != nil {
		t.Fatal(err)
	}
	var tables []bookTable
	if err := json.Unmarshal(data, &tables); err != nil {
		t.Fatal(err)
	}
	if len(tables) != 23 {
		t.Fatalf("%d tables, want 23", len(tables))
	}
	return tables
}

func grid(t testing.TB, c env.GridConfig) *env.Grid {
	t.Helper()
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func zhao5(t testing.TB, forbidden float64, edge string) *env.Grid {
	t.Helper()
	var rule env.EdgeRule
	if err := rule.UnmarshalText([]byte(edge)); err != nil {
		t.Fatal(err)
	}
	return grid(t, env.Zhao5(forbidden, rule))
}

// arrows reads a policy as the book draws it.
func arrows(t testing.TB, rows ...string) []env.Action {
	t.Helper()
	var p []env.Action
	for _, c := range strings.Join(rows, "") {
		a := strings.IndexRune("^>v<o", c)
		if a < 0 {
			t.Fatalf("%q is no arrow", c)
		}
		p = append(p, env.Action(a))
	}
	return p
}

func soft(t testing.TB, best []env.Action, eps float64) *env.Soft {
	t.Helper()
	p, err := env.NewSoft(best, 5, eps)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func distance(a, b []float64) float64 {
	most := 0.0
	if len(a) != len(b) {
		return math.Inf(1)
	}
	for i := range a {
		if d := math.Abs(a[i] - b[i]); !(d <= most) {
			most = d
		}
	}
	return most
}

// must returns a solution whose bound is small.
func must(t testing.TB) func(*dp.Solution, error) *dp.Solution {
	return func(s *dp.Solution, err error) *dp.Solution {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !(s.Bound <= 1e-9) {
			t.Fatalf("bound %g", s.Bound)
		}
		return s
	}
}

// All printed tables of chapters 3 and 5 (P13, P15, P16, P23, P24, P25).
func TestBookTables(t *testing.T) {
	for _, b := range bookTables(t) {
		t.Run(b.Figure, func(t *testing.T) {
			g := zhao5(t, b.Forbidden, b.Edge)
			var s *dp.Solution
			switch b.Method {
			case "optimum":
				s = must(t)(dp.PolicyIteration(g, b.Gamma, dp.Options{}))
				v := must(t)(dp.ValueIteration(g, b.Gamma, dp.Options{}))
				if d := distance(v.V, s.V); d > 1e-9 {
					t.Errorf("value iteration differs by %g", d)
				}
			case "horizon":
				s = must(t)(dp.FiniteHorizon(g, b.Gamma, b.Steps, 0))
				checkHorizon(t, g, b, s)
			case "evaluate":
				s = must(t)(dp.Evaluate(g, soft(t, arrows(t, b.Policy...), b.Epsilon), b.Gamma, dp.Options{}))
			case "soft":
				s = must(t)(dp.SoftOptimal(g, b.Gamma, b.Epsilon, dp.Options{}))
				checkArrows(t, s, arrows(t, b.Policy...))
			}
			if d := distance(s.V, b.V); !(d <= 0.51e-6) {
				t.Errorf("V differs by %g:\n%v\nwant\n%v", d, s.V, b.V)
			}
		})
	}
}

func checkHorizon(t *testing.T, g env.Model, b bookTable, s *dp.Solution) {
	nonzero := 0
	for _, v := range s.V {
		if v != 0 {
			nonzero++
		}
	}
	if nonzero != b.Nonzero {
		t.Errorf("%d states have a value, want %d", nonzero, b.Nonzero)
	}
	best := must(t)(dp.PolicyIteration(g, b.Gamma, dp.Options{}))
	if d := distance(s.V, best.V); math.Abs(d-b.Error) > 0.51e-6 {
		t.Errorf("error %g, want %g", d, b.Error)
	}
	power := 1.0
	for range b.Steps {
		power *= b.Gamma
	}
	const target = 3*5 + 2
	if d := best.V[target] - s.V[target]; math.Abs(d-power/(1-b.Gamma)) > 1e-12 {
		t.Errorf("error at the target %g, want gamma^L/(1-gamma) = %g", d, power/(1-b.Gamma))
	}
}

// checkArrows compares policies up to ties.
func checkArrows(t *testing.T, s *dp.Solution, want []env.Action) {
	t.Helper()
	for i, a := range want {
		if lead := s.Q[i*5+int(s.Policy[i])] - s.Q[i*5+int(a)]; lead > 1e-9 {
			t.Errorf("state %d: action %d, want %d (worse by %g)", i, s.Policy[i], a, lead)
		}
		if s.Gap[i] > 1e-9 && s.Policy[i] != a {
			t.Errorf("state %d: action %d, want %d (gap %g)", i, s.Policy[i], a, s.Gap[i])
		}
	}
}

// Figure 5.3: action values of the first state and one step of policy improvement (P1).
func TestFigure53(t *testing.T) {
	g := grid(t, env.Zhao3())
	pi0 := env.Deterministic(arrows(t, "^v>", ">vv", ">>o"))
	s := must(t)(dp.Evaluate(g, pi0, 0.9, dp.Options{}))
	if d := distance(s.Q[:5], []float64{-10, 7.29, 7.29, -10, -9}); d > 1e-12 {
		t.Errorf("q(s1, .) = %v", s.Q[:5])
	}
	next := must(t)(dp.Evaluate(g, s.Policy, 0.9, dp.Options{}))
	if d := distance(next.V, []float64{7.29, 8.1, 8, 8.1, 9, 10, 9, 10, 10}); d > 1e-12 {
		t.Errorf("v_pi1 = %v", next.V)
	}
	if best := must(t)(dp.PolicyIteration(g, 0.9, dp.Options{})); distance(best.V, next.V) > 1e-12 {
		t.Errorf("v* = %v", best.V)
	}
	for L := 4; L <= 40; L++ {
		power := math.Pow(0.9, float64(L))
		short := must(t)(dp.EvaluateHorizon(g, pi0, 0.9, L))
		if want := (0.729 - power) / 0.1; math.Abs(short.Q[1]-want) > 1e-12 {
			t.Errorf("q_%d(s1, a2) = %v, want %v", L, short.Q[1], want)
		}
	}
}

// Figure 5.5: exact evaluation and improvement from the uniform policy (P14). Three improvements reach the optimum, not two.
func TestFigure55(t *testing.T) {
	g := zhao5(t, -1, "boundary")
	policies := [][]env.Action{
		arrows(t, "v>>vv", "v<>>o", "o<v>^", "^>o<^", "^>^o^"),
		arrows(t, "v>>v<", "vvvvv", ">vvv<", ">>o<<", ">>^<<"),
		arrows(t, "v>>vv", "vvvvv", ">vvv<", ">>o<<", "^>^<<"),
	}
	best := must(t)(dp.SoftOptimal(g, 0.9, 0.5, dp.Options{}))
	losses := []float64{1.964687, 0.168955, 0}
	s := must(t)(dp.Evaluate(g, env.NewUniform(25, 5), 0.9, dp.Options{}))
	if gap := s.Gap[1*5+1]; math.Abs(gap-0.018) > 0.0005 {
		t.Errorf("gap of the near tie %g, want 0.018", gap)
	}
	for k, want := range policies {
		checkArrows(t, s, want)
		s = must(t)(dp.Evaluate(g, soft(t, s.Policy, 0.5), 0.9, dp.Options{}))
		if loss := distance(s.V, best.V); math.Abs(loss-losses[k]) > 1.1e-6 {
			t.Errorf("loss after %d improvements %.6f, want %.6f", k+1, loss, losses[k])
		}
	}
}

// P16: where the greedy optimum stops being the best eps-greedy policy, and where the target stops staying; both under the
// edge rule of the text.
func TestSoftThresholds(t *testing.T) {
	g := zhao5(t, -10, "boundary")
	greedy := arrows(t, ">>>>v", "^^>>v", "^<v>v", "^>o<v", "^>^<<")
	loss := func(eps float64) float64 {
		best := must(t)(dp.SoftOptimal(g, 0.9, eps, dp.Options{}))
		return distance(best.V, must(t)(dp.Evaluate(g, soft(t, greedy, eps), 0.9, dp.Options{})).V)
	}
	if d := loss(0.11965); d > 1e-11 {
		t.Errorf("loss %g at eps = 0.11965", d)
	}
	if d := loss(0.11967); d < 1e-6 {
		t.Errorf("loss %g at eps = 0.11967", d)
	}
	const target, stay = 3*5 + 2, 4
	for eps, stays := range map[float64]bool{0.21265: true, 0.21267: false} {
		s := must(t)(dp.SoftOptimal(g, 0.9, eps, dp.Options{}))
		if (s.Policy[target] == stay) != stays {
			t.Errorf("eps = %g: the target takes action %d", eps, s.Policy[target])
		}
	}
	s := must(t)(dp.SoftOptimal(zhao5(t, -10, "boundary+cell"), 0.9, 0.2, dp.Options{}))
	if gap := s.Gap[1*5+1]; math.Abs(gap-1.9e-4) > 0.05e-4 {
		t.Errorf("gap %g in (2, 2), want 1.9e-4", gap)
	}
}

// P20: the value of the optimal policy in episodes cut at T.
func TestCutEpisodes(t *testing.T) {
	g := zhao5(t, -10, "boundary")
	best := must(t)(dp.PolicyIteration(g, 0.9, dp.Options{}))
	for T, want := range map[int]float64{10: 0, 15: 1.4279, 30: 3.0629, 100: 3.4865} {
		if s := must(t)(dp.EvaluateHorizon(g, best.Policy, 0.9, T)); math.Abs(s.V[0]-want) > 0.5e-4 {
			t.Errorf("T = %d: %v, want %v", T, s.V[0], want)
		}
	}
}

// Figure 5.8: visits of each pair in an episode of 1e6 steps.
func TestFigure58(t *testing.T) {
	g := zhao5(t, -1, "boundary")
	near := arrows(t, "v>>vv", "v<>>o", "o<v>^", "^>o<^", "^>^o^") // of figure 5.5(b); the book prints the near tie the other way
	s := must(t)(dp.Evaluate(g, env.NewUniform(25, 5), 0.9, dp.Options{}))
	q := s.Q[6*5 : 7*5]
	second := env.Action(0)
	for a := range env.Action(5) {
		if a != near[6] && (second == near[6] || q[a] > q[second]) {
			second = a
		}
	}
	near[6] = second
	for _, c := range []struct {
		name            string
		best            []env.Action
		max, min        float64
		row, col, below int
	}{
		{"5.6(d)", arrows(t, ">>>>v", "^^>>v", "^<v>v", "^>o<v", "^>^<<"), 205327.8, 404.2, 4, 3, 12},
		{"5.5(b)", near, 275154.8, 177.0, 2, 5, 40},
		{"5.5(c)", arrows(t, "v>>v<", "vvvvv", ">vvv<", ">>o<<", ">>^<<"), 298233.0, 29.5, 4, 3, 61},
		{"5.7(c)", arrows(t, "o<>>v", "^^>>o", "o<>>^", "^>o>^", "^>>>o"), 310150.2, 28.6, 2, 5, 60},
		{"5.7(d)", arrows(t, "o<>>o", "^^>>^", "o<>>^", "^<v>^", "^>>>o"), 354942.9, 19.6, 1, 5, 68},
	} {
		law, err := dp.VisitLaw(g, soft(t, c.best, 0.5))
		if err != nil {
			t.Fatal(err)
		}
		most, least, below, at := 0.0, math.Inf(1), 0, 0
		for pair, x := range law.Mean {
			x *= 1e6
			if x > most {
				most, at = x, pair
			}
			least = min(least, x)
			if x < 1000 {
				below++
			}
		}
		if math.Abs(most-c.max) > 0.06 || math.Abs(least-c.min) > 0.06 || below != c.below {
			t.Errorf("%s: max %.1f, min %.1f, %d below 1000; want %.1f, %.1f, %d", c.name, most, least, below, c.max, c.min, c.below)
		}
		if want := ((c.row-1)*5+c.col-1)*5 + 4; at != want {
			t.Errorf("%s: the maximum is at pair %d, want %d", c.name, at, want)
		}
	}
	law, err := dp.VisitLaw(g, env.NewUniform(25, 5))
	if err != nil {
		t.Fatal(err)
	}
	for pair, x := range law.Mean {
		if math.Abs(x*1e6-8000) > 1e-6 {
			t.Errorf("uniform: pair %d has %v visits, want 8000", pair, x*1e6)
		}
	}
}
