package env

import (
	"math"
	"testing"
)

// optimal returns V* and the greedy policy (lowest action among ties within 1e-9) by value iteration.
func (g *Grid) optimal(gamma float64) ([]float64, []Action) {
	v, best := make([]float64, g.NumStates()), make([]Action, g.NumStates())
	for change := 1.0; change > 1e-13; {
		change = 0
		for s := range v {
			if g.Terminal(State(s)) {
				continue
			}
			top := math.Inf(-1)
			for a := range Action(g.NumActions()) {
				if q := g.lookAhead(State(s), a, v, gamma); q > top+1e-9 {
					top, best[s] = q, a
				} else if q > top {
					top = q
				}
			}
			change = max(change, math.Abs(top-v[s]))
			v[s] = top
		}
	}
	return v, best
}

func (g *Grid) lookAhead(s State, a Action, v []float64, gamma float64) float64 {
	q := 0.0
	for _, o := range g.Outcomes(s, a) {
		q += o.Prob * (o.Reward + gamma*v[o.Next])
	}
	return q
}

// evaluate returns the value of the epsilon-greedy policy about best.
func (g *Grid) evaluate(best []Action, eps, gamma float64) []float64 {
	v := make([]float64, g.NumStates())
	n := float64(g.NumActions())
	for change := 1.0; change > 1e-13; {
		change = 0
		for s := range v {
			x := (1 - eps) * g.lookAhead(State(s), best[s], v, gamma)
			for a := range Action(g.NumActions()) {
				x += eps / n * g.lookAhead(State(s), a, v, gamma)
			}
			change = max(change, math.Abs(x-v[s]))
			v[s] = x
		}
	}
	return v
}

func checkValues(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > tolerance {
			t.Errorf("%s: V(%d, %d) = %.6f, want %v", name, i/5+1, i%5+1, got[i], want[i])
		}
	}
}

// V* of Zhao's 5 x 5 grid, figure 3.4: (a) to (c) with r_forbidden = -1 and gamma = 0.9, 0.5, 0; (d) with -10 and 0.9.
var (
	figure34a = []float64{
		5.832, 5.58, 6.2, 6.48, 5.832,
		6.48, 7.2, 8, 7.2, 6.48,
		7.2, 8, 10, 8, 7.2,
		8, 10, 10, 10, 8,
		7.2, 9, 10, 9, 8.1}
	figure34b = []float64{
		0.001953, 0.003906, 0.007812, 0.015625, 0.03125,
		0.000977, 0.001953, 0.015625, 0.03125, 0.0625,
		0.000488, 0.000244, 2, 0.0625, 0.125,
		0.000244, 2, 2, 2, 0.25,
		0.000122, 1, 2, 1, 0.5}
	figure34c = []float64{
		0, 0, 0, 0, 0,
		0, 0, 0, 0, 0,
		0, 0, 1, 0, 0,
		0, 1, 1, 1, 0,
		0, 0, 1, 0, 0}
	figure34d = []float64{
		3.486784, 3.874205, 4.304672, 4.782969, 5.31441,
		3.138106, 3.486784, 4.782969, 5.31441, 5.9049,
		2.824295, 2.541866, 10, 5.9049, 6.561,
		2.541866, 10, 10, 10, 7.29,
		2.287679, 9, 10, 9, 8.1}
)

func TestZhaoFigure34(t *testing.T) {
	for _, test := range []struct {
		preset string
		gamma  float64
		want   []float64
	}{
		{"zhao-5x5-mild", 0.9, figure34a}, {"zhao-5x5-mild", 0.5, figure34b}, {"zhao-5x5-mild", 0, figure34c},
		{"zhao-5x5", 0.9, figure34d}, {"zhao-5x5-figures", 0.9, figure34d}, {"zhao-5x5-mild-figures", 0.9, figure34a},
	} {
		c, err := Preset(test.preset)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := mustGrid(t, c).optimal(test.gamma)
		checkValues(t, test.preset, v, test.want, 1e-6)
	}
}

