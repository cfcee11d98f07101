package mc

import (
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

func stepOf(alpha float64) estimate.StepSize { return estimate.StepSize{Constant: alpha} }

// Up to its first improvement a control learner is a prediction of its policy: the same table and the same intervals, bit for
// bit. With averages that are reset, the second iteration has forgotten the first.
func TestControlIntervals(t *testing.T) {
	table := compile(t, lake)
	p := Problem{table, 0.9, 60}
	first := make(env.Deterministic, 16)
	batch := StartsOptions{Visit: FirstVisit, Improve: ImproveBatch, Batch: 500, Average: ResetAverage, Intervals: true, Ties: KeepTie}
	for _, c := range []struct {
		name   string
		l      Learner
		q      *QTable
		policy policy
		o      PredictionOptions
		n      int64
	}{
		{"basic", nil, nil, first, PredictionOptions{Visit: InitialVisit, Starts: SweepPairs, Episodes: 20}, 20 * 44},
		{"starts", nil, nil, first, PredictionOptions{Visit: FirstVisit, Starts: UniformPairs}, 500},
		{"epsilon", nil, nil, must(env.NewSoft(first, 4, 0.3)), PredictionOptions{Visit: FirstVisit, Starts: EnvironmentStarts}, 500},
	} {
		switch c.name {
		case "basic":
			l := must(NewBasic(p, BasicOptions{Episodes: 20, Intervals: true}, 4))
			c.l, c.q = l, l.Q()
		case "starts":
			l := must(NewExploringStarts(p, batch, 4))
			c.l, c.q = l, l.Q()
		default:
			l := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.3), StartsOptions: batch}, 4))
			c.l, c.q = l, l.Q()
		}
		c.o.Of, c.o.Intervals = ActionValues, true
		want := must(NewPrediction(p, c.policy, c.o, 4))
		play(t, want, c.n)
		play(t, c.l, c.n)
		sameTable(t, c.name, c.q, want.Table())
		play(t, c.l, c.n)
		for i, s := range c.q.spreads {
			if k, n := s.Clusters(c.q.cells[i]), float64(c.q.cells[i].N()); k != n || n > float64(c.n) {
				t.Errorf("%s: after a reset, pair %d has %g clusters of %g first or initial visits", c.name, i, k, n)
			}
		}
	}
}

// What is learned does not depend on whether intervals are kept, but for rounding.
func TestIntervalsChangeNothing(t *testing.T) {
	grid, slippery := compile(t, zhao5), compile(t, lake)
	for _, table := range []*env.Table{grid, slippery} {
		p := Problem{table, 0.9, 70}
		for _, visit := range []Visit{InitialVisit, FirstVisit, EveryVisit} {
			for _, improve := range []Improve{ImproveEpisode, ImproveBatch, ImproveSweep} {
				for _, average := range []Average{Cumulative, ResetAverage} {
					o := StartsOptions{Visit: visit, Improve: improve, Average: average, Ties: KeepTie}
					if improve == ImproveBatch {
						o.Batch = 64
					}
					plain := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.3), StartsOptions: o}, 2))
					o.Intervals = true
					asked := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.3), StartsOptions: o}, 2))
					agreeing(t, asked, plain, 300, 1e-12)
					if plain.Q().Intervals(0.9) != nil || len(asked.Q().Intervals(0.9)) != len(asked.Q().Values()) {
						t.Errorf("%+v: intervals where none, or none where intervals are asked for", o)
					}
				}
			}
		}
	}
}

// A learner with intervals that is cut and restored, or shared by workers, ends with the same bytes (P43, P48).
func TestControlIntervalsResume(t *testing.T) {
	p := Problem{compile(t, lake), 0.9, 60}
	make := func(workers int) *ExploringStarts {
		l := must(NewExploringStarts(p, StartsOptions{Improve: ImproveBatch, Batch: 300, Average: ResetAverage, Intervals: true}, 4))
		l.Workers = workers
		return l
	}
	whole := make(1)
	play(t, whole, 1000)
	for _, cut := range []int64{0, 33, 300, 750} {
		first, second := make(2), make(3)
		play(t, first, cut)
		if err := second.Restore(must(first.Checkpoint())); err != nil {
			t.Fatal(err)
		}
		play(t, second, 1000-cut)
		if string(must(second.Checkpoint())) != string(must(whole.Checkpoint())) {
			t.Errorf("%d then %d episodes differ from 1000 at once", cut, 1000-cut)
		}
	}
}

