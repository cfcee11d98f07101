package offpolicy_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/env/episodefile"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/offpolicy"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// What is a policy that explores little worth, to judge by the episodes of one that explores much, and how sure is that?
func Example() {
	grid, err := env.NewGrid(env.FrozenLake4(true))
	check(err)
	states, actions := grid.NumStates(), grid.NumActions()
	best, err := dp.PolicyIteration(grid, 0.95, dp.Options{})
	check(err)
	target, err := env.NewSoft(best.Policy, actions, 0.2)
	check(err)
	behaviour, err := env.NewSoft(best.Policy, actions, 0.3)
	check(err)
	verdict, err := offpolicy.Examine(grid, target, behaviour, 0.95)
	check(err)
	fmt.Printf("E[w^2] grows by %.3f a step: infinite variance %v\n", verdict.Growth.Lo, verdict.Infinite())

	evaluator, err := offpolicy.NewEvaluator(
		offpolicy.Problem{States: states, Actions: actions, Gamma: 0.95, Target: target, Behaviour: behaviour},
		offpolicy.Options{Cap: 20, Q: best.Q, Verdict: verdict})
	check(err)
	episodes, err := env.NewGenerator(grid, behaviour, 1000, 1)
	check(err)
	var ep env.Episode
	for range 20_000 {
		episodes.FromState(&ep, episodes.Start())
		check(evaluator.Add(&ep))
	}
	result, err := evaluator.Result(0.95)
	check(err)
	for _, x := range result.Estimates {
		fmt.Printf("%-26s %.4f", x.Estimator, x.Value)
		if x.Interval != nil {
			fmt.Printf(" in [%.4f, %.4f]", x.Interval.Lo, x.Interval.Hi)
		}
		fmt.Println()
	}
	fmt.Printf("worth %.0f of %d episodes\n", result.Diagnostics.ESS, result.Episodes)
	exact, err := dp.Evaluate(grid, target, 0.95, dp.Options{})
	check(err)
	value, _ := exact.Start()
	fmt.Printf("exactly %.4f\n", value)
	// Output:
	// E[w^2] grows by 0.981 a step: infinite variance false
	// ordinary                   0.0866 in [0.0829, 0.0903]
	// weighted                   0.0881 in [0.0846, 0.0917]
	// per-decision               0.0866 in [0.0829, 0.0903]
	// weighted-per-decision      0.0872 in [0.0834, 0.0909]
	// discounting-aware          0.0866 in [0.0829, 0.0903]
	// weighted-discounting-aware 0.0872 in [0.0834, 0.0909]
	// capped                     0.0866 in [0.0828, 0.0903]
	// doubly-robust              0.0898 in [0.0865, 0.0932]
	// weighted-doubly-robust     0.0894 in [0.0863, 0.0926]
	// worth 8566 of 20000 episodes
	// exactly 0.0870
}

// A log states the probability of each action that was taken.
func ExampleEvaluator_AddLogged() {
	rows := `episode,t,state,action,reward,probability
1,0,0,0,3,0.5
2,0,0,1,0,0.5
2,1,1,0,5,0.5
3,0,0,1,0,0.5
3,1,1,1,1,0.5
`
	target := env.Deterministic{1, 1} // always action 1
	evaluator, err := offpolicy.NewEvaluator(offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: target}, offpolicy.Options{})
	check(err)
	reader, err := episodefile.NewReader(strings.NewReader(rows), "rows.csv", episodefile.Options{States: 2, Actions: 2})
	check(err)
	var ep episodefile.Episode
	for err = reader.Next(&ep); err == nil; err = reader.Next(&ep) {
		check(evaluator.AddLogged(&offpolicy.Logged{States: ep.States, Actions: ep.Actions, Rewards: ep.Rewards, Probs: ep.Probs}))
	}
	if err != io.EOF {
		check(err)
	}
	result, err := evaluator.Result(0.95)
	check(err)
	for _, x := range result.Estimates {
		fmt.Printf("%-26s %.4f\n", x.Estimator, x.Value)
	}
	for _, w := range result.Warnings {
		fmt.Println(w.Detail)
	}
	// Output:
	// ordinary                   1.3333
	// weighted                   1.0000
	// per-decision               1.3333
	// weighted-per-decision      1.0000
	// discounting-aware          1.3333
	// weighted-discounting-aware 1.0000
	// The effective sample size is 1: intervals are too short.
	// One episode has 100% of the weight.
}

// Off-policy control plays at random and learns the best way out.
func ExampleControl() {
	grid, err := env.NewGrid(env.FrozenLake4(false))
	check(err)
	learner, err := offpolicy.NewControl(mc.Problem{MDP: grid, Gamma: 0.9, Horizon: 1000}, offpolicy.ControlOptions{}, 1)
	check(err)
	for _, err := range mc.Run(context.Background(), learner, 20_000) {
		check(err)
	}
	worth, err := dp.Evaluate(grid, learner.Policy(), 0.9, dp.Options{})
	check(err)
	best, err := dp.PolicyIteration(grid, 0.9, dp.Options{})
	check(err)
	fmt.Printf("learned from %.0f%% of the steps; worth %.5f, the optimum %.5f\n",
		100*float64(learner.Learned())/float64(learner.Progress().Steps), worth.V[0], best.V[0])
	// Output:
	// learned from 14% of the steps; worth 0.59049, the optimum 0.59049
}
