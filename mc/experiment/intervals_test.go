package experiment

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/mc"
)

// withIntervals is a run of some iterations whose table keeps intervals.
func withIntervals(t testing.TB, world string, episodes int64) (*Trial, *Record) {
	t.Helper()
	trial := newTrial(t, Spec{Env: GridWorld(preset(t, world)), Algorithm: ExploringStarts, Gamma: 0.9, Horizon: 30, Episodes: episodes, Seed: 4,
		Starts: &mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 200, Average: mc.ResetAverage, Tail: 10, Intervals: true}}, 1)
	finish(t, trial)
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	return trial, r
}

// The record has the widths that the table has, those that are infinite too, and comes back the same; at the end of an iteration
// its undecided states are those of the table.
func TestRecordOfIntervals(t *testing.T) {
	trial, r := withIntervals(t, "frozenlake-4x4-slippery", 1000)
	q := trial.Learner().Q()
	if want := q.HalfWidths(IntervalLevel); !slices.Equal(r.Intervals.Half, want) {
		t.Errorf("half-widths %v: want %v", r.Intervals.Half, want)
	}
	if got, want := r.Undecided(trial.Model().Table), q.Undecided(trial.Model().Table, IntervalLevel); !slices.Equal(got, want) ||
		!slices.Contains(got, true) || !slices.Contains(got, false) {
		t.Errorf("undecided %v: want some but not all, %v", got, want)
	}
	if !slices.Contains(r.Intervals.Half, math.Inf(1)) || slices.Max(finiteOf(r.Intervals.Half)) == 0 {
		t.Fatalf("half-widths %v: want infinite ones and finite ones", r.Intervals.Half)
	}
	text, _, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Intervals.Half, r.Intervals.Half) || back.Intervals.Level != 0.95 {
		t.Errorf("intervals %+v come back as %+v", r.Intervals, back.Intervals)
	}
	for old, altered := range map[string]string{
		`"level":0.95`: `"level":1`, `"half":[`: `"half":[1,`, `,null`: `,-1`,
	} {
		changed := strings.Replace(string(text), old, altered, 1)
		if _, err := Decode([]byte(changed), nil); err == nil || changed == string(text) || !strings.Contains(err.Error(), "intervals") {
			t.Errorf("%s for %s: %v: want an error of intervals", altered, old, err)
		}
	}
	if (&Record{}).Undecided(trial.Model().Table) != nil {
		t.Error("a record without intervals has undecided states")
	}
}

func finiteOf(x []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), func(v float64) bool { return math.IsInf(v, 0) })
}

// Widths stand beside q and n where these stand in a file of their own.
func TestLargeRecordOfIntervals(t *testing.T) {
	_, r := withIntervals(t, "open-142", 400)
	text, table, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if want := 24 * len(r.Q); len(table) != want || bytes.Contains(text, []byte(`"half"`)) {
		t.Fatalf("table of %d bytes: want %d, and no widths in the record", len(table), want)
	}
	back, err := Decode(text, table)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Intervals.Half, r.Intervals.Half) || !slices.Equal(back.Q, r.Q) || !slices.Equal(back.N, r.N) {
		t.Error("a table with intervals does not come back the same")
	}
}
