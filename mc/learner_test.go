package mc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Sweeping starts visit every pair equally often, and uniform starts uniformly (P9): chi-square on the 125 initial pairs
// below its mean 124 plus 4.5 standard deviations.
func TestExploringStartsCoverage(t *testing.T) {
	p := Problem{compile(t, zhao5), 0.9, 3}
	l, err := NewExploringStarts(p, StartsOptions{Visit: InitialVisit, Starts: SweepPairs, Episodes: 4}, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 125*4*3)
	for pair, n := range l.Q().Counts() {
		if n != 12 {
			t.Errorf("pair %d began %d episodes, want 12", pair, n)
		}
	}
	const n = 200 * 125
	l, err = NewExploringStarts(p, StartsOptions{Visit: InitialVisit}, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, n)
	chi := 0.0
	for _, k := range l.Q().Counts() {
		chi += (float64(k) - n/125) * (float64(k) - n/125) / (n / 125)
	}
	if limit := 124 + 4.5*math.Sqrt(2*124); chi > limit {
		t.Errorf("chi-square of the starting pairs: %.1f, want at most %.1f", chi, limit)
	}
	l, err = NewExploringStarts(Problem{lake, 0.9, 50}, StartsOptions{Visit: InitialVisit, Starts: SweepPairs}, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 11*4)
	if u := l.Unvisited(); len(u) != 0 {
		t.Errorf("pairs %v were never started from", u)
	}
	for s := range env.State(16) {
		if lake.Terminal(s) && l.Q().N(s, 0) != 0 {
			t.Errorf("terminal state %d was updated (P31)", s)
		}
	}
}

// After every update the greedy action has probability 1 - eps + eps/|A|, the others eps/|A| (P10), and the greedy action
// is the lowest best one among those visited (P11, P17).
func TestPolicyFollowsTable(t *testing.T) {
	for _, eps := range []float64{0, 0.1, 0.5, 1} {
		l, err := NewEpsilonGreedy(Problem{compile(t, zhao5), 0.9, 20}, EpsilonOptions{Epsilon: Epsilon(eps)}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			play(t, l, 1)
			pi := l.Behaviour()
			for s := range env.State(25) {
				sum := 0.0
				for a := range env.Action(5) {
					want := eps / 5
					if a == pi.Best[s] {
						want = 1 - eps + eps/5
					}
					if got := pi.Prob(s, a); math.Abs(got-want) > 1e-12 {
						t.Fatalf("eps %g: pi(%d | %d) = %g, want %g", eps, a, s, got, want)
					}
					sum += pi.Prob(s, a)
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Fatalf("eps %g: pi(. | %d) sums to %.15g", eps, s, sum)
				}
				if best, ok := l.Q().Greedy(s); ok && best != pi.Best[s] {
					t.Fatalf("eps %g: the policy takes %d in state %d, its table says %d", eps, pi.Best[s], s, best)
				}
			}
		}
	}
}

