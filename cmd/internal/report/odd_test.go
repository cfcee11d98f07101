package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

func drawingOf(t *testing.T, f *Figure) *plots.Figure {
	t.Helper()
	d, ok := f.Drawing.(*plots.Figure)
	if !ok {
		t.Fatalf("%s is a %T", f.Name, f.Drawing)
	}
	return d
}

func figureOf(t *testing.T, p *Page, name string) *Figure {
	t.Helper()
	for _, f := range p.Figures() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no figure %s", name)
	return nil
}

// A world that is too large for exact values has what can be known all the same: no errors, but what it took.
func TestLargeWorld(t *testing.T) {
	page, html := pageOf(t, played(t, "gamma: 0.9\nhorizon: 10\nepisodes: 50\nenvironments: [open-150, zhao-2x2]\nalgorithms: [es]\nseeds: 1..2\n"))
	large := page.Sections[0]
	if !large.Skipped() || large.Curves != nil || large.Profile != nil || large.Boards != nil || len(large.Further) != 1 || large.Further[0].Name != "01-open-150-truncated-mean" {
		t.Errorf("figures %v", large.figures())
	}
	if e := large.Effort[0]; e.N != 2 || e.Episodes != 50 || e.Steps != 500 || e.Unvisited < 100_000 {
		t.Errorf("effort %+v", e)
	}
	if !strings.Contains(html, "No finished run here has exact values to compare with") || page.Joint != nil || page.Sections[1].Skipped() {
		t.Error("want a word about it, and the other environment")
	}
}

// The optimum's return is a line in the figures of returns, and what they show are the points of the records.
func TestReturns(t *testing.T) {
	dir := played(t, plan+"seeds: 1..3\n")
	page, _ := pageOf(t, dir)
	d := drawingOf(t, figureOf(t, page, "01-zhao-2x2-greedy-return-mean"))
	if last := d.Key[len(d.Key)-1]; last.Label != "optimum" || len(d.Key) != 4 {
		t.Errorf("key %+v: want three settings and the optimum", d.Key)
	}
	sum := 0.0
	var first *experiment.Record
	for r, err := range looked(t, dir).Records() {
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r.Record
		}
		if r.Cell.Index < 3 {
			sum += *r.Record.Points[len(r.Record.Points)-1].GreedyReturn
		}
	}
	s := page.Worlds[0].Settings[0]
	c, err := page.curve(s, greedyReturn, mean)
	if err != nil || math.Abs(c.Y[len(c.Y)-1]-sum/3) > 1e-12 {
		t.Errorf("the curve ends at %v, want %v: %v", c.Y[len(c.Y)-1], sum/3, err)
	}
	g, err := first.Spec.Env.Model()
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	states, probs := g.StartProbs()
	for i, s := range states {
		want += probs[i] * first.Exact.Best[s]
	}
	if s.optimum != want || c.Y[len(c.Y)-1] > want+1e-9 {
		t.Errorf("optimal return %v, want %v", s.optimum, want)
	}
}

// What explores has its own figures, what does not has none; the two gaps are told apart.
func TestExploration(t *testing.T) {
	page, _ := pageOf(t, played(t, plan+"seeds: 1..2\n"))
	soft := page.Worlds[0].Settings[2]
	end := soft.runs[0].points[len(soft.runs[0].points)-1]
	if !soft.runs[0].explores || end.measures[gap] != soft.runs[0].end[gap] || !(end.measures[softReturn] < end.measures[greedyReturn]) {
		t.Errorf("%+v", end)
	}
	figureOf(t, page, "01-zhao-2x2-soft-gap-mean")
	figureOf(t, page, "01-zhao-2x2-return-mean")
	quiet, _ := pageOf(t, played(t, strings.Replace(plan, "  - {algorithm: epsilon-greedy, name: soft, epsilon: 0.3}\n", "", 1)+"seeds: 1..2\n"))
	for _, f := range quiet.Figures() {
		if strings.Contains(f.Name, "soft-gap") || strings.Contains(f.Name, "-return-mean") && !strings.Contains(f.Name, "greedy-return") {
			t.Errorf("figure %s, but nothing explores", f.Name)
		}
	}
}

// Records from before points had a greedy gap: it is the gap where nothing explores, and known at the end alone elsewhere.
func TestOlderPoints(t *testing.T) {
	three := 3.0
	p := experiment.Point{Episodes: 10, Gap: &three, RMSE: &three}
	if x := measuresOf(p, experiment.Exact{}); x[gap] != 3 || x[softGap] != 3 || !math.IsNaN(x[greedyReturn]) || !math.IsNaN(x[visitsMin]) || x[truncated] != 0 {
		t.Errorf("greedy: %v", x)
	}
	p.Epsilon = 0.1
	if x := measuresOf(p, experiment.Exact{}); !math.IsNaN(x[gap]) || x[softGap] != 3 {
		t.Errorf("soft: %v", x)
	}
	p.Visits, p.Gap = &experiment.Visits{Min: 1, Median: 2.5}, nil
	if x := measuresOf(p, experiment.Exact{}); !math.IsInf(x[gap], 1) || !math.IsInf(x[softGap], 1) || x[visitsMedian] != 2.5 {
		t.Errorf("endless: %v", x)
	}
	if x := measuresOf(p, experiment.Exact{Skipped: "large"}); !math.IsNaN(x[gap]) || !math.IsNaN(x[rmse]) || x[visitsMin] != 1 {
		t.Errorf("without exact values: %v", x)
	}
}

