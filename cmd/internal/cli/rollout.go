package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/episodefile"
)

// rolloutOptions are the flags of `mcrl rollout`.
type rolloutOptions struct {
	env, policy       string
	epsilon           *float64
	gamma             number
	episodes, horizon count
	seed              uint64
	starts            string
	out, format       string
	force             bool
	workers           count
}

var (
	rolloutStarts  = []string{"environment", "uniform", "uniform-pairs"}
	rolloutFormats = []string{"csv", "jsonl"}
)

const rolloutHelp = `Play episodes of a policy and write them down, one step a row:

  episode,t,state,action,reward,probability

where the reward is the one that follows, and the probability that with which the
policy takes the action. The same seed gives the same bytes, with any number of
workers; ` + "`mcrl evaluate`" + ` reads them.

` + policyHelp + `

The first of these is the policy where --policy is not given; with --epsilon, the
second. --epsilon makes the policy epsilon-greedy about its actions.

  --starts environment     where the environment starts episodes
           uniform         from any state that is not terminal
           uniform-pairs   from any such state with any action: the probability of
                           the first action is then 1/|A|`

func newRolloutCommand(s *streams) *cobra.Command {
	o := rolloutOptions{gamma: -1, workers: count(runtime.GOMAXPROCS(0))}
	var epsilon number
	cmd := &cobra.Command{
		Use:   "rollout NAME|FILE --episodes N --horizon T",
		Short: "Play episodes of a policy and write them down",
		Long:  rolloutHelp,
		Example: `  mcrl rollout zhao-5x5 --episodes 1000 --horizon 100 --seed 1 -o random.csv
  mcrl rollout frozenlake-4x4-slippery --epsilon 0.3 --gamma 0.95 --episodes 1e4 --horizon 1000
  mcrl rollout my.yaml --policy arrows.txt --episodes 100 --horizon 50 --format jsonl`,
		Args:              oneArgument("NAME or FILE, the environment to play in"),
		ValidArgsFunction: completeEnvironments,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(cmd, "episodes", "horizon"); err != nil {
				return err
			}
			o.env = args[0]
			if cmd.Flags().Changed("epsilon") {
				o.epsilon = (*float64)(&epsilon)
			}
			return runRollout(cmd.Context(), s, o)
		},
	}
	o.addFlags(cmd)
	cmd.Flags().Var(&epsilon, "epsilon", "the exploration of the policy, in [0, 1]")
	return cmd
}

func (o *rolloutOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy to follow: uniform, optimal or a `FILE`")
	f.Var(&o.gamma, "gamma", "the discount of the optimal policy, in [0, 1]")
	f.Lookup("gamma").DefValue = ""
	f.Var(&o.episodes, "episodes", "the number of episodes")
	f.Var(&o.horizon, "horizon", "an episode is cut after so many steps")
	f.Var((*seed)(&o.seed), "seed", "the seed of the random streams")
	f.StringVar(&o.starts, "starts", "environment", "where episodes begin: "+strings.Join(rolloutStarts, ", "))
	f.StringVarP(&o.out, "output", "o", "", "the `FILE` to write; - or not given: standard output")
	f.StringVar(&o.format, "format", "", "csv or jsonl; not given: what -o ends in, or csv")
	f.BoolVar(&o.force, "force", false, "replace an existing file")
	f.Var(&o.workers, "workers", "share the work among N threads; no byte depends on it")
	_ = cmd.MarkFlagFilename("output", rolloutFormats...)
	for flag, names := range map[string][]string{"starts": rolloutStarts, "format": rolloutFormats} {
		_ = cmd.RegisterFlagCompletionFunc(flag, completeFrom(names...))
	}
	_ = cmd.RegisterFlagCompletionFunc("policy", completePolicies)
}

// completePolicies offers the names of policies, and files beside them.
func completePolicies(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return slices.Clone(policyNames), cobra.ShellCompDirectiveDefault
}

// validate resolves what was left open and refuses what would fail later.
func (o *rolloutOptions) validate() error {
	var errs []error
	for _, f := range []struct {
		name  string
		value count
		most  int64
	}{{"episodes", o.episodes, 1e15}, {"horizon", o.horizon, episodefile.DefaultSteps}, {"workers", o.workers, 1024}} {
		if f.value < 1 || int64(f.value) > f.most {
			errs = append(errs, &env.FieldError{Field: f.name, Value: f.value, Want: fmt.Sprintf("1 to %d", f.most)})
		}
	}
	if !slices.Contains(rolloutStarts, o.starts) {
		errs = append(errs, usageErrorf("--starts = %s: want one of %s%s", o.starts, strings.Join(rolloutStarts, ", "), suggest(o.starts, rolloutStarts)))
	}
	if o.policy == "" {
		o.policy = "uniform"
		if o.epsilon != nil {
			o.policy = "optimal"
		}
	}
	if o.policy == "optimal" && !(o.gamma >= 0 && o.gamma <= 1) {
		errs = append(errs, usageErrorf("rollout: want --gamma, the discount of the optimal policy, in [0, 1]"))
	}
	if o.out == "-" {
		o.out = ""
	}
	return errors.Join(append(errs, o.checkFormat(), refuseExisting(o.out, o.force))...)
}

func (o *rolloutOptions) checkFormat() error {
	if o.format == "" {
		o.format = "csv"
		if o.out != "" {
			o.format = strings.TrimPrefix(strings.ToLower(filepath.Ext(o.out)), ".")
		}
		if !slices.Contains(rolloutFormats, o.format) {
			return usageErrorf("--output = %s: want a name that ends in .csv or .jsonl, or --format with it", o.out)
		}
	}
	if !slices.Contains(rolloutFormats, o.format) {
		return usageErrorf("--format = %s: want csv or jsonl%s", o.format, suggest(o.format, rolloutFormats))
	}
	return nil
}

// refuseExisting refuses to overwrite a file.
func refuseExisting(path string, force bool) error {
	if _, err := os.Stat(path); path != "" && err == nil && !force {
		return &exitError{exitRefused, fmt.Errorf("%s exists: want another name, or --force to replace it", path)}
	}
	return nil
}

func runRollout(ctx context.Context, s *streams, o rolloutOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	w, err := newWorld(o.env, float64(o.gamma))
	if err != nil {
		return err
	}
	source, err := s.readPolicySource("policy", o.policy, o.epsilon)
	if err != nil {
		return err
	}
	r := rollout{world: w, horizon: int(o.horizon), episodes: int64(o.episodes), seed: o.seed, starts: o.starts, workers: int(o.workers)}
	if o.format == "jsonl" {
		r.format = episodefile.JSONLines
	}
	err = await(ctx, func() (err error) {
		r.policy, err = source.in(w)
		return err
	})
	if err != nil {
		return err
	}
	if o.out == "" {
		return r.write(ctx, s.Out)
	}
	if err := replaceFile(o.out, func(w io.Writer) error { return r.write(ctx, w) }); err != nil {
		return err
	}
	s.notef("wrote %s: %s episodes, %s steps; %s episodes were cut by the horizon", o.out, grouped(r.episodes), grouped(r.steps), grouped(r.cut))
	return nil
}