// P13, P23: three cells tell the reward of the cell entered from that of the cell left, and both from a target that ends.
func TestRewardConventionSignatures(t *testing.T) {
	const below, right, corner, target = 22, 18, 0, 17 // (5,3), (4,4), (1,1), (4,3) of the book
	for _, test := range []struct {
		name   string
		change func(c *GridConfig)
		want   [4]float64
	}{
		{"entry", func(*GridConfig) {}, [4]float64{10, 10, 3.4868, 10}},
		{"exit", func(c *GridConfig) { c.RewardOn = OnExit }, [4]float64{9, -1, 3.1381, 10}},
		{"target ends", func(c *GridConfig) { c.Target = TargetEnds }, [4]float64{1, 1, 0.3487, 0}},
		{"target absorbs", func(c *GridConfig) { c.Target = TargetAbsorbs }, [4]float64{1, 1, 0.3487, 0}},
	} {
		c := Zhao5(-10, BoundaryOnly)
		test.change(&c)
		v, _ := mustGrid(t, c).optimal(0.9)
		checkValues(t, test.name, []float64{v[below], v[right], v[corner], v[target]}, test.want[:], 5e-5)
	}
}

// Zhao, figure 5.6, epsilon = 0.1: the values of the epsilon-greedy policy about the optimal one, under BoundaryPlusCell.
var figure56 = []float64{
	0.424434, 0.530213, 0.872807, 1.258782, 1.443284,
	0.138834, 0.044484, 0.531723, 1.262022, 1.669913,
	0.089067, -0.411281, 3.371432, 1.354936, 1.909542,
	-0.093903, 3.38264, 3.338393, 3.66911, 2.181584,
	-0.286571, 2.592011, 3.699238, 3.067771, 2.684337}

// P24: only the pair (5,2), down tells the two edge rules apart.
func TestEdgeRule(t *testing.T) {
	text, figures := mustGrid(t, Zhao5(-10, BoundaryOnly)), mustGrid(t, Zhao5(-10, BoundaryPlusCell))
	for s := range State(25) {
		for a := range Action(5) {
			r, f := text.Outcomes(s, a)[0], figures.Outcomes(s, a)[0]
			want := 0.0
			row, col := text.Cell(s)
			dr, dc := text.Move(a)
			if text.Kind(row+dr, col+dc) == Wall {
				want = map[CellKind]float64{Forbidden: -10, Target: 1}[text.Kind(row, col)]
			}
			if f.Reward-r.Reward != want || f.Next != r.Next {
				t.Errorf("state %d, action %d: %v and %v, want a difference of %v", s, a, r, f, want)
			}
		}
	}
	if down := figures.Outcomes(21, 2)[0]; down.Reward != -11 || text.Outcomes(21, 2)[0].Reward != -1 {
		t.Errorf("(5,2) down pays %v and %v, want -11 and -1", down.Reward, text.Outcomes(21, 2)[0].Reward)
	}
	_, best := figures.optimal(0.9)
	checkValues(t, "figure 5.6", figures.evaluate(best, 0.1, 0.9), figure56, 1e-6)
	for _, test := range []struct {
		g    *Grid
		eps  float64
		want float64
	}{{text, 0.1, 2.804}, {figures, 0.1, 2.592}, {text, 0.5, -15.237}, {figures, 0.5, -16.700}} {
		if v := test.g.evaluate(best, test.eps, 0.9)[21]; math.Abs(v-test.want) > 5e-4 {
			t.Errorf("V(5,2) at epsilon = %v: %.4f, want %v", test.eps, v, test.want)
		}
	}
}

// P25: forbidden cells that cannot be entered leave V* alone and change what exploration costs.
func TestNotEnterable(t *testing.T) {
	c := Zhao5(-10, BoundaryPlusCell)
	c.NotEnterable = true
	g := mustGrid(t, c)
	v, best := g.optimal(0.9)
	checkValues(t, "not enterable", v, figure34d, 1e-6)
	same := 0
	for s, x := range g.evaluate(best, 0.1, 0.9) {
		if math.Round(10*x) == math.Round(10*figure56[s]) {
			same++
		}
	}
	if same != 10 {
		t.Errorf("%d of 25 values agree with figure 5.6 to the printed digit, want 10", same)
	}
}

func TestZhaoSmallGrids(t *testing.T) {
	v, _ := mustGrid(t, Zhao3()).optimal(0.9)
	checkValues(t, "3 x 3, figure 5.3", v, []float64{7.29, 8.1, 8, 8.1, 9, 10, 9, 10, 10}, 1e-9)
	v, _ = mustGrid(t, Zhao2()).optimal(0.9)
	checkValues(t, "2 x 2", v, []float64{9, 10, 10, 10}, 1e-9)
}

