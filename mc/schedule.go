package mc

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
)

// Decay names the shape of a Schedule.
type Decay uint8

// The shapes, k = 0, 1, 2, ... being the number of improvements made so far.
const (
	Constant    Decay = iota // Start
	Harmonic                 // max(End, Start/(k+1)), the GLIE schedule for Start = 1
	Linear                   // from Start to End in Over iterations, then End
	Exponential              // max(End, Start Rate^k)
	Listed                   // Values[k], then the last of them
)

var decayNames = []string{"constant", "harmonic", "linear", "exponential", "listed"}

// String returns the shape's name, the one used in JSON.
func (d Decay) String() string { return nameOf(decayNames, uint8(d)) }

// MarshalText returns the shape's name.
func (d Decay) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText accepts the shape's name.
func (d *Decay) UnmarshalText(b []byte) error {
	return parseName("decay", decayNames, b, (*uint8)(d))
}

// Schedule is epsilon as a function of the iteration. The zero value is epsilon = 0 for ever: greedy.
type Schedule struct {
	Start  float64   `json:"start"`
	Decay  Decay     `json:"decay"`
	End    float64   `json:"end,omitempty"`
	Over   int64     `json:"over,omitempty"`   // iterations, Linear
	Rate   float64   `json:"rate,omitempty"`   // in (0, 1], Exponential
	Values []float64 `json:"values,omitempty"` // Listed
}

// Epsilon returns the constant schedule.
func Epsilon(eps float64) Schedule { return Schedule{Start: eps} }

// At returns epsilon in iteration k = 0, 1, 2, ...
func (s Schedule) At(k int64) float64 {
	switch s.Decay {
	case Harmonic:
		return max(s.End, s.Start/float64(k+1))
	case Linear:
		if k >= s.Over {
			return s.End
		}
		return s.Start + float64((s.End-s.Start)*(float64(k)/float64(s.Over)))
	case Exponential:
		return max(s.End, float64(s.Start*power(s.Rate, k)))
	case Listed:
		return s.Values[min(k, int64(len(s.Values)-1))]
	}
	return s.Start
}

// Validate reports every field that is out of range.
func (s Schedule) Validate() error {
	var errs []error
	unit := func(field string, x float64) {
		if !(x >= 0 && x <= 1) {
			errs = append(errs, &env.FieldError{Field: field, Value: x, Want: "a number in [0, 1]"})
		}
	}
	unit("epsilon", s.Start)
	unit("epsilon end", s.End)
	switch s.Decay {
	case Linear:
		if s.Over < 1 {
			errs = append(errs, &env.FieldError{Field: "epsilon over", Value: s.Over, Want: "at least 1 iteration"})
		}
	case Exponential:
		if !(s.Rate > 0 && s.Rate <= 1) {
			errs = append(errs, &env.FieldError{Field: "epsilon rate", Value: s.Rate, Want: "a number in (0, 1]"})
		}
	case Listed:
		if len(s.Values) == 0 {
			errs = append(errs, &env.FieldError{Field: "epsilon values", Value: "none", Want: "at least one"})
		}
		for i, x := range s.Values {
			unit(fmt.Sprintf("epsilon values[%d]", i), x)
		}
	default:
		if err := checkName("epsilon decay", decayNames, uint8(s.Decay)); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
