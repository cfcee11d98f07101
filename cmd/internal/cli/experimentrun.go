package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/mc/experiment/planfile"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

// sweepOptions are the flags of `mcrl experiment run` and `resume`.
type sweepOptions struct {
	out                      string
	workers                  count
	dryRun, json, noProgress bool
}

func (o *sweepOptions) addFlags(cmd *cobra.Command) {
	o.workers = count(runtime.GOMAXPROCS(0))
	f := cmd.Flags()
	f.Var(&o.workers, "workers", "run N cells at once; no result depends on it")
	f.BoolVar(&o.json, "json", false, "print what was done as JSON")
	f.BoolVar(&o.noProgress, "no-progress", false, "no progress bars and lines")
}

func (o *sweepOptions) check() error {
	if o.workers < 1 || o.workers > 1024 {
		return usageErrorf("--workers = %d: want a whole number from 1 to 1024", o.workers)
	}
	return nil
}

func newExperimentRunCommand(s *streams) *cobra.Command {
	var o sweepOptions
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run an experiment",
		Long: `Run the experiment that a file describes; see mcrl experiment init. The directory is
that of -o, or a new one, runs/FILE. One that has content is refused: an experiment
is resumed by name, never by accident.`,
		Example: `  mcrl experiment run experiment.yaml --dry-run
  mcrl experiment run experiment.yaml -o runs/steps --workers 4`,
		Args: oneArgument("a file that describes an experiment"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if cmd.Flags().Changed("output") && o.out == "" {
				return usageErrorf("--output = \"\": want a directory")
			}
			return runExperiment(cmd.Context(), s, o, args[0])
		},
	}
	o.addFlags(cmd)
	cmd.Flags().StringVarP(&o.out, "output", "o", "", "the `DIR` to write; not given: a new one in runs/")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the cells, and run none")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func newExperimentResumeCommand(s *streams) *cobra.Command {
	var o sweepOptions
	cmd := &cobra.Command{
		Use:   "resume DIR",
		Short: "Go on with an experiment that was interrupted",
		Long: `Run the cells of an experiment that are not finished, from where they stand. Files
that are torn, or not as they were written, are named, and their cells run again.
The experiment is the one in the directory; the file that it came from may have
changed meanwhile.`,
		Example:           `  mcrl experiment resume runs/steps`,
		Args:              oneArgument("the directory of an experiment"),
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			run, err := sweep.Open(rundir.Disk{}, args[0])
			if err != nil {
				return notExperiment(args[0], err)
			}
			return playExperiment(cmd.Context(), s, o, run)
		},
	}
	o.addFlags(cmd)
	return cmd
}

// completeDirectories offers directories.
func completeDirectories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// notExperiment explains why a directory cannot be opened.
func notExperiment(dir string, err error) error {
	var fault *sweep.DirectoryError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usageErrorf("%s: no %s there: want the directory of an experiment", dir, sweep.PlanFile)
	case errors.As(err, &fault):
		return &exitError{exitUsage, err}
	}
	return refused(err)
}

func runExperiment(ctx context.Context, s *streams, o sweepOptions, path string) error {
	plan, err := planfile.Load(path)
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return usageErrorf("%s: %w", path, file.Err)
	}
	if err != nil {
		return err
	}
	if o.dryRun {
		return dryRun(s, o, plan)
	}
	dir := o.out
	if dir == "" {
		dir = freeName(filepath.Join("runs", rundir.Name(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))))
	}
	run, err := sweep.Create(rundir.Disk{}, dir, plan)
	if errors.Is(err, rundir.ErrNotEmpty) {
		return &exitError{exitRefused, fmt.Errorf("%w: want another directory, or mcrl experiment resume to go on", err)}
	}
	if err != nil {
		return refused(err)
	}
	return playExperiment(ctx, s, o, run)
}

// freeName is the path, or the first of path-2, path-3, ... that does not exist.
func freeName(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}

