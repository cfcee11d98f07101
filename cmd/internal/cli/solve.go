package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
)

// solveOptions are the flags of `mcrl solve`; nil stands for a flag not given.
type solveOptions struct {
	env     string
	gamma   float64
	epsilon *float64
	horizon *int
	policy  string // file
	json    bool
}

func newSolveCommand(s *streams) *cobra.Command {
	var o solveOptions
	var gamma, epsilon number
	var horizon count
	cmd := &cobra.Command{
		Use:   "solve NAME|FILE --gamma G",
		Short: "Print the exact values and an optimal policy",
		Long: `Solve an environment exactly: optimal values, action values and an optimal policy,
from the known probabilities.

  --epsilon   the optimum among the policies that explore with this probability
  --horizon   the optimum of episodes of so many steps
  --policy    the values of the policy in a file (with --epsilon: of the
              epsilon-greedy policy about it): a map of ^ > v < o, one row a line,
              as this command prints it, a JSON list of one action a state, or a
              JSON object from the name of each state to that of its action

Where states lie on a board, values and policy are printed as one; else as a table of
up to 40 states.

The JSON has v (one number for each state), q (one row for each state), policy
(one action for each state: the one evaluated, or an optimal one) and start (the
value of the start distribution); but for grid worlds, the names of states and
actions, too.`,
		Example: `  mcrl solve zhao-5x5 --gamma 0.9
  mcrl solve zhao-5x5 --gamma 0.9 --epsilon 0.1 --json
  mcrl solve zhao-5x5 --gamma 0.9 --horizon 30
  mcrl solve my.yaml --gamma 9/10 --policy arrows.txt
  mcrl solve taxi --gamma 1
  mcrl solve table.json --gamma 0.99 --json`,
		Args:              oneArgument("NAME or FILE, the environment to solve"),
		ValidArgsFunction: completeEnvironments,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(cmd, "gamma"); err != nil {
				return err
			}
			o.env, o.gamma = args[0], float64(gamma)
			if cmd.Flags().Changed("epsilon") {
				o.epsilon = (*float64)(&epsilon)
			}
			if cmd.Flags().Changed("horizon") {
				steps := int(horizon)
				o.horizon = &steps
			}
			return runSolve(cmd.Context(), s, o)
		},
	}
	f := cmd.Flags()
	f.Var(&gamma, "gamma", "the discount, in [0, 1]")
	f.Var(&epsilon, "epsilon", "the exploration of the policy, in [0, 1]")
	f.Var(&horizon, "horizon", "the length of the episodes; not given: they go on for ever")
	f.StringVar(&o.policy, "policy", "", "the `FILE` of a policy to evaluate; - is standard input")
	f.BoolVar(&o.json, "json", false, "print JSON")
	return cmd
}

// maxSolvedSteps bounds --horizon: each step is a sweep over all states.
const maxSolvedSteps = 1_000_000

func (o solveOptions) validate() error {
	var errs []error
	if !(o.gamma >= 0 && o.gamma <= 1) {
		errs = append(errs, &env.FieldError{Field: "gamma", Value: o.gamma, Want: "a number in [0, 1]"})
	}
	if o.epsilon != nil && !(*o.epsilon >= 0 && *o.epsilon <= 1) {
		errs = append(errs, &env.FieldError{Field: "epsilon", Value: *o.epsilon, Want: "a number in [0, 1]"})
	}
	if o.horizon != nil && (*o.horizon < 1 || *o.horizon > maxSolvedSteps) {
		errs = append(errs, &env.FieldError{Field: "horizon", Value: *o.horizon, Want: fmt.Sprintf("1 to %d steps", maxSolvedSteps)})
	}
	return errors.Join(errs...)
}

func runSolve(ctx context.Context, s *streams, o solveOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	g, err := loadModel(o.env)
	if err != nil {
		return err
	}
	var given env.Deterministic
	if o.policy != "" {
		if given, err = s.readPolicy(g, o.policy); err != nil {
			return err
		}
	}
	var sol *dp.Solution
	err = await(ctx, func() (err error) {
		sol, err = solve(g.Table, given, o)
		return err
	})
	if err != nil {
		return err
	}
	if magnitude(sol.V) > math.MaxFloat64 || magnitude(sol.Q) > math.MaxFloat64 {
		lo, hi := g.RewardRange()
		return &env.FieldError{Field: "rewards", Value: fmt.Sprintf("%s to %s", shortest(lo), shortest(hi)), Want: "smaller ones: a value is infinite"}
	}
	if given != nil {
		sol.Policy = given
	}
	if o.json {
		return writeJSON(s.Out, newSolution(g, sol, o))
	}
	return s.printSolution(g, sol, o)
}

