package plots

import (
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
)

// bare hides the optional methods of a layout.
type bare struct{ Layout }

// bent is a layout with something wrong.
type bent struct {
	*maze
	rows, cols int
	shift      env.State
}

func (b bent) Dims() (int, int) { return b.rows, b.cols }

func (b bent) At(r, c int) (env.State, bool) {
	s, ok := b.maze.At(r, c)
	return s + b.shift, ok
}

// fewer is a layout that counts fewer states than it has.
type fewer struct{ *maze }

func (fewer) NumStates() int { return 24 }

// Every misuse is an error, not a panic, and names the field, the value and what is right.
func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	with := func(i int, x float64) []float64 {
		v := bookValues()
		v[i] = x
		return v
	}
	curve := func(c Curve, o ConvergenceOptions) func() error {
		return func() error { _, err := Convergence([]Curve{c}, o); return err }
	}
	values := func(l Layout, v []float64, o ValuesOptions) func() error {
		return func() error { _, err := Values(l, v, o); return err }
	}
	policy := func(l Layout, p float64, o PolicyOptions) func() error {
		return func() error {
			_, err := Policy(l, func(env.State, env.Action) float64 { return p }, o)
			return err
		}
	}
	chart := func(values ...float64) func() error {
		return func() error {
			_, err := BarChart([]string{"a", "b"}, []Series{{"s", values}}, BarChartOptions{})
			return err
		}
	}
	pairs := func(x float64) func() error {
		return func() error {
			_, err := Pairs(book(), func(env.State, env.Action) float64 { return x }, PairsOptions{Log: true})
			return err
		}
	}
	log := ConvergenceOptions{LogX: true, LogY: true}
	one, two := []float64{1}, []float64{1, 2}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"negative on a log scale", pairs(-1), "x(0, 0) = -1: want a number of at most 1e300, and at least 0 where Log is set"},
		{"too large a number", pairs(1e301), "x(0, 0) = 1e+301: want a number of at most 1e300"},
		{"no numbers", func() error { _, err := Pairs(book(), nil, PairsOptions{}); return err }, "x = nil: want the number of each pair"},
		{"no layout of pairs", func() error { _, err := Pairs(nil, nil, PairsOptions{}); return err }, "layout = nil: want a grid"},
		{"too few marks", policy(book(), 0.2, PolicyOptions{Marked: make([]bool, 3)}), "Marked has 3 values: want 25, one for each state"},
		{"no bar", chart(nan, nan), "no series has a value: want at least one"},
		{"bar of zero", chart(1, 0), "series[0].Values[1] = 0: want a positive number, or NaN"},
		{"endless bar", chart(inf, 1), "series[0].Values[0] = +Inf: want a positive number"},
		{"too few bars", chart(1), "series[0].Values has 1 values: want 2, one for each group"},
		{"no series", func() error { _, err := BarChart([]string{"a"}, nil, BarChartOptions{}); return err }, "series is empty: want at least one"},
		{"no group", func() error { _, err := BarChart(nil, []Series{{}}, BarChartOptions{}); return err }, "groups is empty: want at least one"},
		{"no curve", func() error { _, err := Convergence(nil, log); return err }, "curves is empty: want at least one"},
		{"empty", curve(Curve{}, log), "curves[0].X is empty: want at least one point"},
		{"short Y", curve(Curve{X: two, Y: one}, log), "curves[0].Y has 1 values: want 2, one for each X"},
		{"no Hi", curve(Curve{X: one, Y: one, Lo: one}, log), "curves[0].Hi has 0 values: want 1"},
		{"long Lo", curve(Curve{X: one, Y: one, Lo: two, Hi: one}, log), "curves[0].Lo has 2 values: want 1"},
		{"NaN X", curve(Curve{X: []float64{1, nan}, Y: two}, log), "curves[0].X[1] = NaN: want a finite number"},
		{"X back", curve(Curve{X: []float64{2, 1}, Y: two}, log), "curves[0].X[1] = 1 is below X[0] = 2: want values that do not decrease"},
		{"Inf Y", curve(Curve{X: two, Y: []float64{1, inf}}, log), "curves[0].Y[1] = +Inf: want a finite number, or NaN for a gap"},
		{"Inf Lo", curve(Curve{X: two, Y: two, Lo: []float64{-inf, 1}, Hi: two}, log), "curves[0].Lo[0] = -Inf"},
		{"Style", curve(Curve{X: one, Y: one, Style: -1}, log), "curves[0].Style = -1: want the number of a style from 1, or 0"},
		{"Lo above Hi", curve(Curve{X: one, Y: one, Lo: []float64{3}, Hi: two[1:]}, log), "curves[0].Lo[0] = 3 is above Hi[0] = 2: want Lo <= Hi"},
		{"all NaN", curve(Curve{X: one, Y: []float64{nan}}, ConvergenceOptions{}), "curves[0].Y has no point that can be shown"},
		{"none positive", curve(Curve{X: two, Y: []float64{0, -1}}, log), "curves[0].Y has no point that can be shown: want a number, positive on a log axis"},
		{"reference", curve(Curve{X: one, Y: one}, ConvergenceOptions{LogY: true, References: []Reference{{"r", 0}}}), "References[0].Y = 0: want a finite number, positive on a log axis"},

		{"nil layout", values(nil, nil, ValuesOptions{}), "layout = nil"},
		{"no rows", values(bent{book(), 0, 5, 0}, nil, ValuesOptions{}), "layout.Dims() = 0, 5: want at least one row"},
		{"too many", values(bent{book(), 1 << 30, 1 << 30, 0}, nil, ValuesOptions{}), "want at least one row and column and at most 4194304 cells"},
		{"bent", values(bent{book(), 5, 5, 1}, bookValues(), ValuesOptions{}), "layout.At(0, 0) = state 1, but layout.Cell(1) = 0, 1: want one cell per state"},
		{"state too large", values(fewer{book()}, bookValues()[:24], ValuesOptions{}), "layout.At(4, 4) = state 24: want below 24"},
		{"short v", values(book(), bookValues()[:24], ValuesOptions{}), "v has 24 values: want 25, one for each state"},
		{"NaN v", values(book(), with(7, nan), ValuesOptions{}), "v[7] = NaN: want a finite number"},
		{"Inf v", values(book(), with(8, -inf), ValuesOptions{}), "v[8] = -Inf: want a finite number"},
		{"decimals", values(book(), bookValues(), ValuesOptions{Decimals: -1}), "Decimals = -1: want 0 (for 1) to 12"},
		{"range", values(book(), bookValues(), ValuesOptions{Min: 2, Max: 1}), "Min, Max = 2, 1: want finite numbers with Min < Max"},
		{"NaN range", values(book(), bookValues(), ValuesOptions{Min: nan, Max: 1}), "Min, Max = NaN, 1"},

		{"nil policy", func() error { _, err := Policy(book(), nil, PolicyOptions{}); return err }, "prob = nil"},
		{"no actions", policy(bare{book()}, 1, PolicyOptions{}), "Actions = 0: want the number of actions"},
		{"negative actions", policy(book(), 1, PolicyOptions{Actions: -2}), "Actions = -2"},
		{"threshold", policy(book(), 0.2, PolicyOptions{Threshold: 2}), "Threshold = 2: want a probability"},
		{"probability", policy(book(), -0.1, PolicyOptions{}), "prob(0, 0) = -0.1: want a probability"},
		{"NaN probability", policy(book(), nan, PolicyOptions{}), "prob(0, 0) = NaN: want a probability"},
		{"sum", policy(book(), 0.1, PolicyOptions{}), "prob(0, a) sums to 0.5 over a: want 1"},
		{"values of a policy", policy(book(), 0.2, PolicyOptions{Values: one}), "Values has 1 values: want 25"},

		{"nil visits", func() error { _, err := Visits(book(), nil, VisitsOptions{}); return err }, "n = nil"},
		{"negative visits", func() error {
			_, err := Visits(book(), func(s env.State, a env.Action) int64 { return 3 - int64(s) }, VisitsOptions{})
			return err
		}, "n(4, 0) = -1: want a number of visits"},
		{"twice the same move", func() error {
			_, err := Visits(&maze{book().rows, [][2]int{{0, 1}, {0, 2}}}, bookVisits, VisitsOptions{})
			return err
		}, "actions 0 and 1 have the same direction [0 2]: want Total"},
		{"no states", func() error { _, err := Trajectory(book(), nil, TrajectoryOptions{}); return err }, "states is empty"},
		{"bad state", func() error {
			_, err := Trajectory(book(), []env.State{0, 25}, TrajectoryOptions{})
			return err
		}, "states[1] = 25: want a state with a cell, below 25"},
		{"negative state", func() error {
			_, err := Trajectory(book(), []env.State{-1}, TrajectoryOptions{})
			return err
		}, "states[0] = -1"},
		{"strands", func() error {
			_, err := Trajectory(book(), []env.State{0}, TrajectoryOptions{Strands: -1})
			return err
		}, "Strands = -1"},

		{"no samples", func() error { _, err := Samples(nil, 0, SamplesOptions{}); return err }, "x is empty"},
		{"NaN sample", func() error { _, err := Samples([]float64{0, nan}, 0, SamplesOptions{}); return err }, "x[1] = NaN"},
		{"NaN mean", func() error { _, err := Samples(one, nan, SamplesOptions{}); return err }, "mean = NaN: want a finite number"},
		{"no counts", func() error { _, err := Counts(nil, CountsOptions{}); return err }, "n is empty"},
		{"negative count", func() error { _, err := Counts([]int64{1, -1}, CountsOptions{}); return err }, "n[1] = -1: want a number of visits"},
		{"no panels", func() error { _, err := Page(nil, PageOptions{}); return err }, "panels is empty"},
		{"nil panel", func() error { _, err := Page([]Drawable{nil}, PageOptions{}); return err }, "panels[0] = nil"},
		{"columns", func() error { _, err := Page([]Drawable{sample()}, PageOptions{Cols: -1}); return err }, "Cols = -1"},
	} {
		err := c.call()
		if err == nil || !strings.HasPrefix(err.Error(), "plots: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want plots: ... %s", c.name, err, c.want)
		}
	}
}

// All bad curves and fields are named at once.
func TestMisuseIsReportedAtOnce(t *testing.T) {
	_, err := Convergence([]Curve{
		{X: []float64{1, 2}, Y: []float64{1}, Lo: []float64{1}},
		{},
		{X: []float64{math.NaN(), 1}, Y: []float64{math.Inf(1), 1}},
	}, ConvergenceOptions{References: []Reference{{"r", math.NaN()}}})
	for _, want := range []string{"curves[0].Y has 1", "curves[0].Lo has 1", "curves[0].Hi has 0", "curves[1].X is empty",
		"curves[2].X[0] = NaN", "curves[2].Y[0] = +Inf", "References[0].Y = NaN"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
}
