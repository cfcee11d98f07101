package dp_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// rows is a policy written out, with no checks of its own.
type rows [][]float64

func (r rows) Prob(s env.State, a env.Action) float64 { return r[s][a] }

// Every bad field is named, all at once.
func TestBadInput(t *testing.T) {
	g := grid(t, env.Zhao2())
	half := rows{{0.5, 0.5, 0, 0, 0}, {0.5, 0.4, 0, 0, 0}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}}
	wild := rows{{2, -1, 0, 0, 0}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}}
	short := make(env.Deterministic, 3)
	odd := env.Deterministic{0, 0, 7, 0}
	last := func(_ any, err error) error { return err }
	bad := dp.Options{Tolerance: -1, MaxSweeps: -1}
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"all":       {last(dp.SoftOptimal(g, 2, -1, bad)), []string{"gamma = 2", "epsilon = -1", "Tolerance = -1", "MaxSweeps = -1"}},
		"NaN":       {last(dp.SoftOptimal(g, math.NaN(), math.NaN(), dp.Options{Tolerance: math.NaN()})), []string{"gamma = NaN", "epsilon = NaN", "Tolerance = NaN"}},
		"infinite":  {last(dp.ValueIteration(g, math.Inf(1), dp.Options{Tolerance: math.Inf(1)})), []string{"gamma = +Inf", "Tolerance = +Inf"}},
		"row":       {last(dp.Evaluate(g, half, -0.5, bad)), []string{"gamma = -0.5", "Tolerance", "MaxSweeps", "the sum of pi(. | state 1) = 0.9"}},
		"range":     {last(dp.Evaluate(g, wild, 0.5, dp.Options{})), []string{"pi(0 | state 0) = 2"}},
		"short":     {last(dp.Moments(g, short, 0.5, dp.Options{})), []string{"length of the policy = 3", "4 states"}},
		"action":    {last(dp.EvaluateHorizon(g, odd, 3, -1)), []string{"gamma = 3", "L = -1", "state 2"}},
		"no policy": {last(dp.Evaluate(g, nil, 0.5, dp.Options{})), []string{"policy = <nil>"}},
		"no model":  {last(dp.PolicyIteration(nil, 0.5, dp.Options{})), []string{"model = <nil>"}},
		"horizon":   {last(dp.FiniteHorizon(g, 1.5, -2, 2)), []string{"gamma = 1.5", "L = -2", "epsilon = 2"}},
		"moments":   {last(dp.HorizonMoments(g, half, 1.5, -2)), []string{"gamma = 1.5", "L = -2", "state 1"}},
		"visits":    {last(dp.ExpectedVisits(g, half, 4, -2)), []string{"T = -2", "from = 4", "state 1"}},
		"ends":      {last(dp.VisitLaw(example41(t), env.NewUniform(16, 4))), []string{"terminal state = 0"}},
		"classes":   {last(dp.VisitLaw(g, env.Deterministic{4, 4, 4, 4})), []string{"recurrent classes under the policy = 4: want 1"}},
		"too large": {last(dp.VisitLaw(grid(t, env.GridConfig{Map: []string{strings.Repeat(".", 1000) + "T"}}), env.NewUniform(1001, 5))), []string{"NumStates = 1001"}},
	} {
		var field *env.FieldError
		if !errors.As(c.err, &field) {
			t.Errorf("%s: %v is no FieldError", name, c.err)
			continue
		}
		lines := strings.Split(c.err.Error(), "\n")
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%s: %q does not contain %q", name, c.err, want)
			}
		}
		if len(lines) > len(c.want) {
			t.Errorf("%s: %d lines, want at most %d: %q", name, len(lines), len(c.want), lines)
		}
	}
	_, err := dp.Evaluate(&model{actions: 1, terminal: []bool{false}, outcomes: [][]env.Outcome{{{Next: 0, Prob: 0.5}}}},
		env.Deterministic{0}, 0.5, dp.Options{})
	if err == nil || !strings.Contains(err.Error(), "sum of the probabilities of state 0, action 0 = 0.5") {
		t.Errorf("a distribution that sums to 0.5: %v", err)
	}
}

// The value of the start distribution.
func TestStart(t *testing.T) {
	m := &model{actions: 1, terminal: []bool{false, false, true}, starts: []float64{0.25, 0.75, 0}, outcomes: [][]env.Outcome{
		{{Next: 2, Reward: 4, Prob: 1}}, {{Next: 2, Reward: 8, Prob: 1}}, nil,
	}}
	s := must(t)(dp.PolicyIteration(m, 1, dp.Options{}))
	if start, ok := s.Start(); !ok || start != 7 {
		t.Errorf("start value %v, %v; want 7", start, ok)
	}
	m.starts = nil
	s = must(t)(dp.PolicyIteration(m, 1, dp.Options{}))
	if start, ok := s.Start(); !ok || start != 6 {
		t.Errorf("no start stated: %v, %v; want 6, uniform over the states that do not end", start, ok)
	}
	s = must(t)(dp.PolicyIteration(drawn{m}, 1, dp.Options{}))
	if start, ok := s.Start(); ok {
		t.Errorf("a start that can only be drawn has the value %v", start)
	}
	if !math.IsInf(s.Gap[0], 1) || s.Gap[2] != 0 {
		t.Errorf("gaps %v, want +Inf for a single action and 0 for the terminal state", s.Gap)
	}
}

type drawn struct{ env.Model }

func (drawn) Start(*env.Rand) env.State { return 0 }
