package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

// checkIntervals reports every flag with which values have no intervals.
func (o trainOptions) checkIntervals() error {
	if !o.intervals {
		return nil
	}
	var errs []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, usageErrorf("--intervals with "+format, args...))
		}
	}
	refuse(o.given("alpha"), "--alpha: a constant step size forgets what an interval needs; want an average")
	refuse(o.improve == "step", "--improve step: an episode is scored by several policies; want episode, batch or sweep")
	refuse(o.asPrinted && o.algo != string(experiment.Basic), "--as-printed: the book improves the policy after each step; want one of the two")
	return errors.Join(errs...)
}

// intervalLines say how far the estimates may be off.
func intervalLines(m *experiment.Model, r *experiment.Record, line func(what, format string, args ...any)) {
	if r.Intervals == nil {
		return
	}
	what := fmt.Sprintf("half-widths of %s intervals", percent(r.Intervals.Level))
	var half []float64
	unknown, widest := 0, -1
	for pair, h := range r.Intervals.Half {
		switch {
		case m.Terminal(env.State(pair / m.NumActions())):
		case math.IsInf(h, 0):
			unknown++
		default:
			if half = append(half, h); widest < 0 || h > r.Intervals.Half[widest] {
				widest = pair
			}
		}
	}
	if half == nil {
		line(what, "none: no pair has the returns of two episodes")
	} else {
		slices.Sort(half)
		text := fmt.Sprintf("median %.3g, largest %.3g", (half[(len(half)-1)/2]+half[len(half)/2])/2, half[len(half)-1])
		if half[len(half)-1] > 0 {
			text += fmt.Sprintf(", of %s in %s", m.ActionName(env.Action(widest%m.NumActions())), placeOf(m, env.State(widest/m.NumActions())))
		}
		zero, _ := slices.BinarySearch(half, math.SmallestNonzeroFloat64)
		line(what, "%s%s%s", text, choose(zero > 0, fmt.Sprintf("; %d are 0: returns that were all equal", zero), ""),
			choose(unknown > 0, fmt.Sprintf("; %d pairs have none", unknown), ""))
	}
	open, states := 0, 0
	for s, undecided := range r.Undecided(m.Table) {
		if undecided {
			open++
		}
		if !m.Terminal(env.State(s)) {
			states++
		}
	}
	line("undecided states", "%d of %d: the greedy action's lead may be chance%s", open, states, choose(open > 0, " (?)", ""))
}

// markOf is ? behind an undecided action, and a blank behind others where there are intervals.
func markOf(undecided []bool, s env.State) string {
	switch {
	case undecided == nil:
		return ""
	case undecided[s]:
		return "?"
	}
	return " "
}

// undecidedLabel names the mark in pictures.
const undecidedLabel = "undecided: the lead may be chance"

// drawHalfWidths draws half the width of each interval.
func drawHalfWidths(g boarded, r *experiment.Record, title string) (plots.Drawable, error) {
	actions := g.NumActions()
	return plots.Pairs(g, func(s env.State, a env.Action) float64 { return r.Intervals.Half[int(s)*actions+int(a)] },
		plots.PairsOptions{Title: title, Label: "half-width", Missing: "no interval", Log: true})
}

// intervalPicture is the picture of the half-widths.
func intervalPicture(g boarded, r *experiment.Record, title, tooLarge string) runPicture {
	return runPicture{intervalsPicture, 5.5 * vg.Inch, 5.5 * vg.Inch, tooLarge, func() (plots.Drawable, error) {
		return drawHalfWidths(g, r, fmt.Sprintf("Half-widths of %s intervals: %s", percent(r.Intervals.Level), title))
	}}
}
