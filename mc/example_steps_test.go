package mc_test

import (
	"context"
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// A horizon from a tolerance, each state stepped once an iteration, and an end as soon as the answer is proven to be within the
// tolerance: the optimum of the book's grid world in eleven iterations.
func ExampleControl_Certain() {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	check(err)
	const tolerance = 0.01
	p := mc.Problem{MDP: grid, Gamma: 0.9}
	p.Horizon, err = p.HorizonWithin(10, tolerance) // no reward is larger than 10
	check(err)
	learner, err := mc.NewBasic(p, mc.BasicOptions{Shared: true}, 1)
	check(err)
	for _, err := range mc.Run(context.Background(), learner, 100*learner.SweepEpisodes()) {
		check(err)
		if learner.Certain().Within(tolerance) {
			break
		}
	}
	y := learner.Certain()
	fmt.Printf("T = %d, %d iterations: q(s1, right) = %.3f, error at most %.4f; the policy loses at most %.4f\n",
		p.Horizon, learner.Progress().Iterations, learner.Q().At(0, 1), y.Error, y.Loss)
	// Output:
	// T = 88, 11 iterations: q(s1, right) = 3.486, error at most 0.0009; the policy loses at most 0.0009
}

// Is it worth walking around the forbidden cells? Two policies on the same noise: straight to the right and down, and the
// optimal one, both with some exploration.
func ExampleCompare() {
	grid, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	check(err)
	read := func(arrows string) *env.Soft {
		best := make([]env.Action, 0, 25)
		for _, r := range arrows {
			best = append(best, map[rune]env.Action{'^': 0, '>': 1, 'v': 2, '<': 3, 'o': 4}[r])
		}
		p, err := env.NewSoft(best, 5, 0.1)
		check(err)
		return p
	}
	around, straight := read(">>>>v^^>>v^<v>v^>o<v^>^<<"), read(">>>>v>>>>v>>v>v^>o<v>>^<<")
	c, err := mc.Compare(context.Background(), mc.Problem{MDP: grid, Gamma: 0.9, Horizon: 100}, around, straight,
		mc.CompareOptions{Episodes: 2000}, 1)
	check(err)
	i := c.Interval(0.95)
	fmt.Printf("around - straight = %.2f, 95%% interval %.2f to %.2f\n", c.Difference.Mean(), i.Lo, i.Hi)
	fmt.Printf("correlation %.2f: %.1f times the pairs, or %.1f times the steps, without common random numbers\n",
		c.Correlation(), c.Gain(), c.Gain()*float64(c.Steps+c.Shared)/float64(c.Steps))
	// Output:
	// around - straight = 2.38, 95% interval 2.15 to 2.61
	// correlation 0.69: 2.6 times the pairs, or 4.9 times the steps, without common random numbers
}
