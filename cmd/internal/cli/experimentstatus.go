package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

// sweepStatus is how far an experiment has come.
type sweepStatus struct {
	Directory string   `json:"directory"`
	Title     string   `json:"title"`
	Cells     int      `json:"cells"`
	Finished  int      `json:"finished"`
	Begun     int      `json:"begun"`
	Missing   int      `json:"missing"`
	Altered   []string `json:"altered"` // files that are torn, or not as they were written

	Unneeded int        `json:"unneeded,omitempty"` // of a plan with until: cells that need not be run
	Evidence []evidence `json:"evidence,omitempty"` // of a plan with until: what each setting comes to so far
}

func newExperimentStatusCommand(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status DIR",
		Short: "Say how far an experiment has come",
		Long: `Count the cells that are finished, begun and missing, and name every file that is
torn or not as it was written. All records are compared with their checksums. The
experiment may be running. Of a plan with until, print what each setting comes to
so far, and count the cells that are not needed.`,
		Example:           `  mcrl experiment status runs/steps`,
		Args:              oneArgument("the directory of an experiment"),
		ValidArgsFunction: completeDirectories,
		RunE: func(_ *cobra.Command, args []string) error {
			status, err := statusOf(args[0], func(sweep.Inspection) error { return nil })
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(s.Out, status)
			}
			return status.print(s)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newExperimentMissingCommand(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "missing DIR",
		Short: "List the cells of an experiment that are not finished",
		Long: `Print the names of the cells that have no record, or one that is not as it was
written, one a line. Cells that a plan with until does not need are not among them.`,
		Example:           `  mcrl experiment missing runs/steps`,
		Args:              oneArgument("the directory of an experiment"),
		ValidArgsFunction: completeDirectories,
		RunE: func(_ *cobra.Command, args []string) error {
			missing := []string{}
			_, err := statusOf(args[0], func(i sweep.Inspection) error {
				if i.State == sweep.Finished || i.State == sweep.Unneeded {
					return nil
				}
				if asJSON {
					missing = append(missing, i.Cell.ID)
					return nil
				}
				_, err := fmt.Fprintln(s.Out, i.Cell.ID)
				return err
			})
			if err == nil && asJSON {
				err = writeJSON(s.Out, missing)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// statusOf looks at all cells of an experiment, and what the settings of one with until come to.
func statusOf(dir string, visit func(sweep.Inspection) error) (st sweepStatus, err error) {
	r, err := sweep.Look(rundir.Disk{}, dir)
	if err != nil {
		return st, notExperiment(dir, err)
	}
	st = sweepStatus{Directory: r.Path(), Title: r.Plan().Title, Cells: r.Plan().Len(), Altered: []string{}}
	for i, err := range r.States() {
		if err != nil {
			return st, err
		}
		switch i.State {
		case sweep.Finished:
			st.Finished++
		case sweep.Begun:
			st.Begun++
		case sweep.Missing:
			st.Missing++
		case sweep.Altered:
			st.Altered = append(st.Altered, i.File)
		case sweep.Unneeded:
			st.Unneeded++
		}
		if err := visit(i); err != nil {
			return st, err
		}
	}
	st.Evidence, err = evidenceOf(r)
	return st, err
}

func (st sweepStatus) print(s *streams) error {
	if st.Title != "" {
		fmt.Fprintln(s.Out, st.Title)
	}
	fmt.Fprintf(s.Out, "finished  %s of %s cells\n", grouped(int64(st.Finished)), grouped(int64(st.Cells)))
	if st.Begun > 0 {
		fmt.Fprintf(s.Out, "begun     %s\n", grouped(int64(st.Begun)))
	}
	if st.Missing > 0 {
		fmt.Fprintf(s.Out, "missing   %s\n", grouped(int64(st.Missing)))
	}
	for _, file := range st.Altered {
		fmt.Fprintf(s.Out, "altered   %s\n", file)
	}
	if st.Unneeded > 0 {
		fmt.Fprintf(s.Out, "unneeded  %s\n", grouped(int64(st.Unneeded)))
	}
	if err := printEvidence(s.Out, st.Evidence); err != nil {
		return err
	}
	if st.Finished+st.Unneeded < st.Cells {
		s.notef("to go on: mcrl experiment resume %s", quoted(st.Directory))
	}
	return nil
}
