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
	"example.com/mcrl/mc/experiment"
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

with the names of states and actions, and the board, where it has some. Numbers read
back bit for bit. The tables of these are those that Gymnasium publishes, or the
dynamics of the books:

` + indent(classic.Names()) + `

Learning on the table is learning on the named world, to the last bit, but for slippery
frozen lakes: by name they are grid worlds, which list the same outcomes in another
order, so that a seed draws other episodes.

A FILE is a grid world, or such a table, which is checked and written anew.`,
		Example: `  mcrl envs export frozenlake-8x8-slippery -o lake.json
  mcrl envs export taxi | python3 -c 'import json, sys; print(json.load(sys.stdin)["p"]["0"])'`,
		Args:              oneArgument("NAME or FILE, the environment to export"),
		ValidArgsFunction: completeEnvironments,
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

// loadDynamics returns the dynamics that NAME|FILE stands for: of the classic world of that name, else those of loadWorld.
func loadDynamics(name string) (*dynamics.Dynamics, error) {
	title := name
	var m env.Model
	var err error
	if slices.Contains(classic.Names(), name) { // its table is the published one, that of a grid world of the name is not
		m, err = classic.New(name)
	} else {
		var w experiment.World
		switch w, err = loadWorld(name); {
		case err != nil:
		case w.Table != nil:
			return w.Table, nil
		default:
			title = w.Grid.Name
			m, err = env.NewGrid(*w.Grid)
		}
	}
	if err != nil {
		return nil, err
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
