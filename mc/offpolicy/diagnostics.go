package offpolicy

import (
	"fmt"
	"math"

	"example.com/mcrl/estimate"
)

// Diagnostics tell how far the weights of whole episodes can be trusted.
type Diagnostics struct {
	ESS          float64 // Kish's effective sample size, (sum w)^2 / sum w^2; 0 where all weights are 0
	MaxShare     float64 // max w / sum w
	Positive     int64   // episodes with w > 0
	Capped       int64   // episodes with w > Options.Cap
	MeanWeight   float64 // should be near 1: E w = 1
	ZScore       float64 // (MeanWeight - 1)/its standard error; NaN for fewer than two episodes
	MaxLogWeight float64 // ln max w; -Inf where all weights are 0
}

func (e *Evaluator) diagnose() Diagnostics {
	w := &e.weights
	d := Diagnostics{ESS: w.ess(), MaxShare: w.maxShare(), Positive: e.positive, Capped: e.over, MeanWeight: w.mean(),
		ZScore: w.zScore(), MaxLogWeight: math.Inf(-1)}
	if e.positive > 0 {
		d.MaxLogWeight = estimate.Log(w.of.Max()) + float64(float64(w.e)*radix*math.Ln2)
	}
	if e.episodes == 0 {
		d.MeanWeight = math.NaN()
	}
	return d
}

// Warning is a reason not to trust the estimates.
type Warning struct {
	Name   string `json:"name"` // one of the constants
	Detail string `json:"detail"`
}

// The names of warnings, and when they are given.
const (
	WarnInfiniteVariance = "infinite-variance" // Options.Verdict says that the variance of some estimators is infinite
	WarnSupport          = "missing-support"   // Options.Verdict says that b never takes actions that pi takes
	WarnNoWeight         = "no-weight"         // all weights are 0
	WarnESS              = "few-effective"     // 0 < ESS < 30
	WarnMaxShare         = "one-episode"       // one episode has more than 10% of the weight
	WarnMeanWeight       = "mean-weight"       // |ZScore| > 4, from 30 episodes on
	WarnNoSpread         = "no-spread"         // w G is the same in all episodes, and so is that per decision
)

// What the warnings go by.
const (
	leastESS   = 30
	mostShare  = 0.1
	mostZ      = 4
	fewForZ    = 30
	unlimited  = "The standard errors of a sample are small by chance, and mean nothing."
	doubtfulPr = "The probabilities of b are wrong, or the large weights too rare to have come up."
	allAlike   = "All episodes have the same value: intervals of no width know nothing of what has not come up."
)

func (d Diagnostics) warnings(episodes int64, v Verdict) (list []Warning) {
	warn := func(when bool, name, format string, args ...any) {
		if when {
			list = append(list, Warning{name, fmt.Sprintf(format, args...)})
		}
	}
	warn(v.InfinitePerDecision(), WarnInfiniteVariance, "The variance of all estimators but the capped one is infinite, or at its limit. "+unlimited)
	warn(v.Infinite() && !v.InfinitePerDecision(), WarnInfiniteVariance,
		"The variance of the ordinary and the weighted estimator is infinite, or at its limit. "+unlimited)
	warn(len(v.Missing) > 0, WarnSupport, "b never takes %d of the pairs that the target comes through: no estimate can know them.", len(v.Missing))
	warn(episodes > 0 && d.Positive == 0, WarnNoWeight, "No episode has a positive weight: the target would have taken none of them.")
	warn(d.Positive > 0 && d.ESS < leastESS, WarnESS, "The effective sample size is %.3g: intervals are too short.", d.ESS)
	warn(d.Positive > 0 && d.MaxShare > mostShare, WarnMaxShare, "One episode has %.0f%% of the weight.", 100*d.MaxShare)
	warn(episodes >= fewForZ && math.Abs(d.ZScore) > mostZ, WarnMeanWeight, "The mean weight is %.4g, not 1. "+doubtfulPr, d.MeanWeight)
	return list
}
