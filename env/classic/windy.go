package classic

import (
	"fmt"
	"slices"

	"example.com/mcrl/env"
)

// WindyConfig is a grid of 7 x 10 cells with a wind that blows upwards in the columns 3 to 8, by 1 or 2 cells: that of the
// column left counts. Every step pays -1 until the goal is reached, which must be landed on. A move off the grid, a king's move as a
// whole, stays in place, and then the wind blows; but a move down from the last row and the wind cancel, as in env.GridConfig.
//
// The zero value is Sutton & Barto's example 6.5. Exercise 6.9 has Actions 8 and 9, exercise 6.10 has Actions 8 and
// WindNoise 2/3.
//
// Source: Sutton & Barto, example 6.5 and exercises 6.9 and 6.10.
type WindyConfig struct {
	// Actions is the number of actions: 4 (0 means that too), 8 with the king's moves, or 9 with staying.
	Actions int `json:"actions,omitempty"`
	// WindNoise is the probability that the wind, where there is any, is off by one: half of it one cell more, half of it one
	// cell less.
	WindNoise float64 `json:"wind_noise,omitempty"`
}

// Validate reports every bad field, as joined FieldErrors: actions, wind_noise.
func (c WindyConfig) Validate() error {
	var f faults
	if !slices.Contains([]int{0, 4, 8, 9}, c.Actions) {
		f.bad("actions", c.Actions, "4, 8 or 9 (0 means 4)")
	}
	if !(c.WindNoise >= 0 && c.WindNoise <= 1) {
		f.bad("wind_noise", c.WindNoise, "a probability in [0, 1]")
	}
	return f.join()
}

// Windy is a windy grid world.
type Windy struct {
	*env.Grid
	config WindyConfig
}

// NewWindy checks the configuration and makes the grid.
func NewWindy(c WindyConfig) (*Windy, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Actions == 0 {
		c.Actions = 4
	}
	actions, err := env.ActionSet(c.Actions)
	if err != nil {
		return nil, err
	}
	rows := slices.Repeat([]string{".........."}, 7)
	rows[3] = "S......T.."
	g, err := env.NewGrid(env.GridConfig{
		Map: rows, Actions: actions, Target: env.TargetEnds,
		Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1},
		Wind:    []int{0, 0, 0, 1, 1, 1, 2, 2, 1, 0}, WindNoise: c.WindNoise,
	})
	if err != nil {
		return nil, err
	}
	return &Windy{g, c}, nil
}

// Config returns the configuration, with nothing left out; that of the grid is w.Grid.Config().
func (w *Windy) Config() WindyConfig { return w.config }

// StateName is the cell, "(row,column)".
func (w *Windy) StateName(s env.State) string {
	row, col := w.Cell(s)
	return fmt.Sprintf("(%d,%d)", row, col)
}
