package offpolicy_test

import (
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/offpolicy"
)

// model is a finite MDP written down outcome by outcome.
type model struct {
	states, actions int
	terminal        map[env.State]bool
	outcomes        map[[2]int][]env.Outcome
	start           []env.State
	startProbs      []float64
}

func (m *model) NumStates() int                       { return m.states }
func (m *model) NumActions() int                      { return m.actions }
func (m *model) Terminal(s env.State) bool            { return m.terminal[s] }
func (m *model) StartProbs() ([]env.State, []float64) { return m.start, m.startProbs }
func (m *model) Outcomes(s env.State, a env.Action) []env.Outcome {
	return m.outcomes[[2]int{int(s), int(a)}]
}
func (m *model) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	row, u := m.Outcomes(s, a), rng.Float64()
	for _, o := range row {
		if u -= o.Prob; u < 0 {
			return o.Next, o.Reward
		}
	}
	last := row[len(row)-1]
	return last.Next, last.Reward
}

// small is a model in which actions, rewards and lengths of episodes all vary.
func small() *model {
	return &model{states: 4, actions: 2, terminal: map[env.State]bool{3: true}, start: []env.State{0, 1}, startProbs: []float64{0.75, 0.25},
		outcomes: map[[2]int][]env.Outcome{
			{0, 0}: {{Next: 1, Reward: 1, Prob: 0.5}, {Next: 2, Reward: -1, Prob: 0.5}},
			{0, 1}: {{Next: 3, Reward: 2, Prob: 0.25}, {Next: 0, Reward: 0.5, Prob: 0.75}},
			{1, 0}: {{Next: 3, Reward: -3, Prob: 1}},
			{1, 1}: {{Next: 2, Reward: 4, Prob: 0.5}, {Next: 3, Reward: 1, Prob: 0.5}},
			{2, 0}: {{Next: 0, Reward: 1.5, Prob: 1}},
			{2, 1}: {{Next: 3, Reward: 5, Prob: 0.5}, {Next: 1, Reward: 0, Prob: 0.5}},
		}}
}

func smallPolicies(t testing.TB) (target, behaviour *env.Stochastic) {
	return stochastic(t, 2, 0.75, 0.25, 0.125, 0.875, 0.5, 0.5, 1, 0), stochastic(t, 2, 0.5, 0.5, 0.25, 0.75, 0.375, 0.625, 0.5, 0.5)
}

