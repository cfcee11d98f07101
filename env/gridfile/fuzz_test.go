package gridfile_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
)

// What Read accepts is valid, survives Write and Read, and makes a grid; what it refuses has a place within the file.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"", full, ".F\n.T\n", "map: |\n  .T\n", "map: |\n  .T\nslip: {left: 1/3}\n", "name: &a x\nmap: |\n  T\nedge: *a\n",
		"map: |-\n T\n---\n", "\uFEFFmap: |\r\n  T\r\n", "map: [", "wind: [1]\nmap: |\n  T", "legend:\n  '.': target\nmap: |\n  .",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		began := time.Now()
		c, err := gridfile.Read(bytes.NewReader(text), "g")
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("took %v", took)
		}
		if err != nil {
			checkPlaces(t, string(text), err)
			return
		}
		for _, x := range []float64{c.Rewards.Step, c.Rewards.Boundary, c.Rewards.Forbidden, c.Rewards.Target, c.Rewards.Hole} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("reward %v", x)
			}
		}
		var b bytes.Buffer
		if err := gridfile.Write(&b, c); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		written := b.String()
		if back, err := gridfile.Read(&b, "g"); err != nil || !reflect.DeepEqual(back, c) {
			t.Fatalf("%s\ncame back as %+v, %v\nwant %+v", written, back, err, c)
		}
		if _, err := env.NewGrid(c); err != nil {
			t.Fatal(err)
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
	for _, e := range list {
		at := (*env.ParseError)(nil)
		if !errors.As(e, &at) || at.File != "g" || at.Line < 1 || at.Line > lines || at.Column < 1 || at.Column > len(text)+2 {
			t.Fatalf("%q: %v lies outside the file", text, e)
		}
		if strings.Contains(at.Msg, "\n") {
			t.Fatalf("%q: %v has more than one line", text, e)
		}
	}
}
