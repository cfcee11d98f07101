package cli

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/worldfile"
)

// trainOptions are the flags of `mcrl train`.
type trainOptions struct {
	algo, env                             string
	gamma, epsilon, alpha                 number
	tolerance, untilCertain               number
	certify, delta                        number
	certifySteps, rare                    count
	horizon, episodes, batch, perPair     count
	tail, workers                         count
	seed                                  seed
	visit, average, improve, ties, starts string
	asPrinted, json, force, noProgress    bool
	intervals                             bool
	out, resume                           string
	given                                 func(flag string) bool
}

// The values of flags that name a rule.
var (
	visitRules   = []string{"initial", "first", "every"}
	averageRules = []string{"cumulative", "reset"}
	improveRules = []string{"step", "episode", "batch", "sweep"}
	tieRules     = []string{"lowest", "random", "keep"}
	startRules   = []string{"uniform-pairs", "sweep-pairs", "environment"}
)

const trainHelp = `Learn a policy from episodes and print it beside the exact values.

Without flags it is MC epsilon-greedy on the book's 5 x 5 grid world, with settings
that converge; what differs from the algorithm as printed in the book is printed.
With --as-printed the settings are the book's.

NAME|FILE, or --env, is any environment: a name of mcrl envs, a map, or a JSON table.
Gamma, where not given, is 0.9; but 1 in a world that is no grid world, where every
episode ends whatever the policy does, as in blackjack. The horizon, where not given,
is 10/(1-gamma), from 100 to 1000, and 1000 for gamma = 1.

A directory is written: runs/ALGORITHM-ENVIRONMENT-seed-N, or the one of -o.

  record.json      the specification, learning curve, estimates and exact values;
                   the same bytes for the same flags, whatever the machine, the
                   number of workers or interruptions (large tables: q.bin)
  manifest.json    when, where and by what it was made
  q.csv            one line a pair; exact_q is the value under the best policy;
                   rows and columns count from 0; states on no board have a name
  *.svg            convergence; where states lie on a board, policy (up to 100 x 100
                   cells), values and visits (up to 200 x 200); with --intervals
                   their half-widths; with --certify the bound on the loss
  certificate.json with --certify, what is proven: the same bytes for the same flags
  checkpoint.bin   all that --resume needs; with --certify, proof.bin beside it

--tolerance X chooses the horizon: the least T with gamma^T r_max/(1-gamma) <= X,
by as much as the cut can change a return. Where late visits are scored, episodes have
2T-1 steps, and the last T-1 of those that are cut are not scored.

--until-certain X ends the run as soon as the table proves that policy and action
values are within X of the optimal ones: when no greedy action changes any more and
the horizon leaves so little out. It is for certain transitions and greedy episodes
(basic, es), chooses the horizon where none is given, and has es start from every
pair in turn and score initial visits. The record has the proven bounds.

--certify X goes on after the training: new episodes, from every pair, until the
greedy policy is proven to be within X of the best in every state, with probability
1 - delta, or until --certify-steps steps are played. A policy that turns out not to
be the best is replaced on the way. certificate.json has the proof, certificate.svg the
bound against the steps. It works for any transitions, gamma below 1, and takes steps:
millions for small worlds. With --resume a run that is finished is certified, and a proof
that was interrupted, or ran out of steps and is given more --certify-steps, goes on to
the bytes that it would have come to at once. For another --certify or --delta, or
after more --episodes, the proof begins anew.

--intervals keeps for every value how far it may be off: 95% intervals with episodes
as clusters. The widths are printed, and are in the record, in q.csv (lo, hi) and in
intervals.svg; an action whose lead may be chance has a ? in the printed policy and a
folded corner in the picture. Each interval is about the policy that was last played,
cut by the horizon, and holds for itself: of 100, five miss, and more of pairs with
few returns. Returns that were all equal have width 0, be they few.

Exact values are computed for worlds of up to 100,000 state-action pairs; beyond
that the record, the report and exact_q go without them, and say so.

An interrupted run (Ctrl-C, SIGTERM) keeps what was learned and proven, and ends with
exit code 130; --resume goes on to the very same record and certificate. --resume with
a larger --episodes extends a run that is finished.`

func newTrainCommand(s *streams) *cobra.Command {
	var o trainOptions
	cmd := &cobra.Command{
		Use:   "train [NAME|FILE]",
		Short: "Learn a policy from episodes",
		Long:  trainHelp,
		Example: `  mcrl train
  mcrl train --as-printed
  mcrl train taxi
  mcrl train blackjack --seed 7
  mcrl train --algo es --env frozenlake-4x4-slippery --gamma 0.95 --seed 7
  mcrl train --algo basic --env my.txt -o results/basic
  mcrl train --intervals --certify 5
  mcrl train --resume results/basic --episodes 1e6
  mcrl train --resume results/basic --certify 1 --certify-steps 1e10`,
		Args:              atMostOne("NAME or FILE, the environment"),
		ValidArgsFunction: completeEnvironments,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.given = cmd.Flags().Changed
			if err := o.takeName(args); err != nil {
				return err
			}
			if err := o.check(); err != nil {
				return err
			}
			return runTrain(cmd.Context(), s, o)
		},
	}
	o.addFlags(cmd)
	return cmd
}

