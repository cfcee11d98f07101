package classic

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
)

// Jump is a special cell of a JumpGrid: every action there leads to To and pays Reward.
type Jump struct {
	From   env.Cell `json:"from"`
	To     env.Cell `json:"to"`
	Reward float64  `json:"reward"`
}

// JumpGridConfig describes a JumpGrid. The zero value is Sutton & Barto's example 3.5.
type JumpGridConfig struct {
	// Side is the number of rows and of columns; 0 means 5.
	Side int `json:"side,omitempty"`
	// Jumps are the special cells. Empty means A = (0,1) to A' = (4,1) for 10 and B = (0,3) to B' = (2,3) for 5.
	Jumps []Jump `json:"jumps,omitempty"`
}

// maxSide is the largest side of the square worlds of this package.
const maxSide = 1 << 10

func (c *JumpGridConfig) standard() JumpGridConfig {
	s := JumpGridConfig{Side: c.Side, Jumps: slices.Clone(c.Jumps)}
	if s.Side == 0 {
		s.Side = 5
	}
	if len(s.Jumps) == 0 {
		s.Jumps = []Jump{{env.Cell{Row: 0, Col: 1}, env.Cell{Row: 4, Col: 1}, 10}, {env.Cell{Row: 0, Col: 3}, env.Cell{Row: 2, Col: 3}, 5}}
	}
	return s
}

// Validate reports every bad field at once.
func (c JumpGridConfig) Validate() error {
	s := c.standard()
	var errs []error
	sized := s.Side >= 1 && s.Side <= maxSide
	if !sized {
		errs = append(errs, bad("side", c.Side, fmt.Sprintf("1 to %d (0 means 5)", maxSide)))
	}
	from := map[env.Cell]bool{}
	for i, j := range s.Jumps {
		for _, end := range []struct {
			name string
			cell env.Cell
		}{{"from", j.From}, {"to", j.To}} {
			if sized && (uint(end.cell.Row) >= uint(s.Side) || uint(end.cell.Col) >= uint(s.Side)) {
				errs = append(errs, bad(fmt.Sprintf("jumps[%d].%s", i, end.name), place(end.cell.Row, end.cell.Col),
					fmt.Sprintf("row and column in [0, %d)", s.Side)))
			}
		}
		if from[j.From] {
			errs = append(errs, bad(fmt.Sprintf("jumps[%d].from", i), place(j.From.Row, j.From.Col), "a cell with no other jump"))
		}
		from[j.From] = true
		if math.IsNaN(j.Reward) || math.IsInf(j.Reward, 0) {
			errs = append(errs, bad(fmt.Sprintf("jumps[%d].reward", i), j.Reward, "a finite number"))
		}
	}
	return errors.Join(errs...)
}

// JumpGrid is the grid of Sutton & Barto's example 3.5: a move off the grid leaves the agent in place and pays -1, every action
// in a special cell takes it elsewhere for a reward, other moves pay 0. It goes on for ever; the book's discount is 0.9.
//
// State row*Side + col; actions north, south, east, west; starts are uniform.
//
// Source: Sutton & Barto, examples 3.5 and 3.8, figures 3.2 and 3.5.
type JumpGrid struct {
	*env.Table
	side int
}

// NewJumpGrid checks the configuration and makes the world.
func NewJumpGrid(c JumpGridConfig) (*JumpGrid, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := c.standard()
	g := &JumpGrid{side: s.Side}
	jumps := map[env.State]env.Outcome{}
	for _, j := range s.Jumps {
		jumps[g.state(j.From.Row, j.From.Col)] = env.Outcome{Next: g.state(j.To.Row, j.To.Col), Reward: j.Reward, Prob: 1}
	}
	n := s.Side * s.Side
	r := &recipe{states: n, actions: 4, end: env.State(n), starts: firstStates(n)}
	r.outcomes = func(s env.State, a env.Action) []env.Outcome {
		if o, ok := jumps[s]; ok {
			return []env.Outcome{o}
		}
		row, col := int(s)/g.side+[...]int{-1, 1, 0, 0}[a], int(s)%g.side+[...]int{0, 0, 1, -1}[a]
		if uint(row) >= uint(g.side) || uint(col) >= uint(g.side) {
			return []env.Outcome{{Next: s, Reward: -1, Prob: 1}}
		}
		return []env.Outcome{{Next: g.state(row, col), Prob: 1}}
	}
	var err error
	g.Table, err = env.Compile(r)
	return g, err
}

func (g *JumpGrid) state(row, col int) env.State { return env.State(row*g.side + col) }

// Dims returns the numbers of rows and columns.
func (g *JumpGrid) Dims() (rows, cols int) { return g.side, g.side }

// Cell returns the place of a state.
func (g *JumpGrid) Cell(s env.State) (row, col int) { return int(s) / g.side, int(s) % g.side }

// StateName is the row and the column.
func (g *JumpGrid) StateName(s env.State) string { return place(g.Cell(s)) }

// ActionName is north, south, east or west.
func (g *JumpGrid) ActionName(a env.Action) string {
	return [...]string{"north", "south", "east", "west"}[a]
}
