package mc

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
)

// zhaoOptimum is Fig 3.4(d): the optimal values of zhao5 for gamma = 0.9.
var zhaoOptimum = []float64{
	3.486784, 3.874205, 4.304672, 4.782969, 5.31441,
	3.138106, 3.486784, 4.782969, 5.31441, 5.9049,
	2.824295, 2.541866, 10.0, 5.9049, 6.561,
	2.541866, 10.0, 10.0, 10.0, 7.29,
	2.287679, 9.0, 10.0, 9.0, 8.1,
}

// fig54 is Fig 5.4 by episode length: the printed tables, which the exact ones round to.
var fig54 = map[int]struct {
	values  []float64
	nonzero int
}{
	1:   {[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0}, 5},
	2:   {[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.9, 0, 0, 0, 1.9, 1.9, 1.9, 0, 0, .9, 1.9, .9, 0}, 7},
	3:   {[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2.7, 0, 0, 0, 2.7, 2.7, 2.7, 0, 0, 1.7, 2.7, 1.7, .8}, 8},
	4:   {[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3.4, 0, 0, 0, 3.4, 3.4, 3.4, .7, 0, 2.4, 3.4, 2.4, 1.5}, 9},
	14:  {[]float64{1.2, 1.6, 2.0, 2.5, 3.0, .9, 1.2, 2.5, 3.0, 3.6, .5, .3, 7.7, 3.6, 4.3, .3, 7.7, 7.7, 7.7, 5.0, 0, 6.7, 7.7, 6.7, 5.8}, 24},
	15:  {[]float64{1.4, 1.8, 2.2, 2.7, 3.3, 1.1, 1.4, 2.7, 3.3, 3.8, .8, .5, 7.9, 3.8, 4.5, .5, 7.9, 7.9, 7.9, 5.2, .2, 6.9, 7.9, 6.9, 6.0}, 25},
	30:  {[]float64{3.1, 3.5, 3.9, 4.4, 4.9, 2.7, 3.1, 4.4, 4.9, 5.5, 2.4, 2.1, 9.6, 5.5, 6.1, 2.1, 9.6, 9.6, 9.6, 6.9, 1.9, 8.6, 9.6, 8.6, 7.7}, 25},
	100: {[]float64{3.5, 3.9, 4.3, 4.8, 5.3, 3.1, 3.5, 4.8, 5.3, 5.9, 2.8, 2.5, 10, 5.9, 6.6, 2.5, 10, 10, 10, 7.3, 2.3, 9, 10, 9, 8.1}, 25},
}

