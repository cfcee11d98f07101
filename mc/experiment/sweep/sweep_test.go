package sweep

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

// Every file of a finished sweep is altered in turn, at its first, a middle and its last byte, cut short, and removed: the
// file is named, its cell alone is played again, and all is as it was.
func TestAlteredFiles(t *testing.T) { eachPlan(t, alteredFiles) }

func alteredFiles(t *testing.T, plan func() *Plan, _ int) {
	want, _ := whole(t, plan())
	for name, text := range want {
		if !strings.HasSuffix(name, experiment.RecordFile) {
			continue
		}
		for _, bad := range []string{"x" + text[1:], text[:40] + "#" + text[41:], text[:len(text)-1] + " ", text[:len(text)/2], "", text + "\n"} {
			m := newMemory()
			if _, err := session(m, plan(), 2, map[string]bool{}); err != nil {
				t.Fatal(err)
			}
			n, err := m.find("run/" + name)
			if err != nil {
				t.Fatal(err)
			}
			n.data = []byte(bad)
			notes, started := resumed(t, m)
			if len(started) != 1 || !strings.Contains(name, started[0]) || len(notes) != 1 || !strings.Contains(notes[0], name) {
				t.Fatalf("%s altered: notes %q, played %q", name, notes, started)
			}
			if got := m.files("run"); !maps.Equal(got, want) {
				t.Fatalf("%s altered: files %s", name, differences(got, want))
			}
		}
	}
}

