package mc

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Certainty is what the table of a learner proves about the optimum.
type Certainty struct {
	Loss  float64 // v*(s) - v_pi(s) <= Loss for every s, pi being the greedy policy; 0: pi is optimal. +Inf where Why is set
	Error float64 // |q(s, a) - q*(s, a)| <= Error for every pair, so |max_a q(s, a) - v*(s)| <= Error. +Inf where Why is set
	Why   error   // nil, or why nothing is proven: joined FieldErrors where the settings rule it out, else ErrUnsettled
}

// ErrUnsettled is the Why of a Certainty that more episodes may bring.
var ErrUnsettled = errors.New("not settled: want an improvement that changes no greedy action, and a return for every pair since")

// Within reports whether policy and action values are proven to be within the tolerance of the optimal ones.
func (y Certainty) Within(tolerance float64) bool {
	return y.Why == nil && y.Loss <= tolerance && y.Error <= tolerance
}

// Certain returns what the table proves, to end a run as soon as that is enough:
//
//	for _, err := range mc.Run(ctx, learner, episodes) {
//		...
//		if learner.Certain().Within(0.01) {
//			break
//		}
//	}
//
// It is for learners whose returns are certain: a table with certain transitions, greedy episodes (MC Basic, plain or Shared;
// exploring starts), averages that are reset, improvement after a batch or a sweep, and gamma < 1. Elsewhere Why names what
// stands against it.
//
// After an improvement that changes nothing, q belongs to the greedy policy pi itself, once every pair is visited. Let w_n
// be the value of n steps of pi, and lo <= r <= hi its rewards r(s, pi(s)), and 0 if there are terminal states. Then
//
//	w_T = w_{T-1} + gamma^{T-1} r_T,   so   gamma^{T-1} lo <= w_T - w_{T-1} <= gamma^{T-1} hi
//
// A pair (s, a), a other than pi(s), is visited at the beginning of episodes alone: q(s, a) = r + gamma w_{T-1}(s'). The
// value of a greedy pair is a mean of w_n(s), h <= n <= T, with h = T for initial visits and Tail + 1 for others. It is at most
//
//	w_T(s) + m,   m = max(0, -lo) (gamma^h - gamma^T) / (1-gamma)
//
// and no smaller than any q(s, a), so one step of value iteration gives T* w_{T-1} <= w_T + m. With
// C = (gamma^{T-1} hi + m)/(1-gamma) that is T* w_{T-1} - w_{T-1} <= (1-gamma) C, and therefore (MacQueen)
//
//	v* <= T* (w_{T-1} + C) <= w_T + (gamma^T hi + m)/(1-gamma),   v* >= v_pi >= w_T + gamma^T lo/(1-gamma)
//	v* - v_pi <= D = (gamma^T (hi - lo) + m)/(1-gamma)
//
// The same bounds, one step later, enclose q*. If in every state the greedy action leads by more than D, the others are
// suboptimal: pi is optimal and Loss is 0, else Loss is D. With initial visits m = 0, and D is attained by worlds
// whose reward lies just behind the horizon. Rounding errors are allowed for: 2 rho is added to m and rho to Error, with
// rho = 2^-53 (64/(1-gamma) + 2 max N) max |G|.
//
// Initial visits are the best for this: the means of late ones can leave actions that are equally good undecided for ever.
//
// Source: J. MacQueen, J. Math. Anal. Appl. 14 (1966) 38-43; Puterman, Markov Decision Processes, theorem 6.6.3.
func (c *Control) Certain() Certainty {
	if err := c.certifiable(); err != nil {
		return Certainty{math.Inf(1), math.Inf(1), err}
	}
	lead, largest, most := c.lead()
	p := &c.progress
	if p.Iterations == 0 || p.Changed > 0 || !(lead >= 0) {
		return Certainty{math.Inf(1), math.Inf(1), ErrUnsettled}
	}
	gamma, T, h := c.problem.Gamma, c.problem.Horizon, c.problem.Horizon
	if c.rules.visit != InitialVisit {
		h = c.rules.tail + 1
	}
	lo, hi := c.greedyRewards()
	end, late := power(gamma, int64(T)), power(gamma, int64(h))
	returns := 2 * largest / (1 - late) // bounds |G|: a return is a difference of two values
	rho := float64(0x1p-53 * (64/(1-gamma) + float64(2*most)) * returns)
	behind := (late - end) / (1 - gamma)
	m := float64(max(0, -lo)*behind) + 2*rho
	loss := (float64(end*(hi-lo)) + m) / (1 - gamma)
	above := (float64(end*hi)+float64(gamma*m))/(1-gamma) + float64(max(0, hi)*behind)
	below := m - float64(end*lo)/(1-gamma)
	if lead > loss {
		loss = 0
	}
	return Certainty{Loss: loss, Error: max(above, below, 0) + rho}
}

// certifiable reports every setting that keeps returns from being certain, or means from being those of one policy.
func (c *Control) certifiable() error {
	var bad complaints
	r := &c.rules
	if t, ok := env.TableOf(c.problem.MDP); !ok || !t.Deterministic() {
		bad.add(true, "MDP", "random transitions, or no table", "a table with certain transitions: other returns are chance")
	}
	if c.problem.Gamma == 1 {
		bad.add(true, "gamma", c.problem.Gamma, "less than 1: without a discount nothing bounds what the horizon cuts off")
	}
	if r.schedule.Decay != Constant || r.schedule.Start != 0 {
		bad.add(true, "epsilon", r.schedule.Start, "0 for ever: episodes that explore are random")
	}
	if r.average != ResetAverage || r.step != (estimate.StepSize{}) {
		bad.add(true, "average", r.average, "reset, and no step size: other means hold returns of earlier policies")
	}
	if r.improve != ImproveSweep && r.batch < c.pairs() {
		bad.add(true, "improve", r.improve, fmt.Sprintf("sweep, or batch with at least %d episodes, one for each pair", c.pairs()))
	}
	return errors.Join(bad...)
}

// lead is the least lead of a greedy action over the second best of its state, +Inf where there is no other, and NaN where a
// pair is unvisited; with the largest |q| and the largest N.
func (c *Control) lead() (least, largest float64, most int64) {
	least = math.Inf(1)
	for s, a := range c.greedy {
		if c.live != nil && c.problem.MDP.Terminal(env.State(s)) {
			continue
		}
		row := c.q.row(env.State(s))
		best := row[a].Value()
		for b := range row {
			if row[b].N() == 0 {
				return math.NaN(), 0, 0
			}
			if w := row[b].Value(); b != int(a) {
				least = min(least, best-w)
			}
			largest, most = max(largest, math.Abs(row[b].Value())), max(most, row[b].N())
		}
	}
	return least, largest, most
}

// greedyRewards returns the least and the largest reward that the greedy policy meets, 0 among them where there are terminal
// states. Transitions are certain.
func (c *Control) greedyRewards() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	if c.live != nil {
		lo, hi = 0, 0
	}
	for s, a := range c.greedy {
		if c.live != nil && c.problem.MDP.Terminal(env.State(s)) {
			continue
		}
		_, r := c.problem.MDP.Step(env.State(s), a, nil)
		lo, hi = min(lo, r), max(hi, r)
	}
	return lo, hi
}
