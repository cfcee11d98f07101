package envtest_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/envtest"
)

// walk is a hand-written environment: a row of 7 cells with a pit at one end and a prize at the other; one step in five
// goes the other way.
type walk struct{}

func (walk) NumStates() int                { return 7 }
func (walk) NumActions() int               { return 2 }
func (walk) Terminal(s env.State) bool     { return s == 0 || s == 6 }
func (walk) Start(rng *env.Rand) env.State { return env.State(2 + rng.Intn(3)) }

func (walk) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	move := env.State(2*a - 1)
	if rng.Intn(5) == 0 {
		move = -move
	}
	if s += move; s == 6 {
		return s, 1
	}
	return s, -0.1
}

// model is walk with its probabilities known.
type model struct{ walk }

func (model) Outcomes(s env.State, a env.Action) []env.Outcome {
	move, reward := env.State(2*a-1), func(s env.State) float64 {
		if s == 6 {
			return 1
		}
		return -0.1
	}
	return []env.Outcome{
		{Next: s + move, Reward: reward(s + move), Prob: 0.8},
		{Next: s - move, Reward: reward(s - move), Prob: 0.2},
	}
}

func (model) StartProbs() ([]env.State, []float64) {
	return []env.State{2, 3, 4}, []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}
}

func compiled(t testing.TB, m env.Model) *env.Table {
	t.Helper()
	table, err := env.Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRightEnvironmentsPass(t *testing.T) {
	slippery, err := env.NewGrid(env.FrozenLake8(true))
	if err != nil {
		t.Fatal(err)
	}
	zhao, err := env.NewGrid(env.Zhao5(-10, 0))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]env.MDP{
		"hand-written": walk{}, "with a model": model{}, "its table": compiled(t, model{}),
		"embeds a table": louder{compiled(t, model{}), nil},
		"FrozenLake":     slippery, "grid of the book": zhao,
	} {
		t.Run(name, func(t *testing.T) {
			envtest.Run(t, m, envtest.Options{})
			envtest.Run(t, m, envtest.Options{Seed: 1, Pairs: 3, Steps: 1000})
		})
	}
}

// The false alarms: at a bound of 0.5 a right environment fails less than once in two seeds (far less: Chernoff's bound is
// generous), and at the default never in 100.
func TestFalseAlarms(t *testing.T) {
	alarms := 0
	for seed := range uint64(100) {
		if err := envtest.Check(model{}, envtest.Options{Seed: seed, Steps: 2000}); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if envtest.Check(model{}, envtest.Options{Seed: seed, Steps: 2000, FalseAlarm: 0.5}) != nil {
			alarms++
		}
	}
	if alarms > 50 {
		t.Errorf("%d false alarms in 100 seeds at a bound of 0.5", alarms)
	}
}

// louder is a table with other rewards in Step than in Outcomes; where change is nil, none.
type louder struct {
	*env.Table
	change func(env.State, env.Action, float64) float64
}

func (l louder) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	next, reward := l.Table.Step(s, a, rng)
	if l.change != nil {
		reward = l.change(s, a, reward)
	}
	return next, reward
}

// odd is model with some of its methods replaced.
type odd struct {
	model
	states, actions func() int
	terminal        func(env.State) bool
	step            func(env.State, env.Action, *env.Rand) (env.State, float64)
	outcomes        func(env.State, env.Action) []env.Outcome
	begin           func(*env.Rand) env.State
	startProbs      func() ([]env.State, []float64)
}

func (o *odd) NumStates() int {
	if o.states != nil {
		return o.states()
	}
	return o.model.NumStates()
}

func (o *odd) NumActions() int {
	if o.actions != nil {
		return o.actions()
	}
	return o.model.NumActions()
}

func (o *odd) Terminal(s env.State) bool {
	if o.terminal != nil {
		return o.terminal(s)
	}
	return o.model.Terminal(s)
}

func (o *odd) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	if o.step != nil {
		return o.step(s, a, rng)
	}
	return o.model.Step(s, a, rng)
}

func (o *odd) Outcomes(s env.State, a env.Action) []env.Outcome {
	if o.outcomes != nil {
		return o.outcomes(s, a)
	}
	return o.model.Outcomes(s, a)
}

func (o *odd) Start(rng *env.Rand) env.State {
	if o.begin != nil {
		return o.begin(rng)
	}
	return o.model.Start(rng)
}

func (o *odd) StartProbs() ([]env.State, []float64) {
	if o.startProbs != nil {
		return o.startProbs()
	}
	return o.model.StartProbs()
}

// at changes what model does at one pair.
func at(s env.State, a env.Action, change func(next env.State, reward float64) (env.State, float64)) func(env.State, env.Action, *env.Rand) (env.State, float64) {
	return func(s1 env.State, a1 env.Action, rng *env.Rand) (env.State, float64) {
		next, reward := model{}.Step(s1, a1, rng)
		if s1 == s && a1 == a {
			return change(next, reward)
		}
		return next, reward
	}
}

