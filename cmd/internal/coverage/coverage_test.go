package coverage

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"testing"
)

// TestCoverage measures the first intervals of every row, with -long all of them: the table holds the very counts. So does the
// documentation, which is made of the table.
func TestCoverage(t *testing.T) {
	printed := must(printedRows())
	c := sources(t)
	parts := make([][]Row, len(c)+2)
	inTurn(len(c), func(i int) { parts[i] = c[i].returns(printed) })
	if *chosen == "" {
		parts[len(c)], parts[len(c)+1] = measureScores(printed), measureVisits()
	} else {
		parts[len(c)] = only(printed, func(r Row) bool { return !ofMeans(r) })
	}
	rows := filled(slices.Concat(parts...), printed, func(r Row) bool { return r.Runs == 0 }, func(r, s Row) bool {
		return r.World == s.World && r.Policy == s.Policy && r.Start == s.Start && r.N == s.N && r.Interval == s.Interval
	})
	if *update {
		var lines [][]string
		for _, r := range rows {
			lines = append(lines, line(r.World, r.Policy, r.Start, r.N, r.Interval, r.Truth, r.Sample, r.SampleHits, r.Runs, r.Hits, r.Half))
		}
		write(t, coverageFile, "world,policy,start,n,interval,truth,sample,sample_hits,runs,hits,half", lines)
		return
	}
	if len(rows) != len(printed) {
		t.Fatalf("%d rows are measured, %d printed", len(rows), len(printed))
	}
	for i, got := range rows {
		want := printed[i]
		if !all() {
			got.Runs, got.Hits, got.Half = want.Runs, want.Hits, want.Half
		}
		if near(got.Truth, want.Truth) {
			got.Truth = want.Truth
		}
		if got != want {
			t.Errorf("measured %+v\nprinted  %+v", got, want)
		}
	}
}

// TestStops is TestCoverage for the intervals that are looked at after each episode.
func TestStops(t *testing.T) {
	printed := must(printedStops())
	c := stoppings(t)
	parts := make([][]Stop, len(c))
	inTurn(len(c), func(i int) { parts[i] = c[i].stops() })
	rows := filled(slices.Concat(parts...), printed, func(r Stop) bool { return r.Runs == 0 }, func(r, s Stop) bool {
		return r.World == s.World && r.Policy == s.Policy && r.Start == s.Start && r.Half == s.Half && r.Interval == s.Interval
	})
	if *update {
		var lines [][]string
		for _, r := range rows {
			lines = append(lines, line(r.World, r.Policy, r.Start, r.Half, r.Interval, r.Truth, r.Sample, r.SampleMisses, r.Runs, r.Misses, r.Episodes))
		}
		write(t, stopsFile, "world,policy,start,half,interval,truth,sample,sample_misses,runs,misses,episodes", lines)
		return
	}
	if len(rows) != len(printed) {
		t.Fatalf("%d rows are measured, %d printed", len(rows), len(printed))
	}
	for i, got := range rows {
		want := printed[i]
		if !all() {
			got.Runs, got.Misses, got.Episodes = want.Runs, want.Misses, want.Episodes
		}
		if near(got.Truth, want.Truth) {
			got.Truth = want.Truth
		}
		if got != want {
			t.Errorf("measured %+v\nprinted  %+v", got, want)
		}
	}
}

func line(values ...any) (text []string) {
	for _, v := range values {
		text = append(text, fmt.Sprint(v))
	}
	return text
}

func write(t *testing.T, name, heading string, lines [][]string) {
	t.Helper()
	f := must(os.Create(name))
	if _, err := fmt.Fprintln(f, heading); err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(f).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
