package mc

import (
	"testing"
)

// recipes are those of every path, and those that only tables serve.
func recipes(t testing.TB) []recipe {
	grid, slippery := compile(t, zhao5), compile(t, lake)
	cycles := StartsOptions{Visit: FirstVisit, Cycles: true}
	cyclesBatch := StartsOptions{Visit: FirstVisit, Improve: ImproveBatch, Batch: 320, Cycles: true, Average: ResetAverage}
	short := Problem{grid, 0.9, 60}
	return append(pathRecipes(t, grid, slippery),
		recipe{"starts cycles", func(t testing.TB, workers int) run {
			return withWorkers(t, workers)(NewExploringStarts(short, cycles, 7))
		}, "964cd1ef3fe15f6c"},
		recipe{"starts cycles episode", func(t testing.TB, workers int) run {
			o := cycles
			o.Improve = ImproveEpisode
			return withWorkers(t, workers)(NewExploringStarts(short, o, 7))
		}, "964cd1ef3fe15f6c"},
		recipe{"starts cycles batch", func(t testing.TB, workers int) run {
			return withWorkers(t, workers)(NewExploringStarts(short, cyclesBatch, 7))
		}, "3bda3112188c6c06"},
		recipe{"basic shared", func(t testing.TB, workers int) run { return sharedBasic(t, short, workers) }, "31fa337eaab34bcd"})
}

// sharedBasic makes an MC Basic learner whose episodes share their ends.
func sharedBasic(t testing.TB, p Problem, workers int) run {
	t.Helper()
	l, err := NewBasic(p, BasicOptions{Shared: true, Episodes: 2}, 7)
	if err != nil {
		t.Fatal(err)
	}
	l.Workers = workers
	return l
}

// withWorkers sets the number of workers of a learner just made.
func withWorkers(t testing.TB, workers int) func(*ExploringStarts, error) run {
	return func(l *ExploringStarts, err error) run {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		l.Workers = workers
		return l
	}
}
