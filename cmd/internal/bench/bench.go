// Package bench measures what a step of simulating, learning and estimating takes: on the fast paths that tables and finite
// distributions have, and beside it through the plain interfaces, one step at a time. Every workload checks what it
// computed. Times are of the machine at hand and of the moment; their ratios travel better.
package bench

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Workload is one kind of work, which two paths do.
type Workload struct {
	Name string
	What string // in a few words

	build func() (contest, error)
}

// contest is the same work on both paths.
type contest struct {
	fast, plain player
	agree       func() error // that the paths do the same work
}

// player does a workload on one path, a pass at a time.
type player interface {
	ready() error         // prepares the next pass, untimed
	play() (int64, error) // is one pass, and returns its steps
	check() error         // that what all passes computed is right
}

// Workloads lists the workloads.
func Workloads() []Workload {
	return slices.Concat(simulations(), controls(), explorations(), estimations())
}

// Names lists their names.
func Names() (names []string) {
	for _, w := range Workloads() {
		names = append(names, w.Name)
	}
	return names
}

// Row is what was measured of a workload, in nanoseconds a step.
type Row struct {
	Name      string  `json:"name"`
	What      string  `json:"what"`
	Fast      float64 `json:"ns_per_step"`
	Interface float64 `json:"interface_ns_per_step"`
	Ratio     float64 `json:"ratio"` // Interface / Fast
	Steps     int64   `json:"steps"` // timed, of both paths
}

// rounds is how often each path is measured.
const rounds = 5

// Measure times both paths in turn, five times each, every time for at least d, and returns the medians.
func (w Workload) Measure(ctx context.Context, d time.Duration) (Row, error) {
	c, err := w.begin()
	if err != nil {
		return Row{}, err
	}
	row := Row{Name: w.Name, What: w.What}
	var fast, plain []float64
	for range rounds {
		for _, side := range []struct {
			player
			times *[]float64
		}{{c.fast, &fast}, {c.plain, &plain}} {
			steps, busy, err := timed(ctx, side, d)
			if err != nil {
				return Row{}, w.named(err)
			}
			row.Steps += steps
			*side.times = append(*side.times, float64(busy.Nanoseconds())/float64(steps))
		}
	}
	for _, p := range []player{c.fast, c.plain} {
		if err := p.check(); err != nil {
			return Row{}, w.named(err)
		}
	}
	row.Fast, row.Interface = median(fast), median(plain)
	row.Ratio = row.Interface / row.Fast
	return row, nil
}

// begin builds the workload, compares its paths, and plays two passes of each: a first one lays out tables.
func (w Workload) begin() (contest, error) {
	c, err := w.build()
	if err == nil {
		err = c.agree()
	}
	for _, p := range []player{c.fast, c.plain, c.fast, c.plain} {
		if err == nil {
			err = p.ready()
		}
		if err == nil {
			_, err = p.play()
		}
	}
	return c, w.named(err)
}

// named is the error of a workload.
func (w Workload) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", w.Name, err)
}

// timed plays passes until they have taken d.
func timed(ctx context.Context, p player, d time.Duration) (steps int64, busy time.Duration, err error) {
	for busy < d || steps == 0 {
		if err := ctx.Err(); err != nil {
			return steps, busy, err
		}
		if err := p.ready(); err != nil {
			return steps, busy, err
		}
		start := time.Now()
		n, err := p.play()
		busy += time.Since(start)
		if err != nil {
			return steps, busy, err
		}
		steps += n
	}
	return steps, busy, nil
}

// median is the middle one of an odd number of times.
func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
