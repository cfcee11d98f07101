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
	force, json, long   bool
}

func newReproduceCommand(s *streams) *cobra.Command {
	o := reproduceOptions{seed: 1, workers: count(runtime.GOMAXPROCS(0)), replications: 50, format: "svg"}
	numbers := slices.Concat(figureNumbers(reproduce.Figures()), reproduce.Books())
	cmd := &cobra.Command{
		Use:   "reproduce [FIGURE | BOOK]...",
		Short: "Run the learners for the figures of two books and compare with the print",
		Long: `Run the learners for the figures of two books and compare what they learn with what is printed: values to the printed digit,
arrows one by one. Where the print has no numbers, estimates must lie within 4.5 exact standard errors of the exact values.

  zhao    Zhao, Mathematical Foundations of Reinforcement Learning, chapter 5:
          ` + list("zhao") + `
  sutton  Sutton & Barto, Reinforcement Learning, 2nd edition:
          ` + list("sutton") + `

Without arguments, all figures. With -o each is drawn as the book does, with the exact answer beside the estimate.

What differs from the print for a known reason is listed with it; anything else is an error, exit code 1. Results depend on
--seed, --long, --replications and --more-seeds, not on --workers.

The JSON is a list of panels: figure, panel, cells, match, exact (compared with exact values, not with print), convention,
values (row by row), policy (arrows, row by row), expected_mismatches, unexpected_mismatches, checks (what must hold besides)
and notes.`,
		Example: `  mcrl reproduce
  mcrl reproduce 5.4 5.7 -o figures --format png
  mcrl reproduce sutton -o figures
  mcrl reproduce sutton-5.4 --long
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
	f.BoolVar(&o.long, "long", false, "Sutton & Barto's figures at greater sizes, for minutes: 1e8 episodes in figure sutton-5.4, as printed, and both racetracks")
	f.StringVarP(&o.directory, "output", "o", "", "the `DIRECTORY` of the pictures")
	f.StringVar(&o.format, "format", o.format, "of the pictures: svg, png or pdf")
	f.BoolVar(&o.force, "force", false, "replace existing pictures")
	f.BoolVar(&o.json, "json", false, "print JSON")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func runReproduce(ctx context.Context, s *streams, o reproduceOptions) error {
	choice := reproduce.Options{Seed: o.seed, Workers: int(o.workers), Replications: int(o.replications), MoreSeeds: int(o.seeds), Long: o.long}
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

func figureNumbers(figures []reproduce.Figure) []string {
	var numbers []string
	for _, f := range figures {
		numbers = append(numbers, f.Number)
	}
	return numbers
}

// list names the figures of a book, seven on a line of the help.
func list(book string) string {
	figures := slices.DeleteFunc(reproduce.Figures(), func(f reproduce.Figure) bool { return f.Book() != book })
	var lines []string
	for line := range slices.Chunk(figureNumbers(figures), 7) {
		lines = append(lines, strings.Join(line, ", "))
	}
	return strings.Join(lines, ",\n          ")
}

// chooseFigures returns the figures with the given numbers and those of the given books, in the order of Figures; all of
// them where nothing is given.
func chooseFigures(names []string) ([]reproduce.Figure, error) {
	all := reproduce.Figures()
	if len(names) == 0 {
		return all, nil
	}
	known := slices.Concat(figureNumbers(all), reproduce.Books())
	var errs []error
	for _, n := range names {
		if !slices.Contains(known, n) {
			errs = append(errs, usageErrorf("unknown figure %q: want any of %s", n, strings.Join(known, ", ")))
		}
	}
	chosen := slices.DeleteFunc(all, func(f reproduce.Figure) bool {
		return !slices.Contains(names, f.Number) && !slices.Contains(names, f.Book())
	})
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