// The intervals of a table by hand: returns 1, 2, 3 of one pair have mean 2 and standard deviation 1, and t_(2, 0.975) = 4.3027.
func TestIntervalsByHand(t *testing.T) {
	q := NewQTable(3, 2)
	if q.Intervals(0.95) != nil || q.HalfWidths(0.95) != nil || q.Undecided(twoOf{}, 0.95) != nil {
		t.Error("intervals that nobody asked for")
	}
	q.spreads = make([]estimate.Spread, 6)
	for _, g := range []float64{1, 2, 3} {
		q.Update(0, 0, g)
		q.Update(0, 1, g+4.9)
		q.Update(1, 0, g)
		q.Update(1, 1, g-5)
	}
	half := q.HalfWidths(0.95)
	if want := 4.302652729911275 / math.Sqrt(3); math.Abs(half[0]-want) > 1e-9 || !math.IsInf(half[4], 1) {
		t.Errorf("half-widths %v, want %v first and +Inf for an unvisited pair", half, want)
	}
	// leads 4.9 and 5, each against 2 x 2.484
	if got := q.Undecided(twoOf{}, 0.95); !slices.Equal(got, []bool{true, false, false}) {
		t.Errorf("undecided: %v, want the first state alone", got)
	}
	q.Update(1, 0, math.Inf(-1))
	if got := q.Undecided(twoOf{}, 0.95); !got[1] {
		t.Error("decided by an infinite return")
	}
	if got := q.Coverage(twoOf{}, 4); got != (Coverage{Pairs: 4, Rare: 3, Min: 3, Median: 3, Max: 4}) || !got.Complete() {
		t.Errorf("%+v", got)
	}
	if got := NewQTable(3, 2).Coverage(twoOf{}, 0); got != (Coverage{Pairs: 4, Unvisited: 4}) || got.Complete() {
		t.Errorf("%+v", got)
	}
}

// The returns of one episode, short or long, are one cluster, which has no interval (P41).
func TestOneEpisodeHasNoInterval(t *testing.T) {
	for _, horizon := range []int{40, 20_000} {
		for _, visit := range []Visit{FirstVisit, EveryVisit} {
			p := Problem{compile(t, zhao5), 0.9, horizon}
			l := must(NewPrediction(p, env.NewUniform(25, 5), PredictionOptions{Of: ActionValues, Visit: visit, Intervals: true}, 3))
			for n := 1.0; n <= 2; n++ {
				play(t, l, 1)
				for i, s := range l.Table().spreads {
					if k := s.Clusters(l.Table().cells[i]); k > n {
						t.Errorf("%v visit: pair %d has %g clusters of %g episodes of %d steps", visit, i, k, n, horizon)
					}
				}
				for i, half := range l.Table().HalfWidths(0.95) {
					if n == 1 && !math.IsInf(half, 1) {
						t.Errorf("%v visit: pair %d has a half-width of %g after one episode of %d steps", visit, i, half, horizon)
					}
				}
			}
		}
	}
}

// No interval, no decision, however large the lead: of an action with one return or with none.
func TestUndecidedWithoutInterval(t *testing.T) {
	for _, n := range []int{0, 1} {
		q := NewQTable(3, 2)
		q.spreads = make([]estimate.Spread, 6)
		for _, g := range []float64{1, 2, 3} {
			for s := range env.State(2) {
				q.Update(s, 0, 1000+g)
			}
			q.Update(1, 1, g)
		}
		for range n {
			q.Update(0, 1, 2)
		}
		if got := q.Undecided(twoOf{}, 0.95); !slices.Equal(got, []bool{true, false, false}) {
			t.Errorf("an action of %d returns: undecided %v, want the first state alone", n, got)
		}
	}
}

// twoOf has two states that count, and a terminal one.
type twoOf struct{ env.MDP }

func (twoOf) Terminal(s env.State) bool { return s == 2 }

func TestIntervalsRefused(t *testing.T) {
	p := Problem{compile(t, zhao5), 0.9, 60}
	for want, o := range map[string]StartsOptions{
		"improve episode, batch or sweep": {Intervals: true},
		"none with a step size":           {Intervals: true, Improve: ImproveEpisode, Step: stepOf(0.1)},
	} {
		if _, err := NewExploringStarts(p, o, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	if _, err := NewBasic(p, BasicOptions{Shared: true, Intervals: true}, 1); err == nil {
		t.Error("intervals of shared episodes")
	}
	if l, err := NewExploringStarts(p, StartsOptions{Improve: ImproveEpisode, Visit: FirstVisit, Cycles: true, Intervals: true}, 1); err != nil {
		t.Error(err)
	} else {
		play(t, l, 100)
	}
}
