package sweep_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "steps")
	check(err)
	defer os.RemoveAll(dir)

	plan := sweep.Plan{Seeds: []uint64{1, 2, 3}}
	for _, step := range []float64{0.05, 0.2} {
		plan.Groups = append(plan.Groups, sweep.Group{
			Environment: "zhao-5x5", Algorithm: "es", Settings: []sweep.Setting{{Key: "step", Value: fmt.Sprint(step)}},
			Spec: experiment.Spec{Env: experiment.GridWorld(env.Zhao5(-10, env.BoundaryOnly)), Algorithm: experiment.ExploringStarts,
				Gamma: 0.9, Horizon: 100, Episodes: 5000,
				Starts: &mc.StartsOptions{Step: estimate.StepSize{Constant: step}}},
		})
	}
	run, err := sweep.Create(rundir.Disk{}, dir, &plan)
	check(err)
	for e, err := range run.Play(context.Background(), 2) {
		check(err)
		check(e.Err)
	}
	for result, err := range run.Records() {
		check(err)
		points := result.Record.Points
		fmt.Printf("%s, seed %d: error of q %.2f\n", result.Cell.Group.Name(), result.Cell.Seed, *points[len(points)-1].RMSE)
	}
	check(run.Close())
	// Output:
	// zhao-5x5-es-step-0.05, seed 1: error of q 3.13
	// zhao-5x5-es-step-0.05, seed 2: error of q 3.28
	// zhao-5x5-es-step-0.05, seed 3: error of q 2.28
	// zhao-5x5-es-step-0.2, seed 1: error of q 0.01
	// zhao-5x5-es-step-0.2, seed 2: error of q 0.03
	// zhao-5x5-es-step-0.2, seed 3: error of q 0.02
}
