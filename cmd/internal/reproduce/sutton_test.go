package reproduce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/offpolicy"
)

// suttonCounts are the panels of the figures of Sutton & Barto. In figures 5.1 to 5.4 P34 and P37 would show.
func suttonCounts() map[string][]count {
	want := map[string][]count{
		"sutton-3.2": {{"v", 25, 25, 0}, {"MC prediction", 25, 25, 0}},
		"sutton-3.5": {{"v*", 25, 25, 0}, {"pi*", 25, 25, 0}},
		"sutton-4.1": {{"k=0", 16, 16, 0}, {"k=1", 16, 16, 0}, {"k=1, MC", 14, 14, 0}, {"k=2", 16, 16, 0}, {"k=2, MC", 14, 14, 0},
			{"k=3", 16, 16, 0}, {"k=3, MC", 14, 14, 0}, {"k=10", 16, 16, 0}, {"k=10, MC", 14, 14, 0}, {"k=inf", 16, 16, 0}, {"k=inf, MC", 14, 14, 0}},
		"sutton-5.1": {{"10,000 episodes, usable ace", 100, 100, 0}, {"10,000 episodes, no usable ace", 100, 100, 0},
			{"500,000 episodes, usable ace", 100, 100, 0}, {"500,000 episodes, no usable ace", 100, 100, 0}},
		"sutton-5.2": {{"policy, usable ace", 100, 100, 0}, {"v*, usable ace", 100, 100, 0},
			{"policy, no usable ace", 100, 100, 0}, {"v*, no usable ace", 100, 100, 0}},
		"sutton-5.3":         {{"ordinary", 45, 45, 0}, {"weighted", 2, 2, 0}},
		"sutton-example-6.5": {{"MC Basic", 1, 1, 0}, {"MC eps-greedy", 0, 0, 0}},
		"sutton-example-6.6": {{"MC Basic", 1, 1, 0}, {"MC eps-greedy", 0, 0, 0}},
	}
	if *long {
		want["sutton-5.4"] = []count{{"ordinary", 10, 10, 0}, {"weighted", 10, 10, 0}}
		want["sutton-5.5"] = []count{{"left track", 6, 6, 0}}
	}
	return want
}

// P36: the loop with fewer episodes: what is judged holds, and the verdict is in the panel.
func TestLoopFigure(t *testing.T) {
	r := must[*Result](t)(loopFigure(context.Background(), counts(100_000, 20), quick))
	checkCounts(t, r.Panels, []count{{"ordinary", 10, 10, 0}, {"weighted", 10, 10, 0}})
	if !slices.Contains(r.Panels[0].Checks, Check{"the variance is infinite: E[w^2] grows by the factor 1.8 a step", true}) {
		t.Errorf("checks %v", r.Panels[0].Checks)
	}
	mean, variance := commonMoments(0.9)
	square := 0.0
	for k := 1; k <= commonSteps; k++ { // 0.2 sum of 1.8^(k-1)
		square += 0.2 * math.Pow(1.8, float64(k-1))
	}
	if want := 1 - math.Pow(0.9, commonSteps); math.Abs(mean-want) > 1e-14 || math.Abs(variance+mean*mean-square) > 1e-9 {
		t.Errorf("mean %v: want %v; second moment %v: want %v", mean, want, variance+mean*mean, square)
	}
	if got, want := unseen(11e6/math.Pow(0.45, 3), 0.9)/unseen(11e6, 0.9), math.Pow(0.9, 3); math.Abs(got-want) > 1e-12 {
		t.Errorf("three more doublings leave %v as much unseen: want %v", got, want)
	}
	picture(t, r)
}

