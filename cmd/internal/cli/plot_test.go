package cli

import (
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// runOf is a run on the 2 x 2 grid with the given seed and errors after 1, 2, 3, ... episodes of 10 steps.
func runOf(t *testing.T, seed uint64, rmse ...float64) savedRun {
	t.Helper()
	c, err := env.Preset("zhao-2x2")
	if err != nil {
		t.Fatal(err)
	}
	m, err := experiment.GridWorld(c).Model()
	if err != nil {
		t.Fatal(err)
	}
	r := &experiment.Record{Spec: experiment.Spec{Env: experiment.GridWorld(c), Algorithm: experiment.Basic, Gamma: 0.9, Horizon: 10, Basic: &mc.BasicOptions{}, Seed: seed}}
	for i := range rmse {
		n := int64(i + 1)
		r.Points = append(r.Points, experiment.Point{Episodes: n, Steps: 10 * n, RMSE: &rmse[i]})
	}
	return savedRun{"run", r, m}
}

// Seeds of one spec are one curve: their mean with Student's interval, as far as all of them go. A single one has no band.
func TestCurveOverSeeds(t *testing.T) {
	o := curveOptions{metric: "rmse", axis: "steps", level: 0.95}
	runs := []savedRun{runOf(t, 1, 4, 3, 2), runOf(t, 2, 2, 3)}
	families, err := o.families(runs)
	if err != nil || len(families) != 1 {
		t.Fatalf("%d families, %v: want one", len(families), err)
	}
	c, err := o.curve(families[0])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.X, []float64{10, 20}) || !slices.Equal(c.Y, []float64{3, 3}) {
		t.Errorf("curve %v, %v: want 3, 3 at 10, 20", c.X, c.Y)
	}
	const t975 = 12.706204736432095 // one degree of freedom; the standard error of 4, 2 is 1, that of 3, 3 is 0
	if d := math.Abs(c.Hi[0] - (3 + t975)); d > 1e-9 || c.Lo[0]+c.Hi[0] != 6 || c.Lo[1] != 3 || c.Hi[1] != 3 {
		t.Errorf("band %v to %v: want 3 -+ %v, then 3 to 3", c.Lo, c.Hi, t975)
	}
	if got, want := label(families, 0, o), "basic (mean of 2 seeds, 95% t interval)"; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
	if c, err = o.curve(runs[:1]); err != nil || c.Lo != nil || len(c.X) != 3 {
		t.Errorf("one seed: %v, %v: want three points without a band", c, err)
	}
}

// Every metric is a field of its own of a point; a record without it is named.
func TestMetrics(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5}
	p := experiment.Point{Episodes: 1, RMSE: &x[0], Gap: &x[1], GreedyGap: &x[2], Return: &x[3], GreedyReturn: &x[4]}
	for i, metric := range metrics {
		r := runOf(t, 1)
		r.Points = []experiment.Point{p}
		c, err := curveOptions{metric: metric, axis: "episodes", level: 0.95}.curve([]savedRun{r})
		if err != nil || !slices.Equal(c.Y, x[i:i+1]) {
			t.Errorf("%s: %v, %v: want %v", metric, c.Y, err, x[i])
		}
		if _, err = (curveOptions{metric: metric, axis: "episodes", level: 0.95}).curve([]savedRun{runOf(t, 1, 7)}); metric != "rmse" &&
			(err == nil || err.Error() != "run: no point with a finite "+metric+" that all records of this curve share") {
			t.Errorf("%s: %v: want that there is no such value", metric, err)
		}
	}
}

// Curves are named by what tells them apart.
func TestLabels(t *testing.T) {
	a, b := runOf(t, 1, 1), runOf(t, 1, 1)
	b.Record.Spec.Gamma = 0.5
	families := [][]savedRun{{a}, {b}}
	if got := label(families, 1, curveOptions{}); got != "gamma = 0.5" {
		t.Errorf("label %q", got)
	}
	if got := commonTitle(families); got != "basic, zhao-2x2, T = 10" {
		t.Errorf("title %q", got)
	}
	if got := label([][]savedRun{{a}, {a}}, 1, curveOptions{}); got != "run" {
		t.Errorf("label of curves alike: %q", got)
	}
	c := runOf(t, 1, 1)
	c.Record.Spec.Basic = &mc.BasicOptions{Visit: mc.FirstVisit, Step: estimate.StepSize{Constant: 0.1}}
	if got := label([][]savedRun{{a}, {c}}, 1, curveOptions{}); got != "first visit, alpha = 0.1" {
		t.Errorf("label by learning rules: %q", got)
	}
}

// v(s) = sum over a of pi(a|s) q(s,a), pi(best|s) = 1 - 4/5 eps (Zhao, section 5.4).
func TestEstimatedValues(t *testing.T) {
	r := runOf(t, 1, 1)
	r.Record.Policy, r.Record.Epsilon = []env.Action{0, 1, 2, 3}, 0.5
	r.Q = make([]float64, 20)
	r.Q[0], r.Q[4] = 10, 20 // q(s0, best) and q(s0, stay)
	v, err := r.estimated()
	if err != nil || math.Abs(v[0]-(0.6*10+0.1*20)) > 1e-12 || v[1] != 0 {
		t.Errorf("values %v, %v: want 8, 0, 0, 0", v, err)
	}
}
