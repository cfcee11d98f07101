package gridfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
)

func read(text string) (env.GridConfig, error) {
	return gridfile.Read(strings.NewReader(text), "g.yaml")
}

const full = `# every key
name: "all: of it"
legend: {o: start, ".": plain, x: forbidden, g: target, "~": hole, "█": wall}

map: |+   # the map

    o.x█
    g~..

actions: [left, down, right, up, stay]
rewards:
  step: -1/10
  boundary: -1
  forbidden: -1e1   # ten
  target: 1/3
  hole: +.5
edge: boundary+cell
enterable: false
target: ends
reward_on: entry
slip: {ahead: 1/3, left: 1/3, right: 0.125, back: '0.125', random: 1/12}
wind: [0, 1, 2, 0]
wind_noise: 2/3
starts:
- [1, 2]
- [0, 1]
`

func fullConfig() env.GridConfig {
	return env.GridConfig{
		Name:         "all: of it",
		Map:          []string{"o.x█", "g~.."},
		Legend:       map[string]string{"o": "start", ".": "plain", "x": "forbidden", "g": "target", "~": "hole", "█": "wall"},
		Actions:      []string{"left", "down", "right", "up", "stay"},
		Rewards:      env.GridRewards{Step: -0.1, Boundary: -1, Forbidden: -10, Target: 1.0 / 3, Hole: 0.5},
		Edge:         env.BoundaryPlusCell,
		NotEnterable: true,
		Target:       env.TargetEnds,
		Slip:         env.Slip{Left: 1.0 / 3, Right: 0.125, Back: 0.125, Random: 1.0 / 12},
		Wind:         []int{0, 1, 2, 0},
		WindNoise:    2.0 / 3,
		Starts:       []env.Cell{{Row: 1, Col: 2}, {Row: 0, Col: 1}},
	}
}

func TestRead(t *testing.T) {
	book := env.GridConfig{Map: []string{"..", "FT"}, Rewards: env.BookRewards()}
	eight, _ := env.ActionSet(8)
	with := func(change func(c *env.GridConfig)) env.GridConfig {
		c := book
		change(&c)
		return c
	}
	for _, test := range []struct {
		text string
		want env.GridConfig
	}{
		{full, fullConfig()},
		{strings.ReplaceAll(full, "\n", "\r\n"), fullConfig()},
		{"\uFEFF" + full, fullConfig()},
		{"..\nFT\n", book},
		{"\uFEFF..\r\nFT\r", book},
		{"map: |\n  ..\n  FT", book},
		{"map: |-\n ..\n FT\n\n\n", book},
		{"---\nmap: |\n  ..\n  FT\n---\n", book},
		{"map: |\n  ..\n  FT\n...\n", book},
		{"map: |\n  ..\n  FT\nwind: []\nstarts: []\nlegend: {}\nactions: []\nslip: {}\nrewards: {}\n", book},
		{"map: |\n  ..\n  FT\nenterable: true\nedge: boundary\ntarget: pays\nreward_on: entry\nactions: 8\n",
			with(func(c *env.GridConfig) { c.Actions = eight })},
		{"rewards: {forbidden: -1/2}\nmap: |\n  ..\n  FT\n", with(func(c *env.GridConfig) { c.Rewards.Forbidden = -0.5 })},
		{"map: |\n  #.\n  FT\n# a comment\nname: x\n", with(func(c *env.GridConfig) { c.Map, c.Name = []string{"#.", "FT"}, "x" })},
	} {
		if c, err := read(test.text); err != nil || !reflect.DeepEqual(c, test.want) {
			t.Errorf("%s\ngave %+v, %v\nwant %+v", test.text, c, err, test.want)
		}
	}
}

