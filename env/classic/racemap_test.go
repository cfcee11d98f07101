package classic_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
)

func TestParseRacetrack(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "1:1: no start line: want at least one 'S'"},
		{"\n\n", "1:1: no start line: want at least one 'S'"},
		{"..F\nS..\n", ""},
		{"\uFEFF\r\n\n  F\r\nSS\r\n\r\n", ""},
		{"\n..F\n...\n", "2:1: no start line: want at least one 'S'"},
		{"S..\n", "1:1: no finish: want at least one 'F'"},
		{"\n#.F\nS.\t\n", "3:3: symbol '\\t': want 'S' start, 'F' finish, '.' track, '#' or a space outside"},
		{"é.F\nS..\n", "1:1: symbol 'é': want 'S' start, 'F' finish, '.' track, '#' or a space outside"},
		{"..F\n\nS.\xff\n", "3:3: byte 0xff, not UTF-8: want 'S' start, 'F' finish, '.' track, '#' or a space outside"},
		{"SF" + strings.Repeat(".", 1<<16), "1:1: 1 x 65538 cells: want at most 65536 cells"},
		{"SF" + strings.Repeat(".", 999) + strings.Repeat("\n", 99) + ".", "1:1: 100 x 1001 cells: want at most 65536 cells"},
	} {
		config, err := classic.ParseRacetrack(c.text)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%.40q: %s, want %s", c.text, got, c.want)
		}
		if err == nil && config.Validate() != nil {
			t.Errorf("%.40q: %v", c.text, config.Validate())
		}
	}
	c, err := classic.ParseRacetrack(strings.Join(classic.RightTrack(), "\n"))
	if err != nil || !slices.Equal(c.Map, classic.RightTrack()) {
		t.Errorf("the right track reads as\n%s\n%v", strings.Join(c.Map, "\n"), err)
	}
}

// What reads is a racetrack; what does not is blamed on a place in the text.
func FuzzParseRacetrack(f *testing.F) {
	for _, seed := range []string{"..F\nS..\n", "", "\r\n SF", "S\xffF", "\uFEFFF\n#S \n\n", "F\nS\n\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := classic.ParseRacetrack(text)
		var at *env.ParseError
		if err != nil {
			if !errors.As(err, &at) {
				t.Fatalf("error %v", err)
			}
			lines := strings.Split(text, "\n")
			if at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > utf8.RuneCountInString(lines[at.Line-1])+1 {
				t.Fatalf("error %v, beyond the text", err)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("it reads, but %v", err)
		}
		if len(text) > 40 {
			return
		}
		r, err := classic.NewRacetrack(c)
		if err != nil {
			t.Fatal(err)
		}
		rows, cols := r.Dims()
		states := 0
		for row := range rows {
			for col := range cols {
				if s, ok := r.At(row, col, 1, 1); ok {
					if gotRow, gotCol := r.Cell(s); gotRow != row || gotCol != col {
						t.Fatalf("(%d,%d) is state %d at (%d,%d)", row, col, s, gotRow, gotCol)
					}
					if states += 25; r.Terminal(s) {
						states -= 24
					}
				}
			}
		}
		if states != r.NumStates() {
			t.Fatalf("%d states in the cells, %d in all", states, r.NumStates())
		}
	})
}

// Every bad field at once.
func TestRacetrackValidate(t *testing.T) {
	for _, c := range []struct {
		config classic.RacetrackConfig
		want   string
	}{
		{classic.RacetrackConfig{Noise: 1.5, SpeedLimit: 1, Crash: inf(), Map: []string{"SF", "x"}},
			"noise = 1.5: want a probability in [0, 1] (0 means 0.1)\nspeed_limit = 1: want 2 to 100 (0 means 5)\n" +
				"crash = +Inf: want a finite number\nmap[1][0] = symbol 'x': want 'S' start, 'F' finish, '.' track, '#' or a space outside"},
		{classic.RacetrackConfig{Noise: 0.2, Noiseless: true, Map: []string{"S"}},
			"noise = 0.2: want 0, as noiseless is set\nmap = no finish: want at least one 'F'"},
		{classic.RacetrackConfig{SpeedLimit: 100, AllDirections: true, Map: []string{"S" + strings.Repeat(".", 999), "F"}},
			"number of states = 39601000: want at most 1048576: cells of the track times velocities"},
		{classic.RacetrackConfig{Map: append(slices.Repeat([]string{strings.Repeat("S", 200)}, 200), "F")},
			"number of outcomes = more: want at most 67108864: a crash has one for each cell of the start line"},
	} {
		_, err := classic.NewRacetrack(c.config)
		if err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func ExampleParseRacetrack() {
	_, err := classic.ParseRacetrack("#..F\n...F\nSSx\n")
	fmt.Println(err)
	// Output: 3:3: symbol 'x': want 'S' start, 'F' finish, '.' track, '#' or a space outside
}