func (o *trainOptions) addFlags(cmd *cobra.Command) {
	o.delta, o.certifySteps, o.rare = defaultDelta, defaultCertifySteps, defaultRare
	o.workers = count(runtime.GOMAXPROCS(0))
	o.addSettings(cmd, string(experiment.EpsilonGreedy))
	f := cmd.Flags()
	f.StringVar(&o.env, "env", "zhao-5x5", "the environment: a `NAME` of mcrl envs, or a file")
	f.Var(&o.untilCertain, "until-certain", "stop when policy and values are proven to be within X of the best: basic, es")
	f.BoolVar(&o.intervals, "intervals", false, "confidence intervals for every value: "+strings.Join(improveRules[1:], ", ")+", averages")
	f.Var(&o.certify, "certify", "then prove that the greedy policy is within X of the best: gamma below 1")
	f.Var(&o.delta, "delta", "the probability with which --certify may be wrong, in (0, 1)")
	f.Var(&o.certifySteps, "certify-steps", "end --certify after N steps, whatever is proven")
	f.Var(&o.rare, "rare", "count pairs with fewer than N returns as rarely visited")
	f.Var(&o.workers, "workers", "share the work among N threads; no result depends on it")
	f.BoolVar(&o.json, "json", false, "print the directory and the record as JSON")
	f.StringVarP(&o.out, "output", "o", "", "the `DIR` to write; not given: a new one in runs/")
	f.StringVar(&o.resume, "resume", "", "go on with the run in `DIR`")
	f.BoolVar(&o.force, "force", false, "replace the files of a directory that is not empty")
	f.BoolVar(&o.noProgress, "no-progress", false, "no progress bar")
	_ = cmd.MarkFlagDirname("output")
	_ = cmd.MarkFlagDirname("resume")
	_ = cmd.RegisterFlagCompletionFunc("env", completeFrom(worldfile.Names()...))
}

// addSettings adds the flags that say what is learned and how, the environment apart.
func (o *trainOptions) addSettings(cmd *cobra.Command, algo string) {
	o.gamma, o.epsilon, o.seed = 0.9, defaultEpsilon, 1
	f := cmd.Flags()
	f.StringVar(&o.algo, "algo", algo, "the algorithm: basic, es or epsilon-greedy")
	f.Var(&o.gamma, "gamma", "the discount, in [0, 1]; not given: 0.9, or 1 where every episode ends by itself")
	f.Var(&o.horizon, "horizon", "cut episodes after N steps; not given: 10/(1-gamma), from 100 to 1000")
	f.Var(&o.tolerance, "tolerance", "choose --horizon: the least that cuts off at most X of a return")
	f.Var(&o.episodes, "episodes", "play N episodes; not given: 400,000 on the book's grid, enough for gamma up to 0.95")
	f.Var(&o.epsilon, "epsilon", "the exploration of epsilon-greedy, in [0, 1]")
	f.StringVar(&o.visit, "visit", "", "the visits of a pair that are scored: "+strings.Join(visitRules, ", "))
	f.Var(&o.alpha, "alpha", "constant step size, in (0, 1], in place of an average")
	f.StringVar(&o.average, "average", "", "average all returns or those of an iteration: "+strings.Join(averageRules, ", "))
	f.StringVar(&o.improve, "improve", "", "improve the policy after each: "+strings.Join(improveRules, ", "))
	f.Var(&o.batch, "batch", "improve after every N episodes; not given: at most a 16th of --episodes")
	f.Var(&o.perPair, "per-pair", "N consecutive episodes from each pair: basic, and --starts sweep-pairs")
	f.StringVar(&o.ties, "ties", "", "which of equal actions is greedy: "+strings.Join(tieRules, ", "))
	f.StringVar(&o.starts, "starts", "", "where episodes begin: "+strings.Join(startRules, ", "))
	f.Var(&o.tail, "tail", "do not score the last N steps of an episode that is cut")
	f.Var(&o.seed, "seed", "the seed of all random numbers")
	f.BoolVar(&o.asPrinted, "as-printed", false, "the settings of the book")
	for flag, names := range map[string][]string{"algo": algorithmNames(), "visit": visitRules, "average": averageRules,
		"improve": improveRules, "ties": tieRules, "starts": startRules} {
		_ = cmd.RegisterFlagCompletionFunc(flag, completeFrom(names...))
	}
}

func algorithmNames() []string {
	var names []string
	for _, a := range experiment.Algorithms() {
		names = append(names, string(a))
	}
	return names
}

