package experiment

import (
	"context"
	"runtime"
	"testing"

	"example.com/mcrl/mc"
)

// The memory of a run does not grow with its episodes, nor with the points measured on the way, one of which is due after any
// episode: what is alive after a thousand episodes and after a million differs by the points alone, some ten for each power of
// ten, and no more is taken from the system.
func TestMemoryOfLongRuns(t *testing.T) {
	const (
		early = 1_000
		alive = 32 << 10
		taken = 2 << 20
	)
	late := int64(1_000_000)
	if testing.Short() {
		late = 100_000
	}
	every := mc.StartsOptions{Improve: mc.ImproveEpisode, Starts: mc.UniformPairs}
	world := preset(t, "frozenlake-4x4-slippery")
	for _, spec := range []Spec{
		{Env: GridWorld(world), Algorithm: Basic, Gamma: 0.95, Horizon: 50, Basic: &mc.BasicOptions{Episodes: 1}},
		{Env: GridWorld(world), Algorithm: ExploringStarts, Gamma: 0.95, Horizon: 50, Starts: &every},
		{Env: GridWorld(world), Algorithm: EpsilonGreedy, Gamma: 0.95, Horizon: 50, EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.1), StartsOptions: every}},
	} {
		spec.Episodes = late
		trial := newTrial(t, spec, 1)
		var before, after runtime.MemStats
		first := 0 // points
		for p, err := range trial.Play(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if first == 0 && p.Episodes >= early {
				first = len(trial.points)
				read(&before)
			}
		}
		read(&after)
		if p := trial.learner.Progress(); p.Episodes != late || first < 5 || len(trial.points) < first+8 {
			t.Fatalf("%s: %d episodes, %d points, %d of them early: want more", spec.Algorithm, p.Episodes, len(trial.points), first)
		}
		more, most := int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(after.Sys)-int64(before.Sys)
		t.Logf("%s: %d steps, %d points, %d bytes more alive, %d more taken", spec.Algorithm, trial.learner.Progress().Steps, len(trial.points), more, most)
		if more > alive || most > taken {
			t.Errorf("%s: %d bytes more alive, %d more taken after %d episodes than after %d: want at most %d, %d",
				spec.Algorithm, more, most, late, early, alive, taken)
		}
	}
}

func read(m *runtime.MemStats) {
	runtime.GC()
	runtime.GC() // what finalizers held
	runtime.ReadMemStats(m)
}
