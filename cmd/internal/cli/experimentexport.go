package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/mc/experiment/export"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

// exportOptions are the flags of `mcrl experiment export`.
type exportOptions struct {
	table, format, out string
	force              bool
}

var (
	exportTables  = []string{string(export.Curves), string(export.Finals)}
	exportFormats = []string{"csv", "jsonl", "npz"}
)

func newExperimentExportCommand(s *streams) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write the results for other programs",
		Long: `Write the results of the cells that are finished, for other programs.

  csv, jsonl   a table with a row for each cell and point (--table curves), or a row
               for each cell, its last point (--table finals); a value that there is
               not, such as an infinite gap, is empty, or null
  npz          arrays for numpy.load, for each setting NAME: NAME/q and NAME/n
               (seeds, states, actions), NAME/policy (seeds, states), NAME/seeds, and
               what was measured, NAME/episodes to NAME/visits_median (seeds, points);
               behind the last point of a cell there is nan, or -1

What was measured at a point:

  episodes, iterations, steps   since the beginning
  truncated                     episodes cut by the horizon
  epsilon                       the exploration of the learned policy
  gap                           how much it falls short of the best policy with that
                                epsilon, in the worst state
  rmse                          the root mean square error of q(s,a)
  greedy_gap                    how much the greedy policy about the learned actions
                                falls short of the optimal one, in the worst state
  return, greedy_return         the exact expected discounted return from the start
                                distribution, of the learned and the greedy policy
  unvisited                     pairs (s,a) without a return, s not terminal
  visits_min, visits_median     of the numbers of returns of these pairs, since the
                                last reset of the averages

Where cells are missing the rest is written, and the exit code is 3.`,
		Example: `  mcrl experiment export runs/steps --table finals > finals.csv
  mcrl experiment export runs/steps -o curves.jsonl
  mcrl experiment export runs/steps -o steps.npz
  python3 -c 'import numpy; z = numpy.load("steps.npz"); print(z.files)'`,
		Args:              oneArgument("the directory of an experiment"),
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd.Flags().Changed("table")); err != nil {
				return err
			}
			return runExport(s, o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.table, "table", string(export.Curves), "what a row is: "+strings.Join(exportTables, ", "))
	f.StringVar(&o.format, "format", "", "csv, jsonl or npz; not given: what -o ends in, or csv")
	f.StringVarP(&o.out, "output", "o", "", "the `FILE` to write; not given: standard output")
	f.BoolVar(&o.force, "force", false, "replace an existing file")
	_ = cmd.MarkFlagFilename("output", exportFormats...)
	_ = cmd.RegisterFlagCompletionFunc("table", completeFrom(exportTables...))
	_ = cmd.RegisterFlagCompletionFunc("format", completeFrom(exportFormats...))
	return cmd
}

// check resolves the format, and refuses what would fail after the work.
func (o *exportOptions) check(tableGiven bool) error {
	if !slices.Contains(exportTables, o.table) {
		return usageErrorf("--table = %s: want one of %s%s", o.table, strings.Join(exportTables, ", "), suggest(o.table, exportTables))
	}
	if o.format == "" {
		o.format = "csv"
		if o.out != "" {
			o.format = strings.TrimPrefix(strings.ToLower(filepath.Ext(o.out)), ".")
		}
		if !slices.Contains(exportFormats, o.format) {
			return usageErrorf("--output = %s: want a name that ends in .csv, .jsonl or .npz, or --format with it", o.out)
		}
	}
	switch {
	case !slices.Contains(exportFormats, o.format):
		return usageErrorf("--format = %s: want one of %s%s", o.format, strings.Join(exportFormats, ", "), suggest(o.format, exportFormats))
	case o.format == "npz" && o.out == "":
		return usageErrorf("--format npz: want --output, a file for it")
	case o.format == "npz" && tableGiven:
		return usageErrorf("--table with npz: arrays hold everything; want one of the two")
	}
	if _, err := os.Stat(o.out); o.out != "" && err == nil && !o.force {
		return &exitError{exitRefused, fmt.Errorf("%s exists: want another name, or --force to replace it", o.out)}
	}
	return nil
}

func runExport(s *streams, o exportOptions, dir string) error {
	r, err := sweep.Look(rundir.Disk{}, dir)
	if err != nil {
		return notExperiment(dir, err)
	}
	cells, total := 0, r.Plan().Len()
	for i, err := range r.States() {
		if err != nil {
			return err
		}
		switch i.State {
		case sweep.Finished:
			cells++
		case sweep.Unneeded:
			total--
		}
	}
	if o.out == "" {
		err = o.write(s.Out, r)
	} else {
		err = replaceFile(o.out, func(w io.Writer) error { return o.write(w, r) })
	}
	if err != nil {
		return err
	}
	if o.out != "" {
		s.notef("wrote %s: %d cells", o.out, cells)
	}
	if cells < total {
		return &exitError{exitPartly, fmt.Errorf("%d of %d cells are not finished; to go on: mcrl experiment resume %s", total-cells, total, quoted(dir))}
	}
	return nil
}

func (o exportOptions) write(w io.Writer, r *sweep.Results) (err error) {
	switch o.format {
	case "csv":
		_, err = export.CSV(w, r, export.Table(o.table))
	case "jsonl":
		_, err = export.JSONLines(w, r, export.Table(o.table))
	default:
		_, err = export.NumPy(w, r)
	}
	return err
}

// replaceFile writes a file that appears whole or not at all.
func replaceFile(path string, fill func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usageErrorf("--output = %s: is a directory: want a file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".mcrl-*")
	if err != nil {
		return usageErrorf("--output = %s: cannot write to the directory: %w", path, reason(err))
	}
	err = errors.Join(fill(f), f.Chmod(0o644))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
