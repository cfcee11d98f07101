package dp

import (
	"fmt"
	"math"
)

// denseStates is the size up to which a class of a Markov chain is solved by elimination.
const denseStates = 500

// solver holds the limits and the count of the work done.
type solver struct {
	tolerance float64
	maxSweeps int
	dense     int

	sweeps int
}

func newSolver(o Options) *solver {
	w := &solver{tolerance: o.Tolerance, maxSweeps: o.MaxSweeps, dense: denseStates}
	if w.tolerance == 0 {
		w.tolerance = 1e-9
	}
	if w.maxSweeps == 0 {
		w.maxSweeps = 100_000
	}
	return w
}

func (w *solver) sweep(residual float64) error {
	w.sweeps++
	if w.sweeps <= w.maxSweeps {
		return nil
	}
	return fmt.Errorf("values still change by %.3g after %d sweeps: want a larger MaxSweeps or Tolerance, or a smaller gamma",
		residual, w.maxSweeps)
}

// evaluate solves v = r + gamma P v for a Markov chain, class by class, each after those it leads to. v brings a first guess.
// Where a class was too large for elimination, exact is false and values are as good as sweeps that change none by more than
// target.
//
// Source: Zhao, section 2.7.
func (w *solver) evaluate(c *sparse, gamma float64, v []float64, target float64) (exact bool, err error) {
	exact = true
	at := make([]int32, c.states)
	c.graph(nil).classes(func(class []int32) {
		switch {
		case err != nil:
		case len(class) == 1:
			c.alone(int(class[0]), gamma, v)
		case len(class) <= w.dense:
			err = c.eliminate(class, gamma, v, at)
		default:
			exact = false
			err = w.relax(c, class, gamma, v, target)
		}
	})
	return exact, err
}

// alone sets v(s) from the values of all other states: (1 - gamma p(s | s)) v(s) = r + gamma sum over s' != s of p v(s').
func (c *sparse) alone(s int, gamma float64, v []float64) float64 {
	if c.end[s] {
		v[s] = 0
		return 0
	}
	old := v[s]
	v[s] = c.without(s, s, gamma, v)
	return math.Abs(v[s] - old)
}

// eliminate solves one class as a dense system and refines the solution once.
func (c *sparse) eliminate(class []int32, gamma float64, v []float64, at []int32) error {
	n := len(class)
	a, b := make([]float64, n*n), make([]float64, n)
	for i, s := range class {
		at[s] = int32(i)
		v[s] = 0
	}
	for i, s := range class {
		a[i*n+i] = 1
		b[i] = c.reward[s] + float64(gamma*c.expect(int(s), v)) // what lies outside the class is known
		next, prob := c.outcomes(int(s))
		for k, to := range next {
			if j := int(at[to]); j < n && class[j] == to {
				a[i*n+j] -= float64(gamma * chance(prob, k))
			}
		}
	}
	f, ok := factor(a, n)
	if !ok {
		return fmt.Errorf("the equations of the %d states that communicate with state %d are singular: want a smaller gamma", n, class[0])
	}
	for range 2 {
		for i, x := range f.solve(b) {
			v[class[i]] += x
		}
		for i, s := range class {
			b[i] = c.reward[s] + float64(gamma*c.expect(int(s), v)) - v[s]
		}
	}
	return nil
}

// relax is Gauss-Seidel iteration within one class, to and fro.
func (w *solver) relax(c *sparse, class []int32, gamma float64, v []float64, target float64) error {
	for {
		change, scale := 0.0, 0.0
		for _, s := range class {
			change = max(change, c.alone(int(s), gamma, v))
			scale = max(scale, math.Abs(v[s]))
		}
		for i := len(class) - 1; i >= 0; i-- {
			change = max(change, c.alone(int(class[i]), gamma, v))
		}
		if change <= max(target, 0x1p-50*scale) {
			return nil
		}
		if err := w.sweep(change); err != nil {
			return err
		}
	}
}
