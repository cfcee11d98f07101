package mc

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// contrast is the table of the README: the steps and the time until the error is 1% of the largest |v*|, for learners that
// answer the same question. It is printed by
//
//	go test ./mc -run '^$' -bench Contrast
//
// The error of the values is max_s |max_a q(s, a) - v*(s)|, that of the policy is max_s |v_pi(s) - v*(s)| of the greedy
// policy pi, exactly. What epsilon-greedy learns are not the values of its greedy policy, so it is judged by the policy alone.
// The error is looked at after each iteration or, where iterations are short, after a tenth more episodes each time. Of actions
// with equal values the present one stays greedy: the lowest can go round in circles for long.
type contrast struct {
	name    string
	horizon func(w contrastWorld) int
	make    func(p Problem, seed uint64) (run, error)
	soft    bool                                // the policy explores
	stepped func(p Progress, pairs int64) int64 // the steps taken, where those of the episodes are not
	certain bool                                // no random number is drawn: one seed says all
	beyond  int64                               // times the steps of the world, at most; 0: once
}

// contrastWorld is a world of the table.
type contrastWorld struct {
	name  string
	n     int
	gamma float64
	T     int   // what cannot be seen from a first step is nothing
	seeds int   // of each learner
	steps int64 // after these it is given up
}

var contrastWorlds = []contrastWorld{{"5x5", 5, 0.9, 100, 21, 20e6}, {"100x100", 100, 0.99, 1000, 1, 2e9}}

// enough is the least horizon that keeps a hundredth of the largest |v*|, which is 1/(1-gamma).
func enough(w contrastWorld) int {
	return must(Problem{Gamma: w.gamma}.HorizonWithin(10, 0.01/(1-w.gamma)))
}

// enoughLate is the same for late visits too, with a tail of half the horizon.
func enoughLate(w contrastWorld) int { return 2*enough(w) - 1 }

func asTold(w contrastWorld) int { return w.T }

func contrasts() []contrast {
	starts := func(o StartsOptions) func(p Problem, seed uint64) (run, error) {
		o.Ties = KeepTie
		return func(p Problem, seed uint64) (run, error) { return NewExploringStarts(p, o, seed) }
	}
	soft := func(eps Schedule, step float64) func(p Problem, seed uint64) (run, error) {
		o := StartsOptions{Improve: ImproveEpisode, Ties: KeepTie, Step: estimate.StepSize{Constant: step}}
		return func(p Problem, seed uint64) (run, error) { return NewEpsilonGreedy(p, EpsilonOptions{eps, o}, seed) }
	}
	basic := func(o BasicOptions) func(p Problem, seed uint64) (run, error) {
		o.Ties = KeepTie
		return func(p Problem, seed uint64) (run, error) { return NewBasic(p, o, seed) }
	}
	batch := func(s Starts, v Visit) func(p Problem, seed uint64) (run, error) {
		return func(p Problem, seed uint64) (run, error) {
			o := StartsOptions{Visit: v, Improve: ImproveBatch, Average: ResetAverage, Starts: s, Ties: KeepTie}
			o.Batch = int64(p.MDP.NumStates() * p.MDP.NumActions())
			if v != InitialVisit {
				o.Tail = p.Horizon / 2
			}
			return NewExploringStarts(p, o, seed)
		}
	}
	return []contrast{
		{name: "basic-shared", horizon: asTold, make: basic(BasicOptions{Shared: true}), certain: true,
			stepped: func(p Progress, pairs int64) int64 { return p.Iterations * pairs }},
		{name: "basic", horizon: enough, make: basic(BasicOptions{}), certain: true, beyond: 4},
		{name: "starts-batch-swept", horizon: enough, make: batch(SweepPairs, InitialVisit), certain: true, beyond: 4},
		{name: "starts-batch-drawn", horizon: enoughLate, make: batch(UniformPairs, FirstVisit), beyond: 4},
		{name: "starts-alpha-0.2", horizon: asTold, make: starts(StartsOptions{Visit: FirstVisit, Improve: ImproveEpisode,
			Step: estimate.StepSize{Constant: 0.2}})},
		{name: "starts-first", horizon: asTold, make: starts(StartsOptions{Visit: FirstVisit, Improve: ImproveEpisode})},
		{name: "starts-every", horizon: asTold, make: starts(StartsOptions{Improve: ImproveEpisode})},
		{name: "epsilon-0.1", horizon: asTold, make: soft(Epsilon(0.1), 0), soft: true},
		{name: "epsilon-decaying-alpha-0.05", horizon: asTold, soft: true,
			make: soft(Schedule{Start: 1, Decay: Exponential, Rate: 0.9999, End: 0.01}, 0.05)},
	}
}

