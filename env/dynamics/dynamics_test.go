package dynamics_test

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/env/dynamics"
	"example.com/mcrl/env/envtest"
)

// to is one certain transition.
func to(next env.State, reward float64, done bool) []dynamics.Transition {
	return []dynamics.Transition{{Prob: 1, Next: next, Reward: reward, Done: done}}
}

// table makes dynamics of one action, whose row in state s is rows[s], starting in state 0.
func table(rows ...[]dynamics.Transition) *dynamics.Dynamics {
	d := &dynamics.Dynamics{Start: make([]float64, len(rows))}
	d.Start[0] = 1
	for _, row := range rows {
		d.P = append(d.P, [][]dynamics.Transition{row})
	}
	return d
}

func model(t testing.TB, d *dynamics.Dynamics) *dynamics.Model {
	t.Helper()
	m, err := d.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Which states are terminal, which have twins, and what an episode from state 0 is worth.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		name     string
		d        *dynamics.Dynamics
		terminal string // of each state and twin: x or .
		value    float64
	}{
		{"a hole stays in place, done", table(to(1, -2, true), to(1, 0, true)), ".x", -2},
		{"a goal stays in place, not done", table(to(1, -2, true), to(1, 0, false)), ".x", -2},
		{"a goal with ordinary rows, never used", table(to(1, -2, true), to(0, 7, false)), ".x", -2},
		{"two ends whose rows lead to each other", table(
			[]dynamics.Transition{{Prob: 0.5, Next: 1, Reward: 4, Done: true}, {Prob: 0.5, Next: 2, Reward: 8, Done: true}},
			to(2, 1, false), to(1, 1, false)), ".xx", 6},
		{"entered both ways: a twin", table(to(1, -1, false), to(2, -1, false), to(1, -1, true)), "...x", -3},
		{"entered both ways, the way without done from an end: no twin", table(to(1, -1, true), to(2, 5, false), to(1, -1, true)), ".x.", -1},
		{"the start is entered with done: a twin", table(to(1, -1, false), to(0, -1, true)), "..x", -2},
		{"done in place: a twin", table(to(0, 3, true)), ".x", 3},
		{"an entry of probability 0 ends nothing: no twin", table(append(to(1, -1, false), dynamics.Transition{Next: 1, Reward: 9, Done: true}),
			to(2, -2, true), to(2, 0, true)), "..x", -3},
	} {
		m := model(t, c.d)
		got := ""
		for s := range env.State(m.NumStates()) {
			got += map[bool]string{true: "x", false: "."}[m.Terminal(s)]
		}
		if got != c.terminal {
			t.Errorf("%s: %s, want %s", c.name, got, c.terminal)
			continue
		}
		v, err := dp.Evaluate(m, env.NewUniform(m.NumStates(), 1), 0.5, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		undiscounted, err := dp.EvaluateHorizon(m, env.NewUniform(m.NumStates(), 1), 1, 10)
		if err != nil || undiscounted.V[0] != c.value {
			t.Errorf("%s: return %v, %v; want %v", c.name, undiscounted.V[0], err, c.value)
		}
		if !(v.Bound < 1e-12) {
			t.Errorf("%s: bound %g", c.name, v.Bound)
		}
		if len(m.Twins()) != m.NumStates()-c.d.NumStates() {
			t.Errorf("%s: twins %v of %d states", c.name, m.Twins(), m.NumStates())
		}
	}
}

func TestNames(t *testing.T) {
	d := table(to(1, -1, false), to(0, -1, true))
	if m := model(t, d); m.StateName(1) != "1" || m.StateName(2) != "0 (end)" || m.ActionName(0) != "0" {
		t.Errorf("without names: %q, %q, %q", m.StateName(1), m.StateName(2), m.ActionName(0))
	}
	d.StateNames, d.ActionNames = []string{"hall", "garden"}, []string{"go"}
	if m := model(t, d); m.StateName(1) != "garden" || m.StateName(2) != "hall (end)" || m.ActionName(0) != "go" {
		t.Errorf("with names: %q, %q, %q", m.StateName(1), m.StateName(2), m.ActionName(0))
	}
}

