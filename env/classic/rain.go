package classic

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mcrl/env"
)

// Rain says what rain does to the moves of a taxi: each goes as intended with probability 0.8 and a quarter turn to either
// side with 0.1 each. Turns of pick-up and drop-off are none.
type Rain uint8

// The rules for rain.
const (
	// Dry is none: every move goes as intended.
	Dry Rain = iota
	// RainDrift turns the move first; then a wall or the edge stops it, whatever its direction. It is the paper's
	// description: Dietterich (2000), the fickle taxi task.
	RainDrift
	// RainGymnasium is what Gymnasium 1.2 does for Taxi-v3 with is_rainy=True, entry for entry. A move east or west that
	// is blocked is not turned at all; one that is turned north or south is stopped by a wall beside the cell that it
	// leads to, though there are no walls to cross on its way (Gymnasium's issue 1509; Taxi-v4 has another rain, pull request 1561).
	RainGymnasium
)

var rainNames = []string{"dry", "drift", "gymnasium"}

// String names the rule: dry, drift or gymnasium.
func (r Rain) String() string {
	if int(r) < len(rainNames) {
		return rainNames[r]
	}
	return fmt.Sprintf("rain %d", uint8(r))
}

// MarshalText writes the rule's name.
func (r Rain) MarshalText() ([]byte, error) {
	if int(r) >= len(rainNames) {
		return nil, r.fault(r)
	}
	return []byte(rainNames[r]), nil
}

// UnmarshalText reads the rule's name.
func (r *Rain) UnmarshalText(text []byte) error {
	i := slices.Index(rainNames, string(text))
	if i < 0 {
		return r.fault(fmt.Sprintf("%.40q", text))
	}
	*r = Rain(i)
	return nil
}

func (Rain) fault(value any) error {
	return &env.FieldError{Field: "rain", Value: value, Want: "one of " + strings.Join(rainNames, ", ")}
}
