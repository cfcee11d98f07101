package env

import "slices"

// Grid is a grid world: a compiled table that knows the cells of its states.
//
// States are numbered row by row from the top left. Walls are not states; where there are none, s = row*cols + col.
type Grid struct {
	*Table
	config GridConfig
	layout *layout
	moves  []move // of each action

	cell  []int32 // of each state: row*cols + col; nil: the state itself
	state []State // of each cell, -1 of a wall; nil: the cell itself
}

// NewGrid checks the configuration and compiles it. The error joins every FieldError of Validate.
func NewGrid(c GridConfig) (*Grid, error) {
	l, err := c.read()
	if err != nil {
		return nil, err
	}
	g := &Grid{config: c.clone(), layout: l}
	for _, name := range c.actionNames() {
		m, _ := moveOf(name)
		g.moves = append(g.moves, m)
	}
	g.number()
	g.Table, err = Compile(newGridModel(g))
	if err != nil {
		return nil, err
	}
	return g, nil
}

// number gives the cells that are no walls their states.
func (g *Grid) number() {
	if !slices.Contains(g.layout.kind, Wall) {
		return
	}
	g.state = make([]State, len(g.layout.kind))
	for i, k := range g.layout.kind {
		g.state[i] = -1
		if k != Wall {
			g.state[i] = State(len(g.cell))
			g.cell = append(g.cell, int32(i))
		}
	}
	g.cell = slices.Clip(g.cell)
}

func (g *Grid) cellOf(s State) int {
	if g.cell == nil {
		return int(s)
	}
	return int(g.cell[s])
}

func (g *Grid) stateOf(cell int) State {
	if g.state == nil {
		return State(cell)
	}
	return g.state[cell]
}

// Dims returns the numbers of rows and columns.
func (g *Grid) Dims() (rows, cols int) { return g.layout.rows, g.layout.cols }

// Cell returns the place of state s.
func (g *Grid) Cell(s State) (row, col int) {
	i := g.cellOf(s)
	return i / g.layout.cols, i % g.layout.cols
}

// At returns the state of a cell; false for a wall and for a place outside the grid.
func (g *Grid) At(row, col int) (State, bool) {
	if g.Kind(row, col) == Wall {
		return -1, false
	}
	return g.stateOf(row*g.layout.cols + col), true
}

// Kind returns what stands in a cell, Wall outside the grid.
func (g *Grid) Kind(row, col int) CellKind { return g.layout.look(row, col) }

// look is at with a wall around the map.
func (l *layout) look(row, col int) CellKind {
	if uint(row) >= uint(l.rows) || uint(col) >= uint(l.cols) {
		return Wall
	}
	return l.kind[row*l.cols+col]
}

// Move returns the direction of action a: rows down and columns right.
func (g *Grid) Move(a Action) (dr, dc int) { return g.moves[a].dr, g.moves[a].dc }

// ActionName returns the name of action a.
func (g *Grid) ActionName(a Action) string { return g.config.actionNames()[a] }

// ActionNames returns the names of the actions in the order of their indices.
func (g *Grid) ActionNames() []string { return slices.Clone(g.config.actionNames()) }

// Config returns a copy of the configuration that the grid was made from.
func (g *Grid) Config() GridConfig { return g.config.clone() }
