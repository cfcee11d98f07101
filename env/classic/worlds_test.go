package classic

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

func start(t testing.TB, s *dp.Solution, err error) float64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	v, ok := s.Start()
	if !ok || !(s.Bound <= 1e-5) {
		t.Fatalf("start %v, bound %g", ok, s.Bound)
	}
	return v
}

// optimal and random are the exact values of the start for gamma = 1.
func optimal(t testing.TB, m env.Model) float64 {
	t.Helper()
	s, err := dp.PolicyIteration(m, 1, dp.Options{})
	return start(t, s, err)
}

func random(t testing.TB, m env.Model) float64 {
	t.Helper()
	s, err := dp.Evaluate(m, env.NewUniform(m.NumStates(), m.NumActions()), 1, dp.Options{})
	return start(t, s, err)
}

// The optimum of the dry taxi by breadth-first search on the town as it is drawn: 20 less the moves to the passenger, the
// pick-up and the moves to the destination.
func TestTaxiBySearch(t *testing.T) {
	town := []string{"|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |"}
	from := func(start int) []int {
		far := make([]int, 25)
		for i := range far {
			far[i] = -1
		}
		far[start] = 0
		for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
			row, col := queue[0]/5, queue[0]%5
			for next, open := range map[int]bool{
				queue[0] - 5: row > 0, queue[0] + 5: row < 4,
				queue[0] - 1: town[row][2*col] == ':', queue[0] + 1: town[row][2*col+2] == ':',
			} {
				if open && far[next] < 0 {
					far[next] = far[queue[0]] + 1
					queue = append(queue, next)
				}
			}
		}
		return far
	}
	w, err := NewTaxi(TaxiConfig{})
	if err != nil {
		t.Fatal(err)
	}
	best, err := dp.PolicyIteration(w, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stand := map[byte]int{}
	for i := range 25 {
		stand[town[i/5][2*(i%5)+1]] = i
	}
	starts, probs := w.StartProbs()
	if len(starts) != 300 {
		t.Errorf("%d starts, want 300", len(starts))
	}
	mean := 0.0
	for i, s := range starts {
		x := w.State(s)
		p, d := stand["RGYB"[x.Passenger]], stand["RGYB"[x.Destination]]
		want := float64(20 - from(p)[x.Row*5+x.Col] - 1 - from(d)[p])
		if probs[i] != 1.0/300 || math.Abs(best.V[s]-want) > 1e-9 {
			t.Errorf("%s: %v with probability %v, want %v", w.StateName(s), best.V[s], probs[i], want)
		}
		mean += want / 300
	}
	if math.Abs(mean-7.93) > 1e-9 {
		t.Errorf("mean return %v, want 7.93", mean)
	}
}

func TestTaxiStates(t *testing.T) {
	w, err := NewTaxi(TaxiConfig{})
	if err != nil {
		t.Fatal(err)
	}
	x := TaxiState{Row: 0, Col: 1, Passenger: 0, Destination: 1}
	if x.Index() != 21 || w.State(21) != x || w.StateName(21) != "taxi at (0,1), passenger at R, to G" {
		t.Errorf("%d, %+v, %q", x.Index(), w.State(21), w.StateName(21))
	}
	in := TaxiState{Row: 4, Col: 3, Passenger: 4, Destination: 3}
	if name := w.StateName(in.Index()); name != "taxi at (4,3), passenger in it, to B" {
		t.Errorf("%q", name)
	}
	end, reward := w.Step(in.Index(), 5, env.NewRand(0, env.PurposeEnvironment))
	if reward != 20 || !w.Terminal(end) || int(end) < 500 || w.StateName(end) != "taxi at (4,3), passenger at B, to B (end)" ||
		w.State(end) != (TaxiState{4, 3, 3, 3}) {
		t.Errorf("delivered: %v, state %d, %q", reward, end, w.StateName(end))
	}
	for s := range env.State(500) {
		if w.Terminal(s) || w.State(s).Index() != s {
			t.Errorf("state %d: %+v", s, w.State(s))
		}
	}
}

