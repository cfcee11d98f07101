package mc

import (
	"bytes"
	"errors"
	"math"
	"runtime"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// nearTie is one state with two actions, both of which end the episode: one pays 1, the better one a unit in the last place
// more.
type nearTie struct{ better env.Action }

func (nearTie) NumStates() int            { return 2 }
func (nearTie) NumActions() int           { return 2 }
func (nearTie) Terminal(s env.State) bool { return s == 1 }
func (m nearTie) Step(_ env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	if a == m.better {
		return 1, math.Nextafter(1, 2)
	}
	return 1, 1
}

// Values are compared exactly (P11): a lead of one unit in the last place decides under every tie rule.
func TestNearTies(t *testing.T) {
	for better := range env.Action(2) {
		for _, ties := range []Ties{LowestTie, RandomTie, KeepTie} {
			for seed := range uint64(20) { // a coin would show
				o := BasicOptions{Ties: ties, Policy: []env.Action{1 - better, 0}}
				l, err := NewBasic(Problem{nearTie{better}, 0.9, 1}, o, seed)
				if err != nil {
					t.Fatal(err)
				}
				play(t, l, l.SweepEpisodes())
				if got := l.Policy()[0]; got != better {
					t.Fatalf("ties %v, seed %d: the policy takes %d, want %d", ties, seed, got, better)
				}
			}
		}
	}
}

// allTied has n states that every one of two actions ends for nothing.
type allTied int

func (n allTied) NumStates() int            { return int(n) + 1 }
func (allTied) NumActions() int             { return 2 }
func (n allTied) Terminal(s env.State) bool { return s == env.State(n) }
func (n allTied) Step(env.State, env.Action, *env.Rand) (env.State, float64) {
	return env.State(n), 0
}

// Random ties are drawn anew in every state and in every iteration (P11): of 400 states about half choose alike.
func TestRandomTiesAreIndependent(t *testing.T) {
	const n = 400
	l, err := NewBasic(Problem{allTied(n), 0.9, 1}, BasicOptions{Ties: RandomTie}, 1)
	if err != nil {
		t.Fatal(err)
	}
	before := env.Deterministic(nil)
	for k := range 4 {
		play(t, l, l.SweepEpisodes())
		ones, same := 0, 0
		for s, a := range l.Policy()[:n] {
			ones += int(a)
			if before != nil && before[s] == a {
				same++
			}
		}
		sd := math.Sqrt(n * 0.25)
		if math.Abs(float64(ones)-n/2) > 4.5*sd {
			t.Errorf("iteration %d: action 1 in %d of %d states, want %d +- %.0f", k+1, ones, n, n/2, 4.5*sd)
		}
		if before != nil && math.Abs(float64(same)-n/2) > 4.5*sd {
			t.Errorf("iteration %d: %d of %d states choose as before, want %d +- %.0f", k+1, same, n, n/2, 4.5*sd)
		}
		before = l.Policy()
	}
}

// A sweep plays its Episodes from one pair before it goes on to the next (P9), in MC Basic and under sweeping starts.
func TestSweepStaysWithThePair(t *testing.T) {
	p := Problem{compile(t, zhao5), 0.9, 3}
	basic, err := NewBasic(p, BasicOptions{Episodes: 4}, 1)
	if err != nil {
		t.Fatal(err)
	}
	sweep, err := NewExploringStarts(p, StartsOptions{Visit: InitialVisit, Starts: SweepPairs, Episodes: 4}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]run{"MC Basic": basic, "sweeping starts": sweep} {
		for e := 1; e <= 30; e++ {
			play(t, l, 1)
			for pair, n := range l.Q().Counts() {
				if want := int64(min(4, max(0, e-4*pair))); n != want {
					t.Fatalf("%s: after %d episodes pair %d began %d, want %d", name, e, pair, n, want)
				}
			}
		}
	}
}

// A step size moves the estimate once for each return, in the order of the backward pass, whenever the policy is improved
// (P4, P7): the sum of an episode's returns is no sample.
func TestStepSizeOfEachReturn(t *testing.T) {
	for _, o := range []StartsOptions{
		{}, {Improve: ImproveEpisode}, {Improve: ImproveBatch, Batch: 16}, {Improve: ImproveSweep, Starts: SweepPairs, Episodes: 3},
	} {
		o.Step = estimate.StepSize{Constant: 0.1}
		l, err := NewExploringStarts(Problem{loop{}, 1, 1000}, o, 3)
		if err != nil {
			t.Fatal(err)
		}
		gen, err := env.NewGenerator(loop{}, env.Deterministic{0, 0}, 1000, 3)
		if err != nil {
			t.Fatal(err)
		}
		var ep env.Episode
		want := 0.0
		for e := range 200 {
			play(t, l, 1)
			gen.From(&ep, 0, 0)
			for g := range ep.Len() { // the returns are 0, 1, ..., k from the end
				want += 0.1 * (float64(g) - want)
			}
			if got := l.Q().At(0, 0); math.Abs(got-want) > 1e-12 {
				t.Fatalf("%+v, episode %d: q = %.15g, want %.15g", o, e, got, want)
			}
		}
	}
}

// A learner goes back to its own checkpoint, taken inside a block, a batch or a sweep, from wherever it stands, and keeps
// nothing of what it has done meanwhile nor of the caller's bytes (P48).
func TestRestoreUsedLearner(t *testing.T) {
	for _, r := range recipes(t) {
		whole := r.make(t, 1)
		play(t, whole, 500)
		want, err := whole.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 2} {
			for _, cut := range []int64{0, 3, 100, 403} {
				for _, further := range []int64{1, 5, 37, 128} {
					l := r.make(t, workers)
					play(t, l, cut)
					saved, err := l.Checkpoint()
					if err != nil {
						t.Fatal(err)
					}
					play(t, l, further)
					if err := l.Restore(saved); err != nil {
						t.Fatal(err)
					}
					clear(saved)
					play(t, l, 500-cut)
					if got, err := l.Checkpoint(); err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s, %d workers: from %d back to %d, then to 500: another end (%v)", r.name, workers, cut+further, cut, err)
					}
				}
			}
		}
	}
}

