package mc

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
)

// Shared episodes are the plain ones: the same returns within 1e-12, lengths and policy, at every horizon, iteration by
// iteration, from random policies with cycles of every kind.
func TestSharedAreTheEpisodes(t *testing.T) {
	for name, m := range map[string]env.Model{"zhao5": zhao5, "zhao3": zhao3, "exits": exits{zhao5}, "7x7": square(7)} {
		table, rng := compile(t, m), env.NewRand(1, env.PurposeStatistics)
		for _, gamma := range []float64{0, 0.5, 0.9, 1 - 1e-9, 1} {
			for _, T := range []int{1, 2, 3, 7, 100, 3001} {
				policy := make([]env.Action, table.NumStates())
				for s := range policy {
					policy[s] = env.Action(rng.Intn(5))
				}
				o := BasicOptions{Policy: policy, Episodes: 2}
				plain := must(NewBasic(Problem{table, gamma, T}, o, 5))
				o.Shared = true
				shared := must(NewBasic(Problem{table, gamma, T}, o, 5))
				n := plain.SweepEpisodes()
				t.Run(fmt.Sprint(name, gamma, T), func(t *testing.T) { agreeing(t, shared, plain, n-1, 1e-12) })
			}
		}
	}
}

// It learns the optimum through the same policies as plain MC Basic, Fig 3.4(d).
func TestSharedLearns(t *testing.T) {
	for _, ties := range []Ties{LowestTie, KeepTie} {
		o := BasicOptions{Policy: slices.Repeat([]env.Action{4}, 25), Ties: ties}
		plain := newBasic(t, zhao5, 0.9, 100, o)
		o.Shared = true
		shared := newBasic(t, zhao5, 0.9, 100, o)
		for range 16 {
			agreeing(t, shared, plain, shared.SweepEpisodes(), 1e-12)
		}
		for s, v := range maxQ(shared.Q()) {
			if math.Abs(v-zhaoOptimum[s]) > 1e-3 {
				t.Errorf("V(%d) = %g, want %g", s, v, zhaoOptimum[s])
			}
		}
	}
}

// An iteration that scores only what the last improvement changed leaves the same bits as one played in full, by a learner
// restored before it, and as one played in pieces (P48).
func TestSharedRenews(t *testing.T) {
	for name, m := range map[string]env.Model{"zhao5": zhao5, "zhao3": zhao3, "exits": exits{zhao5}, "exits12": exits{square(12)}, "12x12": square(12),
		"minus nothing": world{[]string{"..."}, math.Copysign(0, -1), 0, 0}} {
		table, rng := compile(t, m), env.NewRand(2, env.PurposeStatistics)
		for i, gamma := range []float64{0, 0.5, 0.9, 1 - 1e-9, 1, 1, 0.9, 0.5} {
			policy := make([]env.Action, table.NumStates())
			for s := range policy {
				policy[s] = env.Action(rng.Intn(5))
			}
			p := Problem{table, gamma, []int{1, 2, 3, 5, 30, 200, 3001}[rng.Intn(7)]}
			o := BasicOptions{Policy: policy, Ties: []Ties{LowestTie, KeepTie, RandomTie}[i%3], Episodes: int64(1 + i%2), Shared: true}
			t.Run(fmt.Sprint(name, i), func(t *testing.T) { renewing(t, func() *Basic { return must(NewBasic(p, o, 5)) }) })
		}
	}
}

func renewing(t *testing.T, learner func() *Basic) {
	l, pieces := learner(), learner()
	for k := range 15 {
		saved := must(l.Checkpoint())
		iterate(t, l, 1)
		again := learner()
		if k%2 == 1 {
			again = l // which goes back from what came after
		}
		want := digest(l)
		if err := again.Restore(saved); err != nil {
			t.Fatal(err)
		}
		iterate(t, again, 1)
		if k%3 == 2 {
			iterate(t, pieces, 1)
		} else {
			for _, n := range []int64{1, 6, l.SweepEpisodes() - 7} {
				play(t, pieces, n)
			}
		}
		if digest(again) != want || digest(pieces) != want {
			t.Fatalf("iteration %d: %s after those before it, %s in full, %s in pieces", k, want, digest(again), digest(pieces))
		}
	}
}

// The ends under a policy are the same, to the bit, whatever was followed before.
func TestEndsDependOnThePolicyAlone(t *testing.T) {
	for name, m := range map[string]env.Model{"zhao5": zhao5, "exits": exits{zhao5}, "7x7": square(7)} {
		table, rng := compile(t, m), env.NewRand(3, env.PurposeStatistics)
		for _, T := range []int{1, 2, 5, 12, 100} {
			policy := make([]env.Action, table.NumStates())
			x, rounds := newEnds(table, 0.9, T), 0
			for changed := []env.State(nil); rounds < 200; rounds++ {
				x.follow(policy, changed)
				fresh := newEnds(table, 0.9, T)
				fresh.follow(policy, nil)
				for s, e := range fresh.of {
					if got := x.of[s]; got.value != e.value || got.last != e.last || got.depth != e.depth {
						t.Fatalf("%s, T = %d, round %d, state %d: %+v, want %+v", name, T, rounds, s, got, e)
					}
				}
				if x.steps != fresh.steps || x.cut != fresh.cut {
					t.Fatalf("%s, T = %d, round %d: %d steps, %d cut, want %d and %d", name, T, rounds, x.steps, x.cut, fresh.steps, fresh.cut)
				}
				changed = changed[:0]
				for range 1 + rng.Intn(8) {
					s := env.State(rng.Intn(len(policy)))
					policy[s] = env.Action(rng.Intn(5))
					changed = append(changed, s)
				}
			}
		}
	}
}

// Sharing is refused where episodes that meet may part again.
func TestSharedRefused(t *testing.T) {
	var field *env.FieldError
	for _, c := range []struct {
		mdp   env.MDP
		visit Visit
	}{{compile(t, lake), InitialVisit}, {zhao5, InitialVisit}, {compile(t, zhao5), EveryVisit}} {
		if _, err := NewBasic(Problem{c.mdp, 0.9, 10}, BasicOptions{Shared: true, Visit: c.visit}, 1); !errors.As(err, &field) || field.Field != "shared" {
			t.Errorf("%T, visit %v: %v", c.mdp, c.visit, err)
		}
	}
}
