package bench

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

func begun(t *testing.T, name string) contest {
	t.Helper()
	for _, w := range Workloads() {
		if w.Name == name {
			c, err := w.begin()
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatalf("no workload %s", name)
	return contest{}
}

// Every workload is measured: its paths do the same, its results are right, and its figures fit together.
func TestMeasure(t *testing.T) {
	for _, w := range Workloads() {
		row, err := w.Measure(context.Background(), time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if row.Name != w.Name || row.What != w.What || !(row.Fast > 0 && row.Interface > 0) || row.Ratio != row.Interface/row.Fast {
			t.Errorf("%+v", row)
		}
		if least := 2 * rounds * time.Millisecond / 1000; row.Steps < int64(least) { // no step takes a microsecond
			t.Errorf("%s: %d steps", w.Name, row.Steps)
		}
	}
}

func TestMeasureStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Workloads()[0].Measure(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// The exact moments are those of programs in other languages for the same work.
func TestExactMeans(t *testing.T) {
	for name, want := range map[string]struct{ mean, within float64 }{
		"SimUniform5": {-2440, 5e-4}, "SimEps5": {287.232, 5e-4}, "SimSlippery8": {0.0019014, 5e-8},
	} {
		for _, p := range []player{begun(t, name).fast, begun(t, name).plain} {
			if s := p.(*simulator); !s.known || math.Abs(s.mean-want.mean) > want.within || !(s.dev > 0) {
				t.Errorf("%s: mean %v, standard deviation %v; want mean %v", name, s.mean, s.dev, want.mean)
			}
		}
	}
}

// What is computed wrongly is found.
func TestWrongResults(t *testing.T) {
	wrong := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "this is a bug") {
			t.Errorf("%s: error %v, want one", what, err)
		}
	}
	s := begun(t, "SimUniform5").fast.(*simulator)
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	s.total.Reward = float64(s.total.Episodes)*s.mean - 6.1*s.dev*math.Sqrt(float64(s.total.Episodes))
	wrong("mean reward more than six standard errors away", s.check())
	wrong("another policy", sameTotals(begun(t, "SimUniform5").fast.(*simulator), begun(t, "SimEps5").plain.(*simulator), 8))

	c := begun(t, "ES5")
	l := c.fast.(*pupil)
	if err := l.check(); err != nil {
		t.Fatal(err)
	}
	l.every = true
	wrong("a step that is no visit", l.check())
	l.every, l.horizon = false, 99
	wrong("episodes of other lengths", l.check())
	l.Q().Update(3, 1, 1e-9)
	wrong("another count", sameValues(l, c.plain.(*pupil), 1e-6))

	c = begun(t, "MeanFinite")
	e := c.fast.(*estimator)
	if err := e.check(); err != nil {
		t.Fatal(err)
	}
	other, err := estimate.NewDiscrete([]float64{-1, 0, 1, 2, 5, 10}, []float64{.1, .2, .3, .19, .16, .05})
	if err != nil {
		t.Fatal(err)
	}
	e.dist = other
	wrong("another mean", e.check())
	wrong("other samples", sameMoments(e, c.plain.(*estimator), 100))
}

// The policy of SimEps5 and SimEps1000 leads to the target by a shortest way.
func TestHeading(t *testing.T) {
	g, err := square(9)
	if err != nil {
		t.Fatal(err)
	}
	for s, a := range heading(g, 4, 4) {
		row, col := g.Cell(env.State(s))
		next := g.Outcomes(env.State(s), a)[0].Next
		r, c := g.Cell(next)
		distance := func(row, col int) int { return max(row-4, 4-row) + max(col-4, 4-col) }
		if want := max(0, distance(row, col)-1); distance(r, c) != want {
			t.Errorf("cell (%d, %d): action %d leads to distance %d, want %d", row, col, a, distance(r, c), want)
		}
	}
}

// No path allocates in steady state.
func TestNoAllocations(t *testing.T) {
	for _, w := range Workloads() {
		c, err := w.begin()
		if err != nil {
			t.Fatal(err)
		}
		for path, p := range map[string]player{"fast": c.fast, "interface": c.plain} {
			if n := testing.AllocsPerRun(3, func() {
				if _, err := p.play(); err != nil {
					t.Fatal(err)
				}
			}); n > 0 {
				t.Errorf("%s, %s path: %g allocations in a pass, want 0", w.Name, path, n)
			}
		}
	}
}
