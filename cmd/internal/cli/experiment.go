package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"example.com/mcrl/mc/experiment/planfile"
)

const experimentHelp = `Run every environment with every algorithm and every seed, as one file says.

  mcrl experiment init                a file that explains itself: experiment.yaml
  mcrl experiment run FILE            run it
  mcrl experiment status DIR          how far it has come
  mcrl experiment missing DIR         the cells that are not finished
  mcrl experiment resume DIR          go on, after any interruption
  mcrl experiment report DIR          curves, tables and comparisons on one HTML page
  mcrl experiment export DIR          the results as CSV, JSON Lines or NumPy arrays

One setting with one seed is a cell, and each cell becomes a record. A record is a
function of its cell: not of the machine, the number of workers or interruptions. A
run that was killed at any moment, or whose machine lost power, is resumed to the
same bytes, and no cell that was finished is run again.

The directory:

  spec.yaml                 the file, as it was given
  plan.json                 all settings spelled out
  manifest.json             when, where and by what it was run
  SHA256SUMS                checksums: sha256sum -c SHA256SUMS
  cells/ID/record.json      as mcrl train writes it, for mcrl plot, too
  cells/ID/checkpoint.bin   of a cell that is not finished

Records that were altered by hand are named, not trusted, and made again.

With until: {metric: gap, half_width: 0.05} in the file, seeds are the most that are
run: a setting gets no more of them once an interval for its mean gap, one that may
be looked at any number of times, has a half-width below 0.05. The metrics are gap,
greedy_gap, return, greedy_return, rmse and optimal; mcrl schema lists the other keys.`

func newExperimentCommand(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "experiment",
		Short: "Run many settings with many seeds, and resume exactly",
		Long:  experimentHelp,
		Example: `  mcrl experiment init
  mcrl experiment run experiment.yaml -o runs/steps
  mcrl experiment resume runs/steps`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExperimentInitCommand(s), newExperimentRunCommand(s), newExperimentResumeCommand(s),
		newExperimentStatusCommand(s), newExperimentMissingCommand(s), newExperimentReportCommand(s),
		newExperimentExportCommand(s))
	return cmd
}

func newExperimentInitCommand(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write an example of an experiment",
		Long: `Write a file that explains itself, to start from: experiment.yaml, or FILE. A file
that exists is left alone; - is standard output.`,
		Example: `  mcrl experiment init steps.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return oneArgument("the file to write")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			path := "experiment.yaml"
			if len(args) == 1 {
				path = args[0]
			}
			if path == "-" {
				_, err := fmt.Fprint(s.Out, planfile.Example)
				return err
			}
			return writeExample(s, path)
		},
	}
}

func writeExample(s *streams, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, os.ErrExist) {
		return &exitError{exitRefused, fmt.Errorf("%s exists: want another name", path)}
	}
	if err != nil {
		return &exitError{exitUsage, err}
	}
	_, err = f.WriteString(planfile.Example)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	s.notef("wrote %s; to run it: mcrl experiment run %s", path, quoted(path))
	return nil
}

func newSchemaCommand(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of experiments",
		Long: `Print the JSON Schema (draft 2020-12) of the files of mcrl experiment, for editors
that complete and check YAML by one.`,
		Example: `  mcrl schema > mcrl.schema.json`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := s.Out.Write(planfile.Schema())
			return err
		},
	}
}
