package classic

import (
	"fmt"
	"slices"

	"example.com/mcrl/env"
)

// RacetrackConfig chooses a track and the rules in which books and libraries differ. The zero value is Sutton & Barto's
// exercise 5.12 on the left track.
//
// A step goes like this:
//
//  1. The action adds -1, 0 or 1 to each component of the velocity; with probability Noise it adds nothing to either.
//     Components are kept between 0 and SpeedLimit-1. A velocity of (0, 0) is possible on the start line alone; elsewhere the
//     car keeps the velocity that it had.
//  2. The car's path is the straight line between the centres of two cells. It enters the cells whose interior the line
//     meets; where it passes exactly through a corner, it goes from one cell to that diagonally opposite.
//  3. If the path enters the finish before it leaves the track, the episode ends there. If it leaves the track, the car is put
//     on a cell of the start line, each equally likely, with velocity (0, 0), and the episode goes on.
//  4. The step is paid -1.
type RacetrackConfig struct {
	// Map has one string a row: 'S' start line, 'F' finish, '.' track, '#' or a space outside. What is missing at the end of a
	// row is outside. Empty means LeftTrack.
	Map []string `json:"map,omitempty"`
	// Noise is the probability that the car does not respond; 0 means 0.1. Noiseless switches it off.
	Noise     float64 `json:"noise,omitempty"`
	Noiseless bool    `json:"noiseless,omitempty"`
	// SpeedLimit is a number that components of the velocity stay below; 0 means 5.
	SpeedLimit int `json:"speed_limit,omitempty"`
	// AllDirections lets components be negative, down to 1-SpeedLimit, for tracks that do not go up and right only.
	AllDirections bool `json:"all_directions,omitempty"`
	// MayStop allows the velocity (0, 0) everywhere, as gym-classics does.
	MayStop bool `json:"may_stop,omitempty"`
	// LandOnFinish asks for a step that ends on the finish; a path over it does not count. As gym-classics does.
	LandOnFinish bool `json:"land_on_finish,omitempty"`
	// IgnorePath lets the car pass over what is outside the track, so long as the step ends on it. As gym-classics does.
	IgnorePath bool `json:"ignore_path,omitempty"`
	// FreeFinish pays 0 for the step that ends the episode, as gym-classics does.
	FreeFinish bool `json:"free_finish,omitempty"`
	// Crash is added to the -1 of a step that leaves the track.
	Crash float64 `json:"crash,omitempty"`
}

// Racetrack is the driving problem of Sutton & Barto, exercise 5.12: reach the finish in as few steps as possible. Discount 1.
//
// With W = SpeedLimit values of a component (2 SpeedLimit - 1 under AllDirections), from lo = 0 (1 - SpeedLimit) on, a state is
//
//	W W cell + W (up - lo) + right - lo
//
// where the cells of the track are numbered row by row from the top left, those outside and those of the finish left out.
// Then comes one terminal state for each cell of the finish. All of these are states, though not all can be reached from the
// start: a car off the start line never has velocity (0, 0), for one. Of the 7306 states of the left track 2355 can, of the 12659
// of the right one 7743.
//
// The actions are 3 (right+1) + up+1, the increments of the velocity to the right and upwards, as in gym-classics.
//
// A pair whose step may leave the track has an outcome for each cell of the start line.
//
// Leaving the track is not always a mistake: it costs one step and a new place on the start line. On the left track without noise
// the shortest drive takes 10, 10, 10, 10, 11 and 12 steps from the six places, and from the last one it is better to be put back
// at once, which is worth -1 - 10.4.
//
// Sources: Sutton & Barto, exercise 5.12 and figure 5.5; gym-classics 1.0, envs/abstract/racetrack.py and its issue 2 on
// landing and crossing.
type Racetrack struct {
	*env.Table
	config RacetrackConfig
	track  *track
}

// NewRacetrack checks the configuration and computes the exact probabilities of all outcomes.
func NewRacetrack(c RacetrackConfig) (*Racetrack, error) {
	t, err := c.read()
	if err != nil {
		return nil, err
	}
	r := &Racetrack{config: c, track: t}
	r.config.Map = slices.Clone(c.Map)
	r.Table, err = env.Compile(r.recipe())
	return r, err
}

// Config returns a copy of the configuration.
func (r *Racetrack) Config() RacetrackConfig {
	c := r.config
	c.Map = slices.Clone(c.Map)
	return c
}

// Dims returns the numbers of rows and columns of the map.
func (r *Racetrack) Dims() (rows, cols int) { return r.track.rows, r.track.cols }

// Cell returns the place of the car.
func (r *Racetrack) Cell(s env.State) (row, col int) {
	i := r.track.cell[r.track.index(s)]
	return i / r.track.cols, i % r.track.cols
}

// Velocity returns the velocity of the car, in cells a step; 0, 0 at the finish.
func (r *Racetrack) Velocity(s env.State) (right, up int) {
	t := r.track
	if r.Terminal(s) {
		return 0, 0
	}
	return int(s)%t.width + t.low, int(s)/t.width%t.width + t.low
}

// At returns the state of a car; false where there is none. At the finish the velocity does not matter.
func (r *Racetrack) At(row, col, right, up int) (env.State, bool) {
	t := r.track
	kind := t.look(row, col)
	switch {
	case kind == offTrack:
		return -1, false
	case kind == finishLine:
		return t.state(row*t.cols+col, 0, 0), true
	case right < t.low || right >= t.low+t.width || up < t.low || up >= t.low+t.width:
		return -1, false
	}
	return t.state(row*t.cols+col, right, up), true
}

// StateName is the place and the velocity, such as "(31,3) at (+0,+1)": row and column, then cells to the right and upwards.
func (r *Racetrack) StateName(s env.State) string {
	cell := place(r.Cell(s))
	if r.Terminal(s) {
		return "finished at " + cell
	}
	right, up := r.Velocity(s)
	return fmt.Sprintf("%s at (%+d,%+d)", cell, right, up)
}

// ActionName is the increment of the velocity to the right and upwards, such as "(+1,-1)".
func (r *Racetrack) ActionName(a env.Action) string {
	right, up := increment(a)
	return fmt.Sprintf("(%+d,%+d)", right, up)
}

func increment(a env.Action) (right, up int) { return int(a)/3 - 1, int(a)%3 - 1 }