// Unvisited pairs are reported and do not win with their 0 against visited negative values, unless asked to (P17).
func TestUnvisited(t *testing.T) {
	p := Problem{compile(t, world{[]string{"FFF", "FFF", "FFT"}, -1, -10, 1}), 0.9, 6}
	for _, optimistic := range []bool{false, true} {
		o := EpsilonOptions{Epsilon: Epsilon(0), StartsOptions: StartsOptions{Optimistic: optimistic, Policy: arrows("vvv", "vvv", "vvv")}}
		l, err := NewEpsilonGreedy(p, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		play(t, l, 1)
		flagged := map[int]bool{}
		for _, pair := range l.Unvisited() {
			flagged[pair] = true
		}
		if !flagged[0] || flagged[2] || len(flagged) != 42 {
			t.Errorf("optimistic %v: unvisited %v, want all but down in the first column", optimistic, l.Unvisited())
		}
		want := env.Action(2)
		if optimistic {
			want = 0
		}
		if got := l.Policy()[0]; got != want {
			t.Errorf("optimistic %v: the policy takes %d in state 0, want %d", optimistic, got, want)
		}
		if got, ok := l.Q().Greedy(0); !ok || got != 2 {
			t.Errorf("the greedy action over visited ones is %d, %v, want 2", got, ok)
		}
	}
}

// Optimistic initial values are forgotten by the first return, not averaged with it (P6).
func TestOptimisticInitialValue(t *testing.T) {
	l, err := NewExploringStarts(Problem{zhao5, 0, 1}, StartsOptions{Optimistic: true, InitialValue: 5, Starts: FixedPair}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Q().At(3, 3); got != 5 {
		t.Errorf("q before any return is %g, want 5", got)
	}
	play(t, l, 1)
	if got := l.Q().At(0, 0); got != -1 {
		t.Errorf("q after one return of -1 is %g", got)
	}
}

// Ties are compared exactly and broken by rule (P11).
func TestTieRules(t *testing.T) {
	counts := map[env.Action]int{}
	for seed := range uint64(3000) {
		o := EpsilonOptions{Epsilon: Epsilon(0), StartsOptions: StartsOptions{Ties: RandomTie, Optimistic: true, Starts: FixedState, State: 12}}
		l, err := NewEpsilonGreedy(Problem{zhao5, 0.9, 1}, o, seed)
		if err != nil {
			t.Fatal(err)
		}
		play(t, l, 1) // up pays -10; right, down, left, stay stand at 0, but forbidden stay too: all four tie
		counts[l.Policy()[12]]++
	}
	if counts[0] != 0 || len(counts) != 4 {
		t.Errorf("chosen at random: %v, want 1, 2, 3 and 4", counts)
	}
	for a := env.Action(1); a <= 4; a++ {
		if sd := math.Sqrt(3000 * .25 * .75); math.Abs(float64(counts[a])-750) > 4.5*sd {
			t.Errorf("action %d was chosen %d times of 3000, want 750 +- %.0f", a, counts[a], 4.5*sd)
		}
	}
}

// Improvement at every step, as printed, and once after the episode make the same policies and the same values within 1e-12:
// the sums per pair are the textbook's incremental means.
func TestSumsAreIncrementalMeans(t *testing.T) {
	for _, visit := range []Visit{EveryVisit, FirstVisit} {
		p := Problem{compile(t, lake), 0.95, 100}
		step, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon(0.2), StartsOptions{Visit: visit}}, 5)
		if err != nil {
			t.Fatal(err)
		}
		episode, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon(0.2), StartsOptions{Visit: visit, Improve: ImproveEpisode}}, 5)
		if err != nil {
			t.Fatal(err)
		}
		for e := range 3000 {
			play(t, step, 1)
			play(t, episode, 1)
			if !reflect.DeepEqual(step.Policy(), episode.Policy()) {
				t.Fatalf("%v visit: after episode %d the policies differ", visit, e)
			}
		}
		for i, w := range step.Q().Values() {
			if math.Abs(w-episode.Q().Values()[i]) > 1e-12 || step.Q().Counts()[i] != episode.Q().Counts()[i] {
				t.Errorf("%v visit: q of pair %d is %.17g by steps, %.17g by sums", visit, i, w, episode.Q().Values()[i])
			}
		}
	}
}

