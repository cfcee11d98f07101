package experiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/env/dynamics"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
)

func preset(t testing.TB, name string) env.GridConfig {
	t.Helper()
	c, err := env.Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// specs are small runs that between them use every part of a record.
func specs(t testing.TB) map[string]Spec {
	batch := mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 64, Average: mc.ResetAverage, Starts: mc.UniformPairs, Tail: 10}
	alpha := mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 64, Visit: mc.FirstVisit, Ties: mc.RandomTie,
		Step: estimate.StepSize{Constant: 0.1}}
	decay := mc.Schedule{Start: 1, Decay: mc.Linear, End: 0.25, Over: 8}
	return map[string]Spec{
		"basic": {Env: GridWorld(preset(t, "zhao-3x3")), Algorithm: Basic, Gamma: 0.9, Horizon: 30, Episodes: 64 * 10, Seed: 3,
			Basic: &mc.BasicOptions{Episodes: 2}},
		"es": {Env: GridWorld(preset(t, "frozenlake-4x4-slippery")), Algorithm: ExploringStarts, Gamma: 0.95, Horizon: 50, Episodes: 64 * 20,
			Seed: 1, Starts: &alpha},
		"epsilon-greedy": {Env: GridWorld(preset(t, "zhao-5x5")), Algorithm: EpsilonGreedy, Gamma: 0.9, Horizon: 40, Episodes: 64*16 + 7, Seed: 2,
			EpsilonGreedy: &mc.EpsilonOptions{Epsilon: decay, StartsOptions: batch}},
		"as-printed": {Env: GridWorld(preset(t, "zhao-5x5")), Algorithm: EpsilonGreedy, Gamma: 0.9, Horizon: 20, Episodes: 150, Seed: 2,
			EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.1)}},
		"classic": {Env: ClassicWorld("blackjack"), Algorithm: EpsilonGreedy, Gamma: 1, Horizon: 30, Episodes: 64*20 + 3, Seed: 4,
			EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.1), StartsOptions: batch}},
		"table": {Env: TableWorld(doors(t)), Algorithm: ExploringStarts, Gamma: 0.9, Horizon: 20, Episodes: 64 * 12, Seed: 5, Starts: &alpha},
	}
}

