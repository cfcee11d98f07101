package dp_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

var compass4 = []string{"up", "right", "down", "left"}

// example41 is Sutton & Barto's example 4.1.
func example41(t testing.TB) *env.Grid {
	return grid(t, env.GridConfig{
		Map:     []string{"T...", "....", "....", "...T"},
		Actions: compass4,
		Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1},
		Target:  env.TargetEnds,
	})
}

// Sutton & Barto, figure 4.1, k = infinity (P22, P31): the random policy ends, some others never do.
func TestExample41(t *testing.T) {
	g := example41(t)
	s := must(t)(dp.Evaluate(g, env.NewUniform(16, 4), 1, dp.Options{}))
	random := []float64{0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0}
	if d := distance(s.V, random); d > 1e-12 {
		t.Errorf("v_random = %v", s.V)
	}
	want := []float64{0, -1, -2, -3, -1, -2, -3, -2, -2, -3, -2, -1, -3, -2, -1, 0}
	arrows := env.Deterministic{0, 3, 3, 2, 0, 0, 0, 2, 0, 0, 1, 2, 0, 1, 1, 0}
	for name, solve := range map[string]func(env.Model, float64, dp.Options) (*dp.Solution, error){
		"policy iteration": dp.PolicyIteration, "value iteration": dp.ValueIteration,
	} {
		best := must(t)(solve(g, 1, dp.Options{}))
		if !slices.Equal(best.V, want) {
			t.Errorf("%s: v* = %v", name, best.V)
		}
		if !slices.Equal(best.Policy, arrows) {
			t.Errorf("%s: pi* = %v, want %v", name, best.Policy, arrows)
		}
		if best.Q[0] != 0 || best.Gap[0] != 0 || best.Gap[1] != 1 {
			t.Errorf("%s: q(terminal) = %v, gaps %v and %v; want 0, 0 and 1", name, best.Q[0], best.Gap[0], best.Gap[1])
		}
	}
	// all up: columns 1 to 3 end at the top edge, for ever (P19, P22)
	_, err := dp.Evaluate(g, make(env.Deterministic, 16), 1, dp.Options{})
	var never *dp.NeverEndsError
	if !errors.As(err, &never) || !slices.Equal(never.States, []env.State{1, 2, 3}) {
		t.Errorf("all up: %v, want states 1, 2, 3", err)
	}
	discounted := must(t)(dp.Evaluate(g, make(env.Deterministic, 16), 0.5, dp.Options{}))
	if discounted.V[1] != -2 || discounted.V[12] != -1.75 {
		t.Errorf("all up, gamma = 0.5: %v and %v, want -2 and -1.75", discounted.V[1], discounted.V[12])
	}
}

// Frozen lake with gamma = 1: going round for ever costs nothing and gains nothing, and ties are everywhere. The policy
// must still collect what the value promises (P22).
func TestFrozenLake(t *testing.T) {
	for _, c := range []struct {
		config env.GridConfig
		start  float64
	}{
		{env.FrozenLake4(true), 14.0 / 17}, {env.FrozenLake8(true), 1}, {env.FrozenLake4(false), 1},
	} {
		g := grid(t, c.config)
		s := must(t)(dp.PolicyIteration(g, 1, dp.Options{}))
		v := must(t)(dp.ValueIteration(g, 1, dp.Options{}))
		start, ok := s.Start()
		if !ok || math.Abs(start-c.start) > 1e-12 || distance(s.V, v.V) > 1e-9 {
			t.Errorf("start value %v, want %v; value iteration differs by %g", start, c.start, distance(s.V, v.V))
		}
		for name, p := range map[string]env.Deterministic{"policy iteration": s.Policy, "value iteration": v.Policy} {
			if own := must(t)(dp.Evaluate(g, p, 1, dp.Options{})); distance(own.V, s.V) > 1e-9 {
				t.Errorf("%s: the policy's value is off by %g", name, distance(own.V, s.V))
			}
		}
	}
}

// P20: without a limit, the best within 100 steps, and the limit-free policy within 100 steps are three numbers.
func TestFrozenLakeWithLimit(t *testing.T) {
	g := grid(t, env.FrozenLake4(true))
	free := must(t)(dp.PolicyIteration(g, 1, dp.Options{}))
	limited := must(t)(dp.FiniteHorizon(g, 1, 100, 0))
	cut := must(t)(dp.EvaluateHorizon(g, free.Policy, 1, 100))
	if !(free.V[0]-limited.V[0] > 0.05 && limited.V[0]-cut.V[0] > 1e-6) {
		t.Errorf("%v, %v, %v: want each clearly less than the one before", free.V[0], limited.V[0], cut.V[0])
	}
	long := must(t)(dp.EvaluateHorizon(g, free.Policy, 1, 5000))
	if math.Abs(long.V[0]-14.0/17) > 1e-9 {
		t.Errorf("after 5000 steps %v, want 14/17", long.V[0])
	}
}

// Sutton & Barto, example 6.5 and exercise 6.9 (P29): 15, 7 and 7 steps.
func TestWindyGrid(t *testing.T) {
	for actions, steps := range map[int]float64{4: 15, 8: 7, 9: 7} {
		names, err := env.ActionSet(actions)
		if err != nil {
			t.Fatal(err)
		}
		rows := slices.Repeat([]string{".........."}, 7)
		rows[3] = "S......T.."
		g := grid(t, env.GridConfig{
			Map: rows, Actions: names, Wind: []int{0, 0, 0, 1, 1, 1, 2, 2, 1, 0}, Target: env.TargetEnds,
			Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1},
		})
		s := must(t)(dp.PolicyIteration(g, 1, dp.Options{}))
		if start, ok := s.Start(); !ok || start != -steps {
			t.Errorf("%d actions: %v, want %v", actions, start, -steps)
		}
	}
}

