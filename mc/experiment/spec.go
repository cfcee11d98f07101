package experiment

import (
	"errors"
	"fmt"
	"io"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// Algorithm names a learner of package mc.
type Algorithm string

// The algorithms.
const (
	Basic           Algorithm = "basic"          // mc.Basic, Algorithm 5.1
	ExploringStarts Algorithm = "es"             // mc.ExploringStarts, Algorithm 5.2
	EpsilonGreedy   Algorithm = "epsilon-greedy" // mc.EpsilonGreedy, Algorithm 5.3
)

// Algorithms lists the algorithms in the order of the book.
func Algorithms() []Algorithm { return []Algorithm{Basic, ExploringStarts, EpsilonGreedy} }

// Spec says what is learned and how, as data. Two equal specs give the same record, byte for byte.
type Spec struct {
	Env       World     `json:"env"`
	Algorithm Algorithm `json:"algorithm"`
	Gamma     float64   `json:"gamma"`    // the discount, in [0, 1]
	Horizon   int       `json:"horizon"`  // T: an episode is cut after T steps
	Episodes  int64     `json:"episodes"` // in all, at least 1
	Seed      uint64    `json:"seed"`

	// UntilCertain, if above 0, ends the run before its last episode, after the first iteration whose table proves policy and
	// action values to be within it of the optimal ones (see mc.Control.Certain).
	UntilCertain float64 `json:"until_certain,omitempty"`

	// The options of the algorithm; those of the other two are nil.
	Basic         *mc.BasicOptions   `json:"basic,omitempty"`
	Starts        *mc.StartsOptions  `json:"es,omitempty"`
	EpsilonGreedy *mc.EpsilonOptions `json:"epsilon_greedy,omitempty"`
}

// Validate reports every field of the spec's own that is out of range, as joined FieldErrors, and those of the world.
// NewLearner checks the rest.
func (s Spec) Validate() error {
	errs := []error{s.Env.Validate()}
	if s.Episodes < 1 {
		errs = append(errs, &env.FieldError{Field: "episodes", Value: s.Episodes, Want: "at least 1"})
	}
	if !(s.UntilCertain >= 0) || math.IsInf(s.UntilCertain, 0) {
		errs = append(errs, &env.FieldError{Field: "until certain", Value: s.UntilCertain, Want: "a finite number, 0 (for never) or more"})
	}
	given := map[Algorithm]bool{Basic: s.Basic != nil, ExploringStarts: s.Starts != nil, EpsilonGreedy: s.EpsilonGreedy != nil}
	if _, ok := given[s.Algorithm]; !ok {
		errs = append(errs, &env.FieldError{Field: "algorithm", Value: string(s.Algorithm), Want: fmt.Sprint("one of ", Algorithms())})
		return errors.Join(errs...)
	}
	for _, a := range Algorithms() {
		if given[a] != (a == s.Algorithm) {
			errs = append(errs, &env.FieldError{Field: "options of " + string(a), Value: map[bool]string{true: "given", false: "missing"}[given[a]],
				Want: "the options of the algorithm, " + string(s.Algorithm) + ", and no other"})
		}
	}
	if n := s.perPair(); n > maxPerPair {
		errs = append(errs, &env.FieldError{Field: "episodes per pair", Value: n, Want: fmt.Sprintf("at most %d", int64(maxPerPair))})
	}
	return errors.Join(errs...)
}

// maxReturn bounds returns, so that sums of their squares are finite.
const maxReturn = 1e150

// CheckReturns demands that no return of a table exceeds 1e150: r_max / (1-gamma), or r_max T where gamma = 1. Sums of their squares
// are finite then.
func CheckReturns(t *env.Table, gamma float64, horizon int) error {
	lo, hi := t.RewardRange()
	reward := max(math.Abs(lo), math.Abs(hi))
	largest := reward / (1 - gamma)
	if gamma == 1 {
		largest = reward * float64(horizon)
	}
	if largest <= maxReturn {
		return nil
	}
	return &env.FieldError{Field: "rewards", Value: reward, Want: fmt.Sprintf("returns of at most %v, r_max/(1-gamma) or, where gamma = 1, r_max T", maxReturn)}
}

// maxPerPair keeps the number of episodes of a sweep within an int64.
const maxPerPair = 1 << 32

// perPair is the number of consecutive episodes from one pair, as given.
func (s Spec) perPair() int64 {
	switch {
	case s.Basic != nil:
		return s.Basic.Episodes
	case s.Starts != nil:
		return s.Starts.Episodes
	case s.EpsilonGreedy != nil:
		return s.EpsilonGreedy.Episodes
	}
	return 0
}

// Learner is what the learners of package mc have in common.
type Learner interface {
	mc.Learner
	Q() *mc.QTable
	Policy() env.Deterministic
	Unvisited() []int
	Certain() mc.Certainty
	WriteCheckpoint(w io.Writer) error
	Restore(checkpoint []byte) error
}

// NewLearner returns the spec's learner on its world, the table of its model, which has seen nothing, with the given number of
// workers (0 means 1; no result depends on it). The error joins a FieldError for every field out of range.
func NewLearner(s Spec, t *env.Table, workers int) (Learner, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	p := mc.Problem{MDP: t, Gamma: s.Gamma, Horizon: s.Horizon}
	switch s.Algorithm {
	case Basic:
		l, err := mc.NewBasic(p, *s.Basic, s.Seed)
		if err != nil {
			return nil, err
		}
		l.Workers = workers
		return l, nil
	case ExploringStarts:
		l, err := mc.NewExploringStarts(p, *s.Starts, s.Seed)
		if err != nil {
			return nil, err
		}
		l.Workers = workers
		return l, nil
	}
	l, err := mc.NewEpsilonGreedy(p, *s.EpsilonGreedy, s.Seed)
	if err != nil {
		return nil, err
	}
	l.Workers = workers
	return l, nil
}

// epsilonOf is the exploration of a learner's policy as it stands.
func epsilonOf(l Learner) float64 {
	if e, ok := l.(interface{ Epsilon() float64 }); ok {
		return e.Epsilon()
	}
	return 0
}

// Iteration is the number of episodes between two improvements of the policy, on the table of the spec's world.
func (s Spec) Iteration(t *env.Table) int64 {
	pairs := int64(0)
	for state := range env.State(t.NumStates()) {
		if !t.Terminal(state) {
			pairs += int64(t.NumActions())
		}
	}
	var o mc.StartsOptions
	switch s.Algorithm {
	case Basic:
		return pairs * max(1, s.Basic.Episodes)
	case ExploringStarts:
		o = *s.Starts
	case EpsilonGreedy:
		o = s.EpsilonGreedy.StartsOptions
	}
	switch o.Improve {
	case mc.ImproveBatch:
		return max(1, o.Batch)
	case mc.ImproveSweep:
		return pairs * max(1, o.Episodes)
	}
	return 1
}
