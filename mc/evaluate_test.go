package mc

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// evaluationStarts are the start rules of evaluations, and the mean of v under each. The lake begins in state 0, the grids where
// every state is as likely.
func evaluationStarts(m *env.Table, v []float64) map[Starts]float64 {
	uniform, live := 0.0, liveStates(m)
	for _, s := range live {
		uniform += v[s] / float64(len(live))
	}
	start := uniform
	if len(live) < m.NumStates() {
		start = v[0]
	}
	return map[Starts]float64{FixedState: v[1], UniformStates: uniform, EnvironmentStarts: start}
}

// toldStart is a grid whose start distribution is told, where that of uniformStart is only drawn.
type toldStart struct{ world }

func (w toldStart) StartProbs() (states []env.State, probs []float64) {
	for s := range env.State(w.NumStates()) {
		states, probs = append(states, s), append(probs, 1/float64(w.NumStates()))
	}
	return states, probs
}

// The returns, plain and reduced, are unbiased for the value of T steps, whatever the guess v: within 4.5 of their standard errors.
// With v_pi nothing is left of the variance but gamma^T.
func TestEvaluateIsUnbiased(t *testing.T) {
	for name, m := range map[string]*env.Table{"grid": compile(t, toldStart{zhao5}), "drawn": compile(t, uniformStart{zhao5}), "lake": compile(t, lake)} {
		for kind, pi := range policies(m.NumStates(), m.NumActions()) {
			exact := must(dp.Evaluate(m, pi, 0.9, dp.Options{})).V
			cut := math.Pow(0.9, 40) * -slices.Min([]float64{-slices.Max(exact), slices.Min(exact)}) // gamma^T max |v|
			short := must(dp.EvaluateHorizon(m, pi, 0.9, 40)).V
			for starts, want := range evaluationStarts(m, short) {
				o := EvaluateOptions{Episodes: 2000, Starts: starts}
				if starts == FixedState {
					o.State = 1
				}
				for guess, v := range map[string][]float64{"none": nil, "zero": make([]float64, len(exact)), "wrong": wrong(exact), "exact": exact} {
					o.Values = v
					x := must(Evaluate(context.Background(), Problem{m, 0.9, 40}, pi, o, 8))
					for of, r := range map[string]interface {
						Mean() float64
						StdErr() float64
					}{"return": x.Return, "reduced": x.Reduced} {
						slack := 1e-9
						if guess == "exact" && of == "reduced" {
							slack = cut // of the episodes that are cut, which few may be
						}
						if math.Abs(r.Mean()-want) > 4.5*r.StdErr()+slack {
							t.Errorf("%s, %s, %v, guess %s: mean %s %.6f +- %.6f, want %.6f", name, kind, starts, guess, of, r.Mean(), r.StdErr(), want)
						}
					}
					unknown := name == "drawn" && starts == EnvironmentStarts
					if guess == "exact" && !unknown && x.Reduced.Var() > cut*cut+1e-20 {
						t.Errorf("%s, %s, %v: the variance %g is left with exact values", name, kind, starts, x.Reduced.Var())
					}
					if guess == "none" && x.Reduced != x.Return {
						t.Error("reduced without a guess")
					}
				}
			}
		}
	}
}