// Where a random policy goes, rain that turns every move alike changes nothing; Gymnasium's rain is not of that kind.
func TestRandomPolicyInRain(t *testing.T) {
	dry, drift, gym := random(t, world(t, "taxi")), random(t, world(t, "taxi-rainy-drift")), random(t, world(t, "taxi-rainy"))
	if math.Abs(dry-drift) > 1e-5 || math.Abs(dry-gym) < 1 {
		t.Errorf("dry %v, drift %v, Gymnasium %v", dry, drift, gym)
	}
	for _, pair := range [][2]string{{"frozenlake-4x4", "frozenlake-4x4-slippery"}, {"cliffwalking", "cliffwalking-slippery"}} {
		a, b := random(t, world(t, pair[0])), random(t, world(t, pair[1]))
		if math.Abs(a-b) > 1e-5 {
			t.Errorf("%v: %v and %v", pair, a, b)
		}
	}
}

// The numbers of the books and of everybody's homework (P27, P29).
func TestKnownOptima(t *testing.T) {
	for name, want := range map[string]float64{
		"cliffwalking": -13, "cliffwalking-ends": -13, "windy": -15, "windy-king": -7, "windy-king-stay": -7,
		"frozenlake-4x4": 1, "frozenlake-8x8": 1, "frozenlake-4x4-slippery": 14.0 / 17, "frozenlake-8x8-slippery": 1, "taxi": 7.93,
	} {
		if got := optimal(t, world(t, name)); math.Abs(got-want) > 1e-10 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	small, err := NewCliffWalking(CliffWalkingConfig{Cols: 8, FallEnds: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := optimal(t, small); got != -9 {
		t.Errorf("OpenSpiel's 4 x 8: %v, want -9", got)
	}
}

// The best policy that explores with eps = 0.1 keeps away from the cliff, and so does the best one on slippery ground (P27).
func TestSafePath(t *testing.T) {
	w := world(t, "cliffwalking")
	s, err := dp.SoftOptimal(w, 1, 0.1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const up, right = 0, 1
	if s.Policy[36] != up || s.Policy[24] != up || s.Policy[25] == right {
		t.Errorf("eps = 0.1: %v, %v, then %v beside the cliff", s.Policy[36], s.Policy[24], s.Policy[25])
	}
	best, err := dp.PolicyIteration(w, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if best.Policy[36] != up || best.Policy[24] != right || best.Policy[25] != right {
		t.Errorf("eps = 0: %v, %v, %v, want the path along the edge", best.Policy[36], best.Policy[24], best.Policy[25])
	}
}

// The cliff of any size and under every rule, written down anew: a move off the grid stays; each step costs 1 and a fall 100; whoever
// falls is back at the bottom left, or has ended (P27).
func TestCliffRules(t *testing.T) {
	moves := [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}
	for _, size := range [][2]int{{2, 3}, {3, 5}, {4, 12}, {6, 4}} {
		rows, cols := size[0], size[1]
		for i := range 4 {
			c := CliffWalkingConfig{Rows: rows, Cols: cols, Slippery: i%2 == 1, FallEnds: i >= 2}
			w, err := NewCliffWalking(c)
			if err != nil {
				t.Fatal(err)
			}
			start, goal := (rows-1)*cols, rows*cols-1
			if states, _ := w.StartProbs(); w.NumStates() != rows*cols || !slices.Equal(states, []env.State{env.State(start)}) {
				t.Errorf("%+v: %d states, starts %v", c, w.NumStates(), states)
			}
			for s := range rows * cols {
				if end := s == goal || s > start && c.FallEnds; w.Terminal(env.State(s)) != end {
					t.Fatalf("%+v: terminal(%d) = %v", c, s, !end)
				} else if end {
					continue
				}
				for a := range moves {
					want := map[result]float64{}
					for _, turn := range []int{0, 1, 3} {
						p := 1.0 / 3
						if !c.Slippery {
							p = float64(max(0, 1-turn))
						}
						move := moves[(a+turn)%4]
						row, col := min(max(s/cols+move[0], 0), rows-1), min(max(s%cols+move[1], 0), cols-1)
						next, reward := row*cols+col, -1.0
						if next > start && next < goal {
							reward = -100
							if !c.FallEnds {
								next = start
							}
						}
						want[result{env.State(next), reward}] += p
					}
					if got := law(w, env.State(s), env.Action(a)); distance(got, want) > 1e-15 {
						t.Errorf("%+v: state %d, action %d: %v, want %v", c, s, a, got, want)
					}
				}
			}
		}
	}
}

// The windy grid, written down as everybody does: add move and wind of the column left, then clip rows and columns. Without
// diagonals that is the rule of env.GridConfig (P29).
func TestWindyByClipping(t *testing.T) {
	wind := []int{0, 0, 0, 1, 1, 1, 2, 2, 1, 0}
	w, err := NewWindy(WindyConfig{})
	if err != nil {
		t.Fatal(err)
	}
	moves := [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}
	for s := range env.State(70) {
		if w.Terminal(s) != (s == 37) {
			t.Errorf("terminal(%d) = %v", s, w.Terminal(s))
		}
		if s == 37 {
			continue
		}
		row, col := int(s)/10, int(s)%10
		for a, move := range moves {
			r := min(max(row+move[0]-wind[col], 0), 6)
			c := min(max(col+move[1], 0), 9)
			want := []env.Outcome{{Next: env.State(10*r + c), Reward: -1, Prob: 1}}
			if got := w.Outcomes(s, env.Action(a)); !slices.Equal(got, want) {
				t.Errorf("(%d,%d), action %d: %v, want %v", row, col, a, got, want)
			}
		}
	}
	if states, probs := w.StartProbs(); !slices.Equal(states, []env.State{30}) || probs[0] != 1 || w.StateName(30) != "(3,0)" {
		t.Errorf("starts %v", states)
	}
}

// Exercise 6.10: one cell to the right of the goal, moving left lands on the goal, one above it, and two above it.
func TestStochasticWind(t *testing.T) {
	w := world(t, "windy-stochastic")
	p := law(w, 38, 3)
	if w.ActionName(3) != "left" || len(p) != 3 {
		t.Fatalf("%s: %v", w.ActionName(3), p)
	}
	for _, next := range []env.State{37, 27, 17} {
		if got := p[result{next, -1}]; math.Abs(got-1.0/3) > 1e-15 {
			t.Errorf("state %d with probability %v, want 1/3", next, got)
		}
	}
}

// A map is a function of its seed, and its goal can be reached.
func TestRandomLakeMap(t *testing.T) {
	for seed := range uint64(100) {
		rows, err := RandomLakeMap(12, 0.75, seed)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := RandomLakeMap(12, 0.75, seed)
		other, _ := RandomLakeMap(12, 0.75, seed+1)
		if !slices.Equal(rows, again) || slices.Equal(rows, other) {
			t.Fatalf("seed %d: not a function of the seed", seed)
		}
		w, err := NewFrozenLake(FrozenLakeConfig{Map: rows, NotSlippery: true})
		if err != nil {
			t.Fatal(err)
		}
		rowsGot, cols := w.Dims()
		if got := optimal(t, w); rowsGot != 12 || cols != 12 || math.Abs(got-1) > 1e-9 {
			t.Fatalf("seed %d: the goal is reached with probability %v", seed, got)
		}
	}
}

// The law of 3 x 3 maps: p^F (1-p)^H over those with a way, which are found here by hand: along one of the six shortest ways
// (a longer one has no room). Each of the 128 maps comes as often as it should, within 4.5 standard errors.
func TestLawOfRandomLakeMaps(t *testing.T) {
	const p, n = 0.6, 20_000
	ways := [][]int{{1, 2, 5}, {1, 4, 5}, {1, 4, 7}, {3, 4, 5}, {3, 4, 7}, {3, 6, 7}}
	law, total := map[string]float64{}, 0.0
	for bits := range 128 {
		cells := []byte("S.......G")
		prob := 1.0
		for i := range 7 {
			if cells[i+1] = 'H'; bits>>i&1 == 1 {
				cells[i+1] = 'F'
				prob *= p
			} else {
				prob *= 1 - p
			}
		}
		for _, way := range ways {
			if !slices.ContainsFunc(way, func(i int) bool { return cells[i] == 'H' }) {
				law[string(cells)] = prob
			}
		}
		total += law[string(cells)]
	}
	count := map[string]int{}
	for seed := range uint64(n) {
		rows, err := RandomLakeMap(3, p, seed)
		if err != nil {
			t.Fatal(err)
		}
		count[strings.Join(rows, "")]++
	}
	for cells, k := range count {
		if law[cells] == 0 {
			t.Errorf("%s came %d times, and has no way", cells, k)
		}
	}
	for cells, prob := range law {
		want := prob / total
		if math.Abs(float64(count[cells])/n-want) > 4.5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%s came %d times, want %.1f", cells, count[cells], n*want)
		}
	}
}

// Every bad field is reported, in the words of the configuration.
func TestBadConfigs(t *testing.T) {
	rainless := Rain(7)
	for _, c := range []struct {
		err  error
		want string
	}{
		{FrozenLakeConfig{Map: []string{"SF", "G"}, Success: 2, Rewards: LakeRewards{Goal: math.NaN()}}.Validate(),
			"map[1] = 1 cells: want rows of one length, at least one cell\nsuccess = 2: want a probability in [0, 1] (0 means 1/3)\nrewards.goal = NaN: want a finite number"},
		{FrozenLakeConfig{Map: []string{"SX", "FG"}}.Validate(), `map[0][1] = "X": want S, F, H or G`},
		{FrozenLakeConfig{Map: []string{"FF", "FG"}}.Validate(), "map = no S: want a cell to start in"},
		{FrozenLakeConfig{Map: []string{"SF", "FF"}}.Validate(), "map = no G: want a goal"},
		{FrozenLakeConfig{Map: []string{""}}.Validate(), "map[0] = 0 cells: want rows of one length, at least one cell"},
		{FrozenLakeConfig{Success: -0.1}.Validate(), "success = -0.1: want"},
		{CliffWalkingConfig{Rows: 1, Cols: -2}.Validate(), "rows = 1: want 2 to 1024 (0 means 4)\ncols = -2: want 3 to 1024 (0 means 12)"},
		{TaxiConfig{Rain: rainless}.Validate(), "rain = rain 7: want one of dry, drift, gymnasium"},
		{WindyConfig{Actions: 5, WindNoise: math.NaN()}.Validate(), "actions = 5: want 4, 8 or 9 (0 means 4)\nwind_noise = NaN: want a probability in [0, 1]"},
		{second(RandomLakeMap(1, 1.5, 0)), "size = 1: want a side of 2 to 1024 cells\nfrozen = 1.5: want a probability in [0, 1]"},
		{second(RandomLakeMap(1<<10+1, 0.5, 0)), "size = 1025: want a side of 2 to 1024 cells"},
		{second(RandomLakeMap(1<<(bits.UintSize/2), 0.5, 0)), "size = "},
		{second(RandomLakeMap(9, 0.05, 0)), "frozen = 0.05: want a larger probability: none of 10000 maps had a way"},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
		if f := (*env.FieldError)(nil); !errors.As(c.err, &f) {
			t.Errorf("%v is no FieldError", c.err)
		}
	}
	if _, err := NewFrozenLake(FrozenLakeConfig{Success: 2}); err == nil {
		t.Error("NewFrozenLake accepts success 2")
	}
	if _, err := NewTaxi(TaxiConfig{rainless}); err == nil {
		t.Error("NewTaxi accepts rain 7")
	}
}

func second[T any](_ T, err error) error { return err }

func TestRainText(t *testing.T) {
	for r := range Rain(3) {
		text, err := r.MarshalText()
		var back Rain
		if err != nil || back.UnmarshalText(text) != nil || back != r || r.String() != string(text) {
			t.Errorf("%v: %q, %v", r, text, err)
		}
	}
	r := Dry
	if err := r.UnmarshalText([]byte("hail")); err == nil || err.Error() != `rain = "hail": want one of dry, drift, gymnasium` {
		t.Errorf("%v", err)
	}
}

// A lake as one likes it: several starts and goals, and what is left out filled in.
func TestLakeOfOnesOwn(t *testing.T) {
	w, err := NewFrozenLake(FrozenLakeConfig{Map: []string{"SFS", "HGG"}, Success: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows, cols := w.Dims()
	row, col := w.Cell(5)
	if rows != 2 || cols != 3 || row != 1 || col != 2 || w.StateName(3) != "(1,0) hole" || w.StateName(5) != "(1,2) goal" || w.StateName(2) != "(0,2)" {
		t.Errorf("%d x %d, %q, %q", rows, cols, w.StateName(3), w.StateName(5))
	}
	states, probs := w.StartProbs()
	if !slices.Equal(states, []env.State{0, 2}) || !slices.Equal(probs, []float64{0.5, 0.5}) {
		t.Errorf("starts %v, %v", states, probs)
	}
	if c := w.Config(); c.Success != 1 || c.Rewards.Goal != 1 {
		t.Errorf("%+v", c)
	}
	if list := w.Outcomes(1, 1); len(list) != 1 || list[0] != (env.Outcome{Next: 4, Reward: 1, Prob: 1}) {
		t.Errorf("down from (0,1): %v", list)
	}
}
