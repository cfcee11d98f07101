package env_test

import (
	"math"
	randv2 "math/rand/v2"
	"sync"
	"testing"

	"example.com/mcrl/env"
)

// square is a grid of n x n cells without a terminal state: actions up, right, down, left, stay; -1 for the edge (which
// moves nowhere), else 1 for entering the target, -10 for entering a forbidden cell, 0 for any other.
type square struct {
	n, target int
	forbidden []bool
}

func (g *square) NumStates() int          { return g.n * g.n }
func (g *square) NumActions() int         { return 5 }
func (g *square) Terminal(env.State) bool { return false }

func (g *square) Step(s env.State, a env.Action, _ *env.Rand) (env.State, float64) {
	row, col := int(s)/g.n+[...]int{-1, 0, 1, 0, 0}[a], int(s)%g.n+[...]int{0, 1, 0, -1, 0}[a]
	if row < 0 || row >= g.n || col < 0 || col >= g.n {
		return s, -1
	}
	next := row*g.n + col
	switch {
	case next == g.target:
		return env.State(next), 1
	case g.forbidden[next]:
		return env.State(next), -10
	}
	return env.State(next), 0
}

func (g *square) Outcomes(s env.State, a env.Action) []env.Outcome {
	return g.AppendOutcomes(nil, s, a)
}

func (g *square) AppendOutcomes(dst []env.Outcome, s env.State, a env.Action) []env.Outcome {
	next, reward := g.Step(s, a, nil)
	return append(dst, env.Outcome{Next: next, Reward: reward, Prob: 1})
}

// heading is the policy that goes to the target, first along the larger of the two distances, rows before columns.
func (g *square) heading() []env.Action {
	best := make([]env.Action, g.n*g.n)
	for s := range best {
		down, right := g.target/g.n-s/g.n, g.target%g.n-s%g.n
		switch {
		case down != 0 && max(down, -down) >= max(right, -right):
			best[s] = 2
			if down < 0 {
				best[s] = 0
			}
		case right > 0:
			best[s] = 1
		case right < 0:
			best[s] = 3
		default:
			best[s] = 4
		}
	}
	return best
}

// square5 is the 5x5 grid of the book.
var square5 = sync.OnceValue(func() *square {
	g := &square{5, 17, make([]bool, 25)}
	for _, s := range []int{6, 7, 12, 16, 18, 21} {
		g.forbidden[s] = true
	}
	return g
})

// square1000 has one cell in five forbidden, by the output function of SplitMix64.
var square1000 = sync.OnceValue(func() *square {
	g := &square{1000, 500*1000 + 500, make([]bool, 1_000_000)}
	for s := range g.forbidden {
		z := uint64(s) + 0x9E3779B97F4A7C15
		z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
		z = (z ^ (z >> 27)) * 0x94D049BB133111EB
		g.forbidden[s] = (z^(z>>31))%5 == 0 && s != g.target
	}
	return g
})

// lake is FrozenLake 8x8, slippery: the intended move or one to its side; 1 for the goal.
type lake struct {
	cells string
	probs [3]float64 // of the move to the left of the intended one, of that itself, of that to its right
}

var thirds = [3]float64{1.0 / 3, 1.0 / 3, 1.0 / 3}

const lake8 = "SFFFFFFF" + "FFFFFFFF" + "FFFHFFFF" + "FFFFFHFF" + "FFFHFFFF" + "FHHFFFHF" + "FHFFHFHF" + "FFFHFFFG"

func (l lake) NumStates() int            { return 64 }
func (l lake) NumActions() int           { return 4 }
func (l lake) Terminal(s env.State) bool { return l.cells[s] == 'H' || l.cells[s] == 'G' }

func (l lake) Outcomes(s env.State, a env.Action) (out []env.Outcome) {
	for turn := env.Action(3); turn <= 5; turn++ { // actions left, down, right, up
		move := (a + turn) % 4
		row, col := int(s)/8+[...]int{0, 1, 0, -1}[move], int(s)%8+[...]int{-1, 0, 1, 0}[move]
		next := env.State(8*min(max(row, 0), 7) + min(max(col, 0), 7))
		reward := 0.0
		if l.cells[next] == 'G' {
			reward = 1
		}
		out = append(out, env.Outcome{Next: next, Reward: reward, Prob: l.probs[turn-3]})
	}
	return out
}