func newBasic(t testing.TB, m env.Model, gamma float64, horizon int, o BasicOptions) *Basic {
	t.Helper()
	l, err := NewBasic(Problem{compile(t, m), gamma, horizon}, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// settle iterates until an iteration changes nothing and returns the number of iterations, that one included.
func settle(t testing.TB, l *Basic) int {
	t.Helper()
	for k := 1; k <= 50; k++ {
		if play(t, l, l.SweepEpisodes()).Changed == 0 {
			return k
		}
	}
	t.Fatal("the policy still changes after 50 iterations")
	return 0
}

func maxQ(q *QTable) []float64 {
	v := make([]float64, q.NumStates())
	for s := range v {
		a, _ := q.Greedy(env.State(s))
		v[s] = q.At(env.State(s), a)
	}
	return v
}

// Fig 5.3, the worked example of Zhao, p. 83 (P1).
func TestFig53(t *testing.T) {
	pi0 := arrows("^v>", ">vv", ">>o")
	l := newBasic(t, zhao3, 0.9, 1000, BasicOptions{Policy: pi0})
	play(t, l, l.SweepEpisodes())
	for a, want := range []float64{-10, 7.29, 7.29, -10, -9} {
		if got := l.Q().At(0, env.Action(a)); math.Abs(got-want) > 1e-12 {
			t.Errorf("q(s1, a%d) = %.15g, want %g", a+1, got, want)
		}
	}
	for L := 1; L <= 40; L++ { // q_L(s1, a2) = (0.9^3 - 0.9^L)/0.1 for L >= 3
		l := newBasic(t, zhao3, 0.9, L, BasicOptions{Policy: pi0})
		play(t, l, l.SweepEpisodes())
		want := max(0, (math.Pow(0.9, 3)-math.Pow(0.9, float64(L)))/0.1)
		if got := l.Q().At(0, 1); math.Abs(got-want) > 1e-12 {
			t.Errorf("L = %d: q(s1, a2) = %.15g, want %.15g", L, got, want)
		}
	}
	play(t, l, l.SweepEpisodes())
	for s, want := range []float64{7.29, 8.1, 8.0, 8.1, 9.0, 10.0, 9.0, 10.0, 10.0} {
		a, _ := l.Q().Greedy(env.State(s))
		if got := l.Q().At(env.State(s), a); math.Abs(got-want) > 1e-12 {
			t.Errorf("after one iteration V(s%d) = %.15g, want %g", s+1, got, want)
		}
	}
	if l.Progress().Changed != 0 {
		t.Errorf("the second iteration changed %d states, want 0: one iteration is enough", l.Progress().Changed)
	}
}

// Fig 5.4 in all eight panels (P15): every cell to the printed digit, and the L-step value is short of the optimum by
// exactly gamma^L/(1-gamma) at the target.
func TestFig54(t *testing.T) {
	for L, want := range fig54 {
		t.Run(fmt.Sprint("L=", L), func(t *testing.T) {
			l := newBasic(t, zhao5, 0.9, L, BasicOptions{})
			settle(t, l)
			match, nonzero := 0, 0
			for s, v := range maxQ(l.Q()) {
				if math.Round(v*10)/10 == want.values[s] {
					match++
				} else {
					t.Errorf("state %d: %.4f, printed %.1f", s, v, want.values[s])
				}
				if v != 0 {
					nonzero++
				}
			}
			if nonzero != want.nonzero {
				t.Errorf("%d states have a value, want %d", nonzero, want.nonzero)
			}
			target, _ := l.Q().Greedy(17)
			if gap := 10 - l.Q().At(17, target); math.Abs(gap-math.Pow(.9, float64(L))*10) > 1e-12 {
				t.Errorf("error at the target %.15g, want gamma^L/(1-gamma) = %.15g", gap, math.Pow(.9, float64(L))*10)
			}
		})
	}
}

// The policy is frozen during a sweep (P12): replaced in place, the numbers would be 7, 9, 10, 16, 24, 25.
func TestBasicFrozenPolicy(t *testing.T) {
	l := newBasic(t, zhao5, 0.9, 100, BasicOptions{Policy: slices.Repeat([]env.Action{4}, 25)})
	var exact []int
	for range 8 {
		play(t, l, l.SweepEpisodes())
		n := 0
		for s, v := range maxQ(l.Q()) {
			if math.Abs(v-zhaoOptimum[s]) < 1e-3 {
				n++
			}
		}
		exact = append(exact, n)
	}
	if want := []int{5, 7, 8, 9, 10, 12, 24, 25}; !slices.Equal(exact, want) {
		t.Errorf("states with the optimal value after each iteration: %v, want %v", exact, want)
	}
}

// Iterations until nothing changes, by tie rule (P11).
func TestBasicTies(t *testing.T) {
	stay := slices.Repeat([]env.Action{4}, 25)
	for ties, want := range map[Ties]int{LowestTie: 9, KeepTie: 16} {
		l := newBasic(t, zhao5, 0.9, 100, BasicOptions{Policy: stay, Ties: ties})
		if got := settle(t, l); got != want {
			t.Errorf("ties %v: %d iterations, want %d", ties, got, want)
		}
	}
	rng := env.NewRand(1, env.PurposeStatistics)
	for range 200 {
		pi0 := make([]env.Action, 25)
		for s := range pi0 {
			pi0[s] = env.Action(rng.Intn(5))
		}
		l := newBasic(t, zhao5, 0.9, 100, BasicOptions{Policy: pi0})
		if k := settle(t, l); k > 12 {
			t.Errorf("from %v: %d iterations, want at most 12", pi0, k)
		}
		for s, v := range maxQ(l.Q()) {
			if math.Abs(v-zhaoOptimum[s]) > 1e-3 {
				t.Fatalf("from %v: V(%d) = %g, want %g", pi0, s, v, zhaoOptimum[s])
			}
		}
	}
}

// Relabelling the actions permutes nothing but the labels: V stays.
func TestBasicRelabelled(t *testing.T) {
	l := newBasic(t, relabelled{zhao5}, 0.9, 100, BasicOptions{})
	settle(t, l)
	for s, v := range maxQ(l.Q()) {
		if math.Abs(v-zhaoOptimum[s]) > 1e-3 {
			t.Errorf("V(%d) = %g, want %g", s, v, zhaoOptimum[s])
		}
	}
}

type relabelled struct{ world }

func (r relabelled) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	return r.world.Step(s, 4-a, rng)
}

func (r relabelled) Outcomes(s env.State, a env.Action) []env.Outcome {
	return r.world.Outcomes(s, 4-a)
}

// gamma = 0 works: the value of a state is its best reward, Fig 3.4(c) (P23).
func TestBasicGammaZero(t *testing.T) {
	l := newBasic(t, zhao5, 0, 7, BasicOptions{})
	settle(t, l)
	want := fig54[1].values
	if got := maxQ(l.Q()); !slices.Equal(got, want) {
		t.Errorf("V = %v, want %v", got, want)
	}
}
