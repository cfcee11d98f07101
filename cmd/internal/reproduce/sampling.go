package reproduce

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/offpolicy"
	"example.com/mcrl/plots"
)

// The sizes of figure 5.3.
const (
	samplingRuns     = 100
	samplingEpisodes = 10_000
)

// oneState is figure 5.3: the value of one hand of blackjack under the policy of figure 5.1, from episodes of the uniform
// policy, by ordinary and by weighted importance sampling.
func oneState(ctx context.Context, o Options) (*Result, error) {
	b, err := newBlackjack()
	if err != nil {
		return nil, err
	}
	x := sampling{b: b, at: hand(b, 13, 2, true), target: sticksFrom(b, 20), behaviour: env.NewUniform(b.NumStates(), b.NumActions()), n: counts(samplingEpisodes, 12)}
	exact, err := dp.Evaluate(b, x.target, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	x.v = exact.V[x.at]
	verdict, err := offpolicy.Examine(b, x.target, x.behaviour, 1)
	if err != nil {
		return nil, err
	}
	runs := 1
	if o.Long {
		runs = 100
	}
	ordinary, weighted, err := x.errors(ctx, runs*samplingRuns, o)
	if err != nil {
		return nil, err
	}
	law := x.law()
	p := Panel{Panel: "ordinary", Exact: true, Values: [][]float64{means(ordinary)},
		Convention: fmt.Sprintf("13 with a usable ace against 2; mean square error over %d runs about the exact value, after 1, 2, 3, ... %d episodes; within 4.5 of its exact standard errors",
			len(ordinary[0].runs), samplingEpisodes)}
	var d deviate
	for i, n := range x.n {
		mean, sd := law.meanSquare(float64(n))
		d.compare(&p, 0, i, means(ordinary)[i], mean, sd/math.Sqrt(float64(len(ordinary[0].runs))))
	}
	d.note(&p)
	p.check(!verdict.Infinite() && len(verdict.Missing) == 0, "the variance of ordinary importance sampling is finite")
	p.check(math.Abs(x.v+0.27726) < 1e-4, fmt.Sprintf("the exact value is %.7f; the book's -0.27726 is the mean of 100 million episodes", x.v))
	p.Notes = append(p.Notes, fmt.Sprintf("one episode's weight times return has the variance %.4f", law.variance))
	r := &Result{Panels: []Panel{p, x.judgeWeighted(weighted, means(ordinary), law)}, Width: 11 * vg.Inch, Height: 4 * vg.Inch}
	r.draw = func() (plots.Drawable, error) { return x.picture(means(ordinary), means(weighted), law) }
	return r, nil
}

// sampling is the setting of figure 5.3.
type sampling struct {
	b         *classic.Blackjack
	at        env.State
	target    env.Deterministic
	behaviour *env.Soft
	v         float64 // exact
	n         []int64 // the numbers of episodes at which errors are taken
}

// counts are numbers from 1 to the last, about so many to each factor of ten.
func counts(last int64, perDecade float64) []int64 {
	var n []int64
	for k := 0.0; ; k++ {
		next := int64(math.Round(math.Pow(10, k/perDecade)))
		if len(n) > 0 && next <= n[len(n)-1] {
			continue
		}
		if next >= last {
			return append(n, last)
		}
		n = append(n, next)
	}
}

// squares are the square errors of all runs at one number of episodes.
type squares struct{ runs []float64 }

func means(all []squares) []float64 {
	m := make([]float64, len(all))
	for i, s := range all {
		var mean estimate.Mean
		for _, x := range s.runs {
			mean.Add(x)
		}
		m[i] = mean.Value()
	}
	return m
}

// errors plays the runs.
func (x sampling) errors(ctx context.Context, runs int, o Options) (ordinary, weighted []squares, err error) {
	ordinary, weighted = make([]squares, len(x.n)), make([]squares, len(x.n))
	for i := range x.n {
		ordinary[i].runs, weighted[i].runs = make([]float64, runs), make([]float64, runs)
	}
	err = share(ctx, o.Workers, runs, func(run int) error {
		return x.play(derived(o.Seed, 2053, uint64(run)), func(i int, a, b float64) {
			ordinary[i].runs[run], weighted[i].runs[run] = (a-x.v)*(a-x.v), (b-x.v)*(b-x.v)
		})
	})
	return ordinary, weighted, err
}

// play gives both estimates after each of the numbers of episodes.
func (x sampling) play(seed uint64, at func(i int, ordinary, weighted float64)) error {
	p := offpolicy.Problem{States: x.b.NumStates(), Actions: x.b.NumActions(), Gamma: 1, Target: x.target, Behaviour: x.behaviour}
	ordinary, err := offpolicy.NewValues(p, offpolicy.ValueOptions{Ordinary: true, Visit: mc.FirstVisit})
	if err != nil {
		return err
	}
	weighted, err := offpolicy.NewValues(p, offpolicy.ValueOptions{Visit: mc.FirstVisit})
	if err != nil {
		return err
	}
	gen, err := env.NewGenerator(x.b, x.behaviour, longestGame, seed)
	if err != nil {
		return err
	}
	var ep env.Episode
	for i, n := range x.n {
		for ordinary.Episodes() < n {
			gen.FromState(&ep, x.at)
			if err := ordinary.Add(&ep); err != nil {
				return err
			}
			if err := weighted.Add(&ep); err != nil {
				return err
			}
		}
		at(i, ordinary.V(x.at), weighted.V(x.at))
	}
	return nil
}

// judgeWeighted compares the first point of the weighted curve with its exact value, and the curve with the other.
func (x sampling) judgeWeighted(weighted []squares, ordinary []float64, law law) Panel {
	m := means(weighted)
	p := Panel{Panel: "weighted", Exact: true, Values: [][]float64{m},
		Convention: "the same episodes; the first and the last error against the exact first and the asymptotic last one, E[w^2 (G-v)^2]/n, within 4.5 exact standard errors"}
	runs := float64(len(weighted[0].runs))
	var d deviate
	first, sd := law.firstWeighted()
	d.compare(&p, 0, 0, m[0], first, sd/math.Sqrt(runs))
	last := law.weighted / samplingEpisodes
	d.compare(&p, 0, len(m)-1, m[len(m)-1], last, last*math.Sqrt(2/runs)) // a square of a nearly normal error
	d.note(&p)
	early, of := 0.0, 0.0
	for i, n := range x.n {
		if n <= 10 {
			early, of = early+m[i], of+ordinary[i]
		}
	}
	p.check(early < of, fmt.Sprintf("over the first ten episodes its error is %.2f times that of ordinary sampling, exactly %.3f times after the first",
		early/of, first/law.variance))
	p.Notes = append(p.Notes, fmt.Sprintf("in the long run its error is E[w^2 (G-v)^2] / Var(w G) = %.4f times that of ordinary sampling", law.weighted/law.variance))
	return p
}

// law holds exact moments of one episode, with W its weight and G its return.
type law struct {
	v           float64
	positive    float64 // P(W > 0)
	firstSquare float64 // E[(G-v)^2; W > 0]
	firstFourth float64 // E[(G-v)^4; W > 0]
	variance    float64 // of W G
	fourth      float64 // E[(W G - v)^4]
	weighted    float64 // E[W^2 (G-v)^2]
}

// law computes the moments. Games pay when they end and not before.
func (x sampling) law() law {
	m := func(k int, f func(g float64) float64) float64 { return x.moment(k, f)[x.at] }
	pow := func(n int) func(float64) float64 { return func(g float64) float64 { return math.Pow(g, float64(n)) } }
	off := func(n int) func(float64) float64 {
		return func(g float64) float64 { return math.Pow(g-x.v, float64(n)) }
	}
	v, m2, m3, m4 := x.v, m(2, pow(2)), m(3, pow(3)), m(4, pow(4))
	return law{v: v, positive: m(0, pow(0)), firstSquare: m(0, off(2)), firstFourth: m(0, off(4)),
		variance: m2 - v*v, fourth: m4 - 4*v*m3 + 6*v*v*m2 - 3*v*v*v*v, weighted: m(2, off(2))}
}

// moment is E[W^k f(G)] from every state, where G is the reward of the last step; W^0 counts W > 0.
//
//	m(s) = sum_a b(a|s) (pi(a|s)/b(a|s))^k sum p(s',r|s,a) ( f(r) if s' is terminal, else m(s') )
func (x sampling) moment(k int, f func(g float64) float64) []float64 {
	m := make([]float64, x.b.NumStates())
	for range longestGame { // as many steps as a game can have, and more
		next := make([]float64, len(m))
		for s := range m {
			if x.b.Terminal(env.State(s)) {
				continue
			}
			a := x.target[s]
			b := x.behaviour.Prob(env.State(s), a)
			for _, o := range x.b.Outcomes(env.State(s), a) {
				y := m[o.Next]
				if x.b.Terminal(o.Next) {
					y = f(o.Reward)
				}
				next[s] += b * math.Pow(1/b, float64(k)) * o.Prob * y
			}
		}
		m = next
	}
	return m
}

// meanSquare is mean and standard deviation of the square error of ordinary importance sampling with n episodes, a mean of
// n independent values:
//
//	E = sigma^2/n,   Var = (mu_4 + 3 (n-1) sigma^4)/n^3 - sigma^4/n^2
func (l law) meanSquare(n float64) (mean, sd float64) {
	s4 := l.variance * l.variance
	return l.variance / n, math.Sqrt((l.fourth+3*(n-1)*s4)/(n*n*n) - s4/(n*n))
}

// firstWeighted is mean and standard deviation of the square error of weighted sampling after one episode: G, or 0 for W = 0.
func (l law) firstWeighted() (mean, sd float64) {
	v2 := l.v * l.v
	mean = l.firstSquare + (1-l.positive)*v2
	return mean, math.Sqrt(l.firstFourth + (1-l.positive)*v2*v2 - mean*mean)
}

// picture draws the errors as the book does, and again on a logarithmic scale.
func (x sampling) picture(ordinary, weighted []float64, l law) (plots.Drawable, error) {
	n := make([]float64, len(x.n))
	theory := make([]float64, len(n))
	for i := range n {
		n[i] = float64(x.n[i])
		theory[i], _ = l.meanSquare(n[i])
	}
	curves := []plots.Curve{
		{Label: "ordinary importance sampling", X: n, Y: ordinary, Style: 3},
		{Label: "weighted importance sampling", X: n, Y: weighted, Style: 2},
		{Label: "exact: Var(WG)/n", X: n, Y: theory, Style: 14},
	}
	o := plots.ConvergenceOptions{XLabel: "episodes (log scale)", YLabel: "mean square error", LogX: true}
	linear, err := plots.Convergence(curves, o)
	if err != nil {
		return nil, err
	}
	linear.Plot.Y.Min, linear.Plot.Y.Max = 0, 5 // as printed
	o.LogY, o.YLabel = true, "mean square error (log scale)"
	logs, err := plots.Convergence(curves, o)
	if err != nil {
		return nil, err
	}
	return plots.Page([]plots.Drawable{linear, logs}, plots.PageOptions{Cols: 2})
}
