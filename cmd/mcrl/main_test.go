package main

import (
	"bytes"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mcrl": main})
}

// TestScripts runs the command as its users do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TERM", "xterm")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"refuses": refuses,
			"jsonl":   jsonDocument,
			"record":  record,
		},
		RequireExplicitExec: true,
	})
}

// refuses CODE ARGUMENT... runs mcrl, which must end with that code, print nothing on standard output, and print nothing but
// lines that begin with "mcrl: " on standard error.
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refuses CODE ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("mcrl", args[1:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != want {
		ts.Fatalf("mcrl: %v: want exit code %d", err, want)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("printed on standard output: %q", out)
	}
	lines := ts.ReadFile("stderr")
	if lines == "" {
		ts.Fatalf("no word on standard error")
	}
	for line := range strings.Lines(lines) {
		if !strings.HasPrefix(line, "mcrl: ") || strings.Contains(line, "goroutine") {
			ts.Fatalf("line on standard error: %q", line)
		}
	}
}

// jsonDocument checks that standard output is one JSON document on one line with the given keys in this order, and no others.
func jsonDocument(ts *testscript.TestScript, neg bool, keys []string) {
	if neg {
		ts.Fatalf("jsonl cannot be negated")
	}
	out := []byte(ts.ReadFile("stdout"))
	got, err := topKeys(out)
	ts.Check(err)
	if strings.Join(got, " ") != strings.Join(keys, " ") {
		ts.Fatalf("keys %q: want %q", got, keys)
	}
	if bytes.Count(out, []byte("\n")) != 1 {
		ts.Fatalf("%d lines: want one", bytes.Count(out, []byte("\n")))
	}
}
