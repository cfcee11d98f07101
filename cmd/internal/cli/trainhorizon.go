package cli

import (
	"errors"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// checkCertain reports every flag with which nothing can be proven.
func (o trainOptions) checkCertain() error {
	if !o.given("until-certain") {
		return nil
	}
	var errs []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, usageErrorf("--until-certain with "+format, args...))
		}
	}
	refuse(o.algo == string(experiment.EpsilonGreedy), "--algo %s: episodes that explore are random; want --algo basic or es", o.algo)
	refuse(o.gamma == 1, "--gamma 1: without a discount nothing bounds what the horizon cuts off; want less than 1")
	refuse(o.given("alpha"), "--alpha: the values hold returns of earlier policies; want --average reset")
	refuse(o.average == "cumulative", "--average cumulative: the values hold returns of earlier policies; want --average reset")
	refuse(o.improve == "step" || o.improve == "episode", "--improve %s: the policy changes before every pair is visited; want sweep or batch", o.improve)
	refuse(o.asPrinted && o.algo == string(experiment.ExploringStarts), "--as-printed: Algorithm 5.2 never forgets returns of earlier policies; want one of the two")
	return errors.Join(errs...)
}

// chooseHorizon is --horizon, or the one that --tolerance or --until-certain chooses, or the default.
func (o trainOptions) chooseHorizon(g *experiment.Model, gamma float64) (int, error) {
	if o.given("until-certain") && !g.Deterministic() {
		return 0, usageErrorf("--until-certain with --env %s: its transitions are random; want an environment with certain ones", o.env)
	}
	flag, given, tolerance := "tolerance", o.tolerance, float64(o.tolerance)
	switch {
	case o.given("horizon"):
		return int(o.horizon), nil
	case o.given("tolerance"):
	case o.given("until-certain"):
		flag, given, tolerance = "until-certain", o.untilCertain, float64(o.untilCertain)/4 // the loss is at most twice the bound
		if o.late() {
			tolerance *= 1 - gamma
		}
	default:
		return defaultHorizon(gamma), nil
	}
	lo, hi := g.RewardRange()
	horizon, err := mc.Problem{Gamma: gamma}.HorizonWithin(max(-lo, hi), tolerance)
	var field *env.FieldError
	if errors.As(err, &field) && field.Field == "gamma" {
		return 0, usageErrorf("--%s with --gamma %s: without a discount no horizon bounds what it cuts off; want gamma below 1", flag, shortest(gamma))
	}
	if err == nil && o.late() {
		horizon = 2*horizon - 1
	}
	if err != nil || horizon > maxHorizon {
		return 0, usageErrorf("--%s = %s: it takes a horizon of more than %d steps; want a larger one", flag, shortest(float64(given)), maxHorizon)
	}
	return horizon, nil
}

// late reports that visits are scored that are not the first step of their episode, those near the end of a cut one excepted.
func (o trainOptions) late() bool {
	if o.algo == string(experiment.Basic) || o.asPrinted || o.visit == "initial" {
		return false
	}
	return o.visit != "" || !o.given("until-certain")
}
