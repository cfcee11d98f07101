package mc

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
)

// square is the n x n world of the workloads: rewards -1, -10, 1; target in the middle; a cell i is forbidden where
// splitmix64(i) is a multiple of 5. For n = 5 it is the book's.
func square(n int) world {
	if n == 5 {
		return zhao5
	}
	target := n/2*n + n/2
	w := world{make([]string, n), -1, -10, 1}
	for row := range n {
		b := make([]byte, n)
		for col := range n {
			switch i := row*n + col; {
			case i == target:
				b[col] = 'T'
			case splitmix64(uint64(i))%5 == 0:
				b[col] = 'F'
			default:
				b[col] = '.'
			}
		}
		w.rows[row] = string(b)
	}
	return w
}

func splitmix64(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// interfaceOnly hides that a model is compiled, so that episodes go through the interfaces.
type interfaceOnly struct{ env.MDP }

func (m interfaceOnly) Start(rng *env.Rand) env.State { return m.MDP.(env.Starter).Start(rng) }

// benchmarkLearner plays passes of some episodes and reports the time of a step, on the path of tables and on that of the
// interfaces. It checks what was computed: see check and agreeing.
func benchmarkLearner(b *testing.B, p Problem, make func(Problem) run, warm, episodes int64) {
	for _, path := range []struct {
		name string
		mdp  env.MDP
	}{{"table", p.MDP}, {"interface", interfaceOnly{p.MDP}}} {
		b.Run(path.name, func(b *testing.B) {
			l := make(Problem{path.mdp, p.Gamma, p.Horizon})
			play(b, l, warm)
			before := l.Progress()
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range Run(context.Background(), l, episodes) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			steps := l.Progress().Steps - before.Steps
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
			check(b, p, l)
		})
	}
	agreeing(b, make(p), make(Problem{interfaceOnly{p.MDP}, p.Gamma, p.Horizon}), warm, 0)
}

// check demands that every episode had its steps, that every step is a visit where every visit is scored, and that values are
// within the bounds of returns.
func check(b *testing.B, p Problem, l run) {
	b.Helper()
	progress, visits := l.Progress(), int64(0)
	for _, n := range l.Q().Counts() {
		visits += n
	}
	if progress.Steps != progress.Episodes*int64(p.Horizon) {
		b.Fatalf("%d steps in %d episodes, want %d each", progress.Steps, progress.Episodes, p.Horizon)
	}
	if e, ok := l.(*EpsilonGreedy); ok && e.rules.visit == EveryVisit && visits != progress.Steps {
		b.Fatalf("%d visits in %d steps", visits, progress.Steps)
	}
	if progress.Episodes > visits || visits > progress.Steps {
		b.Fatalf("%d visits in %d episodes of %d steps", visits, progress.Episodes, p.Horizon)
	}
	limit := 10 / (1 - p.Gamma)
	for i, w := range l.Q().Values() {
		if math.IsNaN(w) || math.Abs(w) > limit {
			b.Fatalf("q of pair %d is %g, beyond %g", i, w, limit)
		}
	}
}

// agreeing demands that two learners learn the same in n episodes: the same counts, the same policy and, within a tolerance
// relative to 1, the same values.
func agreeing(t testing.TB, l, want run, n int64, tolerance float64) {
	t.Helper()
	play(t, l, n)
	play(t, want, n)
	values, counts, visits := l.Q().Values(), l.Q().Counts(), want.Q().Counts()
	for i, w := range want.Q().Values() {
		if math.Abs(values[i]-w) > tolerance*max(1, math.Abs(w)) || counts[i] != visits[i] {
			t.Fatalf("q of pair %d is %.17g from %d returns, want %.17g from %d", i, values[i], counts[i], w, visits[i])
		}
	}
	if !slices.Equal(l.Policy(), want.Policy()) {
		t.Fatal("the policies differ")
	}
	if l.Progress() != want.Progress() {
		t.Fatalf("%+v, want %+v", l.Progress(), want.Progress())
	}
}

func BenchmarkControlLong5(b *testing.B) {
	t := compile(b, zhao5)
	benchmarkLearner(b, Problem{t, 0.9, 1e6}, func(p Problem) run {
		l, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.1),
			StartsOptions: StartsOptions{Improve: ImproveEpisode, Starts: FixedState}}, 1)
		if err != nil {
			b.Fatal(err)
		}
		return l
	}, 1, 1)
}

