package mc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

func explainNext(t testing.TB, l Learner) *Explained {
	t.Helper()
	x, err := Explain(context.Background(), l)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The worked example of Zhao, p. 83: the five episodes from s1, their returns backward, and what they say of q(s1, .) (P1).
func TestExplainFig53(t *testing.T) {
	pi0 := env.Deterministic(arrows("^v>", ">vv", ">>o"))
	for a, want := range []struct {
		states string // s_0, ..., s_5
		first  int    // the step from which on every reward is the same,
		reward float64
		before float64 // and the one that each reward before is
		q      float64 // in the limit
	}{
		{"111111", 0, -1, 0, -10}, {"125899", 3, 1, 0, 7.29}, {"145899", 3, 1, 0, 7.29}, {"111111", 0, -1, 0, -10}, {"111111", 1, -1, 0, -9},
	} {
		for _, L := range []int{1, 2, 3, 4, 10, 100, 1000} {
			o := PredictionOptions{Of: ActionValues, Visit: InitialVisit, Starts: FixedPair, Action: env.Action(a)}
			x := explainNext(t, must(NewPrediction(Problem{compile(t, zhao3), 0.9, L}, pi0, o, 1)))
			if len(x.Updates) != 1 || x.Updates[0].Step != 0 || x.Updates[0].N != 1 || len(x.Returns) != L || !x.Episode.Truncated {
				t.Fatalf("a%d, L = %d: %d returns, updates %+v, want one, of step 0", a+1, L, len(x.Returns), x.Updates)
			}
			for i := range min(L, 5) + 1 {
				if got := fmt.Sprint(x.Episode.States[i] + 1); got != want.states[i:i+1] {
					t.Errorf("a%d: s_%d is s%s, want s%s", a+1, i, got, want.states[i:i+1])
				}
			}
			for i, g := range x.Returns {
				exact, power := 0.0, 1.0 // sum over k of 0.9^k r_{i+k+1}
				for k := i; k < L; k, power = k+1, 0.9*power {
					exact += power * map[bool]float64{true: want.reward, false: want.before}[k >= want.first]
				}
				if math.Abs(g-exact) > 1e-12 {
					t.Errorf("a%d, L = %d: G_%d = %.15g, want %.15g", a+1, L, i, g, exact)
				}
			}
			limit := want.q * (1 - math.Pow(0.9, float64(L-want.first)))
			if q := x.Updates[0].After; L >= 3 && math.Abs(q-limit) > 1e-12 || q != x.Returns[0] {
				t.Errorf("L = %d: q(s1, a%d) = %.15g, want %.15g", L, a+1, q, limit)
			}
		}
	}
}

// One pair again and again: of k loops the first visit is scored with k, never the last with 0; every visit with 0, 1, ..., k
// from the last to the first (P2).
func TestExplainVisitRules(t *testing.T) {
	longest := 0
	for seed := range uint64(50) {
		for _, visit := range []Visit{InitialVisit, FirstVisit, EveryVisit} {
			x := explainNext(t, must(NewExploringStarts(Problem{loop{}, 1, 1000}, StartsOptions{Visit: visit, Improve: ImproveEpisode}, seed)))
			k := x.Episode.Len() - 1
			longest = max(longest, k)
			var listed []float64
			for _, u := range x.Updates {
				listed = append(listed, u.Return)
			}
			want := []float64{float64(k)}
			rest := map[Visit]Scoring{InitialVisit: NotInitial, FirstVisit: NotFirst, EveryVisit: Scored}[visit]
			if visit == EveryVisit {
				want = nil
				for g := range k + 1 {
					want = append(want, float64(g))
				}
			}
			if !slices.Equal(listed, want) {
				t.Fatalf("%v visit, %d loops: returns %v are scored, want %v", visit, k, listed, want)
			}
			for i, s := range x.Scoring {
				if i == 0 && s != Scored || i > 0 && s != rest || x.First[i] != 0 {
					t.Errorf("%v visit, step %d: %v, visited first at %d, want %v and 0", visit, i, s, x.First[i], rest)
				}
			}
		}
	}
	if longest < 4 {
		t.Errorf("no more than %d loops, want more", longest)
	}
}

// First visits are those of pairs, not of states (P3): under the uniform policy every episode scores (s, a1) with 0, and (s, a0)
// too if it loops.
func TestExplainPairs(t *testing.T) {
	l := must(NewPrediction(Problem{twoActions{}, 1, 1000}, env.NewUniform(2, 2), PredictionOptions{Of: ActionValues}, 1))
	for range 50 {
		x := explainNext(t, l)
		k := x.Episode.Len() - 1
		want := []Update{{Step: k, Action: 1, Return: 0}}
		if k > 0 {
			want = append(want, Update{Step: 0, Action: 0, Return: float64(k)})
		}
		if len(x.Updates) != len(want) {
			t.Fatalf("%d loops: updates %+v, want %d", k, x.Updates, len(want))
		}
		for i, u := range x.Updates {
			if u.Step != want[i].Step || u.Action != want[i].Action || u.Return != want[i].Return {
				t.Errorf("%d loops: update %+v, want %+v", k, u, want[i])
			}
		}
	}
	if n := l.Table().N(0, 1); n != 50 {
		t.Errorf("N(s, a1) = %d after 50 episodes, want 50", n)
	}
}

// explainable are the recipes of all paths, and those whose order of updates matters most.
func explainable(t testing.TB) []recipe {
	grid, slippery := Problem{compile(t, zhao5), 0.9, 60}, Problem{compile(t, lake), 0.95, 100}
	all := recipes(t)
	for _, visit := range []Visit{InitialVisit, FirstVisit, EveryVisit} {
		for name, o := range map[string]StartsOptions{
			"step random":      {Ties: RandomTie},
			"step keep":        {Ties: KeepTie},
			"step alpha":       {Step: estimate.StepSize{Constant: 0.3}, Ties: RandomTie},
			"batch optimistic": {Improve: ImproveBatch, Batch: 7, Average: ResetAverage, Optimistic: true, InitialValue: 3},
			"sweep intervals":  {Improve: ImproveSweep, Starts: SweepPairs, Intervals: true, Ties: KeepTie},
			"tail":             {Improve: ImproveEpisode, Tail: 50, Starts: UniformStates},
		} {
			o.Visit = visit
			name := fmt.Sprint(visit, " ", name)
			all = append(all, recipe{"starts " + name, func(testing.TB, int) run { return must(NewExploringStarts(slippery, o, 5)) }, ""},
				recipe{"soft " + name, func(testing.TB, int) run {
					return must(NewEpsilonGreedy(grid, EpsilonOptions{Schedule{Start: 1, Decay: Harmonic}, o}, 5))
				}, ""})
		}
	}
	return all
}

// What is explained is what the run does: a run with every episode explained and one with some ends with the bytes of one without, the
// table of the book's loop agrees with the learner's, bit by bit where every return is one score, and so does the policy. The listed
// returns average to the learner's values, and their counts are the learner's (P4, P6, P7). What plays is the policy of
// before (P8).
func TestExplainIsTheRun(t *testing.T) {
	const episodes = 150
	bits, largest := 0, 0.0
	for _, r := range explainable(t) {
		t.Run(r.name, func(t *testing.T) {
			plain, every, some := r.make(t, 1), r.make(t, 1), r.make(t, 3)
			play(t, plain, episodes)
			m, off := mirror{sum: map[[2]int]float64{}, n: map[[2]int]int64{}}, 0.0
			for range episodes {
				x := explainNext(t, every)
				off = max(off, x.Difference)
				m.check(t, x, every)
			}
			for e := int64(0); e < episodes; {
				n := min(episodes-e, 1+e%13)
				play(t, some, n-1)
				explainNext(t, some)
				e += n
			}
			largest = max(largest, off)
			if off == 0 {
				bits++
			}
			if off > 1e-12 {
				t.Errorf("the learner's table differs by %g from the book's loop, want at most 1e-12", off)
			}
			if strings.Contains(r.name, "shared") { // episode by episode it sums in another order
				agreeing(t, every, plain, 0, 1e-12)
				return
			}
			want, err := plain.Checkpoint()
			for name, l := range map[string]run{"every": every, "some": some} {
				got, err2 := l.Checkpoint()
				if err != nil || err2 != nil || !bytes.Equal(got, want) {
					t.Errorf("%s episode explained: another run (%v, %v)", name, err, err2)
				}
			}
		})
	}
	t.Logf("%d of %d recipes agree bit by bit; the largest difference is %g", bits, len(explainable(t)), largest)
	if bits < 30 {
		t.Errorf("%d recipes agree bit by bit, want at least 30", bits)
	}
}

// mirror averages listed returns in the plainest way.
type mirror struct {
	sum map[[2]int]float64
	n   map[[2]int]int64
}

func (m *mirror) check(t *testing.T, x *Explained, l run) {
	t.Helper()
	if x.Number != l.Progress().Episodes-1 {
		t.Fatalf("episode %d, want %d", x.Number, l.Progress().Episodes-1)
	}
	for i, a := range x.Episode.Actions {
		if i > 0 && x.Epsilon == 0 && a != x.Policy[x.Episode.States[i]] {
			t.Fatalf("episode %d: a_%d = %d is not of the policy", x.Number, i, a)
		}
	}
	for _, u := range x.Updates {
		i := [2]int{int(u.State), int(u.Action)}
		if u.N == 1 {
			m.sum[i], m.n[i] = 0, 0 // the first, or forgotten
		}
		m.sum[i] += u.Return
		m.n[i]++
		if u.N != m.n[i] {
			t.Fatalf("episode %d, step %d: N = %d, listed before %d", x.Number, u.Step, u.N, m.n[i]-1)
		}
	}
	c := l.(interface{ control() *Control }).control()
	for _, u := range x.Updates {
		i := [2]int{int(u.State), int(u.Action)}
		q, n := l.Q().At(u.State, u.Action), l.Q().N(u.State, u.Action)
		if n != m.n[i] || c.rules.step == (estimate.StepSize{}) && math.Abs(q-m.sum[i]/float64(n)) > 1e-12*max(1, math.Abs(q)) {
			t.Fatalf("episode %d: q%v = %.17g from %d returns, the listed ones average to %.17g from %d", x.Number, i, q, n, m.sum[i]/float64(m.n[i]), m.n[i])
		}
	}
	after := slices.Clone(x.Policy)
	for _, y := range x.Changes {
		if after[y.State] != y.Before {
			t.Fatalf("episode %d: change %+v, the action was %d", x.Number, y, after[y.State])
		}
		after[y.State] = y.After
	}
	if !slices.Equal(after, l.Policy()) {
		t.Fatalf("episode %d: changes %+v do not lead to the learner's policy", x.Number, x.Changes)
	}
}

// After a restart from a checkpoint inside a block of streams the next episode is the same.
func TestExplainAfterRestore(t *testing.T) {
	p := Problem{compile(t, lake), 0.95, 100}
	learner := func() run { return must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.3)}, 3)) }
	l, restored := learner(), learner()
	play(t, l, 45)
	saved, err := l.Checkpoint()
	if err == nil {
		err = restored.Restore(saved)
	}
	if err != nil {
		t.Fatal(err)
	}
	want, got := explainNext(t, l), explainNext(t, restored)
	if fmt.Sprint(got) != fmt.Sprint(want) || got.Number != 45 {
		t.Errorf("after a restart: %v, want %v", got, want)
	}
}

