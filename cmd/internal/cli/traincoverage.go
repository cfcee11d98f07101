package cli

import (
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// defaultRare is the number of returns below which a pair counts as rarely visited.
const defaultRare = 10

// covered is how well the returns behind the estimates cover the pairs, as `train --json` prints it.
type covered struct {
	mc.Coverage
	RareBelow int64 `json:"rare_below"`
	// Complete tells whether exploring starts have reached every pair, since averages were reset where they are; null where
	// episodes do not explore from the start.
	Complete *bool `json:"exploring_starts_complete"`
}

func (t *training) coverage() covered {
	c := covered{Coverage: t.trial.Learner().Q().Coverage(t.trial.Model().Table, int64(t.o.rare)), RareBelow: int64(t.o.rare)}
	if exploringStarts(t.trial.Spec()) {
		complete := c.Coverage.Complete()
		c.Complete = &complete
	}
	return c
}

// exploringStarts reports whether every pair can be the first of an episode.
func exploringStarts(spec experiment.Spec) bool {
	if spec.EpsilonGreedy == nil {
		return true
	}
	starts := spec.EpsilonGreedy.Starts
	return starts == mc.UniformPairs || starts == mc.SweepPairs
}

// lines say how many returns the estimates rest on.
func (c covered) lines(r *experiment.Record, line func(what, format string, args ...any)) {
	since := choose(resets(r.Spec), " since averages were reset", "")
	reached := ""
	switch {
	case c.Complete == nil:
	case *c.Complete:
		reached = ": exploring starts reached every pair" + since
	default:
		reached = ": exploring starts have not reached every pair" + since
	}
	line("unvisited pairs", "%d of %d%s", c.Unvisited, c.Pairs, reached)
	line("rarely visited pairs", "%d, with fewer than %d returns", c.Rare, c.RareBelow)
	line("returns behind a value", "%s to %s, median %s%s", grouped(c.Min), grouped(c.Max), shortest(c.Median), choose(since != "", ","+since, ""))
}

// resets reports whether averages forget the returns of earlier policies.
func resets(spec experiment.Spec) bool {
	switch {
	case spec.Basic != nil:
		return spec.Basic.Step.Constant == 0 && spec.Basic.Average != mc.Cumulative
	case spec.Starts != nil:
		return spec.Starts.Average == mc.ResetAverage
	}
	return spec.EpsilonGreedy.Average == mc.ResetAverage
}
