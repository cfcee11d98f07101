package dp

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
)

// maxVisitStates bounds the models that VisitLaw solves: it inverts a dense |S| x |S| matrix.
const maxVisitStates = 1000

// Visits is the law of the numbers of visits N(s, a) to each pair in one long episode of T steps. As T grows, N(s, a) has
// mean T Mean and variance T Var, up to a constant, and is normal in the limit.
type Visits struct {
	States []float64 // stationary probability d(s); length |S|
	Mean   []float64 // per step: d(s) pi(a | s); length |S||A|, row by row
	Var    []float64 // per step, correlations between steps included; length |S||A|
}

// VisitLaw returns the law of the visits of a policy in an episode that never ends, from the stationary distribution d and
// the deviation matrix D = sum over k of (P^k - 1 d):
//
//	d = d P,   Mean = d(s) pi(a | s),
//	Var = Mean - Mean^2 + 2 Mean pi(a | s) sum_s' p(s' | s, a) D(s', s)
//
// The error says so where the policy's chain has no single recurrent class, an episode can end, or |S| > 1000.
//
// Source: Kemeny & Snell, Finite Markov Chains, sections 4.3 and 4.6; Zhao, figure 5.8.
func VisitLaw(m env.Model, p Policy) (*Visits, error) {
	model, _, err := load(m)
	if err != nil {
		return nil, err
	}
	if n := model.states; n > maxVisitStates {
		return nil, &env.FieldError{Field: "NumStates", Value: n, Want: fmt.Sprintf("at most %d for the law of visits", maxVisitStates)}
	}
	c, err := model.follow(p)
	if err != nil {
		return nil, err
	}
	if err := c.single(); err != nil {
		return nil, err
	}
	d, deviation, ok := c.stationary()
	if !ok {
		return nil, errors.New("the equations of the stationary distribution are singular to working precision")
	}
	x := &Visits{States: d, Mean: make([]float64, len(model.reward)), Var: make([]float64, len(model.reward))}
	column := make([]float64, model.states)
	for s := range d {
		for i := range column {
			column[i] = deviation[i*model.states+s]
		}
		for a := range model.actions {
			pair := s*model.actions + a
			pi := p.Prob(env.State(s), env.Action(a))
			mean := float64(d[s] * pi)
			x.Mean[pair] = mean
			x.Var[pair] = max(0, mean-float64(mean*mean)+float64(2*float64(mean*pi)*model.expect(pair, column)))
		}
	}
	return x, nil
}

// single checks that a chain goes on for ever in one class of states.
func (c *sparse) single() error {
	closed := 0
	g := c.graph(nil)
	class := g.classes(nil)
	open := make([]bool, c.states)
	for s := range c.states {
		if c.end[s] {
			return &env.FieldError{Field: "terminal state", Value: s, Want: "episodes that never end, for the law of visits"}
		}
		for _, to := range g.next[g.first[s]:g.first[s+1]] {
			open[class[s]] = open[class[s]] || class[to] != class[s]
		}
	}
	seen := make([]bool, c.states)
	for _, k := range class {
		if !open[k] && !seen[k] {
			seen[k] = true
			closed++
		}
	}
	if closed != 1 {
		return &env.FieldError{Field: "recurrent classes under the policy", Value: closed, Want: "1, for the law of visits"}
	}
	return nil
}

// stationary solves d (I - P + 1 u) = u with u = 1/n, and returns D = (I - P + 1 d)^-1 - 1 d row by row.
func (c *sparse) stationary() (d, deviation []float64, ok bool) {
	n := c.states
	a := make([]float64, n*n) // transposed
	b := make([]float64, n)
	for s := range n {
		next, prob := c.outcomes(s)
		for j := range n {
			a[j*n+s] += 1 / float64(n)
		}
		a[s*n+s]++
		for i, to := range next {
			a[int(to)*n+s] -= chance(prob, i)
		}
		b[s] = 1 / float64(n)
	}
	f, ok := factor(a, n)
	if !ok {
		return nil, nil, false
	}
	d = f.solve(b)
	sum := total(d)
	for s := range d {
		d[s] = max(0, d[s]/sum)
	}
	a = make([]float64, n*n)
	for s := range n {
		copy(a[s*n:], d)
		a[s*n+s]++
		next, prob := c.outcomes(s)
		for i, to := range next {
			a[s*n+int(to)] -= chance(prob, i)
		}
	}
	if f, ok = factor(a, n); !ok {
		return nil, nil, false
	}
	deviation = make([]float64, n*n)
	unit := make([]float64, n)
	for s := range n {
		unit[s] = 1
		for i, x := range f.solve(unit) {
			deviation[i*n+s] = x - d[s]
		}
		unit[s] = 0
	}
	return d, deviation, true
}

// ExpectedVisits returns E[N(s, a)], the expected number of times that an episode of at most T steps from the given state
// takes action a in state s; length |S||A|, row by row. The time is T times the number of transitions of the policy's chain.
func ExpectedVisits(m env.Model, p Policy, from env.State, T int) ([]float64, error) {
	var errs []error
	if T < 0 {
		errs = append(errs, &env.FieldError{Field: "T", Value: T, Want: "at least 0 steps"})
	}
	model, _, err := load(m)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	if n := model.states; from < 0 || int(from) >= n {
		errs = append(errs, &env.FieldError{Field: "from", Value: from, Want: fmt.Sprintf("a state in [0, %d)", n)})
	}
	c, err := model.follow(p)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	now, next, visits := make([]float64, c.states), make([]float64, c.states), make([]float64, c.states)
	now[from] = 1
	for range T {
		clear(next)
		for s, x := range now {
			if c.end[s] || x == 0 {
				continue
			}
			visits[s] += x
			to, prob := c.outcomes(s)
			for i, t := range to {
				next[t] += float64(x * chance(prob, i))
			}
		}
		now, next = next, now
	}
	out := make([]float64, len(model.reward))
	for pair := range out {
		s := pair / model.actions
		if visits[s] > 0 {
			out[pair] = float64(visits[s] * p.Prob(env.State(s), env.Action(pair%model.actions)))
		}
	}
	return out, nil
}
