package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/mcrl/env"
)

// Every command explains itself: a line, an example, and a use for each flag.
func TestEveryCommandHasHelp(t *testing.T) {
	root := newRootCommand(newStreams(nil, io.Discard, io.Discard))
	commands := documented(root)
	if len(commands) < 8 {
		t.Fatalf("%d commands", len(commands))
	}
	for _, c := range commands {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short help %q: want one, without a full stop", c.CommandPath(), c.Short)
		}
		if c.Runnable() && !strings.Contains(c.Example, "mcrl ") {
			t.Errorf("%s: no example", c.CommandPath())
		}
		if c.Parent() == root && c.Runnable() && c.GroupID == "" {
			t.Errorf("%s: in no group", c.CommandPath())
		}
		eachFlag(c, func(f *pflag.Flag, name string) {
			if f.Usage == "" || f.Usage != strings.TrimSuffix(f.Usage, ".") {
				t.Errorf("%s %s: usage %q: want one, without a full stop", c.CommandPath(), name, f.Usage)
			}
		})
		if page := manPage(c); !strings.HasPrefix(page, ".TH ") || strings.Contains(page, "\n'") {
			t.Errorf("%s: bad manual page", c.CommandPath())
		}
	}
}

type brokenWriter struct{ after int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.after -= len(p); b.after < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

// Output that cannot be written is a failure, whichever command it belongs to.
func TestOutputThatFails(t *testing.T) {
	for _, line := range []string{"version", "version --json", "envs", "envs --json", "envs show zhao-2x2", "envs show zhao-2x2 --yaml", "envs export zhao-2x2",
		"trace zhao-2x2 --horizon 3", "trace zhao-2x2 --horizon 3 --json", "solve zhao-2x2 --gamma 0.9", "solve zhao-2x2 --gamma 0.9 --json", "estimate --values 0,1 --probs 0.5,0.5 --samples 5",
		"bench --only MeanFinite --time 1ms", "bench --only MeanFinite --time 1ms --json", "help", "completion bash"} {
		for _, after := range []int{0, 30} {
			var errs bytes.Buffer
			code := Main(strings.Fields(line), nil, &brokenWriter{after}, &errs)
			if code != exitFailed || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "no space left on device") {
				t.Errorf("%s: exit code %d, %q: want %d and one line", line, code, errs.String(), exitFailed)
			}
		}
	}
}

// A panic is one line that names the place, never a dump.
func TestPanicIsOneLine(t *testing.T) {
	broken := func() error {
		var list []int
		return fmt.Errorf("%d", list[len(list)])
	}
	check := func(err error) {
		t.Helper()
		text := err.Error()
		if strings.Contains(text, "\n") || !strings.Contains(text, "index out of range") || !strings.Contains(text, "TestPanicIsOneLine") {
			t.Errorf("error %q: want one line that names this function", text)
		}
	}
	check(await(context.Background(), broken))
	func() {
		defer func() { check(bug(recover())) }()
		_ = broken()
	}()
}

func TestAwaitGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stuck := make(chan error)
	cancel()
	if err := await(ctx, func() error { return <-stuck }); err != context.Canceled {
		t.Errorf("error %v, want that of the context", err)
	}
	close(stuck)
}

