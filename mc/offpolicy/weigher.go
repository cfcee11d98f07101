package offpolicy

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// weigher checks episodes and finds their ratios.
type weigher struct {
	problem Problem
	pi      []float64 // pi(a | s), |S| rows of |A|
	b       []float64 // b(a | s), the same shape; nil where episodes are logged
	ratio   []float64 // pi/b; 0 where b = 0
	unfit   []bool    // of each state: an episode must not come through it, see explain
	rho     []float64 // of the present episode: pi(A_t | S_t) / b(A_t | S_t)
}

// newWeigher is for a valid problem.
func newWeigher(p Problem) weigher {
	w := weigher{problem: p, unfit: make([]bool, p.States)}
	w.pi, _ = p.table("target", p.Target)
	if p.Behaviour != nil {
		w.b, _ = p.table("behaviour", p.Behaviour)
		w.ratio = make([]float64, len(w.pi))
	}
	for s := range p.States {
		sum := 0.0
		for i := s * p.Actions; i < (s+1)*p.Actions; i++ {
			sum += w.pi[i]
			if w.b != nil && w.b[i] > 0 {
				w.ratio[i] = w.pi[i] / w.b[i]
			} else if w.b != nil && w.pi[i] > 0 {
				w.unfit[s] = true
			}
		}
		w.unfit[s] = w.unfit[s] || sum == 0
	}
	return w
}

// weigh finds the ratios of an episode of the behaviour policy, or what is wrong with episode e.
func (w *weigher) weigh(ep *env.Episode, e int64) error {
	if w.b == nil {
		return &env.FieldError{Field: "behaviour", Value: "nil", Want: "a policy, or logged episodes (AddLogged)"}
	}
	w.rho = w.rho[:0]
	for t, a := range ep.Actions {
		s, r := ep.States[t], ep.Rewards[t]
		if !w.known(s, a, r) || w.unfit[s] {
			return w.explain(e, t, s, a, r)
		}
		pair := int(s)*w.problem.Actions + int(a)
		if w.b[pair] == 0 {
			return w.explain(e, t, s, a, r)
		}
		w.rho = append(w.rho, w.ratio[pair])
	}
	return nil
}

// weighLogged finds the ratios of a logged episode, or what is wrong with episode e.
func (w *weigher) weighLogged(ep *Logged, e int64) error {
	n := len(ep.Actions)
	if len(ep.States) < n || len(ep.Rewards) != n || len(ep.Probs) != n {
		return &env.FieldError{Field: fmt.Sprintf("columns of episode %d", e),
			Value: fmt.Sprintf("%d states, %d actions, %d rewards, %d probabilities", len(ep.States), n, len(ep.Rewards), len(ep.Probs)),
			Want:  "as many of each"}
	}
	w.rho = w.rho[:0]
	for t, a := range ep.Actions {
		s, r, b := ep.States[t], ep.Rewards[t], ep.Probs[t]
		if !w.known(s, a, r) || w.unfit[s] {
			return w.explain(e, t, s, a, r)
		}
		if !(b >= least && b <= 1+1e-9) {
			return wrongProb(e, t, s, a, b)
		}
		w.rho = append(w.rho, w.pi[int(s)*w.problem.Actions+int(a)]/b)
	}
	return nil
}

// known reports that a step is in range.
func (w *weigher) known(s env.State, a env.Action, r float64) bool {
	return uint(s) < uint(w.problem.States) && uint(a) < uint(w.problem.Actions) && math.Abs(r) <= largest
}

// explain says what is wrong with a step.
func (w *weigher) explain(e int64, t int, s env.State, a env.Action, r float64) error {
	at := func(what string) string { return fmt.Sprintf("%s at t = %d of episode %d", what, t, e) }
	switch {
	case uint(s) >= uint(w.problem.States):
		return &env.FieldError{Field: at("state"), Value: s, Want: fmt.Sprintf("a state in [0, %d)", w.problem.States)}
	case uint(a) >= uint(w.problem.Actions):
		return &env.FieldError{Field: at("action"), Value: a, Want: fmt.Sprintf("an action in [0, %d)", w.problem.Actions)}
	case !(math.Abs(r) <= largest):
		return &env.FieldError{Field: at("reward"), Value: r, Want: fmt.Sprintf("a number of at most %g", largest)}
	case w.b != nil && w.b[int(s)*w.problem.Actions+int(a)] == 0:
		return wrongProb(e, t, s, a, 0)
	}
	first := int(s) * w.problem.Actions
	for other, p := range w.pi[first : first+w.problem.Actions] {
		if p > 0 && w.b != nil && w.b[first+other] == 0 {
			return &env.FieldError{Field: at(fmt.Sprintf("b(%d | state %d)", other, s)), Value: 0.0,
				Want: fmt.Sprintf("a positive probability, as the target takes action %d with %v", other, p)}
		}
	}
	return &env.FieldError{Field: at(fmt.Sprintf("the sum of pi(. | state %d)", s)), Value: 0.0, Want: "1"}
}

func wrongProb(e int64, t int, s env.State, a env.Action, b float64) error {
	return &env.FieldError{Field: fmt.Sprintf("b(%d | state %d) at t = %d of episode %d", a, s, t, e), Value: b,
		Want: fmt.Sprintf("a probability in [%g, 1], as the action was taken", least)}
}
