package cli

import (
	"encoding"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// The defaults converge on the book's grid worlds: for the seeds 1 to 40 on zhao-5x5, the learned policy of each algorithm is
// in every state within 1% of the best one of its epsilon, 1% of the largest |v| of that.
const (
	defaultEpsilon = 0.02
	perPairCertain = 200     // episodes for each pair in a batch, where transitions are certain
	perPairRandom  = 1_000   // where they are not
	minBatch       = 5_000   // episodes
	maxBatch       = 100_000 // episodes, on grid worlds
	maxTableBatch  = 500_000 // on others, whose states have less in common
)

// model builds the environment, and chooses gamma where it is not given.
func (o *trainOptions) model() (*experiment.Model, error) {
	w, err := loadWorld(o.env)
	if err == nil {
		err = checkSize(o.env, w)
	}
	if err != nil {
		return nil, err
	}
	if w.Name() == "" {
		w = w.Named(filepath.Base(o.env))
	}
	m, err := w.Model()
	if err == nil && !o.given("gamma") {
		o.gamma = number(defaultGamma(m))
	}
	return m, err
}

// spec turns flags into a specification. The error joins everything that is wrong with them.
func (o trainOptions) spec() (experiment.Spec, error) {
	algo := experiment.Algorithm(o.algo)
	g, err := o.model()
	if err != nil {
		return experiment.Spec{}, err
	}
	if err := o.discounted(float64(o.gamma)); err != nil {
		return experiment.Spec{}, err
	}
	spec := experiment.Spec{Env: g.World, Algorithm: algo, Gamma: float64(o.gamma), Seed: uint64(o.seed), UntilCertain: float64(o.untilCertain)}
	if spec.Horizon, err = o.chooseHorizon(g, spec.Gamma); err != nil {
		return spec, err
	}
	if algo == experiment.Basic {
		err = o.basic(&spec, g)
	} else {
		err = o.starting(&spec, g)
	}
	spec.Episodes = int64(o.episodes)
	if !o.given("episodes") {
		spec.Episodes = defaultIterations(algo, g) * defaultIteration(algo, g)
	}
	return spec, err
}

// checkSize refuses worlds whose tables would not fit into memory, before the world is built.
func checkSize(name string, w experiment.World) error {
	if w.Grid == nil {
		if err := w.Validate(); err != nil {
			return usageErrorf("%s: %w", name, err)
		}
		return nil
	}
	c := w.Grid
	cells, actions := 0, len(c.Actions)
	for _, row := range c.Map {
		cells += utf8.RuneCountInString(row)
	}
	if actions == 0 {
		actions = 5
	}
	if pairs := cells * actions; pairs > experiment.MaxPairs {
		return usageErrorf("--env = %s: %d cells with %d actions, %d pairs: want at most %d", name, cells, actions, pairs, experiment.MaxPairs)
	}
	return nil
}

// defaultHorizon is long enough that what it cuts off hardly matters: gamma^T is below 0.00005 for gamma up to 0.99.
func defaultHorizon(gamma float64) int {
	if !(gamma < 0.99) {
		return 1000
	}
	return max(100, int(10/(1-gamma)))
}

// defaultIterations grows with the distance that knowledge of the target has to travel.
func defaultIterations(a experiment.Algorithm, m *experiment.Model) int64 {
	distance := 0
	if m.Grid != nil {
		rows, cols := m.Grid.Dims()
		distance = (rows + cols) / 2
	} else {
		distance = depth(m.Table)
	}
	if a == experiment.Basic {
		return int64(20 + distance)
	}
	return int64(11 + distance)
}

// defaultIteration is the number of episodes of an iteration.
func defaultIteration(a experiment.Algorithm, g *experiment.Model) int64 {
	pairs, certain := int64(livePairs(g)), g.Deterministic()
	perPair := int64(perPairRandom)
	switch {
	case certain && a == experiment.Basic: // one episode says all
		return pairs
	case certain:
		perPair = perPairCertain
	}
	if a == experiment.Basic {
		return perPair * pairs
	}
	most := int64(maxBatch)
	if g.Grid == nil {
		most = maxTableBatch
	}
	return min(max(perPair*pairs, minBatch), most)
}

// leastImprovements is the number of improvements that the default iteration leaves time for.
const leastImprovements = 16

// shrunk is the number of episodes of an iteration, or a 16th of --episodes where that is fewer.
func (o trainOptions) shrunk(iteration int64) int64 {
	if !o.given("episodes") {
		return iteration
	}
	return max(1, min(iteration, int64(o.episodes)/leastImprovements))
}

func (o trainOptions) basic(spec *experiment.Spec, g *experiment.Model) error {
	b := mc.BasicOptions{Intervals: o.intervals}
	spec.Basic = &b
	if o.asPrinted {
		return nil
	}
	sweep := max(1, spec.Iteration(g.Table))
	spec.Basic.Episodes = max(1, o.shrunk(defaultIteration(experiment.Basic, g))/sweep)
	var errs []error
	errs = append(errs, rule("visit", o.visit, visitRules, &b.Visit), rule("average", o.average, averageRules, &b.Average),
		rule("ties", o.ties, tieRules, &b.Ties))
	if o.given("alpha") {
		b.Average, b.Step.Constant = mc.Cumulative, float64(o.alpha)
	}
	if o.given("per-pair") {
		b.Episodes = int64(o.perPair)
	}
	return errors.Join(errs...)
}

// starting fills in the options of exploring starts and of epsilon-greedy.
func (o trainOptions) starting(spec *experiment.Spec, g *experiment.Model) error {
	var p mc.StartsOptions
	var errs []error
	if !o.asPrinted {
		p = mc.StartsOptions{Improve: mc.ImproveBatch, Batch: o.shrunk(defaultIteration(spec.Algorithm, g)), Average: mc.ResetAverage,
			Starts: mc.UniformPairs, Tail: spec.Horizon / 2}
		if o.given("until-certain") {
			p.Improve, p.Starts = mc.ImproveSweep, mc.SweepPairs
		}
		if o.given("until-certain") && !o.late() {
			p.Visit, p.Tail = mc.InitialVisit, 0
		}
		errs = append(errs, o.overlay(&p, spec.Horizon))
	}
	p.Intervals = o.intervals
	if spec.Algorithm == experiment.ExploringStarts {
		if o.starts == "environment" {
			errs = append(errs, usageErrorf("--starts environment with --algo es: it must be able to start from every pair; want uniform-pairs or sweep-pairs"))
		}
		spec.Starts = &p
		return errors.Join(errs...)
	}
	spec.EpsilonGreedy = &mc.EpsilonOptions{Epsilon: mc.Epsilon(float64(o.epsilon)), StartsOptions: p}
	return errors.Join(errs...)
}

// overlay puts the flags given over the defaults.
func (o trainOptions) overlay(p *mc.StartsOptions, horizon int) error {
	errs := []error{rule("visit", o.visit, visitRules, &p.Visit), rule("average", o.average, averageRules, &p.Average),
		rule("improve", o.improve, improveRules, &p.Improve), rule("ties", o.ties, tieRules, &p.Ties),
		rule("starts", o.starts, startRules, &p.Starts)}
	if o.given("batch") {
		p.Batch = int64(o.batch)
	}
	if p.Improve != mc.ImproveBatch {
		p.Batch = 0
	}
	if p.Improve == mc.ImproveStep || p.Improve == mc.ImproveEpisode {
		if !o.given("average") {
			p.Average = mc.AverageAsPrinted // nothing would be left of a reset average
		} else if p.Average == mc.ResetAverage {
			errs = append(errs, usageErrorf("--average reset: want --improve batch or sweep with it"))
		}
	}
	if o.given("alpha") {
		p.Average, p.Step.Constant = mc.AverageAsPrinted, float64(o.alpha)
	}
	if o.given("per-pair") {
		p.Episodes = int64(o.perPair)
	}
	if o.given("tail") {
		p.Tail = int(o.tail)
		if p.Tail >= horizon {
			errs = append(errs, usageErrorf("--tail = %d: want less than the horizon, %d: no step would be scored", p.Tail, horizon))
		}
	}
	return errors.Join(errs...)
}

// rule reads the value of a flag that names a rule; "" leaves it as it is.
func rule(flag, text string, names []string, v encoding.TextUnmarshaler) error {
	if text == "" {
		return nil
	}
	if !slices.Contains(names, text) {
		return usageErrorf("--%s = %s: want one of %s%s", flag, text, strings.Join(names, ", "), suggest(text, names))
	}
	return v.UnmarshalText([]byte(text))
}

// departures lists what differs from the algorithm as printed in the book.
func departures(spec experiment.Spec) []string {
	var list []string
	note := func(differs bool, format string, args ...any) {
		if differs {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	if b := spec.Basic; b != nil {
		note(b.Visit != mc.VisitAsPrinted && b.Visit != mc.InitialVisit, "visit: %s (printed: initial)", b.Visit)
		note(b.Step.Constant != 0, "alpha: %s (printed: the average)", shortest(b.Step.Constant))
		note(b.Step.Constant == 0 && b.Average == mc.Cumulative, "average: cumulative (printed: reset)")
		note(b.Ties != mc.LowestTie, "ties: %s (the book's figures: lowest)", b.Ties)
		note(b.Episodes > 1, "episodes from each pair: %d (printed: sufficiently many)", b.Episodes)
		return list
	}
	p, starts := spec.Starts, "every pair possible"
	if spec.EpsilonGreedy != nil {
		p, starts = &spec.EpsilonGreedy.StartsOptions, "environment"
	}
	note(p.Starts != mc.StartsAsPrinted && (spec.EpsilonGreedy != nil || p.Starts != mc.UniformPairs) && p.Starts.String() != starts,
		"starts: %s (printed: %s)", p.Starts, starts)
	note(p.Improve != mc.ImproveStep && p.Improve != mc.ImproveBatch, "improve: %s (printed: step)", p.Improve)
	note(p.Improve == mc.ImproveBatch, "improve: after every %d episodes (printed: step)", max(1, p.Batch))
	note(p.Step.Constant != 0, "alpha: %s (printed: the average)", shortest(p.Step.Constant))
	note(p.Average == mc.ResetAverage, "average: reset (printed: cumulative)")
	note(p.Visit != mc.VisitAsPrinted && p.Visit != mc.EveryVisit, "visit: %s (printed: every)", p.Visit)
	note(p.Ties != mc.LowestTie, "ties: %s (the book's figures: lowest)", p.Ties)
	note(p.Tail > 0, "tail: the last %d steps of a cut episode are not scored (printed: they are)", p.Tail)
	return list
}
