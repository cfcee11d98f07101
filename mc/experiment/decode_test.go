package experiment

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
)

func TestRecordComesBack(t *testing.T) {
	for name, spec := range specs(t) {
		text := finish(t, newTrial(t, spec, 1))
		r, err := Read(fstest.MapFS{RecordFile: {Data: text}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, _, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, again) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, again, text)
		}
	}
}

// Each change is refused in one line that names the field.
func TestDecodeRefuses(t *testing.T) {
	spec := specs(t)["basic"]
	spec.Episodes = 630 // whole sweeps: every pair is visited
	text := string(finish(t, newTrial(t, spec, 1)))
	for _, c := range []struct{ old, new, want string }{
		{`"format":"mcrl record"`, `"format":"other"`, `format = "other": want "mcrl record"`},
		{`"version":1`, `"version":2`, `version = 2: want 1`},
		{`"version":1`, `"version":1,"extra":0`, `unknown field "extra"`},
		{`"gamma":0.9`, `"gamma":1.5`, `spec: gamma = 1.5: want a number in [0, 1]`},
		{`"gamma":0.9`, `"gamma":NaN`, `not a record`},
		{`"gamma":0.9`, `"gamma":"x"`, `spec.gamma`},
		{`"algorithm":"basic"`, `"algorithm":"sarsa"`, `spec: algorithm = sarsa`},
		{`"visit":"as-printed"`, `"visit":"last"`, `visit = last: want one of`},
		{`"horizon":30`, `"horizon":0`, `spec: horizon = 0: want at least 1 step`},
		{`"basic":{"episodes":2`, `"basic":{"episodes":9000000000000000000`, `spec: episodes per pair`},
		{`"policy":[`, `"policy":[0,`, `length of policy = 10: want 9`},
		{`"policy":[`, `"policy":[7],"unused":[`, `unknown field "unused"`},
		{`"q":[`, `"q":[0,`, `length of q = 46: want 45`},
		{`"n":[`, `"n":[3,`, `length of n = 46: want 45`},
		{`"n":[2`, `"n":[-2`, `n[0] = -2`},
		{`"n":[2`, `"n":[0`, `unvisited.count = 0: want 1`},
		{`"unvisited":{"count":0}`, `"unvisited":{"count":4}`, `unvisited.count = 4: want 0`},
		{`"progress":{"episodes":630`, `"progress":{"episodes":631`, `progress.episodes = 631: want a number in [0, 630]`},
		{`"progress":{"episodes":630`, `"progress":{"episodes":629`, `progress.truncated = 630`},
		{`"rmse":`, `"rmse":-`, `rmse`},
		{`"gap":`, `"gap":1e999,"x":`, `gap`},
		{`"greedy_gap":`, `"greedy_gap":-`, `].greedy_gap = -`},
		{`"return":`, `"return":1e999,"x":`, `return`},
		{`"visits":{"unvisited":45`, `"visits":{"unvisited":0`, `points[0].visits`},
		{`"min":2,"median":2`, `"min":2,"median":1`, `.visits`},
		{`"exact":{"policy":[`, `"exact":{"policy":[1,`, `length of exact.policy = 10: want 9`},
		{`"exact":{`, `"exact":{"skipped":"no",`, `want`},
		{`"map":["...","..F","F.T"]`, `"map":["...","..X","F.T"]`, `spec: map[1][2]`},
	} {
		altered := strings.Replace(text, c.old, c.new, 1)
		if altered == text {
			t.Fatalf("the record has no %s:\n%s", c.old, text)
		}
		_, err := Decode([]byte(altered), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s for %s: %v: want one line with %q", c.new, c.old, err, c.want)
		}
	}
	if _, err := Decode([]byte(text+"{}"), nil); err == nil {
		t.Error("a second value after the record: no error")
	}
	if _, err := Read(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), RecordFile) {
		t.Errorf("no record: %v: want an error that names %s", err, RecordFile)
	}
}

// Nothing that can be read makes Decode panic, and what it accepts comes back the same.
func FuzzReadRecord(f *testing.F) {
	for _, spec := range specs(f) {
		spec.Episodes = 20
		f.Add(finish(f, newTrial(f, spec, 1)), []byte(nil))
	}
	f.Add([]byte(`{"format":"mcrl record","version":1,"table":{"file":"q.bin","sha256":""}}`), []byte("x"))
	f.Fuzz(func(t *testing.T, record, table []byte) {
		r, err := Decode(record, table)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of more than one line: %q", err)
			}
			return
		}
		once, tableOnce, err := r.Encode()
		if err != nil {
			t.Fatalf("a record that was read cannot be written: %v", err)
		}
		again, err := Decode(once, tableOnce)
		if err != nil {
			t.Fatalf("a record that was written cannot be read: %v", err)
		}
		if twice, _, err := again.Encode(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("a record changes as it is read and written: %v\n%s\n%s", err, once, twice)
		}
	})
}
