package dynamics_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

const doors = `{
 "name": "two doors",
 "states": 2, "actions": 2,
 "state_names": ["hall", "garden"],
 "action_names": ["wait", "leave"],
 "start": [1, 0],
 "p": {
  "0": {"0": [[1, 0, -1, false]], "1": [[0.5, 0, -1, false], [0.5, 1, 10, true]]},
  "1": {"0": [[1, 1, 0, true]], "1": [[1, 1, 0, true]]}
 }
}
`

// The file of the package comment, and what Python writes: keys in any order, 1.0 for 1.
func TestRead(t *testing.T) {
	d, err := dynamics.Read(strings.NewReader(doors), "doors.json")
	if err != nil {
		t.Fatal(err)
	}
	m := model(t, d)
	if m.NumStates() != 2 || m.NumActions() != 2 || !m.Terminal(1) || m.Terminal(0) || m.StateName(1) != "garden" || m.ActionName(1) != "leave" {
		t.Errorf("%+v", d)
	}
	want := []env.Outcome{{Next: 0, Reward: -1, Prob: 0.5}, {Next: 1, Reward: 10, Prob: 0.5}}
	if got := m.Outcomes(0, 1); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	python := "\uFEFF" + `{"p": {"1": {"1": [[1.0, 1, 0, true]], "0": [[1.0, 1, 0.0, true]]}, "0": {"1": [[5e-1, 0, -1, false],` +
		"\r\n" + `[0.5, 1, 10.0, true]], "0": [[1.0, 0, -1, false]]}}, "start": [1.0, 0.0], "actions": 2, "states": 2}`
	e, err := dynamics.Read(strings.NewReader(python), "")
	if err != nil {
		t.Fatal(err)
	}
	e.Name, e.StateNames, e.ActionNames = d.Name, d.StateNames, d.ActionNames
	if !reflect.DeepEqual(e, d) {
		t.Errorf("%+v, want %+v", e, d)
	}
}

