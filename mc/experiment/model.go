package experiment

import (
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
)

// Model is a world that was built: what learners, solvers and printers need of it.
type Model struct {
	*env.Table // compiled: learners and generators are fast on it

	World  World
	Grid   *env.Grid // nil where it is no grid world
	Layout Layout    // nil where the states do not lie on a board
	names  namer
}

// namer is what classic worlds and tables have.
type namer interface {
	StateName(s env.State) string
	ActionName(a env.Action) string
}

// Model builds the world. The error joins every FieldError of Validate; a table may be larger than a spec takes.
func (w World) Model() (*Model, error) {
	if err := w.one(); err != nil {
		return nil, err
	}
	switch {
	case w.Grid != nil:
		return w.gridModel()
	case w.Table != nil:
		m, err := w.Table.Model()
		if err != nil {
			return nil, err
		}
		return &Model{Table: m.Table, World: w, names: m, Layout: tableLayout(m)}, nil
	}
	c, err := classic.New(w.Classic)
	if err != nil {
		return nil, err
	}
	t, err := env.Compile(c)
	if err != nil {
		return nil, err
	}
	return &Model{Table: t, World: w, names: c, Layout: layoutOf(c)}, nil
}

// gridModel has the configuration as the grid world itself states it.
func (w World) gridModel() (*Model, error) {
	g, err := env.NewGrid(*w.Grid)
	if err != nil {
		return nil, err
	}
	return &Model{Table: g.Table, World: GridWorld(g.Config()), Grid: g, Layout: g}, nil
}

// StateName describes state s: what the world calls it, or its cell, (row,column) from 0, or its number.
func (m *Model) StateName(s env.State) string {
	if m.Grid != nil {
		row, col := m.Grid.Cell(s)
		return fmt.Sprintf("(%d,%d)", row, col)
	}
	return m.names.StateName(s)
}

// ActionName is the name of action a, or its number where it has none.
func (m *Model) ActionName(a env.Action) string {
	if m.Grid != nil {
		return m.Grid.ActionName(a)
	}
	return m.names.ActionName(a)
}

// ActionNames lists the names of all actions in the order of their indices.
func (m *Model) ActionNames() []string {
	names := make([]string, m.NumActions())
	for a := range names {
		names[a] = m.ActionName(env.Action(a))
	}
	return names
}
