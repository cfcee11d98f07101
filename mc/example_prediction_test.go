package mc_test

import (
	"context"
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

// First-visit prediction of the uniform policy on the book's grid, with intervals, beside the exact values. First visits in the last
// 100 steps, whose returns the horizon cuts, are left out.
func ExamplePrediction() {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	check(err)
	uniform := env.NewUniform(grid.NumStates(), grid.NumActions())
	problem := mc.Problem{MDP: grid, Gamma: 0.9, Horizon: 200}
	learner, err := mc.NewPrediction(problem, uniform, mc.PredictionOptions{Starts: mc.UniformStates, Tail: 100, Intervals: true}, 1)
	check(err)
	for _, err := range mc.Run(context.Background(), learner, 10_000) {
		check(err)
	}
	exact, err := dp.Evaluate(grid, uniform, 0.9, dp.Options{})
	check(err)
	v := learner.Table()
	for s, half := range v.HalfWidths(0.95)[:3] {
		fmt.Printf("v(s%d) = %.2f +- %.2f, exactly %.2f\n", s+1, v.At(env.State(s), 0), half, exact.V[s])
	}
	fmt.Printf("%.0f%% of the episodes are cut, which costs %.2g at most\n", 100*learner.Progress().TruncatedShare(), learner.Progress().Bound)
	// Output:
	// v(s1) = -19.60 +- 0.27, exactly -19.45
	// v(s2) = -23.74 +- 0.32, exactly -23.69
	// v(s3) = -23.36 +- 0.33, exactly -23.39
	// 100% of the episodes are cut, which costs 7.1e-08 at most
}

// The means of the first visits to each state, from two recorded episodes.
func ExamplePrediction_Add() {
	chain, err := env.ParseGrid("S.T")
	check(err)
	chain.Target = env.TargetEnds
	grid, err := env.NewGrid(chain)
	check(err)
	learner, err := mc.NewPrediction(mc.Problem{MDP: grid, Gamma: 1, Horizon: 10}, nil, mc.PredictionOptions{}, 0)
	check(err)
	for _, ep := range []env.Episode{
		{States: []env.State{0, 1, 0, 1, 2}, Actions: []env.Action{1, 3, 1, 1}, Rewards: []float64{-1, -1, -1, -1}},
		{States: []env.State{0, 1, 2}, Actions: []env.Action{1, 1}, Rewards: []float64{-1, -1}},
	} {
		check(learner.Add(&ep))
	}
	fmt.Println(learner.Table().Values(), learner.Table().Counts())
	// Output:
	// [-3 -2 0] [2 2 0]
}

// Which decisions of an exploring learner its last 2,000 episodes do not settle, and how often they visit the pairs.
func ExampleQTable_Undecided() {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	check(err)
	learner, err := mc.NewEpsilonGreedy(mc.Problem{MDP: grid, Gamma: 0.9, Horizon: 100}, mc.EpsilonOptions{Epsilon: mc.Epsilon(0.5),
		StartsOptions: mc.StartsOptions{Visit: mc.FirstVisit, Improve: mc.ImproveBatch, Batch: 2000, Average: mc.ResetAverage, Intervals: true}}, 1)
	check(err)
	for _, err := range mc.Run(context.Background(), learner, 20_000) {
		check(err)
	}
	q := learner.Q()
	_, cols := grid.Dims()
	for s, open := range q.Undecided(grid, 0.95) {
		fmt.Printf("%c", map[bool]rune{true: '?', false: '.'}[open])
		if (s+1)%cols == 0 {
			fmt.Println()
		}
	}
	fmt.Printf("%+v\n", q.Coverage(grid, 30))
	// Output:
	// .?.??
	// .????
	// ?.?.?
	// .???.
	// ???.?
	// {Pairs:125 Unvisited:0 Rare:1 Min:26 Median:247 Max:1699}
}
