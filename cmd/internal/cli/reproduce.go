package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/cmd/internal/reproduce"
	"example.com/mcrl/plots"
)

// reproduceOptions are the flags of `mcrl reproduce`.
type reproduceOptions struct {
	figures             []string
	seed                uint64
	workers             count
	replications, seeds count
	directory, format   string
	force, json         bool
}

func newReproduceCommand(s *streams) *cobra.Command {
	o := reproduceOptions{seed: 1, workers: count(runtime.GOMAXPROCS(0)), replications: 50, format: "svg"}
	var numbers []string
	for _, f := range reproduce.Figures() {
		numbers = append(numbers, f.Number)
	}
	cmd := &cobra.Command{
		Use:   "reproduce [FIGURE]...",
		Short: "Run the learners for the figures of the book and compare with the print",
		Long: `Run the learners for the figures of chapter 5 of Zhao's Mathematical Foundations of Reinforcement Learning, from ` + numbers[0] + ` to
` + numbers[len(numbers)-1] + `, and compare what they learn with what the book prints: values to the printed digit, arrows one by one, samples and
visits within 4.5 exact standard deviations. Without arguments, all figures. With -o each is drawn as the book does.

What differs from the print for a known reason is listed with it; anything else is an error, exit code 1. Results depend on
--seed, --replications and --more-seeds, not on --workers.

The JSON is a list of panels: figure, panel, cells, match, convention, values (row by row), policy (arrows, row by row),
expected_mismatches, unexpected_mismatches, checks (what must hold besides) and notes.`,
		Example: `  mcrl reproduce
  mcrl reproduce 5.4 5.7 -o figures --format png
  mcrl reproduce 5.5 --replications 200 --more-seeds 100 --json`,
		ValidArgs: numbers,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.figures = args
			return runReproduce(cmd.Context(), s, o)
		},
	}
	f := cmd.Flags()
	f.Var((*seed)(&o.seed), "seed", "the seed of all random streams")
	f.Var(&o.workers, "workers", "the number of goroutines; no result depends on it")
	f.Var(&o.replications, "replications", "runs with other seeds behind each standard error of figure 5.5")
	f.Var(&o.seeds, "more-seeds", "repeat figure 5.5 with N other seeds and count the arrows as printed")
	f.StringVarP(&o.directory, "output", "o", "", "the `DIRECTORY` of the pictures")
	f.StringVar(&o.format, "format", o.format, "of the pictures: svg, png or pdf")
	f.BoolVar(&o.force, "force", false, "replace existing pictures")
	f.BoolVar(&o.json, "json", false, "print JSON")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func runReproduce(ctx context.Context, s *streams, o reproduceOptions) error {
	choice := reproduce.Options{Seed: o.seed, Workers: int(o.workers), Replications: int(o.replications), MoreSeeds: int(o.seeds)}
	figures, errFigures := chooseFigures(o.figures)
	if err := errors.Join(errFigures, choice.Validate()); err != nil {
		return err
	}
	if err := o.checkPictures(figures); err != nil {
		return err
	}
	panels := []reproduce.Panel{}
	var failures []error
	for _, f := range figures {
		r, err := f.Run(ctx, choice)
		if err != nil {
			return err
		}
		panels = append(panels, r.Panels...)
		if !o.json {
			fmt.Fprint(s.Out, describeFigure(f, r.Panels))
		}
		for _, p := range r.Panels {
			if !p.OK() {
				failures = append(failures, fmt.Errorf("figure %s, panel %s: differs beyond what is known to", f.Number, p.Panel))
			}
		}
		if err := o.savePicture(s, f, r); err != nil {
			return err
		}
	}
	if o.json {
		if err := writeJSON(s.Out, panels); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

// chooseFigures returns the figures with the given numbers, in the book's order; all of them where none is given.
func chooseFigures(numbers []string) ([]reproduce.Figure, error) {
	all := reproduce.Figures()
	if len(numbers) == 0 {
		return all, nil
	}
	var known []string
	for _, f := range all {
		known = append(known, f.Number)
	}
	var errs []error
	for _, n := range numbers {
		if !slices.Contains(known, n) {
			errs = append(errs, usageErrorf("unknown figure %q: want any of %s", n, strings.Join(known, ", ")))
		}
	}
	chosen := slices.DeleteFunc(all, func(f reproduce.Figure) bool { return !slices.Contains(numbers, f.Number) })
	return chosen, errors.Join(errs...)
}

func (o *reproduceOptions) picturePath(f reproduce.Figure) string {
	return filepath.Join(o.directory, "figure-"+f.Number+"."+o.format)
}

// checkPictures finds what would make savePicture fail, and makes the directory, before any work is done.
func (o *reproduceOptions) checkPictures(figures []reproduce.Figure) error {
	if !slices.Contains(pictureFormats, "."+o.format) {
		return usageErrorf("--format = %s: want svg, png or pdf", o.format)
	}
	if o.directory == "" {
		return nil
	}
	if err := os.MkdirAll(o.directory, 0o777); err != nil {
		return usageErrorf("--output = %s: %w", o.directory, reason(err))
	}
	var errs []error
	for _, f := range figures {
		p := picture{flag: "output", path: o.picturePath(f), force: o.force}
		errs = append(errs, p.check())
	}
	return errors.Join(errs...)
}

func (o *reproduceOptions) savePicture(s *streams, f reproduce.Figure, r *reproduce.Result) error {
	if o.directory == "" {
		return nil
	}
	d, err := r.Picture()
	if err != nil {
		return err
	}
	if err := plots.Save(d, r.Width, r.Height, o.picturePath(f)); err != nil {
		return err
	}
	s.notef("wrote %s", o.picturePath(f))
	return nil
}