func stochastic(t testing.TB, actions int, probs ...float64) *env.Stochastic {
	t.Helper()
	p, err := env.NewStochastic(actions, probs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// path is an episode and its probability.
type path struct {
	ep   env.Episode
	prob float64
}

// enumerate lists the episodes of a policy, cut at the horizon.
func enumerate(m *model, b offpolicy.Policy, horizon int) (paths []path) {
	var extend func(ep env.Episode, prob float64)
	extend = func(ep env.Episode, prob float64) {
		s := ep.States[len(ep.States)-1]
		if ep.Truncated = !m.Terminal(s); !ep.Truncated || ep.Len() == horizon {
			paths = append(paths, path{ep, prob})
			return
		}
		for a := range env.Action(m.actions) {
			for _, o := range m.Outcomes(s, a) {
				if p := prob * b.Prob(s, a) * o.Prob; p > 0 {
					extend(env.Episode{States: append(clone(ep.States), o.Next), Actions: append(clone(ep.Actions), a),
						Rewards: append(clone(ep.Rewards), o.Reward)}, p)
				}
			}
		}
	}
	for i, s := range m.start {
		extend(env.Episode{States: []env.State{s}}, m.startProbs[i])
	}
	return paths
}

func clone[T any](x []T) []T { return append([]T(nil), x...) }

func logged(ep env.Episode, b offpolicy.Policy) *offpolicy.Logged {
	l := &offpolicy.Logged{States: ep.States, Actions: ep.Actions, Rewards: ep.Rewards, Truncated: ep.Truncated}
	for t, a := range ep.Actions {
		l.Probs = append(l.Probs, b.Prob(ep.States[t], a))
	}
	return l
}

// estimators is their number.
const estimators = int(offpolicy.WeightedDoublyRobust) + 1

// brute holds every episode and computes each estimator from its formula.
type brute struct {
	target, behaviour offpolicy.Policy
	gamma, cap        float64
	actions           int
	q                 []float64
	episodes          []env.Episode
}

func (x *brute) v(s env.State) (sum float64) {
	for a := range env.Action(x.actions) {
		sum += x.target.Prob(s, a) * x.q[int(s)*x.actions+int(a)]
	}
	return sum
}

// weight is w_t of an episode; that of its last step after its end, 1 before its first.
func (x *brute) weight(ep *env.Episode, t int) float64 {
	w := 1.0
	for k := 0; k <= t && k < ep.Len(); k++ {
		w *= x.target.Prob(ep.States[k], ep.Actions[k]) / x.behaviour.Prob(ep.States[k], ep.Actions[k])
	}
	return w
}

func (x *brute) ret(ep *env.Episode) (g float64) {
	for _, g = range ep.Returns(x.gamma) {
	}
	return g
}

// change is r - q(s, a) + gamma v(s').
func (x *brute) change(ep *env.Episode, t int) float64 {
	d := ep.Rewards[t] - x.q[int(ep.States[t])*x.actions+int(ep.Actions[t])]
	if t+1 < ep.Len() {
		d += x.gamma * x.v(ep.States[t+1])
	}
	return d
}

// aware are the numerator and the denominator of equation (5.10) of Sutton & Barto for one episode, t = 0, as printed: the
// first is that of (5.9).
func (x *brute) aware(ep *env.Episode) (above, below float64) {
	flat := func(h int) (g float64) { // the flat partial return, R_1 + ... + R_h
		for _, r := range ep.Rewards[:h] {
			g += r
		}
		return g
	}
	T := ep.Len()
	for h := 1; h <= T-1; h++ {
		c := (1 - x.gamma) * math.Pow(x.gamma, float64(h-1)) * x.weight(ep, h-1) // rho_(0:h-1) has the ratios of A_0 to A_(h-1)
		above, below = above+c*flat(h), below+c
	}
	c := math.Pow(x.gamma, float64(T-1)) * x.weight(ep, T-1)
	return above + c*flat(T), below + c
}

// values are the estimates, in the order of the constants.
func (x *brute) values() (v [estimators]float64) {
	n, longest, weights, partial := float64(len(x.episodes)), 0, 0.0, 0.0
	for i := range x.episodes {
		ep := &x.episodes[i]
		longest = max(longest, ep.Len())
		w, g := x.weight(ep, ep.Len()), x.ret(ep)
		weights += w
		v[offpolicy.Ordinary] += w * g / n
		v[offpolicy.Weighted] += w * g
		v[offpolicy.Capped] += min(w, x.cap) * g / n
		above, below := x.aware(ep)
		partial += below
		v[offpolicy.DiscountingAware] += above / n
		v[offpolicy.WeightedDiscountingAware] += above
		v[offpolicy.DoublyRobust] += x.v(ep.States[0]) / n
		v[offpolicy.WeightedDoublyRobust] += x.v(ep.States[0]) / n
		for t := range ep.Len() {
			v[offpolicy.PerDecision] += math.Pow(x.gamma, float64(t)) * x.weight(ep, t) * ep.Rewards[t] / n
			v[offpolicy.DoublyRobust] += math.Pow(x.gamma, float64(t)) * x.weight(ep, t) * x.change(ep, t) / n
		}
	}
	if weights > 0 {
		v[offpolicy.Weighted] /= weights
	}
	if partial > 0 {
		v[offpolicy.WeightedDiscountingAware] /= partial
	}
	for t := range longest {
		sum, reward, change := 0.0, 0.0, 0.0
		for i := range x.episodes {
			ep := &x.episodes[i]
			w := x.weight(ep, t) // an episode that has ended keeps its final weight
			sum += w
			if t < ep.Len() {
				reward += w * ep.Rewards[t]
				change += w * x.change(ep, t)
			}
		}
		if sum > 0 {
			v[offpolicy.WeightedPerDecision] += math.Pow(x.gamma, float64(t)) * reward / sum
			v[offpolicy.WeightedDoublyRobust] += math.Pow(x.gamma, float64(t)) * change / sum
		}
	}
	return v
}

// stdErr is the delete-a-group jackknife by its definition.
func (x *brute) stdErr(of offpolicy.Estimator, groups int) float64 {
	var s estimate.Variance
	k := min(groups, len(x.episodes))
	for out := range k {
		rest := *x
		rest.episodes = nil
		for i, ep := range x.episodes {
			if i%groups != out {
				rest.episodes = append(rest.episodes, ep)
			}
		}
		s.Add(rest.values()[of])
	}
	return math.Sqrt(float64(k-1) / float64(k) * s.Var() * float64(k-1))
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v within %g", what, got, want, tolerance)
	}
}

func evaluator(t testing.TB, p offpolicy.Problem, o offpolicy.Options) *offpolicy.Evaluator {
	t.Helper()
	e, err := offpolicy.NewEvaluator(p, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func result(t testing.TB, e *offpolicy.Evaluator) *offpolicy.Result {
	t.Helper()
	r, err := e.Result(0.95)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func value(t testing.TB, r *offpolicy.Result, x offpolicy.Estimator) float64 {
	t.Helper()
	y, ok := r.Of(x)
	if !ok {
		t.Fatalf("no estimate %v", x)
	}
	return y.Value
}

func add(t testing.TB, e *offpolicy.Evaluator, ep env.Episode) {
	t.Helper()
	if err := e.Add(&ep); err != nil {
		t.Fatal(err)
	}
}