// list changes what model lists at state 3, action 1.
func list(outcomes ...env.Outcome) func(env.State, env.Action) []env.Outcome {
	return func(s env.State, a env.Action) []env.Outcome {
		if s == 3 && a == 1 {
			return outcomes
		}
		return model{}.Outcomes(s, a)
	}
}

func stated(states []env.State, probs ...float64) func() ([]env.State, []float64) {
	return func() ([]env.State, []float64) { return states, probs }
}

// One environment per rule, or more, each with one fault; the check must find it and say where.
func TestFaultsAreFound(t *testing.T) {
	calls := func() func() int { n := 0; return func() int { n++; return n } }
	count, terminalCalls, outcomeCalls := calls(), calls(), calls()
	ramp := model{}.Outcomes(3, 1)
	for _, c := range []struct {
		m    env.MDP
		want string // the beginning of the error
	}{
		{&odd{states: func() int { return 0 }}, "size: 0 states, want at least 1"},
		{&odd{actions: func() int { return -1 }}, "size: -1 actions, want at least 1"},
		{&odd{states: func() int { return 1 << 30 }}, "size: 1073741824 states times 2 actions, want at most 1073741824 pairs"},
		{&odd{actions: func() int { return min(2, 1+count()/3) }}, "size: 7 states and 1 actions, then 7 and 2"},
		{&odd{terminal: func(env.State) bool { return true }}, "terminal: every state is terminal"},
		{&odd{terminal: func(s env.State) bool { return s == 0 || s == 6 || s == 4 && terminalCalls() > 1 }}, "terminal: state 4: Terminal is false, then true"},
		{&odd{outcomes: list(env.Outcome{Next: 7, Prob: 1})}, "distribution: state 3, action 1: next state 7, want one in [0, 7)"},
		{&odd{outcomes: list(env.Outcome{Next: -1, Prob: 1})}, "distribution: state 3, action 1: next state -1, want one in [0, 7)"},
		{&odd{outcomes: list(env.Outcome{Next: 4, Reward: math.Inf(1), Prob: 1})}, "distribution: state 3, action 1: reward +Inf, want a finite number"},
		{&odd{outcomes: list(env.Outcome{Next: 4, Prob: 1.5}, env.Outcome{Next: 2, Prob: -0.5})}, "distribution: state 3, action 1: probability 1.5 of next state 4, want a number in [0, 1]"},
		{&odd{outcomes: list(env.Outcome{Next: 4, Prob: math.NaN()})}, "distribution: state 3, action 1: probability NaN"},
		{&odd{outcomes: list(env.Outcome{Next: 4, Prob: 0.5})}, "distribution: state 3, action 1: the probabilities sum to 0.5, want 1"},
		{&odd{outcomes: list()}, "distribution: state 3, action 1: the probabilities sum to 0, want 1"},
		{&odd{outcomes: func(s env.State, a env.Action) []env.Outcome {
			row := model{}.Outcomes(s, a)
			if outcomeCalls()%2 == 0 {
				row[0], row[1] = row[1], row[0]
			}
			return row
		}}, "distribution: state 1, action 0: Outcomes is"},
		{bare{&odd{step: at(3, 1, func(env.State, float64) (env.State, float64) { return 7, 0 })}}, "range: state 3, action 1: next state 7, want one in [0, 7)"},
		{bare{&odd{step: at(3, 1, func(env.State, float64) (env.State, float64) { return -2, 0 })}}, "range: state 3, action 1: next state -2, want one in [0, 7)"},
		{bare{&odd{step: at(2, 0, func(s env.State, _ float64) (env.State, float64) { return s, math.NaN() })}}, "range: state 2, action 0: reward NaN, want a finite number"},
		{&odd{step: at(2, 1, func(env.State, float64) (env.State, float64) { return 5, -0.1 })}, "frequency: state 2, action 1: stepped to state 5 with reward -0.1, which Outcomes does not list"},
		{&odd{step: at(2, 1, func(s env.State, r float64) (env.State, float64) { return s, r + 1e-12 })}, "frequency: state 2, action 1: stepped to"},
		{&odd{outcomes: list(env.Outcome{Next: ramp[0].Next, Reward: ramp[0].Reward, Prob: 0.83}, env.Outcome{Next: ramp[1].Next, Reward: ramp[1].Reward, Prob: 0.17})},
			"frequency: state 3, action 1: next state 4 with reward -0.1 came"},
		{&odd{outcomes: list(append(model{}.Outcomes(3, 1)[:1:1], env.Outcome{Next: 2, Reward: -0.1, Prob: 0.19}, env.Outcome{Next: 3, Reward: 0, Prob: 0.01})...)},
			"frequency: state 3, action 1: next state 3 with reward 0 came 0 times in"},
		{bare{global()}, "replay: state 1, action 0: the same stream gave"},
		{bare{hoarder()}, "replay: state 1, action 0: two runs on the same stream took different draws from it"},
		{bare{door()}, "hidden state: state 2, action 1: the same stream gave state"},
		{bare{scratch()}, "concurrency: state"},
		{louder{compiled(t, model{}), func(s env.State, a env.Action, r float64) float64 { return r }}, ""},
		{&odd{begin: func(*env.Rand) env.State { return 7 }}, "start: state 7, want one in [0, 7)"},
		{&odd{begin: func(*env.Rand) env.State { return -1 }}, "start: state -1, want one in [0, 7)"},
		{&odd{begin: func(*env.Rand) env.State { return 6 }}, "start: state 6 is terminal"},
		{&odd{begin: func(*env.Rand) env.State { return 1 }}, "start: state 1, to which StartProbs gives no probability"},
		{&odd{begin: func(rng *env.Rand) env.State { return env.State(2 + min(2, rng.Intn(4))) }}, "start: state 4 came"},
		{&odd{begin: forgetful()}, "start: state 2, and state 3 from the same stream"},
		{&odd{startProbs: stated([]env.State{2, 3}, 1)}, "start: StartProbs gives 2 states and 1 probabilities"},
		{&odd{startProbs: stated([]env.State{2, 9}, 0.5, 0.5)}, "start: StartProbs gives state 9, want one in [0, 7)"},
		{&odd{startProbs: stated([]env.State{2, 6}, 0.5, 0.5)}, "start: StartProbs gives the terminal state 6 the probability 0.5"},
		{&odd{startProbs: stated([]env.State{2, 3}, 1.5, -0.5)}, "start: StartProbs gives state 2 the probability 1.5, want a number in [0, 1]"},
		{&odd{startProbs: stated([]env.State{2, 3}, 0.5, 0.25)}, "start: the probabilities of StartProbs sum to 0.75, want 1"},
	} {
		err := envtest.Check(c.m, envtest.Options{Steps: 200_000})
		if c.want == "" {
			if err != nil {
				t.Errorf("without a fault: %v", err)
			}
		} else if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

// bare hides all but the MDP.
type bare struct{ env.MDP }

// global draws from a stream of its own instead of the one it is given.
func global() env.MDP {
	own := env.NewRand(1, env.PurposeEnvironment)
	return &odd{step: func(s env.State, a env.Action, _ *env.Rand) (env.State, float64) { return model{}.Step(s, a, own) }}
}

// hoarder draws a number at every fifth step.
func hoarder() env.MDP {
	n := 0
	return &odd{step: func(s env.State, _ env.Action, rng *env.Rand) (env.State, float64) {
		if n++; n%5 == 0 {
			rng.Uint64()
		}
		return s, 0
	}}
}

// door opens for good at a step from state 5, and then changes the rewards at state 2.
func door() env.MDP {
	open := false
	return &odd{step: func(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
		next, reward := model{}.Step(s, a, rng)
		if s == 2 && a == 1 && open {
			reward++
		}
		open = open || s == 5
		return next, reward
	}}
}

// scratch keeps the state in a field while it works.
func scratch() env.MDP {
	var field atomic.Int64
	return &odd{step: func(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
		field.Store(int64(s))
		runtime.Gosched()
		return model{}.Step(env.State(field.Load()), a, rng)
	}}
}

// forgetful starts elsewhere at every second call.
func forgetful() func(*env.Rand) env.State {
	n := 0
	return func(rng *env.Rand) env.State {
		rng.Uint64()
		n++
		return env.State(2 + (n+1)%2)
	}
}

func TestOptions(t *testing.T) {
	err := envtest.Check(walk{}, envtest.Options{Pairs: -1, Steps: -2, FalseAlarm: 1})
	want := "Pairs = -1: want 0 or more\nSteps = -2: want 0 or more\nFalseAlarm = 1: want a number in [0, 1)"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

type recorder struct{ said string }

func (r *recorder) Helper()           {}
func (r *recorder) Fatal(args ...any) { r.said = fmt.Sprint(args...) }

func TestRun(t *testing.T) {
	var r recorder
	envtest.Run(&r, walk{}, envtest.Options{})
	if r.said != "" {
		t.Errorf("a right environment: %s", r.said)
	}
	if envtest.Run(&r, &odd{states: func() int { return 0 }}, envtest.Options{}); r.said != "size: 0 states, want at least 1" {
		t.Errorf("a wrong environment: %q", r.said)
	}
}

// Of a large environment some pairs are examined, by chance, all of them among the states that are not terminal.
func TestLargeEnvironment(t *testing.T) {
	config, err := env.RandomGrid(300, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	grid, err := env.NewGrid(config)
	if err != nil {
		t.Fatal(err)
	}
	envtest.Run(t, grid, envtest.Options{})
	wrong := bare{&odd{states: func() int { return 10_000 }, terminal: func(s env.State) bool { return s == 6 || s == 0 },
		step: func(s env.State, _ env.Action, _ *env.Rand) (env.State, float64) {
			if s > 5000 {
				return s, math.Inf(-1)
			}
			return s, 0
		}}}
	if err := envtest.Check(wrong, envtest.Options{}); err == nil || !strings.HasPrefix(err.Error(), "range: state ") {
		t.Errorf("error %v, want one about the range of a reward", err)
	}
}

func ExampleCheck() {
	fmt.Println(envtest.Check(walk{}, envtest.Options{}))
	// Output: <nil>
}
