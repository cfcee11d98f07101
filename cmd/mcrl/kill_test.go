//go:build unix

package main

import (
	"bytes"
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var long = flag.Bool("long", false, "kill an experiment 200 times, and a proof 150 times")

const killPlan = `gamma: 0.9
horizon: 50
episodes: 6000
checkpoint: 500
environments: [zhao-5x5, frozenlake-4x4-slippery]
algorithms:
  - {algorithm: es, step: 0.1, improve: batch, batch: 100}
  - {algorithm: epsilon-greedy, epsilon: 0.1, improve: batch, batch: 100, starts: uniform-pairs}
seeds: 1..4
`

// Here the records decide how many seeds a setting gets: 12, which are all, twice, and 9 and 6.
const killUntilPlan = `gamma: 0.9
horizon: 50
episodes: 6000
checkpoint: 500
environments: [zhao-5x5, frozenlake-4x4-slippery]
algorithms:
  - {algorithm: es, step: 0.1, improve: batch, batch: 100}
  - {algorithm: epsilon-greedy, epsilon: 0.1, improve: batch, batch: 100, starts: uniform-pairs}
seeds: 1..12
until: {metric: greedy_gap, half_width: 0.3, every: 3}
`

// Real processes, ended by SIGKILL, SIGTERM or SIGINT at random moments and resumed: all files but the manifest are those of
// an experiment that was left alone, and no record that was there is written again: P48. In the second plan the cells that are
// run depend on records.
func TestExperimentIsKilled(t *testing.T) {
	dir := t.TempDir()
	mcrl := filepath.Join(dir, "mcrl")
	if err := os.Symlink(os.Args[0], mcrl); err != nil {
		t.Fatal(err)
	}
	for i, p := range []struct {
		name, text  string
		kills, many int // with -long
		cells       int // that are run
	}{
		{"seeds", killPlan, 8, 150, 16},
		{"until", killUntilPlan, 5, 50, 39},
	} {
		t.Run(p.name, func(t *testing.T) {
			k := killed{mcrl: mcrl, dir: t.TempDir(), rng: rand.New(rand.NewPCG(5, uint64(6+i))), mark: "plan.json"}
			plan := filepath.Join(k.dir, "plan.yaml")
			if err := os.WriteFile(plan, []byte(p.text), 0o666); err != nil {
				t.Fatal(err)
			}
			k.first, k.again = []string{"experiment", "run", plan, "-o"}, []string{"experiment", "resume"}
			kills := p.kills
			if *long {
				kills = p.many
			}
			k.begin(t)
			if records, err := filepath.Glob(filepath.Join(k.dir, "whole", "cells", "*", "record.json")); err != nil || len(records) != p.cells {
				t.Fatalf("%d cells were run, %v: want %d", len(records), err, p.cells)
			}
			runs := 0
			for ; k.kills < kills; runs++ {
				k.run(t)
			}
			t.Logf("%d kills in %d experiments of %v", k.kills, runs, k.took)
		})
	}
}

// A training and its proof, ended likewise: what SIGTERM and SIGINT leave is gone on with, and SIGKILL spoils nothing. P48
func TestProofIsKilled(t *testing.T) {
	k := killed{mcrl: filepath.Join(t.TempDir(), "mcrl"), dir: t.TempDir(), rng: rand.New(rand.NewPCG(5, 8)), mark: "checkpoint.bin"}
	if err := os.Symlink(os.Args[0], k.mcrl); err != nil {
		t.Fatal(err)
	}
	certify := []string{"--certify", "1e-3", "--certify-steps", "4e7"}
	k.first = append(append([]string{"train", "--algo", "basic", "--horizon", "200"}, certify...), "--force", "-o")
	k.again = append(append([]string{"train"}, certify...), "--resume")
	kills := 8
	if *long {
		kills = 150
	}
	k.begin(t)
	runs := 0
	for ; k.kills < kills || k.kept == 0; runs++ {
		k.run(t)
	}
	t.Logf("%d kills in %d proofs of %v; %d times there was a proof to go on with", k.kills, runs, k.took, k.kept)
}

// killed is a command that is run again and again, and killed meanwhile.
type killed struct {
	mcrl, dir    string
	first, again []string // its arguments, and those to go on with; the directory follows
	mark         string   // the file that says that there is something to go on with
	rng          *rand.Rand
	want         map[string]string // its files, left alone
	took         time.Duration     // so long
	kills        int
	kept         int // times that it was gone on with though it had no result, but a proof
}

// begin runs the command and leaves it alone.
func (k *killed) begin(t *testing.T) {
	start := time.Now()
	if out, err := exec.Command(k.mcrl, append(k.first, filepath.Join(k.dir, "whole"))...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	k.took = time.Since(start)
	k.want = contents(t, filepath.Join(k.dir, "whole"))
}

// run runs the command and resumes it until it is whole.
func (k *killed) run(t *testing.T) {
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT}
	run := filepath.Join(k.dir, "run")
	before := map[string]fs.FileInfo{}
	for {
		args := k.first
		if isThere(run, k.mark) {
			args = k.again
		}
		if isThere(run, "proof.bin") && !isThere(run, "certificate.json") {
			k.kept++
		}
		cmd := exec.Command(k.mcrl, append(args, run)...)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		signal := signals[k.rng.IntN(len(signals))]
		timer := time.AfterFunc(time.Duration(k.rng.Int64N(int64(k.took))), func() { _ = cmd.Process.Signal(signal) }) // it may have ended
		err := cmd.Wait()
		timer.Stop()
		sameRecords(t, run, before)
		if err == nil {
			break
		}
		exit := err.(*exec.ExitError).Sys().(syscall.WaitStatus)
		if k.kills++; !exit.Signaled() && exit.ExitStatus() != 130 {
			t.Fatalf("%v: %s", err, said.String())
		}
	}
	got := contents(t, run)
	for name := range k.want {
		if got[name] != k.want[name] {
			t.Fatalf("after %d kills %s is %.200q: want %.200q", k.kills, name, got[name], k.want[name])
		}
	}
	if len(got) != len(k.want) {
		t.Fatalf("%d files: want %d", len(got), len(k.want))
	}
	if err := os.RemoveAll(run); err != nil {
		t.Fatal(err)
	}
}

func isThere(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

// contents are the files of a directory but the lock and the manifest.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == ".lock" || e.Name() == "manifest.json" {
			return err
		}
		b, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sameRecords checks that the records seen before are the same files, and adds the new ones.
func sameRecords(t *testing.T, dir string, seen map[string]fs.FileInfo) {
	t.Helper()
	records, err := filepath.Glob(filepath.Join(dir, "cells", "*", "record.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range records {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if old := seen[path]; old != nil && (!os.SameFile(old, info) || !old.ModTime().Equal(info.ModTime())) {
			t.Fatalf("%s was written again", path)
		}
		seen[path] = info
	}
	if len(records) < len(seen) {
		t.Fatalf("%d records: there were %d", len(records), len(seen))
	}
}
