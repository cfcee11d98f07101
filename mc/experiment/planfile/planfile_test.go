package planfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
	"github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"
)

func TestExample(t *testing.T) {
	p, err := Read(strings.NewReader(Example), "example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Groups) != 3*(4+1+1) || len(p.Seeds) != 10 || p.Len() != 180 || p.Checkpoint != 100_000 || p.Source != Example {
		t.Errorf("%d groups, %d seeds, %d cells: want 18, 10, 180", len(p.Groups), len(p.Seeds), p.Len())
	}
	var names []string
	for _, g := range p.Groups[6:11] {
		names = append(names, g.Name())
	}
	want := "frozenlake-4x4-slippery-es-constant-step-0.1-batch-64 frozenlake-4x4-slippery-es-constant-step-0.1-batch-320 " +
		"frozenlake-4x4-slippery-es-constant-step-0.2-batch-64 frozenlake-4x4-slippery-es-constant-step-0.2-batch-320 " +
		"frozenlake-4x4-slippery-es-average"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("groups %s\nwant   %s", got, want)
	}
	for i, gamma := range map[int]float64{0: 0.9, 6: 0.95, 12: 0.9} {
		if got := p.Groups[i].Spec.Gamma; got != gamma {
			t.Errorf("groups[%d]: gamma = %v: want %v", i, got, gamma)
		}
	}
	s := p.Groups[1].Spec
	if s.Algorithm != experiment.ExploringStarts || s.Starts.Batch != 320 || s.Starts.Step.Constant != 0.1 || s.Starts.Visit.String() != "first" {
		t.Errorf("groups[1]: %+v", *s.Starts)
	}
}

// What until says survives the JSON text of the plan, with what it does not say spelled out. The commented line of the example
// is right, too.
func TestUntil(t *testing.T) {
	p := read(t, strings.Replace(minimal, "seeds: 1", "seeds: 1..30", 1)+"until: {metric: rmse, half_width: 1/4, range: [0, 5]}\n")
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	q, err := sweep.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	want := sweep.Until{Metric: experiment.FinalRMSE, HalfWidth: 0.25, Confidence: 0.95, Every: 10, Range: []float64{0, 5}}
	if !reflect.DeepEqual(*q.Until, want) {
		t.Errorf("%+v: want %+v", *q.Until, want)
	}
	p = read(t, strings.Replace(Example, "# until:", "until:", 1))
	if u := p.Until; u == nil || u.Metric != experiment.FinalGreedyGap || u.HalfWidth != 0.05 {
		t.Errorf("the line of the example: %+v", u)
	}
	if p = read(t, minimal); p.Until != nil {
		t.Errorf("%+v: want none", *p.Until)
	}
}

// The identity of a cell must never change: directories of sweeps are resumed by it.
func TestIdentity(t *testing.T) {
	p := read(t, minimal)
	for c := range p.Cells() {
		if want := "zhao-2x2-basic-seed-1-"; !strings.HasPrefix(c.ID, want) || len(c.ID) != len(want)+10 {
			t.Errorf("cell %s: want %s and ten digits", c.ID, want)
		}
	}
}

const minimal = "gamma: 0.9\nhorizon: 10\nepisodes: 20\nenvironments: [zhao-2x2]\nalgorithms: [basic]\nseeds: 1\n"

// JSON is read, too, and says the same.
func TestJSON(t *testing.T) {
	const text = `{
	"gamma": 0.9, "horizon": 10, "episodes": 2e1, "seeds": [1, "3..4"],
	"environments": ["zhao-2x2", {"name": "own", "map": "..\n.T"}],
	"algorithms": [{"algorithm": "es", "grid": {"step": [0.1, {"scale": 1, "power": 0.7}]}}]
}`
	p, q := read(t, text), read(t, `gamma: 0.9
horizon: 10
episodes: 20
seeds: [1, 3, 4]
environments:
  - zhao-2x2
  - name: own
    map: |
      ..
      .T
algorithms:
  - algorithm: es
    grid:
      step: [0.1, {scale: 1, power: 0.7}]
`)
	p.Source, q.Source = "", ""
	one, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	other, err := q.Encode()
	if err != nil || string(one) != string(other) {
		t.Errorf("%v; JSON gives\n%s\nYAML gives\n%s", err, one, other)
	}
}