// What is guessed of terminal states counts for nothing (P31).
func TestEvaluateTerminalValues(t *testing.T) {
	m := compile(t, lake)
	pi := policies(16, 4)["soft"]
	o := EvaluateOptions{Episodes: 200, Values: must(dp.Evaluate(m, pi, 0.9, dp.Options{})).V}
	p := Problem{m, 0.9, 40}
	want := must(Evaluate(context.Background(), p, pi, o, 8))
	o.Values = slices.Clone(o.Values)
	for s := range o.Values {
		if m.Terminal(env.State(s)) {
			o.Values[s] = 7
		}
	}
	if got := must(Evaluate(context.Background(), p, pi, o, 8)); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// wrong is a bad guess.
func wrong(v []float64) []float64 {
	w := make([]float64, len(v))
	for s := range w {
		w[s] = v[len(v)-1-s] + float64(s%3)
	}
	return w
}

// What a guess gains: on the slippery lake with gamma = 0.95, v_pi leaves no variance worth naming, and v of 200 episodes of
// prediction a fraction, in the median of 40 seeds that of README, rounded.
func TestEvaluateGain(t *testing.T) {
	ice := must(env.NewGrid(env.FrozenLake4(true)))
	best := must(dp.PolicyIteration(ice, 0.95, dp.Options{})).Policy
	p := Problem{ice, 0.95, 500}
	for eps, want := range map[float64]float64{0: 93, 0.2: 29} {
		pi := must(env.NewSoft(best, 4, eps))
		var gains []float64
		for seed := range uint64(40) {
			l := must(NewPrediction(p, pi, PredictionOptions{Visit: EveryVisit}, seed))
			play(t, l, 200)
			gains = append(gains, must(Evaluate(context.Background(), p, pi, EvaluateOptions{Episodes: 2000, Values: l.Table().Values()}, 1000+seed)).Gain())
		}
		slices.Sort(gains)
		median := (gains[19] + gains[20]) / 2
		t.Logf("epsilon %g: gains from %.1f to %.1f, the median %.1f", eps, gains[0], gains[39], median)
		if math.Abs(median-want) > 0.5 {
			t.Errorf("epsilon %g: the median gain is %.1f, want %.0f as in README", eps, median, want)
		}
		exact := must(Evaluate(context.Background(), p, pi, EvaluateOptions{Episodes: 5000, Values: must(dp.Evaluate(ice, pi, 0.95, dp.Options{})).V}, 2))
		if exact.Gain() < 1e12 {
			t.Errorf("epsilon %g: the gain of v_pi is %g", eps, exact.Gain())
		}
	}
}

// In pieces as at once; and cancelled, with what was played.
func TestEvaluateInPieces(t *testing.T) {
	m := compile(t, lake)
	p, pi := Problem{m, 0.9, 40}, policies(16, 4)["soft"]
	o := EvaluateOptions{Episodes: 300, Values: wrong(make([]float64, 16))}
	whole := must(Evaluate(context.Background(), p, pi, o, 8))
	o.Episodes = 100
	part := must(Evaluate(context.Background(), p, pi, o, 8))
	o.First, o.Episodes = 100, 200
	part.Merge(must(Evaluate(context.Background(), interfaceProblem(p), hesitant{pi.(*env.Soft)}, o, 8)))
	if math.Abs(part.Reduced.Mean()-whole.Reduced.Mean()) > 1e-14 || math.Abs(part.Return.Var()-whole.Return.Var()) > 1e-14 ||
		part.Steps != whole.Steps || part.Truncated != whole.Truncated || whole.Steps == 0 {
		t.Errorf("%+v, want %+v", part, whole)
	}
	ctx := &dying{Context: context.Background()}
	ctx.left.Store(7)
	if x, err := Evaluate(ctx, p, pi, o, 8); !errors.Is(err, context.Canceled) || x.Return.N() != 7 {
		t.Errorf("%d episodes, %v", x.Return.N(), err)
	}
}

// modelOnly hides that a model is compiled.
type modelOnly struct{ env.Model }

func (m modelOnly) Start(rng *env.Rand) env.State { return m.Model.(env.Starter).Start(rng) }

func interfaceProblem(p Problem) Problem {
	p.MDP = modelOnly{p.MDP.(env.Model)}
	return p
}

// acting is a policy that does not tell its probabilities.
type acting struct{}

func (acting) Act(env.State, *env.Rand) env.Action { return 0 }

func TestEvaluateRefused(t *testing.T) {
	m, v := compile(t, lake), make([]float64, 16)
	pi := policies(16, 4)["soft"]
	infinite := append([]float64{math.Inf(1)}, v[1:]...)
	for _, c := range []struct {
		m    env.MDP
		pi   env.Policy
		o    EvaluateOptions
		want string
	}{
		{m, pi, EvaluateOptions{}, "episodes"},
		{m, pi, EvaluateOptions{Episodes: 1, First: -1}, "first"},
		{m, pi, EvaluateOptions{Episodes: 1, Starts: UniformPairs}, "starts"},
		{m, pi, EvaluateOptions{Episodes: 1, State: 1}, "state"},
		{m, pi, EvaluateOptions{Episodes: 1, Starts: FixedState, State: 5}, "state"},
		{m, pi, EvaluateOptions{Episodes: 1, Values: v[1:]}, "values"},
		{m, pi, EvaluateOptions{Episodes: 1, Values: infinite}, "values[0]"},
		{m, acting{}, EvaluateOptions{Episodes: 1, Values: v}, "Prob"},
		{interfaceOnly{m}, pi, EvaluateOptions{Episodes: 1, Values: v}, "Model"},
		{m, nil, EvaluateOptions{Episodes: 1, Values: v}, "policy"},
		{nil, pi, EvaluateOptions{Episodes: 1}, "MDP"},
	} {
		var field *env.FieldError
		_, err := Evaluate(context.Background(), Problem{c.m, 0.9, 40}, c.pi, c.o, 1)
		if !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want an error about %s", c.o, err, c.want)
		}
	}
}
