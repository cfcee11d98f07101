package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
)

func newEnvsExportCommand(s *streams) *cobra.Command {
	var out string
	var force bool
	cmd := &cobra.Command{
		Use:   "export NAME|FILE",
		Short: "Write the dynamics of an environment as a JSON table",
		Long: `Write the dynamics of an environment as JSON, in the form of Gymnasium's tables:

  {"states": N, "actions": M, "start": [probability of each state],
   "p": {"s": {"a": [[prob, next, reward, done], ...]}}}

with the names of states and actions where it has some. Numbers read back bit for
bit. Besides the names of ` + "`mcrl envs`" + ` it knows these, whose tables are those that
Gymnasium publishes, or the dynamics of the books:

` + indent(classic.Names()) + `

A FILE is a grid world, or such a table (.json), which is checked and written anew.`,
		Example: `  mcrl envs export frozenlake-8x8-slippery -o lake.json
  mcrl envs export taxi | python3 -c 'import json, sys; print(json.load(sys.stdin)["p"]["0"])'`,
		Args:              oneArgument("NAME or FILE, the environment to export"),
		ValidArgsFunction: completeExports,
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := os.Stat(out); out != "" && err == nil && !force {
				return &exitError{exitRefused, fmt.Errorf("%s exists: want another name, or --force to replace it", out)}
			}
			d, err := loadDynamics(args[0])
			if err != nil {
				return err
			}
			return exportDynamics(s, d, out)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the `FILE` to write; not given: standard output")
	cmd.Flags().BoolVar(&force, "force", false, "replace an existing file")
	_ = cmd.MarkFlagFilename("output", "json")
	return cmd
}

func exportDynamics(s *streams, d *dynamics.Dynamics, out string) error {
	if out == "" {
		return dynamics.Write(s.Out, d)
	}
	if err := replaceFile(out, func(w io.Writer) error { return dynamics.Write(w, d) }); err != nil {
		return err
	}
	s.notef("wrote %s: %d states, %d actions", out, d.NumStates(), d.NumActions())
	return nil
}

// loadDynamics returns the dynamics that NAME|FILE stands for: of the classic world of that name, or of the table in the .json
// file at that path, else of a grid world.
func loadDynamics(name string) (*dynamics.Dynamics, error) {
	var m env.Model
	title := name
	switch {
	case slices.Contains(classic.Names(), name):
		w, err := classic.New(name)
		if err != nil {
			return nil, err
		}
		m = w
	case strings.HasSuffix(name, ".json"):
		d, err := dynamics.Load(name)
		if err != nil {
			return nil, &exitError{exitUsage, err}
		}
		return d, nil
	default:
		g, err := loadGrid(name, classic.Names()...)
		if err != nil {
			return nil, err
		}
		m, title = g, g.Config().Name
	}
	d, err := dynamics.Of(m)
	if err != nil {
		return nil, err
	}
	d.Name = title
	return d, nil
}

// indent lists names in lines of the width of a help text.
func indent(names []string) string {
	var b strings.Builder
	width := 0
	for i, name := range names {
		switch {
		case i == 0:
			b.WriteString("  ")
		case width+len(name)+4 > 78:
			b.WriteString(",\n  ")
			width = 0
		default:
			b.WriteString(", ")
		}
		b.WriteString(name)
		width += len(name) + 2
	}
	return b.String()
}

// completeExports is completeEnvironments with the classic worlds.
func completeExports(cmd *cobra.Command, args []string, given string) ([]string, cobra.ShellCompDirective) {
	names, directive := completeEnvironments(cmd, args, given)
	if len(args) == 0 {
		names = slices.Compact(slices.Sorted(slices.Values(slices.Concat(names, classic.Names()))))
	}
	return names, directive
}
