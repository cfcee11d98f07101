package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// train runs `mcrl train` in this process.
func train(ctx context.Context, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	s := newStreams(strings.NewReader(""), &stdout, &stderr)
	root := newRootCommand(s)
	root.SetArgs(append([]string{"train"}, args...))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	cmd, err := root.ExecuteContextC(ctx)
	code = s.report(cmd, err)
	return stdout.String(), stderr.String(), code
}

func readRun(t *testing.T, dir string) *experiment.Record {
	t.Helper()
	r, err := experiment.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The defaults converge: in every state the learned policy is within 1% of the best one of its epsilon, 1% of the largest |v|.
func TestTrainDefaultsConverge(t *testing.T) {
	for algo, seeds := range map[string]int{"epsilon-greedy": 20, "es": 3, "basic": 3} {
		if testing.Short() { // for the race detector
			seeds = 1
		}
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprintf("%s-%d", algo, seed), func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "run")
				_, errs, code := train(t.Context(), "--algo", algo, "--seed", strconv.Itoa(seed), "-o", dir)
				if code != exitOK {
					t.Fatalf("exit code %d: %s", code, errs)
				}
				r := readRun(t, dir)
				gap, _ := largest(r.Exact.Best, r.Exact.Policy)
				if share := gap / magnitude(r.Exact.Best); share > 0.01 {
					t.Errorf("gap %.4f of the largest |v|: want at most 0.01", share)
				}
			})
		}
	}
}

// Without a flag for them, the options of --as-printed are the zero values: the book's.
func TestTrainAsPrinted(t *testing.T) {
	for algo, number := range map[string]string{"basic": "5.1", "es": "5.2", "epsilon-greedy": "5.3"} {
		dir := filepath.Join(t.TempDir(), "run")
		out, errs, code := train(t.Context(), "--algo", algo, "--as-printed", "--episodes", "200", "-o", dir)
		if code != exitOK || !strings.Contains(out, "settings: Algorithm "+number+" as printed") {
			t.Fatalf("%s: exit code %d, %s\n%s", algo, code, errs, out)
		}
		spec := readRun(t, dir).Spec
		var options, want any
		switch experiment.Algorithm(algo) {
		case experiment.Basic:
			options, want = *spec.Basic, mc.BasicOptions{}
		case experiment.ExploringStarts:
			options, want = *spec.Starts, mc.StartsOptions{}
		default:
			options, want = *spec.EpsilonGreedy, mc.EpsilonOptions{Epsilon: mc.Epsilon(defaultEpsilon)}
		}
		got, err := json.Marshal(options)
		if err != nil {
			t.Fatal(err)
		}
		book, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, book) {
			t.Errorf("%s: options %s: want %s", algo, got, book)
		}
	}
}

// Each flag reaches the spec.
func TestTrainFlagsReachTheSpec(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, errs, code := train(t.Context(), "--algo", "epsilon-greedy", "--env", "zhao-3x3", "--gamma", "4/5", "--horizon", "33", "--episodes", "1e3",
		"--epsilon", "0.25", "--visit", "first", "--average", "cumulative", "--improve", "batch", "--batch", "50", "--ties", "keep",
		"--starts", "sweep-pairs", "--per-pair", "2", "--tail", "3", "--seed", "9", "-o", dir)
	if code != exitOK {
		t.Fatal(errs)
	}
	spec := readRun(t, dir).Spec
	o := mc.EpsilonOptions{Epsilon: mc.Epsilon(0.25), StartsOptions: mc.StartsOptions{Visit: mc.FirstVisit, Average: mc.Cumulative,
		Improve: mc.ImproveBatch, Batch: 50, Ties: mc.KeepTie, Starts: mc.SweepPairs, Episodes: 2, Tail: 3}}
	got, err := json.Marshal(spec.EpsilonGreedy)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("options %s: want %s", got, want)
	}
	if spec.Env.Name() != "zhao-3x3" || spec.Gamma != 0.8 || spec.Horizon != 33 || spec.Episodes != 1000 || spec.Seed != 9 {
		t.Errorf("spec %+v: want zhao-3x3, 0.8, 33, 1000, 9", spec)
	}
}

