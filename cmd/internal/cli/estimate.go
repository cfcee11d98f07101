package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// estimateOptions are the flags of `mcrl estimate`.
type estimateOptions struct {
	values, probs numberList
	samples       count
	seed          uint64
	input         string
	bounds        numberList // lo, hi; nil: unknown
	level         number
	until         number // half-width; 0: all samples
	picture       picture
	json          bool
}

func newEstimateCommand(s *streams) *cobra.Command {
	o := estimateOptions{level: 0.95}
	cmd := &cobra.Command{
		Use:   "estimate [--values LIST --probs LIST --samples N | --input FILE]",
		Short: "Estimate a mean from samples, with intervals and the exact mean beside it",
		Long: `Estimate the mean of a random variable from samples: drawn from a distribution
(--values, --probs, --samples), or read one number a line from a file or from
standard input. Empty lines and what follows a # are skipped. Any number of
samples takes the same memory.

Intervals: Student's t (right in the limit); Hoeffding and empirical Bernstein
(right for every n) where all samples are known to lie in a range; how often they
hold is said by "mcrl help intervals". With -o the samples and their running
average are drawn, figure 5.2 of Zhao's book; beyond 100,000 samples, or without
an exact mean, the running mean and its interval.

With --until X sampling stops as soon as the mean is known well enough: when an
interval has a half-width below X that may be looked at after every sample, of a
confidence sequence. The others may not, and are not printed. --samples is then
the most that are drawn, and a file is read no further.`,
		Example: `  mcrl estimate --values -1,1 --probs 0.5,0.5 --samples 200 -o fig.svg
  mcrl estimate --values 0,6,12 --probs 1/3,1/3,1/3 --samples 1e6 --json
  mcrl estimate --values 1,2,3,4,5,6 --probs 1/6,1/6,1/6,1/6,1/6,1/6 --samples 1e6 --until 0.05
  mcrl estimate --range 0,1 < returns.txt`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkSource(cmd); err != nil {
				return err
			}
			if cmd.Flags().Changed("until") && !(o.until > 0) {
				return usageErrorf("--until = %v: want a half-width above 0", o.until)
			}
			return runEstimate(cmd.Context(), s, o)
		},
	}
	f := cmd.Flags()
	f.Var(&o.values, "values", "the values of the distribution, such as -1,1")
	f.Var(&o.probs, "probs", "their probabilities, such as 0.5,0.5 or 1/3,2/3")
	f.Var(&o.samples, "samples", "the number of samples to draw")
	f.Var((*seed)(&o.seed), "seed", "the seed of the random stream")
	f.StringVar(&o.input, "input", "", "the `FILE` to read numbers from; - is standard input")
	f.Var(&o.bounds, "range", "lo,hi: all samples lie in [lo, hi]; known where --values are given")
	f.Var(&o.level, "level", "the confidence level of the intervals, in (0, 1)")
	f.Var(&o.until, "until", "stop when the half-width of an interval that may be looked at after every sample is below this")
	f.BoolVar(&o.json, "json", false, "print JSON")
	o.picture.addFlags(cmd, paper{6 * vg.Inch, 3.5 * vg.Inch})
	return cmd
}

// checkSource demands a whole distribution or none, and a name for the figure.
func checkSource(cmd *cobra.Command) error {
	if err := exclusive(cmd, "values", "input"); err != nil {
		return err
	}
	f := cmd.Flags()
	var flags []string
	if f.Changed("values") || f.Changed("probs") || f.Changed("samples") {
		flags = []string{"values", "probs", "samples"}
	}
	if f.Changed("output") {
		flags = append(flags, "output")
	}
	return required(cmd, flags...)
}

// maxSamples bounds --samples: hours of work.
const maxSamples = 1_000_000_000_000

func (o *estimateOptions) validate() error {
	var errs []error
	bad := func(field string, value any, want string) {
		errs = append(errs, &env.FieldError{Field: field, Value: value, Want: want})
	}
	if o.values != nil && (o.samples < 1 || o.samples > maxSamples) {
		bad("samples", o.samples, fmt.Sprintf("a whole number from 1 to %d", int64(maxSamples)))
	}
	if !(o.level > 0 && o.level < 1) {
		bad("level", o.level, "a number between 0 and 1")
	}
	if o.bounds != nil && (len(o.bounds) != 2 || o.bounds[0] > o.bounds[1]) {
		bad("range", o.bounds.String(), "two numbers lo,hi with lo <= hi")
	}
	if o.until > 0 && o.values == nil && o.bounds == nil {
		bad("until", o.until, "--range lo,hi beside it: samples without known bounds have no such interval")
	}
	return errors.Join(errs...)
}

