package env

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// recorded sums up n episodes by the definition of Totals.
func recorded(g *Generator, n int64) (t Totals) {
	var ep Episode
	sum := 0.0
	for range n {
		g.FromState(&ep, g.Start())
		for _, r := range ep.Rewards {
			sum += r
		}
		t.Episodes++
		t.Steps += int64(ep.Len())
		t.Truncated += int64(b2i(ep.Truncated))
		if g.Episode()%BlockSize(g.horizon) == 0 {
			t.Reward += sum
			sum = 0
		}
	}
	t.Reward += sum
	return t
}

// simulationsAgree demands the same totals, bit for bit, and the same place in the streams after each of the calls,
// whatever the path: lanes, the interfaces and recorded episodes. It returns whether the first generator walked in lanes.
func simulationsAgree(t *testing.T, name string, table *Table, p Policy, horizon int, calls ...int64) bool {
	t.Helper()
	g, other := mustGenerator(t, table, p, horizon, 11), mustGenerator(t, hidden{table}, anyPolicy{p}, horizon, 11)
	record := mustGenerator(t, table, p, horizon, 11)
	for _, n := range calls {
		got := g.Simulate(n)
		for path, want := range map[string]Totals{"the interfaces": other.Simulate(n), "recorded episodes": recorded(record, n)} {
			if got != want {
				t.Fatalf("%s: totals of %d episodes %+v, through %s %+v", name, n, got, path, want)
			}
		}
		at, _ := g.MarshalBinary()
		for _, o := range []*Generator{other, record} {
			if there, _ := o.MarshalBinary(); !bytes.Equal(at, there) {
				t.Fatalf("%s: after %d episodes the streams stand elsewhere", name, n)
			}
		}
	}
	return g.lanes != nil
}

// awkward makes the rewards numbers whose sum depends on the order of the additions.
func awkward(m *listed) *listed {
	list := m.list
	return &listed{m.states, m.actions, m.terminal, func(s State, a Action) []Outcome {
		row := slices.Clone(list(s, a))
		for i := range row {
			row[i].Reward = row[i].Reward*0.1 + 1/float64(3+int(s)+i)
		}
		return row
	}}
}

// P43: episodes played in lanes are those of the general loop: every kind of table and policy, horizons below and above
// the symbols drawn ahead, numbers of episodes that begin and end within a block.
func TestSimulate(t *testing.T) {
	const states, actions = 30, 3
	best := make([]Action, states)
	weights := slices.Concat(slices.Repeat([]float64{0.2, 0.3, 0.5, 1, 0, 0}, states/4), slices.Repeat([]float64{0.7, 0, 0.3}, states-states/4*2))
	for s := range best {
		best[s] = Action(s * s % actions)
	}
	stochastic, err := NewStochastic(actions, weights)
	if err != nil {
		t.Fatal(err)
	}
	policies := map[string]Policy{
		"deterministic": Deterministic(best), "greedy": mustSoft(t, best, actions, 0), "soft 0.01": mustSoft(t, best, actions, 0.01),
		"soft 0.7": mustSoft(t, best, actions, 0.7), "uniform": NewUniform(states, actions), "stochastic": stochastic,
	}
	for kind, shapes := range map[string][][]float64{"certain": {one}, "thirds": {thirds}, "slips": {slips, one}, "words": {unequal, thirds, one}} {
		for _, endless := range []bool{false, true} {
			m := awkward(randomModel(7, states, actions, shapes...))
			if endless {
				m.terminal = nil
			}
			table := mustCompile(t, m)
			for policy, p := range policies {
				for _, horizon := range []int{1, 2, 100, 128, laneRoom, laneRoom + 1, 2*laneRoom + 7} {
					calls := []int64{32, 1, 75, 64, 3, 300}
					if horizon > 128 {
						calls = []int64{32, 3, 70, 7}
					}
					name := fmt.Sprintf("%s, endless %v, %s, horizon %d", kind, endless, policy, horizon)
					lanes := simulationsAgree(t, name, table, p, horizon, calls...)
					if !lanes {
						t.Fatalf("%s: not walked in lanes", name)
					}
				}
			}
		}
	}
}

