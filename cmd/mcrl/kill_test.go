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

var long = flag.Bool("long", false, "kill an experiment 200 times")

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

// Real processes, ended by SIGKILL, SIGTERM or SIGINT at random moments and resumed: all files but the manifest are those of
// an experiment that was left alone, and no record that was there is written again: P48.
func TestExperimentIsKilled(t *testing.T) {
	kills := 8
	if *long {
		kills = 200
	}
	dir := t.TempDir()
	mcrl := filepath.Join(dir, "mcrl")
	if err := os.Symlink(os.Args[0], mcrl); err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(dir, "plan.yaml")
	if err := os.WriteFile(plan, []byte(killPlan), 0o666); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if out, err := exec.Command(mcrl, "experiment", "run", plan, "-o", filepath.Join(dir, "whole")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(start)
	want := contents(t, filepath.Join(dir, "whole"))

	rng := rand.New(rand.NewPCG(5, 6))
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT}
	killed, runs := 0, 0
	for ; killed < kills; runs++ {
		run := filepath.Join(dir, "run")
		before := map[string]fs.FileInfo{}
		for {
			args := []string{"experiment", "run", plan, "-o", run}
			if _, err := os.Stat(filepath.Join(run, "plan.json")); err == nil {
				args = []string{"experiment", "resume", run}
			}
			cmd := exec.Command(mcrl, args...)
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			signal := signals[rng.IntN(len(signals))]
			timer := time.AfterFunc(time.Duration(rng.Int64N(int64(took))), func() { _ = cmd.Process.Signal(signal) }) // it may have ended
			err := cmd.Wait()
			timer.Stop()
			sameRecords(t, run, before)
			if err == nil {
				break
			}
			exit := err.(*exec.ExitError).Sys().(syscall.WaitStatus)
			if killed++; !exit.Signaled() && exit.ExitStatus() != 130 {
				t.Fatalf("%v: %s", err, said.String())
			}
		}
		got := contents(t, run)
		for name := range want {
			if got[name] != want[name] {
				t.Fatalf("after %d kills %s is %.200q: want %.200q", killed, name, got[name], want[name])
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d files: want %d", len(got), len(want))
		}
		if err := os.RemoveAll(run); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills in %d experiments of %v", killed, runs, took)
}

// contents are the files of an experiment but the lock and the manifest.
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