func runEstimate(ctx context.Context, s *streams, o estimateOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	if err := o.picture.check(); err != nil {
		return err
	}
	var r estimateResult
	err := await(ctx, func() (err error) {
		if o.values != nil {
			r, err = o.draw()
		} else {
			r, err = o.read(s)
		}
		return err
	})
	if err != nil {
		return err
	}
	if o.picture.path != "" {
		figure, err := r.trace.figure(r.exactMean(), "")
		if err != nil {
			return err
		}
		if err := o.picture.save(s, figure); err != nil {
			return err
		}
	}
	if o.json {
		return writeJSON(s.Out, r.document(o))
	}
	return r.print(s.Out, o)
}

// estimateResult is what has been learnt about a mean.
type estimateResult struct {
	trace  *trace
	stop   *stopping          // nil: all samples
	exact  *estimate.Discrete // nil: unknown
	bounds []float64          // lo, hi; nil: unknown
}

// draw samples the distribution.
func (o *estimateOptions) draw() (estimateResult, error) {
	r := estimateResult{trace: newTrace(float64(o.level)), bounds: o.bounds}
	var err error
	if r.exact, err = estimate.NewDiscrete(o.values, o.probs); err != nil {
		return r, err
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for k := range r.exact.Len() {
		if x, p := r.exact.At(k); p > 0 {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	if r.bounds == nil {
		r.bounds = []float64{lo, hi}
	} else if lo < r.bounds[0] || hi > r.bounds[1] {
		return r, &env.FieldError{Field: "range", Value: o.bounds.String(), Want: fmt.Sprintf("a range that holds all values, %s to %s", shortest(lo), shortest(hi))}
	}
	sampler := r.exact.Sampler(env.NewRand(o.seed, env.PurposeStatistics, 0))
	if o.until == 0 {
		r.trace.sample(sampler, int64(o.samples))
		return r, nil
	}
	if r.stop, err = newStopping(r.bounds, float64(o.level), float64(o.until)); err != nil {
		return r, err
	}
	for r.trace.stat.N() < int64(o.samples) && !r.stop.enough {
		x := sampler.Next()
		r.trace.add(x)
		if err := r.stop.add(x); err != nil {
			return r, err
		}
	}
	r.trace.finish()
	return r, nil
}

// maxLine bounds one line of input.
const maxLine = 1 << 16

// read reads the samples.
func (o *estimateOptions) read(s *streams) (estimateResult, error) {
	r := estimateResult{trace: newTrace(float64(o.level)), bounds: o.bounds}
	path := o.input
	if path == "" {
		path = "-"
		if isTerminal(s.In) {
			s.notef("reading numbers from the terminal, one a line; Ctrl-D ends")
		}
	}
	file, name, err := s.open(path)
	if err != nil {
		return r, err
	}
	defer file.Close()
	if o.until > 0 {
		if r.stop, err = newStopping(o.bounds, float64(o.level), float64(o.until)); err != nil {
			return r, err
		}
	}
	if err := o.scan(file, name, &r); err != nil {
		return r, err
	}
	if r.trace.stat.N() == 0 {
		return r, usageErrorf("%s: no numbers: want one a line", name)
	}
	r.trace.finish()
	return r, nil
}

func (o *estimateOptions) scan(file io.Reader, name string, r *estimateResult) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	line := 0
	for lines.Scan() {
		line++
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		x, err := parseNumber(text)
		if err != nil {
			return usageErrorf("%s:%d: %.40q: want %w", name, line, text, err)
		}
		if o.bounds != nil && !(o.bounds[0] <= x && x <= o.bounds[1]) {
			return usageErrorf("%s:%d: %s: want a number in the range [%s, %s]", name, line, shortest(x), shortest(o.bounds[0]), shortest(o.bounds[1]))
		}
		r.trace.add(x)
		if r.stop == nil {
			continue
		}
		if err := r.stop.add(x); err != nil || r.stop.enough {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return usageErrorf("%s:%d: a line of more than %d bytes: want one number", name, line+1, maxLine)
	case err != nil:
		return usageErrorf("%s: %w", name, reason(err))
	}
	return nil
}
