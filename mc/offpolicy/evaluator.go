package offpolicy

import (
	"errors"
	"slices"

	"example.com/mcrl/env"
)

// Evaluator estimates v_pi(s_0), s_0 averaged over the starts, from the episodes of another policy, one at a time. With
//
//	rho_t = pi(A_t | S_t) / b(A_t | S_t),   w_t = rho_0 rho_1 ... rho_t,   w = w_(T-1),   G = sum over t of gamma^t R_(t+1)
//
// of each of n episodes, it keeps what all the estimators of [Estimator] need. Memory grows with the longest episode, 48 bytes
// a step for each group of the jackknife, not with their number. An episode that is wrong in one step changes nothing.
//
// Weights are products of any length that neither overflow nor vanish; a result is infinite only where the estimate itself
// is beyond the range of float64. It is not safe for concurrent use: give each goroutine its own and Merge them in order.
type Evaluator struct {
	weigher
	options  Options
	value    []float64 // the model's v(s); nil without a model
	discount []scaled  // gamma^t

	episodes, steps, truncated, positive, over int64 // over: weights above the cap

	weights, ordinary, perDecision, discountingAware, capped, doublyRobust spread
	groups                                                                 []group
}

// NewEvaluator returns an evaluator that has seen nothing. The error joins a FieldError for every field out of range.
func NewEvaluator(p Problem, o Options) (*Evaluator, error) {
	if err := errors.Join(p.Validate(), o.validate(p)); err != nil {
		return nil, err
	}
	groups := o.Groups
	if groups == 0 {
		groups = 20
	}
	e := &Evaluator{weigher: newWeigher(p), options: o, groups: make([]group, groups)}
	if o.Q == nil {
		return e, nil
	}
	e.options.Q = slices.Clone(o.Q)
	e.value = make([]float64, p.States)
	for pair, q := range o.Q {
		e.value[pair/p.Actions] += float64(e.pi[pair] * q)
	}
	return e, nil
}

// Add counts an episode of the problem's behaviour policy. The error is a FieldError that names the episode, counted from 0,
// the time, the state and the action: an index out of range, a reward that is no number of at most 1e100, an action with
// b = 0, or a state where b = 0 and pi > 0 for some action, whatever the action taken.
func (e *Evaluator) Add(ep *env.Episode) error {
	if err := e.weigh(ep, e.episodes); err != nil {
		return err
	}
	e.count(ep.States, ep.Actions, ep.Rewards, ep.Truncated)
	return nil
}

// AddLogged counts an episode that states the probabilities of its actions. The errors are those of Add; a probability must
// be above 0 and at most 1, whatever the target policy: it is that of an action that was taken.
func (e *Evaluator) AddLogged(ep *Logged) error {
	if err := e.weighLogged(ep, e.episodes); err != nil {
		return err
	}
	e.count(ep.States, ep.Actions, ep.Rewards, ep.Truncated)
	return nil
}

// count adds an episode whose ratios are in rho.
func (e *Evaluator) count(states []env.State, actions []env.Action, rewards []float64, truncated bool) {
	for len(e.discount) < len(actions) {
		next := scaled{1, 0}
		if n := len(e.discount); n > 0 {
			next = e.discount[n-1].times(e.problem.Gamma)
		}
		e.discount = append(e.discount, next)
	}
	e.fold(&e.groups[e.episodes%int64(len(e.groups))], states, actions, rewards)
	e.episodes++
	e.steps += int64(len(actions))
	if truncated {
		e.truncated++
	}
}

// fold goes through an episode once, forwards:
//
//	w <- w rho_t;   return += gamma^t r;   perDecision += gamma^t w r
//	flat += r;   discounting-aware, but for the last step: x += gamma^t w flat;   y += gamma^t w
//	doublyRobust += gamma^t w (r - q(s, a) + gamma v(s')),   v = 0 after the last step
//
// and ends where w = 0: no later step changes anything.
func (e *Evaluator) fold(g *group, states []env.State, actions []env.Action, rewards []float64) {
	n := len(actions)
	cells, q, gamma := g.room(n), e.options.Q, e.problem.Gamma
	w, ret, perDecision, doublyRobust := scaled{1, 0}, scaled{}, scaled{}, scaled{}
	flat, partial := 0.0, aware{}
	if q != nil && n > 0 {
		doublyRobust.m = e.value[states[0]]
		g.base += e.value[states[0]]
	}
	for t, rho := range e.rho {
		if w.m *= rho; w.m < tooSmall || w.m >= tooLarge {
			if w = w.normal(); w.m == 0 {
				break
			}
		}
		r, d := rewards[t], e.discount[t]
		change := r
		if q != nil {
			change -= q[int(states[t])*e.problem.Actions+int(actions[t])]
			if t+1 < n {
				change += float64(gamma * e.value[states[t+1]])
			}
		}
		cells[t].add(w, r, change)
		ret = ret.plus(scaled{float64(d.m * r), d.e})
		dw := scaled{float64(d.m * w.m), d.e + w.e}
		perDecision = perDecision.plus(scaled{float64(dw.m * r), dw.e})
		if flat += r; t+1 < n {
			partial.x = partial.x.plus(scaled{float64(dw.m * flat), dw.e})
			partial.y = partial.y.plus(dw)
		}
		doublyRobust = doublyRobust.plus(scaled{float64(dw.m * change), dw.e})
	}
	g.finish(n, w, ret)
	e.finish(w, ret)
	e.finishAware(g, n, w, partial, flat)
	e.perDecision.add(perDecision)
	if q != nil {
		e.doublyRobust.add(doublyRobust)
	}
}

// finish counts the weight and the return of an episode.
func (e *Evaluator) finish(w, ret scaled) {
	e.weights.add(w)
	e.ordinary.add(scaled{w.m * ret.m, w.e + ret.e})
	if w.m > 0 {
		e.positive++
	}
	if top := e.options.Cap; top > 0 {
		x := w.float()
		if x > top {
			x = top
			e.over++
		}
		e.capped.add(scaled{x * ret.m, ret.e})
	}
}

// Merge adds the episodes of o, an evaluator of the same problem and options, as if they had come after those of e: the
// counts are the same, the estimates within rounding. o is not changed.
func (e *Evaluator) Merge(o *Evaluator) error {
	p, q := &e.problem, &o.problem
	if p.States != q.States || p.Actions != q.Actions || p.Gamma != q.Gamma || !slices.Equal(e.pi, o.pi) ||
		len(e.groups) != len(o.groups) || e.options.Cap != o.options.Cap || !slices.Equal(e.options.Q, o.options.Q) {
		return &env.FieldError{Field: "merged evaluator", Value: "of another problem", Want: "the same sizes, gamma, target and options"}
	}
	if len(e.discount) < len(o.discount) {
		e.discount = append(e.discount[:0], o.discount...)
	}
	for k := range o.groups {
		e.groups[(e.episodes+int64(k))%int64(len(e.groups))].merge(&o.groups[k])
	}
	e.episodes += o.episodes
	e.steps += o.steps
	e.truncated += o.truncated
	e.positive += o.positive
	e.over += o.over
	e.weights.merge(o.weights)
	e.ordinary.merge(o.ordinary)
	e.perDecision.merge(o.perDecision)
	e.discountingAware.merge(o.discountingAware)
	e.capped.merge(o.capped)
	e.doublyRobust.merge(o.doublyRobust)
	return nil
}