func (l lake) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	out, x, i := l.Outcomes(s, a), rng.Float64(), 0
	for i < 2 && x >= l.probs[i] {
		x -= l.probs[i]
		i++
	}
	return out[i].Next, out[i].Reward
}

func (l lake) StartProbs() ([]env.State, []float64) { return []env.State{0}, []float64{1} }

// workload is episodes of one policy in one environment, with what they give on average.
type workload struct {
	table  *env.Table
	policy interface {
		env.Policy
		Prob(env.State, env.Action) float64
	}
	horizon int

	reward, rewardErr float64 // of the reward of an episode: the expectation, and its standard error where it was simulated
	length            float64 // the expected length of an episode
}

func uniform5(t testing.TB) workload {
	return newWorkload(t, square5(), env.NewUniform(25, 5), 1000)
}

func eps5(t testing.TB) workload {
	return newWorkload(t, square5(), soft(t, square5().heading()), 1000)
}

func slippery8(t testing.TB) workload {
	return newWorkload(t, lake{lake8, thirds}, env.NewUniform(64, 4), 200)
}

func stochastic5(t testing.TB) workload {
	return newWorkload(t, square5(), stochastic(t, 25, 1, 1, 1, 1, 1), 1000)
}

func stochastic100(t testing.TB) workload {
	g := &square{100, 5050, make([]bool, 10_000)}
	for s := range g.forbidden {
		g.forbidden[s] = s%7 == 3 && s != g.target
	}
	return newWorkload(t, g, stochastic(t, 10_000, 1, 1, 1, 1, 1), 1000)
}

// unequal8 has slips that no die of few faces gives.
func unequal8(t testing.TB) workload {
	return newWorkload(t, lake{lake8, unequal}, env.NewUniform(64, 4), 200)
}

func stochastic8(t testing.TB) workload {
	return newWorkload(t, lake{lake8, unequal}, stochastic(t, 64, 1, 4, 4, 1), 200)
}

var unequal = [3]float64{0.2123, 0.7, 0.0877}