// The entries of Gymnasium's table: slippery moves have three outcomes of 1/3, holes and the target end, bumps pay 0.
func TestFrozenLakeTable(t *testing.T) {
	third := 1.0 / 3
	g := mustGrid(t, FrozenLake4(true))
	for _, test := range []struct {
		s    State
		a    Action
		want map[State]float64
	}{
		{0, 0, map[State]float64{0: 2 * third, 4: third}},
		{0, 3, map[State]float64{0: 2 * third, 1: third}},
		{6, 1, map[State]float64{5: third, 10: third, 7: third}},
		{14, 2, map[State]float64{14: third, 15: third, 10: third}},
		{14, 1, map[State]float64{13: third, 14: third, 15: third}},
	} {
		got := map[State]float64{}
		for _, o := range g.Outcomes(test.s, test.a) {
			got[o.Next] += o.Prob
			if want := map[bool]float64{true: 1}[o.Next == 15]; o.Reward != want {
				t.Errorf("state %d, action %d to %d pays %v, want %v", test.s, test.a, o.Next, o.Reward, want)
			}
		}
		for s, p := range test.want {
			if math.Abs(got[s]-p) > 1e-12 {
				t.Errorf("state %d, action %d: %v, want %v", test.s, test.a, got, test.want)
			}
		}
	}
	terminal := map[int][]State{4: {5, 7, 11, 12, 15}, 8: {19, 29, 35, 41, 42, 46, 49, 52, 54, 59, 63}}
	for side, c := range map[int]GridConfig{4: FrozenLake4(true), 8: FrozenLake8(true)} {
		g := mustGrid(t, c)
		ends := map[State]bool{}
		for _, s := range terminal[side] {
			ends[s] = true
		}
		for s := range State(g.NumStates()) {
			if g.Terminal(s) != ends[s] {
				t.Errorf("%d x %d: state %d terminal %v, want %v", side, side, s, g.Terminal(s), ends[s])
			}
			for a := range Action(4) {
				sum, out := 0.0, g.Outcomes(s, a)
				for _, o := range out {
					sum += o.Prob
				}
				if !ends[s] && (len(out) != 3 || math.Abs(sum-1) > 1e-12) {
					t.Errorf("%d x %d: state %d, action %d: %v", side, side, s, a, out)
				}
			}
		}
		if g.die.Faces() != 3 {
			t.Errorf("%d x %d: die of %d faces, want 3", side, side, g.die.Faces())
		}
	}
}

// The probability of reaching the target: 14/17 and 1 on slippery ice, 1 otherwise.
func TestFrozenLakeOptimum(t *testing.T) {
	for _, test := range []struct {
		preset string
		want   float64
	}{{"frozenlake-4x4", 1}, {"frozenlake-4x4-slippery", 14.0 / 17}, {"frozenlake-8x8", 1}, {"frozenlake-8x8-slippery", 1}} {
		c, err := Preset(test.preset)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := mustGrid(t, c).optimal(1)
		if math.Abs(v[0]-test.want) > 1e-6 {
			t.Errorf("%s: V(start) = %.9f, want %.9f", test.preset, v[0], test.want)
		}
	}
}

func windyConfig(actions int) GridConfig {
	names, _ := ActionSet(actions)
	c := GridConfig{
		Actions: names,
		Rewards: GridRewards{Step: -1, Boundary: -1, Target: -1},
		Target:  TargetEnds,
		Wind:    []int{0, 0, 0, 1, 1, 1, 2, 2, 1, 0},
		Starts:  []Cell{{3, 0}},
	}
	for r := range 7 {
		row := ".........."
		if r == 3 {
			row = ".......T.."
		}
		c.Map = append(c.Map, row)
	}
	return c
}