// What a cut episode misses is accounted for (P20, P22): the share of truncated episodes and the bound.
func TestTruncationAccounting(t *testing.T) {
	l, err := NewExploringStarts(Problem{compile(t, zhao5), 0.9, 100}, StartsOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := play(t, l, 50)
	if p.Truncated != 50 || p.TruncatedShare() != 1 || p.Steps != 5000 || p.RewardMax != 10 {
		t.Errorf("%+v: want 50 episodes of 100 steps, all truncated, and rewards up to 10", p)
	}
	if want := math.Pow(0.9, 100) * 10 / 0.1; math.Abs(p.Bound-want) > 1e-12 {
		t.Errorf("bound %g, want %g", p.Bound, want)
	}
	es, err := NewExploringStarts(Problem{lake, 1, 50}, StartsOptions{Visit: FirstVisit}, 1) // the largest reward by experience
	if err != nil {
		t.Fatal(err)
	}
	p = play(t, es, 3000)
	if p.Truncated == 0 || p.Truncated == p.Episodes || p.RewardMax != 1 || !math.IsInf(p.Bound, 1) {
		t.Errorf("%+v: want some episodes truncated, rewards up to 1 and an infinite bound", p)
	}
}

// Epsilon is a function of the iteration, not of the step (P18).
func TestSchedule(t *testing.T) {
	for _, c := range []struct {
		s    Schedule
		want []float64
	}{
		{Epsilon(0.3), []float64{.3, .3, .3}},
		{Schedule{Start: 1, Decay: Harmonic}, []float64{1, 1. / 2, 1. / 3, 1. / 4}},
		{Schedule{Start: 1, Decay: Harmonic, End: 0.4}, []float64{1, .5, .4, .4}},
		{Schedule{Start: 1, Decay: Linear, End: 0.5, Over: 2}, []float64{1, .75, .5, .5}},
		{Schedule{Start: 1, Decay: Exponential, Rate: 0.5, End: 0.2}, []float64{1, .5, .25, .2}},
		{Schedule{Decay: Listed, Values: []float64{1, .5}}, []float64{1, .5, .5}},
	} {
		for k, want := range c.want {
			if got := c.s.At(int64(k)); got != want {
				t.Errorf("%+v: epsilon in iteration %d is %g, want %g", c.s, k, got, want)
			}
		}
	}
	l, err := NewEpsilonGreedy(Problem{zhao5, 0.9, 50}, EpsilonOptions{Epsilon: Schedule{Start: 1, Decay: Harmonic}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 9)
	if got := l.Epsilon(); got != 0.1 {
		t.Errorf("after 9 episodes of 50 steps epsilon is %g, want 1/10", got)
	}
}

// Every bad field is reported, at once.
func TestBadOptions(t *testing.T) {
	_, err := NewEpsilonGreedy(Problem{zhao5, 1.5, 0}, EpsilonOptions{
		Epsilon: Schedule{Start: -0.1, Decay: Linear, End: 2},
		StartsOptions: StartsOptions{Batch: 3, Step: estimate.StepSize{Constant: 2}, Ties: 9, Visit: 9, Starts: FixedPair, State: 99,
			Action: 7, Tail: -1, Episodes: -2, Policy: []env.Action{1}},
	}, 1)
	if err == nil {
		t.Fatal("no error")
	}
	for _, field := range []string{"gamma", "horizon", "epsilon =", "epsilon end", "epsilon over", "batch", "constant", "ties", "visit",
		"state", "action", "tail", "episodes per pair", "policy"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("the error does not name %s: %v", field, err)
		}
	}
	for field, o := range map[string]StartsOptions{
		"tail": {Tail: 10}, "initial value": {InitialValue: 1}, "initial value = NaN": {Optimistic: true, InitialValue: math.NaN()},
		"state": {State: 3}, "action": {Starts: FixedState, Action: 1}, "episodes per pair": {Episodes: 2},
	} {
		if _, err := NewExploringStarts(Problem{zhao5, 0.9, 10}, o, 1); err == nil || !strings.HasPrefix(err.Error(), field) {
			t.Errorf("%+v: error %v, want one of %s", o, err, field)
		}
	}
	if _, err := NewBasic(Problem{zhao5, 0.9, 10}, BasicOptions{Episodes: math.MaxInt64}, 1); err == nil {
		t.Error("a sweep of more episodes than an int64 can count is accepted")
	}
	if _, err := NewBasic(Problem{allTied(1 << 40), 0.9, 10}, BasicOptions{}, 1); err == nil || !strings.Contains(err.Error(), "NumStates times NumActions") {
		t.Errorf("2^41 pairs: %v", err)
	}
	var f *env.FieldError
	if _, err := NewBasic(Problem{nil, 0.9, 10}, BasicOptions{}, 1); !errors.As(err, &f) || f.Field != "MDP" {
		t.Errorf("without an environment: %v", err)
	}
	for _, gamma := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		if _, err := NewBasic(Problem{zhao5, gamma, 10}, BasicOptions{}, 1); !errors.As(err, &f) || f.Field != "gamma" {
			t.Errorf("gamma %g: %v", gamma, err)
		}
	}
}