// stochastic is a policy with random probabilities in each state: exponential numbers times the weights, over their sum.
func stochastic(t testing.TB, states int, weights ...float64) *env.Stochastic {
	r, actions := randv2.New(randv2.NewPCG(3, 4)), len(weights)
	probs := make([]float64, states*actions)
	for s := range states {
		row, sum := probs[s*actions:][:actions], 0.0
		for a := range row {
			row[a] = weights[a] * r.ExpFloat64()
			sum += row[a]
		}
		for a := range row {
			row[a] /= sum
		}
	}
	p, err := env.NewStochastic(actions, probs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func eps1000(t testing.TB) workload {
	best := square1000().heading()
	w := workload{policy: soft(t, best), horizon: 1000, length: 1000}
	w.table = compile(t, square1000())
	w.reward, w.rewardErr = square1000().simulate(best, 300)
	return w
}

func soft(t testing.TB, best []env.Action) *env.Soft {
	p, err := env.NewSoft(best, 5, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func compile(t testing.TB, m env.Model) *env.Table {
	table, err := env.Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// newWorkload computes the expectations by following the distribution of S_t for t = 0, ..., horizon-1.
func newWorkload(t testing.TB, m env.Model, p interface {
	env.Policy
	Prob(env.State, env.Action) float64
}, horizon int) workload {
	w := workload{table: compile(t, m), policy: p, horizon: horizon}
	rows := make([][]env.Outcome, m.NumStates()) // of each state, under the policy
	for s := range rows {
		for a := range env.Action(m.NumActions()) {
			for _, o := range m.Outcomes(env.State(s), a) {
				o.Prob *= p.Prob(env.State(s), a)
				rows[s] = append(rows[s], o)
			}
		}
	}
	at := make([]float64, m.NumStates())
	states, probs := w.table.StartProbs()
	for i, s := range states {
		at[s] = probs[i]
	}
	for range horizon {
		then := make([]float64, len(at))
		for s, here := range at {
			if here == 0 || m.Terminal(env.State(s)) {
				continue
			}
			w.length += here
			for _, o := range rows[s] {
				w.reward += here * o.Prob * o.Reward
				then[o.Next] += here * o.Prob
			}
		}
		at = then
	}
	return w
}

// simulate estimates the expected reward of an episode of 1000 steps at epsilon = 0.1 from a uniform start, with another
// generator and the plainest loop.
func (g *square) simulate(best []env.Action, episodes int) (mean, stdErr float64) {
	r := randv2.New(randv2.NewPCG(1, 2))
	var x moments
	for range episodes {
		s, sum := env.State(r.IntN(g.n*g.n)), 0.0
		for range 1000 {
			a, reward := best[s], 0.0
			if r.Float64() < 0.1 {
				a = env.Action(r.IntN(5))
			}
			s, reward = g.Step(s, a, nil)
			sum += reward
		}
		x.add(sum)
	}
	return x.mean, x.stdErr()
}

// moments is a running mean and sum of squared deviations.
type moments struct{ n, mean, squares float64 }

func (m *moments) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += d * (x - m.mean)
}

func (m *moments) stdErr() float64 { return math.Sqrt(m.squares / (m.n - 1) / m.n) }

// total sums in four lanes: one alone would cost more than the walk.
func total(x []float64) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d = a+x[0], b+x[1], c+x[2], d+x[3]
	}
	for _, y := range x {
		a += y
	}
	return a + b + c + d
}

// check demands that the rewards and lengths of the episodes are within 6 standard errors of what they are on average.
func (w *workload) check(t testing.TB, rewards, lengths *moments) {
	t.Helper()
	if d := math.Abs(rewards.mean - w.reward); !(d <= 6*math.Hypot(rewards.stdErr(), w.rewardErr)) {
		t.Errorf("%v episodes: mean reward %v, want %v +- %v", rewards.n, rewards.mean, w.reward, math.Hypot(rewards.stdErr(), w.rewardErr))
	}
	if d := math.Abs(lengths.mean - w.length); !(d <= 6*lengths.stdErr()+1e-9*w.length) {
		t.Errorf("%v episodes: mean length %v, want %v +- %v", lengths.n, lengths.mean, w.length, lengths.stdErr())
	}
}

// someMDP and somePolicy hide what they hold, so that episodes are generated through the interfaces.
type (
	someMDP    struct{ env.MDP }
	somePolicy struct{ env.Policy }
)

func (m someMDP) StartProbs() ([]env.State, []float64) {
	return m.MDP.(env.StartDistribution).StartProbs()
}

func (w *workload) generator(t testing.TB, interfaces bool) (*env.Generator, func() env.State) {
	var m, p = env.MDP(w.table), env.Policy(w.policy)
	if interfaces {
		m, p = someMDP{m}, somePolicy{p}
	}
	g, err := env.NewGenerator(m, p, w.horizon, 1)
	if err != nil {
		t.Fatal(err)
	}
	return g, func() env.State { return w.table.Start(g.Starts()) }
}

// bench simulates, and takes the totals of each call as one sample.
func (w *workload) bench(b *testing.B, interfaces bool) {
	g, _ := w.generator(b, interfaces)
	episodes := int64(float64(6_400_000+20*w.table.NumStates()) / w.length) // a call looks through the policy once
	if interfaces {
		episodes /= 10
	}
	g.Simulate(episodes) // lays out the table
	var rewards, lengths moments
	steps := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		t := g.Simulate(episodes)
		steps += t.Steps
		rewards.add(t.Reward / float64(t.Episodes))
		lengths.add(float64(t.Steps) / float64(t.Episodes))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	for rewards.n < 10 { // for a standard error
		t := g.Simulate(episodes)
		rewards.add(t.Reward / float64(t.Episodes))
		lengths.add(float64(t.Steps) / float64(t.Episodes))
	}
	w.check(b, &rewards, &lengths)
}

// benchRecorded generates the episodes one by one.
func (w *workload) benchRecorded(b *testing.B) {
	g, start := w.generator(b, false)
	var ep env.Episode
	var rewards, lengths moments
	batch := max(64, 64_000/w.horizon)
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		for range batch {
			g.FromState(&ep, start())
			steps += ep.Len()
			rewards.add(total(ep.Rewards))
			lengths.add(float64(ep.Len()))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	w.check(b, &rewards, &lengths)
}

func BenchmarkSimUniform5(b *testing.B)  { w := uniform5(b); w.bench(b, false) }
func BenchmarkSimEps5(b *testing.B)      { w := eps5(b); w.bench(b, false) }
func BenchmarkSimEps1000(b *testing.B)   { w := eps1000(b); w.bench(b, false) }
func BenchmarkSimSlippery8(b *testing.B) { w := slippery8(b); w.bench(b, false) }

func BenchmarkSimStochastic5(b *testing.B)   { w := stochastic5(b); w.bench(b, false) }
func BenchmarkSimStochastic100(b *testing.B) { w := stochastic100(b); w.bench(b, false) }
func BenchmarkSimUnequal8(b *testing.B)      { w := unequal8(b); w.bench(b, false) }
func BenchmarkSimStochastic8(b *testing.B)   { w := stochastic8(b); w.bench(b, false) }

func BenchmarkSimUniform5Interface(b *testing.B)  { w := uniform5(b); w.bench(b, true) }
func BenchmarkSimEps5Interface(b *testing.B)      { w := eps5(b); w.bench(b, true) }
func BenchmarkSimEps1000Interface(b *testing.B)   { w := eps1000(b); w.bench(b, true) }
func BenchmarkSimSlippery8Interface(b *testing.B) { w := slippery8(b); w.bench(b, true) }

func BenchmarkSimStochastic5Interface(b *testing.B)   { w := stochastic5(b); w.bench(b, true) }
func BenchmarkSimStochastic100Interface(b *testing.B) { w := stochastic100(b); w.bench(b, true) }
func BenchmarkSimUnequal8Interface(b *testing.B)      { w := unequal8(b); w.bench(b, true) }
func BenchmarkSimStochastic8Interface(b *testing.B)   { w := stochastic8(b); w.bench(b, true) }

func BenchmarkEpisodesUniform5(b *testing.B)  { w := uniform5(b); w.benchRecorded(b) }
func BenchmarkEpisodesEps5(b *testing.B)      { w := eps5(b); w.benchRecorded(b) }
func BenchmarkEpisodesSlippery8(b *testing.B) { w := slippery8(b); w.benchRecorded(b) }

func BenchmarkEpisodesStochastic5(b *testing.B) { w := stochastic5(b); w.benchRecorded(b) }
func BenchmarkEpisodesUnequal8(b *testing.B)    { w := unequal8(b); w.benchRecorded(b) }
func BenchmarkEpisodesStochastic8(b *testing.B) { w := stochastic8(b); w.benchRecorded(b) }

// The benchmarks do the work that they name: their exact averages are those of an independent program, and episodes on
// either path have them.
func TestWorkloads(t *testing.T) {
	for name, c := range map[string]struct {
		workload
		perEpisode, perStep, length, within float64
	}{
		"SimUniform5":  {workload: uniform5(t), perEpisode: -2440, perStep: -2.44, length: 1000, within: 5e-7},
		"SimEps5":      {workload: eps5(t), perEpisode: 287.232, perStep: 0.287232, length: 1000, within: 5e-7},
		"SimSlippery8": {workload: slippery8(t), perEpisode: 0.0019014, perStep: 0.0019014 / 32.07, length: 32.07, within: 5e-8},
	} {
		if d := math.Abs(c.reward - c.perEpisode); d > c.within*c.length {
			t.Errorf("%s: expected reward %v, want %v", name, c.reward, c.perEpisode)
		}
		if math.Abs(c.workload.length-c.length) > 5e-3 || math.Abs(c.reward/c.workload.length-c.perStep) > c.within {
			t.Errorf("%s: expected length %v, reward a step %v, want %v and %v", name, c.workload.length, c.reward/c.workload.length, c.length, c.perStep)
		}
		c.agree(t)
	}
	for _, w := range []workload{stochastic5(t), unequal8(t), stochastic8(t)} {
		w.agree(t)
	}
}

// agree demands that episodes on either path have the exact averages.
func (w *workload) agree(t *testing.T) {
	for _, interfaces := range []bool{false, true} {
		g, start := w.generator(t, interfaces)
		var ep env.Episode
		var rewards, lengths moments
		for range 3_000_000 / int(w.length) / 10 {
			g.FromState(&ep, start())
			rewards.add(total(ep.Rewards))
			lengths.add(float64(ep.Len()))
		}
		w.check(t, &rewards, &lengths)
		rewards, lengths = moments{}, moments{}
		for range 30 {
			t := g.Simulate(int64(100_000 / w.length))
			rewards.add(t.Reward / float64(t.Episodes))
			lengths.add(float64(t.Steps) / float64(t.Episodes))
		}
		w.check(t, &rewards, &lengths)
	}
}
