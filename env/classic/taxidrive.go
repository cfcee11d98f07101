package classic

import "example.com/mcrl/env/dynamics"

// The actions of a taxi that drive it, and their directions.
const (
	south = iota
	north
	east
	west
)

var taxiMoves = [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}

// taxiTurns are the quarter turns of each move in the order of Gymnasium's table: west and east, south and north.
var taxiTurns = [4][2]int{{west, east}, {west, east}, {south, north}, {south, north}}

// drive lists what can come of a move.
func (c TaxiConfig) drive(x TaxiState, a int) []dynamics.Transition {
	row := func(prob float64, to TaxiState) dynamics.Transition {
		return dynamics.Transition{Prob: prob, Next: to.Index(), Reward: -1}
	}
	turns := taxiTurns[a]
	switch c.Rain {
	case RainDrift:
		return []dynamics.Transition{row(0.8, x.move(a)), row(0.1, x.move(turns[0])), row(0.1, x.move(turns[1]))}
	case RainGymnasium:
		return []dynamics.Transition{row(0.8, x.move(a)), row(0.1, x.turned(a, turns[0], 1)), row(0.1, x.turned(a, turns[1], 0))}
	}
	return []dynamics.Transition{row(1, x.move(a))}
}

// move drives one cell; a wall or the edge stops the taxi.
func (x TaxiState) move(a int) TaxiState {
	if a == east && walled[x.Row][x.Col+1] || a == west && walled[x.Row][x.Col] {
		return x
	}
	x.Row, x.Col = clamp(x.Row+taxiMoves[a][0]), clamp(x.Col+taxiMoves[a][1])
	return x
}

// turned is what RainGymnasium makes of action a turned to direction b: nothing where a is blocked by a wall, and nothing where
// there is a wall at one side of the cell that b leads to: side 1 is its east, 0 its west.
func (x TaxiState) turned(a, b, side int) TaxiState {
	if (a == east || a == west) && x.move(a) == x {
		return x
	}
	to := x
	to.Row, to.Col = clamp(x.Row+taxiMoves[b][0]), clamp(x.Col+taxiMoves[b][1])
	if walled[to.Row][to.Col+side] {
		return x
	}
	return to
}

func clamp(i int) int { return min(max(i, 0), taxiSide-1) }