// cliff is the cliff walk. The cliff ends the episode, or sends the walker back to the start.
func cliff(t *testing.T, back bool) *model {
	g := grid(t, env.GridConfig{
		Map:     []string{"............", "............", "............", "SHHHHHHHHHHT"},
		Actions: compass4,
		Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1, Hole: -100},
		Target:  env.TargetEnds,
	})
	m := &model{actions: 4}
	for s := range env.State(48) {
		m.terminal = append(m.terminal, g.Terminal(s))
		for a := range env.Action(4) {
			row := g.Outcomes(s, a)
			for i := range row {
				if back && row[i].Reward == -100 {
					row[i].Next = 36
				}
			}
			m.outcomes = append(m.outcomes, row)
		}
	}
	return m
}

// P27: -13 whether the cliff ends the episode or not; the best eps-greedy policy walks further from the cliff.
func TestCliff(t *testing.T) {
	for _, back := range []bool{false, true} {
		m := cliff(t, back)
		s := must(t)(dp.PolicyIteration(m, 1, dp.Options{}))
		if s.V[36] != -13 {
			t.Errorf("v*(start) = %v, want -13", s.V[36])
		}
		greedy, err := env.NewSoft(s.Policy, 4, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		edge := must(t)(dp.Evaluate(m, greedy, 1, dp.Options{}))
		safe := must(t)(dp.SoftOptimal(m, 1, 0.1, dp.Options{}))
		if safe.V[36] < edge.V[36]+1 {
			t.Errorf("eps = 0.1: best %v, the -13 path %v; want a gain of more than 1", safe.V[36], edge.V[36])
		}
		if s.Policy[24] != 1 || safe.Policy[24] != 0 {
			t.Errorf("above the start: greedy goes %d, want right; eps-greedy goes %d, want up", s.Policy[24], safe.Policy[24])
		}
	}
}

// An absorbing target with gamma = 1: rest is worth 0, the way there 1.
func TestAbsorbingTarget(t *testing.T) {
	c := env.Zhao5(-10, env.BoundaryOnly)
	c.Target = env.TargetAbsorbs
	g := grid(t, c)
	want := slices.Repeat([]float64{1}, 25)
	want[17] = 0
	s := must(t)(dp.PolicyIteration(g, 1, dp.Options{}))
	if distance(s.V, want) > 1e-12 {
		t.Errorf("v* = %v", s.V)
	}
	if own := must(t)(dp.Evaluate(g, s.Policy, 1, dp.Options{})); distance(own.V, want) > 1e-12 {
		t.Errorf("the policy's value is %v", own.V)
	}
	soft := must(t)(dp.SoftOptimal(g, 1, 0.1, dp.Options{}))
	if !(soft.V[0] < 0) || soft.V[17] != 0 {
		t.Errorf("eps = 0.1: %v and %v, want a loss and 0", soft.V[0], soft.V[17])
	}
}

// P22: refused with names, not with numbers.
func TestNeverEnds(t *testing.T) {
	zhao := zhao5(t, -10, "boundary")
	trap := &model{actions: 1, terminal: []bool{false, false, true, false}, outcomes: [][]env.Outcome{
		{{Next: 2, Prob: 0.5}, {Next: 1, Prob: 0.5}}, {{Next: 3, Reward: -1, Prob: 1}}, nil, {{Next: 1, Prob: 1}},
	}}
	fair := &model{actions: 1, terminal: []bool{false}, outcomes: [][]env.Outcome{
		{{Next: 0, Reward: 1, Prob: 0.5}, {Next: 0, Reward: -1, Prob: 0.5}},
	}}
	stay := env.Deterministic(slices.Repeat([]env.Action{4}, 25))
	for _, c := range []struct {
		name  string
		solve func() (*dp.Solution, error)
		count int
		text  string
	}{
		{"zhao", func() (*dp.Solution, error) { return dp.PolicyIteration(zhao, 1, dp.Options{}) }, 25, "states 0, 1, 2, 3, 4 and 20 more"},
		{"zhao by sweeps", func() (*dp.Solution, error) { return dp.ValueIteration(zhao, 1, dp.Options{}) }, 25, "a policy can collect"},
		{"zhao, soft", func() (*dp.Solution, error) { return dp.SoftOptimal(zhao, 1, 0.1, dp.Options{}) }, 25, "whatever the policy"},
		{"zhao, stay", func() (*dp.Solution, error) { return dp.Evaluate(zhao, stay, 1, dp.Options{}) }, 7, "states 6, 7, 12, 16, 17 and 2 more"},
		{"trap", func() (*dp.Solution, error) { return dp.PolicyIteration(trap, 1, dp.Options{}) }, 2, "no policy ends: states 1, 3:"},
		{"trap, evaluated", func() (*dp.Solution, error) {
			return dp.Evaluate(trap, make(env.Deterministic, 4), 1, dp.Options{})
		}, 2, "under this policy episodes never end, and rewards go on: states 1, 3:"},
		{"fair coin", func() (*dp.Solution, error) { return dp.PolicyIteration(fair, 1, dp.Options{}) }, 1, "states 0:"},
	} {
		_, err := c.solve()
		var never *dp.NeverEndsError
		if !errors.As(err, &never) || len(never.States) != c.count || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v; want %d states and %q", c.name, err, c.count, c.text)
		}
	}
}
