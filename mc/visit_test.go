package mc

import (
	"math"
	"testing"

	"example.com/mcrl/env"
)

// loop is one state with one action: +1 and again with probability 1/2, else the end. Its value for gamma = 1 is 1.
type loop struct{}

func (loop) NumStates() int            { return 2 }
func (loop) NumActions() int           { return 1 }
func (loop) Terminal(s env.State) bool { return s == 1 }
func (loop) Step(_ env.State, _ env.Action, rng *env.Rand) (env.State, float64) {
	if rng.Float64() < 0.5 {
		return 0, 1
	}
	return 1, 0
}

// Visit rules against their exact means (P2, P5, P7): k loops give k+1 visits with returns k, ..., 1, 0. First-visit has
// mean v = 1; every-visit v n/(n+1) after n episodes; the last visit would have mean 0.
func TestVisitRuleMeans(t *testing.T) {
	const runs = 20000
	for _, c := range []struct {
		visit    Visit
		n        int64
		mean     float64
		variance float64 // of the estimate after n episodes
	}{
		{FirstVisit, 1, 1, 2}, {FirstVisit, 5, 1, 2. / 5}, {InitialVisit, 5, 1, 2. / 5},
		{EveryVisit, 1, 0.5, everyVisitVariance(1)}, {EveryVisit, 2, 2. / 3, everyVisitVariance(2)},
		{EveryVisit, 5, 5. / 6, everyVisitVariance(5)}, {EveryVisit, 10, 10. / 11, everyVisitVariance(10)},
	} {
		sum := 0.0
		for seed := range uint64(runs) {
			l, err := NewExploringStarts(Problem{loop{}, 1, 1000}, StartsOptions{Visit: c.visit}, seed)
			if err != nil {
				t.Fatal(err)
			}
			play(t, l, c.n)
			sum += l.Q().At(0, 0)
		}
		if z := (sum/runs - c.mean) / math.Sqrt(c.variance/runs); math.Abs(z) > 4.5 {
			t.Errorf("%v visit, %d episodes: mean %.4f, want %.4f (%.1f standard errors off)", c.visit, c.n, sum/runs, c.mean, z)
		}
	}
}

// everyVisitVariance is the exact variance of the every-visit mean after n episodes with k_1, ..., k_n loops,
// sum k_i(k_i+1)/2 / sum(k_i+1), by the distribution of (visits, returns) built episode by episode.
func everyVisitVariance(n int) float64 {
	type at struct{ visits, returns int }
	dist := map[at]float64{{}: 1}
	for range n {
		next := map[at]float64{}
		for x, p := range dist {
			for k, pk := 0, 0.5; pk*p > 1e-13; k, pk = k+1, pk/2 {
				next[at{x.visits + k + 1, x.returns + k*(k+1)/2}] += p * pk
			}
		}
		dist = next
	}
	mean, square := 0.0, 0.0
	for x, p := range dist {
		w := float64(x.returns) / float64(x.visits)
		mean, square = mean+p*w, square+p*w*w
	}
	return square - mean*mean
}

// twoActions is one state: a0 loops, a1 ends.
type twoActions struct{}

func (twoActions) NumStates() int            { return 2 }
func (twoActions) NumActions() int           { return 2 }
func (twoActions) Terminal(s env.State) bool { return s == 1 }
func (twoActions) Step(_ env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	return env.State(a), float64(1 - a)
}

// First-visit looks at pairs, not at states (P3): under the uniform policy every episode visits (s, a1) exactly once.
func TestFirstVisitOfPairs(t *testing.T) {
	o := EpsilonOptions{Epsilon: Epsilon(1), StartsOptions: StartsOptions{Visit: FirstVisit}}
	l, err := NewEpsilonGreedy(Problem{twoActions{}, 1, 1000}, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	play(t, l, 1000)
	if got := l.Q().N(0, 1); got != 1000 {
		t.Errorf("N(s, a1) = %d after 1000 episodes, want 1000", got)
	}
	if got, sd := float64(l.Q().N(0, 0)), math.Sqrt(1000*0.25); math.Abs(got-500) > 4.5*sd {
		t.Errorf("N(s, a0) = %g, want 500 +- %g: half of the episodes visit it", got, 4.5*sd)
	}
}

// The first return is the value, whole (P6), and later ones are averaged, not substituted (P4).
func TestAverages(t *testing.T) {
	for _, o := range []StartsOptions{{}, {Improve: ImproveEpisode}, {Visit: FirstVisit}, {Visit: InitialVisit}} {
		l, err := NewExploringStarts(Problem{loop{}, 1, 1000}, o, 3)
		if err != nil {
			t.Fatal(err)
		}
		q, want := NewQTable(2, 1), 0.0
		var ep env.Episode
		gen, err := env.NewGenerator(loop{}, env.Deterministic{0, 0}, 1000, 3)
		if err != nil {
			t.Fatal(err)
		}
		for e := range 200 {
			play(t, l, 1)
			gen.Starts().Intn(1)
			gen.From(&ep, 0, 0)
			k := ep.Len() - 1
			if o.Visit == VisitAsPrinted {
				for g := range k + 1 {
					q.Update(0, 0, float64(g))
				}
			} else {
				q.Update(0, 0, float64(k))
			}
			want = q.At(0, 0)
			if got := l.Q().At(0, 0); math.Abs(got-want) > 1e-12 || l.Q().N(0, 0) != q.N(0, 0) {
				t.Fatalf("%+v, episode %d: q = %.15g from %d returns, want %.15g from %d", o, e, got, l.Q().N(0, 0), want, q.N(0, 0))
			}
		}
	}
}

// The variance of an estimate falls like 1/n (P4): after n episodes it is 2/n, within 4.5 standard errors.
func TestVarianceFalls(t *testing.T) {
	const runs = 4000
	for _, n := range []int64{1, 10, 100} {
		square := 0.0
		for seed := range uint64(runs) {
			l, err := NewExploringStarts(Problem{loop{}, 1, 1000}, StartsOptions{Visit: FirstVisit}, seed)
			if err != nil {
				t.Fatal(err)
			}
			play(t, l, n)
			d := l.Q().At(0, 0) - 1
			square += d * d
		}
		// the fourth central moment of one return is 38, so of the mean of n: (38 + 3*4*(n-1))/n^3
		exact := 2 / float64(n)
		m4 := (38 + 12*float64(n-1)) / float64(n*n*n)
		se := math.Sqrt((m4 - exact*exact) / runs)
		if got := square / runs; math.Abs(got-exact) > 4.5*se {
			t.Errorf("n = %d: variance %.5f, want %.5f +- %.5f", n, got, exact, 4.5*se)
		}
	}
}
