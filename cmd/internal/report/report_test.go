package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/experiment/planfile"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

const plan = `title: Two <small> worlds
gamma: 0.9
horizon: 20
episodes: 150
environments: [zhao-2x2, zhao-3x3]
algorithms:
  - {algorithm: es, grid: {step: [0.1, 0.5]}}
  - {algorithm: epsilon-greedy, name: soft, epsilon: 0.3}
`

// played runs a plan in a directory of its own.
func played(t *testing.T, text string) (dir string) {
	t.Helper()
	p, err := planfile.Read(strings.NewReader(text), "plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "sweep")
	run, err := sweep.Create(rundir.Disk{}, dir, p)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range run.Play(context.Background(), 2) {
		if err != nil || e.Err != nil {
			t.Fatal(err, e.Err)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func looked(t *testing.T, dir string) *sweep.Results {
	t.Helper()
	r, err := sweep.Look(rundir.Disk{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pageOf(t *testing.T, dir string) (*Page, string) {
	t.Helper()
	return pageWith(t, dir, Options{Versions: []string{"mcrl 1.2.3"}})
}

func pageWith(t *testing.T, dir string, o Options) (*Page, string) {
	t.Helper()
	r := looked(t, dir)
	p, err := New(r.Plan(), o)
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for n, err := range p.Read(r) {
		if err != nil || n != last+1 {
			t.Fatalf("%d cells read after %d: %v", n, last, err)
		}
		last = n
	}
	page := &Page{Report: p}
	stages := 0
	for n, err := range page.Draw() {
		if err != nil {
			t.Fatal(err)
		}
		stages = n
	}
	if last != p.Plan.Len() || stages != page.Stages() {
		t.Fatalf("%d of %d cells read, %d of %d stages drawn", last, p.Plan.Len(), stages, page.Stages())
	}
	var b bytes.Buffer
	if err := page.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return page, b.String()
}

// finals reads the final gap of the greedy policy and the RMSE of every record, by group of the plan.
func finals(t *testing.T, dir string) map[int][2][]float64 {
	t.Helper()
	r := looked(t, dir)
	all := map[int][2][]float64{}
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		x, last := result.Record, result.Record.Points[len(result.Record.Points)-1]
		best, greedy := x.Exact.Best, x.Exact.Policy
		if x.Epsilon > 0 {
			best, greedy = x.Exact.Optimum, x.Exact.Greedy
		}
		worst := 0.0
		for s := range best {
			worst = math.Max(worst, best[s]-greedy[s])
		}
		group := result.Cell.Index / len(r.Plan().Seeds)
		e := all[group]
		e[0], e[1] = append(e[0], worst), append(e[1], *last.RMSE)
		all[group] = e
	}
	return all
}

// The numbers of the tables are those of package estimate on the records.
func TestTablesAreEstimates(t *testing.T) {
	dir := played(t, plan+"seeds: 1..6\n")
	page, html := pageOf(t, dir)
	want := finals(t, dir)
	b := estimate.Bootstrap{Level: 0.95, Resamples: 10_000, Expanded: true}
	group := 0
	for _, section := range page.Sections {
		for i := range section.Tables[0].Rows {
			for m, table := range section.Tables {
				row, x := table.Rows[i], want[group][m]
				var v estimate.Variance
				for _, y := range x {
					v.Add(y)
				}
				if row.N != 6 || row.Mean.X != estimate.Average(x) || row.Median.X != estimate.Median(x) || row.IQM.X != estimate.InterquartileMean(x) {
					t.Errorf("%s, %s, %s: %+v, not of %v", section.Name, table.Metric, row.Name, row.Summary, x)
				}
				if *row.Mean.Interval != estimate.StudentT(v, 0.95) {
					t.Errorf("%s, %s: interval of the mean %v, want %v", section.Name, row.Name, *row.Mean.Interval, estimate.StudentT(v, 0.95))
				}
				band, err := b.Interval([][]float64{x}, estimate.Pooled(estimate.InterquartileMean), stream(forIQM, group, m))
				if err != nil || *row.IQM.Interval != band {
					t.Errorf("%s, %s: interval of the IQM %v, want %v, %v", section.Name, row.Name, *row.IQM.Interval, band, err)
				}
				if cell := "<td>" + string(valueText(row.Mean)) + "</td>"; !strings.Contains(html, cell) {
					t.Errorf("the page lacks %s", cell)
				}
			}
			group++
		}
	}
	if group != 6 {
		t.Errorf("%d rows, want 6", group)
	}
}

// Comparisons are paired by seed, with the first setting of the environment; for 6 seeds as estimate has them.
func TestComparisonsArePaired(t *testing.T) {
	dir := played(t, plan+"seeds: 1..6\n")
	page, _ := pageOf(t, dir)
	want := finals(t, dir)
	for _, m := range scored {
		x, y := want[4][m], want[3][m] // step 0.5 against 0.1 in the second environment
		c := page.Sections[1].Comparisons[m].Rows[0]
		d, err := estimate.Differences(x, y)
		if err != nil || c.N != 6 || c.Difference.X != d.Mean() || *c.Difference.Interval != estimate.StudentT(d, 0.95) {
			t.Errorf("%s: difference %+v, want that of %v and %v, %v", metricNames[m], c.Difference, x, y, err)
		}
		beaten := 0.0
		for _, u := range x {
			for _, v := range y {
				if u < v {
					beaten++
				} else if u == v {
					beaten += 0.5
				}
			}
		}
		if math.Abs(c.Improvement.X-beaten/36) > 1e-12 {
			t.Errorf("%s: probability of improvement %v, want %v: the smaller error is the better", metricNames[m], c.Improvement.X, beaten/36)
		}
	}
}

func TestVerdicts(t *testing.T) {
	p := &Report{Options: Options{Level: 0.95}}
	varianceOf := func(x ...float64) (v estimate.Variance) {
		for _, y := range x {
			v.Add(y)
		}
		return v
	}
	for _, c := range []struct {
		x        []float64
		together float64
		want     string
	}{
		{[]float64{0, 0, 0}, 0.95, "the same on every seed"},
		{[]float64{-1, -1.1, -0.9}, 0.95, "better"},
		{[]float64{1, 1.1, 0.9}, 0.95, "worse"},
		{[]float64{1, -1}, 0.95, "open"},
		{[]float64{-1, -1, -1}, 0.999, "better"},
	} {
		if got := p.verdict(varianceOf(c.x...), c.together); got != c.want {
			t.Errorf("%v: %q, want %q", c.x, got, c.want)
		}
	}
	v := varianceOf(-3, 1, -2, 1)
	n, ok := estimate.RunsNeeded(v, 0.95, 0.8)
	if want := "open; about " + grouped(n) + " seeds would settle it"; !ok || n < 5 || p.verdict(v, 0.95) != want {
		t.Errorf("verdict %q, want %q", p.verdict(v, 0.95), want)
	}
	// Settled alone, but not as one of ten comparisons: the t quantiles of 4 degrees of freedom are 2.776 and 5.598, and 4 is
	// the mean in standard errors.
	v = varianceOf(-4, -4+math.Sqrt2, -4-math.Sqrt2, -4+math.Sqrt(8), -4-math.Sqrt(8))
	n, _ = estimate.RunsNeeded(v, together(0.95, 10), 0.8)
	if want := "open (settled if it stood alone); about " + grouped(n) + " seeds would settle it"; p.verdict(v, together(0.95, 10)) != want || p.verdict(v, 0.95) != "better" {
		t.Errorf("verdict %q, alone %q: want %q and better", p.verdict(v, together(0.95, 10)), p.verdict(v, 0.95), want)
	}
}

// The page is whole, says what it must, and depends on the records alone: not on the directory, the clock or the network.
func TestPage(t *testing.T) {
	dir := played(t, plan+"seeds: 1..3\n")
	page, html := pageOf(t, dir)
	moved := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(moved, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if _, again := pageOf(t, moved); again != html {
		t.Error("another directory, another page")
	}
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
	}
	for _, text := range []string{"Two &lt;small&gt; worlds", "Agarwal", "rliable", "name: soft, epsilon: 0.3", "Seeds: 1..3", strings.ReplaceAll(env.StreamVersion, "+", "&#43;"),
		"Made by mcrl 1.2.3", "mcrl experiment run spec.yaml -o DIR", "prefers-color-scheme: dark", `name="viewport"`, "18 of 18 cells",
		"no band: a bootstrap of fewer than 5 seeds says nothing"} {
		if !strings.Contains(html, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	names := map[string]bool{}
	for _, f := range page.Figures() {
		if names[f.Name] || !strings.Contains(html, `<figure id="`+f.Name+`">`) {
			t.Errorf("figure %s: twice, or not on the page", f.Name)
		}
		names[f.Name] = true
	}
	if n := strings.Count(html, "<svg "); n != len(names) || n < 2*5+1 {
		t.Errorf("%d drawings of %d figures", n, len(names))
	}
	if outside := regexp.MustCompile(`(?i)(src|href|url)\s*[=(]\s*"?(https?:)?//|<script|<link|@import`).FindString(html); outside != "" {
		t.Errorf("the page refers to the network: %s", outside)
	}
	if strings.Contains(html, filepath.Dir(dir)) {
		t.Error("the page has the path of the directory")
	}
	for _, table := range page.Sections[0].Tables {
		for _, row := range table.Rows {
			if row.Mean.Interval == nil || row.IQM.Interval != nil || row.Median.Interval != nil {
				t.Errorf("%s: with 3 seeds want Student's interval alone, got %+v", row.Name, row.Summary)
			}
		}
	}
}

// One seed has no band and no interval, and the page says so.
func TestOneSeed(t *testing.T) {
	page, html := pageOf(t, played(t, plan+"seeds: [7]\n"))
	if !strings.Contains(html, "One seed: the curve is that run, and there is no band.") || strings.Contains(html, "<small>[") {
		t.Error("one seed: want a word about it, and no interval")
	}
	for _, s := range page.Worlds[0].Settings {
		for _, m := range scored {
			for _, a := range averages {
				c, err := page.curve(s, m, a)
				if err != nil || c.Lo != nil || len(c.X) == 0 {
					t.Errorf("%s: band %v, %d points, %v", s.Name, c.Lo, len(c.X), err)
				}
			}
		}
	}
	if v := page.Sections[0].Comparisons[0].Rows[0].Verdict; v != "one common seed: nothing can be said" {
		t.Errorf("verdict %q", v)
	}
}

// A curve has the points that all seeds share and no other: runs that end when enough is certain end at different ones. A hole
// is where a gap is infinite.
func TestCurvesInterpolateNothing(t *testing.T) {
	s := &Setting{Name: "a", index: 3}
	for i, at := range [][]int64{{0, 10, 20, 30, 40}, {0, 10, 20, 25, 40}, {0, 20, 30, 40}, {0, 10, 20, 40}, {0, 10, 20, 30, 40, 50}} {
		var r run
		for _, n := range at {
			x := float64(n)*float64(i+1) + float64(i*i)
			e := measures{gap: x, rmse: 100 - x/10}
			if n == 40 && i == 2 {
				e[gap] = math.Inf(1)
			}
			r.points = append(r.points, point{episodes: n, steps: 3*n + int64(i)*n/10, measures: e})
		}
		s.runs = append(s.runs, r)
	}
	if got := s.shared(); !slices.Equal(got, []int64{0, 20, 40}) {
		t.Fatalf("shared points %v, want 0, 20, 40", got)
	}
	p := &Report{Options: Options{Level: 0.9}}
	c, err := p.curve(s, gap, mean)
	if err != nil || !slices.Equal(c.X, []float64{64, 128}) || c.Y[0] != 66 || !math.IsNaN(c.Y[1]) || !math.IsNaN(c.Hi[1]) {
		t.Fatalf("curve of the gap %+v, %v", c, err)
	}
	x := []float64{20, 41, 64, 89, 116} // 20 (i+1) + i^2
	var v estimate.Variance
	for _, y := range x {
		v.Add(y)
	}
	if want := estimate.StudentT(v, 0.9); c.Lo[0] != want.Lo || c.Hi[0] != want.Hi {
		t.Errorf("band [%v, %v], want %v", c.Lo[0], c.Hi[0], want)
	}
	if c, err = p.curve(s, gap, iqm); err != nil || c.Y[0] != estimate.InterquartileMean(x) {
		t.Fatalf("curve of the gap %+v, %v", c, err)
	}
	band, err := resampling(0.9, curveResamples).Interval([][]float64{x}, estimate.Pooled(estimate.InterquartileMean), stream(forCurve, 3, int(gap), 20))
	if err != nil || c.Lo[0] != band.Lo || c.Hi[0] != band.Hi {
		t.Errorf("band [%v, %v], want %v, %v", c.Lo[0], c.Hi[0], band, err)
	}
	if c, err = p.curve(s, rmse, mean); err != nil || len(c.Y) != 2 || math.IsNaN(c.Y[1]) {
		t.Errorf("curve of the RMSE %+v, %v", c, err)
	}
}

// Cells that are missing or altered are counted and named, and the rest is reported.
func TestUnfinished(t *testing.T) {
	dir := played(t, plan+"seeds: 1..3\n")
	ids := []string{}
	for c := range looked(t, dir).Plan().Cells() {
		ids = append(ids, c.ID)
	}
	record := func(i int) string { return filepath.Join(dir, "cells", ids[i], "record.json") }
	if err := errors.Join(os.Remove(record(0)), os.Truncate(record(4), 100)); err != nil {
		t.Fatal(err)
	}
	page, html := pageOf(t, dir)
	if page.Finished != 16 || page.Missing() != 2 || !slices.Equal(page.Altered, []string{"cells/" + ids[4] + "/record.json"}) {
		t.Errorf("%d finished, %d missing, altered %v", page.Finished, page.Missing(), page.Altered)
	}
	for _, text := range []string{"2 of 18 cells are not finished", "<code>cells/" + ids[4] + "/record.json</code>"} {
		if !strings.Contains(html, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	if row, c := page.Sections[0].Tables[0].Rows[0], page.Sections[0].Comparisons[0].Rows[0]; row.N != 2 || c.N != 1 {
		t.Errorf("%d seeds and %d in common, want 2 and 1", row.N, c.N)
	}
	for _, id := range ids {
		if err := os.RemoveAll(filepath.Join(dir, "cells", id)); err != nil {
			t.Fatal(err)
		}
	}
	if page, _ := pageOf(t, dir); page.Finished != 0 {
		t.Errorf("%d finished, want none", page.Finished)
	}
}

// A greedy policy that never ends (gamma = 1) has an infinite gap: it counts, but it has no interval, and no difference.
func TestInfiniteGaps(t *testing.T) {
	p := &Report{Options: Options{Level: 0.95}, Plan: &sweep.Plan{}}
	inf := math.Inf(1)
	s, err := p.summarize([]float64{1, inf, 2, 3, 4, 5, 6, 7}, gap, 0)
	if err != nil || s.Infinite != 1 || s.Mean.X != inf || s.Mean.Interval != nil || s.Median.X != 4.5 || s.IQM.X != 4.5 || s.IQM.Interval != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if gapOf([]float64{1, 2}, nil) != inf || gapOf([]float64{1, 5}, []float64{0, 2}) != 3 {
		t.Error("gap of an endless policy, or of values")
	}
	runs := func(gaps ...float64) (list []run) {
		for i, x := range gaps {
			list = append(list, run{cell: sweep.Cell{Seed: uint64(i + 1)}, end: measures{gap: x}})
		}
		return list
	}
	one, two := &Setting{Name: "one", runs: runs(inf, 3, 5, 7)}, &Setting{Name: "two", runs: runs(5, 4, math.NaN(), 9, 1)}
	slices.Reverse(two.runs)
	if x, y := p.pairs(one, two, gap); !slices.Equal(x, []float64{inf, 3, 7}) || !slices.Equal(y, []float64{5, 4, 9}) {
		t.Errorf("pairs %v and %v", x, y)
	}
	c, err := p.compareAll(&World{Settings: []*Setting{two, one}, Baseline: two}, gap)
	if err != nil || c.Count != 1 || c.Together != 0.95 {
		t.Fatalf("%+v, %v", c, err)
	}
	// Of the nine pairs of runs four go to one: 3 is below 5, 4 and 9, and 7 below 9.
	if r := c.Rows[0]; r.N != 3 || r.Infinite != 1 || r.Difference.X != -1.5 || r.Improvement.X != 4.0/9 || r.Verdict != "open: 1 seed without a finite gap" {
		t.Errorf("comparison %+v", r)
	}
	curve, err := p.profile([][]float64{{0, 0.05, inf, 2}}, []float64{0.01, 0.1, 1e300}, stream(forProfile))
	if err != nil || !slices.Equal(curve.Y, []float64{0.25, 0.5, 0.75}) {
		t.Errorf("profile %v, %v", curve, err)
	}
	if tau := thresholds([][][]float64{{{0, 0.05, inf, 2}}}); tau[0] != 0.01 || tau[len(tau)-1] != 10 {
		t.Errorf("thresholds from %v to %v", tau[0], tau[len(tau)-1])
	}
	if tau := thresholds([][][]float64{{{0, 0}}}); tau != nil {
		t.Errorf("thresholds %v of no error", tau)
	}
}

// All environments together: relative gaps, environments as strata, wins averaged over them.
func TestJoint(t *testing.T) {
	dir := played(t, plan+"seeds: 1..4\n")
	page, html := pageOf(t, dir)
	if len(page.Joint.Rows) != 3 || !strings.Contains(html, `id="all"`) {
		t.Fatalf("%d joint settings, want 3", len(page.Joint.Rows))
	}
	j := page.Joint.Rows[2]
	var all []float64
	for w, group := range []int{2, 5} {
		scale := page.Worlds[w].Settings[2].runs[0].scale
		for _, x := range finals(t, dir)[group][0] {
			all = append(all, x/scale)
		}
	}
	if j.N != 8 || j.Mean.X != estimate.Average(all) || j.IQM.X != estimate.InterquartileMean(all) || j.Mean.Interval == nil || !j.Mean.Interval.Contains(j.Mean.X) {
		t.Errorf("%+v, want the averages of %v", j, all)
	}
	page, html = pageOf(t, played(t, strings.Replace(plan, ", zhao-3x3", "", 1)+"seeds: 1..2\n"))
	if page.Joint != nil || strings.Contains(html, `id="all"`) {
		t.Error("one environment, and a section of all")
	}
}

func TestLevel(t *testing.T) {
	dir := played(t, plan+"seeds: 1..2\n")
	for _, level := range []float64{-1, 1, 2, math.NaN()} {
		_, err := New(looked(t, dir).Plan(), Options{Level: level})
		var field *env.FieldError
		if !errors.As(err, &field) || field.Field != "level" {
			t.Errorf("level %v: error %v", level, err)
		}
	}
	page, _ := pageWith(t, dir, Options{Level: 0.8})
	if page.Flags() != " --level 0.8" {
		t.Errorf("flags %q", page.Flags())
	}
	a, b := page.Sections[0].Tables[1].Rows[0].Mean.Interval, page.Worlds[0].Settings[0].scores(rmse)
	var v estimate.Variance
	v.Add(b[0])
	v.Add(b[1])
	if *a != estimate.StudentT(v, 0.8) {
		t.Errorf("interval %v, want %v", *a, estimate.StudentT(v, 0.8))
	}
}

// The others are compared with the baseline, at the simultaneous level of all of them.
func TestBaseline(t *testing.T) {
	dir := played(t, plan+"seeds: 1..6\n")
	p := looked(t, dir).Plan()
	for text, want := range map[string][]string{
		"es, step 0.5": {"es, step 0.5"}, "es-step-0.5": {"es, step 0.5"}, "zhao-3x3-es-step-0.5": {"es, step 0.5"}, "soft": {"soft"},
		"es": {"es, step 0.1", "es, step 0.5"}, "epsilon-greedy": nil, "": nil, "zhao-2x2": nil,
	} {
		if got := Match(p, text); !slices.Equal(got, want) {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
	var field *env.FieldError
	if _, err := New(p, Options{Baseline: "es"}); !errors.As(err, &field) || field.Field != "baseline" {
		t.Errorf("error %v", err)
	}
	page, html := pageWith(t, dir, Options{Baseline: "es, step 0.5"})
	if page.Flags() != " --baseline 'es, step 0.5'" || !strings.Contains(html, "report DIR --baseline &#39;es, step 0.5&#39; -o report.html") {
		t.Errorf("flags %q", page.Flags())
	}
	want := finals(t, dir)
	for w, s := range page.Sections {
		for _, m := range scored {
			c := s.Comparisons[m]
			if c.Baseline != "es, step 0.5" || c.Absent || c.Count != 2 || c.Together != 0.975 || len(c.Rows) != 2 || c.Rows[0].Name != "es, step 0.1" || c.Rows[1].Name != "soft" {
				t.Fatalf("%s: %+v", s.Name, c)
			}
			for i, group := range []int{3 * w, 3*w + 2} {
				d, err := estimate.Differences(want[group][m], want[3*w+1][m])
				r := c.Rows[i]
				if err != nil || *r.Difference.Interval != estimate.StudentT(d, 0.95) || *r.Together != estimate.StudentT(d, 0.975) {
					t.Errorf("%s, %s: %+v, want those of %v, %v", s.Name, r.Name, r, d, err)
				}
				if settled := !r.Together.Contains(0) && d.Mean() != 0; settled != (r.Verdict == "better" || r.Verdict == "worse") {
					t.Errorf("%s, %s: %q with %v", s.Name, r.Name, r.Verdict, *r.Together)
				}
			}
		}
	}
	if j := page.Joint; j.Baseline != "es, step 0.5" || !j.Rows[1].IsBaseline || j.Rows[0].IsBaseline || j.Rows[0].Improvement.Interval == nil ||
		j.Rows[0].Together.Lo > j.Rows[0].Improvement.Interval.Lo || j.Rows[0].Together.Hi < j.Rows[0].Improvement.Interval.Hi {
		t.Errorf("%+v", j)
	}
}
