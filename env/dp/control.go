package dp

import "math"

// control is the optimal control of a model among the eps-greedy policies. A Markov chain is the case of one action.
//
//	(T v)(s) = (1-eps) max_a q(s, a) + eps/|A| sum_a q(s, a),   q(s, a) = r(s, a) + gamma sum_s' p(s' | s, a) v(s')
//
// Source: Zhao, section 5.4; Sutton & Barto, section 5.4, the equations of the environment with the policy's randomness
// moved inside.
type control struct {
	*solver
	m          *sparse
	gamma, eps float64
	loops      *loops // where gamma = 1 and eps = 0
	q          []float64
}

func newControl(w *solver, m *sparse, gamma, eps float64) *control {
	return &control{solver: w, m: m, gamma: gamma, eps: eps, q: make([]float64, m.actions)}
}

// rests reports whether one can stay near s for ever for nothing.
func (k *control) rests(s int) bool { return k.loops != nil && k.loops.zone[s] >= 0 }

// look fills k.q with q(s, .) and returns the best action (the lowest of equals; -1: rest) and (T v)(s).
func (k *control) look(s int, v []float64) (best int32, value float64) {
	sum := 0.0
	for a := range k.q {
		pair := s*k.m.actions + a
		k.q[a] = k.m.reward[pair] + float64(k.gamma*k.m.expect(pair, v))
		sum += k.q[a]
		if k.q[a] > k.q[best] {
			best = int32(a)
		}
	}
	value = k.q[best]
	if k.eps > 0 {
		value = float64((1-k.eps)*value) + float64(k.eps*(sum/float64(len(k.q))))
	}
	if k.rests(s) && value < 0 {
		return -1, 0
	}
	return best, value
}

// backup fills out with T v and returns max |T v - v|. A loop that costs nothing counts as one state, whose actions are those
// that lead out of it, and rest: while it goes round, no value is confirmed.
func (k *control) backup(v, out []float64) (residual float64) {
	for s := range v {
		if k.m.end[s] {
			continue
		}
		_, out[s] = k.look(s, v)
		if k.rests(s) {
			out[s] = 0
			for a, q := range k.q {
				if !k.inner(s*k.m.actions + a) {
					out[s] = max(out[s], q)
				}
			}
		}
	}
	k.level(out)
	for s, x := range out {
		residual = max(residual, math.Abs(x-v[s]))
	}
	return residual
}

// improve replaces the actions that others beat by more than slack and returns max |T v - v|.
func (k *control) improve(v []float64, act []int32, slack float64) (residual float64, switched bool) {
	for s := range act {
		if k.m.end[s] {
			continue
		}
		best, value := k.look(s, v)
		residual = max(residual, math.Abs(value-v[s]))
		if best == act[s] {
			continue
		}
		now, then := 0.0, 0.0 // of rest
		if act[s] >= 0 {
			now = k.q[act[s]]
		}
		if best >= 0 {
			then = k.q[best]
		}
		if then > now+slack {
			act[s] = best
			switched = true
		}
	}
	return residual, switched
}

// policyIteration turns act, which must end or rest with certainty where gamma = 1, into an optimal policy and v into its
// value. An action is kept until another beats it: so a policy that ends is never left for one that does not, because a
// recurrent class of the new policy would hold no state that was switched.
//
// Source: Zhao, algorithm 4.2 within Pi_eps; where classes are large, algorithm 4.3 (truncated), each evaluation twenty times
// finer than the last residual.
func (k *control) policyIteration(act []int32, v []float64, residual float64) (iterations int, bound float64, err error) {
	last := math.Inf(-1)
	goal := k.tolerance / 4
	if k.gamma < 1 {
		goal *= 1 - k.gamma
	}
	for {
		iterations++
		noise := k.m.noise(v)
		target := max(residual/20, noise)
		exact, err := k.evaluate(k.m.pick(act, k.eps), k.gamma, v, target)
		if err != nil {
			return iterations, 0, err
		}
		noise = k.m.noise(v)
		slack := float64(8 * noise)
		if !exact {
			slack += float64(2 * target)
		}
		var switched bool
		residual, switched = k.improve(v, act, slack)
		sum := total(v)
		if exact && (!switched || sum <= last) { // values must grow: if not, they differ by rounding alone
			k.level(v)
			return iterations, k.bound(v, act), nil
		}
		last = sum
		if exact || residual > max(goal, 4*noise) {
			continue
		}
		k.level(v)
		if bound = k.bound(v, act); bound <= k.tolerance || residual <= 4*noise {
			return iterations, bound, nil
		}
		goal /= 10
	}
}

// warm brings v near the optimum by Gauss-Seidel sweeps, to and fro, from below. In a grid, that carries values along whole
// rows and columns at once, and where moves are certain it ends at the optimum itself. Once ten sweeps gain little, policies
// are the faster way.
func (k *control) warm(v []float64) error {
	low := 0.0
	for _, r := range k.m.reward {
		low = min(low, r)
	}
	for s := range v {
		if !k.m.end[s] {
			v[s] = low / (1 - k.gamma)
		}
	}
	last := math.Inf(1)
	for n := 1; ; n++ {
		change := 0.0
		for s := range v {
			change = max(change, k.lift(s, v))
		}
		for s := len(v) - 1; s >= 0; s-- {
			change = max(change, k.lift(s, v))
		}
		if change <= k.m.noise(v) || n%10 == 0 && change > 0.7*last {
			return nil
		}
		if n%10 == 0 {
			last = change
		}
		if err := k.sweep(change); err != nil {
			return err
		}
	}
}

// lift raises v(s) to the best value given those of other states; loops of s on itself are summed in closed form.
func (k *control) lift(s int, v []float64) float64 {
	if k.m.end[s] {
		return 0
	}
	value := math.Inf(-1)
	if k.eps > 0 {
		_, value = k.look(s, v)
	} else {
		for pair := s * k.m.actions; pair < (s+1)*k.m.actions; pair++ {
			value = max(value, k.m.without(s, pair, k.gamma, v))
		}
	}
	old := v[s]
	v[s] = max(old, value)
	return v[s] - old
}

// without is the value of taking a pair of s until it leads elsewhere.
func (m *sparse) without(s, pair int, gamma float64, v []float64) float64 {
	if m.first == nil && int(m.next[pair]) != s {
		return m.reward[pair] + float64(gamma*v[m.next[pair]])
	}
	next, prob := m.outcomes(pair)
	sum, stay := m.reward[pair], 0.0
	for i, to := range next {
		p := chance(prob, i)
		if int(to) == s {
			stay += p
		} else {
			sum += float64(gamma * p * v[to])
		}
	}
	return sum / (1 - float64(gamma*stay))
}

// level gives all states of a loop the same value, as they can reach one another for nothing.
func (k *control) level(v []float64) {
	if k.loops != nil {
		level(k.loops.zone, v)
	}
}

func level(zone []int32, v []float64) {
	top := make([]float64, len(zone))
	for s, z := range zone {
		if z >= 0 {
			top[z] = max(top[z], v[s]) // resting is worth 0
		}
	}
	for s, z := range zone {
		if z >= 0 {
			v[s] = top[z]
		}
	}
}

func total(x []float64) float64 {
	sum := 0.0
	for _, y := range x {
		sum += y
	}
	return sum
}
