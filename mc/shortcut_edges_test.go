package mc

import (
	"slices"
	"testing"

	"example.com/mcrl/env"
)

// A walk may visit every state, and the first one with two actions, before a pair comes back: |S|+1 pairs that differ, the
// most there can be (P15).
func TestCycleThroughAllStates(t *testing.T) {
	for _, n := range []int{1, 2, 3, 40} {
		row := make([]byte, n)
		policy := make([]env.Action, n)
		for i := range row {
			row[i], policy[i] = '.', 1
		}
		ring := ring{world{[]string{string(row)}, -1, -1, 1}}
		for _, T := range []int{n, n + 1, n + 2, 3*n + 2, 1000} {
			o := StartsOptions{Visit: FirstVisit, Improve: ImproveBatch, Batch: 1 << 40, Starts: FixedPair, Action: 4, Policy: policy}
			plain := must(NewExploringStarts(Problem{compile(t, ring), 0.9, T}, o, 5))
			o.Cycles = true
			agreeing(t, must(NewExploringStarts(Problem{compile(t, ring), 0.9, T}, o, 5)), plain, 3, 1e-12)
		}
	}
}

// ring is a row in which right leads from the last state to the first.
type ring struct{ world }

func (r ring) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	if a == 1 {
		return (s + 1) % env.State(r.NumStates()), float64(s)
	}
	return r.world.Step(s, a, nil)
}

func (r ring) Outcomes(s env.State, a env.Action) []env.Outcome {
	next, reward := r.Step(s, a, nil)
	return []env.Outcome{{Next: next, Reward: reward, Prob: 1}}
}

// The first return of the greedy action can make a tie with actions that compete unvisited: the lowest is taken then (P10,
// P11), at whatever moment the policy is improved.
func TestFirstReturnOfTheGreedyActionTies(t *testing.T) {
	still := world{[]string{"..."}, 0, 0, 0} // nothing is rewarded
	for _, improve := range []Improve{ImproveStep, ImproveEpisode, ImproveBatch} {
		o := StartsOptions{Improve: improve, Optimistic: true, Starts: FixedPair, State: 1, Action: 4, Policy: []env.Action{4, 4, 4}}
		l := must(NewExploringStarts(Problem{compile(t, still), 0.9, 3}, o, 1))
		play(t, l, 1)
		if got := l.Policy()[1]; got != 0 {
			t.Errorf("improve %v: the policy takes action %d, want 0: all five are worth 0", improve, got)
		}
	}
}

// Random ties are drawn anew whenever a state is improved, whatever has been scored there: with one visit in each episode,
// improving after the episode is improving after the step (P10, P11).
func TestRandomTiesAreDrawnAnew(t *testing.T) {
	p := Problem{compile(t, world{[]string{"..."}, -1, 0, 0}), 0.9, 1} // bumps are worth -1, the other actions 0
	o := StartsOptions{Visit: InitialVisit, Ties: RandomTie, Improve: ImproveStep}
	step := must(NewExploringStarts(p, o, 1))
	o.Improve = ImproveEpisode
	episode := must(NewExploringStarts(p, o, 1))
	for e := range 300 {
		play(t, step, 1)
		play(t, episode, 1)
		if got, want := episode.Policy(), step.Policy(); !slices.Equal(got, want) {
			t.Fatalf("after episode %d: %v improved by episodes, %v by steps", e, got, want)
		}
	}
}

// Shared returns of several iterations are averaged, where nothing is forgotten between them (P4): a later return does not
// take the place of the earlier ones.
func TestSharedAveragesIterations(t *testing.T) {
	for _, ties := range []Ties{LowestTie, KeepTie} {
		o := BasicOptions{Policy: slices.Repeat([]env.Action{4}, 25), Ties: ties, Average: Cumulative}
		plain := newBasic(t, zhao5, 0.9, 100, o)
		o.Shared = true
		shared := newBasic(t, zhao5, 0.9, 100, o)
		for range 8 {
			agreeing(t, shared, plain, shared.SweepEpisodes(), 1e-12)
		}
	}
}
