package env

import (
	"errors"
	"fmt"
	"math"
)

// Policy chooses actions: a ~ pi(a | s). Source: Zhao, section 1.4.
type Policy interface {
	Act(s State, rng *Rand) Action
}

// Deterministic is the policy pi(s) = p[s]; its length is |S|. It draws nothing.
type Deterministic []Action

// Act returns p[s].
func (p Deterministic) Act(s State, _ *Rand) Action { return p[s] }

// Prob returns pi(a | s), 0 or 1.
func (p Deterministic) Prob(s State, a Action) float64 {
	if p[s] == a {
		return 1
	}
	return 0
}

// Soft is the epsilon-greedy policy about the actions Best:
//
//	pi(a | s) = 1 - (|A|-1)/|A| eps   if a = Best[s]
//	            eps/|A|               otherwise
//
// eps = 0 is greedy, eps = 1 uniform. Each decision takes one symbol from the stream, whatever the state.
//
// Source: Zhao, section 5.4, equation (5.4); Sutton & Barto, section 5.4.
type Soft struct {
	Best []Action // length |S|

	eps     float64
	actions int
	die     Die
	waits   *Waits // nil when eps is 0 or 1
	jumps   *jumps // nil unless compiled
}

// NewSoft returns the epsilon-greedy policy about best (which it keeps, not copies) with the given number of actions.
// It returns a FieldError unless 0 <= eps <= 1, actions >= 1 and every best action is in range.
func NewSoft(best []Action, actions int, eps float64) (*Soft, error) {
	var errs []error
	if actions < 1 {
		errs = append(errs, &FieldError{"actions", actions, "at least 1"})
	}
	if !(eps >= 0 && eps <= 1) {
		errs = append(errs, &FieldError{"epsilon", eps, "a number in [0, 1]"})
	}
	for s, a := range best {
		if a < 0 || int(a) >= actions {
			errs = append(errs, &FieldError{fmt.Sprintf("best[%d]", s), a, fmt.Sprintf("an action in [0, %d)", actions)})
			break
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	p := &Soft{Best: best, actions: actions, die: NewDie(actions)}
	p.SetEpsilon(eps)
	return p, nil
}

// NewUniform returns the policy pi(a | s) = 1/|A|.
func NewUniform(states, actions int) *Soft {
	p := &Soft{Best: make([]Action, states), actions: actions, die: NewDie(actions)}
	p.SetEpsilon(1)
	return p
}

// SetEpsilon changes eps, which must be in [0, 1]. Not to be called while an episode is generated.
func (p *Soft) SetEpsilon(eps float64) {
	if p.waits != nil && p.eps == eps {
		return
	}
	p.eps = eps
	switch {
	case eps == 0 || eps == 1:
		p.waits = nil
	case p.waits == nil:
		p.waits = NewWaits(eps)
	default:
		p.waits.set(eps)
	}
}

// Epsilon returns eps.
func (p *Soft) Epsilon() float64 { return p.eps }

// NumStates is |S|.
func (p *Soft) NumStates() int { return len(p.Best) }

// NumActions is |A|.
func (p *Soft) NumActions() int { return p.actions }

// Act returns an action of pi(. | s).
func (p *Soft) Act(s State, rng *Rand) Action {
	switch {
	case p.eps == 0:
		return p.Best[s]
	case p.eps == 1 || rng.Explore(p.waits):
		return Action(rng.Throw(&p.die))
	}
	return p.Best[s]
}

// Prob returns pi(a | s).
func (p *Soft) Prob(s State, a Action) float64 {
	n := float64(p.actions)
	if p.Best[s] == a {
		return 1 - float64((n-1)/n*p.eps)
	}
	return p.eps / n
}

// Stochastic is a policy given by a full table of probabilities. Each decision takes one symbol from the stream, whatever the
// state: 16 bits for up to 256 actions, and once in many thousand decisions a further word from a generator of its own
// settles it; 63 bits for more.
type Stochastic struct {
	actions int
	probs   []float64 // |S| rows of |A|
	rows    *aliasRows
	cum     []uint64 // the same shape as probs; nil unless there are too many actions for rows
}

// NewStochastic returns the policy pi(a | s) = probs[s*actions+a] (it keeps probs, not a copy). Each row must be non-negative and sum to 1 within 1e-9;
// otherwise the error names the state.
func NewStochastic(actions int, probs []float64) (*Stochastic, error) {
	switch {
	case actions < 1:
		return nil, &FieldError{"actions", actions, "at least 1"}
	case len(probs) == 0 || len(probs)%actions != 0:
		return nil, &FieldError{"number of probabilities", len(probs), fmt.Sprintf("a positive multiple of the number of actions, %d", actions)}
	}
	p := &Stochastic{actions: actions, probs: probs}
	if actions <= maxColumns {
		p.rows = newAliasRows(len(probs)/actions, actions)
	}
	for s := 0; s*actions < len(probs); s++ {
		row := probs[s*actions : (s+1)*actions]
		sum := 0.0
		for a, x := range row {
			if !(x >= 0 && x <= 1) {
				return nil, &FieldError{fmt.Sprintf("pi(%d | state %d)", a, s), x, "a probability in [0, 1]"}
			}
			sum += x
		}
		if math.Abs(sum-1) > 1e-9 {
			return nil, &FieldError{fmt.Sprintf("the sum of pi(. | state %d)", s), sum, "1"}
		}
		if p.rows != nil {
			p.rows.add(cumulative(row))
		} else {
			p.cum = append(p.cum, cumulative(row)...)
		}
	}
	return p, nil
}

// NumStates is |S|.
func (p *Stochastic) NumStates() int { return len(p.probs) / p.actions }

// NumActions is |A|.
func (p *Stochastic) NumActions() int { return p.actions }

// Act returns an action of pi(. | s).
func (p *Stochastic) Act(s State, rng *Rand) Action {
	if p.rows != nil {
		return Action(p.rows.pick(int(s), rng))
	}
	return Action(search(p.cum[int(s)*p.actions:][:p.actions], rng.word()))
}

// Prob returns pi(a | s).
func (p *Stochastic) Prob(s State, a Action) float64 { return p.probs[int(s)*p.actions+int(a)] }

// fits reports a policy of this package whose size is not that of the environment, or whose actions are out of range: it
// would take the transitions of other pairs.
func fits(p Policy, m MDP) error {
	states, actions := m.NumStates(), m.NumActions()
	rows, columns := states, actions
	var best []Action
	switch p := p.(type) {
	case Deterministic:
		rows, best = len(p), p
	case *Soft:
		rows, columns, best = p.NumStates(), p.NumActions(), p.Best
	case *Stochastic:
		rows, columns = p.NumStates(), p.NumActions()
	}
	if rows != states {
		return &FieldError{"number of states of the policy", rows, fmt.Sprintf("that of the environment, %d", states)}
	}
	if columns != actions {
		return &FieldError{"number of actions of the policy", columns, fmt.Sprintf("that of the environment, %d", actions)}
	}
	for s, a := range best {
		if (a < 0 || int(a) >= actions) && !m.Terminal(State(s)) {
			return &FieldError{fmt.Sprintf("action of the policy in state %d", s), a, fmt.Sprintf("an action in [0, %d)", actions)}
		}
	}
	return nil
}