// With intervals a board marks what is undecided, and shows the half-widths and the returns.
func TestBoardsWithIntervals(t *testing.T) {
	dir := played(t, strings.Replace(plan, "grid: {step: [0.1, 0.5]}", "improve: batch, batch: 50, average: reset, intervals: true", 1)+"seeds: 1\n")
	page, html := pageOf(t, dir)
	s, plain := page.Worlds[1].Settings[0], page.Worlds[1].Settings[1]
	if s.board.spread == nil || plain.board.spread != nil {
		t.Fatalf("spread of %s %v, of %s %v: want one of the first alone", s.Name, s.board.spread, plain.Name, plain.board.spread)
	}
	r := looked(t, dir)
	record, err := r.Record(s.median().cell)
	if err != nil {
		t.Fatal(err)
	}
	half := []float64(record.Intervals.Half)
	if open := record.Undecided(s.board.on.Table); !slices.Equal(s.board.spread.half, half) || !slices.Equal(s.board.spread.n, record.N) || !slices.Equal(s.board.spread.open, open) {
		t.Errorf("%+v: want what the record has, %v, %v and %v", s.board.spread, half, record.N, open)
	}
	for _, x := range []struct {
		s      *Setting
		panels int
	}{{s, 6}, {plain, 4}} {
		d, err := x.s.board.draw()
		if sheet, ok := d.(*plots.Sheet); err != nil || !ok || len(sheet.Panels) != x.panels {
			t.Errorf("%s: %v, %v: want %d panels", x.s.Name, d, err, x.panels)
		}
	}
	if want := "half the width of the 95% interval of each q(s, a)"; !strings.Contains(s.boardCaption(), want) || !strings.Contains(html, want) {
		t.Errorf("caption %q: want %q", s.boardCaption(), want)
	}
}

// The board is that of the median run, of two the better one, and shows all optimal actions.
func TestBoards(t *testing.T) {
	page, html := pageOf(t, played(t, plan+"seeds: 1..4\n"))
	for _, s := range page.Worlds[1].Settings {
		below, above := 0, 0
		var m run
		for _, r := range s.runs {
			if r.cell.Seed == s.board.seed {
				m = r
			}
		}
		for _, r := range s.runs {
			if r.end[gap] < m.end[gap] || r.end[gap] == m.end[gap] && r.end[rmse] < m.end[rmse] {
				below++
			}
			if r.end[gap] > m.end[gap] || r.end[gap] == m.end[gap] && r.end[rmse] > m.end[rmse] {
				above++
			}
		}
		if below > 1 || above > 2 {
			t.Errorf("%s: seed %d has %d better runs and %d worse: want 1 and 2", s.Name, s.board.seed, below, above)
		}
		if !strings.Contains(html, s.boardCaption()) || !strings.Contains(s.boardCaption(), ", the median of 4 by the final gap: ") {
			t.Errorf("the page lacks %q", s.boardCaption())
		}
	}
	if strings.Contains(html, "A folded corner") {
		t.Error("the page speaks of intervals: there are none")
	}
	w := page.Worlds[0]
	endless := *w.Settings[0].board
	endless.gamma = 1 // the target pays for ever
	d, err := endless.draw()
	if sheet, ok := d.(*plots.Sheet); err != nil || !ok || len(sheet.Panels) != 2 || !strings.Contains((&Setting{board: &endless}).boardCaption(), "There is no optimum") {
		t.Errorf("board without an optimum: %v, %v", d, err)
	}
	for len(w.Settings) <= maxBoards+1 {
		w.Settings = append(w.Settings, w.Settings[0])
	}
	if list, left, err := page.boards(1, w); err != nil || len(list) != maxBoards || left != 2 {
		t.Errorf("%d boards and %d left out, %v: want %d and 2", len(list), left, err, maxBoards)
	}
	g, err := env.NewGrid(env.Zhao2())
	if err != nil {
		t.Fatal(err)
	}
	q := make([]float64, g.NumStates()*g.NumActions())
	q[1], q[3], q[4] = 2, 2+1e-12, 1
	prob := optimalActions(g.Table, q)
	for a, want := range []float64{0, 0.5, 0, 0.5, 0} {
		if got := prob(0, env.Action(a)); got != want {
			t.Errorf("action %d: %v, want %v", a, got, want)
		}
	}
}
