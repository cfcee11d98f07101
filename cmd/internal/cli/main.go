// Package cli is the mcrl command: a constructor for each subcommand, an options struct, and a plain run function that
// takes a context and the streams.
package cli

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs the command line and returns the exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	s := newStreams(in, out, errs)
	defer func() {
		if p := recover(); p != nil {
			code = s.report(nil, bug(p))
		}
	}()
	root := newRootCommand(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !s.running { // arguments and flags are checked before a command runs
		err = &exitError{exitUsage, err}
	}
	if err == nil && s.out.err != nil {
		err = fmt.Errorf("standard output: %w", s.out.err)
	}
	return s.report(cmd, err)
}

func newRootCommand(s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "mcrl",
		Short: "Monte Carlo reinforcement learning, with the truth beside the estimate",
		Long: `Monte Carlo reinforcement learning on finite worlds: episodes, mean estimation,
MC Basic, MC Exploring Starts and MC epsilon-greedy, with the exact value beside
every estimate.`,
		Example: `  mcrl envs show zhao-5x5
  mcrl solve zhao-5x5 --gamma 0.9
  mcrl estimate --values -1,1 --probs 0.5,0.5 --samples 200 -o fig.svg`,
		Version:       readVersion().Version,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().BoolVarP(&s.Quiet, "quiet", "q", false, "print results and errors only")
	root.PersistentFlags().Var(&s.color, "color", "colours: auto, always or never")
	_ = root.RegisterFlagCompletionFunc("color", completeFrom(colorModes...))
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelpCommand())

	root.AddGroup(&cobra.Group{ID: groupLearn, Title: "Learn:"}, &cobra.Group{ID: groupLook, Title: "Look and compare:"},
		&cobra.Group{ID: groupOther, Title: "Other:"})
	root.SetHelpCommandGroupID(groupOther)
	addTo(root, groupLearn, newTrainCommand(s), newExperimentCommand(s))
	addTo(root, groupLook, newEnvsCommand(s), newSolveCommand(s), newTraceCommand(s), newEstimateCommand(s), newReproduceCommand(s), newPlotCommand(s))
	addTo(root, groupLook, newRolloutCommand(s), newEvaluateCommand(s))
	addTo(root, groupOther, newBenchCommand(s), newVersionCommand(s), newCompletionCommand(s), newSchemaCommand(s), newDocsCommand(s))
	root.AddCommand(newExitCodesTopic(), newEnvironmentFilesTopic(), newIntervalsTopic())
	s.watch(root)
	return root
}

// The groups of commands in the help.
const (
	groupLearn = "learn"
	groupLook  = "look"
	groupOther = "other"
)

func addTo(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = group
	}
	root.AddCommand(commands...)
}