// Every fault has its place and says what would be right.
func TestReadErrors(t *testing.T) {
	edit := func(old, new string) string {
		if strings.Count(doors, old) == 0 {
			t.Fatalf("no %q in the file", old)
		}
		return strings.Replace(doors, old, new, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "f:1:1: the file: the end of the text: want an object with the keys name, states"},
		{"[]", "f:1:1: the file: [: want an object with the keys"},
		{"{\n \"states\": 2,\n", "f:3:1: the file: the end of the text: want a key, a string"},
		{"{\n \"states\": 2,}", "f:2:14: the file: }: want a key, a string"},
		{"{\n \"states\" 2}", "f:2:11: the file: 2: want a colon"},
		{"{\"states\": 2 \"actions\": 2}", `f:1:14: the file: "actions": want "," and more, or "}"`},
		{"{,}", "f:1:2: the file: ,: want a key, a string"},
		{"{}", `f:1:1: no key "states": want states, actions, start and p`},
		{edit(`"start": [1, 0],`, ``), `f:1:1: no key "start"`},
		{doors + "{}", "f:12:1: text behind the end: want one object"},
		{doors + "\x00{}", "f:12:1: text behind the end: want one object"},
		{doors + " \x00", "f:12:2: text behind the end: want one object"},
		{edit(`"start"`, `"strat"`), `f:6:2: unknown key "strat": want one of name, states`},
		{edit(`"actions": 2`, `"states": 2`), `f:3:15: key "states" twice in the file: want it once`},
		{edit(`"states": 2`, `"states": "2"`), `f:3:12: states: "2": want a whole number`},
		{edit(`"states": 2`, `"states": 2.0`), `f:3:12: states: 2.0: want a whole number`},
		{edit(`"states": 2`, `"states": 02`), `f:3:12: states: 02: want a whole number`},
		{edit(`"states": 2`, `"states": -2`), `f:3:12: states: -2: want a whole number`},
		{edit(`"states": 2`, `"states": 99999999999`), `f:3:12: states: 99999999999: want a whole number`},
		{edit(`"states": 2`, `"states": 0`), `f:3:2: states = 0: want a whole number in [1, `},
		{edit(`"states": 2`, `"states": 3`), "f:7:2: p[2][0] = nothing: want a row"},
		{edit(`"states": 2`, `"states": 1`), "f:9:9: p[1][0] = a row: want states in [0, 1) and actions in [0, 2)\nf:9:33: p[1][1]"},
		{edit(`"states": 2, "actions": 2`, `"states": 1000000000, "actions": 1`), "f:8:35: p[0][1] = a row: want states in [0, 1000000000) and actions in [0, 1)"},
		{edit(`"garden"`, `7`), `f:4:26: state_names: 7: want a string`},
		{edit(`"garden"`, `"gar\xden"`), `f:4:26: state_names: "gar\xden": want a string`},
		{edit(`"garden"]`, `"garden`), `f:4:26: state_names: "\"garden,\n \"`},
		{edit(`"garden"`, `"garden", "x"`), `f:4:2: state_names = 3 names: want 2, one for each state`},
		{edit(`"two doors"`, `"two\ndoors"`), `f:2:2: name = "two\ndoors": want one line of printable text`},
		{edit(`[1, 0],`, `[1],`), `f:6:2: start = 1 numbers: want 2, one for each state`},
		{edit(`[1, 0],`, `[1, 0,],`), `f:6:17: start: ]: want a number`},
		{edit(`[1, 0],`, `[1 0],`), `f:6:14: start: 0: want "," and more, or "]"`},
		{edit(`[1, 0],`, `[0.5, 0],`), `f:6:2: sum of start = 0.5: want 1`},
		{edit(`[1, 0],`, `1,`), `f:6:11: start: 1: want a list of probabilities`},
		{edit(`[1, 0],`, `[1, null],`), `f:6:15: start: null: want a number`},
		{edit(`"1": {`, `"one": {`), `f:9:3: key "one": want a state, from "0" on`},
		{edit(`"1": {`, `"01": {`), `f:9:3: key "01": want a state`},
		{edit(`"1": {`, `"0": {`), `f:9:3: key "0" twice in p: want it once`},
		{edit(`"1": [[0.5`, `"2": [[0.5`), "f:8:35: p[0][2] = a row: want states in [0, 2) and actions in [0, 2)\nf:8:9: p[0][1] = nothing: want a row: a list of [prob, next, reward, done]"},
		{edit(`"1": [[0.5`, `"0": [[0.5`), `f:8:35: key "0" twice in p[0]: want it once`},
		{edit(`0.5, 0, -1`, `0.4, 0, -1`), `f:8:35: p[0][1] sum of prob = 0.9: want 1`},
		{edit(`0.5, 1, 10`, `0.5, 2, 10`), `f:8:35: p[0][1][1] next = 2: want a state in [0, 2)`},
		{edit(`0.5, 1, 10`, `0.5, 1.5, 10`), `f:8:68: next: 1.5: want a whole number`},
		{edit(`0.5, 1, 10`, `0.5, 1, 1e999`), `f:8:71: reward: 1e999: want a number`},
		{edit(`0.5, 1, 10`, `.5, 1, 10`), `f:8:63: prob: .5: want a number`},
		{edit(`0.5, 1, 10`, `0.5, 1, NaN`), `f:8:71: reward: NaN: want a number`},
		{edit(`0.5, 1, 10`, `0.5, 1, 0x1p3`), `f:8:71: reward: 0x1p3: want a number`},
		{edit(`10, true`, `10, 1`), `f:8:75: done: 1: want true or false`},
		{edit(`10, true`, `10, True`), `f:8:75: done: True: want true or false`},
		{edit(`10, true`, `10, true, 0`), `f:8:81: entry of more than 4 values`},
		{edit(`10, true`, `10`), `f:8:73: entry of 3 values: want [prob, next, reward, done]`},
		{edit(`[[1, 1, 0, true]]`, `[]`), "f:9:9: p[1][0] = []: want at least one [prob, next, reward, done]"},
		{edit(`[[1, 1, 0, true]]`, `[1, 1, 0, true]`), "f:9:15: entry: 1: want [prob, next, reward, done]"},
		{edit(`{"0": [[1, 1, 0, true]], "1": [[1, 1, 0, true]]}`, `[]`), "f:9:8: p[1]: [: want an object: the row of each action"},
		{edit(`"hall"`, "\"h\xffll\""), "f:4:20: byte 0xff: want UTF-8 text"},
		{edit(`"start": [`, `"start": é`), "f:6:11: start: é: want a list"},
	} {
		d, err := dynamics.Read(strings.NewReader(c.text), "f")
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v, %v\nwant %s", d, err, c.want)
		}
	}
}