// The flags that say what is learned, those that say how, and those that mean nothing to MC Basic.
var (
	whatFlags = []string{"algo", "env", "gamma", "horizon", "tolerance", "until-certain", "epsilon", "intervals", "seed", "as-printed"}
	howFlags  = []string{"visit", "alpha", "average", "improve", "batch", "per-pair", "ties", "starts", "tail"}
	notBasic  = []string{"improve", "batch", "starts", "tail"}
)

// check reports every pair of flags that contradict each other.
func (o trainOptions) check() error {
	var errs []error
	if !slices.Contains(algorithmNames(), o.algo) { // what is wrong with other flags depends on it
		return usageErrorf("--algo = %s: want one of %s%s", o.algo, strings.Join(algorithmNames(), ", "), suggest(o.algo, algorithmNames()))
	}
	conflict := func(flag, other, why string) {
		if o.given(flag) && o.given(other) {
			errs = append(errs, usageErrorf("--%s with --%s: %s", flag, other, why))
		}
	}
	for _, flag := range append(append([]string{"output", "force"}, whatFlags...), howFlags...) {
		conflict("resume", flag, "the run in the directory has its own; want --episodes, --certify, --workers and output flags alone")
	}
	for _, flag := range howFlags {
		conflict("as-printed", flag, "the book has its own; want one of the two")
	}
	conflict("alpha", "average", "a constant step size takes no average; want one of the two")
	conflict("tolerance", "horizon", "the tolerance chooses the horizon; want one of the two")
	conflict("tolerance", "tail", "the tolerance chooses the tail, too; want one of the two")
	errs = append(errs, o.checkCertain(), o.checkCertify(), o.checkIntervals())
	if o.given("improve") && o.improve != "batch" {
		conflict("batch", "improve", "a batch is meant for --improve batch alone")
	}
	if o.given("per-pair") && o.algo != string(experiment.Basic) && o.starts != "sweep-pairs" {
		errs = append(errs, usageErrorf("--per-pair: want --algo basic or --starts sweep-pairs with it"))
	}
	if o.algo != string(experiment.EpsilonGreedy) && o.given("epsilon") {
		errs = append(errs, usageErrorf("--epsilon with --algo %s: its policy is greedy; want --algo epsilon-greedy", o.algo))
	}
	for _, flag := range notBasic {
		if o.algo == string(experiment.Basic) && o.given(flag) {
			errs = append(errs, usageErrorf("--%s with --algo basic: it sweeps all pairs and then improves the policy; want --algo es or epsilon-greedy", flag))
		}
	}
	for _, x := range []struct{ flag, value string }{{"resume", o.resume}, {"output", o.out}} {
		if o.given(x.flag) && x.value == "" {
			errs = append(errs, usageErrorf("--%s = \"\": want a directory", x.flag))
		}
	}
	if o.force && !o.given("output") && !o.given("resume") {
		errs = append(errs, usageErrorf("--force without --output: a new directory replaces nothing; want both"))
	}
	return errors.Join(append(errs, o.checkNumbers())...)
}

// maxHorizon bounds --horizon: an episode is kept in memory.
const maxHorizon = 10_000_000

// checkNumbers reports every number that is out of range.
func (o trainOptions) checkNumbers() error {
	var errs []error
	for _, x := range []struct {
		flag string
		n    count
		most int64
	}{{"horizon", o.horizon, maxHorizon}, {"episodes", o.episodes, 1e15}, {"batch", o.batch, 1e12}, {"per-pair", o.perPair, 1e9}, {"rare", o.rare, 1e15}, {"workers", o.workers, 1024}} {
		if o.given(x.flag) && (x.n < 1 || int64(x.n) > x.most) {
			errs = append(errs, usageErrorf("--%s = %d: want a whole number from 1 to %d", x.flag, x.n, x.most))
		}
	}
	if o.tail > 1e9 {
		errs = append(errs, usageErrorf("--tail = %d: want at most %d", o.tail, int64(1e9)))
	}
	for _, x := range []struct {
		flag  string
		value number
	}{{"tolerance", o.tolerance}, {"until-certain", o.untilCertain}} {
		if o.given(x.flag) && (!(x.value > 0) || math.IsInf(float64(x.value), 0)) {
			errs = append(errs, usageErrorf("--%s = %s: want a finite number above 0", x.flag, shortest(float64(x.value))))
		}
	}
	for _, x := range []struct {
		flag  string
		value number
	}{{"gamma", o.gamma}, {"epsilon", o.epsilon}} {
		if !(x.value >= 0 && x.value <= 1) {
			errs = append(errs, usageErrorf("--%s = %s: want a number in [0, 1]", x.flag, shortest(float64(x.value))))
		}
	}
	if o.given("alpha") && !(o.alpha > 0 && o.alpha <= 1) {
		errs = append(errs, usageErrorf("--alpha = %s: want a number in (0, 1]", shortest(float64(o.alpha))))
	}
	return errors.Join(errs...)
}
