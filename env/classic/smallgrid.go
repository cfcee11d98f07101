package classic

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
)

// SmallGridConfig describes a SmallGrid. The zero value is Sutton & Barto's example 4.1.
type SmallGridConfig struct {
	Side int `json:"side,omitempty"` // rows, and columns; 0 means 4
}

// Validate reports a bad side.
func (c SmallGridConfig) Validate() error {
	if c.Side != 0 && (c.Side < 2 || c.Side > maxSide) {
		return bad("side", c.Side, fmt.Sprintf("2 to %d (0 means 4)", maxSide))
	}
	return nil
}

// SmallGrid is the grid of Sutton & Barto's example 4.1: every step pays -1 until one of two opposite corners is reached, which
// ends the episode. A move off the grid leaves the agent in place. Discount 1.
//
// State row*Side + col; actions up, right, down, left; starts are uniform over the states that are not terminal.
//
// Source: Sutton & Barto, example 4.1 and figure 4.1.
type SmallGrid struct{ *env.Grid }

// NewSmallGrid checks the configuration and makes the world.
func NewSmallGrid(c SmallGridConfig) (*SmallGrid, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n := c.Side
	if n == 0 {
		n = 4
	}
	rows := make([]string, n)
	for i := range rows {
		rows[i] = strings.Repeat(".", n)
	}
	rows[0] = "T" + rows[0][1:]
	rows[n-1] = rows[n-1][1:] + "T"
	g, err := env.NewGrid(env.GridConfig{
		Name:    "small grid",
		Map:     rows,
		Actions: []string{"up", "right", "down", "left"},
		Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: -1},
		Target:  env.TargetEnds,
	})
	return &SmallGrid{g}, err
}

// StateName is the row and the column.
func (g *SmallGrid) StateName(s env.State) string { return place(g.Cell(s)) }