// The short way to the estimates of the loop gives those of mc/offpolicy.
func TestLoopEstimates(t *testing.T) {
	l := must[*classic.Loop](t)(classic.NewLoop(classic.LoopConfig{}))
	b, n := env.NewUniform(2, 2), counts(20_000, 5)
	var r loopRun
	if err := r.play(context.Background(), l, b, n, 7); err != nil {
		t.Fatal(err)
	}
	p := offpolicy.Problem{States: 2, Actions: 2, Gamma: 1, Target: env.Deterministic{0, 0}, Behaviour: b}
	ordinary := must[*offpolicy.Values](t)(offpolicy.NewValues(p, offpolicy.ValueOptions{Ordinary: true, Visit: mc.FirstVisit}))
	weighted := must[*offpolicy.Values](t)(offpolicy.NewValues(p, offpolicy.ValueOptions{Visit: mc.FirstVisit}))
	gen := must[*env.Generator](t)(env.NewGenerator(l.Table, b, longestLoop, 7))
	var ep env.Episode
	for i, until := range n {
		for ordinary.Episodes() < until {
			gen.FromState(&ep, 0)
			if err := errors.Join(ordinary.Add(&ep), weighted.Add(&ep)); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := r.estimates[i], ordinary.V(0); math.Abs(got-want) > 1e-9*(1+want) {
			t.Errorf("after %d episodes %v, by mc/offpolicy %v", until, got, want)
		}
	}
	if !r.weighted || math.Abs(weighted.V(0)-1) > 1e-12 {
		t.Errorf("weighted: %v, by mc/offpolicy %v", r.weighted, weighted.V(0))
	}
}

// The racetrack with fewer episodes. Nothing but the places where a car may stand still is changed on the track, and the
// drives without noise keep to it.
func TestRacetrackFigure(t *testing.T) {
	x := must[*race](t)(newRace("left track", classic.LeftTrack(), 1))
	x.episodes = 100_000
	p := must[*Panel](t)(x.judge(context.Background(), quick))
	if !p.OK() || p.Match != 6 || !strings.Contains(strings.Join(p.Notes, "\n"), "places of the start line") {
		t.Errorf("panel %+v", p)
	}
	changed := 0
	for s := range env.State(x.track.NumStates()) {
		right, up := x.track.Velocity(s)
		for a := range env.Action(9) {
			if !x.track.Terminal(s) && !slices.Equal(x.track.Outcomes(s, a), x.engine.Outcomes(s, a)) {
				changed++
				if right != 0 || up != 0 || a/3 == 2 || a%3 == 2 {
					t.Errorf("%s, %s is changed", x.track.StateName(s), x.track.ActionName(a))
				}
			}
		}
	}
	if changed < 6*4 {
		t.Errorf("%d pairs are changed: want at least 4 on each of 6 places", changed)
	}
	quiet := must[*classic.Racetrack](t)(classic.NewRacetrack(classic.RacetrackConfig{Map: x.rows, Noiseless: true}))
	for i, want := range []int{10, 11, 11, 11, 11, 12} {
		cells, finished := x.drive(quiet, x.best.Policy, x.starts[i])
		if !finished || len(cells)-1 != want {
			t.Errorf("place %d: %d steps, finished %v: want %d steps", i, len(cells)-1, finished, want)
		}
		for _, c := range cells {
			if row, col := (circuit{x.rows}).Cell(c); x.rows[row][col] == '#' {
				t.Errorf("place %d: off the track at row %d, column %d", i, row, col)
			}
		}
	}
}

// The printed policy, counted: 37 and 73 hands that stick.
func TestPrintedStrategy(t *testing.T) {
	sticks := map[bool]int{}
	for sum := lowestSum; sum <= highestSum; sum++ {
		for dealer := 1; dealer <= cards; dealer++ {
			for _, usable := range []bool{false, true} {
				if printedAction(sum, dealer, usable) == classic.Stick {
					sticks[usable]++
				}
			}
		}
	}
	if sticks[true] != 30+7 || sticks[false] != 50+4*5+3 {
		t.Errorf("hands that stick: %v", sticks)
	}
}

// A wrong action passes only where the learner was undecided.
func TestWrongStrategyShows(t *testing.T) {
	b := must[*classic.Blackjack](t)(newBlackjack())
	best := must[*dp.Solution](t)(dp.PolicyIteration(b, 1, dp.Options{}))
	x := strategy{b: b, q: mc.NewQTable(b.NumStates(), 2), best: best, learned: slices.Clone(best.Policy), undecided: make([]bool, b.NumStates())}
	s := hand(b, 16, 10, false)
	x.learned[s] = 1 - x.learned[s]
	for _, undecided := range []bool{false, true} {
		x.undecided[s] = undecided
		var p Panel
		x.comparePolicy(&p, false)
		if p.OK() != undecided || p.Match != 99 || len(p.Expected)+len(p.Unexpected) != 1 {
			t.Errorf("undecided %v: ok %v, %d match, %+v", undecided, p.OK(), p.Match, p.Unexpected)
		}
	}
}

// P37: exact moments of the episodes of figure 5.3: E W = 1 and E[W G] = v, and those of tabled size.
func TestSamplingLaw(t *testing.T) {
	b := must[*classic.Blackjack](t)(newBlackjack())
	x := sampling{b: b, at: hand(b, 13, 2, true), target: sticksFrom(b, 20), behaviour: env.NewUniform(b.NumStates(), 2)}
	x.v = must[*dp.Solution](t)(dp.Evaluate(b, x.target, 1, dp.Options{})).V[x.at]
	one, same := func(float64) float64 { return 1 }, func(g float64) float64 { return g }
	l := x.law()
	for _, c := range []struct {
		what      string
		got, want float64
		within    float64
	}{
		{"E W", x.moment(1, one)[x.at], 1, 1e-12}, {"E[W G]", x.moment(1, same)[x.at], x.v, 1e-12}, {"v", x.v, -0.2772042, 5e-8},
		{"P(W > 0)", l.positive, 1.0 / 7, 0.01}, {"Var(W G)", l.variance, 10.1562, 5e-5},
	} {
		if math.Abs(c.got-c.want) > c.within {
			t.Errorf("%s = %v: want %v", c.what, c.got, c.want)
		}
	}
	if mean, sd := l.meanSquare(1); mean != l.variance || math.Abs(sd*sd-(l.fourth-mean*mean)) > 1e-9*l.fourth {
		t.Errorf("one episode: mean %v, sd %v", mean, sd)
	}
}

// Estimates are held to their standard errors, the sign of the error regardless; what was never visited is left out.
func TestDeviate(t *testing.T) {
	var p Panel
	var d deviate
	for _, c := range []struct{ estimate, se float64 }{{1.44, 0.1}, {0.56, 0.1}, {1.46, 0.1}, {0.54, 0.1}, {1, 0}, {1.1, 0}, {7, math.Inf(1)}} {
		d.compare(&p, 0, 0, c.estimate, 1, c.se)
	}
	if p.Cells != 6 || p.Match != 3 || len(p.Unexpected) != 3 || d.missing != 1 || p.OK() {
		t.Errorf("%+v, %+v", p, d)
	}
}

// The number of workers changes nothing in the figures that share work, the seed does.
func TestSuttonWorkersAndSeed(t *testing.T) {
	for _, number := range []string{"sutton-4.1", "sutton-5.1", "sutton-5.3"} {
		run := func(o Options) []byte {
			return must[[]byte](t)(json.Marshal(must[*Result](t)(figure(t, number).Run(context.Background(), o)).Panels))
		}
		base := Options{Seed: 1, Workers: 1, Replications: 2}
		other, same := base, base
		same.Workers, other.Seed = 3, 2
		if a, b := run(base), run(same); !bytes.Equal(a, b) {
			t.Errorf("%s: one worker\n%s\nthree\n%s", number, a, b)
		}
		if bytes.Equal(run(base), run(other)) {
			t.Errorf("%s: seeds 1 and 2 give the same panels", number)
		}
	}
}

// Other seeds: everything that is judged holds for them too.
func TestSuttonOverSeeds(t *testing.T) {
	seeds, numbers := uint64(1), []string{"sutton-5.1", "sutton-5.3"}
	if *long {
		seeds, numbers = 20, []string{"sutton-3.2", "sutton-4.1", "sutton-5.1", "sutton-5.2", "sutton-5.3", "sutton-5.5", "sutton-example-6.5", "sutton-example-6.6"}
	}
	for _, number := range numbers {
		for seed := range seeds {
			r := must[*Result](t)(figure(t, number).Run(context.Background(), Options{Seed: 100 + seed, Workers: 2, Replications: 2}))
			for _, p := range r.Panels {
				if !p.OK() {
					t.Errorf("%s, seed %d, %s: %+v %+v", number, 100+seed, p.Panel, p.Unexpected, p.Checks)
				}
			}
		}
	}
}