// Probabilities that sum to 1 within 1e-9 are as good as exact: the value is that of the episodes that are sampled, within the bound.
func TestValueOfRoundedProbabilities(t *testing.T) {
	const stay, end = 0.9999990004, 0.000001
	d := table([]dynamics.Transition{{Prob: stay, Next: 0, Reward: -1}, {Prob: end, Next: 1, Done: true}}, to(1, 0, true))
	v, err := dp.Evaluate(model(t, d), env.NewUniform(2, 1), 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := -stay / end; !(math.Abs(v.V[0]-want) <= v.Bound) || !(v.Bound < 1) {
		t.Errorf("%v within %v: want %v", v.V[0], v.Bound, want)
	}
}

// Generators and learners find the table of a model; what embeds the model may have changed it, and is asked itself.
func TestModelIsFast(t *testing.T) {
	m := model(t, table(to(1, -1, true), to(1, 0, true)))
	if got, ok := env.TableOf(m); !ok || got != m.Table {
		t.Error("the model has no table")
	}
	if _, ok := env.TableOf(struct{ *dynamics.Model }{m}); ok {
		t.Error("what embeds the model has its table")
	}
}

// A model keeps no hold of the dynamics it was made of.
func TestModelIsACopy(t *testing.T) {
	d := table(to(1, -1, true), to(1, 0, true))
	m := model(t, d)
	d.P[0][0][0].Reward, d.Start[0] = 5, 0
	m.Dynamics().P[0][0][0].Next = 0
	if got := m.Dynamics(); !reflect.DeepEqual(got, table(to(1, -1, true), to(1, 0, true))) {
		t.Errorf("%+v", got)
	}
}

// grids are models of many kinds.
func grids(t testing.TB) map[string]*env.Grid {
	windy := env.GridConfig{Map: []string{"S...", "..H.", ".F#T"}, Wind: []int{0, 1, 0, 2}, WindNoise: 2.0 / 3,
		Slip: env.Slip{Left: 0.1, Random: 0.3}, Target: env.TargetEnds, Rewards: env.GridRewards{Step: -0.1, Target: 1e6, Hole: -1.0 / 3}}
	all := map[string]*env.Grid{}
	for name, c := range map[string]env.GridConfig{"lake": env.FrozenLake8(true), "zhao": env.Zhao5(-10, 0), "windy": windy} {
		g, err := env.NewGrid(c)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = g
	}
	return all
}

// Of a model and back, through a file: the same outcomes, in the same order, the same ends and the same start.
func TestRoundTrip(t *testing.T) {
	for name, g := range grids(t) {
		d, err := dynamics.Of(g)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := dynamics.Write(&text, d); err != nil {
			t.Fatal(err)
		}
		written := text.String()
		back, err := dynamics.Read(&text, "file")
		if err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%s: came back different, %v", name, err)
		}
		m := model(t, back)
		sameModel(t, name, m, g)
		envtest.Run(t, m, envtest.Options{Pairs: 200, Steps: 200_000})
		again, err := dynamics.Of(m)
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%s: the dynamics of the model are others, %v", name, err)
		}
		text.Reset()
		if err := dynamics.Write(&text, again); err != nil || text.String() != written {
			t.Errorf("%s: other bytes when written again, %v", name, err)
		}
	}
}

func sameModel(t *testing.T, name string, m *dynamics.Model, g *env.Grid) {
	t.Helper()
	if m.NumStates() != g.NumStates() || m.NumActions() != g.NumActions() {
		t.Fatalf("%s: %d states, %d actions, want %d, %d", name, m.NumStates(), m.NumActions(), g.NumStates(), g.NumActions())
	}
	for s := range env.State(g.NumStates()) {
		if m.Terminal(s) != g.Terminal(s) {
			t.Fatalf("%s: terminal(%d) = %v", name, s, m.Terminal(s))
		}
		for a := range env.Action(g.NumActions()) {
			if m.ActionName(a) != g.ActionName(a) || !reflect.DeepEqual(m.Outcomes(s, a), g.Outcomes(s, a)) {
				t.Fatalf("%s: pair %d, %d: %v, want %v", name, s, a, m.Outcomes(s, a), g.Outcomes(s, a))
			}
		}
	}
	if row, col := g.Cell(5); m.StateName(5) != "("+string('0'+rune(row))+","+string('0'+rune(col))+")" {
		t.Errorf("%s: state 5 is %q", name, m.StateName(5))
	}
	states, probs := m.StartProbs()
	wantStates, wantProbs := g.StartProbs()
	if !reflect.DeepEqual(states, wantStates) || !reflect.DeepEqual(probs, wantProbs) {
		t.Errorf("%s: starts %v %v", name, states, probs)
	}
}

