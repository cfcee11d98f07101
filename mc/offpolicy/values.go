package offpolicy

import (
	"errors"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// ValueOptions say how returns are averaged; the zero value is the algorithm as printed: weighted, every visit.
type ValueOptions struct {
	Ordinary bool     `json:"ordinary,omitempty"` // divide by the number of visits, not by the sum of the weights
	Visit    mc.Visit `json:"visit"`              // as printed: every
}

func (o ValueOptions) validate() error {
	var bad complaints
	bad.add(o.Visit > mc.EveryVisit, "visit", o.Visit, "as-printed, initial, first or every")
	return errors.Join(bad...)
}

// Values estimates v_pi(s) and q_pi(s, a) of every state and pair from episodes of another policy. Walking back, with W the
// weight of what follows the action taken at t,
//
//	G <- 0;  W <- 1
//	for each step t = T-1, T-2, ..., 0:
//	    G <- gamma G + R_(t+1)
//	    C(S_t, A_t) <- C(S_t, A_t) + W
//	    Q(S_t, A_t) <- Q(S_t, A_t) + W/C(S_t, A_t) (G - Q(S_t, A_t))
//	    W <- W pi(A_t | S_t) / b(A_t | S_t)
//	    C(S_t) <- C(S_t) + W;   V(S_t) <- V(S_t) + W/C(S_t) (G - V(S_t))
//
// q is the value of an action once taken, so its own probability is no part of its weight; it is of that of a state. Ordinary
// importance sampling takes the mean of W G over the visits instead, those with W = 0 included.
//
// Source: Sutton & Barto, sections 5.5 and 5.6, equations (5.5) to (5.8), and the box of section 5.6.
type Values struct {
	weigher
	options  ValueOptions
	episodes int64
	v, q     []average
	seen     visits
}

// NewValues returns a table that has seen nothing. The error joins a FieldError for every field out of range.
func NewValues(p Problem, o ValueOptions) (*Values, error) {
	if err := errors.Join(p.Validate(), o.validate()); err != nil {
		return nil, err
	}
	x := &Values{weigher: newWeigher(p), options: o, v: make([]average, p.States), q: make([]average, p.States*p.Actions)}
	x.seen = newVisits(p.States * p.Actions)
	return x, nil
}

// Add learns from an episode of the problem's behaviour policy; the errors are those of [Evaluator.Add].
func (x *Values) Add(ep *env.Episode) error {
	if err := x.weigh(ep, x.episodes); err != nil {
		return err
	}
	x.learn(ep.States, ep.Actions, ep.Rewards)
	return nil
}

// AddLogged learns from an episode that states the probabilities of its actions; the errors are those of
// [Evaluator.AddLogged].
func (x *Values) AddLogged(ep *Logged) error {
	if err := x.weighLogged(ep, x.episodes); err != nil {
		return err
	}
	x.learn(ep.States, ep.Actions, ep.Rewards)
	return nil
}

// learn walks back through an episode whose ratios are in rho.
func (x *Values) learn(states []env.State, actions []env.Action, rewards []float64) {
	x.episodes++
	n, first := x.problem.Actions, x.options.Visit == mc.FirstVisit
	if first {
		x.seen.mark(states, actions, n)
	}
	g, w := 0.0, scaled{1, 0}
	for t := len(actions) - 1; t >= 0; t-- {
		g = float64(x.problem.Gamma*g) + rewards[t]
		s, pair := int(states[t]), int(states[t])*n+int(actions[t])
		scored := x.options.Visit != mc.InitialVisit || t == 0
		if scored && (!first || x.seen.firstPair(t)) {
			x.q[pair].add(w, g, x.options.Ordinary)
		}
		w = w.times(x.rho[t])
		if scored && (!first || x.seen.firstState(t)) {
			x.v[s].add(w, g, x.options.Ordinary)
		}
	}
}

// Episodes is the number of episodes learned from.
func (x *Values) Episodes() int64 { return x.episodes }

// V returns the estimate of v_pi(s), 0 where no visit has a positive weight.
func (x *Values) V(s env.State) float64 { return x.v[s].value }

// Q returns the estimate of q_pi(s, a), 0 where no visit has a positive weight.
func (x *Values) Q(s env.State, a env.Action) float64 { return x.pair(s, a).value }

// StateVisits returns the number of visits of s behind V(s), those of weight 0 included.
func (x *Values) StateVisits(s env.State) int64 { return x.v[s].n }

// Visits returns the number of visits of (s, a) behind Q(s, a), those of weight 0 included.
func (x *Values) Visits(s env.State, a env.Action) int64 { return x.pair(s, a).n }

func (x *Values) pair(s env.State, a env.Action) *average {
	return &x.q[int(s)*x.problem.Actions+int(a)]
}

// AllV returns a copy of V, length |S|.
func (x *Values) AllV() []float64 { return values(x.v) }

// AllQ returns a copy of Q, |S| rows of |A|.
func (x *Values) AllQ() []float64 { return values(x.q) }

// average is the mean of weighted returns.
type average struct {
	n     int64
	sum   scaled // of W, or of W G for ordinary importance sampling
	value float64
}

func (x *average) add(w scaled, g float64, ordinary bool) {
	x.n++
	switch {
	case ordinary:
		x.sum = x.sum.plus(scaled{float64(w.m * g), w.e})
		x.value = scaled{x.sum.m / float64(x.n), x.sum.e}.float()
	case w.m > 0:
		x.sum = x.sum.plus(w)
		x.value += float64(w.over(x.sum) * (g - x.value))
	}
}

func values(x []average) []float64 {
	v := make([]float64, len(x))
	for i := range x {
		v[i] = x[i].value
	}
	return v
}

// visits tells the first visit of each state and of each pair of an episode.
type visits struct {
	stamp         []int64 // of each pair, then of each state: the last episode that met it
	episode       int64
	pairs, states []bool // of each step
}

func newVisits(pairs int) visits { return visits{stamp: make([]int64, 2*pairs)} }

func (v *visits) mark(states []env.State, actions []env.Action, n int) {
	v.episode++
	v.pairs, v.states = v.pairs[:0], v.states[:0]
	for t, a := range actions {
		v.pairs = append(v.pairs, v.meet(int(states[t])*n+int(a)))
		v.states = append(v.states, v.meet(len(v.stamp)/2+int(states[t])))
	}
}

func (v *visits) meet(i int) bool {
	before := v.stamp[i] == v.episode
	v.stamp[i] = v.episode
	return !before
}

func (v *visits) firstPair(t int) bool  { return v.pairs[t] }
func (v *visits) firstState(t int) bool { return v.states[t] }
