package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/episodefile"
	"example.com/mcrl/mc/experiment/worldfile"
	"example.com/mcrl/mc/offpolicy"
)

// evaluateOptions are the flags of `mcrl evaluate`.
type evaluateOptions struct {
	target, behavior     string
	targetEps, behaveEps *float64
	env, values          string
	gamma, level, limit  number // limit: of the weights
	horizon              *int
	actions, maxSteps    count
	skip, json           bool
	capped               bool // --max-weight is given
	picture              picture
	files                []string
}

const evaluateHelp = `Off-policy evaluation: what a policy, the target, is worth, of logged episodes
that another, the behaviour policy, has played. EPISODES are files of CSV or JSON
Lines, - standard input, with a row for each step:

  episode,t,state,action,reward,probability

The episode is any label; its rows stand together, t = 0, 1, 2, ... State and action
are indices from 0, the reward is the one that follows, and the probability that with
which the behaviour policy took the action. Columns of a CSV file are found by these
names in its first row, the keys of a JSON object are the same. Files of any length
are read in the memory of their longest episode; unpack compressed ones:
zcat log.csv.gz | mcrl evaluate - ...

The probabilities come from the column, or from --behavior. If both are there they
must agree to 1e-6, and those of --behavior count, which checks also that it
takes every action that the target takes. (To leave a wrong column out, give it
another name.)

` + policyHelp + `

--target-epsilon and --behavior-epsilon make a policy epsilon-greedy about its
actions. |S| and |A| come from --env, else from the policies.

Each estimator is printed with its interval: ordinary and weighted importance
sampling, the same per decision and discounting-aware, and with --max-weight capped
weights; with --values the doubly robust ones, too, and with --env, whose exact q makes
them better than any that is guessed. --env prints the exact value beside them, from
the states in which the logged episodes begin; with --behavior as well, it is examined
beforehand whether the variances are finite, and where they are not, no interval is
given. Without, intervals can be too short by far where few episodes have most of the
weight; a warning says so where it shows. Episodes that a horizon cut count as ended:
with --horizon the exact value is that of episodes so cut.

A malformed row is an error, and nothing is printed. With --skip-malformed its
episode is left out and named, and the exit code is 3.`

func newEvaluateCommand(s *streams) *cobra.Command {
	o := evaluateOptions{gamma: 1, level: 0.95, maxSteps: 100_000}
	var targetEps, behaveEps number
	var horizon count
	cmd := &cobra.Command{
		Use:   "evaluate EPISODES... --target POLICY",
		Short: "Value a policy by the episodes that another has played",
		Long:  evaluateHelp,
		Example: `  mcrl rollout frozenlake-4x4-slippery --epsilon 0.3 --gamma 0.95 --episodes 1e4 --horizon 1000 -o log.csv
  mcrl evaluate log.csv --target optimal --target-epsilon 0.2 --env frozenlake-4x4-slippery --gamma 0.95
  mcrl evaluate log.csv --target policy.json --behavior behaviour.json --json
  mcrl evaluate log.csv --target runs/lake --gamma 0.95 --plot forest.svg`,
		Args: someArguments("EPISODES, a file of logged episodes, or - for standard input"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(cmd, "target"); err != nil {
				return err
			}
			o.files = args
			given := cmd.Flags().Changed
			o.capped = given("max-weight")
			if given("target-epsilon") {
				o.targetEps = (*float64)(&targetEps)
			}
			if given("behavior-epsilon") {
				o.behaveEps = (*float64)(&behaveEps)
			}
			if given("horizon") {
				steps := int(horizon)
				o.horizon = &steps
			}
			return runEvaluate(cmd.Context(), s, o)
		},
	}
	o.addFlags(cmd)
	f := cmd.Flags()
	f.Var(&targetEps, "target-epsilon", "the exploration of the target, in [0, 1]")
	f.Var(&behaveEps, "behavior-epsilon", "the exploration of the behaviour policy, in [0, 1]")
	f.Var(&horizon, "horizon", "the length at which episodes were cut, for the exact value")
	return cmd
}