// unevenWeights are n numbers, a third of them 0.
func unevenWeights(n int) []float64 {
	r, weights := NewRand(uint64(n), PurposeConstruction), make([]float64, n)
	for i := range weights {
		if r.Intn(3) > 0 || i == n-1 {
			weights[i] = r.Float64()
		}
	}
	return weights
}

// uneven is a policy with other probabilities in each state.
func uneven(t testing.TB, states, actions int) *Stochastic {
	t.Helper()
	probs := unevenWeights(states * actions)
	for s := range states {
		row, sum := probs[s*actions:][:actions], 0.0
		row[s%actions] += 0.01
		for _, x := range row {
			sum += x
		}
		for a := range row {
			row[a] /= sum
		}
	}
	p, err := NewStochastic(actions, probs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Steps that take a tail, one in 256 to one in 1024, and rows as wide as a layout takes.
func TestSimulateTails(t *testing.T) {
	for _, c := range []struct {
		actions int
		shapes  [][]float64
	}{{2, [][]float64{slices.Repeat([]float64{1.0 / 61}, 61)}}, {2, [][]float64{one}}, {64, [][]float64{unequal, thirds}}, {200, [][]float64{one}}, {256, [][]float64{one}}} {
		for _, endless := range []bool{false, true} {
			m := awkward(randomModel(8, 20, c.actions, c.shapes...))
			if endless {
				m.terminal = nil
			}
			name := fmt.Sprintf("%d actions, endless %v", c.actions, endless)
			if !simulationsAgree(t, name, mustCompile(t, m), uneven(t, 20, c.actions), 700, 40, 900, 7) {
				t.Errorf("%s: not walked in lanes", name)
			}
		}
	}
}

// Where a step takes words that no layout serves, the general loop plays.
func TestSimulateWords(t *testing.T) {
	many := slices.Repeat([]float64{1.0 / 300}, 300)
	for name, c := range map[string]struct {
		shape   []float64
		actions int
	}{"words of the environment": {many, 3}, "words of the policy": {one, 300}, "rows too wide": {many[:0:0], 200}} {
		if len(c.shape) == 0 {
			c.shape = thirds
		}
		table := mustCompile(t, awkward(randomModel(9, 12, c.actions, c.shape)))
		if simulationsAgree(t, name, table, uneven(t, 12, c.actions), 60, 40, 70) {
			t.Errorf("%s: walked in lanes", name)
		}
	}
}

// torus is an n x n grid without an edge, four actions; the last state is terminal.
func torus(n int, reward func(s State) float64) *listed {
	return &listed{n * n, 4, []State{State(n*n - 1)}, func(s State, a Action) []Outcome {
		row, col := int(s)/n+[]int{n - 1, 0, 1, 0}[a], int(s)%n+[]int{0, 1, 0, n - 1}[a]
		return []Outcome{{State(row%n*n + col%n), reward(s), 1}}
	}}
}

// The three forms of a walk table: entries in the walk itself, entries outside, and codes where 256 moves are enough.
func TestSimulateLargeTables(t *testing.T) {
	few := func(s State) float64 { return float64(s%3) / 3 }
	many := func(s State) float64 { return 1 / float64(3+s) }
	for _, c := range []struct {
		name   string
		n      int
		reward func(State) float64
		large  bool
		coded  bool
	}{{"small", 20, many, false, false}, {"large", 40, few, true, false}, {"coded", 130, few, true, true}, {"large, not to be coded", 130, many, true, false}} {
		m := torus(c.n, c.reward)
		for _, endless := range []bool{false, true} {
			if endless {
				m.terminal = nil
			}
			table := mustCompile(t, m)
			best := make([]Action, c.n*c.n)
			for s := range best {
				best[s] = Action(s % 4)
			}
			for _, eps := range []float64{0, 0.2, 1, 2} {
				p := Policy(uneven(t, c.n*c.n, 4))
				if eps < 2 {
					p = mustSoft(t, best, 4, eps)
				}
				name := fmt.Sprintf("%s, endless %v, epsilon %v (2: stochastic)", c.name, endless, eps)
				if !simulationsAgree(t, name, table, p, 900, 8, 80, 100) {
					t.Fatalf("%s: not walked in lanes", name)
				}
				g := mustGenerator(t, table, p, 900, 3)
				g.Simulate(200)
				if got := g.lanes.code != nil; got != c.coded && eps > 0 {
					t.Errorf("%s: coded %v, want %v", name, got, c.coded)
				}
				if got := len(g.lanes.next) > smallEntries; got != (c.large && !c.coded) && eps > 0 {
					t.Errorf("%s: entries outside %v, want %v", name, got, c.large && !c.coded)
				}
			}
		}
	}
}

// P8: a walk follows the policy: its greedy actions, its epsilon and its kind may change between two calls.
func TestSimulateFollowsThePolicy(t *testing.T) {
	table, _ := slippery(t)
	p := mustSoft(t, make([]Action, 30), 3, 0.2)
	a, b := mustGenerator(t, table, p, 50, 8), mustGenerator(t, hidden{table}, anyPolicy{p}, 50, 8)
	r := NewRand(1, PurposeStatistics)
	for e := range 60 {
		for range 5 {
			p.Best[r.Intn(30)] = Action(r.Intn(3))
		}
		p.SetEpsilon([]float64{0.2, 0.1, 0, 1}[e/5%4])
		if x, y := a.Simulate(16), b.Simulate(16); x != y {
			t.Fatalf("call %d: totals %+v, want %+v", e, x, y)
		}
		if e%7 == 5 {
			q := uneven(t, 30, 3)
			a.SetPolicy(q)
			b.SetPolicy(anyPolicy{q})
		} else if e%7 == 3 {
			q := Deterministic(slices.Clone(p.Best))
			a.SetPolicy(q)
			b.SetPolicy(anyPolicy{q})
		} else {
			a.SetPolicy(p)
			b.SetPolicy(anyPolicy{p})
		}
	}
}

// sometimesOver is a start distribution that can be drawn, not listed, and whose state may be terminal: P31, such an
// episode has no steps.
type sometimesOver struct{ *listed }

func (sometimesOver) Start(r *Rand) State { return State(4 + r.Intn(3)) }

func TestSimulateFromTerminalStates(t *testing.T) {
	table := mustCompile(t, sometimesOver{corridor(6)})
	g, record := mustGenerator(t, table, Deterministic(make([]Action, 7)), 50, 1), mustGenerator(t, table, Deterministic(make([]Action, 7)), 50, 1)
	for _, n := range []int64{8, 64, 801} {
		if got, want := g.Simulate(n), recorded(record, n); got != want {
			t.Errorf("%d episodes: %+v, want %+v", n, got, want)
		}
	}
	if got := g.Simulate(6000); got.Truncated != 0 || got.Steps < 5500 || got.Steps > 6500 || got.Reward != -float64(got.Steps) {
		t.Errorf("from 2, 1 or 0 steps before the end: %+v", got)
	}
}

func TestSimulateDoesNotAllocate(t *testing.T) {
	table, soft := slippery(t)
	for name, p := range map[string]Policy{"deterministic": Deterministic(soft.Best), "soft": soft, "uniform": NewUniform(30, 3), "stochastic": uneven(t, 30, 3)} {
		for path, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
			g := mustGenerator(t, m, p, 100, 10)
			g.Simulate(100)
			if allocs := testing.AllocsPerRun(50, func() { g.Simulate(77) }); allocs != 0 {
				t.Errorf("%s, %s: %v allocations a call", name, path, allocs)
			}
		}
	}
}