// State values: a state is scored, whatever the action.
func TestExplainStateValues(t *testing.T) {
	l := must(NewPrediction(Problem{twoActions{}, 1, 1000}, env.NewUniform(2, 2), PredictionOptions{}, 1))
	loops := 0
	for n := range int64(50) {
		x := explainNext(t, l)
		k := x.Episode.Len() - 1
		loops += k
		if len(x.Updates) != 1 || x.Updates[0].Step != 0 || x.Updates[0].Return != float64(k) || x.Updates[0].N != n+1 {
			t.Fatalf("%d loops: updates %+v, want one, of step 0", k, x.Updates)
		}
	}
	if got, want := l.Table().At(0, 0), float64(loops)/50; math.Abs(got-want) > 1e-12 {
		t.Errorf("v = %g, want %g", got, want)
	}
}

func TestExplainErrors(t *testing.T) {
	p := Problem{compile(t, zhao3), 0.9, 10}
	var field *env.FieldError
	certified := must(NewCertified(p, CertifyOptions{Delta: 0.1, Rewards: &RewardRange{-1, 1}}, 1))
	if _, err := Explain(context.Background(), certified); !errors.As(err, &field) || field.Field != "learner" {
		t.Errorf("certified: %v, want a FieldError of the learner", err)
	}
	if _, err := Explain(context.Background(), must(NewPrediction(p, nil, PredictionOptions{}, 1))); !errors.As(err, &field) || field.Field != "policy" {
		t.Errorf("recorded: %v, want a FieldError of the policy", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := must(NewExploringStarts(p, StartsOptions{}, 1))
	if _, err := Explain(ctx, l); !errors.Is(err, context.Canceled) || l.Progress().Episodes != 0 {
		t.Errorf("canceled: %v, want the context's error and no episode", err)
	}
	if x := explainNext(t, l); x.Number != 0 || x.Difference != 0 {
		t.Errorf("after that: episode %d, difference %g", x.Number, x.Difference)
	}
}

// coin is a state that is left once in two steps, whatever the action, for an end that pays 1; there are so many states in all.
type coin int

func (c coin) NumStates() int              { return int(c) }
func (coin) NumActions() int               { return 2 }
func (coin) Terminal(s env.State) bool     { return s == 1 }
func (coin) Start(rng *env.Rand) env.State { return 0 }
func (coin) Step(_ env.State, _ env.Action, rng *env.Rand) (env.State, float64) {
	r := rng.Intn(2)
	return env.State(r), float64(r)
}

// First visits are scored in the order of their steps, the last first, also where the pair comes again later: of the actions 0, 1, 0,
// all with return 1, action 1 is scored first, and a policy that keeps ties stays with it. In large tables too.
func TestFirstVisitOrder(t *testing.T) {
	o := EpsilonOptions{Epsilon: Epsilon(1), StartsOptions: StartsOptions{Visit: FirstVisit, Improve: ImproveStep, Ties: KeepTie}}
	for seed := range uint64(1000) {
		l := must(NewEpsilonGreedy(Problem{coin(2), 1, 50}, o, seed))
		if x := must(Explain(context.Background(), l)); !slices.Equal(x.Episode.Actions, []env.Action{0, 1, 0}) {
			continue
		}
		large := must(NewEpsilonGreedy(Problem{coin(1 << 20), 1, 50}, o, seed))
		play(t, large, 1)
		if a, b := l.Policy()[0], large.Policy()[0]; a != 1 || b != 1 {
			t.Errorf("the greedy action is %d, in a large table %d: want 1", a, b)
		}
		return
	}
	t.Error("no seed has the actions 0, 1, 0")
}
