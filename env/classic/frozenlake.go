package classic

import (
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// FrozenLakeConfig is a lake of ice with holes. The agent moves left, down, right or up; on slippery ice the move goes as
// intended or a quarter turn to either side. Holes and goals end the episode. A move off the lake stays in place.
//
// The zero value is FrozenLake-v1: the 4 x 4 map, slippery, 1/3 each way, 1 for the goal.
//
// Source: Gymnasium 1.2, gymnasium/envs/toy_text/frozen_lake.py (success_rate and reward_schedule since pull request 1363).
// Before those, each way had 1/3; now the two sides have (1 - 1/3)/2, the next larger float64.
type FrozenLakeConfig struct {
	// Map has one string a row: S start, F frozen, H hole, G goal; starts are equally likely. Empty means LakeMap4.
	Map []string `json:"map,omitempty"`
	// NotSlippery makes all moves go as intended (is_slippery=False).
	NotSlippery bool `json:"not_slippery,omitempty"`
	// Success is the probability that a move goes as intended; it goes to its left and to its right with half of the rest
	// each (success_rate). 0 means 1/3.
	Success float64 `json:"success,omitempty"`
	// Rewards are paid on entering a cell (reward_schedule). All 0 means 1 for a goal.
	Rewards LakeRewards `json:"rewards,omitzero"`
}

// LakeRewards are the rewards for entering the cells of a frozen lake.
type LakeRewards struct {
	Goal   float64 `json:"goal"`
	Hole   float64 `json:"hole"`
	Frozen float64 `json:"frozen"` // or start
}

// maxLake bounds the cells of a lake.
const maxLake = 1 << 20

// LakeMap4 is the 4 x 4 map of Gymnasium.
func LakeMap4() []string { return []string{"SFFF", "FHFH", "FFFH", "HFFG"} }

// LakeMap8 is the 8 x 8 map of Gymnasium.
func LakeMap8() []string {
	return []string{"SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"}
}

// standard fills in what is left out.
func (c FrozenLakeConfig) standard() FrozenLakeConfig {
	if len(c.Map) == 0 {
		c.Map = LakeMap4()
	}
	if c.Success == 0 {
		c.Success = 1.0 / 3
	}
	if c.Rewards == (LakeRewards{}) {
		c.Rewards.Goal = 1
	}
	return c
}

// Validate reports every bad field, as joined FieldErrors: map, map[row], map[row][col], success, rewards.goal, ...
func (c FrozenLakeConfig) Validate() error {
	c = c.standard()
	var f faults
	c.checkMap(&f)
	if !(c.Success >= 0 && c.Success <= 1) {
		f.bad("success", c.Success, "a probability in [0, 1] (0 means 1/3)")
	}
	w := c.Rewards
	for i, x := range []float64{w.Goal, w.Hole, w.Frozen} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			f.bad("rewards."+[]string{"goal", "hole", "frozen"}[i], x, "a finite number")
		}
	}
	return f.join()
}

func (c FrozenLakeConfig) checkMap(f *faults) {
	count := map[byte]int{}
	for r, row := range c.Map {
		if len(row) != len(c.Map[0]) || len(row) == 0 {
			f.bad(fmt.Sprintf("map[%d]", r), fmt.Sprintf("%d cells", len(row)), "rows of one length, at least one cell")
		}
		for k := range len(row) {
			if count[row[k]]++; !slices.Contains([]byte("SFHG"), row[k]) {
				f.bad(fmt.Sprintf("map[%d][%d]", r, k), fmt.Sprintf("%q", row[k:k+1]), "S, F, H or G")
				return
			}
		}
	}
	switch {
	case count['S'] == 0:
		f.bad("map", "no S", "a cell to start in")
	case count['G'] == 0:
		f.bad("map", "no G", "a goal")
	case count['S']+count['F']+count['H']+count['G'] > maxLake:
		f.bad("map", "larger", fmt.Sprintf("at most %d cells", maxLake))
	}
}

// FrozenLake is a frozen lake. State row*cols + col is the cell (row, col). Each pair lists three outcomes on slippery ice: a
// quarter turn to one side, as intended, to the other (actions a-1, a, a+1), equal ones not merged.
type FrozenLake struct {
	*dynamics.Model
	board
	config FrozenLakeConfig
}

// NewFrozenLake checks the configuration and makes the lake.
func NewFrozenLake(c FrozenLakeConfig) (*FrozenLake, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.standard()
	c.Map = slices.Clone(c.Map)
	b := board{len(c.Map), len(c.Map[0])}
	d := &dynamics.Dynamics{ActionNames: []string{"left", "down", "right", "up"}, Start: make([]float64, b.cells())}
	var starts []int
	for s := range b.cells() {
		kind, name := c.Map[s/b.cols][s%b.cols], b.name(s)
		switch kind {
		case 'S':
			starts = append(starts, s)
		case 'H':
			name += " hole"
		case 'G':
			name += " goal"
		}
		d.StateNames = append(d.StateNames, name)
		d.P = append(d.P, c.rows(b, s))
	}
	for _, s := range starts {
		d.Start[s] = 1 / float64(len(starts))
	}
	m, err := d.Model()
	if err != nil {
		return nil, err
	}
	return &FrozenLake{m, b, c}, nil
}

// Config returns a copy of the configuration, with nothing left out.
func (l *FrozenLake) Config() FrozenLakeConfig {
	c := l.config
	c.Map = slices.Clone(c.Map)
	return c
}

// Kind is what stands in a cell: a plain one, a hole, or a goal, which is a target.
func (l *FrozenLake) Kind(row, col int) env.CellKind {
	switch l.config.Map[row][col] {
	case 'H':
		return env.Hole
	case 'G':
		return env.Target
	}
	return env.Plain
}

// lakeMoves are the directions of the actions, rows down and columns right. Neighbours in the list are a quarter turn apart.
var lakeMoves = [4][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}

// rows lists P[s][a] for all a.
func (c *FrozenLakeConfig) rows(b board, s int) [][]dynamics.Transition {
	rows := make([][]dynamics.Transition, 4)
	side := (1 - c.Success) / 2
	for a := range rows {
		switch {
		case c.ends(b, s):
			rows[a] = []dynamics.Transition{stay(s)}
		case c.NotSlippery:
			rows[a] = []dynamics.Transition{c.move(b, s, a, 1)}
		default:
			rows[a] = []dynamics.Transition{c.move(b, s, a-1, side), c.move(b, s, a, c.Success), c.move(b, s, a+1, side)}
		}
	}
	return rows
}

func (c *FrozenLakeConfig) ends(b board, s int) bool {
	kind := c.Map[s/b.cols][s%b.cols]
	return kind == 'H' || kind == 'G'
}

// move is a move in direction a, modulo 4.
func (c *FrozenLakeConfig) move(b board, s, a int, prob float64) dynamics.Transition {
	next := b.move(s, lakeMoves[(a+4)%4])
	t := dynamics.Transition{Prob: prob, Next: next, Reward: c.Rewards.Frozen, Done: c.ends(b, int(next))}
	switch c.Map[int(next)/b.cols][int(next)%b.cols] {
	case 'G':
		t.Reward = c.Rewards.Goal
	case 'H':
		t.Reward = c.Rewards.Hole
	}
	return t
}