func (o *evaluateOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.target, "target", "", "the policy to value: uniform, optimal or a `FILE`")
	f.StringVar(&o.behavior, "behavior", "", "the policy that played: uniform, optimal or a `FILE`; not given: the column")
	f.StringVar(&o.env, "env", "", "the environment `NAME|FILE`, for the exact value")
	f.StringVar(&o.values, "values", "", "a `FILE` of q(s, a) for the doubly robust estimators: mcrl solve --json, or a JSON table")
	f.Var(&o.gamma, "gamma", "the discount, in [0, 1]")
	f.Var(&o.limit, "max-weight", "the largest weight of the capped estimator, which is left out without it")
	f.Var(&o.actions, "actions", "the number of actions, where neither --env nor a policy tells it")
	f.Var(&o.maxSteps, "max-steps", "the longest episode that is read; it takes 2 kB of memory a step")
	f.Var(&o.level, "level", "the confidence level of the intervals, in (0, 1)")
	f.BoolVar(&o.skip, "skip-malformed", false, "leave out the episodes of malformed rows")
	f.BoolVar(&o.json, "json", false, "print JSON")
	o.picture.addFlagsAs(cmd, paper{6.5 * vg.Inch, 4 * vg.Inch}, "plot", "")
	_ = cmd.RegisterFlagCompletionFunc("target", completePolicies)
	_ = cmd.RegisterFlagCompletionFunc("behavior", completePolicies)
	_ = cmd.RegisterFlagCompletionFunc("env", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return worldfile.Names(), cobra.ShellCompDirectiveDefault
	})
}

// maxEvaluatedSteps bounds --max-steps: some 20 GB.
const maxEvaluatedSteps = episodefile.DefaultSteps

func (o *evaluateOptions) validate() error {
	var errs []error
	bad := func(wrong bool, field string, value any, want string) {
		if wrong {
			errs = append(errs, &env.FieldError{Field: field, Value: value, Want: want})
		}
	}
	bad(!(o.gamma >= 0 && o.gamma <= 1), "gamma", float64(o.gamma), "a number in [0, 1]")
	bad(!(o.level > 0 && o.level < 1), "level", float64(o.level), "a number between 0 and 1")
	bad(o.capped && !(o.limit > 0 && o.limit <= 1e100), "max-weight", float64(o.limit), "a positive number of at most 1e100")
	bad(o.maxSteps < 1 || o.maxSteps > maxEvaluatedSteps, "max-steps", o.maxSteps, fmt.Sprintf("1 to %d", maxEvaluatedSteps))
	bad(o.actions < 0 || o.actions > env.MaxPairs, "actions", o.actions, fmt.Sprintf("at most %d", env.MaxPairs))
	if o.horizon != nil {
		bad(*o.horizon < 1 || *o.horizon > maxSolvedSteps, "horizon", *o.horizon, fmt.Sprintf("1 to %d steps", maxSolvedSteps))
		if o.env == "" {
			errs = append(errs, usageErrorf("--horizon: want --env with it; without one there is no exact value"))
		}
	}
	if o.behaveEps != nil && o.behavior == "" {
		errs = append(errs, usageErrorf("--behavior-epsilon: want --behavior with it, a policy"))
	}
	used := 0
	for _, name := range append(slices.Clone(o.files), o.target, o.behavior, o.values) {
		if name == "-" {
			used++
		}
	}
	if used > 1 {
		errs = append(errs, usageErrorf("standard input is named %d times: want - once", used))
	}
	return errors.Join(append(errs, o.picture.check())...)
}

// evaluation is all that an evaluation rests on and comes to.
type evaluation struct {
	world   world
	problem offpolicy.Problem
	model   modelFacts
	check   logCheck
	log     *logReader
	result  *offpolicy.Result
	exact   *exactValue // nil: no model
	leftOut leftOut
}

func runEvaluate(ctx context.Context, s *streams, o evaluateOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	var e evaluation
	err := await(ctx, func() (err error) {
		if err = e.prepare(s, o); err != nil {
			return err
		}
		if err = e.read(ctx, s, o); err != nil {
			return err
		}
		e.exact = e.model.exactFrom(e.log.starts)
		return nil
	})
	if err != nil {
		return err
	}
	if o.picture.path != "" {
		figure, err := e.figure(o)
		if err != nil {
			return err
		}
		if err := o.picture.save(s, figure); err != nil {
			return err
		}
	}
	if o.json {
		err = writeJSON(s.Out, e.document(o))
	} else {
		err = e.print(s, o)
	}
	return errors.Join(err, e.leftOut.report())
}
