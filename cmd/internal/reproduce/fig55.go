package reproduce

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// The setting of figures 5.5 and 5.8: one episode of a million steps.
const (
	longEpisode = 1_000_000
	softness    = 0.5 // epsilon
)

// learnTwice runs MC eps-greedy as figure 5.5 needs it, each iteration one episode and the first under the uniform policy,
// and returns the policy after each iteration.
func learnTwice(ctx context.Context, g *env.Grid, average mc.Average, seed uint64) (policies [2]env.Deterministic, err error) {
	l, err := longLearner(g, mc.Schedule{Decay: mc.Listed, Values: []float64{1, softness}}, average, nil, seed)
	if err != nil {
		return policies, err
	}
	for i := range policies {
		if err := l.Next(ctx, 1); err != nil {
			return policies, err
		}
		policies[i] = l.Policy()
	}
	return policies, nil
}

func longLearner(g *env.Grid, eps mc.Schedule, average mc.Average, policy []env.Action, seed uint64) (*mc.EpsilonGreedy, error) {
	o := mc.EpsilonOptions{Epsilon: eps, StartsOptions: mc.StartsOptions{Improve: mc.ImproveEpisode, Average: average, Policy: policy}}
	return mc.NewEpsilonGreedy(mc.Problem{MDP: g, Gamma: gamma, Horizon: longEpisode}, o, seed)
}

// twoIterations is figure 5.5. In the near tie of row 2, column 2 the book draws the arrow up in (b), exact evaluation has
// left; its figure 5.8 counts visits under the policy with the arrow up. The arrows of each iteration are judged against the exact values of the policy that made its
// episode, wherever these are further apart than the episode can tell; agreement with the print is counted.
func twoIterations(ctx context.Context, o Options) (*Result, error) {
	b, err := readBook()
	if err != nil {
		return nil, err
	}
	g, err := newGrid("zhao-5x5-mild")
	if err != nil {
		return nil, err
	}
	learned, err := learnTwice(ctx, g, mc.ResetAverage, o.Seed)
	if err != nil {
		return nil, err
	}
	uniform := env.NewUniform(g.NumStates(), g.NumActions())
	made := uniform // the policy that makes the episode
	drawn := []panel{policyPanel(g, made, "(a) Initial policy")}
	titles := []string{"(b) After the first iteration", "(c) After the second iteration"}
	r := &Result{Width: 8.4 * vg.Inch, Height: 3.3 * vg.Inch}
	for i, print := range [][]string{b.Fig55.First, b.Fig55.Second} {
		j, err := newJudge(ctx, g, made, o)
		if err != nil {
			return nil, err
		}
		if made, err = env.NewSoft(learned[i], g.NumActions(), softness); err != nil {
			return nil, err
		}
		after, err := dp.Evaluate(g, made, gamma, dp.Options{})
		if err != nil {
			return nil, err
		}
		p := Panel{Panel: titles[i][1:2], Values: inRows(after.V, 5), Policy: arrows(g, learned[i]),
			Convention: "r_forbidden -1, edge rule boundary, eps 0.5; an episode of 1e6 steps an iteration, every visit, averages reset; arrows compared, values exact"}
		j.compare(&p, learned[i], actions(print))
		r.Panels = append(r.Panels, p)
		drawn = append(drawn, policyPanel(g, made, titles[i]))
	}
	if err := neverReset(ctx, g, &r.Panels[1], learned[0], actions(b.Fig55.Second), o.Seed); err != nil {
		return nil, err
	}
	if err := moreSeeds(ctx, g, r.Panels, o); err != nil {
		return nil, err
	}
	r.draw = func() (plots.Drawable, error) { return page(3, drawn...) }
	return r, nil
}

// neverReset notes what the second iteration comes to where returns of the first stay in the averages, as Algorithm 5.3 is
// printed.
func neverReset(ctx context.Context, g *env.Grid, p *Panel, first, print env.Deterministic, seed uint64) error {
	learned, err := learnTwice(ctx, g, mc.Cumulative, seed)
	if err != nil {
		return err
	}
	p.Notes = append(p.Notes, fmt.Sprintf("averages never reset, as the algorithm is printed: %d of 25 arrows stay those of (b), %d are those of (c)",
		agree(learned[1], first), agree(learned[1], print)))
	return nil
}

// agree counts the states in which two policies have the same action.
func agree(p, q env.Deterministic) int {
	n := 0
	for s := range p {
		if p[s] == q[s] {
			n++
		}
	}
	return n
}

// moreSeeds notes how many arrows agree with the print for other seeds.
func moreSeeds(ctx context.Context, g *env.Grid, panels []Panel, o Options) error {
	if o.MoreSeeds == 0 {
		return nil
	}
	counts, err := agreement(ctx, g, o)
	if err != nil {
		return err
	}
	for i := range panels {
		panels[i].Notes = append(panels[i].Notes, fmt.Sprintf("arrows as printed, over %d more seeds: %s", o.MoreSeeds, histogram(counts[i])))
	}
	return nil
}

// agreement counts, for other seeds, the arrows of (b) and of (c) that agree with the print.
func agreement(ctx context.Context, g *env.Grid, o Options) (counts [2][]int, err error) {
	b, err := readBook()
	if err != nil {
		return counts, err
	}
	print := [2]env.Deterministic{actions(b.Fig55.First), actions(b.Fig55.Second)}
	for i := range counts {
		counts[i] = make([]int, o.MoreSeeds)
	}
	err = share(ctx, o.Workers, o.MoreSeeds, func(k int) error {
		learned, err := learnTwice(ctx, g, mc.ResetAverage, derived(o.Seed, 155, uint64(k)))
		for i := range counts {
			if err == nil {
				counts[i][k] = agree(learned[i], print[i])
			}
		}
		return err
	})
	return counts, err
}

// histogram writes counts as value x times, largest value first.
func histogram(counts []int) string {
	times := map[int]int{}
	for _, c := range counts {
		times[c]++
	}
	var text []string
	for c := 25; c >= 0; c-- {
		if times[c] > 0 {
			text = append(text, fmt.Sprintf("%d (%d times)", c, times[c]))
		}
	}
	return strings.Join(text, ", ")
}
