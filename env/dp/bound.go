package dp

import "math"

// bound returns a guaranteed bound on max |v - v*|, whatever way v was found. With rho = max |T v - v| and the rounding error
// of T v added to it,
//
//	gamma < 1:  |v - v*| <= rho / (1-gamma)
//	gamma = 1:  |v - v*| <= rho max g
//
// where g(s) >= 1 + sum_s' p(s' | s, a) g(s') for all actions that could be best: g bounds the number of steps to the end.
// Other actions need only be worse than the best by rho (1 + sum p g - g(s)). Both are checked, not assumed; where the check
// fails the bound is +Inf. Steps inside a loop that costs nothing are free: v and g are constant there.
//
// Source: Puterman, theorem 6.3.1; Bertsekas & Tsitsiklis, section 2, for the comparison with g.
func (k *control) bound(v []float64, act []int32) float64 {
	residual, noise := k.backup(v, make([]float64, len(v))), k.m.noise(v)
	if k.gamma < 1 {
		return (residual + noise) / (1 - k.gamma)
	}
	rho := residual + float64(3*noise) // of T v, and of a difference of two action values
	g := k.duration(act)
	for range 5 {
		ties := k.near(v, rho*(1+2*largest(g)))
		if step, ok := k.prolong(g, ties); ok && k.dominates(v, g, rho, step) {
			return rho * largest(g) / step
		}
	}
	return math.Inf(1)
}

// duration is the expected number of steps to the end (or rest) under a policy; zeros where it is not known.
func (k *control) duration(act []int32) []float64 {
	g := make([]float64, k.m.states)
	if act == nil {
		return g
	}
	c := k.m.pick(act, k.eps)
	for s := range c.reward {
		c.reward[s] = 1
	}
	if _, err := k.evaluate(c, 1, g, 0.1); err != nil || !(largest(g) < math.MaxFloat64) {
		clear(g)
	}
	for s := range g {
		g[s] = max(g[s], 0)
	}
	return g
}

// near marks the pairs whose action is within slack of the best, apart from those that keep to a free loop.
func (k *control) near(v []float64, slack float64) []bool {
	mask := make([]bool, k.m.states*k.m.actions)
	for s := range v {
		if k.m.end[s] {
			continue
		}
		_, value := k.look(s, v)
		top := value
		if k.eps > 0 {
			top = k.q[0]
			for _, q := range k.q {
				top = max(top, q)
			}
		}
		for a, q := range k.q {
			mask[s*k.m.actions+a] = q >= top-slack && !k.inner(s*k.m.actions+a)
		}
	}
	return mask
}

func (k *control) inner(pair int) bool { return k.loops != nil && k.loops.inner[pair] }

// prolong raises g until g >= step + sum p g for all marked pairs, with step >= 1/2; it is false where that takes for ever.
func (k *control) prolong(g []float64, mask []bool) (step float64, ok bool) {
	for range 10_000 {
		if k.loops != nil {
			level(k.loops.zone, g)
		}
		step = 1
		for s := range g {
			if later := k.later(s, g, mask); later >= 0 {
				step = min(step, g[s]-later)
			}
		}
		if step >= 0.5 {
			return step, true
		}
		for s := range g {
			if later := k.later(s, g, mask); later >= 0 {
				g[s] = max(g[s], 1+later)
			}
		}
		for s := len(g) - 1; s >= 0; s-- {
			if later := k.later(s, g, mask); later >= 0 {
				g[s] = max(g[s], 1+later)
			}
		}
	}
	return 0, false
}

// later is the largest sum p g over the marked pairs of s, eps-softened; -1 where none is marked.
func (k *control) later(s int, g []float64, mask []bool) float64 {
	most, mean := -1.0, 0.0
	for a := range k.m.actions {
		pair := s*k.m.actions + a
		if mask[pair] || k.eps > 0 {
			x := k.m.expect(pair, g)
			mean += x / float64(k.m.actions)
			if mask[pair] {
				most = max(most, x)
			}
		}
	}
	if most < 0 || k.eps == 0 {
		return most
	}
	return float64((1-k.eps)*most) + float64(k.eps*mean)
}

// dominates checks that v + rho g / step is at least its own backup under every action.
func (k *control) dominates(v, g []float64, rho, step float64) bool {
	for s := range v {
		if k.m.end[s] {
			continue
		}
		mean := 0.0
		if k.eps > 0 {
			for a := range k.q {
				mean += k.eps * k.m.expect(s*k.m.actions+a, g) / float64(k.m.actions)
			}
		}
		_, value := k.look(s, v)
		top := max(value, k.q[0])
		for _, q := range k.q {
			top = max(top, q)
		}
		for a, q := range k.q {
			pair := s*k.m.actions + a
			behind := (1 - k.eps) * (top - q)
			longer := 1 + (mean+float64((1-k.eps)*k.m.expect(pair, g))-g[s])/step
			if !k.inner(pair) && behind < rho*longer {
				return false
			}
		}
	}
	return true
}