// A run takes no more memory the longer it gets (P47): a learner allocates nothing that lasts.
func TestMemoryOfALongRun(t *testing.T) {
	l, err := NewEpsilonGreedy(Problem{compile(t, zhao5), 0.9, 60}, EpsilonOptions{Epsilon: Epsilon(0.1)}, 7)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 2000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	play(t, l, 20_000) // 1.2 million returns
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<10 {
		t.Errorf("%d bytes allocated in 20000 episodes of 60 steps, want next to none", grown)
	}
}

// An unvisited pair takes no part in a tie (P11, P17): its 0 is no value.
func TestUnvisitedDoNotTie(t *testing.T) {
	for _, ties := range []Ties{LowestTie, RandomTie, KeepTie} {
		for seed := range uint64(30) {
			l, err := NewExploringStarts(Problem{zhao5, 0.9, 1}, StartsOptions{Ties: ties}, seed)
			if err != nil {
				t.Fatal(err)
			}
			l.Q().Update(0, 1, 0)
			l.Q().Update(0, 3, 0)
			l.improve(0)
			if got := l.Policy()[0]; got != 1 && !(ties == RandomTie && got == 3) {
				t.Fatalf("ties %v, seed %d: the policy takes %d, want one of the visited actions 1 and 3", ties, seed, got)
			}
		}
	}
}