// solve calls the solver for what the options ask.
func solve(g *env.Table, given env.Deterministic, o solveOptions) (*dp.Solution, error) {
	epsilon := 0.0
	if o.epsilon != nil {
		epsilon = *o.epsilon
	}
	if given == nil {
		if o.horizon != nil {
			return dp.FiniteHorizon(g, o.gamma, *o.horizon, epsilon)
		}
		return dp.SoftOptimal(g, o.gamma, epsilon, dp.Options{})
	}
	var policy dp.Policy = given
	if epsilon > 0 {
		soft, err := env.NewSoft(given, g.NumActions(), epsilon)
		if err != nil {
			return nil, err
		}
		policy = soft
	}
	if o.horizon != nil {
		return dp.EvaluateHorizon(g, policy, o.gamma, *o.horizon)
	}
	return dp.Evaluate(g, policy, o.gamma, dp.Options{})
}

// solution is what `mcrl solve --json` prints.
type solution struct {
	Env     string            `json:"env"`
	Gamma   float64           `json:"gamma"`
	Epsilon *float64          `json:"epsilon"`
	Horizon *int              `json:"horizon"`
	States  int               `json:"states"`
	Actions int               `json:"actions"`
	Names   *solvedNames      `json:"names,omitempty"`
	V       []float64         `json:"v"`
	Q       [][]float64       `json:"q"`
	Policy  env.Deterministic `json:"policy"`
	Start   *float64          `json:"start"`
}

// solvedNames are the names of a world that is no grid world.
type solvedNames struct {
	States  []string `json:"states"`
	Actions []string `json:"actions"`
}

func newSolution(g *experiment.Model, sol *dp.Solution, o solveOptions) solution {
	d := solution{Env: o.env, Gamma: o.gamma, Epsilon: o.epsilon, Horizon: o.horizon, States: g.NumStates(), Actions: g.NumActions(),
		V: sol.V, Policy: sol.Policy}
	if g.Grid == nil {
		d.Names = &solvedNames{stateNames(g), g.ActionNames()}
	}
	for i := 0; i < len(sol.Q); i += d.Actions {
		d.Q = append(d.Q, sol.Q[i:i+d.Actions])
	}
	if start, ok := sol.Start(); ok {
		d.Start = &start
	}
	return d
}

func (s *streams) printSolution(g *experiment.Model, sol *dp.Solution, o solveOptions) error {
	what, which, actions := "Optimal values", "", "Optimal policy"
	if o.policy != "" {
		what, actions = "Values of the policy", "The policy"
	}
	if o.epsilon != nil {
		which += fmt.Sprintf(", epsilon = %s", shortest(*o.epsilon))
	}
	if o.horizon != nil {
		which += fmt.Sprintf(", episodes of %d steps", *o.horizon)
		if o.policy == "" {
			actions += " for the first step"
		}
	}
	_, err := fmt.Fprintf(s.Out, "%s: %d states, %d actions, gamma = %s%s\n\n%s (error below %.0e)\n\n",
		s.paint(bold, o.env), g.NumStates(), g.NumActions(), shortest(o.gamma), which, what, powerAbove(sol.Bound))
	if err != nil {
		return err
	}
	if b, ok := onBoard(g); ok {
		_, err = fmt.Fprintf(s.Out, "%s\n%s\n\n%s", orNote(s.valueBoard(b, sol.V)), actions, orNote(s.arrowBoard(b, sol.Policy, nil)))
	} else {
		_, err = fmt.Fprint(s.Out, solutionTable(g, sol, o.policy == ""))
	}
	if start, ok := sol.Start(); ok && err == nil {
		_, err = fmt.Fprintf(s.Out, "\nFrom the start distribution: %.10g\n", start)
	}
	return err
}

// powerAbove is the least power of ten above x, at least 1e-15.
func powerAbove(x float64) float64 {
	p := 1e-15
	for p <= x && !math.IsInf(p, 1) {
		p *= 10
	}
	return p
}

// fixed returns the number format of a board: three decimals, or significant digits where numbers are very large.
func fixed(v []float64) func(float64) string {
	verb, digits := byte('f'), 3
	for _, x := range v {
		if math.Abs(x) >= 1e6 {
			verb, digits = 'g', 4
		}
	}
	return func(x float64) string {
		text := strconv.FormatFloat(x, verb, digits, 64)
		if text == "-0.000" {
			return "0.000"
		}
		return text
	}
}
