package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// episodeOptions are the flags of `mcrl trace`: those of `mcrl train` that say what is learned and how, and its own.
type episodeOptions struct {
	trainOptions
	number                count // of the episode, from 1
	state, action, policy string
	all                   bool
}

const episodeHelp = `Show one episode step by step, as the books explain it: states, actions and
rewards; the returns, backward, with their numbers; and the updates they cause.

Without --algo the episode follows one policy, whose action values are estimated:

  --policy    optimal (of the best policy for gamma and epsilon, the default),
              lowest (the first action everywhere), figure-5.3 (of zhao-3x3: the
              policy of the book's example), or the file of a policy as solve takes it
  --epsilon   explore with this probability; not given: 0
  --state     where it begins: s1, s2, ... as the book counts, an index from 0, or
              ROW,COLUMN from 1, or on no board its name; not given: where the
              environment begins
  --action    the first action: its name, its arrow, a1, a2, ..., or an index from 0;
              not given: that of the policy. With "all", one episode from each
              action, side by side, and the action that is best
  --visit     initial, first (the default) or every

With --algo it is an episode of a learner: the one that mcrl train plays with the
same settings and seed, with the table and the policy as they are then. --policy is
then the policy it begins with.

--episode K shows the K-th episode of the run; the first K-1 are played unseen.`

func newTraceCommand(s *streams) *cobra.Command {
	var o episodeOptions
	cmd := &cobra.Command{
		Use:   "trace NAME|FILE",
		Short: "Show an episode step by step, its returns and its updates",
		Long:  episodeHelp,
		Example: `  mcrl trace zhao-3x3 --policy figure-5.3 --state s1 --action all --horizon 1000
  mcrl trace zhao-5x5 --epsilon 0.2 --horizon 12 --visit every
  mcrl trace frozenlake-4x4-slippery --algo es --as-printed --episode 1000
  mcrl trace zhao-5x5 --algo epsilon-greedy --seed 7 --episode 17 --json`,
		Args:              oneArgument("NAME or FILE, the environment"),
		ValidArgsFunction: completeEnvironments,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.env, o.given = args[0], cmd.Flags().Changed
			if err := o.check(); err != nil {
				return err
			}
			a, err := s.explain(cmd.Context(), o)
			if err != nil {
				return err
			}
			if o.json {
				return writeJSON(s.Out, a.document(o.env))
			}
			return s.printAccount(a, o.all)
		},
	}
	o.addSettings(cmd, "")
	o.number = 1
	f := cmd.Flags()
	f.Var(&o.number, "episode", "the `K`-th episode of the run")
	f.StringVar(&o.state, "state", "", "begin in state `S`, such as s1, 0, 1,1 or a name")
	f.StringVar(&o.action, "action", "", "begin with action `A`, such as up, a1 or 0; all: with each in turn")
	f.StringVar(&o.policy, "policy", "", "the policy: optimal, lowest, figure-5.3, or a `FILE`; - is standard input")
	f.BoolVar(&o.all, "all", false, "show every step of long episodes")
	f.BoolVar(&o.json, "json", false, "print JSON")
	_ = cmd.RegisterFlagCompletionFunc("policy", completeFrom(namedPolicies...))
	return cmd
}

// learningFlags mean nothing where a policy is followed and never improved.
var learningFlags = []string{"average", "improve", "batch", "per-pair", "ties", "starts", "as-printed", "episodes", "tolerance"}

// check reports every flag that is out of range or contradicts another.
func (o episodeOptions) check() error {
	var errs []error
	if o.number < 1 || o.number > 1e15 {
		errs = append(errs, usageErrorf("--episode = %d: want a whole number from 1 to %d", o.number, int64(1e15)))
	}
	if o.given("algo") {
		for _, flag := range []string{"state", "action"} {
			if o.given(flag) {
				errs = append(errs, usageErrorf("--%s with --algo: the algorithm selects where episodes begin; want one of the two", flag))
			}
		}
		if o.given("episodes") && o.episodes >= 1 && o.number > o.episodes {
			errs = append(errs, usageErrorf("--episode = %d: want at most %d, the --episodes of the run", o.number, o.episodes))
		}
		return errors.Join(append(errs, o.trainOptions.check())...)
	}
	for _, flag := range learningFlags {
		if o.given(flag) {
			errs = append(errs, usageErrorf("--%s without --algo: one policy is followed and never improved; want --algo too", flag))
		}
	}
	if o.given("action") && !o.given("state") {
		errs = append(errs, usageErrorf("--action = %s: want --state too, the state to begin in", o.action))
	}
	return errors.Join(append(errs, o.checkNumbers())...)
}
