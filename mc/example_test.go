package mc_test

import (
	"context"
	"fmt"
	"log"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
)

// check ends the program on an error.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// MC Exploring Starts learns the book's grid world; the exact solver says how well.
func Example() {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	check(err)
	learner, err := mc.NewExploringStarts(
		mc.Problem{MDP: grid, Gamma: 0.9, Horizon: 100},
		mc.StartsOptions{Step: estimate.StepSize{Constant: 0.1}}, 1)
	check(err)
	for p, err := range mc.Run(context.Background(), learner, 20_000) {
		check(err)
		if p.Episodes%10_000 == 0 {
			fmt.Printf("%d episodes: q(s1, right) = %.4f\n", p.Episodes, learner.Q().At(0, 1))
		}
	}
	optimum, err := dp.PolicyIteration(grid, 0.9, dp.Options{})
	check(err)
	fmt.Printf("exactly %.4f\n", optimum.Q[1])
	// Output:
	// 10000 episodes: q(s1, right) = 3.4864
	// 20000 episodes: q(s1, right) = 3.4864
	// exactly 3.4868
}

// corridor is an environment of one's own: ten cells in a row, an exit at the right end, every step costs 1, and the floor is
// so smooth that one step in five does nothing.
type corridor struct{}

func (corridor) NumStates() int            { return 10 }
func (corridor) NumActions() int           { return 2 } // left, right
func (corridor) Terminal(s env.State) bool { return s == 9 }
func (corridor) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	if rng.Intn(5) == 0 {
		return s, -1
	}
	return max(0, s+2*env.State(a)-1), -1
}

func Example_environment() {
	learner, err := mc.NewExploringStarts(
		mc.Problem{MDP: corridor{}, Gamma: 1, Horizon: 1000},
		mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 500, Average: mc.ResetAverage}, 1)
	check(err)
	for _, err := range mc.Run(context.Background(), learner, 10_000) {
		check(err)
	}
	fmt.Println(learner.Policy()[:9])
	fmt.Printf("%.1f steps from the left end, exactly 9/0.8 = 11.25\n", -learner.Q().At(0, 1))
	// Output:
	// [1 1 1 1 1 1 1 1 1]
	// 11.3 steps from the left end, exactly 9/0.8 = 11.25
}

// What an epsilon-soft policy is worth on the slippery lake, which estimates its episodes leave open, and how often they visit each pair.
func Example_prediction() {
	ice, err := env.NewGrid(env.FrozenLake4(true))
	check(err)
	optimum, err := dp.PolicyIteration(ice, 0.95, dp.Options{})
	check(err)
	policy, err := env.NewSoft(optimum.Policy, ice.NumActions(), 0.2)
	check(err)
	problem := mc.Problem{MDP: ice, Gamma: 0.95, Horizon: 100}

	learner, err := mc.NewPrediction(problem, policy, mc.PredictionOptions{Of: mc.ActionValues, Visit: mc.EveryVisit, Intervals: true}, 1)
	check(err)
	check(learner.Next(context.Background(), 500))
	q := learner.Table()
	intervals := q.Intervals(0.95)         // one for each pair
	open := q.Undecided(problem.MDP, 0.95) // states where the greedy action's lead may be chance
	visits := q.Coverage(problem.MDP, 30)  // pairs never or rarely visited

	fmt.Printf("q(s1, left) is in [%.3f, %.3f], %v\n", intervals[0].Lo, intervals[0].Hi, map[bool]string{true: "undecided", false: "decided"}[open[0]])
	fmt.Printf("%d of %d pairs have fewer than 30 visits, one has %d\n", visits.Unvisited+visits.Rare, visits.Pairs, visits.Max)
	// Output:
	// q(s1, left) is in [0.079, 0.113], undecided
	// 21 of 44 pairs have fewer than 30 visits, one has 3380
}