func TestReadFails(t *testing.T) {
	if _, err := dynamics.Read(iotest.ErrReader(errors.New("broken pipe")), "f"); err == nil || err.Error() != "f: broken pipe" {
		t.Errorf("%v", err)
	}
	if _, err := dynamics.Load("no-such-file.json"); err == nil {
		t.Error("no error where there is no file")
	}
}

// Numbers come back bit for bit, -0 and the smallest ones too.
func TestExactNumbers(t *testing.T) {
	third := 1.0 / 3
	d := table([]dynamics.Transition{
		{Prob: third, Next: 0, Reward: math.Copysign(0, -1)}, {Prob: third, Next: 0, Reward: math.SmallestNonzeroFloat64},
		{Prob: (1 - third) / 2, Next: 1, Reward: -math.MaxFloat64, Done: true}, {Prob: 0, Next: 1, Reward: math.Nextafter(0.3, 1)},
	}, to(1, 0, true))
	var text bytes.Buffer
	if err := dynamics.Write(&text, d); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[0.3333333333333333,0,-0,false]", "5e-324", "[0.33333333333333337,1,-1.7976931348623157e+308,true]", "0.30000000000000004"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %s in\n%s", want, text.String())
		}
	}
	back, err := dynamics.Read(&text, "f")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range d.P[0][0] {
		got := back.P[0][0][i]
		if math.Float64bits(got.Reward) != math.Float64bits(want.Reward) || math.Float64bits(got.Prob) != math.Float64bits(want.Prob) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// The bytes of a file are what they are, so that two of them can be compared.
func TestWrite(t *testing.T) {
	d, err := dynamics.Read(strings.NewReader(doors), "f")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := dynamics.Write(&text, d); err != nil {
		t.Fatal(err)
	}
	want := `{"name":"two doors",
"states":2,
"actions":2,
"state_names":["hall","garden"],
"action_names":["wait","leave"],
"start":[1,0],
"p":{
"0":{"0":[[1,0,-1,false]],"1":[[0.5,0,-1,false],[0.5,1,10,true]]},
"1":{"0":[[1,1,0,true]],"1":[[1,1,0,true]]}
}}
`
	if text.String() != want {
		t.Errorf("%s\nwant\n%s", text.String(), want)
	}
	if err := dynamics.Write(brokenPipe{}, d); err == nil || err.Error() != "broken pipe" {
		t.Errorf("%v, want broken pipe", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// What Read accepts is JSON, is valid, makes a model, and survives Write and Read; what it refuses has a
// place within the file.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"", doors, "{}", "[", `{"states":1,"actions":1,"start":[1],"p":{"0":{"0":[[1,0,0,true]]}}}`,
		`{"states":1,"actions":1,"start":[1],"p":{"0":{"0":[[1,0,0,false],[0,0,1,true]]}}}`, `{"p":{"0":{"0":[[1e-1,`,
		`{"board":["#."],"states":1,"actions":1,"start":[1],"p":{"0":{"0":[[1,0,0,true]]}}}`, `{"board":["..",`, "\uFEFF{\"name\":\"\\u0000\"", doors + "\x00"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := dynamics.Read(bytes.NewReader(text), "f")
		if err != nil {
			checkPlaces(t, string(text), err)
			return
		}
		if !json.Valid(bytes.TrimPrefix(text, []byte("\uFEFF"))) {
			t.Fatalf("%q is no JSON", text)
		}
		m, err := d.Model()
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		if m.NumStates() < d.NumStates() || m.NumStates() > 2*d.NumStates() {
			t.Fatalf("%d states of %d", m.NumStates(), d.NumStates())
		}
		var b bytes.Buffer
		if err := dynamics.Write(&b, d); err != nil {
			t.Fatal(err)
		}
		if back, err := dynamics.Read(&b, "f"); err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("came back as %+v, %v\nwant %+v", back, err, d)
		}
	})
}

func checkPlaces(t *testing.T, text string, err error) {
	t.Helper()
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	lines := 1 + strings.Count(text, "\n")
	for i, e := range list {
		at := (*env.ParseError)(nil)
		if !errors.As(e, &at) {
			if i == 20 && strings.HasPrefix(e.Error(), "and more") {
				continue
			}
			t.Fatalf("%q: %v has no place", text, e)
		}
		if at.Line < 1 || at.Line > lines || at.Column < 1 || at.Column > len(text)+2 || strings.Contains(at.Msg, "\n") {
			t.Fatalf("%q: %v lies outside the file, or has several lines", text, e)
		}
	}
}
