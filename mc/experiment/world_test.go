package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
	"example.com/mcrl/mc"
)

// Every kind of world comes back from JSON, and that of a grid world is the JSON of its configuration, as it always was.
func TestWorldComesBack(t *testing.T) {
	lake := preset(t, "frozenlake-4x4-slippery")
	for name, w := range map[string]World{"grid": GridWorld(lake), "classic": ClassicWorld("taxi"), "table": TableWorld(doors(t))} {
		text, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var again World
		if err := decodeStrictly(text, &again); err != nil || !reflect.DeepEqual(again, w) {
			t.Errorf("%s: %+v, %v: want %+v", name, again, err, w)
		}
		if m, err := again.Model(); err != nil || m.World.Name() != w.Name() || w.Validate() != nil {
			t.Errorf("%s: %v, %v", name, err, w.Validate())
		}
	}
	of, err := json.Marshal(GridWorld(lake))
	want, errWant := json.Marshal(lake)
	if err != nil || errWant != nil || !bytes.Equal(of, want) {
		t.Errorf("%s: want %s", of, want)
	}
	if text, err := json.Marshal(ClassicWorld("taxi")); string(text) != `{"classic":"taxi"}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestWorldRefuses(t *testing.T) {
	large := &dynamics.Dynamics{Start: []float64{1, 0}, P: make([][][]dynamics.Transition, 2)}
	for s := range large.P {
		large.P[s] = [][]dynamics.Transition{slices.Repeat([]dynamics.Transition{{Prob: 1.0 / 65536, Next: 1, Done: true}}, 65536)}
	}
	for _, c := range []struct {
		w    World
		want string
	}{
		{World{}, "environment = 0 worlds: want one"},
		{World{Classic: "taxi", Table: doors(t)}, "environment = 2 worlds: want one"},
		{ClassicWorld("taksi"), `classic = "taksi": want one of frozenlake-4x4`},
		{GridWorld(env.GridConfig{Map: []string{".x"}}), "map[0][1]"},
		{TableWorld(&dynamics.Dynamics{}), "states = 0: want at least 1"},
		{TableWorld(large), "table = 131072 outcomes: want at most 100000"},
	} {
		var field *env.FieldError
		spec := Spec{Env: c.w, Algorithm: Basic, Gamma: 0.9, Horizon: 10, Episodes: 10, Basic: &mc.BasicOptions{}}
		if err := spec.Validate(); !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: want %s", err, c.want)
		}
		if _, err := NewTrial(spec, 1); err == nil {
			t.Errorf("no error: want %s", c.want)
		}
	}
	for text, want := range map[string]string{
		`{"classic":"taxi","map":["."]}`:                       `unknown field "map"`,
		`{"table":{"states":1}}`:                               `no key "actions"`,
		`{"table":{"states":1,"actions":1,"start":[1],"p":3}}`: `p: 3: want`,
		`{"map":["."],"rewards":{},"sweets":1}`:                `unknown field "sweets"`,
		`{"classic":7}`:                                        `cannot unmarshal number`,
		`[]`:                                                   `cannot unmarshal array`,
		`{"table":{"states":1,"actions":1,"start":[1],"p":{}}}`:  `p[0][0] = nothing`,
		`{"table":null,"classic":"taxi","extra":{"states":1.5}}`: `unknown field "extra"`,
	} {
		var w World
		if err := json.Unmarshal([]byte(text), &w); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v: want %s", text, err, want)
		}
	}
}

// The table of a classic world is learned on as the world itself is: same policy, values and counts.
func TestTableOfClassicWorld(t *testing.T) {
	for _, name := range classic.Names() {
		if strings.HasPrefix(name, "racetrack") {
			continue // larger than a spec takes
		}
		c, err := classic.New(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := dynamics.Of(c)
		if err != nil {
			t.Fatal(err)
		}
		var records []*Record
		for _, w := range []World{ClassicWorld(name), TableWorld(d)} {
			trial := newTrial(t, Spec{Env: w, Algorithm: EpsilonGreedy, Gamma: 0.95, Horizon: 50, Episodes: 1500, Seed: 1,
				EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.1), StartsOptions: mc.StartsOptions{Starts: mc.UniformPairs, Improve: mc.ImproveBatch, Batch: 500}}}, 1)
			finish(t, trial)
			r, err := trial.Record()
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
		a, b := records[0], records[1]
		if !slices.Equal(a.Q, b.Q) || !slices.Equal(a.N, b.N) || !slices.Equal(a.Policy, b.Policy) || !reflect.DeepEqual(a.Exact, b.Exact) {
			t.Errorf("%s: the records differ", name)
		}
	}
}

// checkTableLayout demands that the exported table of a classic world lies on the board of that world.
func checkTableLayout(t *testing.T, name string, m *Model) {
	t.Helper()
	w, err := classic.New(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dynamics.Of(w)
	if err != nil {
		t.Fatal(err)
	}
	table, err := TableWorld(d).Model()
	if err != nil || table.Layout == nil {
		t.Fatalf("%s: its table lies on no board, %v", name, err)
	}
	rows, cols := m.Layout.Dims()
	if r, c := table.Layout.Dims(); r != rows || c != cols {
		t.Fatalf("%s: its table lies on %d x %d cells: want %d x %d", name, r, c, rows, cols)
	}
	for row := range rows {
		for col := range cols {
			s, ok := m.Layout.At(row, col)
			if got, on := table.Layout.At(row, col); got != s || on != ok || table.Layout.Kind(row, col) != m.Layout.Kind(row, col) {
				t.Errorf("%s: (%d,%d) of its table is state %d, %v, %v: want %d, %v, %v", name, row, col, got, on, table.Layout.Kind(row, col), s, ok, m.Layout.Kind(row, col))
			}
		}
	}
	for a := range env.Action(m.NumActions()) {
		dr, dc := m.Layout.Move(a)
		if r, c := table.Layout.Move(a); r != dr || c != dc {
			t.Errorf("%s: action %d of its table moves by (%d,%d): want (%d,%d)", name, a, r, c, dr, dc)
		}
	}
}

// States and cells fit each other on the classic worlds that lie on a board; those of a racetrack, whose states share cells, do not.
func TestLayouts(t *testing.T) {
	boards := map[string]bool{}
	for _, name := range classic.Names() {
		m, err := ClassicWorld(name).Model()
		if err != nil {
			t.Fatal(err)
		}
		if m.Grid != nil || m.Table == nil || m.StateName(0) == "" || len(m.ActionNames()) != m.NumActions() {
			t.Errorf("%s: %+v", name, m)
		}
		if m.Layout == nil {
			continue
		}
		boards[name] = true
		checkTableLayout(t, name, m)
		rows, cols := m.Layout.Dims()
		states := 0
		for row := -1; row <= rows; row++ {
			for col := -1; col <= cols; col++ {
				s, ok := m.Layout.At(row, col)
				if !ok {
					continue
				}
				states++
				if r, c := m.Layout.Cell(s); r != row || c != col {
					t.Errorf("%s: At(%d, %d) = %d, but its cell is (%d, %d)", name, row, col, s, r, c)
				}
				if kind := m.Layout.Kind(row, col); (kind == env.Target || kind == env.Hole) != m.Terminal(s) {
					t.Errorf("%s: (%d, %d) is %v, terminal %v", name, row, col, kind, m.Terminal(s))
				}
			}
		}
		if states != m.NumStates() {
			t.Errorf("%s: %d states have cells: want %d", name, states, m.NumStates())
		}
	}
	for name, want := range map[string]bool{"cliffwalking": true, "frozenlake-8x8": true, "windy-king": true, "sb-example-3.5": true,
		"sb-example-4.1": true, "taxi": false, "blackjack": false, "racetrack-left": false} {
		if boards[name] != want {
			t.Errorf("%s on a board: %t, want %t", name, boards[name], want)
		}
	}
	d := &dynamics.Dynamics{ActionNames: []string{"left", "wait"}, Board: []string{".T"}, Start: []float64{1, 0}, P: [][][]dynamics.Transition{
		{{{Prob: 1}}, {{Prob: 1, Next: 1, Done: true}}}, {{{Prob: 1, Next: 1, Done: true}}, {{Prob: 1, Next: 1, Done: true}}}}}
	if m, err := TableWorld(d).Model(); err != nil || m.Layout != nil {
		t.Errorf("an action without a direction: layout %v, %v: want none", m.Layout, err)
	}
	up, _ := ClassicWorld("cliffwalking").Model()
	if dr, dc := up.Layout.Move(0); dr != -1 || dc != 0 || up.Layout.Kind(3, 5) != env.Forbidden || up.Layout.Kind(3, 11) != env.Target {
		t.Errorf("cliff walking: up is (%d, %d)", dr, dc)
	}
}

// A world in JSON is refused in one line, or is built if it is valid, and comes back the same.
func FuzzWorld(f *testing.F) {
	for _, w := range []World{GridWorld(preset(f, "frozenlake-4x4-slippery")), ClassicWorld("loop"), TableWorld(doors(f))} {
		text, err := json.Marshal(w)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{`{}`, `null`, `{"classic":""}`, `{"table":null}`, `{"classic":"loop","table":null}`, `{"table":{"states":1000000000,"actions":1000000000,"start":[],"p":{}}}`,
		`{"map":["S..","#HT"],"actions":["up","stay"],"slip":{"left":0.1},"wind":[0,1,2],"wind_noise":0.5,"target":"ends","starts":[{"Row":0,"Col":0}]}`,
		`{"Classic":"loop"}`, `{"classic":"loop","classic":"taxi"}`, `{"map":["."],"rewards":{"step":1e308}}`, `{"map":["."],"target":"\nends"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var w World
		if err := json.Unmarshal(text, &w); err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q: %v: want one line", text, err)
			}
			return
		}
		if err := w.Validate(); err != nil {
			if _, built := w.Model(); built == nil && w.Table == nil { // a table may be larger than a spec takes
				t.Fatalf("%q is built, but %v", text, err)
			}
			return
		}
		if m, err := w.Model(); err != nil || m.Table == nil {
			t.Fatalf("%q is valid, but %v", text, err)
		}
		once, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var back World
		if err := json.Unmarshal(once, &back); err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if twice, err := json.Marshal(back); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s comes back as %s, %v", once, twice, err)
		}
	})
}