// The episodes of iteration k explore with probability epsilon_k, neither that of the first iteration nor that of as many
// episodes or steps (P18): of n steps about epsilon_k (|A|-1)/|A| n take another action than the greedy one.
func TestScheduleReachesEpisodes(t *testing.T) {
	const batch, horizon = 100, 50
	values := []float64{0, 1, 0.3, 0.05, 0}
	l, err := NewEpsilonGreedy(Problem{compile(t, zhao5), 0.9, horizon}, EpsilonOptions{
		Epsilon:       Schedule{Decay: Listed, Values: values},
		StartsOptions: StartsOptions{Improve: ImproveBatch, Batch: batch},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, eps := range values {
		pi, before := l.Policy(), l.Q().Counts()
		play(t, l, batch)
		explored := 0.0
		for i, n := range l.Q().Counts() {
			if pi[i/5] != env.Action(i%5) {
				explored += float64(n - before[i])
			}
		}
		const n = batch * horizon
		p := eps * 4 / 5
		if sd := math.Sqrt(n * p * (1 - p)); math.Abs(explored-n*p) > 4.5*sd {
			t.Errorf("iteration %d: %.0f of %d steps off the greedy action, want %.0f +- %.0f", k, explored, n, n*p, 4.5*sd)
		}
	}
}

// Tail leaves out exactly that many steps at the end of a cut episode, and none of an episode that has ended (P21).
func TestTailSteps(t *testing.T) {
	for _, tail := range []int{0, 1, 3, 18, 19} {
		o := StartsOptions{Tail: tail}
		cut, err := NewExploringStarts(Problem{zhao5, 0.9, 20}, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		ended, err := NewExploringStarts(Problem{loop{}, 1, 1000}, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			l      *ExploringStarts
			scored func(steps int64) int64
		}{
			{cut, func(steps int64) int64 { return 50 * max(0, steps/50-int64(tail)) }},
			{ended, func(steps int64) int64 { return steps }},
		} {
			steps, n := play(t, c.l, 50).Steps, int64(0)
			for _, k := range c.l.Q().Counts() {
				n += k
			}
			if want := c.scored(steps); n != want {
				t.Errorf("tail %d: %d of %d steps scored, want %d", tail, n, steps, want)
			}
		}
	}
}

// The progress of a restored learner is that of the one saved, to the last field (P48): what a checkpoint leaves out on both
// sides would not show in its bytes.
func TestResumeKeepsProgress(t *testing.T) {
	wet := Problem{lake, 0.95, 20} // the largest reward is known by experience only
	byExperience := recipe{name: "by experience", make: func(t testing.TB, workers int) run {
		l, err := NewExploringStarts(wet, StartsOptions{Improve: ImproveBatch, Batch: 50}, 7)
		if err != nil {
			t.Fatal(err)
		}
		l.Workers = workers
		return l
	}}
	truncated := int64(0)
	for _, r := range append(recipes(t), byExperience) {
		first, second := r.make(t, 1), r.make(t, 1)
		want := play(t, first, 403)
		saved, err := first.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Restore(saved); err != nil {
			t.Fatal(err)
		}
		if got := second.Progress(); got != want {
			t.Errorf("%s: restored progress %+v, want %+v", r.name, got, want)
		}
		truncated += want.Truncated
	}
	if truncated == 0 {
		t.Error("no episode of any run was truncated")
	}
}

// fourActions is the world without staying.
type fourActions struct{ world }

func (fourActions) NumActions() int { return 4 }

// A run that differs in any one thing refuses a checkpoint and names that thing (P48).
func TestRestoreNamesTheDifference(t *testing.T) {
	starts := func(m env.MDP, gamma float64, horizon int, o StartsOptions, seed uint64) run {
		l, err := NewExploringStarts(Problem{m, gamma, horizon}, o, seed)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := starts(zhao5, 0.9, 60, StartsOptions{}, 7)
	play(t, l, 10)
	saved, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	epsilon, err := NewEpsilonGreedy(Problem{zhao5, 0.9, 60}, EpsilonOptions{}, 7)
	if err != nil {
		t.Fatal(err)
	}
	for thing, other := range map[string]run{
		"algorithm": epsilon, "states": starts(zhao3, 0.9, 60, StartsOptions{}, 7),
		"actions": starts(fourActions{zhao5}, 0.9, 60, StartsOptions{}, 7), "gamma": starts(zhao5, 0.8, 60, StartsOptions{}, 7),
		"horizon": starts(zhao5, 0.9, 61, StartsOptions{}, 7), "seed": starts(zhao5, 0.9, 60, StartsOptions{}, 8),
		"options": starts(zhao5, 0.9, 60, StartsOptions{Tail: 1}, 7),
	} {
		var field *env.FieldError
		if err := other.Restore(saved); !errors.As(err, &field) || field.Field != "checkpoint's "+thing {
			t.Errorf("another %s: error %v, want one that names it", thing, err)
		}
	}
	if err := starts(zhao5, 0.9, 60, StartsOptions{}, 7).Restore(saved); err != nil {
		t.Errorf("the same run: %v", err)
	}
}

// Fixed starts begin every episode where they say (P9): with the pair, or in the state with the policy's action.
func TestFixedStarts(t *testing.T) {
	pi := make([]env.Action, 25)
	pi[7] = 1
	for starts, want := range map[Starts]env.Action{FixedPair: 3, FixedState: 1} {
		o := StartsOptions{Visit: InitialVisit, Improve: ImproveBatch, Batch: 100, Starts: starts, State: 7, Policy: pi}
		if starts == FixedPair {
			o.Action = 3
		}
		l, err := NewExploringStarts(Problem{compile(t, zhao5), 0.9, 10}, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		play(t, l, 20)
		for pair, n := range l.Q().Counts() {
			if begun := pair == 7*5+int(want); begun && n != 20 || !begun && n != 0 {
				t.Errorf("%v: pair %d began %d episodes, want pair %d alone to", starts, pair, n, 7*5+want)
			}
		}
	}
}

// An episode is scored in time proportional to its length under every visit rule (P46): 200,000 steps take milliseconds, and
// would take many seconds if each step looked through the episode.
func TestLongEpisodeIsQuick(t *testing.T) {
	for _, visit := range []Visit{InitialVisit, FirstVisit, EveryVisit} {
		l, err := NewEpsilonGreedy(Problem{compile(t, zhao5), 0.9, 200_000},
			EpsilonOptions{Epsilon(0.5), StartsOptions{Visit: visit, Improve: ImproveEpisode}}, 1)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		play(t, l, 1)
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%v visit: 200000 steps took %v", visit, d)
		}
	}
}
