package plots

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// env.Grid is a layout, with the optional methods.
var _ interface {
	Layout
	NumStates() int
	NumActions() int
	Terminal(env.State) bool
} = (*env.Grid)(nil)

// The numbers in the cells are those that Zhao prints in Figure 3.4(d), in reading order, and stand in their cells.
func TestValuesPrintTheBook(t *testing.T) {
	for _, plain := range []bool{false, true} {
		f := must(Values(book(), bookValues(), ValuesOptions{Plain: plain}))
		words := drawn(f, 300, 300).named(`-?\d+\.\d`)
		if got := join(words); got != bookValuesText {
			t.Errorf("plain %v: the cells read %s, want %s", plain, got, bookValuesText)
		}
		for i := range words {
			if i%5 > 0 && (words[i].at.Y != words[i-1].at.Y || words[i].at.X <= words[i-1].at.X) || i >= 5 && words[i].at.Y >= words[i-5].at.Y {
				t.Errorf("plain %v: number %d is at %v", plain, i, words[i].at)
			}
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		v    float64
		n    int
		want string
	}{{-0.04, 1, "0.0"}, {-0.05, 1, "-0.1"}, {math.Copysign(0, -1), 2, "0.00"}, {9.96, 1, "10.0"}, {-12.34, 1, "-12.3"}, {-0.004, 2, "0.00"}} {
		if got := decimal(c.v, c.n); got != c.want {
			t.Errorf("decimal(%v, %d) = %s, want %s", c.v, c.n, got, c.want)
		}
	}
}

// open is a square grid without walls, of any size.
type open int

func (o open) Dims() (rows, cols int)            { return int(o), int(o) }
func (o open) Cell(s env.State) (row, col int)   { return int(s) / int(o), int(s) % int(o) }
func (o open) At(row, col int) (env.State, bool) { return env.State(row*int(o) + col), true }
func (o open) Kind(row, col int) env.CellKind    { return env.Plain }
func (o open) Move(a env.Action) (dr, dc int)    { return bookMoves[a][0], bookMoves[a][1] }

// Numbers disappear where they cannot be read, and only there; rows and columns are numbered as far as there is room.
func TestNumbersOnLargeGrids(t *testing.T) {
	for n, want := range map[open]struct {
		values bool
		rows   string
	}{5: {true, "1 2 3 4 5"}, 12: {true, "1 2 3 4 5 6 7 8 9 10 11 12"}, 60: {false, "1 5 10 15 20 25 30 35 40 45 50 55 60"}} {
		r := drawn(must(Values(n, make([]float64, n*n), ValuesOptions{Plain: true})), 300, 300)
		if got := len(r.named(`0\.0`)) > 0; got != want.values {
			t.Errorf("%d x %d cells in 300 points: numbers %v, want %v", n, n, got, want.values)
		}
		if got := join(r.named(`\d+`)); got != want.rows+" "+want.rows {
			t.Errorf("%d columns and rows are numbered %s", n, got)
		}
	}
}

// Black on dark cells was unreadable: on every cell the ink has a contrast (WCAG) of at least 3.5.
func TestInkIsReadable(t *testing.T) {
	luminance := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	for _, c := range ramp(256) {
		g, i := nrgba(c), ink(c)
		l := 0.2126*luminance(g.R) + 0.7152*luminance(g.G) + 0.0722*luminance(g.B)
		contrast := (l + 0.05) / 0.05
		if i == white {
			contrast = 1.05 / (l + 0.05)
		}
		if contrast < 3.5 {
			t.Errorf("ink %v on %v has contrast %.2f", i, g, contrast)
		}
	}
	r := drawn(must(Values(book(), bookValues(), ValuesOptions{})), 300, 300)
	if low, high := r.named(`2\.3`)[0].clr, r.named(`10\.0`)[0].clr; low != white || high != black {
		t.Errorf("2.3 is printed in %v and 10.0 in %v, want white and black", low, high)
	}
}

// The colour scale is monotone in lightness, so it survives a black-and-white printer.
func TestRampIsMonotone(t *testing.T) {
	last := -1.0
	for i, c := range ramp(256) {
		n := nrgba(c)
		l := 0.2126*float64(n.R) + 0.7152*float64(n.G) + 0.0722*float64(n.B)
		if l <= last-0.5 {
			t.Errorf("colour %d is darker than the one before: %.1f after %.1f", i, l, last)
		}
		last = l
	}
}

// tips are the heads of the arrows: filled triangles, their first point the tip.
func tips(r *record) []vg.Point {
	var out []vg.Point
	for _, m := range r.fills {
		if len(m.path) == 4 {
			out = append(out, m.path[0].Pos)
		}
	}
	return out
}

// Every arrow of the book's policy points where its letter says, and has the length 0.43 of a cell; the circle is in
// the target.
func TestPolicyArrows(t *testing.T) {
	r := drawn(must(Policy(book(), bookPolicy, PolicyOptions{})), 300, 300)
	cell := r.named("[1-5]") // columns, then rows
	side := float64(cell[1].at.X - cell[0].at.X)
	left, top := float64(cell[0].at.X)+2.3, float64(cell[5].at.Y)+3 // the middle of cell (1, 1), from the numbers' corners
	heads := tips(r)
	if len(heads) != 24 {
		t.Fatalf("%d arrows, want 24: one for every state but the target", len(heads))
	}
	k := 0
	for s, letter := range ">>>>v^^>>v^<v>v^>o<v^>^<<" {
		if letter == 'o' {
			continue
		}
		d := bookMoves[strings.IndexRune("^>v<o", letter)]
		x := left + side*(float64(s%5)+0.43*float64(d[1]))
		y := top - side*(float64(s/5)+0.43*float64(d[0]))
		if !near(float64(heads[k].X), x, 1.5) || !near(float64(heads[k].Y), y, 1.5) {
			t.Errorf("the arrow %c of state %d ends at %v, want (%.1f, %.1f)", letter, s, heads[k], x, y)
		}
		k++
	}
	rings := 0
	for _, m := range r.strokes {
		if m.path[1].Type == vg.CurveComp {
			rings++
		}
	}
	if rings != 1 {
		t.Errorf("%d circles, want 1", rings)
	}
}

// Arrows are the longer the more probable; below the threshold there is none.
func TestPolicyArrowLength(t *testing.T) {
	one := &maze{[]string{"."}, kingMoves}
	policy := func(p float64) func(env.State, env.Action) float64 {
		return func(_ env.State, a env.Action) float64 {
			switch a {
			case 1: // up and to the right
				return p
			case 8:
				return 1 - p
			}
			return 0
		}
	}
	last := 0.0
	for _, p := range []float64{0.01, 0.1, 0.5, 1} {
		r := drawn(must(Policy(one, policy(p), PolicyOptions{})), 200, 200)
		head := tips(r)[0]
		var tail vg.Point
		for _, m := range r.strokes {
			if m.seq == r.fills[len(r.fills)-1].seq-1 {
				tail = m.path[0].Pos
			}
		}
		dx, dy := float64(head.X-tail.X), float64(head.Y-tail.Y)
		if length := math.Hypot(dx, dy); length <= last || !near(dx, dy, 1e-9) || dx <= 0 {
			t.Errorf("p = %v: the arrow is (%v, %v), after a length of %v", p, dx, dy, last)
		} else {
			last = length
		}
	}
	r := drawn(must(Policy(one, policy(0.01), PolicyOptions{Threshold: 0.02})), 200, 200)
	if n := len(tips(r)); n != 0 {
		t.Errorf("%d arrows below the threshold", n)
	}
}

// A pair that was never visited has a cross; there are as many as zeros, and one in the key. Terminal cells have none.
func TestVisitsCrosses(t *testing.T) {
	zeros := 0
	for s := range 25 {
		for a := range 5 {
			if bookVisits(env.State(s), env.Action(a)) == 0 {
				zeros++
			}
		}
	}
	count := func(f *Figure) int {
		n := 0
		for _, m := range drawn(f, 400, 400).strokes {
			if m.clr == vermilion && len(m.path) == 2 {
				n++
			}
		}
		return n / 2 // two strokes each
	}
	if got := count(must(Visits(book(), bookVisits, VisitsOptions{}))); got != zeros+1 {
		t.Errorf("%d crosses, want %d and one in the key", got, zeros)
	}
	pond := &maze{[]string{".H", "H."}, frozenMoves}
	if got := count(must(Visits(pond, func(env.State, env.Action) int64 { return 0 }, VisitsOptions{}))); got != 8+1 {
		t.Errorf("%d crosses beside two holes, want 8 and one in the key", got)
	}
	if got := count(must(Visits(pond, func(env.State, env.Action) int64 { return 0 }, VisitsOptions{Total: true}))); got != 2+1 {
		t.Errorf("%d crosses of states beside two holes, want 2 and one in the key", got)
	}
}

// The wedges of the moves share out the square without gap or overlap: their areas sum to 4.
func TestSectorsTile(t *testing.T) {
	for name, move := range map[string][][2]int{"book": bookMoves[:4], "frozen": frozenMoves, "king": kingMoves[:8],
		"two": {{0, -1}, {0, 1}}, "knight": {{-2, -1}, {-1, 2}, {2, 1}, {1, -2}}} {
		total := 0.0
		for _, s := range must(sectors(move)) {
			poly, _ := s.outline()
			for i := range poly {
				p, q := poly[i], poly[(i+1)%len(poly)]
				total += float64(p.X*q.Y-q.X*p.Y) / 2
			}
		}
		if !near(total, 4, 1e-9) {
			t.Errorf("%s: the wedges cover %v of 4", name, total)
		}
	}
	if s := must(sectors(bookMoves[4:])); !s[0].middle {
		t.Error("staying put has no square in the middle")
	}
}

// A path of a million steps is drawn in no time, every passage that was used is there, and no more strands than asked.
func TestTrajectoryOfAMillionSteps(t *testing.T) {
	states := walk(1e6)
	start := time.Now()
	f := must(Trajectory(book(), states, TrajectoryOptions{}))
	if err := Write(f, 300, 300, &bytes.Buffer{}, "png"); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > slow*5*time.Second { // 0.3 s on a free machine
		t.Errorf("a million steps take %v", d)
	}
	b := must(newBoard(book()))
	cell := make([]int32, len(states))
	for i, s := range states {
		cell[i] = int32(s)
	}
	used := map[[2]int]int{}
	for _, run := range newPath(b, cell, 3).runs {
		for i := 1; i < len(run); i++ {
			at := func(s spot) int { return int(4-math.Floor(float64(s.y)))*5 + int(s.x) }
			from, to := at(run[i-1]), at(run[i])
			used[[2]int{min(from, to), max(from, to)}]++
		}
	}
	if want := 40 + 25; len(used) != want { // 40 pairs of neighbours, 25 cells to stay in
		t.Errorf("%d passages are drawn, want %d", len(used), want)
	}
	for k, n := range used {
		if n != 3 {
			t.Errorf("passage %v has %d strands, want 3", k, n)
		}
	}
}

// Short paths are drawn whole, in one stroke from start to end.
func TestTrajectoryOfOneRun(t *testing.T) {
	b := must(newBoard(book()))
	p := newPath(b, []int32{0, 1, 6, 6, 7}, 0)
	if len(p.runs) != 1 || len(p.runs[0]) != 5 || p.runs[0][0] != p.start || p.runs[0][4] != p.end {
		t.Errorf("the path is %v from %v to %v", p.runs, p.start, p.end)
	}
	if p := newPath(b, []int32{7}, 0); len(p.runs) != 0 || p.start != p.end {
		t.Errorf("the path of one state is %v", p.runs)
	}
}

// The running average is that of Zhao, Figure 5.2: the last point of the line is the mean of the samples.
func TestSamplesRunningAverage(t *testing.T) {
	x := []float64{1, -1, -1, 1, 1, 1, -1, 1}
	f := must(Samples(x, 0, SamplesOptions{}))
	f.Plot.X.Min, f.Plot.X.Max, f.Plot.Y.Min, f.Plot.Y.Max = 0, 8, -1, 1
	r := drawn(f, 400, 300)
	for _, m := range r.strokes {
		if m.clr == vermilion && len(m.path) == 8 {
			first, last := m.path[0].Pos, m.path[7].Pos
			zero := float64(m.path[1].Pos.Y) // the mean of 1 and -1
			if got := (float64(last.Y) - zero) / (float64(first.Y) - zero); !near(got, 0.25, 1e-9) {
				t.Errorf("the average of %v is drawn at %v, want 0.25", x, got)
			}
			return
		}
	}
	t.Error("there is no running average of 8 points")
}

// Dots stand in a row for all 125 pairs; on a log axis pairs never visited are crosses at the bottom.
func TestCounts(t *testing.T) {
	n := make([]int64, 125)
	for i := range n {
		n[i] = int64(i % 5 * i)
	}
	zeros := 25 // every fifth
	for _, log := range []bool{false, true} {
		f := must(Counts(n, CountsOptions{LogY: log}))
		r := drawn(f, 400, 300)
		discs, crosses := 0, 0
		for _, m := range r.fills {
			if len(m.path) == 6 && m.clr == blue {
				discs++
			}
		}
		for _, m := range r.strokes {
			if m.clr == vermilion {
				crosses++
			}
		}
		if discs != 100+3 || crosses != 2*(zeros+1) { // three discs and a cross in the key
			t.Errorf("log %v: %d discs and %d crosses, want 103 and %d", log, discs, crosses/2, zeros+1)
		}
		if got := join(r.named("never.*")); got != "never visited: 25 of 125" {
			t.Errorf("log %v: the key says %q", log, got)
		}
	}
}

// Cells of all panels of a page have one size and stand in line, with and without colour bars, titles and keys.
func TestPageLinesUp(t *testing.T) {
	a := must(Policy(book(), bookPolicy, PolicyOptions{Title: "left"}))
	b := must(Values(book(), bookValues(), ValuesOptions{Label: "v", Max: 100000, Min: -1}))
	c := must(Trajectory(book(), walk(10), TrajectoryOptions{Title: "below"}))
	d := must(Values(book(), bookValues(), ValuesOptions{Title: "d", Plain: true}))
	r := drawn(must(Page([]Drawable{a, b, c, d}, PageOptions{Title: "page", Cols: 2})), 500, 560)
	corner := func(k int) (x, y, side vg.Length) { // from the numbers of the columns: 1 to 5, then the rows
		w := r.named("[1-5]")[10*k:]
		return w[0].at.X, w[0].at.Y, (w[4].at.X - w[0].at.X) / 4
	}
	x0, y0, side := corner(0)
	x1, y1, s1 := corner(1)
	x2, y2, s2 := corner(2)
	x3, y3, s3 := corner(3)
	for _, pair := range [][2]vg.Length{{side, s1}, {side, s2}, {side, s3}, {y0, y1}, {y2, y3}, {x0, x2}, {x1, x3}} {
		if !near(float64(pair[0]), float64(pair[1]), 1e-6) {
			t.Errorf("panels at (%v, %v, %v), (%v, %v, %v), (%v, %v, %v), (%v, %v, %v) are out of line",
				x0, y0, side, x1, y1, s1, x2, y2, s2, x3, y3, s3)
			break
		}
	}
	if join(r.named("left|below|d|page")) != "page left below d" {
		t.Errorf("the titles are %q", join(r.named("left|below|d|page")))
	}
	// A plot of gonum and a page are panels, too.
	sheet := must(Page([]Drawable{must(Page([]Drawable{a, c}, PageOptions{})), plot.New()}, PageOptions{Cols: 1}))
	written(t, sheet, "svg")
}

// Nothing is drawn outside of the canvas, whatever its shape.
func TestNothingIsCutOff(t *testing.T) {
	for _, p := range pictures() {
		for _, size := range [][2]vg.Length{{p.width, p.height}, {300, 400}, {500, 240}} {
			if p.name == "page" && size[0] != p.width {
				continue
			}
			r := drawn(must(p.draw()), size[0], size[1])
			for _, m := range append(r.fills, r.strokes...) {
				for _, c := range m.path {
					if c.Type == vg.CloseComp {
						continue
					}
					if c.Pos.X < -1e-6 || c.Pos.Y < -1e-6 || c.Pos.X > size[0]+1e-6 || c.Pos.Y > size[1]+1e-6 {
						t.Fatalf("%s at %v: a mark at %v", p.name, size, c.Pos)
					}
				}
			}
			sty := textStyle(newPlot(), smallSize) // no label is larger than this by more than its height
			for _, w := range r.texts {
				if w.at.Y < 0 || w.at.Y > size[1]-0.5*sty.Font.Size || w.at.X > size[0] {
					t.Errorf("%s at %v: %q at %v", p.name, size, w.text, w.at)
				}
			}
		}
	}
}

// A caller's axis limits cut curves and bands off.
func TestLimitsClip(t *testing.T) {
	f := must(Convergence([]Curve{learning("c", 100, 1, 0.1)}, ConvergenceOptions{}))
	f.Plot.X.Min, f.Plot.X.Max, f.Plot.Y.Min, f.Plot.Y.Max = 20, 40, 0.1, 0.2
	r := drawn(f, 300, 300)
	for _, m := range append(r.strokes, r.fills[1:]...) {
		for _, c := range m.path {
			if c.Type != vg.CloseComp && (c.Pos.X < 7 || c.Pos.X > 294 || c.Pos.Y < 7 || c.Pos.Y > 294) {
				t.Fatalf("a mark at %v outside of the margins", c.Pos)
			}
		}
	}
}

// Drawing does not change a figure: the same figure serves a large page and a small one.
func TestDrawChangesNothing(t *testing.T) {
	for _, p := range pictures() {
		d := must(p.draw())
		f, ok := d.(*Figure)
		if !ok {
			continue
		}
		before := fmt.Sprintf("%+v", *f.Plot)
		drawn(f, 500, 500)
		drawn(f, 200, 250)
		if after := fmt.Sprintf("%+v", *f.Plot); before != after {
			t.Errorf("%s: drawing changed the plot", p.name)
		}
	}
}

// The grids of package env are layouts that need no options: their states, actions and terminal cells are asked for.
func TestGridIsALayout(t *testing.T) {
	for name, c := range map[string]struct {
		config env.GridConfig
		arrows int
	}{"zhao": {env.Zhao5(-10, 0), 25}, "frozen": {env.FrozenLake4(true), 16 - 4 - 1}} { // four holes, one goal
		g := must(env.NewGrid(c.config))
		up := func(_ env.State, a env.Action) float64 {
			if dr, _ := g.Move(a); dr == -1 {
				return 1
			}
			return 0
		}
		if got := len(tips(drawn(must(Policy(g, up, PolicyOptions{})), 300, 300))); got != c.arrows {
			t.Errorf("%s: %d arrows, want %d", name, got, c.arrows)
		}
		written(t, must(Values(g, make([]float64, g.NumStates()), ValuesOptions{})), "svg")
		written(t, must(Visits(g, func(env.State, env.Action) int64 { return 1 }, VisitsOptions{})), "svg")
	}
}
