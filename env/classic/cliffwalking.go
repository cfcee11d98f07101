package classic

import (
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// CliffWalkingConfig is a walk along a cliff, the last row without its corners, from the bottom left to the bottom right. The
// actions are up, right, down and left; each step pays -1, one over the edge -100. A move off the grid stays in place.
//
// The zero value is Sutton & Barto's example 6.6, which is CliffWalking-v1: whoever falls is back at the start and goes on.
//
// Source: Sutton & Barto, example 6.6; Gymnasium 1.2, gymnasium/envs/toy_text/cliffwalking.py; for FallEnds, OpenSpiel,
// open_spiel/games/cliff_walking/cliff_walking.cc.
type CliffWalkingConfig struct {
	// Rows and Cols are the size; 0 means 4 and 12. OpenSpiel has 4 and 8.
	Rows int `json:"rows,omitempty"`
	Cols int `json:"cols,omitempty"`
	// Slippery makes a move go as intended, to its left and to its right with 1/3 each (is_slippery=True).
	Slippery bool `json:"slippery,omitempty"`
	// FallEnds makes a fall end the episode, as OpenSpiel does.
	FallEnds bool `json:"fall_ends,omitempty"`
}

// maxCliff bounds the sides of a cliff.
const maxCliff = 1 << 10

func (c CliffWalkingConfig) standard() CliffWalkingConfig {
	if c.Rows == 0 {
		c.Rows = 4
	}
	if c.Cols == 0 {
		c.Cols = 12
	}
	return c
}

// Validate reports every bad field, as joined FieldErrors: rows, cols.
func (c CliffWalkingConfig) Validate() error {
	c = c.standard()
	var f faults
	if c.Rows < 2 || c.Rows > maxCliff {
		f.bad("rows", c.Rows, fmt.Sprintf("2 to %d (0 means 4)", maxCliff))
	}
	if c.Cols < 3 || c.Cols > maxCliff {
		f.bad("cols", c.Cols, fmt.Sprintf("3 to %d (0 means 12)", maxCliff))
	}
	return f.join()
}

// CliffWalking is a walk along a cliff. State row*cols + col is the cell (row, col). Where a fall leads back to the start, no
// episode is ever in a cell of the cliff, but they are states all the same: Gymnasium's table has ordinary rows for them.
type CliffWalking struct {
	*dynamics.Model
	board
	config CliffWalkingConfig
}

// NewCliffWalking checks the configuration and makes the walk.
func NewCliffWalking(c CliffWalkingConfig) (*CliffWalking, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	w := &CliffWalking{config: c.standard()}
	w.board = board{w.config.Rows, w.config.Cols}
	d := &dynamics.Dynamics{ActionNames: []string{"up", "right", "down", "left"}, Start: make([]float64, w.cells())}
	d.Start[w.start()] = 1
	for s := range w.cells() {
		name := w.name(s)
		if w.cliff(s) {
			name += " cliff"
		}
		if s == w.goal() {
			name += " goal"
		}
		d.StateNames = append(d.StateNames, name)
		d.P = append(d.P, w.tableOf(s))
	}
	m, err := d.Model()
	if err != nil {
		return nil, err
	}
	w.Model = m
	return w, nil
}

// Config returns the configuration, with nothing left out.
func (w *CliffWalking) Config() CliffWalkingConfig { return w.config }

func (w *CliffWalking) start() int { return (w.rows - 1) * w.cols }
func (w *CliffWalking) goal() int  { return w.cells() - 1 }

func (w *CliffWalking) cliff(s int) bool { return s > w.start() && s < w.goal() }

// Kind is what stands in a cell: the goal is a target; a cell of the cliff is a hole where a fall ends the episode, else forbidden.
func (w *CliffWalking) Kind(row, col int) env.CellKind {
	switch s := row*w.cols + col; {
	case s == w.goal():
		return env.Target
	case w.cliff(s) && w.config.FallEnds:
		return env.Hole
	case w.cliff(s):
		return env.Forbidden
	}
	return env.Plain
}

// cliffMoves are the directions of the actions; neighbours in the list are a quarter turn apart.
var cliffMoves = [4][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}

// tableOf lists P[s][a] for all a.
func (w *CliffWalking) tableOf(s int) [][]dynamics.Transition {
	rows := make([][]dynamics.Transition, 4)
	for a := range rows {
		switch {
		case w.config.FallEnds && w.cliff(s):
			rows[a] = []dynamics.Transition{stay(s)}
		case w.config.Slippery:
			rows[a] = []dynamics.Transition{w.step(s, a+3, 1.0/3), w.step(s, a, 1.0/3), w.step(s, a+1, 1.0/3)}
		default:
			rows[a] = []dynamics.Transition{w.step(s, a, 1)}
		}
	}
	return rows
}

// step is a move in direction a, modulo 4.
func (w *CliffWalking) step(s, a int, prob float64) dynamics.Transition {
	next := w.move(s, cliffMoves[a%4])
	switch {
	case w.cliff(int(next)) && w.config.FallEnds:
		return dynamics.Transition{Prob: prob, Next: next, Reward: -100, Done: true}
	case w.cliff(int(next)):
		return dynamics.Transition{Prob: prob, Next: env.State(w.start()), Reward: -100}
	}
	return dynamics.Transition{Prob: prob, Next: next, Reward: -1, Done: int(next) == w.goal()}
}