// resumed plays what is left, and returns what was said and which cells were played.
func resumed(t *testing.T, m *memory) (notes, started []string) {
	t.Helper()
	r, err := Open(m, "run")
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range r.Play(context.Background(), 1) {
		if err != nil || e.Err != nil {
			t.Fatal(err, e.Err)
		}
		switch e.Kind {
		case Remark:
			notes = append(notes, e.Note)
		case Started:
			started = append(started, e.Cell.ID)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return notes, started
}

// A line of the checksums that was altered costs its cell alone; so does a checkpoint that is torn, or of another cell.
func TestAlteredSumsAndCheckpoints(t *testing.T) {
	want, _ := whole(t, small())
	m := newMemory()
	if _, err := session(m, small(), 1, map[string]bool{}); err != nil {
		t.Fatal(err)
	}
	sums, err := m.find("run/" + SumsFile)
	if err != nil {
		t.Fatal(err)
	}
	sums.data = []byte("0" + want[SumsFile][1:])
	if want[SumsFile][0] == '0' {
		sums.data[0] = '1'
	}
	if notes, started := resumed(t, m); len(notes) != 1 || len(started) != 1 || !maps.Equal(m.files("run"), want) {
		t.Errorf("a line altered: notes %q, played %q, files %s", notes, started, differences(m.files("run"), want))
	}

	m = newMemory()
	m.limit = 35 // there is a checkpoint of the first cell, and no record
	if _, err := session(m, small(), 1, map[string]bool{}); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	m.crash(keepAll, nil)
	found := 0
	for name := range m.files("run") {
		if strings.HasSuffix(name, CheckpointFile) && !strings.Contains(name, "tmp") {
			n, err := m.find("run/" + name)
			if err != nil {
				t.Fatal(err)
			}
			n.data = n.data[:len(n.data)-1]
			found++
		}
	}
	notes, _ := resumed(t, m)
	if found != 1 || len(notes) != 1 || !strings.Contains(notes[0], CheckpointFile+" is of no use, the cell begins anew") {
		t.Errorf("%d checkpoints torn: notes %q", found, notes)
	}
	if got := m.files("run"); !maps.Equal(got, want) {
		t.Errorf("checkpoint torn: files %s", differences(got, want))
	}
}

// The context ends, or the loop is left, after any number of events: the sweep stops, and goes on from where every cell stands.
func TestInterrupted(t *testing.T) { eachPlan(t, interrupted) }

func interrupted(t *testing.T, plan func() *Plan, _ int) {
	want, _ := whole(t, plan())
	for workers := 1; workers <= 3; workers++ {
		for stop := range 40 {
			m, seen := newMemory(), 0
			r, err := Create(m, "run", plan())
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			for e, err := range r.Play(ctx, workers) {
				if err != nil && !errors.Is(err, context.Canceled) || e.Err != nil {
					t.Fatal(err, e.Err)
				}
				if seen++; seen == stop && stop%2 == 0 {
					break
				}
				if seen == stop {
					cancel()
				}
			}
			cancel()
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			resumed(t, m)
			if got := m.files("run"); !maps.Equal(got, want) {
				t.Fatalf("%d workers, %d events: files %s", workers, stop, differences(got, want))
			}
		}
	}
}

// A cell whose table stands in a file of its own: it is read with the record, and made again where it is altered.
func TestLargeTable(t *testing.T) {
	c, err := env.Preset("open-150")
	if err != nil {
		t.Fatal(err)
	}
	p := &Plan{Seeds: []uint64{1}, Groups: []Group{{"open-150", "es", nil, experiment.Spec{Env: experiment.GridWorld(c), Algorithm: experiment.ExploringStarts,
		Gamma: 0.9, Horizon: 20, Episodes: 500, Starts: &mc.StartsOptions{}}}}}
	m := newMemory()
	if _, err := session(m, p, 1, map[string]bool{}); err != nil {
		t.Fatal(err)
	}
	want := m.files("run")
	r, err := Look(m, "run")
	if err != nil {
		t.Fatal(err)
	}
	for result, err := range r.Records() {
		if err != nil || len(result.Record.Q) != 150*150*5 {
			t.Fatalf("%v: %d values: want 112500", err, len(result.Record.Q))
		}
	}
	for name := range want {
		if n, _ := m.find("run/" + name); strings.HasSuffix(name, experiment.TableFile) {
			n.data[1000] ^= 1
		}
	}
	if notes, _ := resumed(t, m); len(notes) != 1 || !strings.Contains(notes[0], experiment.TableFile) || !maps.Equal(m.files("run"), want) {
		t.Errorf("notes %q: want the table named, and made again", notes)
	}
}

// Two processes cannot have one sweep.
func TestOwned(t *testing.T) {
	m := newMemory()
	r, err := Create(m, "run", small())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(m, "run"); !errors.Is(err, rundir.ErrLocked) {
		t.Errorf("Open: %v: want ErrLocked", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPlanFaults(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		"seeds = none: want at least one":                                          func(p *Plan) { p.Seeds = nil },
		"groups = none: want at least one":                                         func(p *Plan) { p.Groups = nil },
		"seeds[2] = 1: want a seed":                                                func(p *Plan) { p.Seeds[2] = 1 },
		"checkpoint = -1: want a number of episodes":                               func(p *Plan) { p.Checkpoint = -1 },
		"want something else than groups[0], zhao-2x2-es-step-0.1: the same cells": func(p *Plan) { p.Groups[1].Spec = p.Groups[0].Spec },
		"groups[1], zhao-2x2-es-step-0.5: horizon = 0":                             func(p *Plan) { p.Groups[1].Spec.Horizon = 0 },
		"seed = 7: want 0":                                                         func(p *Plan) { p.Groups[1].Spec.Seed = 7 },
		"2 groups with 1000000 seeds":                                              func(p *Plan) { p.Seeds = make([]uint64, 1_000_000) },
		"episodes = 0: want at least 1":                                            func(p *Plan) { p.Groups[0].Spec.Episodes = 0 },
	} {
		p := small()
		change(p)
		m := newMemory()
		if _, err := Create(m, "run", p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %s", err, want)
		}
		if m.ops > 0 {
			t.Errorf("%s: %d operations: want no trace", want, m.ops)
		}
	}
}