// Exit codes and lines of errors, alone, joined and wrapped.
func TestReport(t *testing.T) {
	gamma := &env.FieldError{Field: "gamma", Value: 2, Want: "a number in [0, 1]"}
	cmd := &cobra.Command{}
	cmd.Flags().Float64("gamma", 0, "")
	if err := cmd.Flags().Set("gamma", "2"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{errors.New("disk full"), 1, "mcrl: disk full\n"},
		{gamma, 2, "mcrl: --gamma = 2: want a number in [0, 1]\n"},
		{fmt.Errorf("run 3: %w", gamma), 2, "mcrl: run 3: gamma = 2: want a number in [0, 1]\n"},
		{errors.Join(gamma, errors.Join(errors.New("a"), errors.New("b\nc"))), 2, "mcrl: --gamma = 2: want a number in [0, 1]\nmcrl: a\nmcrl: b\nmcrl: c\n"},
		{&env.ParseError{File: "f", Line: 1, Column: 2, Msg: "no"}, 2, "mcrl: f:1:2: no\n"},
		{&exitError{exitRefused, errors.Join(errors.New("a"), errors.New("b"))}, 4, "mcrl: a\nmcrl: b\n"},
		{context.Canceled, 130, "mcrl: interrupted\n"},
	} {
		var errs bytes.Buffer
		s := newStreams(nil, io.Discard, &errs)
		if code := s.report(cmd, c.err); code != c.code || errs.String() != c.want {
			t.Errorf("%v: exit code %d, %q: want %d, %q", c.err, code, errs.String(), c.code, c.want)
		}
	}
}

// The flag goes before the environment, and that before the terminal.
func TestColors(t *testing.T) {
	for _, c := range []struct {
		mode                colorMode
		noColor, force, trm string
		terminal, want      bool
	}{
		{"", "", "", "xterm", true, true},
		{"", "", "", "xterm", false, false},
		{"auto", "", "", "dumb", true, false},
		{"auto", "1", "1", "xterm", true, false},
		{"auto", "", "1", "dumb", false, true},
		{"auto", "", "0", "xterm", false, false},
		{"always", "1", "", "dumb", false, true},
		{"never", "", "1", "xterm", true, false},
	} {
		t.Setenv("NO_COLOR", c.noColor)
		t.Setenv("CLICOLOR_FORCE", c.force)
		t.Setenv("TERM", c.trm)
		if got := c.mode.on(c.terminal); got != c.want {
			t.Errorf("%+v: colours %v", c, got)
		}
	}
}

// The stops are every number to 100, then ninety in each power of ten, milestones included.
func TestTraceStops(t *testing.T) {
	stops := map[int64]bool{}
	n := int64(0)
	for count := 0; n < 1e12; count++ {
		next := nextStop(n)
		if next <= n || n >= 10 && float64(next) > 1.11*float64(n) || count > 1100 {
			t.Fatalf("stop %d after %d", next, n)
		}
		n = next
		stops[n] = true
	}
	for unit := int64(1); unit <= 1e11; unit *= 10 {
		for _, lead := range []int64{1, 2, 5} {
			if !stops[lead*unit] {
				t.Errorf("no stop at %d", lead*unit)
			}
		}
	}
}

// The way an estimate comes about does not show: one by one, by counts, from any seed (tolerance: 1e-9 of the spread).
func TestTraceAgreesWithPlainMean(t *testing.T) {
	o := estimateOptions{values: numberList{0, 6, 12}, probs: numberList{1. / 3, 1. / 3, 1. / 3}, samples: 250_000, seed: 5, level: 0.95}
	r, err := o.draw()
	if err != nil {
		t.Fatal(err)
	}
	sampler, sum := r.exact.Sampler(env.NewRand(5, env.PurposeStatistics, 0)), 0.0
	for range int(o.samples) {
		sum += sampler.Next()
	}
	if diff := r.trace.stat.Mean() - sum/float64(o.samples); diff > 1e-9 || diff < -1e-9 {
		t.Errorf("mean %v, plain mean %v", r.trace.stat.Mean(), sum/float64(o.samples))
	}
	if se := 4.898979485566356 / 500; r.trace.stat.Mean()-6 > 4.5*se || r.trace.stat.Mean()-6 < -4.5*se {
		t.Errorf("mean %v: more than 4.5 standard errors (%v each) from 6", r.trace.stat.Mean(), se)
	}
	if n := len(r.trace.samples); n != keptSamples {
		t.Errorf("%d samples kept, want %d", n, keptSamples)
	}
}
