package env

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

func mustGrid(t testing.TB, c GridConfig) *Grid {
	t.Helper()
	g, err := NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// next is the certain result of taking the action in a cell.
func (g *Grid) next(t testing.TB, row, col int, a Action) (toRow, toCol int, reward float64) {
	t.Helper()
	s, ok := g.At(row, col)
	if !ok {
		t.Fatalf("no state at (%d, %d)", row, col)
	}
	out := g.Outcomes(s, a)
	if len(out) != 1 || out[0].Prob != 1 {
		t.Fatalf("outcomes of (%d, %d), action %d: %v, want one", row, col, a, out)
	}
	toRow, toCol = g.Cell(out[0].Next)
	return toRow, toCol, out[0].Reward
}

// P26: every action from every cell of a map that is not square, with walls that have no symmetry, against a table written
// by hand. Two digits a move: row and column reached. A star marks a bump, which pays -7; a plain cell pays -2, F -3, T 5.
func TestGridMovesByHand(t *testing.T) {
	g := mustGrid(t, GridConfig{
		Map: []string{
			"..#.T",
			".....",
			"#.F#.",
		},
		Rewards: GridRewards{Step: -2, Boundary: -7, Forbidden: -3, Target: 5},
	})
	table := map[string][5]string{ // up, right, down, left, stay
		"00": {"00*", "01", "10", "00*", "00"}, "01": {"01*", "01*", "11", "00", "01"},
		"03": {"03*", "04", "13", "03*", "03"}, "04": {"04*", "04*", "14", "03", "04"},
		"10": {"00", "11", "10*", "10*", "10"}, "11": {"01", "12", "21", "10", "11"},
		"12": {"12*", "13", "22", "11", "12"}, "13": {"03", "14", "13*", "12", "13"}, "14": {"04", "14*", "24", "13", "14"},
		"21": {"11", "22", "21*", "21*", "21"}, "22": {"12", "22*", "22*", "21", "22"}, "24": {"14", "24*", "24*", "24*", "24"},
	}
	if g.NumStates() != len(table) || g.NumActions() != 5 {
		t.Fatalf("%d states, %d actions, want %d, 5", g.NumStates(), g.NumActions(), len(table))
	}
	pays := map[string]float64{"22": -3, "04": 5}
	for from, moves := range table {
		for a, want := range moves {
			reward, special := pays[want]
			if !special {
				reward = -2
			}
			if len(want) == 3 {
				reward = -7
			}
			row, col, r := g.next(t, int(from[0]-'0'), int(from[1]-'0'), Action(a))
			if row != int(want[0]-'0') || col != int(want[1]-'0') || r != reward {
				t.Errorf("%s %s: (%d, %d) paid %v, want %s paid %v", from, g.ActionName(Action(a)), row, col, r, want, reward)
			}
		}
	}
}

func TestGridStatesAndCells(t *testing.T) {
	g := mustGrid(t, GridConfig{Map: []string{"#.S.", "T##F", "H..."}})
	if rows, cols := g.Dims(); rows != 3 || cols != 4 {
		t.Fatalf("dims %d x %d, want 3 x 4", rows, cols)
	}
	want := []Cell{{0, 1}, {0, 2}, {0, 3}, {1, 0}, {1, 3}, {2, 0}, {2, 1}, {2, 2}, {2, 3}}
	for s, cell := range want {
		if row, col := g.Cell(State(s)); row != cell.Row || col != cell.Col {
			t.Errorf("state %d is at (%d, %d), want %v", s, row, col, cell)
		}
		if at, ok := g.At(cell.Row, cell.Col); !ok || at != State(s) {
			t.Errorf("at %v stands state %d, %v, want %d", cell, at, ok, s)
		}
	}
	for _, cell := range []Cell{{0, 0}, {1, 1}, {1, 2}, {-1, 0}, {3, 0}, {0, -1}, {0, 4}} {
		if s, ok := g.At(cell.Row, cell.Col); ok || g.Kind(cell.Row, cell.Col) != Wall {
			t.Errorf("at %v stands state %d, kind %v, want a wall", cell, s, g.Kind(cell.Row, cell.Col))
		}
	}
	kinds := map[Cell]CellKind{{0, 2}: Plain, {1, 0}: Target, {1, 3}: Forbidden, {2, 0}: Hole, {2, 2}: Plain}
	for cell, kind := range kinds {
		if got := g.Kind(cell.Row, cell.Col); got != kind {
			t.Errorf("kind at %v is %v, want %v", cell, got, kind)
		}
	}
	if !g.Terminal(5) || g.Terminal(3) {
		t.Error("want the hole terminal and the target not")
	}
	open := mustGrid(t, GridConfig{Map: []string{"...", "..T"}})
	if open.cell != nil || open.state != nil {
		t.Error("a map without walls needs no mapping")
	}
	if s, _ := open.At(1, 2); s != 5 {
		t.Errorf("state at (1, 2) is %d, want 5", s)
	}
}

func TestGridActions(t *testing.T) {
	c := Zhao3()
	for _, test := range []struct {
		n    int
		want []move
	}{
		{4, []move{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}},
		{5, []move{{-1, 0}, {0, 1}, {1, 0}, {0, -1}, {0, 0}}},
		{8, []move{{-1, 0}, {0, 1}, {1, 0}, {0, -1}, {-1, 1}, {1, 1}, {1, -1}, {-1, -1}}},
		{9, []move{{-1, 0}, {0, 1}, {1, 0}, {0, -1}, {0, 0}, {-1, 1}, {1, 1}, {1, -1}, {-1, -1}}},
	} {
		names, err := ActionSet(test.n)
		if err != nil {
			t.Fatal(err)
		}
		c.Actions = names
		g := mustGrid(t, c)
		if !slices.Equal(g.moves, test.want) || !slices.Equal(g.ActionNames(), names) {
			t.Errorf("%d actions %v: moves %v, want %v", test.n, names, g.moves, test.want)
		}
		if dr, dc := g.Move(1); dr != 0 || dc != 1 || g.ActionName(1) != "right" {
			t.Errorf("action 1 is %s (%d, %d), want right (0, 1)", g.ActionName(1), dr, dc)
		}
	}
	if _, err := ActionSet(6); err == nil {
		t.Error("no error for 6 actions")
	}
}

// A diagonal that leaves the grid on one side is a bump as a whole.
func TestGridDiagonals(t *testing.T) {
	g := mustGrid(t, GridConfig{Map: []string{"..", ".#", "T."}, Rewards: GridRewards{Boundary: -1}, Actions: []string{"down-right", "up-left", "up-right"}})
	for _, test := range []struct {
		row, col     int
		a            Action
		toRow, toCol int
		reward       float64
	}{
		{0, 0, 0, 0, 0, -1}, // wall
		{1, 0, 0, 2, 1, 0},
		{2, 1, 1, 1, 0, 0}, // between a wall and a corner
		{1, 0, 1, 1, 0, -1},
		{1, 0, 2, 0, 1, 0},
		{0, 1, 2, 0, 1, -1},
	} {
		if r, c, reward := g.next(t, test.row, test.col, test.a); r != test.toRow || c != test.toCol || reward != test.reward {
			t.Errorf("%+v: got (%d, %d) paid %v", test, r, c, reward)
		}
	}
}

// The reward of each way to move, under each combination of conventions, on a corridor F T . with the book's rewards.
func TestGridRewardRules(t *testing.T) {
	const left, right, stay = 0, 1, 2
	base := GridConfig{Map: []string{"FT."}, Actions: []string{"left", "right", "stay"},
		Rewards: GridRewards{Step: -0.5, Boundary: -1, Forbidden: -10, Target: 1}}
	for _, test := range []struct {
		name   string
		change func(c *GridConfig)
		col    int
		a      Action
		toCol  int
		reward float64
	}{
		{"entry of F", func(*GridConfig) {}, 1, left, 0, -10},
		{"stay on F", func(*GridConfig) {}, 0, stay, 0, -10},
		{"stay on T", func(*GridConfig) {}, 1, stay, 1, 1},
		{"bump on F", func(*GridConfig) {}, 0, left, 0, -1},
		{"bump on F, boundary+cell", func(c *GridConfig) { c.Edge = BoundaryPlusCell }, 0, left, 0, -11},
		{"bump on plain, boundary+cell", func(c *GridConfig) { c.Edge = BoundaryPlusCell }, 2, right, 2, -1.5},
		{"exit of F", func(c *GridConfig) { c.RewardOn = OnExit }, 0, right, 1, -10},
		{"exit of T", func(c *GridConfig) { c.RewardOn = OnExit }, 1, left, 0, 1},
		{"exit, bump", func(c *GridConfig) { c.RewardOn = OnExit }, 0, left, 0, -1},
		{"exit, bump, boundary+cell", func(c *GridConfig) { c.RewardOn, c.Edge = OnExit, BoundaryPlusCell }, 0, left, 0, -11},
		{"refused", func(c *GridConfig) { c.NotEnterable = true }, 1, left, 1, -10},
		{"refused, exit", func(c *GridConfig) { c.NotEnterable, c.RewardOn = true, OnExit }, 1, left, 1, -10},
		{"started in F, stay", func(c *GridConfig) { c.NotEnterable = true }, 0, stay, 0, -10},
		{"started in F, leave", func(c *GridConfig) { c.NotEnterable = true }, 0, right, 1, 1},
		{"started in F, bump", func(c *GridConfig) { c.NotEnterable = true }, 0, left, 0, -1},
		{"absorbed", func(c *GridConfig) { c.Target = TargetAbsorbs }, 1, left, 1, 0},
		{"absorbed, stay", func(c *GridConfig) { c.Target = TargetAbsorbs }, 1, stay, 1, 0},
		{"entry of absorbing T", func(c *GridConfig) { c.Target = TargetAbsorbs }, 2, left, 1, 1},
	} {
		c := base.clone()
		test.change(&c)
		if _, col, reward := mustGrid(t, c).next(t, 0, test.col, test.a); col != test.toCol || reward != test.reward {
			t.Errorf("%s: column %d paid %v, want %d paid %v", test.name, col, reward, test.toCol, test.reward)
		}
	}
	base.Target = TargetEnds
	if g := mustGrid(t, base); !g.Terminal(1) || len(g.Outcomes(1, 0)) != 0 {
		t.Error("a target that ends must be terminal")
	}
}

// Each turn of a slip, by hand: facing right, left is up and right is down.
func TestGridSlip(t *testing.T) {
	g := mustGrid(t, GridConfig{
		Map:     []string{"...", "..T", "..."},
		Actions: []string{"right", "up", "stay"},
		Slip:    Slip{Left: 0.125, Right: 0.0625, Back: 0.25, Random: 0.1875},
	})
	type cell = [2]int
	for a, want := range [][]struct {
		to cell
		p  float64
	}{
		{{cell{1, 2}, 0.375}, {cell{0, 1}, 0.125}, {cell{2, 1}, 0.0625}, {cell{1, 0}, 0.25}, {cell{1, 2}, 0.0625}, {cell{0, 1}, 0.0625}, {cell{1, 1}, 0.0625}},
		{{cell{0, 1}, 0.375}, {cell{1, 0}, 0.125}, {cell{1, 2}, 0.0625}, {cell{2, 1}, 0.25}, {cell{1, 2}, 0.0625}, {cell{0, 1}, 0.0625}, {cell{1, 1}, 0.0625}},
		{{cell{1, 1}, 0.375}, {cell{1, 1}, 0.125}, {cell{1, 1}, 0.0625}, {cell{1, 1}, 0.25}, {cell{1, 2}, 0.0625}, {cell{0, 1}, 0.0625}, {cell{1, 1}, 0.0625}},
	} {
		for i, o := range g.Outcomes(4, Action(a)) {
			row, col := g.Cell(o.Next)
			if to := (cell{row, col}); to != want[i].to || math.Abs(o.Prob-want[i].p) > 1e-15 {
				t.Errorf("action %d, outcome %d: %v with %v, want %v", a, i, to, o.Prob, want[i])
			}
		}
	}
	if len(g.classes) != 1 || g.class != nil || g.die.Faces() != 16 {
		t.Errorf("%d classes, die of %d faces: want one class and 16 faces", len(g.classes), g.die.Faces())
	}
	never := mustGrid(t, GridConfig{Map: []string{"..T"}, Slip: Slip{Left: 1.0 / 3, Right: 1.0 / 3, Back: 1.0 / 3}})
	if n := len(never.Outcomes(0, 0)); n != 3 {
		t.Errorf("%d outcomes where the intended way has probability 0, want 3", n)
	}
}

// The model's own sampler and its outcomes agree: frequencies within 4.5 standard errors.
func TestGridModelStep(t *testing.T) {
	g := mustGrid(t, FrozenLake4(true))
	m, rng, n := newGridModel(g), NewRand(1, PurposeEnvironment), 3000
	for s := range State(16) {
		for a := range Action(4) {
			if g.Terminal(s) {
				continue
			}
			count, want := map[Outcome]float64{}, map[Outcome]float64{}
			for range n {
				next, reward := m.Step(s, a, rng)
				count[Outcome{Next: next, Reward: reward}]++
			}
			for _, o := range m.Outcomes(s, a) {
				want[Outcome{Next: o.Next, Reward: o.Reward}] += o.Prob
			}
			for o, p := range want {
				if got := count[o] / float64(n); math.Abs(got-p) > 4.5*math.Sqrt(p*(1-p)/float64(n))+1e-12 {
					t.Errorf("state %d, action %d, %v: %v, want %v", s, a, o, got, p)
				}
				delete(count, o)
			}
			if len(count) > 0 {
				t.Errorf("state %d, action %d: %v beyond the outcomes", s, a, count)
			}
		}
	}
}

func TestGridStarts(t *testing.T) {
	for _, test := range []struct {
		name   string
		config GridConfig
		want   []State
	}{
		{"listed cells before marked ones", GridConfig{Map: []string{"S.#", ".T."}, Starts: []Cell{{1, 2}, {0, 1}}}, []State{4, 1}},
		{"marked cells", GridConfig{Map: []string{"S.#", ".TS"}}, []State{0, 4}},
		{"one cell", FrozenLake4(true), []State{0}},
		{"every state that does not end", GridConfig{Map: []string{"F.#", "HT."}, Target: TargetEnds}, []State{0, 1, 4}},
		{"the target, where the episode goes on", Zhao2(), []State{0, 1, 2, 3}},
	} {
		g := mustGrid(t, test.config)
		states, probs := g.StartProbs()
		if !slices.Equal(states, test.want) {
			t.Errorf("%s: starts %v, want %v", test.name, states, test.want)
		}
		for _, p := range probs {
			if math.Abs(p-1/float64(len(test.want))) > 1e-15 {
				t.Errorf("%s: probabilities %v, want equal ones", test.name, probs)
			}
		}
		seen, rng := map[State]bool{}, NewRand(3, PurposeStarts)
		for range 200 {
			seen[g.Start(rng)] = true
		}
		if len(seen) != len(test.want) {
			t.Errorf("%s: drew %v, want all of %v", test.name, seen, test.want)
		}
	}
}

// Neither the configuration that a grid was made from nor the one it returns is tied to the grid.
func TestGridConfigIsACopy(t *testing.T) {
	c := FrozenLake4(true)
	c.Starts, c.Wind, c.Legend = []Cell{{0, 0}}, []int{0, 0, 1, 0}, StandardLegend()
	g, want := mustGrid(t, c), c.clone()
	for _, alias := range []GridConfig{c, g.Config()} {
		alias.Map[0], alias.Actions[0], alias.Wind[0], alias.Starts[0], alias.Legend["."] = "x", "x", 9, Cell{9, 9}, "x"
	}
	g.ActionNames()[0] = "x"
	if got := g.Config(); !reflect.DeepEqual(got, want) || g.ActionName(0) != "left" {
		t.Errorf("the grid's configuration became %+v", got)
	}
}
