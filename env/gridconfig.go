package env

import (
	"maps"
	"slices"
)

// Limits of a grid world.
const (
	MaxCells = 1 << 26 // rows times columns
	MaxSide  = 1 << 16 // rows, and columns
	MaxWind  = 100     // cells that the wind of a column pushes
)

// GridConfig describes a grid world as data: a text map, its numbers, and every convention in which books and libraries
// differ as a field of its own. The zero value of each field but Map and Rewards is the convention of the text of Zhao's
// book; rewards are literal, 0 is 0.
//
// In a state that is not terminal, one step of an episode goes like this:
//
//  1. Slip may turn the action's direction.
//  2. The agent moves one cell that way. A move off the grid or into a wall leaves it in place and is a bump; so does a move
//     towards a forbidden cell where NotEnterable, which is a refusal.
//  3. The wind of the column it started from pushes it up, cell by cell, as far as the way is open. A move down from the
//     last row into an upward wind is no bump: move and wind cancel. Cells passed on the way count for nothing.
//  4. It is paid Rewards.Boundary for a bump (and the reward of a cell besides, under BoundaryPlusCell),
//     Rewards.Forbidden for a refusal, else the reward of a cell: of the one it is now in, or of the one it came from,
//     as RewardOn says.
//
// Rows are numbered 0, 1, ... from the top, columns 0, 1, ... from the left.
//
// Source: Zhao, sections 1.1 to 1.5 and table 1.3; wind: Sutton & Barto, example 6.5.
type GridConfig struct {
	// Name is for titles and records; no rule depends on it. One line of printable text.
	Name string `json:"name,omitempty"`
	// Map has one string a row and one symbol a cell.
	Map []string `json:"map"`
	// Legend says what each symbol means: plain, forbidden, target, hole, wall, or start (a plain cell in which episodes
	// begin). Empty means the standard one, see StandardLegend. A symbol is one printable character.
	Legend map[string]string `json:"legend,omitempty"`
	// Actions lists the actions in the order of their indices, from up, right, down, left, stay, up-right, down-right,
	// down-left, up-left. Empty means the book's five: up, right, down, left, stay. See ActionSet.
	Actions []string `json:"actions,omitempty"`
	// Rewards are the numbers r.
	Rewards GridRewards `json:"rewards"`
	// Edge says what a bump pays.
	Edge EdgeRule `json:"edge,omitempty"`
	// NotEnterable keeps the agent out of forbidden cells: it stays where it is and is paid Rewards.Forbidden. The cells are
	// states all the same; an agent that starts in one can leave it, and is paid for it like for any cell.
	NotEnterable bool `json:"not_enterable,omitempty"`
	// Target says what happens after the target is entered.
	Target TargetRule `json:"target,omitempty"`
	// RewardOn says whether the cell entered or the cell left is paid for.
	RewardOn RewardOn `json:"reward_on,omitempty"`
	// Slip makes moves uncertain.
	Slip Slip `json:"slip,omitzero"`
	// Wind is, of each column, the number of cells that the wind pushes up an agent that leaves or stays in it; in
	// [0, MaxWind]. Empty means none, else one number for each column.
	Wind []int `json:"wind,omitempty"`
	// WindNoise is the probability that the wind of a column with wind is off by one: half of it one cell more, half of it
	// one cell less. Sutton & Barto's exercise 6.10 has 2/3.
	WindNoise float64 `json:"wind_noise,omitempty"`
	// Starts are the cells in which episodes begin, each equally likely. Empty means the cells that the map marks as start;
	// where there are none, every non-terminal state is equally likely.
	Starts []Cell `json:"starts,omitempty"`
}

// GridRewards are the rewards of a grid world.
type GridRewards struct {
	Step      float64 `json:"step"`      // of a plain cell
	Boundary  float64 `json:"boundary"`  // r_boundary: of a move off the grid or into a wall
	Forbidden float64 `json:"forbidden"` // r_forbidden
	Target    float64 `json:"target"`    // r_target
	Hole      float64 `json:"hole"`      // of a hole
}

// BookRewards are r_boundary = -1, r_forbidden = -10, r_target = 1, else 0: Zhao, figures 5.4, 5.6 and 5.7. A map without
// numbers gets these.
func BookRewards() GridRewards { return GridRewards{Boundary: -1, Forbidden: -10, Target: 1} }

// Slip holds the probabilities that a move goes another way than intended; with the rest, 1 minus their sum, it goes as
// intended. Staying has no direction to turn.
type Slip struct {
	Left   float64 `json:"left,omitempty"`   // a quarter turn to the left
	Right  float64 `json:"right,omitempty"`  // a quarter turn to the right
	Back   float64 `json:"back,omitempty"`   // the opposite way
	Random float64 `json:"random,omitempty"` // as an action drawn uniformly from all of them, the intended one included
}

// Cell is a place on a grid: row and column, both from 0.
type Cell struct {
	Row int `json:"row"`
	Col int `json:"col"`
}

// StandardLegend returns the legend of a GridConfig that states none:
//
//	.  plain     F  forbidden     T  target     H  hole     #  wall     S  start
func StandardLegend() map[string]string {
	return map[string]string{".": "plain", "F": "forbidden", "T": "target", "H": "hole", "#": "wall", "S": "start"}
}

// clone returns a deep copy.
func (c GridConfig) clone() GridConfig {
	c.Map = slices.Clone(c.Map)
	c.Legend = maps.Clone(c.Legend)
	c.Actions = slices.Clone(c.Actions)
	c.Wind = slices.Clone(c.Wind)
	c.Starts = slices.Clone(c.Starts)
	return c
}
