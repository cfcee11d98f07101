// Package cli is the mcrl command: a constructor for each subcommand, an options struct, and a plain run function that
// takes a context and the streams.
package cli

import (
	"context"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// streams is where a command reads and writes: data to Out, everything else to Err.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	Quiet    bool // --quiet: errors only
}

// Main runs the command line and returns the exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	s := &streams{In: in, Out: out, Err: errs}
	root := newRootCommand(s)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	return report(s, root.ExecuteContext(ctx))
}

func newRootCommand(s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "mcrl",
		Short:         "Monte Carlo reinforcement learning, with the truth beside the estimate",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().BoolVarP(&s.Quiet, "quiet", "q", false, "print errors only")
	root.AddCommand(newVersionCommand(s))
	return root
}
