package worldfile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
)

// Every name is known once; of two worlds with one name the grid world is meant.
func TestNames(t *testing.T) {
	names := Names()
	for _, name := range append(env.Presets(), classic.Names()...) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is missing", name)
		}
		if _, err := ByName(name); err != nil {
			t.Error(err)
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(names)))); n != len(names) {
		t.Errorf("%d names, %d of them different", len(names), n)
	}
	if w, err := ByName("frozenlake-4x4"); err != nil || w.Grid == nil {
		t.Errorf("%+v, %v: want a grid world", w, err)
	}
	if w, err := ByName("open-7"); err != nil || len(w.Grid.Map) != 7 {
		t.Errorf("%+v, %v: want a grid world of seven rows", w, err)
	}
	if w, err := ByName("taxi"); err != nil || w.Classic != "taxi" {
		t.Errorf("%+v, %v: want the classic world", w, err)
	}
	if _, err := ByName("taksi"); err == nil {
		t.Error("taksi is known")
	}
}

const table = `{"name": "map: x", "states": 2, "actions": 1, "start": [1, 0], "p": {"0": {"0": [[1, 1, 3, true]]}, "1": {"0": [[1, 1, 0, true]]}}}`

// What a file is, is told by its content, and by its name.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.json", table, "table"},
		{"a.txt", table, "table"},
		{"a", "\uFEFF\r\n " + table, "table"},
		{"a.txt", "..\n.T\n", "grid"},
		{"a.yaml", "map: |\n  ..\n  .T\n", "grid"},
		{"a.txt", "{\n\"map\": \"..\\n.T\"}", `a.txt:2:1: unknown key "map"`},
		{"a.json", "", "a.json:1:1: the file: the end of the text: want an object with the keys name"},
		{"a.JSON", "[1]", "a.JSON:1:1: the file: [: want an object"},
		{"a.txt", strings.Replace(table, "3, true", "3, maybe", 1), "a.txt:1:92: done: maybe: want true or false"},
		{"a.json", strings.Replace(table, `"p"`, `"q"`, 1), "a.json:1:64: unknown key"},
		{"a.txt", "..x\n", "a.txt:1:3: "},
	} {
		w, err := Read(strings.NewReader(c.text), c.name)
		var at *env.ParseError
		switch {
		case err != nil && !(errors.As(err, &at) && strings.Contains(err.Error(), c.want)):
			t.Errorf("%s, %q: %v: want %s", c.name, c.text, err, c.want)
		case err == nil && (w.Table != nil) != (c.want == "table"), err == nil && (w.Grid != nil) != (c.want == "grid"):
			t.Errorf("%s, %q: %+v: want %s", c.name, c.text, w, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table")
	if err := os.WriteFile(path, []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	if w, err := Load(path); err != nil || w.Name() != "map: x" || w.Named("y").Name() != "y" || w.Name() != "map: x" {
		t.Errorf("%+v, %v", w, err)
	}
	if _, err := Load(path + "s"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v: want no such file", err)
	}
}
