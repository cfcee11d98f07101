package plots

import (
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"gonum.org/v1/plot/vg"
)

var hands = TableAxes{Rows: []string{"14", "13", "12"}, Cols: []string{"A", "2", "3", "10"}, XLabel: "dealer showing", YLabel: "player sum"}

func heatPicture() (Drawable, error) {
	return Heat([][]float64{{-1, -0.5, 0, 0.5}, {0, math.NaN(), 0.25, 1}, {-0.004, 2, -2, 0.125}},
		HeatOptions{Title: "values of hands", Label: "v(s)", TableAxes: hands, Decimals: 2, Min: -1, Max: 1})
}

func regionsPicture() (Drawable, error) {
	return Regions([][]int{{0, 0, 0, 0}, {0, 0, 1, 1}, {1, 1, 1, 0}}, RegionsOptions{Title: "a policy", TableAxes: hands, Names: []string{"STICK", "HIT"},
		Rings: CellMarks{"undecided", [][2]int{{0, 1}, {2, 3}}}, Cross: CellMarks{"not exact", [][2]int{{2, 3}}}})
}

// Rows and columns carry their names, left of and below the table, with the labels of the axes beyond; a value that is
// missing has a cross and no number.
func TestHeat(t *testing.T) {
	r := drawn(must(heatPicture()), 4*vg.Inch, 3.4*vg.Inch)
	if got := join(r.named(`-?\d\.\d\d`)); got != "-1.00 -0.50 0.00 0.50 0.00 0.25 1.00 0.00 2.00 -2.00 0.12" {
		t.Errorf("the numbers are %s", got)
	}
	cell := r.named(`0\.12`)[0].at
	names := r.named("A|2|3|10")
	if got := join(names); got != "A 2 3 10" || names[0].at.Y > cell.Y {
		t.Errorf("columns %s at %v, below %v", got, names[0].at, cell)
	}
	sums := r.named("1[234]")
	if got := join(sums); got != "14 13 12" || sums[0].at.Y < sums[2].at.Y || sums[0].at.X > cell.X {
		t.Errorf("rows %s at %v", got, sums)
	}
	x, y := r.named("dealer showing")[0].at, r.named("player sum")[0].at
	if x.Y > names[0].at.Y-5 || y.X > sums[0].at.X {
		t.Errorf("labels at %v and %v: want them beyond the names at %v and %v", x, y, names[0].at, sums[0].at)
	}
	strokes := 0
	for _, s := range r.strokes {
		if s.width == signLine.Width && len(s.path) == 2 {
			strokes++
		}
	}
	if strokes != 2 {
		t.Errorf("%d strokes of crosses: want 2", strokes)
	}
	bare := must(Heat([][]float64{{1}}, HeatOptions{TableAxes: TableAxes{Rows: []string{"r"}, Cols: []string{"c"}}, NoBar: true}))
	if bare.Bar != nil {
		t.Error("there is a colour bar")
	}
	if got := join(drawn(bare, 200, 200).texts); got != "1.0 c r" {
		t.Errorf("a table of one cell says %q", got)
	}
}

// A heavy line stands between two cells exactly where their classes differ, and each class has its name in a longest run.
func TestRegions(t *testing.T) {
	r := drawn(must(regionsPicture()), 4*vg.Inch, 3.8*vg.Inch)
	heavy := 0
	for _, s := range r.strokes {
		if s.width == 1.6 {
			heavy++
		}
	}
	if heavy != 2+5 { // beside each other, above each other
		t.Errorf("%d heavy lines: want 7", heavy)
	}
	if got := join(r.named("STICK|HIT|undecided|not exact")); got != "STICK HIT undecided not exact" {
		t.Errorf("texts %s", got)
	}
	stick, hit := r.named("STICK")[0].at, r.named("HIT")[0].at
	if stick.Y < r.named("14")[0].at.Y-1 || hit.Y > r.named("12")[0].at.Y+1 {
		t.Errorf("STICK at %v, HIT at %v", stick, hit)
	}
	one := must(Regions([][]int{{0}}, RegionsOptions{TableAxes: TableAxes{Rows: []string{"r"}, Cols: []string{"c"}}, Names: []string{"a", "b"}}))
	if got := join(drawn(one, 200, 200).texts); got != "a c r" || len(one.Key) != 0 {
		t.Errorf("a table of one cell says %q, %d entries of the key", got, len(one.Key))
	}
}

