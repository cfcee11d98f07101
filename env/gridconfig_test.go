package env

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// everyField is a valid configuration in which no field has its zero value.
func everyField() GridConfig {
	return GridConfig{
		Name:         "all",
		Map:          []string{"o.x", "g~."},
		Legend:       map[string]string{"o": "start", ".": "plain", "x": "forbidden", "g": "target", "~": "hole", "█": "wall"},
		Actions:      []string{"left", "down", "right", "up", "stay"},
		Rewards:      GridRewards{Step: -0.1, Boundary: -1, Forbidden: -10, Target: 1.0 / 3},
		Edge:         BoundaryPlusCell,
		NotEnterable: true,
		RewardOn:     OnExit,
		Slip:         Slip{Left: 0.1, Right: 0.2, Back: 0.3, Random: 0.05},
		Wind:         []int{0, 1, 2},
		WindNoise:    2.0 / 3,
		Starts:       []Cell{{1, 2}, {0, 1}},
	}
}

func TestGridConfigJSON(t *testing.T) {
	ends := everyField()
	ends.RewardOn, ends.Target, ends.Rewards.Hole = OnEntry, TargetEnds, -5
	absorbs := ends.clone()
	absorbs.Target = TargetAbsorbs
	configs := []GridConfig{everyField(), ends, absorbs, Zhao2()}
	for _, name := range Presets() {
		c, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		configs = append(configs, c)
	}
	for _, c := range configs {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back GridConfig
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, c) {
			t.Errorf("%s came back as %+v", b, back)
		}
	}
	b, err := json.Marshal(Zhao2())
	want := `{"map":[".F",".T"],"rewards":{"step":0,"boundary":-1,"forbidden":-1,"target":1,"hole":0}}`
	if err != nil || string(b) != want {
		t.Errorf("%s, want %s", b, want)
	}
}

func TestGridConfigJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"edge": "wall"}`:                               "edge = wall: want one of boundary, boundary+cell",
		`{"target": "stops"}`:                            "target = stops: want one of pays, ends, absorbs",
		`{"reward_on": "Entry"}`:                         "reward_on = Entry: want one of entry, exit",
		`{"target": "a\nb\u001b"}`:                       `target = "a\nb\x1b": want one of pays, ends, absorbs`,
		`{"target": "` + strings.Repeat("x", 201) + `"}`: `target = "` + strings.Repeat("x", 40) + `": want one of pays, ends, absorbs`,
		`{"target": ""}`:                                 "target = : want one of pays, ends, absorbs",
		`{"reward_on": "rule 7"}`:                        "reward_on = rule 7: want one of entry, exit",
	} {
		if err := json.Unmarshal([]byte(text), new(GridConfig)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, c := range []GridConfig{{Edge: 2}, {Target: 3}, {RewardOn: 2}} {
		if b, err := json.Marshal(c); err == nil {
			t.Errorf("%+v was written as %s", c, b)
		}
	}
}

func TestGridValidate(t *testing.T) {
	if err := everyField().Validate(); err != nil {
		t.Fatal(err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		change func(c *GridConfig)
		want   []string
	}{
		{func(c *GridConfig) { c.Name = "two\nlines" }, []string{`name = "two\nlines": want one line of printable text, at most 200 bytes`}},
		{func(c *GridConfig) { c.Name = strings.Repeat("x", 201) }, []string{`name = "` + strings.Repeat("x", 40) + `": want one line of printable text, at most 200 bytes`}},
		{func(c *GridConfig) { c.Name = "\xff" }, []string{`name = "\xff": want one line of printable text, at most 200 bytes`}},
		{func(c *GridConfig) { c.Map = nil }, []string{"map = no cells: want at least one row of symbols"}},
		{func(c *GridConfig) { c.Map = []string{""} }, []string{"map = no cells: want at least one row of symbols"}},
		{func(c *GridConfig) { c.Map = []string{"..", "."} }, []string{"map[1][1] = the row ends after 1 cells: want 2, as in the first row"}},
		{func(c *GridConfig) { c.Map = []string{".", ".T"} }, []string{"map[1][1] = one cell too many: want 1, as in the first row"}},
		{func(c *GridConfig) { c.Map = []string{"T", "é"} }, []string{"map[1][0] = unknown symbol 'é': want '.' plain, 'F' forbidden, 'T' target, 'H' hole, '#' wall, 'S' start"}},
		{func(c *GridConfig) { c.Map = []string{".."} }, []string{"map = no target: want at least one target cell: 'T' target"}},
		{func(c *GridConfig) { c.Map, c.Legend = []string{"."}, map[string]string{".": "plain"} }, []string{
			"map = no target: want at least one target cell: a symbol that means target, of which the legend has none"}},
		{func(c *GridConfig) { c.Map = []string{strings.Repeat(".", MaxSide+1)} }, []string{
			"map = 1 x 65537 cells: want at most 65536 rows, 65536 columns and 67108864 cells"}},
		{func(c *GridConfig) { c.Map, c.Target = []string{"T#"}, TargetEnds }, []string{
			"map = no cell to start in: want at least one cell that neither ends the episode nor is a wall"}},
		{func(c *GridConfig) { c.Legend = map[string]string{"ab": "plain", "T": "goal", "": "wall", " ": "hole"} }, []string{
			`legend[] = "": want a symbol of one printable character that is no space`,
			`legend[ ] = " ": want a symbol of one printable character that is no space`,
			`legend[T] = "goal": want one of plain, forbidden, target, hole, wall, start`,
			`legend[ab] = "ab": want a symbol of one printable character that is no space`}},
		{func(c *GridConfig) { c.Actions = []string{"up", "north", "up"} }, []string{
			`actions[1] = "north": want one of up, right, down, left, stay, up-right, down-right, down-left, up-left`,
			"actions[2] = up: want each action once"}},
		{func(c *GridConfig) { c.Edge, c.Target, c.RewardOn = 2, 3, 2 }, []string{
			"edge = rule 2: want one of boundary, boundary+cell", "target = rule 3: want one of pays, ends, absorbs",
			"reward_on = rule 2: want one of entry, exit"}},
		{func(c *GridConfig) { c.RewardOn, c.Target, c.Rewards.Hole = OnExit, TargetEnds, -1 }, []string{
			"reward_on = exit: want entry where the target ends: it is never left, so rewards.target would never be paid",
			"reward_on = exit: want entry where rewards.hole is not 0: a hole is never left, so it would never be paid"}},
		{func(c *GridConfig) { c.Rewards = GridRewards{nan, inf, -inf, nan, inf} }, []string{
			"rewards.step = NaN: want a finite number", "rewards.boundary = +Inf: want a finite number",
			"rewards.forbidden = -Inf: want a finite number", "rewards.target = NaN: want a finite number", "rewards.hole = +Inf: want a finite number"}},
		{func(c *GridConfig) {
			c.Edge, c.Rewards.Boundary, c.Rewards.Forbidden = BoundaryPlusCell, -1e308, -1e308
		}, []string{
			"rewards.boundary = -1e+308: want a number whose sum with each cell's reward is finite"}},
		{func(c *GridConfig) { c.Slip, c.WindNoise = Slip{-0.5, 1.5, nan, inf}, -1 }, []string{
			"slip.left = -0.5: want a probability in [0, 1]", "slip.right = 1.5: want a probability in [0, 1]",
			"slip.back = NaN: want a probability in [0, 1]", "slip.random = +Inf: want a probability in [0, 1]",
			"wind_noise = -1: want a probability in [0, 1]"}},
		{func(c *GridConfig) { c.Slip = Slip{Left: 0.5, Random: 0.75} }, []string{"slip = 1.25: want left + right + back + random at most 1"}},
		{func(c *GridConfig) { c.Wind = []int{1} }, []string{"wind = 1 numbers: want 2, one for each column"}},
		{func(c *GridConfig) { c.Wind = []int{-1, 101} }, []string{
			"wind[0] = -1: want a whole number in [0, 100]", "wind[1] = 101: want a whole number in [0, 100]"}},
		{func(c *GridConfig) {
			c.Map, c.Starts = []string{".#", "TH"}, []Cell{{0, 0}, {2, 0}, {0, -1}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}
		}, []string{
			"starts[1] = [2, 0]: want a row in [0, 2) and a column in [0, 2)", "starts[2] = [0, -1]: want a row in [0, 2) and a column in [0, 2)",
			"starts[3] = [0, 1] wall: want a cell that neither ends the episode nor is a wall",
			"starts[4] = [1, 1] hole: want a cell that neither ends the episode nor is a wall", "starts[6] = [0, 0]: want each cell once"}},
	} {
		c := Zhao2()
		test.change(&c)
		_, gridErr := NewGrid(c)
		for _, err := range []error{c.Validate(), gridErr} {
			var lines []string
			if joined, ok := err.(interface{ Unwrap() []error }); ok {
				for _, e := range joined.Unwrap() {
					if f := (*FieldError)(nil); !errors.As(e, &f) {
						t.Errorf("%v is no FieldError", e)
					}
					lines = append(lines, e.Error())
				}
			}
			slices.Sort(lines)
			slices.Sort(test.want)
			if !slices.Equal(lines, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(test.want, "\n"))
			}
		}
	}
}

func TestRuleNames(t *testing.T) {
	for rule, want := range map[interface{ String() string }]string{
		BoundaryOnly: "boundary", BoundaryPlusCell: "boundary+cell", TargetPays: "pays", TargetEnds: "ends", TargetAbsorbs: "absorbs",
		OnEntry: "entry", OnExit: "exit", OnExit + 1: "rule 2",
	} {
		if got := rule.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
