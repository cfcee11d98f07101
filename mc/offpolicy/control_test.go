package offpolicy

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

func grid(t testing.TB) *env.Grid {
	t.Helper()
	g, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func newControl(t testing.TB, p mc.Problem, o ControlOptions, seed uint64) *Control {
	t.Helper()
	c, err := NewControl(p, o, seed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// P33, by hand: states 0 -> 1 -> 2 -> end, actions 0 and 1, b as given. C += W before Q, improve before the comparison, W after it.
func TestControlByHandP33(t *testing.T) {
	c := newControl(t, mc.Problem{MDP: line{}, Gamma: 1, Horizon: 3}, ControlOptions{}, 1)
	play := func(actions []env.Action, rewards []float64, chance ...float64) {
		c.ep = env.Episode{States: []env.State{0, 1, 2, 3}, Actions: actions, Rewards: rewards}
		c.chance = chance
		c.learn(&c.ep)
	}
	// The end: Q(2,1) = 4, so pi(2) = 1 at once, and the walk goes on with W = 1/0.25. Q(1,0) = 5, W = 8; Q(0,0) = 7.
	play([]env.Action{0, 0, 1}, []float64{2, 1, 4}, 0.5, 0.5, 0.25)
	check := func(s env.State, a env.Action, want float64, n int64) {
		t.Helper()
		if math.Abs(c.Q(s, a)-want) > 1e-15*want || c.Visits(s, a) != n {
			t.Errorf("Q(%d,%d) = %g of %d returns, want %g of %d", s, a, c.Q(s, a), c.Visits(s, a), want, n)
		}
	}
	check(2, 1, 4, 1)
	check(1, 0, 5, 1)
	check(0, 0, 7, 1)
	if want := []env.Action{0, 0, 1, 0}; !slices.Equal(c.greedy, want) || c.Learned() != 3 || c.progress.Changed != 1 {
		t.Errorf("pi = %v, %d learned", c.greedy, c.Learned())
	}
	// Q(2,1) = (4 + 0)/2 = 2 with weights 1, 1; still greedy: W = 1/0.5 = 2. Q(1,0) has C = 4: (4 5 + 2 2)/6 = 4.
	// It stays greedy, W = 2/0.5 = 4. Q(0,0) has C = 8: (8 7 + 4 (-1))/12 = 13/3.
	play([]env.Action{0, 0, 1}, []float64{-3, 2, 0}, 0.5, 0.5, 0.5)
	check(2, 1, 2, 2)
	check(1, 0, 4, 2)
	check(0, 0, 13./3, 2)
	// An action that is not greedy ends the walk, after it was learned: Q(2,0) = 1 < 2. Nothing before it changes.
	play([]env.Action{0, 0, 0}, []float64{9, 9, 1}, 0.5, 0.5, 0.5)
	check(2, 0, 1, 1)
	check(1, 0, 4, 2)
	// A tie: Q(2,0) = (1 + 3)/2 = 2 = Q(2,1). The lowest wins, so the walk goes on, and Q(1,1) = 8 is learned with W = 2; it
	// becomes greedy, so the walk goes on with W = 2/0.25 = 8: Q(0,1) = 8.
	play([]env.Action{1, 1, 0}, []float64{0, 5, 3}, 0.5, 0.25, 0.5)
	check(2, 0, 2, 2)
	check(1, 1, 8, 1)
	check(0, 1, 8, 1)
	if want := []env.Action{1, 1, 0, 0}; !slices.Equal(c.greedy, want) || c.Learned() != 10 {
		t.Errorf("pi = %v, %d learned", c.greedy, c.Learned())
	}
	if got := c.q[1].sum; got != (scaled{8, 0}) {
		t.Errorf("C(0,1) = %v, want 8", got)
	}
}

// line is 0 -> 1 -> 2 -> 3, the end.
type line struct{}

func (line) NumStates() int            { return 4 }
func (line) NumActions() int           { return 2 }
func (line) Terminal(s env.State) bool { return s == 3 }
func (line) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	return s + 1, float64(a) - 1
}

// box is the box of page 111 in float64, word by word, with a record of the weighted returns.
type box struct {
	q, c, top, bottom []float64
	pi                []env.Action
}

func (x *box) learn(ep *env.Episode, b func(s env.State, a env.Action) float64) {
	g, w, n := 0.0, 1.0, len(x.q)/len(x.pi)
	for t := ep.Len() - 1; t >= 0; t-- {
		s, a := ep.States[t], ep.Actions[t]
		i := int(s)*n + int(a)
		g = 0.9*g + ep.Rewards[t]
		x.c[i] += w
		x.q[i] += w / x.c[i] * (g - x.q[i])
		x.top[i] += w * g
		x.bottom[i] += w
		best := -1
		for k := range n {
			if j := int(s)*n + k; x.c[j] > 0 && (best < 0 || x.q[j] > x.q[int(s)*n+best]) {
				best = k
			}
		}
		if x.pi[s] = env.Action(best); a != x.pi[s] {
			return
		}
		w /= b(s, a)
	}
}

// P33: the table is the mean of the returns that were learned from, by the weights of the box. P8: they are those of the policy
// that generated the episode, not of the one that the walk back makes.
func TestControlIsBatchP33(t *testing.T) {
	g := grid(t)
	fixed := []float64{0.1, 0.2, 0.3, 0.2, 0.2}
	for name, o := range map[string]ControlOptions{"uniform": {}, "epsilon": {Epsilon: mc.Epsilon(0.5)},
		"falling": {Epsilon: mc.Schedule{Start: 1, Decay: mc.Harmonic, End: 0.2}}, "fixed": {Probs: slices.Repeat(fixed, 25)}} {
		c := newControl(t, mc.Problem{MDP: g, Gamma: 0.9, Horizon: 30}, o, 7)
		x := &box{make([]float64, 125), make([]float64, 125), make([]float64, 125), make([]float64, 125), make([]env.Action, 25)}
		for range 2000 {
			eps, frozen := c.Epsilon(), c.Policy()
			if err := c.Next(context.Background(), 1); err != nil {
				t.Fatal(err)
			}
			x.learn(&c.ep, func(s env.State, a env.Action) float64 {
				switch {
				case o.Probs != nil:
					return fixed[a]
				case a == frozen[s]:
					return 1 - eps + eps/5
				}
				return eps / 5
			})
		}
		if !slices.Equal(c.greedy, x.pi) {
			t.Errorf("%s: pi = %v, the box's %v", name, c.greedy, x.pi)
		}
		visited := 0
		for i, b := range x.bottom {
			if got := c.q[i]; (got.n > 0) != (b > 0) || b > 0 && math.Abs(got.value-x.top[i]/b) > 1e-12*(1+math.Abs(got.value)) {
				t.Errorf("%s: Q[%d] = %v, batch %v", name, i, got.value, x.top[i]/b)
			}
			if b > 0 {
				visited++
			}
		}
		if visited < 80 {
			t.Errorf("%s: %d pairs were learned", name, visited)
		}
	}
}

// The target becomes optimal, whatever the behaviour; exact comparison with the solver.
func TestControlFindsTheOptimum(t *testing.T) {
	l := line5{}
	best, err := dp.PolicyIteration(l, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]ControlOptions{"uniform": {}, "epsilon": {Epsilon: mc.Epsilon(0.3)},
		"fixed": {Probs: slices.Repeat([]float64{0.7, 0.3}, 6)}} {
		c := newControl(t, mc.Problem{MDP: l, Gamma: 1, Horizon: 200}, o, 3)
		for _, err := range mc.Run(context.Background(), c, 20_000) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := c.Policy(); !slices.Equal(got[:5], best.Policy[:5]) {
			t.Errorf("%s: pi = %v, want %v", name, got, best.Policy)
		}
		if got := c.Q(4, 1); got != -1 {
			t.Errorf("%s: Q(4,1) = %v, want -1 exactly", name, got)
		}
		if x := c.Progress(); x.Episodes != 20_000 || x.Iterations != 20_000 || c.Learned() >= x.Steps || c.Learned() < x.Episodes-x.Truncated {
			t.Errorf("%s: %+v, %d learned", name, x, c.Learned())
		}
	}
}

// line5 is a corridor of five cells, the exits at its right end; each step costs 1.
type line5 struct{}

func (line5) NumStates() int            { return 6 }
func (line5) NumActions() int           { return 2 }
func (line5) Terminal(s env.State) bool { return s == 5 }
func (l line5) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	o := l.Outcomes(s, a)[0]
	return o.Next, o.Reward
}
func (line5) Outcomes(s env.State, a env.Action) []env.Outcome {
	return []env.Outcome{{Next: max(0, s+2*env.State(a)-1), Reward: -1, Prob: 1}}
}

// P39: the weight of a long greedy tail, 4^10000 here, does not overflow.
func TestControlLongTailP39(t *testing.T) {
	c := newControl(t, mc.Problem{MDP: line{}, Gamma: 1, Horizon: 3}, ControlOptions{}, 1)
	var ep env.Episode
	const n = 10_000
	for range n {
		ep.States, ep.Actions, ep.Rewards = append(ep.States, 0), append(ep.Actions, 0), append(ep.Rewards, 1)
		c.chance = append(c.chance, 0.25)
	}
	ep.States = append(ep.States, 3)
	c.learn(&ep)
	// sum over k of 4^k (k+1) / sum of 4^k, k = 0, ..., n-1, is n - 1/3 in the limit
	if got := c.Q(0, 0); math.Abs(got-(n-1./3)) > 1e-9*n || c.Visits(0, 0) != n {
		t.Errorf("Q = %v of %d, want %v", got, c.Visits(0, 0), n-1./3)
	}
}

// The same seed gives the same bits; another limit of Next does not matter; ctx is heard.
func TestControlRuns(t *testing.T) {
	p := mc.Problem{MDP: grid(t), Gamma: 0.9, Horizon: 50}
	a, b := newControl(t, p, ControlOptions{Epsilon: mc.Epsilon(0.4)}, 9), newControl(t, p, ControlOptions{Epsilon: mc.Epsilon(0.4)}, 9)
	ctx, cancel := context.WithCancel(context.Background())
	for range 500 {
		if err := a.Next(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if err := b.Next(ctx, 1000); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(a.q, b.q) || !slices.Equal(a.greedy, b.greedy) || a.Progress() != b.Progress() {
		t.Error("two runs of one seed differ")
	}
	cancel()
	if err := a.Next(ctx, 1); err != context.Canceled || a.Progress().Episodes != 500 {
		t.Errorf("after the end of ctx: %v, %+v", err, a.Progress())
	}
	if err := a.Next(ctx, 0); err != nil {
		t.Error(err)
	}
	if x := a.Progress(); x.RewardMax != 10 || math.Abs(x.Bound-math.Pow(0.9, 50)*100) > 1e-9 {
		t.Errorf("%+v", x)
	}
}

// Every field out of range is reported.
func TestControlOptions(t *testing.T) {
	p := mc.Problem{MDP: line{}, Gamma: 1, Horizon: 3}
	for want, o := range map[string]ControlOptions{
		"epsilon = 1: want a schedule that stays above 0":   {Epsilon: mc.Schedule{Start: 1, Decay: mc.Linear, Over: 10}},
		"epsilon = 0: want a schedule that stays above 0":   {Epsilon: mc.Schedule{Decay: mc.Listed, Values: []float64{1, 0}}},
		"probs = 8 numbers: want none where epsilon":        {Epsilon: mc.Epsilon(1), Probs: make([]float64, 8)},
		"probs = 2 numbers: want one for each of 4 x 2":     {Probs: []float64{0.5, 0.5}},
		"the sum of pi(. | state 0) = 0: want 1":            {Probs: make([]float64, 8)},
		"policy = 1 actions: want one for each of the 4":    {Policy: []env.Action{0}},
		"policy[3] = 2: want an action in [0, 2)":           {Policy: []env.Action{0, 1, 1, 2}},
		"epsilon = 2: want a number in [0, 1]":              {Epsilon: mc.Epsilon(2)},
		"epsilon = 1: want a schedule that stays above 0: ": {Epsilon: mc.Schedule{Start: 1, Decay: mc.Exponential, Rate: 0.5}},
	} {
		if _, err := NewControl(p, o, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if _, err := NewControl(mc.Problem{}, ControlOptions{}, 1); err == nil || !strings.Contains(err.Error(), "horizon") {
		t.Error(fmt.Sprint("no problem: ", err))
	}
}
