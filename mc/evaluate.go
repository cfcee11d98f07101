package mc

import (
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// EvaluateOptions say how a policy is evaluated. The zero value plays no episode.
type EvaluateOptions struct {
	First    int64     `json:"first,omitempty"`  // index of the first episode: where another evaluation stopped
	Episodes int64     `json:"episodes"`         // at least 1
	Starts   Starts    `json:"starts,omitempty"` // environment (as printed), uniform-states or fixed-state
	State    env.State `json:"state,omitempty"`  // fixed-state

	// Values, length |S|, make the control variate: any guess of v_pi, the nearer the better. It takes a Model and a policy that
	// tells its probabilities. nil: none. Those of terminal states count as 0.
	Values []float64 `json:"values,omitempty"`
}

// Evaluation is what episodes say about v_pi(s_0), s_0 averaged over the starts.
type Evaluation struct {
	Return    estimate.Variance `json:"return"`  // of G
	Reduced   estimate.Variance `json:"reduced"` // of G - C; of G where there is no control variate
	Steps     int64             `json:"steps"`
	Truncated int64             `json:"truncated"` // episodes cut by the horizon
}

// Evaluate estimates what a policy is worth from its starts, by the returns of independent episodes less a control variate C whose mean is
// 0 and known to be, since the model is known:
//
//	D_t = R_{t+1} + gamma v(S_{t+1}) - sum_a pi(a|S_t) sum_{s',r} p(s',r|S_t,a) (r + gamma v(s'))
//	C   = v(S_0) - E v(S_0) + D_0 + gamma D_1 + gamma^2 D_2 + ... + gamma^(T-1) D_{T-1}
//	mean of G - C -> E G,   whatever v
//
// Each D_t is a martingale difference: what chance added to what was to be expected. With v = v_pi, all but
// - gamma^T v(S_T) of an episode that was cut cancels, G - C is the same in every episode, and the variance is 0. With v = 0 only the
// noise of the rewards cancels. v(S_0) - E v(S_0) is left out where the model cannot tell its start distribution.
//
// Both estimate the return of T steps, within Problem.TruncationBound of v_pi. Episode e is the first of block e of the streams of the
// seed. The error joins a FieldError for every field out of range, or is that of ctx; the Evaluation then holds the episodes played.
//
// Source: S. Henderson and P. Glynn, Mathematics of Operations Research 27 (2002) 253-271.
func Evaluate(ctx context.Context, p Problem, policy env.Policy, o EvaluateOptions, seed uint64) (Evaluation, error) {
	var v Evaluation
	x, err := newEvaluator(p, policy, o, seed)
	if err != nil {
		return v, err
	}
	var ep env.Episode
	for e := o.First; e < o.First+o.Episodes; e++ {
		if err := ctx.Err(); err != nil {
			return v, err
		}
		x.gen.SeekBlock(e)
		x.gen.FromState(&ep, x.start())
		v.add(&ep, p.Gamma, x)
	}
	return v, nil
}

// Interval is Student's interval for the value, by the reduced returns; see estimate.StudentT.
func (v Evaluation) Interval(level float64) estimate.Interval {
	return estimate.StudentT(v.Reduced, level)
}

// Gain is how many times as many episodes the same standard error takes without the control variate, Var G / Var(G - C); NaN
// where both are 0.
func (v Evaluation) Gain() float64 { return v.Return.Var() / v.Reduced.Var() }

// Merge adds the episodes of o, played from another First on.
func (v *Evaluation) Merge(o Evaluation) {
	v.Return.Merge(o.Return)
	v.Reduced.Merge(o.Reduced)
	v.Steps += o.Steps
	v.Truncated += o.Truncated
}

// add adds an episode.
func (v *Evaluation) add(ep *env.Episode, gamma float64, x *evaluator) {
	g, c := 0.0, 0.0
	for t := ep.Len() - 1; t >= 0; t-- {
		g = float64(gamma*g) + ep.Rewards[t]
		if x.values != nil {
			d := ep.Rewards[t] + float64(gamma*x.values[ep.States[t+1]]) - x.expected[ep.States[t]]
			c = float64(gamma*c) + d
		}
	}
	if x.values != nil && x.startKnown {
		c += x.values[ep.States[0]] - x.startValue
	}
	v.Return.Add(g)
	v.Reduced.Add(g - c)
	v.Steps += int64(ep.Len())
	if ep.Truncated {
		v.Truncated++
	}
}

// evaluator is what the episodes of an evaluation have in common.
type evaluator struct {
	gen        *env.Generator
	options    EvaluateOptions
	live       []env.State // uniform-states
	values     []float64   // v, 0 in terminal states; nil: no control variate
	expected   []float64   // of each state: E(R + gamma v(S'))
	startKnown bool
	startValue float64 // E v(S_0)
}

// teller is a policy that tells its probabilities.
type teller interface {
	Prob(s env.State, a env.Action) float64
}

func newEvaluator(p Problem, policy env.Policy, o EvaluateOptions, seed uint64) (*evaluator, error) {
	errs := []error{p.Validate()}
	x := &evaluator{options: o}
	if p.MDP != nil && p.validateSize() == nil {
		g, err := env.NewGenerator(p.MDP, policy, max(1, p.Horizon), seed)
		x.gen, errs = g, append(errs, err, o.validate(p, policy))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	x.live = liveStates(p.MDP)
	if len(x.live) == 0 {
		return nil, &env.FieldError{Field: "MDP", Value: "all states terminal", Want: "at least one non-terminal state"}
	}
	if o.Values != nil {
		x.expect(p.MDP.(env.Model), policy.(teller), p.Gamma)
	}
	return x, nil
}

func (o EvaluateOptions) validate(p Problem, policy env.Policy) error {
	var bad complaints
	states := p.MDP.NumStates()
	bad.add(o.First < 0, "first", o.First, "an index, 0 or more")
	bad.add(o.Episodes < 1 || o.Episodes > math.MaxInt64-max(o.First, 0), "episodes", o.Episodes, "at least 1 episode")
	fixed := o.Starts == FixedState
	bad.add(!fixed && o.Starts != StartsAsPrinted && o.Starts != EnvironmentStarts && o.Starts != UniformStates, "starts", o.Starts,
		"environment, uniform-states or fixed-state")
	bad.add(!fixed && o.State != 0, "state", o.State, "none unless starts is fixed-state")
	bad.add(fixed && (o.State < 0 || int(o.State) >= states || p.MDP.Terminal(o.State)), "state", o.State,
		fmt.Sprintf("a non-terminal state in [0, %d)", states))
	if o.Values == nil {
		return errors.Join(bad...)
	}
	_, model := p.MDP.(env.Model)
	bad.add(!model, "values", "given", "none unless the environment is a Model")
	_, tells := policy.(teller)
	bad.add(policy != nil && !tells, "values", "given", "none unless the policy has a method Prob")
	bad.add(len(o.Values) != states, "values", fmt.Sprintf("%d of them", len(o.Values)), fmt.Sprintf("one for each of the %d states", states))
	for s, w := range o.Values {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			bad.add(true, fmt.Sprintf("values[%d]", s), w, "a finite number")
			break
		}
	}
	return errors.Join(bad...)
}

// start draws S_0.
func (x *evaluator) start() env.State {
	switch x.options.Starts {
	case FixedState:
		return x.options.State
	case UniformStates:
		return x.live[x.gen.Starts().Intn(len(x.live))]
	}
	return x.gen.Start()
}

// expect computes what chance is measured against.
func (x *evaluator) expect(m env.Model, pi teller, gamma float64) {
	x.values, x.expected = make([]float64, m.NumStates()), make([]float64, m.NumStates())
	for _, s := range x.live {
		x.values[s] = x.options.Values[s]
	}
	for _, s := range x.live {
		for a := range env.Action(m.NumActions()) {
			if pr := pi.Prob(s, a); pr > 0 {
				q := 0.0
				for _, o := range m.Outcomes(s, a) {
					q += float64(o.Prob * (o.Reward + float64(gamma*x.values[o.Next])))
				}
				x.expected[s] += float64(pr * q)
			}
		}
	}
	x.startValue, x.startKnown = x.meanStart(m)
}

// meanStart returns E v(S_0), where it is known.
func (x *evaluator) meanStart(m env.MDP) (mean float64, known bool) {
	if x.options.Starts == FixedState {
		return x.values[x.options.State], true
	}
	var states []env.State
	var probs []float64
	_, draws := m.(env.Starter)
	if d, ok := m.(env.StartDistribution); ok && x.options.Starts != UniformStates {
		states, probs = d.StartProbs()
	}
	for i, s := range states {
		mean += float64(probs[i] * x.values[s])
	}
	if len(states) > 0 || draws && x.options.Starts != UniformStates {
		return mean, len(states) > 0
	}
	for _, s := range x.live {
		mean += x.values[s] / float64(len(x.live))
	}
	return mean, true
}
