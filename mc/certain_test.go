package mc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// maze is a random world with certain transitions. Rewards are small whole numbers, so that ties abound.
type maze struct {
	actions int
	next    []env.State
	reward  []float64
	end     env.State // terminal; -1: none
}

func newMaze(rng *env.Rand) maze {
	states, m := 2+rng.Intn(7), maze{actions: 1 + rng.Intn(3), end: -1}
	low, high := rng.Intn(4), rng.Intn(4)
	for range states * m.actions {
		m.next = append(m.next, env.State(rng.Intn(states)))
		m.reward = append(m.reward, float64(rng.Intn(1+low+high)-low))
	}
	if rng.Intn(2) == 0 {
		m.end = env.State(rng.Intn(states))
	}
	return m
}

func (m maze) NumStates() int            { return len(m.next) / m.actions }
func (m maze) NumActions() int           { return m.actions }
func (m maze) Terminal(s env.State) bool { return s == m.end }
func (m maze) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	i := int(s)*m.actions + int(a)
	return m.next[i], m.reward[i]
}
func (m maze) Outcomes(s env.State, a env.Action) []env.Outcome {
	next, reward := m.Step(s, a, nil)
	return []env.Outcome{{Next: next, Reward: reward, Prob: 1}}
}

// certifier is a learner that can be certain.
type certifier interface {
	run
	Certain() Certainty
	Unvisited() []int
}

// certifiers are the learners whose returns are certain.
func certifiers(p Problem, rng *env.Rand) map[string]certifier {
	pairs := int64(p.MDP.NumStates() * p.MDP.NumActions())
	seed, tail := rng.Uint64(), rng.Intn(p.Horizon)
	sweep := StartsOptions{Improve: ImproveSweep, Average: ResetAverage, Starts: SweepPairs}
	initial, every, first, batch := sweep, sweep, sweep, sweep
	initial.Visit = InitialVisit
	every.Tail = tail
	first.Visit, first.Tail, first.Cycles = FirstVisit, tail, true
	batch.Improve, batch.Batch, batch.Starts, batch.Visit, batch.Ties = ImproveBatch, 12*pairs, UniformPairs, InitialVisit, KeepTie
	return map[string]certifier{
		"basic":        must(NewBasic(p, BasicOptions{Episodes: 1 + int64(rng.Intn(2))}, seed)),
		"basic shared": must(NewBasic(p, BasicOptions{Shared: true, Ties: KeepTie}, seed)),
		"basic every":  must(NewBasic(p, BasicOptions{Visit: EveryVisit}, seed)),
		"starts":       must(NewExploringStarts(p, initial, seed)),
		"starts every": must(NewExploringStarts(p, every, seed)),
		"starts first": must(NewExploringStarts(p, first, seed)),
		"starts batch": must(NewExploringStarts(p, batch, seed)),
		"greedy soft":  must(NewEpsilonGreedy(p, EpsilonOptions{StartsOptions: initial}, seed)),
	}
}