// Every error has the line and the column of the very thing at fault.
func TestReadErrors(t *testing.T) {
	const head = "map: |\n  ..\n  FT\n" // 3 lines
	const known = "want '.' plain, 'F' forbidden, 'T' target, 'H' hole, '#' wall, 'S' start"
	for _, test := range []struct{ text, want string }{
		// The text as a whole.
		{"", "1:1: no map: want at least one row of symbols"},
		{"..\n.x", "2:2: unknown symbol 'x': " + known},
		{"..\n.T\n...", "3:3: one cell too many: want 2, as in the first row"},
		{"..\n..", "1:1: no target: want at least one target cell: 'T' target"},
		{".\t\n.T", "1:2: tab: want none, spaces where YAML needs them"},
		{head + "name:\tx", "4:6: tab: want none, spaces where YAML needs them"},
		{head + "name: é\xff", "4:8: byte 0xff: want UTF-8 text"},
		{head + "name: a\rb", "4:8: carriage return within a line: want none"},
		{head + "---\nname: x\n", "5:5: second document: want one"},
		{"key:\n}", `1:1: unknown key "key": want one of name, map, legend, actions, rewards, edge, enterable, target, reward_on, slip, wind, wind_noise, starts`},
		{"name: x\n", "1:1: no map: want the key map"},
		{"a: [1,\n", "1:4: sequence end token ']' not found"},
		{head + "name: 'x\n", "4:7: could not find end character of single-quoted text"},
		{"--- [map:\n", "1:1: unknown symbol '-': " + known},
		// Keys.
		{head + "wnd: 1\n", `4:1: unknown key "wnd": want one of name, map, legend, actions, rewards, edge, enterable, target, reward_on, slip, wind, wind_noise, starts`},
		{head + "slip: {left: 0.1, light: 0.1}\n", `4:19: unknown key "light": want one of ahead, back, left, random, right`},
		{head + "rewards:\n  step: 1\n  stay: 1\n", `6:3: unknown key "stay": want one of boundary, forbidden, hole, step, target`},
		{head + "name: a\nname: b\n", `5:1: mapping key "name" already defined at [4:1]`},
		{head + "map: |\n  T\n", `4:1: mapping key "map" already defined at [1:1]`},
		{head + "legend: {1: plain, '1': wall}\n", `4:20: mapping key "1" already defined at [4:10]`},
		{head + `legend: {T: plain, "\x54": wall}` + "\n", `4:20: mapping key "T" already defined at [4:10]`},
		{head + "? [a]\n: b\n", "5:1: found an invalid key for this map"},
		{head + "- a\n", "4:1: non-map value is specified"},
		{"wind:\n- a: b\n", "2:4: wind[0]: want a whole number"},
		// Anchors, aliases, tags, merge keys, directives.
		{head + "name: &x a\n", "4:7: name: want a line of text"},
		{head + "wind_noise: &x 1\nslip: {left: *x}\n", "4:13: wind_noise: want a number\n5:14: slip.left: want a number"},
		{head + "<<: {name: x}\n", "4:1: file: want a plain key"},
		{head + "name: !!str x\n", "4:7: name: want a line of text"},
		{"%YAML 1.2\n---\n" + head, "3:4: second document: want one"},
		// The map.
		{"map: |\n\n  ..\n  .x\n", "4:4: unknown symbol 'x': " + known},
		{"name: é\nmap: |\n   ..\n   .\n", "4:5: the row ends after 1 cells: want 2, as in the first row"},
		{"map: |\n  ..\n\n  .T\n", "3:3: the row ends after 0 cells: want 2, as in the first row"},
		{"map: |\n  ..\n  .T.\n", "3:5: one cell too many: want 2, as in the first row"},
		{"map: |\n  ..\n .T\n", "3:2: map: row indented by 1: want 2, as in the first row"},
		{"map: |\n  .T\n   .\n", "3:3: space: " + known},
		{"map: |\n  .T \n", "2:5: space: " + known},
		{"map: |\n  ..\nname: x\n", "1:1: map = no target: want at least one target cell: 'T' target"},
		{"map: |\nname: x\n", "1:1: map: no rows: want them below, indented"},
		{"name: x\nmap: .T\n", `2:6: map: want a line "map: |" and the rows below it, indented`},
		{"name: x\nmap: >\n  .T\n", `2:1: map: want a line "map: |" and the rows below it, indented`},
		{"name: x\nmap: |2\n  .T\n", `2:1: map: want a line "map: |" and the rows below it, indented`},
		{"name: x\nmap:\n- .T\n", `2:1: map: want a line "map: |" and the rows below it, indented`},
		{"map: |\n  é█x\n  é█g\nlegend: {é: plain, █: wall, g: target}\n", "2:5: unknown symbol 'x': want 'é' plain, 'g' target, '█' wall"},
		// Numbers.
		{head + "rewards: {step: .nan}\n", `4:17: rewards.step = ".nan": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards:\n  target: -.inf\n", `5:11: rewards.target = "-.inf": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards: {hole: NaN}\n", `4:17: rewards.hole = "NaN": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards: {hole: 1e400}\n", `4:17: rewards.hole = "1e400": want a number within the range of a float64`},
		{head + "rewards: {hole: 1e-999999999999, step: 0x1p3}\n", `4:40: rewards.step = "0x1p3": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards: {hole: 1/0}\n", `4:17: rewards.hole = "1/0": want a fraction whose denominator is not 0`},
		{head + "rewards: {hole: 1/2/3}\n", `4:17: rewards.hole = "1/2/3": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards: {hole: 1_0}\n", `4:17: rewards.hole = "1_0": want a finite number such as -1, 0.5 or 1/3`},
		{head + "rewards: {hole: [1]}\n", `4:17: rewards.hole: want a number`},
		{head + "rewards:\n  hole:\n", `5:3: "rewards.hole": no value`},
		{head + "rewards: 1\n", `4:10: rewards: want keys and values`},
		{head + "wind_noise: " + strings.Repeat("9", 500) + "\n", `4:13: wind_noise = "` + strings.Repeat("9", 40) + `...": want a finite number such as -1, 0.5 or 1/3`},
		// Values.
		{head + "slip: {left: -1/3}\n", "4:14: slip.left = -0.3333333333333333: want a probability in [0, 1]"},
		{head + "slip: {left: 2/3, right: 2/3}\n", "4:1: slip = 1.3333333333333333: want left + right + back + random at most 1"},
		{head + "slip:\n  ahead: 0.9\n  left: 0.2\n", "5:10: slip = 1.1: want ahead + left + right + back + random = 1"},
		{head + "slip: {ahead: 0.7, left: 0.2}\n", "4:15: slip = 0.8999999999999999: want ahead + left + right + back + random = 1"},
		{head + "slip: {ahead: 2, left: 0.2}\n", "4:15: slip.ahead = 2: want a probability in [0, 1]"},
		{head + "slip: {ahead: -1, left: 2}\n", "4:15: slip.ahead = -1: want a probability in [0, 1]"},
		{head + "wind: [0, 1, 2]\n", "4:1: wind = 3 numbers: want 2, one for each column"},
		{head + "wind: [0,\n  500]\n", "5:3: wind[1] = 500: want a whole number in [0, 100]"},
		{head + "wind: [0, 1.5]\n", `4:11: wind[1] = "1.5": want a whole number`},
		{head + "wind: [0, [1]]\n", `4:11: wind[1]: want a whole number`},
		{head + "wind: 3\n", "4:7: wind: want a list of whole numbers, one for each column"},
		{head + "wind_noise: 2\n", "4:13: wind_noise = 2: want a probability in [0, 1]"},
		{head + "edge: wall\n", "4:7: edge = wall: want one of boundary, boundary+cell"},
		{head + "target: [ends]\n", "4:9: target: want the name of a rule"},
		{head + "reward_on: both\n", "4:12: reward_on = both: want one of entry, exit"},
		{head + "reward_on: exit\ntarget: ends\n", "4:12: reward_on = exit: want entry where the target ends: it is never left, so rewards.target would never be paid"},
		{head + "enterable: no\n", `4:12: enterable = "no": want true or false`},
		{head + "enterable: []\n", `4:12: enterable: want true or false`},
		{head + "actions: 6\n", `4:10: actions = "6": want 4, 5, 8, 9 or a list of names`},
		{head + "actions: up\n", `4:10: actions = "up": want 4, 5, 8, 9 or a list of names`},
		{head + "actions: {up: 1}\n", `4:10: actions: want 4, 5, 8, 9 or a list of names`},
		{head + "actions: [up, north]\n", `4:15: actions[1] = "north": want one of up, right, down, left, stay, up-right, down-right, down-left, up-left`},
		{head + "actions: [up, up]\n", `4:15: actions[1] = up: want each action once`},
		{head + "legend:\n  '.': plain\n  F: floor\n  T: target\n", `6:6: legend[F] = "floor": want one of plain, forbidden, target, hole, wall, start`},
		{head + "legend: {xy: plain}\n", `4:14: legend[xy] = "xy": want a symbol of one printable character that is no space`},
		{head + "legend: plain\n", `4:9: legend: want keys and values`},
		{head + "starts: [[0, 0], [2, 0]]\n", "4:18: starts[1] = [2, 0]: want a row in [0, 2) and a column in [0, 2)"},
		{head + "starts: [[0, 0, 1]]\n", "4:10: starts[0]: 3 numbers: want 2, [row, column]"},
		{head + "starts: [0, 0]\n", "4:10: starts[0]: want a cell [row, column]\n4:13: starts[1]: want a cell [row, column]"},
		{head + "starts: [[0, x]]\n", `4:14: starts[0][1] = "x": want a whole number`},
		{head + "starts: 0\n", "4:9: starts: want a list of cells [row, column]"},
		{head + `name: "a\nb"` + "\n", `4:7: name = "a\nb": want one line of printable text, at most 200 bytes`},
		// Several at once, in the order of the file.
		{"name: x\nwind: [1]\nslip: {left: 2}\nmap: |\n  .T\n", "2:1: wind = 1 numbers: want 2, one for each column\n" +
			"3:1: slip = 2: want left + right + back + random at most 1\n3:14: slip.left = 2: want a probability in [0, 1]"},
		{"map: |\n  ..\n  .x\nwind_noise: 2\n", "3:4: unknown symbol 'x': " + known + "\n4:13: wind_noise = 2: want a probability in [0, 1]"},
	} {
		_, err := read(test.text)
		want := "g.yaml:" + strings.ReplaceAll(test.want, "\n", "\ng.yaml:")
		if at := (*env.ParseError)(nil); !errors.As(err, &at) || err.Error() != want {
			t.Errorf("%q:\ngot  %v\nwant %s", test.text, err, want)
		}
	}
}

func TestManyErrors(t *testing.T) {
	var b strings.Builder
	b.WriteString("map: |\n  T\n")
	for i := range 100 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	_, err := read(b.String())
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 21 || lines[20] != "g.yaml:23:1: and 80 errors from here on" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// Files made to exhaust the reader are refused within a second each (three are allowed on a shared machine).
func TestHostileFiles(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("map: |\n  T\na0: &a0 [lol, lol]\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1, i-1)
	}
	size := gridfile.MaxHeader - 100
	endless := func(unit string) string { return "map: |\n  T\nname: " + strings.Repeat(unit, size/len(unit)) }
	for _, test := range []struct{ name, text, want string }{
		{"billion laughs", laughs.String(), "unknown key"},
		{"self reference", "map: |\n  T\nwind: &a [*a, *a]\n", "wind: want a list"},
		{"brackets", endless("["), "nested too deep"},
		{"braces", endless("{a: "), "nested too deep"},
		{"dashes", "map: |\n  T\nwind:\n  " + strings.Repeat("- ", size/2), "nested too deep"},
		{"keys", "map: |\n  T\n" + strings.Repeat("a: 1\n", 4000), "already defined"},
		{"empty lines in a text", "map: |\n  T\nname: |\n" + strings.Repeat("\n", size), "lines outside the map"},
		{"lines in a text", "map: |\n  T\nname: |\n" + strings.Repeat(" x\n", 4000), "want a line of text"},
		{"long header", endless("x") + strings.Repeat("x", 200), "bytes outside the map"},
		{"long YAML without a block", "map: " + strings.Repeat(".", 1<<20), "bytes outside the map"},
		{"long number", "map: |\n  T\nwind_noise: 1e" + strings.Repeat("9", size), "wind_noise"},
		{"long fraction", "map: |\n  T\nwind_noise: 1/" + strings.Repeat("9", size), "wind_noise"},
		{"wide", "map: |\n  " + strings.Repeat(".", env.MaxSide+1) + "\n", "1 x 65537 cells"},
		{"a million columns", "map: |\n  " + strings.Repeat(".", 1_000_000) + "\n", "1 x 1000000 cells: want at most 65536 rows, 65536 columns"},
		{"tall", "map: |\n" + strings.Repeat("  T\n", env.MaxSide+1), "65537 x 1 cells"},
		{"lines", strings.Repeat("\n", env.MaxSide+gridfile.MaxHeader+1), "too many lines"},
	} {
		began := time.Now()
		_, err := read(test.text)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: took %v, want at most 1 s on an idle core, 3 s on a shared one", test.name, took)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 5000 {
			t.Errorf("%s: %.300v, want %q", test.name, err, test.want)
		}
	}
}

// An endless input is read up to the limit and no further.
func TestEndlessInput(t *testing.T) {
	n := &counter{}
	_, err := gridfile.Read(n, "g")
	if want := fmt.Sprintf("g:1:1: file too large: want at most %d bytes", gridfile.MaxBytes); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if n.bytes > 2*gridfile.MaxBytes {
		t.Errorf("read %d bytes", n.bytes)
	}
}

type counter struct{ bytes int }

func (c *counter) Read(b []byte) (int, error) {
	c.bytes += len(b)
	return len(b), nil
}

func TestReadFailure(t *testing.T) {
	broken := errors.New("broken pipe")
	_, err := gridfile.Read(io.MultiReader(strings.NewReader("map: |\n"), failing{broken}), "g")
	if !errors.Is(err, broken) || err.Error() != "g: broken pipe" {
		t.Errorf("%v, want g: broken pipe", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.yaml")
	if err := os.WriteFile(path, []byte("map: |\n  .T\nedge: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := gridfile.Load(path); err == nil || err.Error() != path+":3:7: edge = x: want one of boundary, boundary+cell" {
		t.Errorf("%v", err)
	}
	if _, err := gridfile.Load(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want not found", err)
	}
}

func TestWrite(t *testing.T) {
	exit := fullConfig()
	exit.Target, exit.RewardOn, exit.Rewards.Hole, exit.Name = env.TargetPays, env.OnExit, 0, `"\ 'quotes' # é`
	odd := env.Zhao2()
	odd.Map, odd.Legend = []string{`"\:`, `#-'`}, map[string]string{`"`: "plain", `\`: "target", ":": "hole", "#": "wall", "-": "start", "'": "forbidden"}
	odd.Rewards = env.GridRewards{Step: 5e-324, Boundary: -1.7976931348623157e308, Forbidden: 0.1 + 0.2, Target: 1e21, Hole: 1.0 / 3}
	odd.Starts = []env.Cell{{Row: 0, Col: 0}}
	configs := []env.GridConfig{fullConfig(), exit, odd}
	for _, name := range env.Presets() {
		c, err := env.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		configs = append(configs, c)
	}
	for _, c := range configs {
		var b bytes.Buffer
		if err := gridfile.Write(&b, c); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		text := b.String()
		if back, err := gridfile.Read(&b, c.Name); err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%s\ncame back as %+v, %v\nwant %+v", text, back, err, c)
		}
	}
	var b bytes.Buffer
	if err := gridfile.Write(&b, env.Zhao2()); err != nil {
		t.Fatal(err)
	}
	want := "map: |\n  .F\n  .T\nrewards: {step: 0, boundary: -1, forbidden: -1, target: 1, hole: 0}\n"
	if b.String() != want {
		t.Errorf("wrote\n%s\nwant\n%s", b.String(), want)
	}
}

func TestWriteErrors(t *testing.T) {
	if err := gridfile.Write(io.Discard, env.GridConfig{}); err == nil || !strings.Contains(err.Error(), "map = no cells") {
		t.Errorf("%v, want an error about the map", err)
	}
	c, err := env.RandomGrid(200, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for r := range 200 {
		for k := range 99 {
			c.Starts = append(c.Starts, env.Cell{Row: r, Col: k})
		}
	}
	if err := gridfile.Write(io.Discard, c); err == nil || !strings.Contains(err.Error(), "bytes outside the map") {
		t.Errorf("%v, want an error about the size", err)
	}
	broken := errors.New("disk full")
	if err := gridfile.Write(full0{broken}, env.Zhao2()); !errors.Is(err, broken) {
		t.Errorf("%v, want disk full", err)
	}
}

type full0 struct{ err error }

func (f full0) Write([]byte) (int, error) { return 0, f.err }

// Maps of 1000 x 1000 cells and of the widest kind are read within a second (three are allowed on a shared machine).
func TestReadLargeMaps(t *testing.T) {
	c, err := env.RandomGrid(1000, 0.2, 0)
	if err != nil {
		t.Fatal(err)
	}
	wide := c
	wide.Map = []string{strings.Repeat(".", env.MaxSide-1) + "T"}
	for _, c := range []env.GridConfig{c, wide} {
		var b bytes.Buffer
		if err := gridfile.Write(&b, c); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		back, err := gridfile.Read(&b, "g")
		took := time.Since(began)
		if err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%d rows came back as %d, %v", len(c.Map), len(back.Map), err)
		}
		t.Logf("%d rows: %v", len(c.Map), took)
		if took > 3*time.Second {
			t.Errorf("took %v", took)
		}
	}
}
