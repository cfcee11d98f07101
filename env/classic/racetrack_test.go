package classic_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
)

func racetrack(t testing.TB, c classic.RacetrackConfig) *classic.Racetrack {
	t.Helper()
	r, err := classic.NewRacetrack(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func solve(t testing.TB, m env.Model) (*dp.Solution, float64) {
	t.Helper()
	s, err := dp.PolicyIteration(m, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, ok := s.Start()
	if !ok || s.Bound > 1e-8 {
		t.Fatalf("start value %v %v, bound %v", v, ok, s.Bound)
	}
	return s, v
}

// Figure 5.5 as lists of (cells outside at the left, cells outside at the right) from the top row down, as other published
// transcriptions have it, and where start and finish are.
func TestFigure55(t *testing.T) {
	row := func(left, right, times int) (list [][2]int) {
		return slices.Repeat([][2]int{{left, right}}, times)
	}
	left := slices.Concat(row(3, 0, 1), row(2, 0, 2), row(1, 0, 1), row(0, 0, 2), row(0, 7, 1), row(0, 8, 7), row(1, 8, 8), row(2, 8, 7), row(3, 8, 3))
	right := slices.Concat(row(16, 0, 1), row(13, 0, 1), row(12, 0, 1), row(11, 0, 4), row(12, 0, 1), row(13, 0, 1),
		row(14, 2, 1), row(14, 5, 1), row(14, 6, 1), row(14, 8, 1), row(14, 9, 1))
	for indent := 13; indent >= 0; indent-- {
		right = append(right, [2]int{indent, 9})
	}
	right = append(right, row(0, 9, 2)...)
	for _, c := range []struct {
		rows         []string
		margins      [][2]int
		cols, finish int
	}{{classic.LeftTrack(), left, 17, 6}, {classic.RightTrack(), right, 32, 9}} {
		var want []string
		for i, m := range c.margins {
			road := strings.Repeat(".", c.cols-m[0]-m[1])
			switch {
			case i < c.finish:
				road = road[1:] + "F"
			case i == len(c.margins)-1:
				road = strings.Repeat("S", len(road))
			}
			want = append(want, strings.Repeat("#", m[0])+road+strings.Repeat("#", m[1]))
		}
		if !slices.Equal(c.rows, want) {
			t.Errorf("map\n%s\nwant\n%s", strings.Join(c.rows, "\n"), strings.Join(want, "\n"))
		}
	}
}

// car is a place and a velocity.
type car struct{ row, col, right, up int }

// road is a second simulation of the rules, by small steps along the line.
type road struct{ classic.RacetrackConfig }

func (k road) at(row, col int) byte {
	if row < 0 || row >= len(k.Map) || col < 0 || col >= len(k.Map[row]) {
		return '#'
	}
	return k.Map[row][col]
}

// lines are the lines found so far.
var lines = map[[2]int][][2]int{}

// line lists the cells, right and up, on the way from the centre of one to that of another. The steps are so many that no point
// falls on a corner.
func line(right, up int) [][2]int {
	if cells, ok := lines[[2]int{right, up}]; ok {
		return cells
	}
	cells, last := [][2]int{}, [2]int{}
	const parts = 10007 // a prime
	for i := 1; i <= parts; i++ {
		t := float64(i) / parts
		cell := [2]int{int(math.Floor(t*float64(right) + 0.5)), int(math.Floor(t*float64(up) + 0.5))}
		if cell != last {
			cells, last = append(cells, cell), cell
		}
	}
	lines[[2]int{right, up}] = cells
	return cells
}

// drive takes one step. what is F at the finish, # off the track, else a point.
func (k road) drive(c car, more, higher int) (next car, what byte) {
	low := 0
	if k.AllDirections {
		low = -4
	}
	right, up := min(4, max(low, c.right+more)), min(4, max(low, c.up+higher))
	if right != 0 || up != 0 || k.MayStop || k.at(c.row, c.col) == 'S' {
		c.right, c.up = right, up
	}
	cells := line(c.right, c.up)
	for i, cell := range cells {
		row, col, landed := c.row-cell[1], c.col+cell[0], i == len(cells)-1
		what := k.at(row, col)
		if what == 'F' && (landed || !k.LandOnFinish) || what == '#' && (landed || !k.IgnorePath) {
			return car{row: row, col: col}, what
		}
	}
	return car{c.row - c.up, c.col + c.right, c.right, c.up}, '.'
}

func (k road) starts() (list []car) {
	last := len(k.Map) - 1
	for col := range k.Map[last] {
		if k.at(last, col) == 'S' {
			list = append(list, car{row: last, col: col})
		}
	}
	return list
}

func (k road) reward(what byte) float64 {
	switch {
	case what == 'F' && k.FreeFinish:
		return 0
	case what == '#':
		return -1 + k.Crash
	}
	return -1
}

// rules are the variants of the racetrack.
var rules = []classic.RacetrackConfig{
	{},
	{LandOnFinish: true, IgnorePath: true, MayStop: true, FreeFinish: true}, // gym-classics
	{LandOnFinish: true},
	{IgnorePath: true},
	{MayStop: true, Crash: -5},
	{AllDirections: true},
	{Noiseless: true},
}

// result is a next state and a reward.
type result struct {
	next   env.State
	reward float64
}

// P30: what can come of every pair, under every rule, against the second simulation.
func TestRacetrackSteps(t *testing.T) {
	for _, c := range rules {
		c.Map = classic.LeftTrack()
		r, k := racetrack(t, c), road{c}
		for s := range env.State(r.NumStates()) {
			if r.Terminal(s) {
				continue
			}
			var from car
			from.row, from.col = r.Cell(s)
			from.right, from.up = r.Velocity(s)
			for a := range env.Action(9) {
				law := map[result]float64{}
				add := func(p float64, more, higher int) {
					next, what := k.drive(from, more, higher)
					cars := []car{next}
					if what == '#' {
						cars = k.starts()
					}
					for _, c := range cars {
						to, ok := r.At(c.row, c.col, c.right, c.up)
						if !ok {
							t.Fatalf("no state of %+v", c)
						}
						law[result{to, k.reward(what)}] += p / float64(len(cars))
					}
				}
				noise := 0.1
				if c.Noiseless {
					noise = 0
				}
				add(1-noise, int(a)/3-1, int(a)%3-1)
				add(noise, 0, 0)
				for _, o := range r.Outcomes(s, a) {
					law[result{o.Next, o.Reward}] -= o.Prob
				}
				for to, p := range law {
					if math.Abs(p) > 1e-12 {
						t.Fatalf("%+v: %s, %s: to %s for %v, the probability is off by %v", c, r.StateName(s), r.ActionName(a), r.StateName(to.next), to.reward, p)
					}
				}
			}
		}
	}
}

// What can be reached, as the comment of Racetrack says.
func TestRacetrackReach(t *testing.T) {
	for _, c := range []struct {
		rows            []string
		states, reached int
	}{{classic.LeftTrack(), 7306, 2355}, {classic.RightTrack(), 12659, 7743}} {
		r := racetrack(t, classic.RacetrackConfig{Map: c.rows})
		queue, _ := r.StartProbs()
		seen := map[env.State]bool{}
		for len(queue) > 0 {
			s := queue[0]
			queue = queue[1:]
			if seen[s] {
				continue
			}
			seen[s] = true
			for a := range env.Action(9) {
				for _, o := range r.Outcomes(s, a) { // none of a terminal state
					queue = append(queue, o.Next)
				}
			}
		}
		if r.NumStates() != c.states || len(seen) != c.reached {
			t.Errorf("%d states, %d reached; want %d and %d", r.NumStates(), len(seen), c.states, c.reached)
		}
	}
}

// The optimal policy on the road: the mean of many races against the exact value.
func TestRacetrackRaces(t *testing.T) {
	const n = 100_000
	for i, rows := range [][]string{classic.LeftTrack(), classic.RightTrack()} {
		c := classic.RacetrackConfig{Map: rows}
		r, k := racetrack(t, c), road{c}
		best, _ := solve(t, r)
		exact, sd := start(t, r, best.Policy)
		rng, sum := env.NewRand(5, env.PurposeEnvironment, uint64(i)), 0.0
		starts := k.starts()
		moves := map[[2]env.State]struct {
			next car
			what byte
		}{}
		for range n {
			for at, what := starts[rng.Intn(len(starts))], byte('.'); what != 'F'; {
				s, _ := r.At(at.row, at.col, at.right, at.up)
				a := best.Policy[s]
				if rng.Float64() < 0.1 {
					a = 4
				}
				key := [2]env.State{s, env.State(a)}
				m, known := moves[key]
				if !known {
					m.next, m.what = k.drive(at, int(a)/3-1, int(a)%3-1)
					moves[key] = m
				}
				at, what = m.next, m.what
				sum += k.reward(what)
				if what == '#' {
					at = starts[rng.Intn(len(starts))]
				}
			}
		}
		if z := (sum/n - exact) / (sd / math.Sqrt(n)); math.Abs(z) > 4.5 {
			t.Errorf("track %d: mean of %d races %v, exact %v: %.1f sd", i, n, sum/n, exact, z)
		}
	}
}

// Without noise the value is the number of steps of the shortest drive, found by breadth-first search; or, from a bad place on
// the start line, of a crash and the drive from another place.
func TestRacetrackShortestDrive(t *testing.T) {
	for _, c := range []classic.RacetrackConfig{
		{Map: classic.LeftTrack(), Noiseless: true}, {Map: classic.RightTrack(), Noiseless: true},
		{Map: classic.LeftTrack(), Noiseless: true, AllDirections: true},
		{Map: classic.LeftTrack(), Noiseless: true, LandOnFinish: true, IgnorePath: true, MayStop: true},
	} {
		r, k := racetrack(t, c), road{c}
		best, value := solve(t, r)
		var finish, crashes []float64
		for _, from := range k.starts() {
			steps, crash := shortest(k, from)
			finish, crashes = append(finish, steps), append(crashes, crash)
		}
		want := slices.Clone(finish)
		for range 1000 { // to restart is worth its steps where other starts are better
			mean := 0.0
			for _, x := range want {
				mean += x / float64(len(want))
			}
			for i := range want {
				want[i] = min(finish[i], crashes[i]+mean)
			}
		}
		for i, from := range k.starts() {
			s, _ := r.At(from.row, from.col, 0, 0)
			if math.Abs(best.V[s]+want[i]) > 1e-9 {
				t.Errorf("all directions %v, column %d: value %v, want %v steps", c.AllDirections, from.col, best.V[s], want[i])
			}
		}
		if !c.AllDirections && !c.MayStop && len(want) == 6 && (value != -10.4 || finish[5] != 12 || math.Abs(want[5]-11.4) > 1e-9) {
			t.Errorf("left track: %v; from the right end %v steps, with a restart %v; want -10.4, 12 and 11.4", value, finish[5], want[5])
		}
	}
}

// shortest returns the number of steps to the finish, and off the track.
func shortest(k road, from car) (finish, crash float64) {
	seen, front := map[car]bool{from: true}, []car{from}
	for steps := 1.0; finish == 0; steps++ {
		var next []car
		for _, at := range front {
			for a := range 9 {
				to, what := k.drive(at, a/3-1, a%3-1)
				switch {
				case what == 'F':
					finish = steps
				case what == '#' && crash == 0:
					crash = steps
				case what == '.' && !seen[to]:
					seen[to] = true
					next = append(next, to)
				}
			}
		}
		front = next
	}
	return finish, crash
}

// A track is as hard as its mirror images where all directions are allowed.
func TestRacetrackMirrored(t *testing.T) {
	rows := classic.LeftTrack()
	value := func() float64 {
		_, v := solve(t, racetrack(t, classic.RacetrackConfig{Map: rows, AllDirections: true, SpeedLimit: 3}))
		return v
	}
	want := value()
	for i, row := range rows {
		b := []byte(row)
		slices.Reverse(b)
		rows[i] = string(b)
	}
	mirrored := value()
	slices.Reverse(rows)
	if upsideDown := value(); math.Abs(mirrored-want) > 1e-9 || math.Abs(upsideDown-want) > 1e-9 {
		t.Errorf("%v, mirrored %v, upside down %v", want, mirrored, upsideDown)
	}
}

// P26, P30: single cases on a small track.
func TestRacetrackSmall(t *testing.T) {
	c, err := classic.ParseRacetrack("  ..F\n ...F\n.#.\nSS. #\n")
	if err != nil {
		t.Fatal(err)
	}
	c.Noiseless, c.SpeedLimit = true, 3
	r := racetrack(t, c)
	if rows, cols := r.Dims(); rows != 4 || cols != 5 || r.NumStates() != 10*9+2 {
		t.Errorf("%d x %d, %d states", rows, cols, r.NumStates())
	}
	for _, move := range []struct {
		from       car
		more, high int
		want       string
	}{
		{car{3, 0, 0, 0}, 0, 0, "(3,0) at (+0,+0)"},  // standing on the start line
		{car{3, 0, 0, 0}, 0, -1, "(3,0) at (+0,+0)"}, // no velocity below 0
		{car{3, 0, 2, 0}, 1, 0, "(3,2) at (+2,+0)"},  // none of 3
		{car{3, 1, 1, 0}, -1, 0, "(3,1) at (+0,+0)"}, // stopping on the start line
		{car{3, 2, 1, 0}, -1, 0, "restart"},          // no stopping elsewhere: it goes on, and off the track
		{car{2, 2, 0, 1}, 0, -1, "(1,2) at (+0,+1)"}, // likewise, on the track
		{car{3, 0, 0, 1}, 1, 0, "restart"},           // (2,1) is outside
		{car{2, 0, 0, 1}, 1, 0, "(1,1) at (+1,+1)"},  // through a corner, past (1,0) and (2,1)
		{car{3, 1, 1, 2}, 0, 0, "restart"},           // a knight's move through (2,1)
		{car{3, 1, 1, 1}, 0, 0, "(2,2) at (+1,+1)"},  // through a corner
		{car{1, 3, 2, 0}, 0, 0, "finished at (1,4)"}, // over the finish and beyond
		{car{0, 2, 1, 0}, 1, 0, "finished at (0,4)"}, // on it
		{car{0, 3, 0, 1}, 0, 0, "restart"},           // off the top
		{car{1, 2, 0, 0}, 0, 0, "(1,2) at (+0,+0)"},  // cannot be reached, but a state
		{car{2, 2, 2, 1}, 0, 0, "restart"},           // (2,3) is outside, and entered first
	} {
		s, ok := r.At(move.from.row, move.from.col, move.from.right, move.from.up)
		if !ok {
			t.Fatalf("no state of %+v", move.from)
		}
		list := r.Outcomes(s, env.Action(3*(move.more+1)+move.high+1))
		got := r.StateName(list[0].Next)
		if len(list) == 2 {
			got = "restart"
		}
		if got != move.want {
			t.Errorf("%s, (%+d,%+d): %s, want %s", r.StateName(s), move.more, move.high, got, move.want)
		}
	}
}
