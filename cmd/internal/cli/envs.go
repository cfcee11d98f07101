package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
	"example.com/mcrl/mc/experiment"
)

func newEnvsCommand(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "envs",
		Short: "List the environments, or show one with all its rules",
		Long: `List the environments that have a name: grid worlds, then the standard worlds of the
field. Wherever a command takes an environment, the path of a file will do too; see
` + "`mcrl help environment-files`" + `.`,
		Example: `  mcrl envs
  mcrl envs show taxi
  mcrl envs show frozenlake-4x4-slippery
  mcrl envs show zhao-5x5 --yaml > my.yaml`,
		Args: knownCommand,
		RunE: func(*cobra.Command, []string) error { return listEnvironments(s, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(newEnvsShowCommand(s), newEnvsExportCommand(s))
	return cmd
}

// environmentLine is one grid world in the list.
type environmentLine struct {
	Name          string          `json:"name"`
	Rows          int             `json:"rows"`
	Cols          int             `json:"cols"`
	States        int             `json:"states"`
	Actions       int             `json:"actions"`
	Deterministic bool            `json:"deterministic"`
	Target        env.TargetRule  `json:"target"`
	Edge          env.EdgeRule    `json:"edge"`
	Rewards       env.GridRewards `json:"rewards"`
}

func listEnvironments(s *streams, asJSON bool) error {
	var list []environmentLine
	for _, name := range env.Presets() {
		m, err := loadModel(name)
		if err != nil {
			return err
		}
		g := m.Grid
		c := g.Config()
		rows, cols := g.Dims()
		list = append(list, environmentLine{name, rows, cols, g.NumStates(), g.NumActions(), g.Deterministic(),
			c.Target, c.Edge, c.Rewards})
	}
	classics, err := classicLines()
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(s.Out, joined(list, classics))
	}
	w := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tCELLS\tACTIONS\tMOVES\tSTEP\tBOUNDARY\tFORBIDDEN\tTARGET\tTHEN")
	for _, e := range list {
		moves := "certain"
		if !e.Deterministic {
			moves = "uncertain"
		}
		boundary := shortest(e.Rewards.Boundary)
		if e.Edge == env.BoundaryPlusCell {
			boundary += "+cell"
		}
		fmt.Fprintf(w, "%s\t%dx%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Name, e.Rows, e.Cols, e.Actions, moves,
			shortest(e.Rewards.Step), boundary, shortest(e.Rewards.Forbidden), shortest(e.Rewards.Target), e.Target)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, "\nopen-N for any side N: open-10, open-1000, ... `mcrl envs show NAME` explains the rules of one.")
	if err != nil {
		return err
	}
	return printClassics(s, classics)
}

func newEnvsShowCommand(s *streams) *cobra.Command {
	var asJSON, asYAML bool
	cmd := &cobra.Command{
		Use:   "show NAME|FILE",
		Short: "Show the map of an environment, its rules and its numbers",
		Long: `Show one environment: the map, and every convention in which books and libraries
differ, in words and numbers. With --yaml a grid world is printed as a file that can
be changed and given back to every command; ` + "`mcrl envs export`" + ` does so with any world.`,
		Example: `  mcrl envs show zhao-5x5-figures
  mcrl envs show frozenlake-8x8 --json
  mcrl envs show zhao-5x5 --yaml > my.yaml && mcrl solve my.yaml --gamma 0.9`,
		Args:              oneArgument("NAME or FILE, the environment to show"),
		ValidArgsFunction: completeEnvironments,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exclusive(cmd, "json", "yaml"); err != nil {
				return err
			}
			m, err := loadModel(args[0])
			switch {
			case err != nil:
				return err
			case asYAML && m.Grid == nil:
				return usageErrorf("--yaml: %s is no grid world; want `mcrl envs export %s`", args[0], quoted(args[0]))
			case asYAML:
				return gridfile.Write(s.Out, m.Grid.Config())
			case asJSON && m.Grid == nil:
				return writeJSON(s.Out, describeTable(m, args[0]))
			case asJSON:
				return writeJSON(s.Out, describe(m, args[0]))
			case m.Grid == nil:
				_, err = fmt.Fprint(s.Out, s.tableCard(m, args[0]))
			default:
				_, err = fmt.Fprint(s.Out, s.card(boarded{m, m.Layout}, args[0]))
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&asYAML, "yaml", false, "print the environment as a file")
	return cmd
}

// environmentDescription is what `envs show --json` prints.
type environmentDescription struct {
	Env           string         `json:"env"`
	Rows          int            `json:"rows"`
	Cols          int            `json:"cols"`
	States        int            `json:"states"`
	Actions       []string       `json:"actions"` // in the order of their indices
	Deterministic bool           `json:"deterministic"`
	RewardRange   [2]float64     `json:"reward_range"`
	Cells         [][]int        `json:"cells"`        // [row, column] of each state
	Terminal      []env.State    `json:"terminal"`     // ascending
	Starts        []env.State    `json:"start_states"` // equally likely; null: every state that is not terminal
	Config        env.GridConfig `json:"config"`
}

func describe(m *experiment.Model, name string) environmentDescription {
	g := m.Grid
	d := environmentDescription{Env: name, States: g.NumStates(), Actions: g.ActionNames(), Deterministic: g.Deterministic(),
		Terminal: []env.State{}, Config: g.Config()}
	d.Rows, d.Cols = g.Dims()
	d.RewardRange[0], d.RewardRange[1] = g.RewardRange()
	for s := range env.State(g.NumStates()) {
		row, col := g.Cell(s)
		d.Cells = append(d.Cells, []int{row, col})
		if g.Terminal(s) {
			d.Terminal = append(d.Terminal, s)
		}
	}
	d.Starts = startStates(m)
	return d
}

// actionList names the actions with their indices.
func actionList(g *experiment.Model) string {
	list := make([]string, g.NumActions())
	for a, name := range g.ActionNames() {
		list[a] = fmt.Sprintf("%d %s", a, name)
	}
	return strings.Join(list, ", ")
}
