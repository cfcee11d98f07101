package reproduce

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
	"example.com/mcrl/plots"
)

// The sizes of figure 5.4. A weight is a power of two, 2^T for an episode of T steps; those up to 2^commonSteps have a
// variance.
const (
	infiniteRuns = 10
	commonSteps  = 12
	longestLoop  = 10_000
)

// infiniteVariance is figure 5.4: ordinary importance sampling in the loop of example 5.5, for ten runs.
func infiniteVariance(ctx context.Context, o Options) (*Result, error) {
	if o.Long {
		return loopFigure(ctx, counts(100_000_000, 50), o) // as printed
	}
	return loopFigure(ctx, counts(10_000_000, 50), o)
}

// loopFigure makes the figure with estimates after the given numbers of episodes.
func loopFigure(ctx context.Context, n []int64, o Options) (*Result, error) {
	l, err := classic.NewLoop(classic.LoopConfig{})
	if err != nil {
		return nil, err
	}
	target, behaviour := env.Deterministic{0, 0}, env.NewUniform(2, 2)
	exact, err := dp.Evaluate(l, target, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	verdict, err := offpolicy.Examine(l, target, behaviour, 1)
	if err != nil {
		return nil, err
	}
	runs := make([]loopRun, infiniteRuns)
	if err := share(ctx, o.Workers, infiniteRuns, func(i int) error { return runs[i].play(ctx, l, behaviour, n, derived(o.Seed, 2054, uint64(i))) }); err != nil {
		return nil, err
	}
	p := Panel{Panel: "ordinary", Exact: true, Convention: fmt.Sprintf(
		"ten runs of %s episodes, first visits; the estimate has no standard error, but that part of it has which comes of weights up to 2^%d: within 4.5 exact ones",
		million(n[len(n)-1]), commonSteps)}
	var d deviate
	mean, variance := commonMoments(1 - l.Outcomes(0, 0)[1].Prob)
	var last []float64
	near := 0
	for i, r := range runs {
		d.compare(&p, 0, i, r.common/float64(r.episodes), mean, math.Sqrt(variance/float64(r.episodes)))
		end := r.estimates[len(n)-1]
		last = append(last, end)
		if math.Abs(end-exact.V[0]) <= 0.05 {
			near++
		}
	}
	d.note(&p)
	p.Values = [][]float64{last}
	p.check(verdict.Infinite(), fmt.Sprintf("the variance is infinite: E[w^2] grows by the factor %.6g a step", verdict.Growth.Lo))
	p.check(math.Abs(exact.V[0]-1) < 1e-12, "the exact value is 1")
	p.Notes = append(p.Notes, fmt.Sprintf("%d of %d runs end within 0.05 of it; weights so large that less than one is expected in %s episodes carry %.3f of the value", near, infiniteRuns,
		million(n[len(n)-1]), unseen(float64(n[len(n)-1]), 1-l.Outcomes(0, 0)[1].Prob)))
	r := &Result{Panels: []Panel{p, judgeLoopWeights(runs)}, Width: 7 * vg.Inch, Height: 4.2 * vg.Inch}
	r.draw = func() (plots.Drawable, error) { return drawLoop(n, runs, exact.V[0]) }
	return r, nil
}

// unseen is the part of the value that comes of weights above 2^k, stay^k, for the k above which one is expected in n episodes:
//
//	n (1-stay)/2 (stay/2)^k / (1 - stay/2) = 1
func unseen(n, stay float64) float64 {
	k := math.Log(n*(1-stay)/(2-stay)) / math.Log(2/stay)
	return math.Pow(stay, k)
}

func million(n int64) string { return fmt.Sprintf("%g million", float64(n)/1e6) }

// loopRun is one run: its estimates after the numbers of episodes asked for, and sums.
type loopRun struct {
	estimates []float64
	episodes  int64
	positive  int64   // episodes with a weight above 0
	common    float64 // sum of the weights up to 2^commonSteps
	weighted  bool    // the weighted estimate is 1 from the first of them on
}

// play simulates episodes from state 0. The target goes left for ever, the behaviour goes left with 1/2, and only the end by
// left pays, 1: so weight times return is 2^T where all T actions are left, and else 0.
func (r *loopRun) play(ctx context.Context, l *classic.Loop, behaviour env.Policy, n []int64, seed uint64) error {
	gen, err := env.NewGenerator(l.Table, behaviour, longestLoop, seed)
	if err != nil {
		return err
	}
	var ep env.Episode
	sum := 0.0
	r.weighted = true
	for _, until := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		for ; r.episodes < until; r.episodes++ {
			gen.FromState(&ep, 0)
			T := len(ep.Actions)
			if ep.Actions[T-1] != 0 {
				continue
			}
			w := math.Ldexp(1, T)
			sum += w * ep.Rewards[T-1]
			r.positive++
			r.weighted = r.weighted && ep.Rewards[T-1] == 1
			if T <= commonSteps {
				r.common += w
			}
		}
		r.estimates = append(r.estimates, sum/float64(until))
	}
	return nil
}

// commonMoments are mean and variance of the weight times the return, weights above 2^commonSteps counted as 0: 2^k comes
// with the probability (1-stay)/2 (stay/2)^(k-1).
func commonMoments(stay float64) (mean, variance float64) {
	prob, square := (1-stay)/2, 0.0
	for k := 1; k <= commonSteps; k++ {
		w := math.Ldexp(1, k)
		mean += prob * w
		square += prob * w * w
		prob *= stay / 2
	}
	return mean, square - mean*mean
}

// judgeLoopWeights looks at what weighted importance sampling makes of the same episodes, one of which in eleven has a weight.
func judgeLoopWeights(runs []loopRun) Panel {
	const share = 1.0 / 11
	p := Panel{Panel: "weighted", Exact: true, Convention: "the same episodes; the share of them with a weight above 0, 1/11, within 4.5 exact standard errors"}
	var d deviate
	var shares []float64
	all := true
	for i, r := range runs {
		n := float64(r.episodes)
		shares = append(shares, float64(r.positive)/n)
		d.compare(&p, 0, i, shares[i], share, math.Sqrt(share*(1-share)/n))
		all = all && r.weighted && r.positive > 0
	}
	p.Values = [][]float64{shares}
	d.note(&p)
	p.check(all, "the weighted estimate is 1 from the first of these episodes on, in every run")
	return p
}

// drawLoop draws the ten runs.
func drawLoop(n []int64, runs []loopRun, exact float64) (plots.Drawable, error) {
	x := make([]float64, len(n))
	for i := range n {
		x[i] = float64(n[i])
	}
	var curves []plots.Curve
	for _, r := range runs {
		curves = append(curves, plots.Curve{X: x, Y: r.estimates})
	}
	curves[0].Label = "ten runs of ordinary importance sampling"
	f, err := plots.Convergence(curves, plots.ConvergenceOptions{XLabel: "episodes (log scale)", YLabel: "estimate of v(s)", LogX: true,
		References: []plots.Reference{{Label: "exact, and weighted importance sampling", Y: exact}}})
	if err != nil {
		return nil, err
	}
	f.Plot.Y.Min, f.Plot.Y.Max = 0, 3
	return f, nil
}
