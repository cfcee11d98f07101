package env

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// listed is a model given by a function that lists outcomes; Step samples them by a rule of its own.
type listed struct {
	states, actions int
	terminal        []State
	list            func(s State, a Action) []Outcome
}

func (m *listed) NumStates() int                       { return m.states }
func (m *listed) NumActions() int                      { return m.actions }
func (m *listed) Terminal(s State) bool                { return slices.Contains(m.terminal, s) }
func (m *listed) Outcomes(s State, a Action) []Outcome { return m.list(s, a) }

func (m *listed) Step(s State, a Action, rng *Rand) (State, float64) {
	u, row := rng.Float64(), m.list(s, a)
	for _, o := range row {
		if u -= o.Prob; u < 0 {
			return o.Next, o.Reward
		}
	}
	return row[0].Next, row[0].Reward
}

type listedStarts struct {
	listed
	starts []State
	probs  []float64
}

func (m *listedStarts) StartProbs() ([]State, []float64) { return m.starts, m.probs }

type drawnStarts struct{ listed }

func (m *drawnStarts) Start(rng *Rand) State { return State(rng.Intn(2)) }

// randomModel has transitions of the given shapes, drawn anew for each pair: a shape is a list of probabilities.
func randomModel(seed uint64, states, actions int, shapes ...[]float64) *listed {
	r := NewRand(seed, PurposeConstruction)
	rows := make([][]Outcome, states*actions)
	for i := range rows {
		for _, p := range shapes[r.Intn(len(shapes))] {
			rows[i] = append(rows[i], Outcome{State(r.Intn(states)), float64(r.Intn(7)) - 3.5, p})
		}
	}
	return &listed{states, actions, []State{State(states - 1)}, func(s State, a Action) []Outcome { return rows[int(s)*actions+int(a)] }}
}

func mustCompile(t testing.TB, m Model) *Table {
	t.Helper()
	table, err := Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var (
	one      = []float64{1}
	thirds   = []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}
	slips    = []float64{0.1, 0.8, 0.1}
	halves   = []float64{0.5, 0.5}
	unequal  = []float64{math.Sqrt2 / 2, 1 - math.Sqrt2/2}
	withZero = []float64{0, 0.25, 0, 0.75}
)

func TestCompileErrors(t *testing.T) {
	row := func(outcomes ...Outcome) *listed {
		return &listed{3, 2, []State{2}, func(s State, a Action) []Outcome {
			if s == 1 && a == 1 {
				return outcomes
			}
			return []Outcome{{0, 0, 1}}
		}}
	}
	good := row(Outcome{0, 0, 1})
	start := func(states []State, probs ...float64) Model { return &listedStarts{*good, states, probs} }
	for _, c := range []struct {
		model Model
		want  string
	}{
		{&listed{states: 0, actions: 2}, "NumStates = 0: want at least 1"},
		{&listed{states: 2, actions: 0}, "NumActions = 0: want at least 1"},
		{&listed{states: 1 << 20, actions: 1<<10 + 1}, "NumStates times NumActions = 1048576 x 1025: want at most 1073741824"},
		{row(Outcome{3, 0, 1}), "next state of state 1, action 1 = 3: want a state in [0, 3)"},
		{row(Outcome{-1, 0, 1}), "next state of state 1, action 1 = -1: want a state in [0, 3)"},
		{row(Outcome{0, 0, 1}, Outcome{7, 0, 0}), "next state of state 1, action 1 = 7: want a state in [0, 3)"},
		{row(Outcome{0, math.NaN(), 1}), "reward of state 1, action 1 = NaN: want a finite number"},
		{row(Outcome{0, math.Inf(-1), 1}), "reward of state 1, action 1 = -Inf: want a finite number"},
		{row(Outcome{0, 0, 1.5}), "probability of state 1, action 1 = 1.5: want a number in [0, 1]"},
		{row(Outcome{0, 0, 1.25}, Outcome{0, 0, -0.25}), "probability of state 1, action 1 = 1.25: want a number in [0, 1]"},
		{row(Outcome{0, 0, -0.25}, Outcome{0, 0, 1}), "probability of state 1, action 1 = -0.25: want a number in [0, 1]"},
		{row(Outcome{0, 0, math.NaN()}), "probability of state 1, action 1 = NaN: want a number in [0, 1]"},
		{row(Outcome{0, 0, 0.5}, Outcome{1, 0, 0.25}), "sum of the probabilities of state 1, action 1 = 0.75: want 1"},
		{row(Outcome{0, 0, 1 - 2e-9}), "sum of the probabilities of state 1, action 1 = 0.999999998: want 1"},
		{row(), "sum of the probabilities of state 1, action 1 = 0: want 1"},
		{&listed{2, 1, []State{0, 1}, nil}, "start states = 0: want at least one state that is not terminal"},
		{start([]State{0, 3}, 0.5, 0.5), "start state = 3: want a state in [0, 3)"},
		{start([]State{0, -1}, 0.5, 0.5), "start state = -1: want a state in [0, 3)"},
		{start([]State{0, 2}, 0.5, 0.5), "start state = 2: want a state that is not terminal"},
		{start([]State{0, 1}, 0.5), "start probabilities = 1: want as many as start states, 2"},
		{start(nil, 0.5), "start probabilities = 1: want as many as start states, 0"},
		{start([]State{0, 1}, 0.5, 0.25), "sum of the start probabilities = 0.75: want 1"},
		{start([]State{0, 1}, 0.5, 0.5+0x1p-28), "sum of the start probabilities = 1.0000000037252903: want 1"},
		{start([]State{0, 1}, 0.3, 0.3), "sum of the start probabilities = 0.6: want 1"},
		{start([]State{0, 1}, -0.5, 1), "start probability of state 0 = -0.5: want a number in [0, 1]"},
		{start([]State{0, 1}, 1, math.NaN()), "start probability of state 1 = NaN: want a number in [0, 1]"},
	} {
		table, err := Compile(c.model)
		if err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
		if table != nil {
			t.Errorf("%s: and yet a table", c.want)
		}
	}
	if _, err := Compile(row(Outcome{0, 0, 1 - 5e-10})); err != nil {
		t.Errorf("a sum within 1e-9 of 1: %v", err)
	}
}

