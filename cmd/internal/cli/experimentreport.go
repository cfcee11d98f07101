package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"example.com/mcrl/cmd/internal/report"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
	"example.com/mcrl/plots"
)

// reportOptions are the flags of `mcrl experiment report`.
type reportOptions struct {
	out, pictures string
	level         number
	force         bool
}

func newExperimentReportCommand(s *streams) *cobra.Command {
	o := reportOptions{level: 0.95}
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Put curves, tables and comparisons on one HTML page",
		Long: `Write one HTML file about the cells that are finished, which opens without a
network, in light and dark, on paper and on a phone:

  - learning curves of the gap and of the error of q against steps, as mean and as
    interquartile mean over seeds, with bands
  - tables of the final errors with intervals, steps and truncated episodes
  - comparisons with the first setting on common seeds: paired differences, the
    probability of improvement, and how many seeds would settle what is open
  - performance profiles; all environments together
  - the plan, seeds and versions, and the commands that make it again

The statistics are those of Agarwal et al. 2021 (rliable). One seed has no band, and
fewer than 5 no bootstrap interval. The same records give the same bytes.

Where cells are missing the report says so and goes on with the others, and the exit
code is 3. Records that are not as they were written are named and left out.`,
		Example: `  mcrl experiment report runs/steps -o steps.html
  mcrl experiment report runs/steps -o steps.html --pictures figures`,
		Args:              oneArgument("the directory of an experiment"),
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return runReport(cmd.Context(), s, o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "output", "o", "report.html", "the `FILE` to write; - is standard output")
	f.StringVar(&o.pictures, "pictures", "", "write each figure to this `DIRECTORY`, too, as SVG and PNG")
	f.Var(&o.level, "level", "the confidence level of intervals and bands, in (0, 1)")
	f.BoolVar(&o.force, "force", false, "replace existing files")
	_ = cmd.MarkFlagFilename("output", "html")
	_ = cmd.MarkFlagDirname("pictures")
	return cmd
}

// check refuses what would fail after the work.
func (o *reportOptions) check() error {
	if !(o.level > 0 && o.level < 1) {
		return usageErrorf("--level = %v: want a number between 0 and 1", o.level)
	}
	if info, err := os.Stat(o.out); o.out != "-" && err == nil {
		if info.IsDir() {
			return usageErrorf("--output = %s: is a directory: want a file", o.out)
		}
		if !o.force {
			return &exitError{exitRefused, fmt.Errorf("%s exists: want another name, or --force to replace it", o.out)}
		}
	}
	if o.pictures == "" || o.force {
		return nil
	}
	if names, err := os.ReadDir(o.pictures); err == nil && len(names) > 0 {
		return &exitError{exitRefused, fmt.Errorf("%s is not empty: want another directory, or --force to replace pictures in it", o.pictures)}
	}
	return nil
}

func runReport(ctx context.Context, s *streams, o reportOptions, dir string) error {
	r, err := sweep.Look(rundir.Disk{}, dir)
	if err != nil {
		return notExperiment(dir, err)
	}
	var read *report.Report
	err = await(ctx, func() (err error) {
		read, err = report.Read(r, report.Options{Level: float64(o.level), Versions: versionsOf(dir)})
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range read.Altered {
		s.notef("mcrl: %s/%s is not as it was written: it is left out", dir, file)
	}
	total := r.Plan().Len()
	if read.Finished == 0 {
		return usageErrorf("%s: none of %d cells is finished: there is nothing to report; to go on: mcrl experiment resume %s", dir, total, quoted(dir))
	}
	var page *report.Page
	err = await(ctx, func() (err error) {
		page, err = read.Page()
		return err
	})
	if err != nil {
		return err
	}
	if err := o.write(s, page); err != nil {
		return err
	}
	if read.Finished < total {
		return &exitError{exitPartly, fmt.Errorf("%d of %d cells are not finished; to go on: mcrl experiment resume %s", total-read.Finished, total, quoted(dir))}
	}
	return nil
}

func (o *reportOptions) write(s *streams, page *report.Page) error {
	if o.out == "-" {
		if err := page.WriteHTML(s.Out); err != nil {
			return err
		}
	} else {
		if err := replaceFile(o.out, func(w io.Writer) error { return page.WriteHTML(w) }); err != nil {
			return err
		}
		s.notef("wrote %s: %d of %d cells", o.out, page.Finished, page.Plan.Len())
	}
	if o.pictures == "" {
		return nil
	}
	if err := os.MkdirAll(o.pictures, 0o777); err != nil {
		return usageErrorf("--pictures = %s: %w", o.pictures, reason(err))
	}
	figures := page.Figures()
	for _, f := range figures {
		for _, format := range []string{".svg", ".png"} {
			if err := plots.Save(f.Drawing, f.Width, f.Height, filepath.Join(o.pictures, f.Name+format)); err != nil {
				return err
			}
		}
	}
	s.notef("wrote %d figures to %s, as SVG and PNG", len(figures), o.pictures)
	return nil
}

// versionsOf lists the programs that the manifest of an experiment names, none where it cannot be read.
func versionsOf(dir string) (list []string) {
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	var m sweepManifest
	if err != nil || json.Unmarshal(text, &m) != nil || m.Format != sweepManifestFormat {
		return nil
	}
	for _, p := range m.Parts {
		v := p.Mcrl
		line := "mcrl " + v.Version
		if v.Revision != "" {
			line += ", revision " + v.Revision + choose(v.Dirty, " with changes", "")
		}
		line += ", " + v.Go + ", " + v.Platform
		if !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	return list
}