// outcome is what one seed comes to.
type outcome struct {
	reached bool
	steps   int64
	error   float64       // relative to the largest |v*|, at the end
	time    time.Duration // of learning, without looking at the error
}

// trial plays until the error is 1%.
func (c contrast) trial(t testing.TB, w contrastWorld, of string, table *env.Table, best []float64, seed uint64) (x outcome) {
	begin := time.Now()
	l := must(c.make(Problem{table, w.gamma, c.horizon(w)}, seed))
	spent := time.Since(begin)
	pairs := int64(table.NumStates() * table.NumActions())
	limit := w.steps * max(1, c.beyond)
	for episodes := pairs; ; episodes = max(episodes+1, episodes*11/10) {
		if b, ok := l.(*Basic); ok {
			episodes = l.Progress().Episodes + b.SweepEpisodes()
		} else if e, ok := l.(*ExploringStarts); ok && e.rules.batch > 1 {
			episodes = l.Progress().Episodes + e.rules.batch
		}
		begin = time.Now()
		p := play(t, l, episodes-l.Progress().Episodes)
		spent += time.Since(begin)
		x = outcome{steps: p.Steps, time: spent, error: off(of, table, w.gamma, l, best)}
		if c.stepped != nil {
			x.steps = c.stepped(p, pairs)
		}
		if x.reached = x.error <= 0.01; x.reached || x.steps >= limit {
			return x
		}
	}
}

// off is the error of the values or of the policy, relative to the largest |v*|.
func off(of string, table *env.Table, gamma float64, l run, best []float64) (e float64) {
	v, largest := maxQ(l.Q()), 0.0
	if of == "policy" {
		v = must(dp.Evaluate(table, l.Policy(), gamma, dp.Options{})).V
	}
	for s, x := range best {
		e, largest = max(e, math.Abs(v[s]-x)), max(largest, math.Abs(x))
	}
	return e / largest
}

// measure plays as many seeds as the world asks for.
func (c contrast) measure(t testing.TB, w contrastWorld, of string) (all []outcome) {
	table := compile(t, anywhere{square(w.n)})
	best := must(dp.PolicyIteration(table, w.gamma, dp.Options{})).V
	seeds := w.seeds
	if c.certain {
		seeds = 1
	}
	for seed := range uint64(seeds) {
		all = append(all, c.trial(t, w, of, table, best, seed+1))
	}
	return all
}

// anywhere is a world in which episodes begin anywhere, with equal probability.
type anywhere struct{ world }

func (w anywhere) Start(rng *env.Rand) env.State { return env.State(rng.Intn(w.NumStates())) }

// median is the middle one of the outcomes by steps, then by error, then by time; those that were given up are the largest.
func median(all []outcome) outcome {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(x, y outcome) int {
		if x.reached != y.reached {
			return count(y.reached) - count(x.reached)
		}
		return cmp.Or(cmp.Compare(x.steps, y.steps), cmp.Compare(x.error, y.error), cmp.Compare(x.time, y.time))
	})
	return sorted[len(sorted)/2]
}

func BenchmarkContrast(b *testing.B) {
	for _, w := range contrastWorlds {
		for _, of := range []string{"values", "policy"} {
			for _, c := range contrasts() {
				if !c.soft || of == "policy" {
					b.Run(fmt.Sprintf("%s/%s/%s", w.name, of, c.name), func(b *testing.B) { c.report(b, w, of) })
				}
			}
		}
	}
}

func (c contrast) report(b *testing.B, w contrastWorld, of string) {
	var all []outcome
	for b.Loop() {
		all = append(all, c.measure(b, w, of)...)
	}
	x, reached := median(all), 0
	for _, y := range all {
		reached += count(y.reached)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(x.steps), "steps")
	b.ReportMetric(100*x.error, "%error")
	b.ReportMetric(float64(reached)/float64(len(all)), "reached")
	if x.reached {
		b.ReportMetric(float64(x.time.Nanoseconds())/1e6, "ms")
	}
}

// The table on the 5 x 5 world, with five seeds: what is certain takes exactly so many steps, and the longer a row
// remembers discarded policies, the longer it takes (P14).
func TestContrast(t *testing.T) {
	w := contrastWorlds[0]
	w.seeds, w.steps = 5, 2e6
	want := []int64{10 * 125, 10 * 125 * 66, 10 * 125 * 66}
	before := int64(0)
	for i, c := range contrasts()[:6] {
		x := median(c.measure(t, w, "values"))
		if i < len(want) && x.steps != want[i] {
			t.Errorf("%s: %d steps, want %d", c.name, x.steps, want[i])
		}
		if x.steps < before || !x.reached && i < 4 {
			t.Errorf("%s: %+v, want more than %d steps", c.name, x, before)
		}
		before = x.steps
	}
}
