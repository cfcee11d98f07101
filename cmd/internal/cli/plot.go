package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

func newPlotCommand(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plot",
		Short: "Draw learning curves, policies, values, visits and intervals from saved records",
		Long: `Draw figures from the records that training has saved; nothing is run again. A
RECORD is a run directory, or the record.json in it. The file's extension says the
format: .svg, .png or .pdf.`,
		Example: `  mcrl plot convergence runs/* -o curves.svg
  mcrl plot policy runs/first -o policy.svg`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPlotConvergenceCommand(s), newPlotPolicyCommand(s), newPlotValuesCommand(s), newPlotVisitsCommand(s),
		newPlotIntervalsCommand(s))
	return cmd
}

// newFigureCommand is a subcommand of plot: draw makes one drawing of the records, meant for the given size.
func newFigureCommand(s *streams, about cobra.Command, draw func([]savedRun) (plots.Drawable, paper, error)) *cobra.Command {
	var p picture
	cmd := &about
	cmd.Args = someArguments("at least one RECORD, a run directory")
	p.addFlags(cmd, paper{})
	cmd.Flags().Lookup("size").DefValue = ""
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := required(cmd, "output"); err != nil {
			return err
		}
		if err := p.check(); err != nil {
			return err
		}
		runs, err := loadRuns(args)
		if err != nil {
			return err
		}
		figure, size, err := draw(runs)
		if err != nil {
			return err
		}
		if p.size == (paper{}) {
			p.size = size
		}
		return p.save(s, figure)
	}
	return cmd
}

// savedRun is a record with the world it was learned on.
type savedRun struct {
	path string
	*experiment.Record
	world *experiment.Model
}

// board is the world on its board; an error where it has none.
func (r savedRun) board() (boarded, error) {
	b, ok := onBoard(r.world)
	if !ok {
		return b, usageErrorf("%s: the states of %s lie on no board: want `mcrl plot convergence`, or a world of cells", r.path, r.Spec.Env.Name())
	}
	return b, nil
}

// loadRuns reads all records, and reports every one that cannot be read.
func loadRuns(paths []string) ([]savedRun, error) {
	var runs []savedRun
	var errs []error
	for _, path := range paths {
		r, err := readRecord(path)
		if err != nil {
			errs = append(errs, usageErrorf("%s: %w", path, err))
			continue
		}
		m, err := r.Spec.Env.Model()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		runs = append(runs, savedRun{filepath.Clean(path), r, m})
	}
	return runs, errors.Join(errs...)
}

// readRecord reads a run directory, or a record and the table beside it.
func readRecord(path string) (*experiment.Record, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	if info.IsDir() {
		return experiment.Read(os.DirFS(path))
	}
	r, err := experiment.ReadFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	return r, reason(err)
}

// page puts one drawing on a sheet of its own, and several side by side. The size is that of the sheet.
func page(panels []plots.Drawable, cols int) (plots.Drawable, paper, error) {
	cols = min(cols, len(panels))
	rows := (len(panels) + cols - 1) / cols
	size := paper{vg.Length(min(4.8*float64(cols), 100)) * vg.Inch, vg.Length(min(4.6*float64(rows), 100)) * vg.Inch}
	if len(panels) == 1 {
		return panels[0], size, nil
	}
	sheet, err := plots.Page(panels, plots.PageOptions{Cols: cols})
	return sheet, size, err
}

// name says in a few words what a record is of.
func (r savedRun) name() string {
	if r.Spec.Env.Name() == "" {
		return string(r.Spec.Algorithm)
	}
	return string(r.Spec.Algorithm) + ", " + r.Spec.Env.Name()
}

// soft is the learned policy, pi(a | s); with greedy, without its exploration.
func (r savedRun) soft(greedy bool) (func(env.State, env.Action) float64, error) {
	epsilon := r.Epsilon
	if greedy {
		epsilon = 0
	}
	p, err := env.NewSoft(r.Policy, r.world.NumActions(), epsilon)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.path, err)
	}
	return func(state env.State, a env.Action) float64 {
		if r.world.Terminal(state) {
			return 0
		}
		return p.Prob(state, a)
	}, nil
}

// estimated is the value of the learned policy by the estimates: v(s) = sum over a of pi(a | s) q(s, a).
func (r savedRun) estimated() ([]float64, error) {
	pi, err := r.soft(false)
	if err != nil {
		return nil, err
	}
	actions := r.world.NumActions()
	v := make([]float64, r.world.NumStates())
	for i, q := range r.Q {
		s, a := env.State(i/actions), env.Action(i%actions)
		v[s] += float64(pi(s, a) * q)
	}
	return v, nil
}