// drawn has a start that can be drawn but is not stated.
type drawn struct{ *env.Grid }

func (drawn) StartProbs() ([]env.State, []float64) { return nil, nil }

func TestOfRefuses(t *testing.T) {
	if _, err := dynamics.Of(drawn{grids(t)["zhao"]}); err == nil || !strings.HasPrefix(err.Error(), "start = drawn: want") {
		t.Errorf("%v, want an error about the start", err)
	}
}

func TestValidate(t *testing.T) {
	good := func() *dynamics.Dynamics { return table(to(1, -1, true), to(1, 0, true)) }
	for _, c := range []struct {
		change func(d *dynamics.Dynamics)
		want   string
	}{
		{func(d *dynamics.Dynamics) { *d = dynamics.Dynamics{} }, "states = 0: want at least 1"},
		{func(d *dynamics.Dynamics) { d.P[0], d.P[1] = nil, nil }, "actions = 0: want at least 1"},
		{func(d *dynamics.Dynamics) { d.P[1] = nil }, "p[1] = 0 actions: want 1, as in state 0"},
		{func(d *dynamics.Dynamics) { d.P[1][0] = nil }, "p[1][0] = []: want at least one [prob, next, reward, done]"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Prob = 0.9 }, "p[0][0] sum of prob = 0.9: want 1"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Prob = -1 }, "p[0][0][0] prob = -1: want a probability in [0, 1]"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Prob = math.NaN() }, "p[0][0][0] prob = NaN: want a probability in [0, 1]"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Next = 2 }, "p[0][0][0] next = 2: want a state in [0, 2)"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Next = -1 }, "p[0][0][0] next = -1: want a state in [0, 2)"},
		{func(d *dynamics.Dynamics) { d.P[0][0][0].Reward = math.Inf(1) }, "p[0][0][0] reward = +Inf: want a finite number"},
		{func(d *dynamics.Dynamics) { d.Start = nil }, "start = 0 numbers: want 2, one for each state"},
		{func(d *dynamics.Dynamics) { d.Start[0] = 0.5 }, "sum of start = 0.5: want 1"},
		{func(d *dynamics.Dynamics) { d.Start[1] = -0.5 }, "start[1] = -0.5: want a probability in [0, 1]"},
		{func(d *dynamics.Dynamics) { d.StateNames = []string{"a"} }, "state_names = 1 names: want 2, one for each state"},
		{func(d *dynamics.Dynamics) { d.ActionNames = []string{"a\n"} }, `action_names[0] = "a\n": want one line of printable text, at most 200 bytes`},
		{func(d *dynamics.Dynamics) { d.Name = strings.Repeat("x", 201) }, `name = "` + strings.Repeat("x", 40) + `": want one line`},
		{func(d *dynamics.Dynamics) { d.Start[0], d.P[0][0][0].Prob = 2, 2 }, "start[0] = 2: want a probability in [0, 1]\np[0][0][0] prob = 2: want"},
	} {
		d := good()
		c.change(d)
		if err := d.Validate(); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
			continue
		}
		if _, err := d.Model(); err == nil {
			t.Errorf("%s: made a model", c.want)
		}
		if err := dynamics.Write(&bytes.Buffer{}, d); err == nil {
			t.Errorf("%s: written", c.want)
		}
	}
	if err := good().Validate(); err != nil {
		t.Error(err)
	}
	many := table(make([][]dynamics.Transition, 50)...)
	if err := many.Validate(); err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "and more: these are the first 20 faults") {
		t.Errorf("%v, want 20 faults and a last line", err)
	}
}
