package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"example.com/mcrl/cmd/internal/bench"
	"example.com/mcrl/env"
)

// benchOptions are the flags of `mcrl bench`.
type benchOptions struct {
	only workloadList // nil: all
	time time.Duration
	json bool
}

func newBenchCommand(s *streams) *cobra.Command {
	o := benchOptions{time: 100 * time.Millisecond}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the time of a step on this machine",
		Long: `Measure what a step of simulating, learning and estimating takes on this machine:
on the fast paths that tables and finite distributions have, and the same work
step by step through the interfaces that anyone's environment goes through. Each
path is measured five times, the two in turn; medians are printed.

Times hold for one machine and one moment: compare ratios, or two versions on the
same idle machine. One core is used. Every row checks what it computed, and a wrong
result is an error, exit code 1.

A step is one transition of an episode, or one sample. Exploring starts count the
steps of a cycle that they add up in closed form.

The JSON is one document: machine (go, os, arch, cpu where it is known, cores),
version, streams, and rows of name, what, ns_per_step, interface_ns_per_step,
ratio and steps.`,
		Example: `  mcrl bench
  mcrl bench --only SimUniform5,ES100 --time 500ms
  mcrl bench --json > bench.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runBench(cmd.Context(), s, o)
		},
	}
	f := cmd.Flags()
	f.Var(&o.only, "only", "the workloads to measure, separated by commas: "+strings.Join(bench.Names(), ", "))
	f.DurationVar(&o.time, "time", o.time, "the time of one measurement; each path has five")
	f.BoolVar(&o.json, "json", false, "print JSON")
	_ = cmd.RegisterFlagCompletionFunc("only", completeFrom(bench.Names()...))
	return cmd
}

// Limits of --time.
const (
	minBenchTime = time.Millisecond
	maxBenchTime = 10 * time.Second
)

func runBench(ctx context.Context, s *streams, o benchOptions) error {
	if o.time < minBenchTime || o.time > maxBenchTime {
		return usageErrorf("--time = %v: want a duration from %v to %v", o.time, minBenchTime, maxBenchTime)
	}
	d := benchDocument{Machine: bench.ThisMachine(), Version: readVersion().Version, Streams: env.StreamVersion, Rows: []bench.Row{}}
	if !o.json {
		if _, err := io.WriteString(s.Out, d.header()); err != nil {
			return err
		}
	}
	for _, w := range bench.Workloads() {
		if o.only != nil && !slices.Contains(o.only, w.Name) {
			continue
		}
		var row bench.Row
		err := await(ctx, func() (err error) {
			row, err = w.Measure(ctx, o.time)
			return err
		})
		if err != nil {
			return err
		}
		runtime.GC() // nothing of this workload is left to the next
		d.Rows = append(d.Rows, row)
		if !o.json {
			if _, err := io.WriteString(s.Out, benchLine(row)); err != nil {
				return err
			}
		}
	}
	if o.json {
		return writeJSON(s.Out, d)
	}
	return nil
}

// benchDocument is what `mcrl bench --json` prints.
type benchDocument struct {
	Machine bench.Machine `json:"machine"`
	Version string        `json:"version"`
	Streams string        `json:"streams"`
	Rows    []bench.Row   `json:"rows"`
}

// whatWidth is that of the longest description.
func whatWidth() (width int) {
	for _, w := range bench.Workloads() {
		width = max(width, utf8.RuneCountInString(w.What))
	}
	return width
}

func (d benchDocument) header() string {
	m := d.Machine
	cores := "1 core"
	if m.Cores != 1 {
		cores = fmt.Sprint(m.Cores, " cores")
	}
	machine := []string{m.OS + "/" + m.Arch, cores, m.Go, "mcrl " + d.Version}
	if m.CPU != "" {
		machine = slices.Insert(machine, 1, m.CPU)
	}
	return fmt.Sprintf("%s\n\n%-15s  %-*s  %17s  %17s\n%-15s  %-*s  %9s %7s  %9s %7s  %5s\n", strings.Join(machine, ", "),
		"", whatWidth(), "", "fast path", "interfaces",
		"WORKLOAD", whatWidth(), "WHAT", "M STEPS/S", "NS/STEP", "M STEPS/S", "NS/STEP", "RATIO")
}

func benchLine(r bench.Row) string {
	return fmt.Sprintf("%-15s  %-*s  %9.4g %7.3g  %9.4g %7.3g  %5.3g\n", r.Name, whatWidth(), r.What,
		1e3/r.Fast, r.Fast, 1e3/r.Interface, r.Interface, r.Ratio)
}

// workloadList is a flag for names of workloads separated by commas.
type workloadList []string

// String implements pflag.Value.
func (l *workloadList) String() string { return strings.Join(*l, ",") }

// Type implements pflag.Value.
func (l *workloadList) Type() string { return "NAMES" }

// Set implements pflag.Value.
func (l *workloadList) Set(text string) error {
	var list workloadList
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(bench.Names(), name) {
			return errors.New("any of " + strings.Join(bench.Names(), ", ") + suggest(name, bench.Names()))
		}
		list = append(list, name)
	}
	*l = list
	return nil
}
