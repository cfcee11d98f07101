package offpolicy

import (
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// Policy is what is known of a policy here: the probabilities pi(a | s). [env.Deterministic], [env.Soft] and
// [env.Stochastic] are policies.
type Policy interface {
	Prob(s env.State, a env.Action) float64
}

// Problem is the question: what is the target policy worth, asked of the episodes of another?
type Problem struct {
	States  int     // |S|
	Actions int     // |A|
	Gamma   float64 // the discount, in [0, 1]
	Target  Policy  // pi

	// Behaviour is b, which generates the episodes; nil where logged episodes state their own probabilities.
	Behaviour Policy
}

// What the arithmetic of weights can bear: the smallest probability but 0, and the largest reward.
const (
	LeastProb     = 1e-150
	LargestReward = 1e100

	least, largest = LeastProb, LargestReward
)

// Validate reports every field that is out of range, as joined FieldErrors.
func (p Problem) Validate() error {
	var bad complaints
	bad.add(p.States < 1, "states", p.States, "at least 1")
	bad.add(p.Actions < 1, "actions", p.Actions, "at least 1")
	sized := p.States >= 1 && p.Actions >= 1 && p.States <= env.MaxPairs/p.Actions
	bad.add(!sized && p.States >= 1 && p.Actions >= 1, "states times actions", fmt.Sprintf("%d x %d", p.States, p.Actions),
		fmt.Sprintf("at most %d", env.MaxPairs))
	bad.add(!(p.Gamma >= 0 && p.Gamma <= 1), "gamma", p.Gamma, "a number in [0, 1]")
	bad.add(p.Target == nil, "target", "nil", "a policy")
	if sized && p.Target != nil {
		_, err := p.table("target", p.Target)
		bad = append(bad, err)
	}
	if sized && p.Behaviour != nil {
		_, err := p.table("behaviour", p.Behaviour)
		bad = append(bad, err)
	}
	return errors.Join(bad...)
}

// table lists the probabilities of a policy, |S| rows of |A|. A row without any probability is that of a state in which it
// decides nothing.
func (p Problem) table(name string, policy Policy) ([]float64, error) {
	if err := p.fits(name, policy); err != nil {
		return nil, err
	}
	table := make([]float64, 0, p.States*p.Actions)
	for s := range env.State(p.States) {
		sum := 0.0
		for a := range env.Action(p.Actions) {
			x := policy.Prob(s, a)
			if x != 0 && !(x >= least && x <= 1+1e-9) {
				return nil, &env.FieldError{Field: fmt.Sprintf("%s(%d | state %d)", name, a, s), Value: x,
					Want: fmt.Sprintf("a probability, 0 or at least %g", least)}
			}
			sum += x
			table = append(table, x)
		}
		if sum != 0 && math.Abs(sum-1) > 1e-9 {
			return nil, &env.FieldError{Field: fmt.Sprintf("the sum of %s(. | state %d)", name, s), Value: sum, Want: "1"}
		}
	}
	return table, nil
}

// fits reports a policy whose size is known and is not that of the problem.
func (p Problem) fits(name string, policy Policy) error {
	states, actions := p.States, p.Actions
	switch x := policy.(type) {
	case env.Deterministic:
		states = len(x)
	case interface {
		NumStates() int
		NumActions() int
	}:
		states, actions = x.NumStates(), x.NumActions()
	}
	if states != p.States || actions != p.Actions {
		return &env.FieldError{Field: "size of the " + name, Value: fmt.Sprintf("%d states, %d actions", states, actions),
			Want: fmt.Sprintf("%d states, %d actions", p.States, p.Actions)}
	}
	return nil
}

// complaints collects the fields that are out of range.
type complaints []error

func (c *complaints) add(bad bool, field string, value any, want string) {
	if bad {
		*c = append(*c, &env.FieldError{Field: field, Value: value, Want: want})
	}
}

// Options of an [Evaluator]; the zero value takes the estimators that need nothing else.
type Options struct {
	// Cap is the largest weight of Capped, above 0; 0 leaves that estimator out.
	Cap float64 `json:"cap,omitempty"`

	// Q is a model's q(s, a), length |S||A|, row by row, for the doubly robust estimators; nil leaves them out. Its v is
	// sum over a of pi(a | s) q(s, a), so that they are unbiased, whatever q is.
	Q []float64 `json:"-"`

	// Groups is the number of groups of episodes of the jackknife, 2 to 1000; 0 means 20. Memory grows with it.
	Groups int `json:"groups,omitempty"`

	// Verdict is what Examine found in the model, if it was asked: no interval is given where a variance is infinite.
	Verdict Verdict `json:"verdict,omitzero"`
}

func (o Options) validate(p Problem) error {
	var bad complaints
	bad.add(!(o.Cap >= 0 && o.Cap <= largest), "cap", o.Cap, fmt.Sprintf("a positive weight of at most %g (0: none)", largest))
	bad.add(o.Groups != 0 && (o.Groups < 2 || o.Groups > 1000), "groups", o.Groups, "2 to 1000 (0 means 20)")
	bad.add(o.Q != nil && len(o.Q) != p.States*p.Actions, "length of Q", len(o.Q),
		fmt.Sprintf("one value for each of %d x %d pairs", p.States, p.Actions))
	for i, x := range o.Q {
		if !(math.Abs(x) <= largest) {
			bad.add(true, fmt.Sprintf("Q[%d]", i), x, fmt.Sprintf("a number of at most %g", largest))
			break
		}
	}
	return errors.Join(bad...)
}