func TestTableMisuse(t *testing.T) {
	axes := TableAxes{Rows: []string{"r"}, Cols: []string{"c", "d"}}
	many := TableAxes{Rows: make([]string, 300), Cols: make([]string, 300)}
	big := make([][]float64, 300)
	for i := range big {
		big[i] = make([]float64, 300)
	}
	for _, c := range []struct {
		make func() (*Figure, error)
		want string
	}{
		{func() (*Figure, error) { return Heat(nil, HeatOptions{}) }, "0 rows: want one for each of 0 names in Rows\nplots: Cols is empty"},
		{func() (*Figure, error) { return Heat([][]float64{{1}}, HeatOptions{TableAxes: axes}) }, "row 0 has 1 cells: want one for each of 2 names"},
		{func() (*Figure, error) { return Heat([][]float64{{1, math.Inf(1)}}, HeatOptions{TableAxes: axes}) }, "values[0][1] = +Inf"},
		{func() (*Figure, error) { return Heat([][]float64{{1, 2}}, HeatOptions{TableAxes: axes, Decimals: -1}) }, "Decimals = -1"},
		{func() (*Figure, error) {
			return Heat([][]float64{{1, 2}}, HeatOptions{TableAxes: axes, Min: 2, Max: 1})
		}, "Min, Max = 2, 1"},
		{func() (*Figure, error) { return Heat(big, HeatOptions{TableAxes: many}) }, "300 x 300 cells: want at most 65536"},
		{func() (*Figure, error) {
			return Regions([][]int{{0, 2}}, RegionsOptions{TableAxes: axes, Names: []string{"a", "b"}})
		}, "class[0][1] = 2: want 0 to 1"},
		{func() (*Figure, error) { return Regions([][]int{{0, 0}}, RegionsOptions{TableAxes: axes}) }, "0 Names: want the names of 1 to 7 classes"},
		{func() (*Figure, error) {
			return Regions([][]int{{0, 0}}, RegionsOptions{TableAxes: axes, Names: []string{"a"}, Cross: CellMarks{Cells: [][2]int{{0, 2}}}})
		}, "mark at row 0, column 2: want rows below 1 and columns below 2"},
	} {
		if _, err := c.make(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v: want %s", err, c.want)
		}
	}
	if _, err := Heat([][]float64{{math.NaN(), math.NaN()}}, HeatOptions{TableAxes: axes}); err != nil {
		t.Errorf("a table without values: %v", err)
	}
}

func pathsPicture() (Drawable, error) {
	return Paths(book(), []Path{{"first", []env.State{0, 5, 10, 15, 16}}, {"second", []env.State{0, 5, 10, 24}}, {"", []env.State{12}}}, "ways")
}

// Every way has a dot at each of its states, and beside each other they cover none.
func TestPaths(t *testing.T) {
	r := drawn(must(pathsPicture()), 3.4*vg.Inch, 3.6*vg.Inch)
	if got := join(r.named("first|second")); got != "first second" {
		t.Errorf("the key says %q", got)
	}
	dots := map[vg.Point]int{}
	for _, f := range r.fills {
		if len(f.path) == 6 { // of four curves
			dots[f.path[0].Pos]++
		}
	}
	if len(dots) != 5+2+4+2+1+1 { // the disc at the start and the ring at the end are larger: they begin elsewhere
		t.Errorf("%d different dots: want 15", len(dots))
	}
	for _, c := range []struct {
		paths []Path
		want  string
	}{
		{nil, "paths is empty"},
		{[]Path{{}}, "paths[0].States is empty"},
		{[]Path{{"", []env.State{0}}, {"", []env.State{0, 25}}}, "paths[1].States[1] = 25: want a state with a cell, below 25"},
		{[]Path{{"", make([]env.State, 20001)}}, "20001 states: want at most 20000"},
	} {
		if _, err := Paths(book(), c.paths, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v: want %s", err, c.want)
		}
	}
}
