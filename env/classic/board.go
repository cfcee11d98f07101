package classic

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// board is a rectangle of cells: state row*cols + col is the cell (row, col).
type board struct{ rows, cols int }

func (b board) cells() int { return b.rows * b.cols }

// Dims returns the numbers of rows and columns.
func (b board) Dims() (rows, cols int) { return b.rows, b.cols }

// Cell returns the place of state s.
func (b board) Cell(s env.State) (row, col int) { return int(s) / b.cols, int(s) % b.cols }

// name is the cell's name, "(row,column)".
func (b board) name(s int) string { return fmt.Sprintf("(%d,%d)", s/b.cols, s%b.cols) }

// move returns the cell one step that way, rows down and columns right; it is s itself at the edge.
func (b board) move(s int, way [2]int) env.State {
	row, col := s/b.cols+way[0], s%b.cols+way[1]
	if row < 0 || row >= b.rows || col < 0 || col >= b.cols {
		return env.State(s)
	}
	return env.State(row*b.cols + col)
}

// stay is the row of a state that is never left.
func stay(s int) dynamics.Transition {
	return dynamics.Transition{Prob: 1, Next: env.State(s), Done: true}
}

// faults collects the bad fields of a configuration.
type faults []error

func (f *faults) bad(field string, value any, want string) {
	*f = append(*f, &env.FieldError{Field: field, Value: value, Want: want})
}

func (f faults) join() error { return errors.Join(f...) }
