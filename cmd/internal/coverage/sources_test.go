package coverage

import (
	"fmt"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// source is a policy whose episodes from one state are sampled: their returns in [lo, hi] have the mean truth.
type source struct {
	world, policy, start string
	grid                 *env.Grid
	pi                   interface {
		env.Policy
		dp.Policy
	}
	gamma     float64
	T         int
	s0        env.State
	lo, hi    float64
	truth     float64
	ns        []int
	resampled bool // there are bootstrap intervals
	seed      uint64
}

func (c source) name() string { return fmt.Sprintf("%s %s %s", c.world, c.policy, c.start) }

// success reports whether the return is 0 or 1.
func (c source) success() bool { return c.gamma == 1 }

// sources are the uniform policy and one half of the way from it to the optimum on the book's grid, from three states; and the
// optimal policy (for a discount of 0.99) and the uniform one on the lakes, whose returns are 1 at the goal and else 0. The truth is the value of T steps,
// not that of episodes without an end, from which the cut would be off (P20, P21).
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	add := func(c source) {
		sol := must(dp.EvaluateHorizon(c.grid, c.pi, c.gamma, c.T))
		c.truth, c.seed = sol.V[c.s0], uint64(1000+len(all))
		all = append(all, c)
	}
	const gamma, T = 0.9, 100
	zhao := must(env.NewGrid(env.Zhao5(-10, env.BoundaryOnly)))
	best := must(dp.PolicyIteration(zhao, gamma, dp.Options{}))
	length := 0.0 // (1 - gamma^T)/(1 - gamma)
	for range T {
		length = 1 + gamma*length
	}
	for _, eps := range []float64{1, 0.5} {
		for _, at := range [][2]int{{0, 0}, {3, 2}, {4, 4}} {
			c := source{world: "zhao-5x5", policy: map[float64]string{1: "uniform", 0.5: "half-optimal"}[eps], start: fmt.Sprintf("%d:%d", at[0], at[1]),
				grid: zhao, pi: must(env.NewSoft(best.Policy, 5, eps)), gamma: gamma, T: T, s0: env.State(5*at[0] + at[1]),
				lo: -10 * length, hi: length, ns: []int{5, 10, 30, 100}, resampled: at == [2]int{0, 0} || eps == 1 && at == [2]int{3, 2}}
			add(c)
		}
	}
	for _, w := range []struct {
		name string
		T    int
	}{{"frozenlake-4x4-slippery", 100}, {"frozenlake-8x8-slippery", 200}} {
		lake := must(env.NewGrid(must(env.Preset(w.name))))
		best := must(dp.PolicyIteration(lake, 0.99, dp.Options{})) // the one for 1 takes its time, and would be cut
		for _, eps := range []float64{0, 1} {
			add(source{world: w.name, policy: map[float64]string{1: "uniform", 0: "optimal"}[eps], start: "0:0",
				grid: lake, pi: must(env.NewSoft(best.Policy, 4, eps)), gamma: 1, T: w.T,
				hi: 1, ns: []int{10, 30, 100}, resampled: true})
		}
	}
	return all
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// sampler returns a function that fills x with the returns of replication r, whose streams are its own: it begins a block.
func (c source) sampler(seed uint64) func(r int, x []float64) {
	g := must(env.NewGenerator(c.grid, c.pi, c.T, seed))
	size := env.BlockSize(c.T)
	var ep env.Episode
	return func(r int, x []float64) {
		g.SeekBlock(int64(r) * ((int64(len(x)) + size - 1) / size))
		for i := range x {
			x[i] = c.play(g, &ep)
		}
	}
}

// play returns G_0 of the next episode.
func (c source) play(g *env.Generator, ep *env.Episode) (G float64) {
	g.FromState(ep, c.s0)
	for _, G = range ep.Returns(c.gamma) {
	}
	return G
}