// What is proven holds (P14, P20, P21): in some thousand random worlds and horizons, whenever a learner is certain, the loss of
// its policy and the error of its table, both from the exact solver, are within the bounds. Where it says that the policy is
// optimal, it is. And it is not certain too late: with initial visits, as soon as an iteration changes nothing.
func TestCertainHolds(t *testing.T) {
	rng := env.NewRand(3, env.PurposeStatistics)
	proven, optimal, tight := 0, 0, 0
	for range 400 {
		m := newMaze(rng)
		p := Problem{compile(t, m), []float64{0, 0.5, 0.9, 0.97}[rng.Intn(4)], 1 + rng.Intn(40)}
		if rng.Intn(4) == 0 {
			p.Horizon = 300
		}
		best := must(dp.PolicyIteration(p.MDP.(*env.Table), p.Gamma, dp.Options{}))
		for name, l := range certifiers(p, rng) {
			what := fmt.Sprintf("%s, %+v, gamma %g, T %d", name, m, p.Gamma, p.Horizon)
			for range 12 {
				if err := l.Next(context.Background(), math.MaxInt64); err != nil {
					t.Fatal(err)
				}
				y := l.Certain()
				if y.Why != nil {
					if !errors.Is(y.Why, ErrUnsettled) || !math.IsInf(y.Loss, 1) || !math.IsInf(y.Error, 1) || y.Within(1e300) {
						t.Fatalf("%s: %+v", what, y)
					}
					if l.Progress().Changed == 0 && len(l.Unvisited()) == 0 {
						t.Fatalf("%s: %v, but nothing has changed", what, y.Why)
					}
					continue
				}
				proven++
				of := must(dp.Evaluate(p.MDP.(*env.Table), l.Policy(), p.Gamma, dp.Options{}))
				loss, e := 0.0, 0.0
				for s, v := range best.V {
					loss = max(loss, v-of.V[s])
				}
				for i, w := range l.Q().Values() {
					if !m.Terminal(env.State(i / m.actions)) {
						e = max(e, math.Abs(w-best.Q[i]))
					}
				}
				slack := 4 * (best.Bound + of.Bound) // of the solver, not of the learner
				if loss > y.Loss+slack || e > y.Error+slack {
					t.Fatalf("%s: loss %g, error %g, proven %+v", what, loss, e, y)
				}
				if y.Loss == 0 {
					optimal++
				}
				if y.Error > 1e-6 && y.Error < 1.001*e {
					tight++
				}
			}
		}
	}
	if proven < 10000 || optimal < 3000 || tight < 500 {
		t.Errorf("%d times certain, %d of an optimal policy, %d times with an error that is attained", proven, optimal, tight)
	}
}

// The bound on the loss is attained by worlds that differ behind the horizon. In state 0 both actions look alike for T steps,
// and the lowest is taken; then, for ever, one of them has a reward that the other has not, or an end where the other goes on.
func TestCertainIsTight(t *testing.T) {
	for _, c := range []struct {
		what              string
		stay              bool // the lowest action of state 0 stays there, else it walks
		step, last, power float64
	}{
		{"a reward is missed", true, 0, 1, 0}, {"a penalty is met", false, 0, -1, 0}, {"an end is missed", true, -1, 0, 1},
	} {
		for _, gamma := range []float64{0.5, 0.9, 0.99} {
			for _, T := range []int{2, 5, 30} {
				m := maze{actions: 2, end: -1}
				link := func(first, second int, reward float64) {
					m.next = append(m.next, env.State(first), env.State(second))
					m.reward = append(m.reward, reward, reward)
				}
				if c.stay {
					link(0, 1, c.step)
				} else {
					link(1, 0, c.step)
				}
				for s := 1; s < T; s++ {
					link(s+1, s+1, c.step)
				}
				link(T, T, c.last)
				if c.power == 1 { // one step further
					m.next[2*T], m.next[2*T+1], m.reward[2*T], m.reward[2*T+1] = env.State(T+1), env.State(T+1), c.step, c.step
					link(T+1, T+1, 0)
					m.end = env.State(T + 1)
				}
				table := compile(t, m)
				l := must(NewBasic(Problem{table, gamma, T}, BasicOptions{}, 1))
				settle(t, l)
				y := l.Certain()
				loss := must(dp.PolicyIteration(table, gamma, dp.Options{})).V[0] - must(dp.Evaluate(table, l.Policy(), gamma, dp.Options{})).V[0]
				if most := loss/math.Pow(gamma, c.power)*(1+1e-9) + 1e-10; y.Why != nil || loss == 0 || y.Loss < loss || y.Loss > most {
					t.Errorf("%s, gamma %g, T %d: loss %g, proven %+v, want at most %g", c.what, gamma, T, loss, y, most)
				}
			}
		}
	}
}