// dryRun lists the cells.
func dryRun(s *streams, o sweepOptions, p *sweep.Plan) error {
	var ids []string
	for c := range p.Cells() {
		if o.json {
			ids = append(ids, c.ID)
		} else if _, err := fmt.Fprintln(s.Out, c.ID); err != nil {
			return err
		}
	}
	if o.json {
		return writeJSON(s.Out, struct {
			Cells    int          `json:"cells"`
			Settings int          `json:"settings"`
			Seeds    int          `json:"seeds"`
			Until    *sweep.Until `json:"until,omitempty"` // the counts are the most that can be
			IDs      []string     `json:"ids"`
		}{p.Len(), len(p.Groups), len(p.Seeds), p.Until, ids})
	}
	counts := fmt.Sprintf("%s cells: %s settings with %s seeds", grouped(int64(p.Len())), grouped(int64(len(p.Groups))), grouped(int64(len(p.Seeds))))
	if p.Until != nil {
		counts = "at most " + counts + ", until the mean " + untilText(p.Until)
	}
	s.notef("%s", counts)
	return nil
}

// played is what `run` and `resume` have done.
type played struct {
	Directory string `json:"directory"`
	Cells     int    `json:"cells"`
	Kept      int    `json:"kept"`     // finished before
	Finished  int    `json:"finished"` // now
	Failed    int    `json:"failed"`
	Unneeded  int    `json:"unneeded,omitempty"` // of a plan with until: not run, and not to be

	Evidence []evidence `json:"evidence,omitempty"` // of a plan with until: what each setting came to
}

// playExperiment runs what is left of an experiment.
func playExperiment(ctx context.Context, s *streams, o sweepOptions, run *sweep.Run) (err error) {
	defer func() { err = errors.Join(err, run.Close()) }()
	m := openSweepManifest(run, int(o.workers))
	if err := m.write(run); err != nil {
		return err
	}
	done := played{Directory: run.Path(), Cells: run.Plan().Len()}
	err = playCells(ctx, s, o, run, &done)
	interrupted := err != nil && errors.Is(err, ctx.Err())
	status := "finished"
	switch {
	case interrupted:
		status = "interrupted"
	case err != nil || done.Failed > 0:
		status = "failed"
	}
	if e := m.end(run, status, done); e != nil {
		return errors.Join(err, e)
	}
	switch {
	case interrupted:
		return &exitError{exitInterrupted, fmt.Errorf("interrupted with %d of %d cells finished; to go on: mcrl experiment resume %s",
			done.Kept+done.Finished, done.Cells-done.Unneeded, quoted(run.Path()))}
	case err != nil:
		return err
	}
	if done.Evidence, err = evidenceOf(run.Results); err != nil {
		return err
	}
	if o.json {
		err = writeJSON(s.Out, done)
	} else {
		err = done.print(s.Out)
	}
	if err == nil && done.Failed > 0 {
		err = &exitError{exitPartly, fmt.Errorf("%d of %d cells failed", done.Failed, done.Cells)}
	}
	return err
}

func (d *played) print(w io.Writer) error {
	fmt.Fprintf(w, "%s cells finished in %s", grouped(int64(d.Kept+d.Finished)), d.Directory)
	if d.Kept > 0 {
		fmt.Fprintf(w, ", %s of them before", grouped(int64(d.Kept)))
	}
	if d.Unneeded > 0 {
		fmt.Fprintf(w, ", %s not needed", grouped(int64(d.Unneeded)))
	}
	fmt.Fprintln(w)
	return printEvidence(w, d.Evidence)
}

// playCells plays the cells and tells how far it is.
func playCells(ctx context.Context, s *streams, o sweepOptions, run *sweep.Run, done *played) error {
	t := newTeller(s, o.noProgress, run.Plan())
	defer t.close()
	for e, err := range run.Play(ctx, int(o.workers)) {
		if err != nil {
			return err
		}
		switch e.Kind {
		case sweep.Kept:
			done.Kept++
		case sweep.Done:
			done.Finished++
		case sweep.Spared:
			done.Unneeded++
		case sweep.Remark:
			t.sayf("%s", e.Note)
		case sweep.Failed:
			done.Failed++
			t.failf("%s: %s", e.Cell.ID, strings.ReplaceAll(e.Err.Error(), "\n", "; "))
		}
		t.tell(e)
	}
	return nil
}
