package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/planfile"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

const plan = `gamma: 0.9
horizon: 20
episodes: 150
environments: [zhao-2x2, zhao-3x3]
algorithms:
  - {algorithm: es, grid: {step: [0.1, 0.5]}}
  - {algorithm: es, name: sure, until_certain: 0.5, improve: sweep, visit: initial, average: reset, starts: sweep-pairs}
  - {algorithm: epsilon-greedy, epsilon: 0.3, starts: uniform-pairs}
seeds: [3, 1, 18446744073709551615, 4, 5, 6, 7, 8, 9]
`

// played runs the plan in a directory.
func played(t *testing.T) *sweep.Results {
	t.Helper()
	p, err := planfile.Read(strings.NewReader(plan), "plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	run, err := sweep.Create(rundir.Disk{}, t.TempDir(), p)
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
	return run.Results
}

// A table has a row for each point of each record, with its very numbers, and CSV and JSON Lines say the same.
func TestTables(t *testing.T) {
	r := played(t)
	var want []string
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range result.Record.Points {
			want = append(want, line(result.Cell.ID, result.Cell.Seed, p))
		}
	}
	for _, table := range []Table{Curves, Finals} {
		var a, b bytes.Buffer
		n, err := CSV(&a, r, table)
		if err != nil {
			t.Fatal(err)
		}
		m, err := JSONLines(&b, r, table)
		if err != nil {
			t.Fatal(err)
		}
		one, other := fromCSV(t, &a), fromJSON(t, &b)
		if !slices.Equal(one, other) || n != len(one) || m != n {
			t.Errorf("%s: CSV has\n%s\nJSON Lines have\n%s", table, strings.Join(one, "\n"), strings.Join(other, "\n"))
		}
		if table == Curves && !slices.Equal(one, want) {
			t.Errorf("curves\n%s\nwant\n%s", strings.Join(one, "\n"), strings.Join(want, "\n"))
		}
		if table == Finals && n != r.Plan().Len() {
			t.Errorf("%d rows: want one for each of the %d cells", n, r.Plan().Len())
		}
	}
}

// line is what a row says of a point.
func line(cell string, seed uint64, p experiment.Point) string {
	return fmt.Sprint(cell, " ", seed, " ", p.Episodes, " ", p.Iterations, " ", p.Steps, " ", p.Truncated, " ", text(p.Epsilon), " ",
		number(p.Gap), " ", number(p.RMSE), " ", number(p.GreedyGap), " ", number(p.Return), " ", number(p.GreedyReturn), " ",
		p.Visits.Unvisited, " ", p.Visits.Min, " ", text(p.Visits.Median))
}

func number(x *float64) string {
	if x == nil {
		return ""
	}
	return text(*x)
}

func fromCSV(t *testing.T, b *bytes.Buffer) (rows []string) {
	t.Helper()
	all, err := csv.NewReader(b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := "cell environment algorithm setting_step gamma horizon seed episodes iterations steps truncated epsilon gap rmse " +
		"greedy_gap return greedy_return unvisited visits_min visits_median"
	if got := strings.Join(all[0], " "); got != want {
		t.Fatalf("names %s: want %s", got, want)
	}
	for _, f := range all[1:] {
		rows = append(rows, strings.Join(append([]string{f[0]}, f[6:]...), " "))
	}
	return rows
}

func fromJSON(t *testing.T, b *bytes.Buffer) (rows []string) {
	t.Helper()
	d := json.NewDecoder(b)
	for d.More() {
		var x struct {
			Cell string
			Seed uint64
			experiment.Point
			Unvisited int
			Min       int64   `json:"visits_min"`
			Median    float64 `json:"visits_median"`
		}
		if err := d.Decode(&x); err != nil {
			t.Fatal(err)
		}
		x.Visits = &experiment.Visits{Unvisited: x.Unvisited, Min: x.Min, Median: x.Median}
		rows = append(rows, line(x.Cell, x.Seed, x.Point))
	}
	return rows
}

// The header ends at a multiple of 64 bytes and says its own length, as NEP 1 demands.
func TestHeader(t *testing.T) {
	for _, shape := range [][]int{{1}, {3, 25, 5}, {1000000, 1000000, 1000000}} {
		h := header("<f8", shape)
		if len(h)%64 != 0 || !strings.HasSuffix(h, "\n") || int(h[8])+int(h[9])<<8 != len(h)-10 {
			t.Errorf("header of %v: %q", shape, h)
		}
	}
	if want := "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"; strings.TrimRight(header("<f8", []int{3}), " \n") != want {
		t.Errorf("header %q: want %q", header("<f8", []int{3}), want)
	}
}