func BenchmarkControlShort100(b *testing.B) {
	t := compile(b, uniformStart{square(100)})
	benchmarkLearner(b, Problem{t, 0.99, 100}, func(p Problem) run {
		l, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.1),
			StartsOptions: StartsOptions{Improve: ImproveEpisode, Ties: KeepTie}}, 1)
		if err != nil {
			b.Fatal(err)
		}
		return l
	}, 2000, 1000)
}

func BenchmarkES5(b *testing.B)   { benchmarkCycles(b, 5, 0.9) }
func BenchmarkES100(b *testing.B) { benchmarkCycles(b, 100, 0.99) }
func BenchmarkES5Plain(b *testing.B) {
	benchmarkLearner(b, Problem{compile(b, square(5)), 0.9, 100}, plainES(b), 2000, 1000)
}
func BenchmarkES100Plain(b *testing.B) {
	benchmarkLearner(b, Problem{compile(b, square(100)), 0.99, 100}, plainES(b), 2000, 1000)
}

func plainES(b *testing.B) func(Problem) run {
	return func(p Problem) run { return newES(b, p, false) }
}

func newES(b *testing.B, p Problem, cycles bool) *ExploringStarts {
	b.Helper()
	l, err := NewExploringStarts(p, StartsOptions{Visit: FirstVisit, Improve: ImproveEpisode, Ties: KeepTie, Cycles: cycles}, 1)
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// benchmarkCycles counts the nominal steps of episodes whose cycles are in closed form. A run begins anew after as many
// episodes as the reference has, since an episode takes longer to reach its cycle the better the policy is.
func benchmarkCycles(b *testing.B, n int, gamma float64) {
	const episodes = 400_000
	p := Problem{compile(b, square(n)), gamma, 100}
	l, steps := newES(b, p, true), int64(0)
	b.ReportAllocs()
	for b.Loop() {
		if l.Progress().Episodes == episodes {
			b.StopTimer()
			check(b, p, l)
			l = newES(b, p, true)
			b.StartTimer()
		}
		for _, err := range Run(context.Background(), l, 1000) {
			if err != nil {
				b.Fatal(err)
			}
		}
		steps += 1000 * int64(p.Horizon)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	check(b, p, l)
	agreeing(b, newES(b, p, true), newES(b, p, false), 2000, 1e-12)
}

func BenchmarkBasic(b *testing.B) {
	t := compile(b, zhao5)
	benchmarkLearner(b, Problem{t, 0.9, 100}, func(p Problem) run {
		l, err := NewBasic(p, BasicOptions{Average: Cumulative}, 1)
		if err != nil {
			b.Fatal(err)
		}
		return l
	}, 125, 125)
}

// uniformStart is a world in which episodes begin anywhere.
type uniformStart struct{ world }

func (w uniformStart) Start(rng *env.Rand) env.State { return env.State(rng.Intn(w.NumStates())) }

// A learner allocates nothing in steady state, no matter how many workers: a pass starts its goroutines without allocating.
// Several workers reach that state when each has played and all their buffers have grown, which takes some tries.
func TestNoAllocations(t *testing.T) {
	list := recipes(t)
	for i := range 2 * len(list) {
		r, workers := list[i/2], 1+i%2
		l := r.make(t, workers)
		play(t, l, 2000)
		ctx, n := context.Background(), 1.0
		for try := 0; n > 0 && try < 1+19*(workers-1); try++ {
			n = testing.AllocsPerRun(20, func() {
				for end := l.Progress().Episodes + 100; l.Progress().Episodes < end; {
					if err := l.Next(ctx, end-l.Progress().Episodes); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
		if n > 0 {
			t.Errorf("%s, %d workers: %g allocations in 100 episodes, want 0", r.name, workers, n)
		}
	}
}