// In the book's world it stops as soon as the tolerance is reached and not before: with T from the tolerance, after the ninth
// iteration, which changes nothing; with fewer steps, never.
func TestCertainStops(t *testing.T) {
	table := compile(t, zhao5)
	best := must(dp.PolicyIteration(table, 0.9, dp.Options{}))
	for _, shared := range []bool{false, true} {
		for _, tolerance := range []float64{1, 0.1, 1e-3, 1e-9} {
			T := must(Problem{Gamma: 0.9}.HorizonWithin(10, tolerance))
			l := must(NewBasic(Problem{table, 0.9, T}, BasicOptions{Shared: shared}, 1))
			stopped := false
			for p, err := range Run(context.Background(), l, 100*l.SweepEpisodes()) {
				if err != nil {
					t.Fatal(err)
				}
				if stopped = l.Certain().Within(tolerance); stopped {
					break
				}
				if p.Changed == 0 {
					t.Fatalf("tolerance %g: %+v after an iteration that changed nothing", tolerance, l.Certain())
				}
			}
			e := 0.0
			for s, v := range maxQ(l.Q()) {
				e = max(e, math.Abs(v-best.V[s]))
			}
			if !stopped || e > tolerance || l.Progress().Iterations > 12 {
				t.Errorf("tolerance %g: stopped %t after %d iterations with error %g", tolerance, stopped, l.Progress().Iterations, e)
			}
			short := must(NewBasic(Problem{table, 0.9, T / 4}, BasicOptions{Shared: shared}, 1))
			settle(t, short)
			if y := short.Certain(); y.Why != nil || y.Within(tolerance) {
				t.Errorf("tolerance %g with a quarter of the steps: %+v", tolerance, y)
			}
		}
	}
}

// Inside an iteration, and before the first, nothing is proven; a checkpoint keeps what is.
func TestCertainWhen(t *testing.T) {
	p := Problem{compile(t, zhao5), 0.9, 100}
	l := must(NewBasic(p, BasicOptions{}, 1))
	if y := l.Certain(); !errors.Is(y.Why, ErrUnsettled) {
		t.Errorf("before the first episode: %+v", y)
	}
	settle(t, l)
	want := l.Certain()
	restored := must(NewBasic(p, BasicOptions{}, 1))
	if err := restored.Restore(must(l.Checkpoint())); err != nil || restored.Certain() != want || want.Why != nil {
		t.Errorf("restored: %+v, want %+v, %v", restored.Certain(), want, err)
	}
	play(t, l, 7)
	if y := l.Certain(); !errors.Is(y.Why, ErrUnsettled) {
		t.Errorf("inside an iteration: %+v", y)
	}
}

// Where returns are random, or means mix policies, it says so.
func TestCertainRefused(t *testing.T) {
	sweep := StartsOptions{Improve: ImproveSweep, Average: ResetAverage, Starts: SweepPairs}
	starts := func(m env.MDP, gamma float64, change func(o *StartsOptions)) certifier {
		o := sweep
		change(&o)
		return must(NewExploringStarts(Problem{m, gamma, 50}, o, 1))
	}
	table := compile(t, zhao5)
	same := func(*StartsOptions) {}
	for _, c := range []struct {
		want string
		l    certifier
	}{
		{"MDP", starts(compile(t, lake), 0.9, same)}, {"MDP", starts(zhao5, 0.9, same)}, {"gamma = 1", starts(table, 1, same)},
		{"average", starts(table, 0.9, func(o *StartsOptions) { o.Average = Cumulative })},
		{"average", starts(table, 0.9, func(o *StartsOptions) { o.Step.Constant = 0.1 })},
		{"improve = batch: want sweep, or batch with at least 125 episodes", starts(table, 0.9, func(o *StartsOptions) { o.Improve, o.Batch = ImproveBatch, 124 })},
		{"improve = step", starts(table, 0.9, func(o *StartsOptions) { o.Improve = ImproveStep })},
		{"epsilon = 0.1", must(NewEpsilonGreedy(Problem{table, 0.9, 50}, EpsilonOptions{Epsilon(0.1), sweep}, 1))},
		{"average", must(NewBasic(Problem{table, 0.9, 50}, BasicOptions{Average: Cumulative}, 1))},
	} {
		play(t, c.l, 300)
		var field *env.FieldError
		y := c.l.Certain()
		if !errors.As(y.Why, &field) || !strings.Contains(y.Why.Error(), c.want) || y.Within(1e300) {
			t.Errorf("want %q: %+v", c.want, y)
		}
	}
}