// A pass that is cancelled before its first episode changes nothing (P48), nor does one of no episodes, whatever the moment:
// at the border of an iteration, averages that are reset and the count of changes wait for the next episode.
func TestPassWithoutEpisodes(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, r := range recipes(t) {
		l := r.make(t, 2)
		for range 400 {
			play(t, l, 5)
			before, err := l.Checkpoint()
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Next(cancelled, 100); !errors.Is(err, context.Canceled) {
				t.Fatalf("%s: error %v, want that of the context", r.name, err)
			}
			if err := l.Next(context.Background(), 0); err != nil {
				t.Fatal(err)
			}
			if after, err := l.Checkpoint(); err != nil || !bytes.Equal(before, after) {
				t.Fatalf("%s: changed by a pass without episodes, after %d (%v)", r.name, l.Progress().Episodes, err)
			}
		}
	}
}

// Run can be asked for more episodes than there is room to count.
func TestRunWithoutEnd(t *testing.T) {
	l, err := NewBasic(Problem{zhao5, 0.9, 10}, BasicOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 3)
	for p, err := range Run(context.Background(), l, math.MaxInt64) {
		if err != nil || p.Episodes != 125 {
			t.Fatalf("after %d episodes: %v, want the end of the first sweep", p.Episodes, err)
		}
		return
	}
	t.Error("nothing was played")
}

// With averages that are reset, what is not visited in an iteration stands at its optimistic value again.
func TestOptimisticReset(t *testing.T) {
	o := StartsOptions{Optimistic: true, InitialValue: 5, Average: ResetAverage, Improve: ImproveBatch, Batch: 10}
	l, err := NewExploringStarts(Problem{compile(t, zhao5), 0.9, 3}, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 30)
	visited := 0
	for i, n := range l.Q().Counts() {
		if n > 0 {
			visited++
		} else if w := l.Q().Values()[i]; w != 5 {
			t.Fatalf("q of pair %d, unvisited in this iteration, is %g, want 5", i, w)
		}
	}
	if visited == 0 || visited > 30 {
		t.Errorf("%d pairs visited by 10 episodes of 3 steps", visited)
	}
}

// Options are data: they survive JSON.
func TestOptionsJSON(t *testing.T) {
	want := EpsilonOptions{
		Epsilon: Schedule{Start: 1, Decay: Exponential, Rate: 0.99, End: 0.01},
		StartsOptions: StartsOptions{Visit: FirstVisit, Improve: ImproveBatch, Batch: 64, Average: ResetAverage, Ties: RandomTie,
			Starts: FixedPair, State: 3, Action: 1, Episodes: 2, Tail: 5, Optimistic: true, InitialValue: 1.5,
			Step: estimate.StepSize{Constant: 0.1}, Policy: []env.Action{0, 1}},
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got EpsilonOptions
	if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s reads back as %+v (%v)", b, got, err)
	}
	if err := json.Unmarshal([]byte(`{"visit":"last"}`), &got); err == nil || !strings.Contains(err.Error(), "initial, first, every") {
		t.Errorf("an unknown visit rule: %v", err)
	}
}

// Every step of a long episode is scored once.
func TestLongEpisode(t *testing.T) {
	l, err := NewEpsilonGreedy(Problem{compile(t, zhao5), 0.9, 1e6}, EpsilonOptions{Epsilon: Epsilon(0.5)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := play(t, l, 1)
	n := int64(0)
	for _, k := range l.Q().Counts() {
		n += k
	}
	if p.Steps != 1e6 || n != 1e6 {
		t.Errorf("%d steps, %d returns scored, want a million", p.Steps, n)
	}
}
