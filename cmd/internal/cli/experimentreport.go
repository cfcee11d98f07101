package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/cmd/internal/report"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
	"example.com/mcrl/plots"
)

// reportOptions are the flags of `mcrl experiment report`.
type reportOptions struct {
	out, pictures, baseline string
	level                   number
	force, noProgress       bool
}

func newExperimentReportCommand(s *streams) *cobra.Command {
	o := reportOptions{level: 0.95}
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Put curves, tables and comparisons on one HTML page",
		Long: `Write one HTML file about the cells that are finished, which opens without a
network, in light and dark, on paper and on a phone:

  - learning curves against steps with bands over seeds: the gap of the greedy policy
    to the optimum and the error of q, as mean and as interquartile mean; folded
    away, returns, the gap while exploring, visits and truncated episodes
  - tables of the final errors with mean, median, interquartile mean and intervals
  - comparisons with a baseline on common seeds: paired differences with plain and
    simultaneous intervals, the probability of improvement, and how many seeds would
    settle what is open
  - performance profiles; all environments together
  - policy and values of the median run of each setting, beside the optimum; with
    intervals: true in the file, how far each value may be off
  - the plan, seeds and versions, and the commands that make it again

The baseline is the first setting of each environment, or that of --baseline: the
name of a setting as the page has it, of a group as the cells have it, or the label
of an algorithm that has one setting.

The statistics are those of Agarwal et al. 2021 (rliable). One seed has no band, and
fewer than 5 no bootstrap interval. The same records give the same bytes.

With until in the file, settings are compared on the seeds of the first round alone,
which each has whatever they show, and tables have the intervals of the confidence
sequence alone: others do not hold where the seeds decide how many there are.

Where cells are missing the report says so and goes on with the others, and the exit
code is 3. Records that are not as they were written are named and left out.`,
		Example: `  mcrl experiment report runs/steps -o steps.html
  mcrl experiment report runs/steps -o steps.html --pictures figures
  mcrl experiment report runs/steps -o steps.html --baseline 'es, step 0.1'`,
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
	f.StringVar(&o.baseline, "baseline", "", "compare the others with the setting `NAME`; not given: with the first")
	f.BoolVar(&o.noProgress, "no-progress", false, "no progress bar and lines")
	f.BoolVar(&o.force, "force", false, "replace existing files")
	_ = cmd.MarkFlagFilename("output", "html")
	_ = cmd.MarkFlagDirname("pictures")
	_ = cmd.RegisterFlagCompletionFunc("baseline", completeBaseline)
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

// completeBaseline offers the settings of the experiment that is named.
func completeBaseline(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	r, err := sweep.Look(rundir.Disk{}, args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return report.SettingNames(r.Plan()), cobra.ShellCompDirectiveNoFileComp
}

// settingOf is the name of the setting that --baseline means.
func (o *reportOptions) settingOf(p *sweep.Plan) (string, error) {
	if o.baseline == "" {
		return "", nil
	}
	switch names := report.Match(p, o.baseline); len(names) {
	case 0:
		all := report.SettingNames(p)
		return "", usageErrorf("--baseline = %s: no setting has this name%s", o.baseline, orSuggest(o.baseline, all, "want one of "+listed(all)))
	case 1:
		return names[0], nil
	default:
		return "", usageErrorf("--baseline = %s: %d settings have this name: want one of %s", o.baseline, len(names), listed(names))
	}
}

// listed writes names in quotation marks, the first twelve of them.
func listed(names []string) string {
	var parts []string
	for _, n := range names[:min(len(names), 12)] {
		parts = append(parts, strconv.Quote(n))
	}
	if len(names) > len(parts) {
		parts = append(parts, "...")
	}
	return strings.Join(parts, ", ")
}

func runReport(ctx context.Context, s *streams, o reportOptions, dir string) error {
	r, err := sweep.Look(rundir.Disk{}, dir)
	if err != nil {
		return notExperiment(dir, err)
	}
	baseline, err := o.settingOf(r.Plan())
	if err != nil {
		return err
	}
	total := r.Plan().Len()
	read, err := report.New(r.Plan(), report.Options{Level: float64(o.level), Baseline: baseline, Versions: versionsOf(dir)})
	if err != nil {
		return err
	}
	if err := eachStage(ctx, s.newStage("cells read", total, o.noProgress), read.Read(r)); err != nil {
		return err
	}
	total -= read.Unneeded
	for _, file := range read.Altered {
		s.notef("mcrl: %s/%s is not as it was written: it is left out", dir, file)
	}
	if read.Finished == 0 {
		return usageErrorf("%s: none of %d cells is finished: there is nothing to report; to go on: mcrl experiment resume %s", dir, total, quoted(dir))
	}
	page := &report.Page{Report: read}
	if err := eachStage(ctx, s.newStage("parts drawn", page.Stages(), o.noProgress), page.Draw()); err != nil {
		return err
	}
	if err := o.write(ctx, s, page); err != nil {
		return err
	}
	if read.Finished < total {
		return &exitError{exitPartly, fmt.Errorf("%d of %d cells are not finished; to go on: mcrl experiment resume %s", total-read.Finished, total, quoted(dir))}
	}
	return nil
}

func (o *reportOptions) write(ctx context.Context, s *streams, page *report.Page) error {
	if o.out == "-" {
		if err := page.WriteHTML(s.Out); err != nil {
			return err
		}
	} else {
		if err := replaceFile(o.out, func(w io.Writer) error { return page.WriteHTML(w) }); err != nil {
			return err
		}
		s.notef("wrote %s: %d of %d cells", o.out, page.Finished, page.Plan.Len()-page.Unneeded)
	}
	if o.pictures == "" {
		return nil
	}
	if err := os.MkdirAll(o.pictures, 0o777); err != nil {
		return usageErrorf("--pictures = %s: %w", o.pictures, reason(err))
	}
	figures := page.Figures()
	whole := context.WithoutCancel(ctx) // an interruption waits for the end of a figure
	if err := eachStage(whole, s.newStage("figures written", len(figures), o.noProgress), o.paint(ctx, figures)); err != nil {
		return err
	}
	s.notef("wrote %d figures to %s, as SVG and PNG", len(figures), o.pictures)
	return nil
}

// paint writes the pictures until ctx ends, each whole, and yields how many figures are written.
func (o *reportOptions) paint(ctx context.Context, figures []*report.Figure) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i, f := range figures {
			err := ctx.Err()
			for _, format := range []string{".svg", ".png"} {
				if err == nil {
					err = plots.Save(f.Drawing, f.Width, f.Height, filepath.Join(o.pictures, f.Name+format))
				}
			}
			if !yield(i+1, err) || err != nil {
				return
			}
		}
	}
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