// The first fault in the order of pairs is the one reported.
// What is solved is what is sampled: probabilities are divided by their sum, unless that is 1 but for rounding.
func TestSumsAreOne(t *testing.T) {
	third := 0.3333333333
	for _, c := range []struct{ probs, want []float64 }{
		{[]float64{1 - 9e-10, 18e-10}, []float64{(1 - 9e-10) / (1 + 9e-10), 18e-10 / (1 + 9e-10)}},
		{[]float64{third, third, third}, thirds},
		{[]float64{0.1, 0.2, 0.7}, []float64{0.1, 0.2, 0.7}},
		{[]float64{0.25 + 5e-13, 0.75}, []float64{0.25 + 5e-13, 0.75}},
	} {
		m := listedStarts{listed{len(c.probs) + 1, 1, []State{0}, func(State, Action) (list []Outcome) {
			for i, p := range c.probs {
				list = append(list, Outcome{State(i), 0, p})
			}
			return list
		}}, []State{1, 2, 3}[:len(c.probs)], c.probs}
		table := mustCompile(t, &m)
		_, starts := table.StartProbs()
		for i, o := range table.Outcomes(1, 0) {
			if math.Abs(o.Prob-c.want[i]) > 1e-16 || math.Abs(starts[i]-c.want[i]) > 1e-16 {
				t.Errorf("%v: outcome %d has probability %v, start %v: want %v", c.probs, i, o.Prob, starts[i], c.want[i])
			}
		}
	}
}

func TestCompileNamesTheFirstFault(t *testing.T) {
	m := &listed{100, 10, nil, func(s State, a Action) []Outcome {
		if s > 41 || s == 41 && a >= 6 {
			return []Outcome{{0, 0, 0.5}}
		}
		return []Outcome{{0, 0, 1}}
	}}
	_, err := Compile(m)
	if err == nil || !strings.Contains(err.Error(), "state 41, action 6") {
		t.Errorf("error %v, want one about state 41, action 6", err)
	}
}

// sameOutcomes demands that the table lists what the model lists, but for outcomes of probability 0.
func sameOutcomes(t *testing.T, name string, table *Table, m Model) {
	t.Helper()
	for s := range State(m.NumStates()) {
		if table.Terminal(s) != m.Terminal(s) {
			t.Fatalf("%s, state %d: terminal %v, want %v", name, s, table.Terminal(s), m.Terminal(s))
		}
		for a := range Action(m.NumActions()) {
			var want []Outcome
			if !m.Terminal(s) {
				for _, o := range m.Outcomes(s, a) {
					if o.Prob > 0 {
						want = append(want, o)
					}
				}
			}
			if got := table.Outcomes(s, a); !slices.Equal(got, want) {
				t.Fatalf("%s, state %d, action %d: outcomes %v, want %v", name, s, a, got, want)
			}
		}
	}
}