// Every name that a flag offers is one that package mc knows, and no name is missing but the book's own.
func TestTrainRuleNames(t *testing.T) {
	for _, c := range []struct {
		flag  string
		names []string
		text  func(i uint8) string
	}{
		{"visit", visitRules, func(i uint8) string { return mc.Visit(i).String() }},
		{"average", averageRules, func(i uint8) string { return mc.Average(i).String() }},
		{"improve", improveRules, func(i uint8) string { return mc.Improve(i).String() }},
		{"ties", tieRules, func(i uint8) string { return mc.Ties(i).String() }},
		{"starts", startRules, func(i uint8) string { return mc.Starts(i).String() }},
	} {
		var known []string
		for i := uint8(0); !strings.HasPrefix(c.text(i), "unknown"); i++ {
			if name := c.text(i); name != "as-printed" && !strings.HasPrefix(name, "fixed") && name != "uniform-states" { // the last for predictions
				known = append(known, name)
			}
		}
		if !slices.Equal(c.names, known) {
			t.Errorf("--%s takes %v: want %v", c.flag, c.names, known)
		}
	}
}

// A run whose context ends is kept, says how to go on, and goes on to the very same record. P48
func TestTrainInterruptAndResume(t *testing.T) {
	args := []string{"--episodes", "150000", "--algo", "es", "--seed", "3"}
	whole, cut := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "cut")
	if _, errs, code := train(t.Context(), append(args, "-o", whole)...); code != exitOK {
		t.Fatal(errs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for {
			if _, err := os.Stat(filepath.Join(cut, manifestFile)); err == nil {
				cancel()
				return
			}
		}
	}()
	out, errs, code := train(ctx, append(args, "-o", cut)...)
	if code != exitInterrupted || out != "" || !strings.Contains(errs, "interrupted after ") || !strings.Contains(errs, "mcrl train --resume "+cut) {
		t.Fatalf("interrupted run: exit code %d\n%s\n%s", code, out, errs)
	}
	if r := readRun(t, cut); r.Progress.Episodes >= 150000 {
		t.Fatalf("interrupted run: %d episodes: want fewer than all", r.Progress.Episodes)
	}
	if _, err := os.Stat(filepath.Join(cut, visitsPicture)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s of an interrupted run: %v: want none", visitsPicture, err)
	}
	if _, errs, code := train(t.Context(), "--resume", cut); code != exitOK {
		t.Fatal(errs)
	}
	sameRecord(t, whole, cut)
	var m manifest
	text, err := os.ReadFile(filepath.Join(cut, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Parts) != 2 || m.Parts[0].Status != "interrupted" || m.Parts[1].Status != "finished" || m.Status != "finished" || *m.Parts[0].To != m.Parts[1].From {
		t.Errorf("manifest %s: want an interrupted part and a finished one that begins where it ended", text)
	}
}

func sameRecord(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{"record.json", "q.csv", "checkpoint.bin", "convergence.svg", "policy.svg", "values.svg", "visits.svg"} {
		x, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s of %s and of %s differ", name, a, b)
		}
	}
}

// Worlds so large that the table stands beside the record, without exact values; on resuming, a table that is no longer
// needed would go.
func TestTrainLargeWorld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	out, errs, code := train(t.Context(), "--env", "open-142", "--episodes", "50", "--horizon", "5", "-o", dir)
	if code != exitOK || !strings.Contains(out, "too large to print") || !strings.Contains(out, "none: 100820 pairs, more than 100000") {
		t.Fatalf("exit code %d, %s\n%s", code, errs, out)
	}
	if r := readRun(t, dir); len(r.Q) != 100820 {
		t.Errorf("%d values: want 100820", len(r.Q))
	}
	if !strings.Contains(errs, "policy.svg is not drawn: 20164 cells, more than 10000") {
		t.Errorf("%q: want a word on policy.svg", errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "policy.svg")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("policy.svg: %v: want none", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "convergence.svg")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("convergence.svg without exact values: %v: want none", err)
	}
}

func TestPrintedWidth(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "\x1b[30;48;5;215m 1\x1b[0m.": 3, "größe": 5} {
		if got := printedWidth(text); got != want {
			t.Errorf("printedWidth(%q) = %d: want %d", text, got, want)
		}
	}
}

// The pair that is named beside the largest half-width has it.
func TestTrainNamesTheWidestInterval(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	out, errs, code := train(t.Context(), lakeName, "--algo", "es", "--gamma", "0.9", "--episodes", "20000", "--batch", "5000", "--intervals", "-o", dir)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	half, widest := readRun(t, dir).Intervals.Half, 0
	for pair := range half {
		if ends := []int{5, 7, 11, 12, 15}; !slices.Contains(ends, pair/4) && half[pair] > half[widest] {
			widest = pair
		}
	}
	s, action := widest/4, []string{"left", "down", "right", "up"}[widest%4]
	if want := fmt.Sprintf("largest %.3g, of %s in row %d, column %d", half[widest], action, s/4+1, s%4+1); !strings.Contains(out, want) {
		t.Errorf("printed %s, want %s", out, want)
	}
}