// doors is a table whose start is entered with done: it has a twin.
func doors(t testing.TB) *dynamics.Dynamics {
	t.Helper()
	d, err := dynamics.Read(strings.NewReader(`{"name": "two <doors>", "states": 3, "actions": 2, "action_names": ["wait", "leave"], "start": [0.75, 0.25, 0], "p": {
		"0": {"0": [[1, 0, -1, false]], "1": [[0.5, 0, -1, false], [0.3, 1, 10, false], [0.2, 0, 1e-3, true]]},
		"1": {"0": [[0.1, 1, 0, false], [0.9, 0, 2, false]], "1": [[1, 2, 5, true]]},
		"2": {"0": [[1, 2, 0, true]], "1": [[1, 2, 0, true]]}}}`), "doors")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newTrial(t testing.TB, s Spec, workers int) *Trial {
	t.Helper()
	trial, err := NewTrial(s, workers)
	if err != nil {
		t.Fatal(err)
	}
	return trial
}

// finish plays what is left and returns the bytes of the record.
func finish(t testing.TB, trial *Trial) []byte {
	t.Helper()
	for _, err := range trial.Play(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return encoded(t, trial)
}

func encoded(t testing.TB, trial *Trial) []byte {
	t.Helper()
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	text, table, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return append(text, table...)
}

// Records are the same bytes at any number of workers and, the digests being committed, on every machine: P43, P45, P49.
func TestDeterminism(t *testing.T) {
	digests := map[string]string{
		"classic":        "a1006959e67e961929494f82617eaf1b3548658c32bd705fdcb108c19adb4adb",
		"table":          "f3da81cfb73c877803ff61bedf7b3a54e85545c23cd7a33675f02482c48f0f03",
		"basic":          "4b8eefb8f48e03f7d6b4d134b653773ed146e6e12ecc511e9529cb5a2b110bcd",
		"es":             "e449e6d45d2fc6f95fda98bd2fe9f9d0ca85a61816d4b06d10bf7c9c85551cf9",
		"epsilon-greedy": "b6be2be46e2cde9710272f4d686446a68de9ad09f6b233ff33098357337cedf4",
		"as-printed":     "409cc91e5669149727871ec5ce5e189ab92ec29f94aebc39286f7b980e144ca2",
	}
	for name, spec := range specs(t) {
		for _, workers := range []int{1, 2, 7} {
			record := finish(t, newTrial(t, spec, workers))
			sum := sha256.Sum256(record)
			if got := hex.EncodeToString(sum[:]); got != digests[name] {
				t.Errorf("%s with %d workers: SHA-256 of the record = %s: want %s\n%s", name, workers, got, digests[name], record)
			}
		}
	}
}

// countdown is a context that ends when it has been asked a number of times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// A run that is interrupted anywhere, any number of times, and resumed gives the record of one that was not: P48.
func TestResumeDeterminism(t *testing.T) {
	for name, spec := range specs(t) {
		want := finish(t, newTrial(t, spec, 1))
		for _, asks := range []int64{0, 1, 2, 5, 17, 40} {
			for _, workers := range []int{1, 2} {
				trial, stops := newTrial(t, spec, workers), 0
				for !trial.Done() {
					ctx := &countdown{Context: context.Background()}
					ctx.left.Store(asks + int64(stops)) // a little further each time, or it would never end
					for _, err := range trial.Play(ctx) {
						if err != nil && err != context.Canceled {
							t.Fatal(err)
						}
					}
					if encoded(t, trial); trial.Done() {
						break
					}
					trial, stops = reopened(t, trial, 0), stops+1
				}
				if got := finish(t, trial); !bytes.Equal(got, want) {
					t.Errorf("%s, %d interruptions, %d workers: got\n%s\nwant\n%s", name, stops, workers, got, want)
				}
			}
		}
	}
}

func reopened(t *testing.T, trial *Trial, episodes int64) *Trial {
	t.Helper()
	saved, err := trial.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Resume(saved, episodes, 1)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// A run that is extended, from inside an iteration too, gives the record of one that was long from the beginning.
func TestExtendDeterminism(t *testing.T) {
	for name, spec := range specs(t) {
		want := finish(t, newTrial(t, spec, 1))
		for _, k := range []int64{1, 7, 63, 64, 65, 100, 149} {
			short := spec
			short.Episodes = k
			trial := newTrial(t, short, 1)
			finish(t, trial)
			if got := finish(t, reopened(t, trial, spec.Episodes)); !bytes.Equal(got, want) {
				t.Errorf("%s from %d to %d episodes: got\n%s\nwant\n%s", name, k, spec.Episodes, got, want)
			}
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	trial := newTrial(t, specs(t)["basic"], 1)
	finish(t, trial)
	saved, err := trial.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(saved); i += 37 {
		altered := slices.Clone(saved)
		altered[i] ^= 4
		if _, err := Resume(altered, 0, 1); !errors.Is(err, mc.ErrCorrupt) {
			t.Errorf("byte %d altered: %v: want ErrCorrupt", i, err)
		}
		if _, err := Resume(saved[:i], 0, 1); !errors.Is(err, mc.ErrCorrupt) {
			t.Errorf("cut to %d bytes: %v: want ErrCorrupt", i, err)
		}
	}
	var field *env.FieldError
	if _, err := Resume(saved, 10, 1); !errors.As(err, &field) || field.Field != "episodes" {
		t.Errorf("fewer episodes than played: %v: want a FieldError of episodes", err)
	}
}

func TestMarks(t *testing.T) {
	var got []int64
	for k := int64(0); k <= 1300; k++ {
		if isMark(k) {
			got = append(got, k)
		}
	}
	want := []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 16, 20, 25, 32, 40, 50, 63, 79, 100, 130, 160, 200, 250, 320, 400, 500, 630, 790, 1000, 1300}
	if !slices.Equal(got, want) {
		t.Errorf("marks = %v: want %v", got, want)
	}
	for i, k := range want[:len(want)-1] {
		for at := k; at < want[i+1]; at++ {
			if n := nextMark(at, 64); n != 64*want[i+1] {
				t.Errorf("nextMark(%d, 64) = %d: want %d", at, n, 64*want[i+1])
			}
		}
	}
	if n := nextMark(1<<40, 1<<40); n != math.MaxInt64 {
		t.Errorf("nextMark beyond int64 = %d: want the largest", n)
	}
}

// The exact columns are the book's tables, and MC Basic reaches them.
// Source: Zhao, figure 5.7 for epsilon = 0.1, as printed; figure 3.4(d) to six digits.
func TestExactValues(t *testing.T) {
	spec := Spec{Env: GridWorld(preset(t, "zhao-5x5")), Algorithm: Basic, Gamma: 0.9, Horizon: 100, Episodes: 125 * 12, Seed: 1, Basic: &mc.BasicOptions{}}
	trial := newTrial(t, spec, 1)
	finish(t, trial)
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[int]float64{0: 3.486784, 22: 10, 17: 10, 12: 10, 20: 2.287679} {
		if got := r.Exact.Best[s]; math.Abs(got-want) > 5e-7 {
			t.Errorf("exact.best[%d] = %v: want %v", s, got, want)
		}
	}
	last := r.Points[len(r.Points)-1]
	if *last.Gap != 0 || !slices.Equal(r.Exact.Policy, r.Exact.Best) {
		t.Errorf("gap of MC Basic after 12 iterations = %v: want 0", *last.Gap)
	}
	if bound := *r.TruncationBound; *last.RMSE > bound || *last.RMSE == 0 {
		t.Errorf("rmse = %v: want in (0, %v], the truncation bound", *last.RMSE, bound)
	}
	spec = specs(t)["as-printed"]
	spec.Env = GridWorld(preset(t, "zhao-5x5-figures"))
	r, err = newTrial(t, spec, 1).Record()
	if err != nil {
		t.Fatal(err)
	}
	printed := []float64{0.4, 0.5, 0.9, 1.3, 1.4, 0.1, 0.0, 0.5, 1.3, 1.7, 0.1, -0.4, 3.4, 1.4, 1.9, -0.1, 3.4, 3.3, 3.7, 2.2, -0.3, 2.6, 3.7, 3.1, 2.7}
	for s, want := range printed {
		if got := r.Exact.Best[s]; math.Abs(got-want) > 0.0501 {
			t.Errorf("exact.best[%d] = %v: the book prints %v", s, got, want)
		}
	}
}

// With gamma = 1 the value of a policy that never ends is infinite: null, not a number. P22
func TestInfiniteGap(t *testing.T) {
	c := env.GridConfig{Map: []string{"...T"}, Target: env.TargetEnds, Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1}}
	spec := Spec{Env: GridWorld(c), Algorithm: Basic, Gamma: 1, Horizon: 10, Episodes: 15 * 6, Seed: 1, Basic: &mc.BasicOptions{}}
	trial := newTrial(t, spec, 1)
	finish(t, trial)
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	if r.Points[0].Gap != nil || r.Points[0].RMSE == nil {
		t.Errorf("first point %+v: want no gap, and an rmse", r.Points[0])
	}
	last := r.Points[len(r.Points)-1]
	if last.Gap == nil || *last.Gap != 0 || !slices.Equal(r.Exact.Policy, []float64{-3, -2, -1, 0}) {
		t.Errorf("last point %+v, values %v: want gap 0, values -3 -2 -1 0", last, r.Exact.Policy)
	}
	if r.TruncationBound != nil {
		t.Errorf("truncation bound %v: want null", *r.TruncationBound)
	}
	var forEver *dp.NeverEndsError
	spec.Env = GridWorld(preset(t, "zhao-5x5"))
	if _, err := NewTrial(spec, 1); !errors.As(err, &forEver) || len(forEver.States) != 25 {
		t.Errorf("gamma = 1 without an end: %v: want a NeverEndsError of 25 states", err)
	}
}

// Large worlds: no exact values, and the table beside the record.
func TestLargeRecord(t *testing.T) {
	spec := Spec{Env: GridWorld(preset(t, "open-142")), Algorithm: ExploringStarts, Gamma: 0.9, Horizon: 3, Episodes: 50, Seed: 1, Starts: &mc.StartsOptions{}}
	trial := newTrial(t, spec, 1)
	finish(t, trial)
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	text, table, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	pairs := 142 * 142 * 5
	if len(table) != 16*pairs || r.Exact.Skipped != fmt.Sprintf("%d pairs, more than %d", pairs, MaxExactPairs) {
		t.Errorf("table of %d bytes, exact values skipped for %q: want %d bytes, too many pairs", len(table), r.Exact.Skipped, 16*pairs)
	}
	back, err := Decode(text, table)
	if err != nil {
		t.Fatal(err)
	}
	again, tableAgain, err := back.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, again) || !bytes.Equal(table, tableAgain) {
		t.Error("a large record does not come back the same")
	}
	table[len(table)/3] ^= 1
	var field *env.FieldError
	if _, err := Decode(text, table); !errors.As(err, &field) || field.Field != "table.sha256" {
		t.Errorf("altered table: %v: want a FieldError of table.sha256", err)
	}
	if _, err := Decode(text, nil); !errors.As(err, &field) || field.Field != "table.sha256" {
		t.Errorf("missing table: %v: want a FieldError of table.sha256", err)
	}
}
