package mc

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
)

// exits is a world in which reaching the target ends the episode.
type exits struct{ world }

func (w exits) Terminal(s env.State) bool {
	cols := len(w.rows[0])
	return w.rows[int(s)/cols][int(s)%cols] == 'T'
}

// Cycles in closed form are the plain episodes: the same visits, values within 1e-12, the same progress. The policies are
// random and stay, so that no tie decided by a last digit can part the two.
func TestCyclesAreTheEpisodes(t *testing.T) {
	for name, m := range map[string]env.Model{"zhao5": zhao5, "zhao3": zhao3, "exits": exits{zhao5}, "7x7": square(7)} {
		table, rng := compile(t, m), env.NewRand(1, env.PurposeStatistics)
		for _, gamma := range []float64{0, 0.5, 0.9, 1 - 1e-9, 1} {
			for _, T := range []int{1, 2, 3, 10, 100, 10007} {
				for _, visit := range []Visit{FirstVisit, InitialVisit} {
					policy := make([]env.Action, table.NumStates())
					for s := range policy {
						policy[s] = env.Action(rng.Intn(5))
					}
					o := StartsOptions{Visit: visit, Improve: ImproveBatch, Batch: 1 << 40, Policy: policy, Tail: T / 3}
					plain := must(NewExploringStarts(Problem{table, gamma, T}, o, 5))
					o.Cycles = true
					cycles := must(NewExploringStarts(Problem{table, gamma, T}, o, 5))
					t.Run(fmt.Sprint(name, gamma, T, visit), func(t *testing.T) { agreeing(t, cycles, plain, 150, 1e-12) })
				}
			}
		}
	}
}

// While it learns, too, for every rule of the start and of the moment of improvement.
func TestCyclesLearn(t *testing.T) {
	for _, o := range []StartsOptions{
		{Improve: ImproveEpisode}, {Improve: ImproveEpisode, Ties: KeepTie}, {}, {Improve: ImproveSweep, Starts: SweepPairs, Average: ResetAverage},
		{Starts: EnvironmentStarts, Improve: ImproveBatch, Batch: 10}, {Starts: FixedState, State: 7}, {Starts: FixedPair, State: 7, Action: 2},
	} {
		o.Visit = FirstVisit
		p := Problem{compile(t, zhao5), 0.9, 100}
		plain := must(NewExploringStarts(p, o, 5))
		o.Cycles = true
		agreeing(t, must(NewExploringStarts(p, o, 5)), plain, 2000, 1e-12)
	}
}

// Cycles are refused where nothing repeats.
func TestCyclesRefused(t *testing.T) {
	var field *env.FieldError
	o := StartsOptions{Visit: FirstVisit, Cycles: true}
	for _, p := range []Problem{{compile(t, lake), 0.9, 10}, {interfaceOnly{compile(t, zhao5)}, 0.9, 10}} {
		if _, err := NewExploringStarts(p, o, 1); !errors.As(err, &field) || field.Field != "cycles" {
			t.Errorf("%T: %v", p.MDP, err)
		}
	}
	grid := Problem{compile(t, zhao5), 0.9, 10}
	if _, err := NewExploringStarts(grid, StartsOptions{Cycles: true}, 1); !errors.As(err, &field) || field.Field != "cycles" {
		t.Errorf("every visit: %v", err)
	}
	if _, err := NewEpsilonGreedy(grid, EpsilonOptions{StartsOptions: o}, 1); !errors.As(err, &field) || field.Field != "cycles" {
		t.Errorf("epsilon-greedy: %v", err)
	}
}

// Geometric series, kept or doubled up to, against the sum term by term (exact for gamma = 1).
func TestSeries(t *testing.T) {
	for _, gamma := range []float64{0, 0.5, 0.99, 1 - 1e-9, 1} {
		z := newSeries(gamma, 10)
		sum, power := 0.0, 1.0
		for k := range 3000 {
			s, p := z.upTo(k)
			if math.Abs(s-sum) > 1e-13*sum || math.Abs(p-power) > 1e-12*power {
				t.Errorf("gamma %g, %d terms: %.17g and %.17g, want %.17g and %.17g", gamma, k, s, p, sum, power)
			}
			sum, power = sum*gamma+1, power*gamma
		}
	}
}
