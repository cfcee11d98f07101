package dynamics_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// boarded is a table of five states and a start that is entered with done, on a board with a wall.
func boarded() *dynamics.Dynamics {
	d := table(to(1, 0, false), to(2, 0, false), to(0, 5, true), to(4, 0, true), to(4, 0, true))
	d.Board = []string{".F#", ".HT"}
	return d
}

// The cells but the walls are the states, row by row, and a twin lies on its state.
func TestBoard(t *testing.T) {
	b := model(t, boarded()).Board()
	if rows, cols := b.Dims(); rows != 2 || cols != 3 {
		t.Errorf("%d x %d cells: want 2 x 3", rows, cols)
	}
	for s, want := range []env.Cell{{Row: 0, Col: 0}, {Row: 0, Col: 1}, {Row: 1, Col: 0}, {Row: 1, Col: 1}, {Row: 1, Col: 2}, {Row: 0, Col: 0}} {
		if row, col := b.Cell(env.State(s)); row != want.Row || col != want.Col {
			t.Errorf("state %d at (%d,%d): want %v", s, row, col, want)
		}
	}
	for _, c := range []struct {
		row, col int
		s        env.State
		ok       bool
		kind     env.CellKind
	}{
		{0, 0, 0, true, env.Plain}, {0, 1, 1, true, env.Forbidden}, {0, 2, -1, false, env.Wall}, {1, 1, 3, true, env.Hole},
		{1, 2, 4, true, env.Target}, {-1, 0, -1, false, env.Wall}, {2, 0, -1, false, env.Wall}, {0, 3, -1, false, env.Wall},
	} {
		if s, ok := b.At(c.row, c.col); s != c.s || ok != c.ok || b.Kind(c.row, c.col) != c.kind {
			t.Errorf("cell (%d,%d): state %d, %v, %v: want %d, %v, %v", c.row, c.col, s, ok, b.Kind(c.row, c.col), c.s, c.ok, c.kind)
		}
	}
	d := boarded()
	d.Board = nil
	if b := model(t, d).Board(); b != nil {
		t.Errorf("%+v: want none", b)
	}
}

// What a board does not fit is refused, with its place in a file.
func TestBoardFaults(t *testing.T) {
	for _, c := range []struct {
		board []string
		want  string
	}{
		{[]string{".F#", ".H"}, "board[1] = 2 symbols: want rows of one length, at least 1"},
		{[]string{"", ""}, "board[0] = 0 symbols: want rows of one length, at least 1"},
		{[]string{".F#", ".HG"}, `board[1][2] = "G": want one of the symbols .FTH#`},
		{[]string{".Fé", ".HT"}, `board[0][2] = "é": want one of the symbols .FTH#`},
		{[]string{"éF#", ".HT."}, `board[0][0] = "é": want one of the symbols .FTH#`},
		{[]string{"...", "..."}, "board = 6 cells that are no walls: want 5, one for each state"},
	} {
		d := boarded()
		d.Board = c.board
		if err := d.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v\nwant %s", c.board, err, c.want)
		}
	}
	text := strings.Replace(doors, ` "start"`, ` "board": ["#.", ".."],`+"\n"+` "start"`, 1)
	want := "f:6:2: board = 3 cells that are no walls: want 2, one for each state"
	if _, err := dynamics.Read(strings.NewReader(text), "f"); err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// unordered is a grid whose states are not in the order of its cells.
type unordered struct{ *env.Grid }

func (g unordered) Cell(s env.State) (row, col int) {
	row, col = g.Grid.Cell(s)
	return col, row
}

func (g unordered) Dims() (rows, cols int) {
	rows, cols = g.Grid.Dims()
	return cols, rows
}

// The board of a model is what its methods say.
func TestBoardOf(t *testing.T) {
	all := grids(t)
	for _, c := range []struct {
		m    env.Model
		want []string
	}{
		{all["windy"], []string{"....", "..H.", ".F#T"}},
		{all["zhao"], []string{".....", ".FF..", "..F..", ".FTF.", ".F..."}},
		{unordered{all["windy"]}, nil},
		{all["windy"].Table, nil},
	} {
		d, err := dynamics.Of(c.m)
		if err != nil || !slices.Equal(d.Board, c.want) {
			t.Errorf("%q, %v: want %q", d.Board, err, c.want)
		}
	}
}
