package reproduce

import (
	"context"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
)

// judge knows what one long episode under a policy can tell: the exact action values, and how exactly it measures them.
type judge struct {
	exact *dp.Solution
	se    []float64 // standard error of q(s, best) - q(s, a) from one episode; |S| rows of |A|
}

// newJudge takes the standard errors from replications of the episode with other seeds.
func newJudge(ctx context.Context, g *env.Grid, p *env.Soft, o Options) (*judge, error) {
	exact, err := dp.Evaluate(g, p, gamma, dp.Options{})
	if err != nil {
		return nil, err
	}
	q := make([][]float64, o.Replications)
	err = share(ctx, o.Workers, len(q), func(i int) error {
		seed := derived(o.Seed, 55, math.Float64bits(p.Epsilon()), uint64(i))
		l, err := longLearner(g, mc.Epsilon(p.Epsilon()), mc.ResetAverage, p.Best, seed)
		if err != nil {
			return err
		}
		if err := l.Next(ctx, 1); err != nil {
			return err
		}
		q[i] = l.Q().Values()
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := g.NumActions()
	j := &judge{exact: exact, se: make([]float64, len(exact.Q))}
	for pair := range j.se {
		best := pair/n*n + int(exact.Policy[pair/n])
		var lead estimate.Variance
		for _, row := range q {
			lead.Add(row[best] - row[pair])
		}
		j.se[pair] = math.Sqrt(lead.Var())
	}
	return j, nil
}

// gapErrors is the number of standard errors beyond which a lead must show.
const gapErrors = 4

// clear reports whether the exact best action of s leads every other by more than four standard errors.
func (j *judge) clear(s int) bool {
	n := len(j.exact.Q) / len(j.exact.V)
	best := s*n + int(j.exact.Policy[s])
	for pair := s * n; pair < (s+1)*n; pair++ {
		if pair != best && j.exact.Q[best]-j.exact.Q[pair] <= gapErrors*j.se[pair] {
			return false
		}
	}
	return true
}

// compare counts the arrows that agree with the print, and fails where an arrow is wrong that should be clear.
func (j *judge) compare(p *Panel, learned, print env.Deterministic) {
	judged, right, same := 0, 0, 0
	for s, a := range learned {
		p.Cells++
		best, clear := j.exact.Policy[s], j.clear(s)
		if clear {
			judged++
		}
		if a == best {
			same++
		}
		if a == print[s] {
			p.Match++
		}
		m := Mismatch{Row: s/5 + 1, Col: s%5 + 1, Printed: arrow(print[s]), Computed: arrow(a)}
		switch {
		case clear && a != best:
			m.Reason = "exact evaluation has " + arrow(best)
			p.Unexpected = append(p.Unexpected, m)
			continue
		case clear:
			right++
			m.Reason = "exact for the policy that made the episode"
		default:
			m.Reason = fmt.Sprintf("near tie: the exact gap is %.4f", j.exact.Gap[s])
		}
		if a != print[s] {
			p.Expected = append(p.Expected, m)
		}
	}
	p.check(judged > 0 && judged == right,
		fmt.Sprintf("the arrow is exact in %d of %d cells whose exact gap exceeds %d standard errors", right, judged, gapErrors))
	p.Notes = append(p.Notes, fmt.Sprintf("%d of %d arrows are those of exact evaluation", same, len(learned)))
}
