package mc

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
)

// Visit says which visits of a pair in an episode are scored.
type Visit uint8

// The visit rules. As printed, Algorithm 5.1 scores the initial visit, 5.2 and 5.3 every visit (Zhao, section 5.3.2).
const (
	VisitAsPrinted Visit = iota
	InitialVisit         // only (s_0, a_0)
	FirstVisit           // the first visit of each pair
	EveryVisit
)

var visitNames = []string{"as-printed", "initial", "first", "every"}

// Ties says which of several actions with exactly equal values is greedy.
type Ties uint8

// The tie rules.
const (
	LowestTie Ties = iota // the lowest action, as in the book's figures
	RandomTie             // each with equal probability
	KeepTie               // the present action if it is among them, else the lowest
)

var tieNames = []string{"lowest", "random", "keep"}

// Improve says when the policy is improved.
type Improve uint8

// The moments of improvement. As printed, algorithms 5.2 and 5.3 improve at every step of the backward pass.
const (
	ImproveStep    Improve = iota // after each update of q
	ImproveEpisode                // after each episode, in the states it updated
	ImproveBatch                  // after every Batch episodes
	ImproveSweep                  // after as many episodes as there are pairs, times Episodes
)

var improveNames = []string{"step", "episode", "batch", "sweep"}

// Average says which returns a value is the mean of.
type Average uint8

// The averages. As printed, Algorithm 5.1 collects returns anew in every iteration, 5.2 and 5.3 never forget any.
const (
	AverageAsPrinted Average = iota
	Cumulative               // all returns since the beginning
	ResetAverage             // the returns since the last improvement
)

var averageNames = []string{"as-printed", "cumulative", "reset"}

// Starts says where episodes begin.
type Starts uint8

// The start rules. As printed, 5.2 must be able to start from every pair and draws it uniformly here; 5.3 starts where the
// environment does.
const (
	StartsAsPrinted   Starts = iota
	UniformPairs             // every pair (s, a) with equal probability
	SweepPairs               // every pair in turn
	FixedPair                // always the pair (State, Action)
	EnvironmentStarts        // the environment's start distribution; the policy chooses a_0
	FixedState               // always State; the policy chooses a_0
	UniformStates            // every non-terminal state with equal probability; the policy chooses a_0
)

var startNames = []string{"as-printed", "uniform-pairs", "sweep-pairs", "fixed-pair", "environment", "fixed-state", "uniform-states"}

// String returns the rule's name, the one used in JSON.
func (v Visit) String() string { return nameOf(visitNames, uint8(v)) }

// MarshalText returns the rule's name.
func (v Visit) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText accepts the rule's name.
func (v *Visit) UnmarshalText(b []byte) error {
	return parseName("visit", visitNames, b, (*uint8)(v))
}

// String returns the rule's name, the one used in JSON.
func (t Ties) String() string { return nameOf(tieNames, uint8(t)) }

// MarshalText returns the rule's name.
func (t Ties) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText accepts the rule's name.
func (t *Ties) UnmarshalText(b []byte) error { return parseName("ties", tieNames, b, (*uint8)(t)) }

// String returns the moment's name, the one used in JSON.
func (i Improve) String() string { return nameOf(improveNames, uint8(i)) }

// MarshalText returns the moment's name.
func (i Improve) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText accepts the moment's name.
func (i *Improve) UnmarshalText(b []byte) error {
	return parseName("improve", improveNames, b, (*uint8)(i))
}

// String returns the average's name, the one used in JSON.
func (a Average) String() string { return nameOf(averageNames, uint8(a)) }

// MarshalText returns the average's name.
func (a Average) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText accepts the average's name.
func (a *Average) UnmarshalText(b []byte) error {
	return parseName("average", averageNames, b, (*uint8)(a))
}

// String returns the rule's name, the one used in JSON.
func (s Starts) String() string { return nameOf(startNames, uint8(s)) }

// MarshalText returns the rule's name.
func (s Starts) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts the rule's name.
func (s *Starts) UnmarshalText(b []byte) error {
	return parseName("starts", startNames, b, (*uint8)(s))
}

func nameOf(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func parseName(field string, names []string, b []byte, i *uint8) error {
	for k, name := range names {
		if string(b) == name {
			*i = uint8(k)
			return nil
		}
	}
	return &env.FieldError{Field: field, Value: string(b), Want: "one of " + strings.Join(names, ", ")}
}

// checkName reports a value of an enumeration that has no name.
func checkName(field string, names []string, i uint8) error {
	if int(i) < len(names) {
		return nil
	}
	return &env.FieldError{Field: field, Value: i, Want: "one of " + strings.Join(names, ", ")}
}
