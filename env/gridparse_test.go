package env

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParseGrid(t *testing.T) {
	want := GridConfig{Map: []string{"..F", "#ST"}, Rewards: GridRewards{Boundary: -1, Forbidden: -10, Target: 1}}
	for _, text := range []string{"..F\n#ST", "..F\n#ST\n", "..F\r\n#ST\r\n", "\n\n..F\n#ST\n\n\n", "\uFEFF..F\n#ST\n", "\uFEFF\r\n..F\r\n#ST"} {
		if c, err := ParseGrid(text); err != nil || !reflect.DeepEqual(c, want) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

func TestParseGridErrors(t *testing.T) {
	const known = "want '.' plain, 'F' forbidden, 'T' target, 'H' hole, '#' wall, 'S' start"
	for _, test := range []struct{ text, want string }{
		{"", "1:1: no map: want at least one row of symbols"},
		{"\uFEFF\r\n\n", "1:1: no map: want at least one row of symbols"},
		{"...", "1:1: no target: want at least one target cell: 'T' target"},
		{"\n...", "2:1: no target: want at least one target cell: 'T' target"},
		{".T\n.x", "2:2: unknown symbol 'x': " + known},
		{"\r\n.T\r\n.x\r\n", "3:2: unknown symbol 'x': " + known},
		{".T\n.\t", "2:2: tab: " + known},
		{".T \n..", "1:3: space: " + known},
		{".T\n.é", "2:2: unknown symbol 'é': " + known},
		{".T\n.\xff", "2:2: byte 0xff, not UTF-8: " + known},
		{".T\n.\x00", "2:2: unknown symbol U+0000: " + known},
		{".T\r.T", "1:3: unknown symbol U+000D: " + known},
		{".T\n.\uFEFF", "2:2: unknown symbol U+FEFF: " + known},
		{"..T\n..\n...", "2:3: the row ends after 2 cells: want 3, as in the first row"},
		{"..T\n\n...", "2:1: the row ends after 0 cells: want 3, as in the first row"},
		{"..T\n....\n", "2:4: one cell too many: want 3, as in the first row"},
		{"T" + strings.Repeat(".", MaxSide), "1:1: 1 x 65537 cells: want at most 65536 rows, 65536 columns and 67108864 cells"},
		{"\n" + strings.Repeat(".\n", MaxSide) + "T", "2:1: too many rows: want at most 65536"},
		{strings.Repeat(strings.Repeat(".", 1<<14)+"\n", 1<<12) + "T", "1:1: 4097 x 16384 cells: want at most 65536 rows, 65536 columns and 67108864 cells"},
	} {
		c, err := ParseGrid(test.text)
		at := (*ParseError)(nil)
		if !errors.As(err, &at) || err.Error() != test.want || c.Map != nil {
			t.Errorf("%.20q: %v, want %s", test.text, err, test.want)
		}
	}
	if got := (&ParseError{"a.txt", 2, 3, "bad"}).Error(); got != "a.txt:2:3: bad" {
		t.Errorf("with a file: %s", got)
	}
}

// What ParseGrid accepts has a map that the text holds line by line; what it refuses has a place within the text.
func FuzzParseGrid(f *testing.F) {
	for _, text := range []string{"", "T", "..F\n#ST\n", "\uFEFF\r\n.T\r\n", ".T\n.", "..\n..T", "T\t", "\xff", "\n\nT\n\n", "HS#\nFT."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseGrid(text)
		if err == nil {
			flat := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\r", ""), "\n")
			if strings.Join(c.Map, "\n") != flat {
				t.Fatalf("map %q of %q", c.Map, text)
			}
			g, err := NewGrid(c)
			if err != nil {
				t.Fatal(err)
			}
			if rows, cols := g.Dims(); rows*(cols+1)-1 != len(flat) {
				t.Fatalf("%d x %d of %q", rows, cols, text)
			}
			return
		}
		at := (*ParseError)(nil)
		if !errors.As(err, &at) {
			t.Fatalf("%q: %v is no ParseError", text, err)
		}
		lines := strings.Split(text, "\n")
		if at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > len([]rune(lines[at.Line-1]))+1 {
			t.Fatalf("%q: %v lies outside the text", text, err)
		}
	})
}
