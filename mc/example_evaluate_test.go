package mc_test

import (
	"context"
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

// A control variate made of the values that 200 episodes give narrows the interval of the next thousand tenfold.
func ExampleEvaluate() {
	ice, err := env.NewGrid(env.FrozenLake4(true))
	check(err)
	optimum, err := dp.PolicyIteration(ice, 0.95, dp.Options{})
	check(err)
	problem := mc.Problem{MDP: ice, Gamma: 0.95, Horizon: 500}
	plain, err := mc.Evaluate(context.Background(), problem, optimum.Policy, mc.EvaluateOptions{Episodes: 1000}, 1)
	check(err)
	rough, err := mc.NewPrediction(problem, optimum.Policy, mc.PredictionOptions{Visit: mc.EveryVisit}, 2)
	check(err)
	check(rough.Next(context.Background(), 200))
	reduced, err := mc.Evaluate(context.Background(), problem, optimum.Policy, mc.EvaluateOptions{Episodes: 1000, Values: rough.Table().Values()}, 1)
	check(err)
	start, _ := optimum.Start()
	fmt.Printf("%.4f +- %.4f, exactly %.4f\n", plain.Return.Mean(), plain.Interval(0.95).Half(), start)
	fmt.Printf("%.4f +- %.4f, as from %.0f times as many episodes\n", reduced.Reduced.Mean(), reduced.Interval(0.95).Half(), reduced.Gain())
	// Output:
	// 0.1802 +- 0.0124, exactly 0.1805
	// 0.1807 +- 0.0012, as from 101 times as many episodes
}