func TestCompileKeepsOutcomes(t *testing.T) {
	for name, shapes := range map[string][][]float64{
		"certain":              {one},
		"thirds":               {thirds},
		"slips":                {slips, one},
		"halves and thirds":    {halves, thirds, one},
		"words":                {unequal, thirds, one},
		"zeros":                {withZero, one},
		"certain beside zeros": {one, {0, 1}, {1, 0}},
	} {
		m := randomModel(1, 40, 3, shapes...)
		table := mustCompile(t, m)
		sameOutcomes(t, name, table, m)
		if again := mustCompile(t, table); again != table {
			t.Errorf("%s: compiling a table makes another", name)
		}
		sameOutcomes(t, name+", compiled from its own list", mustCompile(t, &listed{40, 3, m.terminal, table.Outcomes}), m)
		lo, hi := math.Inf(1), math.Inf(-1)
		for s := range State(39) {
			for a := range Action(3) {
				for _, o := range m.list(s, a) {
					if o.Prob > 0 {
						lo, hi = min(lo, o.Reward), max(hi, o.Reward)
					}
				}
			}
		}
		if gotLo, gotHi := table.RewardRange(); gotLo != lo || gotHi != hi {
			t.Errorf("%s: rewards in [%v, %v], want [%v, %v]", name, gotLo, gotHi, lo, hi)
		}
	}
}

// Transitions are certain where one outcome has all the probability, however many others a model lists.
func TestDeterministicTable(t *testing.T) {
	for name, c := range map[string]struct {
		shapes [][]float64
		want   bool
	}{
		"one outcome": {[][]float64{one}, true},
		"and zeros":   {[][]float64{one, {0, 1}, {1, 0, 0}}, true},
		"slips":       {[][]float64{slips}, false},
		"almost":      {[][]float64{{1 - 1e-12, 1e-12}}, false},
	} {
		table := mustCompile(t, randomModel(2, 10, 2, c.shapes...))
		if table.Deterministic() != c.want {
			t.Errorf("%s: deterministic %v, want %v", name, table.Deterministic(), c.want)
		}
		r := NewRand(1, PurposeEnvironment)
		before := *r
		if table.Step(0, 0, r); (*r == before) != c.want {
			t.Errorf("%s: drew from the stream: %v", name, *r != before)
		}
	}
}

// The symbol is the smallest die that serves every pair, and of its k faces outcome i has exactly k p_i; else that of the
// fewest unequal faces, of which outcome i has those that make up its words.
func TestDieOfATable(t *testing.T) {
	fine := slices.Repeat([]float64{1.0 / 64}, 64)
	long := make([]float64, 300) // its outcomes of positive probability stand beyond index 255
	long[298], long[299] = 0.5, 0.5
	for name, c := range map[string]struct {
		shapes [][]float64
		faces  int // negative: unequal; 0: a word
	}{
		"thirds":              {[][]float64{thirds}, 3},
		"slips":               {[][]float64{slips}, 10},
		"slips as computed":   {[][]float64{{0.1, 1 - 0.1 - 0.1, 0.1}, {1 - 0.9, 0.9}}, 10},
		"with certain pairs":  {[][]float64{one, thirds}, 3},
		"halves and thirds":   {[][]float64{halves, thirds}, 6},
		"quarters":            {[][]float64{withZero}, 4},
		"sixtyfourths":        {[][]float64{fine}, 64},
		"beyond 255 outcomes": {[][]float64{long}, 2},
		"65 faces":            {[][]float64{slices.Repeat([]float64{1.0 / 65}, 65)}, -65},
		"thirds and tenths":   {[][]float64{thirds, slips}, 30},
		"sevenths and tenths": {[][]float64{{1.0 / 7, 6.0 / 7}, slips}, -4},
		"irrational":          {[][]float64{unequal}, -2},
		"one irrational pair": {[][]float64{halves, unequal, halves}, -3},
		"near a third":        {[][]float64{{1.0/3 + 1e-12, 1.0/3 - 1e-12, 1.0 / 3}}, -3},
		"rare":                {[][]float64{{1 - 1e-15, 1e-15}}, -2},
		"255 faces":           {[][]float64{slices.Repeat([]float64{1.0 / 255}, 255)}, -255},
		"256 faces":           {[][]float64{slices.Repeat([]float64{1.0 / 256}, 256)}, 0},
	} {
		table := mustCompile(t, randomModel(3, 12, 2, c.shapes...))
		got := table.die.Faces()
		if c.faces == 0 {
			if got > 1 || len(table.cum) != len(table.classes) {
				t.Errorf("%s: a die of %d faces, %d tables; want a word", name, got, len(table.cum))
			}
			continue
		}
		if c.faces < 0 {
			if got > 1 || table.cum != nil || len(table.cells.cum) != -c.faces {
				t.Errorf("%s: a die of %d faces, cells %v; want %d unequal faces", name, got, table.cells, -c.faces)
				continue
			}
			for i, probs := range table.classes {
				count, before := make([]uint64, len(probs)), uint64(0)
				for face, outcome := range table.face[i] {
					count[outcome] += table.cells.cum[face] - before
					before = table.cells.cum[face]
				}
				before = 0
				for j, bound := range cumulative(probs) {
					if count[j] != bound-before {
						t.Errorf("%s: outcome %d has %d words, want %d", name, j, count[j], bound-before)
					}
					before = bound
				}
			}
			continue
		}
		if got != c.faces {
			t.Errorf("%s: a die of %d faces, want %d", name, got, c.faces)
			continue
		}
		for i, probs := range table.classes {
			count := make([]int, len(probs))
			for _, outcome := range table.face[i] {
				count[outcome]++
			}
			for j, p := range probs {
				if want := p * float64(c.faces); math.Abs(float64(count[j])-want) > 1e-9 {
					t.Errorf("%s: outcome %d has %d of %d faces, want %v", name, j, count[j], c.faces, want)
				}
			}
			if len(table.face[i]) != c.faces {
				t.Errorf("%s: %d faces are assigned, want %d", name, len(table.face[i]), c.faces)
			}
		}
	}
}

