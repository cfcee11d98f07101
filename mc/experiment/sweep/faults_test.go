package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// small is a plan of six cells, each of which writes two checkpoints.
func small() *Plan {
	spec := func(step float64) experiment.Spec {
		return experiment.Spec{Env: experiment.GridWorld(env.Zhao2()), Algorithm: experiment.ExploringStarts, Gamma: 0.9, Horizon: 10, Episodes: 60,
			Starts: &mc.StartsOptions{Step: estimate.StepSize{Constant: step}, Improve: mc.ImproveBatch, Batch: 20}}
	}
	return &Plan{Title: "small", Seeds: []uint64{1, 2, 3}, Checkpoint: 20, Source: "# as it was given\n", Groups: []Group{
		{"zhao-2x2", "es", []Setting{{"step", "0.1"}}, spec(0.1)},
		{"zhao-2x2", "es", []Setting{{"step", "0.5"}}, spec(0.5)},
	}}
}

// stopping is small with more seeds, of which the first group takes all 7, in four rounds, and the second stops after 4.
func stopping() *Plan {
	p := small()
	p.Seeds, p.Until = []uint64{1, 2, 3, 4, 5, 6, 7}, &Until{Metric: experiment.FinalGap, HalfWidth: 4.5, Confidence: 0.3, Every: 2}
	return p
}

// eachPlan runs a test with a plan of all seeds and with one that stops on evidence, which come to so many records.
func eachPlan(t *testing.T, test func(t *testing.T, plan func() *Plan, records int)) {
	t.Run("all seeds", func(t *testing.T) { test(t, small, 6) })
	t.Run("until", func(t *testing.T) { test(t, stopping, 7+4) })
}

// session creates the sweep or goes on with it, and plays it as far as it comes. It counts the cells that became finished and
// those that were begun although they were finished before.
func session(m *memory, p *Plan, workers int, finished map[string]bool) (twice int, err error) {
	r, err := Open(m, "run")
	if errors.Is(err, fs.ErrNotExist) {
		r, err = Create(m, "run", p)
	}
	if err != nil {
		return 0, err
	}
	for e, err := range r.Play(context.Background(), workers) {
		if err != nil {
			return twice, errors.Join(err, r.Close())
		}
		switch e.Kind {
		case Failed:
			return twice, errors.Join(e.Err, r.Close())
		case Started:
			if finished[e.Cell.ID] {
				twice++
			}
		case Done, Kept:
			finished[e.Cell.ID] = true
		}
	}
	return twice, r.Close()
}

func whole(t *testing.T, p *Plan) (files map[string]string, ops int) {
	t.Helper()
	m := newMemory()
	if _, err := session(m, p, 1, map[string]bool{}); err != nil {
		t.Fatal(err)
	}
	return m.files("run"), m.ops
}

// The power fails at every operation on the file system in turn, and takes with it nothing, everything, or anything that was
// not synced. The sweep that goes on then has the very files of one that was never interrupted, and no cell that was finished
// is played twice: P48.
func TestPowerFailsAtEveryOperation(t *testing.T) { eachPlan(t, powerFails) }

func powerFails(t *testing.T, plan func() *Plan, records int) {
	want, ops := whole(t, plan())
	if len(want) != 3+records {
		t.Fatalf("%d files: want plan, source, checksums and %d records", len(want), records)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	failures, stride := 0, 1
	if testing.Short() {
		stride = 7
	}
	for k := 1; k <= ops; k += stride {
		for l := range kinds {
			if records > 6 && loss(k)%kinds != l {
				continue // one loss after another: the plan without until takes them all
			}
			for _, workers := range []int{1, 2, 7} {
				if workers > 1 && l != loseSome || workers == 7 && k%7 > 0 {
					continue
				}
				m, finished := newMemory(), map[string]bool{}
				m.limit = k
				if _, err := session(m, plan(), workers, finished); errors.Is(err, errPower) {
					failures++
				} else if workers == 1 || err != nil {
					t.Fatalf("operation %d: %v: want the failure", k, err)
				}
				m.crash(l, rng)
				twice, err := session(m, plan(), 1, finished)
				if err != nil {
					t.Fatalf("operation %d, loss %d, %d workers: %v", k, l, workers, err)
				}
				if got := m.files("run"); !maps.Equal(got, want) || twice > 0 {
					t.Fatalf("operation %d, loss %d, %d workers: %d cells twice, files %s", k, l, workers, twice, differences(got, want))
				}
			}
		}
	}
	t.Logf("%d operations, %d failures", ops, failures)
}

// The power fails again and again, at random moments, until the sweep happens to come to its end.
func TestPowerFailsAgainAndAgain(t *testing.T) { eachPlan(t, powerFailsAgain) }

func powerFailsAgain(t *testing.T, plan func() *Plan, _ int) {
	want, ops := whole(t, plan())
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		m, finished := newMemory(), map[string]bool{}
		for sessions := 1; ; sessions++ {
			m.limit = 1 + rng.IntN(ops/3)
			twice, err := session(m, plan(), 1+rng.IntN(2), finished)
			if twice > 0 {
				t.Fatalf("%d cells twice", twice)
			}
			if err == nil {
				break
			}
			if !errors.Is(err, errPower) || sessions > 1000 {
				t.Fatalf("session %d: %v", sessions, err)
			}
			m.crash(loss(rng.IntN(int(kinds))), rng)
		}
		if got := m.files("run"); !maps.Equal(got, want) {
			t.Fatalf("files %s", differences(got, want))
		}
	}
}

// What the power left of a file that was renamed goes away, though the cell is finished.
func TestFinishedCellIsTidied(t *testing.T) {
	want, _ := whole(t, small())
	m := newMemory()
	for range 2 {
		if _, err := session(m, small(), 1, map[string]bool{}); err != nil {
			t.Fatal(err)
		}
		if got := m.files("run"); !maps.Equal(got, want) {
			t.Fatalf("files %s", differences(got, want))
		}
		for c := range small().Cells() {
			for _, file := range []string{experiment.RecordFile, CheckpointFile} {
				if _, err := m.Create("run/" + fileOf(c, ".tmp-"+file)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// One operation fails, as on a disk that is full for a moment: the sweep ends with its error, and can go on.
func TestOneOperationFails(t *testing.T) { eachPlan(t, oneFails) }

func oneFails(t *testing.T, plan func() *Plan, _ int) {
	want, ops := whole(t, plan())
	for k := 1; k <= ops; k++ {
		m, finished := newMemory(), map[string]bool{}
		m.limit, m.once = k, true
		if _, err := session(m, plan(), 1, finished); !errors.Is(err, errPower) {
			t.Fatalf("operation %d: %v: want the failure", k, err)
		}
		if twice, err := session(m, plan(), 1, finished); err != nil || twice > 0 {
			t.Fatalf("operation %d: %v, %d cells twice", k, err, twice)
		}
		if got := m.files("run"); !maps.Equal(got, want) {
			t.Fatalf("operation %d: files %s", k, differences(got, want))
		}
	}
}

func differences(got, want map[string]string) string {
	text := ""
	for name := range want {
		if _, ok := got[name]; !ok {
			text += fmt.Sprintf("\n%s is missing", name)
		}
	}
	for name := range got {
		if w, ok := want[name]; !ok || got[name] != w {
			text += fmt.Sprintf("\n%s is %.300q: want %.300q", name, got[name], want[name])
		}
	}
	return text
}