// P29: the wind of the column left, clipped at the top; the target counts by landing only. Sutton & Barto, example 6.5 and
// exercise 6.9: the shortest ways have 15, 7 and 7 steps.
func TestWindyGrid(t *testing.T) {
	for actions, want := range map[int]float64{4: -15, 8: -7, 9: -7} {
		g := mustGrid(t, windyConfig(actions))
		v, _ := g.optimal(1)
		s, _ := g.At(3, 0)
		if v[s] != want {
			t.Errorf("%d actions: V(start) = %v, want %v", actions, v[s], want)
		}
	}
	g := mustGrid(t, windyConfig(4))
	const up, right, down, left = 0, 1, 2, 3
	for _, test := range []struct {
		row, col     int
		a            Action
		toRow, toCol int
	}{
		{3, 2, right, 3, 3}, // no wind where it came from
		{3, 3, right, 2, 4}, // wind 1
		{3, 6, right, 1, 7}, // passes over the target's column
		{0, 6, right, 0, 7}, // clipped
		{1, 6, up, 0, 6},
		{4, 7, up, 1, 7},   // passes over the target
		{4, 7, down, 3, 7}, // lands on it
		{6, 4, down, 6, 4}, // move and wind cancel at the lower edge
		{6, 7, down, 5, 7},
		{0, 7, down, 0, 7},
		{6, 0, down, 6, 0},
		{3, 9, left, 3, 8},
		{3, 8, left, 2, 7},
	} {
		if r, c, _ := g.next(t, test.row, test.col, test.a); r != test.toRow || c != test.toCol {
			t.Errorf("from (%d, %d), %s: (%d, %d), want (%d, %d)", test.row, test.col, g.ActionName(test.a), r, c, test.toRow, test.toCol)
		}
	}
}

// What the wind pays and what stops it: no boundary for being blown at the edge or carried back over it, none passed cell.
func TestWindRewardsAndWalls(t *testing.T) {
	c := GridConfig{
		Map:     []string{".#F", "...", "T.."},
		Actions: []string{"up", "down", "right", "stay"},
		Rewards: GridRewards{Step: -0.5, Boundary: -1, Forbidden: -10, Target: 1},
		Wind:    []int{1, 2, 2},
	}
	const up, down, right, stay = 0, 1, 2, 3
	for _, test := range []struct {
		shut         bool
		row, col     int
		a            Action
		toRow, toCol int
		reward       float64
	}{
		{false, 0, 0, stay, 0, 0, -0.5},  // blown against the upper edge
		{false, 0, 0, up, 0, 0, -1},      // its own move leaves the grid
		{false, 2, 0, down, 2, 0, 1},     // move and wind cancel: stays on the target
		{false, 2, 1, stay, 1, 1, -0.5},  // the wall stops the wind
		{false, 1, 1, up, 1, 1, -1},      // into the wall
		{false, 2, 2, right, 0, 2, -1},   // a bump, and then the wind
		{false, 2, 2, stay, 0, 2, -10},   // blown into F
		{true, 2, 2, stay, 1, 2, -0.5},   // F stops the wind where it cannot be entered
		{true, 1, 2, up, 1, 2, -10},      // refused
		{false, 1, 0, right, 1, 1, -0.5}, // below the wall
	} {
		c.NotEnterable = test.shut
		if r, k, reward := mustGrid(t, c).next(t, test.row, test.col, test.a); r != test.toRow || k != test.toCol || reward != test.reward {
			t.Errorf("%+v: got (%d, %d) paid %v", test, r, k, reward)
		}
	}
}

// Sutton & Barto, exercise 6.10: a third each way where there is wind, none where there is none; one class of probabilities.
func TestStochasticWind(t *testing.T) {
	c := windyConfig(9)
	c.WindNoise, c.Target = 2.0/3, TargetPays
	g := mustGrid(t, c)
	if len(g.classes) != 1 || g.class != nil || g.die.Faces() != 3 {
		t.Errorf("%d classes, a die of %d faces: want one class, 3 faces", len(g.classes), g.die.Faces())
	}
	for _, test := range []struct {
		col  int
		rows [3]int
	}{{0, [3]int{3, 3, 3}}, {3, [3]int{2, 1, 3}}, {6, [3]int{1, 0, 2}}} {
		s, _ := g.At(3, test.col)
		for i, o := range g.Outcomes(s, 4) {
			if row, col := g.Cell(o.Next); row != test.rows[i] || col != test.col || math.Abs(o.Prob-1.0/3) > 1e-15 {
				t.Errorf("column %d, outcome %d: (%d, %d) with %v, want row %d", test.col, i, row, col, o.Prob, test.rows[i])
			}
		}
	}
}
