package dp

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
)

// checkPolicy verifies length and probabilities; the error names the first state at fault.
func checkPolicy(m *sparse, p Policy) error {
	length := -1
	switch p := p.(type) {
	case nil:
		return &env.FieldError{Field: "policy", Value: nil, Want: "a policy"}
	case env.Deterministic:
		length = len(p)
	case *env.Soft:
		length = len(p.Best)
	}
	if length >= 0 && length != m.states {
		return &env.FieldError{Field: "length of the policy", Value: length, Want: fmt.Sprintf("one action for each of %d states", m.states)}
	}
	for s := range m.states {
		if m.end[s] {
			continue
		}
		sum := 0.0
		for a := range m.actions {
			x := p.Prob(env.State(s), env.Action(a))
			if !(x >= 0 && x <= 1+1e-9) {
				return &env.FieldError{Field: fmt.Sprintf("pi(%d | state %d)", a, s), Value: x, Want: "a probability in [0, 1]"}
			}
			sum += x
		}
		if math.Abs(sum-1) > 1e-9 {
			return &env.FieldError{Field: fmt.Sprintf("the sum of pi(. | state %d)", s), Value: sum, Want: "1"}
		}
	}
	return nil
}