func TestSchema(t *testing.T) {
	var s jsonschema.Schema
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	rules, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, ok := range map[string]bool{
		Example: true, minimal: true,
		minimal + "stepp: 0.1\n":                                                                        false,
		strings.Replace(minimal, "basic", "q-learning", 1):                                              false,
		strings.Replace(minimal, "[basic]", "[]", 1):                                                    false,
		strings.Replace(minimal, "seeds: 1", "seeds: 1..30", 1):                                         true,
		strings.Replace(minimal, "seeds: 1", "seeds: one", 1):                                           false,
		minimal + "until: {metric: gap, half_width: 0.05, confidence: 0.9, range: [0, 10], every: 5}\n": true,
		minimal + "until: {metric: speed, half_width: 0.05}\n":                                          false,
		minimal + "until: {metric: gap, half: 0.05}\n":                                                  false,
		minimal + "until: {metric: gap}\n":                                                              false,
	} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		if err := rules.Validate(v); (err == nil) != ok {
			t.Errorf("schema: %v: want accepted %v\n%s", err, ok, text)
		}
	}
}

// Each fault is one line with file, line and column, and the line of the file with a caret below it.
func TestFaults(t *testing.T) {
	const head = "gamma: 0.9\nhorizon: 10\nepisodes: 20\nenvironments: [zhao-2x2]\nseeds: 1..3\n"
	const end = "algorithms: [basic]\nseeds: 1\ngamma: 0.9\nhorizon: 10\nepisodes: 20\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "p.yaml:1:1: no keys"},
		{"unknown key", head + "algorithms:\n  - algorithm: es\n    stepp: 0.1\n",
			"p.yaml:8:5: algorithm: unknown key \"stepp\": want one of name, algorithm, grid, gamma"},
		{"caret", head + "algorithms:\n  - algorithm: es\n    stepp: 0.1\n", "\n  8 |     stepp: 0.1\n    |     ^"},
		{"twice", head + "seeds: 4\nalgorithms: [basic]\n", "p.yaml:6:1: "},
		{"no gamma", "horizon: 10\nepisodes: 20\nenvironments: [zhao-2x2]\nalgorithms: [basic]\nseeds: 1\n", "p.yaml:4:14: no gamma"},
		{"no epsilon", head + "algorithms: [epsilon-greedy]\n", "p.yaml:6:14: no epsilon"},
		{"no such algorithm", head + "algorithms: [sarsa]\n", "p.yaml:6:14: algorithm = \"sarsa\": want one of basic, es, epsilon-greedy"},
		{"empty grid", head + "algorithms:\n  - algorithm: es\n    grid: {step: []}\n", "p.yaml:8:18: grid: step: want a list of at least one value"},
		{"not of the algorithm", head + "algorithms:\n  - algorithm: basic\n    batch: 5\n", "p.yaml:8:5: batch means nothing to algorithm: basic, line 7"},
		{"option and grid", head + "algorithms:\n  - algorithm: es\n    step: 0.1\n    grid: {step: [0.2]}\n",
			"p.yaml:9:12: grid: step is an option of the algorithm, too, line 8"},
		{"step and average", head + "algorithms:\n  - algorithm: es\n    step: 0.1\n    average: reset\n", "p.yaml:8:5: step contradicts average: reset, line 9"},
		{"batch and improve", head + "algorithms:\n  - algorithm: es\n    improve: sweep\n    batch: 5\n", "p.yaml:9:5: batch contradicts improve: sweep, line 8"},
		{"environment and algorithm", "horizon: 10\nepisodes: 20\nenvironments:\n  - env: zhao-2x2\n    gamma: 0.9\nalgorithms:\n  - algorithm: basic\n    gamma: 0.8\nseeds: 1\n",
			"p.yaml:8:5: gamma is given by the environment, too, line 5"},
		{"same cells", head + "algorithms:\n  - algorithm: es\n  - name: other\n    algorithm: es\n", "p.yaml:8:5: other on zhao-2x2: the same cells as those of line 7"},
		{"same in a grid", head + "algorithms:\n  - algorithm: es\n    grid: {step: [0.1, 1/10]}\n", "p.yaml:7:5: es on zhao-2x2, step = 1/10: the same cells as those of line 7"},
		{"twice in a grid", head + "algorithms:\n  - algorithm: es\n    grid: {step: [0.1, 0.1]}\n", "p.yaml:8:24: grid: step = 0.1 is in the list twice, here and in line 8"},
		{"same name", head + "algorithms:\n  - algorithm: es\n  - algorithm: es\n    step: 0.1\n", "p.yaml:8:5: algorithms: es is in the list twice, here and in line 7"},
		{"seeds twice", strings.Replace(head, "1..3", "[1, 5..9, 7]", 1) + "algorithms: [basic]\n", "p.yaml:5:18: seeds: 7 is given twice, here and in line 5"},
		{"seeds reversed", strings.Replace(head, "1..3", "3..1", 1) + "algorithms: [basic]\n", "p.yaml:5:8: seeds = 3..1: an empty range"},
		{"a billion cells", strings.Replace(head, "1..3", "1..1_000_000_000", 1) + "algorithms: [basic]\n", "p.yaml:5:1: 1000000000 cells, 1 settings with each seed: want at most 1000000"},
		{"more cells than seeds exist", strings.Replace(head, "1..3", "0..18446744073709551615", 1) + "algorithms: [basic, es]\n", "p.yaml:5:1: 36893488147419103232 cells"},
		{"out of range", head + "algorithms:\n  - algorithm: es\n    grid: {step: [0.1, 2]}\n", "p.yaml:8:24: constant = 2: want 0 < alpha <= 1 (0: not constant) (es on zhao-2x2, step = 2)"},
		{"no number", head + "algorithms:\n  - algorithm: es\n    batch: many\n", "p.yaml:8:12: batch = \"many\": want a whole number"},
		{"no such rule", head + "algorithms:\n  - algorithm: es\n    visit: last\n", "p.yaml:8:12: visit = \"last\": want one of as-printed, initial, first, every"},
		{"no such environment", "environments: [zhao-9x9]\n" + end, "p.yaml:1:16: environment \"zhao-9x9\": no such name, no such file"},
		{"unknown symbol", "environments:\n  - name: own\n    map: |\n      ..x.\n      ...T\n" + end, "p.yaml:4:9: "},
		{"unknown key of a world", "environments:\n  - name: own\n    map: |\n      map: |\n        ..T\n      slipp: 0.1\n" + end, "p.yaml:6:7: unknown key \"slipp\""},
		{"no name", "environments:\n  - map: |\n      ..T\n" + end, "p.yaml:2:5: environment: no name"},
		{"two sources", "environments:\n  - env: zhao-2x2\n    map: |\n      ..T\n" + end, "p.yaml:3:5: environment: env and map contradict each other, lines 2 and 3"},
		{"anchors", "environments: &a [zhao-2x2]\n" + end, "p.yaml:1:15: environments: want a list"},
		{"until: unknown key", head + "until: {metric: gap, half: 1}\nalgorithms: [es]\n", "p.yaml:6:22: until: unknown key \"half\": want one of metric, half_width, confidence, range, every"},
		{"until: caret", head + "until:\n  metric: gap\n  half_width: none\nalgorithms: [es]\n", "half_width = \"none\": want a finite number such as 0.5 or 1/3\n  8 |   half_width: none\n    |               ^"},
		{"until: no metric", head + "until: {half_width: 1}\nalgorithms: [es]\n", "p.yaml:6:8: until: no metric: want the key metric"},
		{"until: no width", head + "until:\n  metric: gap\nalgorithms: [es]\n", "p.yaml:7:3: until: no half_width: want the key half_width"},
		{"until: no such metric", head + "until: {metric: speed, half_width: 1}\nalgorithms: [es]\n", "p.yaml:6:17: until: metric = \"speed\": want one of [gap greedy_gap return"},
		{"until: width 0", head + "until: {metric: gap, half_width: 0}\nalgorithms: [es]\n", "p.yaml:6:34: until: half_width = 0: want a finite number above 0"},
		{"until: confidence 0", head + "until: {metric: gap, half_width: 1, confidence: 0}\nalgorithms: [es]\n", "p.yaml:6:49: until: confidence = 0: want"},
		{"until: confidence 95", head + "until: {metric: gap, half_width: 1, confidence: 95}\nalgorithms: [es]\n", "p.yaml:6:49: until: confidence = 95: want"},
		{"until: every 0", head + "until: {metric: gap, half_width: 1, every: 0}\nalgorithms: [es]\n", "p.yaml:6:44: until: every = \"0\": want a number of seeds, 1 or more"},
		{"until: range reversed", head + "until: {metric: gap, half_width: 1, range: [2, 1]}\nalgorithms: [es]\n", "p.yaml:6:44: until: range = [2 1]: want two finite numbers"},
		{"until: range of three", head + "until: {metric: gap, half_width: 1, range: [0, 1, 2]}\nalgorithms: [es]\n", "p.yaml:6:44: until: range = [0 1 2]: want two"},
		{"until: not a mapping", head + "until: 0.05\nalgorithms: [es]\n", "p.yaml:6:8: until: want keys and values"},
		{"until: no exact values", strings.Replace(head, "zhao-2x2", "open-150", 1) + "until: {metric: optimal, half_width: 1}\nalgorithms: [es]\n",
			"p.yaml:6:17: until: metric = optimal: want a world with exact values: this one has 112500 pairs, more than 100000 (es on open-150)"},
		{"until: no range", "gamma: 1\nhorizon: 10\nepisodes: 20\nseeds: 1..3\nenvironments:\n  - name: costly\n    map: |\n      map: |\n        S..\n        ..T\n      rewards: {step: -1}\n      target: ends\n" +
			"until: {metric: gap, half_width: 1}\nalgorithms: [es]\n", "p.yaml:13:8: until: range = none: want lo and hi that are known beforehand: no bound is known: gamma = 1"},
		{"intervals and step", head + "algorithms:\n  - algorithm: es\n    step: 0.1\n    intervals: true\n", "p.yaml:9:16: intervals = true: want none with a step size, which forgets"},
		{"intervals and shared", head + "algorithms:\n  - algorithm: basic\n    shared: true\n    intervals: true\n", "p.yaml:9:16: intervals = true: want none with shared"},
		{"until certain", head + "until_certain: 0.01\nalgorithms:\n  - algorithm: es\n", "p.yaml:8:5: until certain: "},
	} {
		p, err := Read(strings.NewReader(c.text), "p.yaml")
		if err == nil {
			t.Errorf("%s: %d cells: want %s", c.name, p.Len(), c.want)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "p.yaml:") {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

// Every algorithm can keep intervals.
func TestIntervals(t *testing.T) {
	p, err := Read(strings.NewReader("gamma: 0.9\nhorizon: 10\nepisodes: 20\nenvironments: [zhao-2x2]\nseeds: 1\nalgorithms:\n"+
		"  - {algorithm: basic, intervals: true}\n  - {algorithm: es, improve: batch, intervals: true}\n"+
		"  - {algorithm: epsilon-greedy, epsilon: 0.1, improve: episode, intervals: true}\n"), "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := p.Groups[0].Spec.Basic, p.Groups[1].Spec.Starts, p.Groups[2].Spec.EpsilonGreedy; !a.Intervals || !b.Intervals || !c.Intervals {
		t.Errorf("%+v, %+v, %+v: want intervals", a, b, c)
	}
}

// Files that a plan names are relative to its own place, and their faults name them.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("own.txt", "..\n.T\n")
	write("bad.txt", "..\n.x\n")
	write("plan.yaml", strings.Replace(minimal, "zhao-2x2", "own.txt", 1))
	p, err := Load(filepath.Join(dir, "plan.yaml"))
	if err != nil || p.Groups[0].Environment != "own" {
		t.Errorf("%v, %+v: want the environment own", err, p)
	}
	write("plan.yaml", strings.Replace(minimal, "zhao-2x2", "bad.txt", 1))
	if _, err := Load(filepath.Join(dir, "plan.yaml")); err == nil || !strings.Contains(err.Error(), "bad.txt:2:2: ") {
		t.Errorf("%v: want a fault at bad.txt:2:2", err)
	}
}
