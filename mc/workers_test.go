package mc

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// batchLearner is a learner that shares the work between two improvements.
type batchLearner struct {
	name string
	make func(p Problem) (run, *Control, error)
}

// batchLearners are the learners of the benchmarks of workers.
func batchLearners(batch, perPair int64) []batchLearner {
	starts := func(visit Visit) func(Problem) (run, *Control, error) {
		return func(p Problem) (run, *Control, error) {
			l, err := NewExploringStarts(p, StartsOptions{Visit: visit, Improve: ImproveBatch, Batch: batch}, 1)
			if err != nil {
				return nil, nil, err
			}
			return l, &l.Control, nil
		}
	}
	epsilon := func(p Problem) (run, *Control, error) {
		l, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.1),
			StartsOptions: StartsOptions{Improve: ImproveBatch, Batch: batch}}, 1)
		if err != nil {
			return nil, nil, err
		}
		return l, &l.Control, nil
	}
	basic := func(p Problem) (run, *Control, error) {
		l, err := NewBasic(p, BasicOptions{Episodes: perPair}, 1)
		if err != nil {
			return nil, nil, err
		}
		return l, &l.Control, nil
	}
	return []batchLearner{{fmt.Sprintf("first/%d", batch), starts(FirstVisit)}, {fmt.Sprintf("every/%d", batch), starts(EveryVisit)},
		{fmt.Sprintf("epsilon/%d", batch), epsilon}, {fmt.Sprintf("basic/%d", perPair), basic}}
}

// benchmarkWorkers reports the time of a step of each learner with one worker and with two.
func benchmarkWorkers(b *testing.B, p Problem, episodes, perPair int64) {
	list := append(batchLearners(65536, perPair), batchLearners(8192, perPair)[:3]...)
	for _, x := range list {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", x.name, workers), func(b *testing.B) {
				l, c, err := x.make(p)
				if err != nil {
					b.Fatal(err)
				}
				c.Workers = workers
				play(b, l, episodes)
				before := l.Progress().Steps
				b.ReportAllocs()
				for b.Loop() {
					for _, err := range Run(context.Background(), l, episodes) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(l.Progress().Steps-before), "ns/step")
			})
		}
	}
}

func BenchmarkWorkersG5(b *testing.B) {
	benchmarkWorkers(b, Problem{compile(b, uniformStart{square(5)}), 0.9, 100}, 65536, 512)
}

func BenchmarkWorkersG100(b *testing.B) {
	benchmarkWorkers(b, Problem{compile(b, uniformStart{square(100)}), 0.99, 100}, 65536, 16)
}

// One table of 5,000,000 pairs: memory is the limit.
func BenchmarkWorkersG1000(b *testing.B) {
	benchmarkWorkers(b, Problem{compile(b, uniformStart{square(1000)}), 0.99, 100}, 65536, 16)
}

// gate is an exploring-starts learner whose episodes can be watched and held up.
type gate struct {
	*ExploringStarts
	enter func(p *player)
}

func (g gate) episode(p *player, e int64) {
	g.enter(p)
	g.ExploringStarts.episode(p, e)
}

func newGate(t *testing.T, workers int) gate {
	t.Helper()
	l, err := NewExploringStarts(Problem{compile(t, zhao5), 0.9, 60}, StartsOptions{Improve: ImproveBatch, Batch: 4096}, 7)
	if err != nil {
		t.Fatal(err)
	}
	l.Workers = workers
	return gate{ExploringStarts: l}
}

// All the workers play at the same time: nobody goes on before everybody has come.
func TestWorkersShare(t *testing.T) {
	const workers = 3
	g := newGate(t, workers)
	var here sync.WaitGroup
	here.Add(workers)
	var seen sync.Map
	g.enter = func(p *player) {
		if _, again := seen.LoadOrStore(p, true); !again {
			here.Done()
			here.Wait()
		}
	}
	if err := g.play(context.Background(), 4096, g); err != nil {
		t.Fatal(err)
	}
	for w, p := range g.players {
		if p.units == 0 {
			t.Errorf("worker %d played nothing", w)
		}
	}
	if len(g.players) != workers || g.Progress().Episodes != 4096 {
		t.Errorf("%d workers played %d episodes, want %d and 4096", len(g.players), g.Progress().Episodes, workers)
	}
}

// The learner merges while others play: what is held up here is held until something has been merged.
func TestMergeWhilePlaying(t *testing.T) {
	g := newGate(t, 2)
	merged := make(chan struct{})
	var once sync.Once
	g.enter = func(p *player) {
		if p != g.players[0] {
			<-merged
		} else if g.Progress().Episodes > 0 {
			once.Do(func() { close(merged) })
		}
	}
	if err := g.play(context.Background(), 4096, g); err != nil {
		t.Fatal(err)
	}
	whole := newGate(t, 1)
	if err := whole.play(context.Background(), 4096, whole.ExploringStarts); err != nil {
		t.Fatal(err)
	}
	if got, want := digest(g), digest(whole); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