// A table may begin with certain pairs and turn stochastic at any pair, the first and the last included.
func TestFirstStochasticPair(t *testing.T) {
	for at := range 12 {
		for _, probs := range [][]float64{thirds, unequal} {
			m := randomModel(4, 6, 2, one)
			certain := m.list
			m.terminal = []State{State(at/2+3) % 6}
			m.list = func(s State, a Action) []Outcome {
				row := certain(s, a)
				if int(s)*2+int(a) != at {
					return row
				}
				var split []Outcome
				for i, p := range probs {
					split = append(split, Outcome{State(i), float64(i) - 0.5, p})
				}
				return split
			}
			sameOutcomes(t, "first stochastic pair", mustCompile(t, m), m)
		}
	}
}

// One class of probabilities or 70,000 of them: the outcomes are kept, and the pairs of one list share a class.
func TestClasses(t *testing.T) {
	for _, classes := range []int{1, 2, 300, 70_000} {
		m := &listed{70_000, 1, nil, nil}
		m.list = func(s State, _ Action) []Outcome {
			p := float64(1+int(s)%classes) / 100_003
			return []Outcome{{s, 1, p}, {0, 2, 1 - p}}
		}
		table := mustCompile(t, m)
		if len(table.classes) != classes {
			t.Errorf("%d classes, want %d", len(table.classes), classes)
		}
		sameOutcomes(t, "classes", table, m)
		n, s := 200_000, State(69_999)
		r, stay := NewRand(5, PurposeEnvironment), 0
		for range n {
			next, reward := table.Step(s, 0, r)
			if (next == s) != (reward == 1) || next != s && next != 0 {
				t.Fatalf("stepped to %d for %v", next, reward)
			}
			stay += b2i(next == s)
		}
		if p := m.list(s, 0)[0].Prob; math.Abs(binomialZ(stay, n, p)) > 4.5 {
			t.Errorf("%d classes: probability %v, %d of %d steps", classes, p, stay, n)
		}
	}
}

// Rewards are stored as bytes in large tables while 256 values suffice; either way they are the model's.
func TestRewardsKept(t *testing.T) {
	for _, pairs := range []int{1000, codedFrom - 1, codedFrom, codedFrom + 5000} {
		for _, values := range []int{1, 2, 255, 256, 257, 5000} {
			m := &listed{pairs, 1, nil, func(s State, _ Action) []Outcome {
				return []Outcome{{0, float64(int(s)%values)*0.1 - 7, 1}}
			}}
			table := mustCompile(t, m)
			if coded := table.reward.code != nil; coded != (pairs >= codedFrom && values <= 256) {
				t.Errorf("%d outcomes with %d values: coded %v", pairs, values, coded)
			}
			for s := range State(pairs) {
				want := m.list(s, 0)[0].Reward
				if next, got := table.Step(s, 0, nil); next != 0 || got != want {
					t.Fatalf("%d outcomes with %d values, state %d: reward %v, want %v", pairs, values, s, got, want)
				}
			}
		}
	}
	// The 257th value comes last of all, in a table long since coded.
	m := &listed{codedFrom + 300, 1, nil, func(s State, _ Action) []Outcome {
		return []Outcome{{0, float64(max(int(s)-codedFrom, int(s)%5)), 1}}
	}}
	sameOutcomes(t, "late values", mustCompile(t, m), m)
}
