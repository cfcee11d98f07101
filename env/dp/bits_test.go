package dp

import (
	"reflect"
	"testing"

	"example.com/mcrl/env"
)

// Run again, every solver gives the same bits (P45): no sum runs over a map.
func TestSameBitsAgain(t *testing.T) {
	for _, c := range []env.GridConfig{env.Zhao5(-10, env.BoundaryPlusCell), env.FrozenLake4(true)} {
		g, err := env.NewGrid(c)
		if err != nil {
			t.Fatal(err)
		}
		p := env.NewUniform(g.NumStates(), g.NumActions())
		solve := func() []any {
			var all []any
			put := func(x any, err error) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, x)
			}
			put(Evaluate(g, p, 0.9, Options{}))
			put(PolicyIteration(g, 0.9, Options{}))
			put(ValueIteration(g, 0.9, Options{}))
			put(SoftOptimal(g, 0.9, 0.3, Options{}))
			put(FiniteHorizon(g, 0.9, 20, 0.3))
			put(EvaluateHorizon(g, p, 0.9, 20))
			put(Moments(g, p, 0.9, Options{}))
			put(HorizonMoments(g, p, 0.9, 20))
			put(ExpectedVisits(g, p, 0, 100))
			if c.Target == env.TargetPays {
				put(VisitLaw(g, p))
			}
			return all
		}
		first := solve()
		for range 20 {
			for i, x := range solve() {
				if !reflect.DeepEqual(x, first[i]) {
					t.Fatalf("%T, result %d: other bits when run again", x, i)
				}
			}
		}
	}
}

// offset is one throw: 1e9 + 4, 7, 13 or 16, each with probability 1/4, and the end.
type offset struct{}

func (offset) NumStates() int            { return 2 }
func (offset) NumActions() int           { return 1 }
func (offset) Terminal(s env.State) bool { return s == 1 }

func (offset) Outcomes(env.State, env.Action) []env.Outcome {
	return []env.Outcome{{Next: 1, Reward: 1e9 + 4, Prob: .25}, {Next: 1, Reward: 1e9 + 7, Prob: .25},
		{Next: 1, Reward: 1e9 + 13, Prob: .25}, {Next: 1, Reward: 1e9 + 16, Prob: .25}}
}

func (m offset) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	o := m.Outcomes(s, a)[rng.Intn(4)]
	return o.Next, o.Reward
}

// The variance of 1e9 + {4, 7, 13, 16} is 22.5 (P40): a mean of squares less the square of the mean would lose it.
func TestMomentsOfALargeOffset(t *testing.T) {
	p := env.Deterministic{0, 0}
	for name, moments := range map[string]func() (*Returns, error){
		"Moments":        func() (*Returns, error) { return Moments(offset{}, p, 0.9, Options{}) },
		"HorizonMoments": func() (*Returns, error) { return HorizonMoments(offset{}, p, 0.9, 3) },
	} {
		r, err := moments()
		if err != nil {
			t.Fatal(err)
		}
		if r.Mean[0] != 1e9+10 || r.Var[0] != 22.5 || r.StateVar[0] != 22.5 {
			t.Errorf("%s: mean %.17g, variance %.17g and %.17g, want 1000000010 and 22.5", name, r.Mean[0], r.Var[0], r.StateVar[0])
		}
	}
}
