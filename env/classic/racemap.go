package classic

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// Limits of a racetrack.
const (
	MaxTrackCells = 1 << 16 // rows times columns
	MaxSpeedLimit = 100
	MaxCars       = 1 << 20 // states: cells of the track times velocities
	MaxTrackMoves = 1 << 26 // outcomes of all pairs: a crash has one for each cell of the start line
)

// surface is what a cell of a track is.
type surface uint8

const (
	offTrack surface = iota
	onTrack
	startLine
	finishLine
)

// track is a map that has been read, with the numbers of its states.
type track struct {
	rows, cols int
	kind       []surface // of each place of the map, row by row
	cell       []int     // the places that are states: those of the track, then those of the finish
	number     []int     // of each place: its index in cell
	roads      int       // places of the track
	starts     []int     // places of the start line
	low, width int       // of a component of the velocity: the smallest value, and the number of values
}

// look returns what a place is; it is outside beyond the map.
func (t *track) look(row, col int) surface {
	if uint(row) >= uint(t.rows) || uint(col) >= uint(t.cols) {
		return offTrack
	}
	return t.kind[row*t.cols+col]
}

// state returns the state of a car at a place.
func (t *track) state(place, right, up int) env.State {
	n := t.number[place]
	if n >= t.roads {
		return t.end() + env.State(n-t.roads)
	}
	return env.State((n*t.width+up-t.low)*t.width + right - t.low)
}

// end is the first terminal state.
func (t *track) end() env.State { return env.State(t.roads * t.width * t.width) }

// index returns the index in cell of the place of a state.
func (t *track) index(s env.State) int {
	if s >= t.end() {
		return t.roads + int(s-t.end())
	}
	return int(s) / (t.width * t.width)
}

// mapFault is what is wrong with a map, and where: row -1 where it is the map as a whole.
type mapFault struct {
	row, col    int
	value, want string
}

const symbols = "'S' start, 'F' finish, '.' track, '#' or a space outside"

// readTrack reads a map and returns the first fault in reading order.
func readTrack(rows []string) (*track, *mapFault) {
	t := &track{rows: len(rows)}
	for _, row := range rows {
		t.cols = max(t.cols, utf8.RuneCountInString(row))
	}
	if t.rows > MaxTrackCells || t.cols > MaxTrackCells || t.rows*t.cols > MaxTrackCells {
		return nil, &mapFault{-1, 0, fmt.Sprintf("%d x %d cells", t.rows, t.cols), fmt.Sprintf("at most %d cells", MaxTrackCells)}
	}
	t.kind = make([]surface, t.rows*t.cols)
	for r, row := range rows {
		col := 0
		for i, symbol := range row {
			kind, ok := surfaceOf(symbol)
			if !ok {
				return nil, &mapFault{r, col, symbolText(row[i:]), symbols}
			}
			t.kind[r*t.cols+col] = kind
			col++
		}
	}
	t.count()
	switch {
	case len(t.starts) == 0:
		return nil, &mapFault{-1, 0, "no start line", "at least one 'S'"}
	case len(t.cell) == t.roads:
		return nil, &mapFault{-1, 0, "no finish", "at least one 'F'"}
	}
	return t, nil
}

func surfaceOf(symbol rune) (surface, bool) {
	switch symbol {
	case '#', ' ':
		return offTrack, true
	case '.':
		return onTrack, true
	case 'S':
		return startLine, true
	case 'F':
		return finishLine, true
	}
	return offTrack, false
}

func symbolText(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte %#02x, not UTF-8", text[0])
	}
	return fmt.Sprintf("symbol %q", r)
}

// count numbers the places.
func (t *track) count() {
	t.number = make([]int, len(t.kind))
	for _, last := range []bool{false, true} {
		for i, kind := range t.kind {
			if kind == offTrack || (kind == finishLine) != last {
				continue
			}
			t.number[i] = len(t.cell)
			t.cell = append(t.cell, i)
			if kind == startLine {
				t.starts = append(t.starts, i)
			}
		}
		if !last {
			t.roads = len(t.cell)
		}
	}
}

// ParseRacetrack reads a map, one line a row, and returns the zero configuration on it. Empty lines before and after the map, a
// byte order mark and carriage returns at the ends of lines are dropped. The error is an *env.ParseError at the first character
// at fault, or at the first line where there is no start or no finish.
func ParseRacetrack(text string) (RacetrackConfig, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	first := 1
	for strings.Trim(text, "\r\n") != "" {
		line, rest, _ := strings.Cut(text, "\n")
		if strings.Trim(line, "\r") != "" {
			break
		}
		text = rest
		first++
	}
	c := RacetrackConfig{Map: strings.Split(strings.TrimRight(text, "\r\n"), "\n")}
	for i, row := range c.Map {
		c.Map[i] = strings.TrimSuffix(row, "\r")
	}
	if _, fault := readTrack(c.Map); fault != nil {
		at := &env.ParseError{Line: first, Column: 1, Msg: fault.value + ": want " + fault.want}
		if fault.row >= 0 {
			at.Line, at.Column = first+fault.row, 1+fault.col
		}
		return RacetrackConfig{}, at
	}
	return c, nil
}

// Validate reports every bad field at once: joined FieldErrors whose fields are named as in JSON.
func (c RacetrackConfig) Validate() error {
	_, err := c.read()
	return err
}

// read checks the configuration and reads its map.
func (c *RacetrackConfig) read() (*track, error) {
	var errs []error
	if !(c.Noise >= 0 && c.Noise <= 1) {
		errs = append(errs, bad("noise", c.Noise, "a probability in [0, 1] (0 means 0.1)"))
	}
	if c.Noiseless && c.Noise != 0 {
		errs = append(errs, bad("noise", c.Noise, "0, as noiseless is set"))
	}
	limited := c.SpeedLimit >= 0 && c.SpeedLimit <= MaxSpeedLimit && c.SpeedLimit != 1
	if !limited {
		errs = append(errs, bad("speed_limit", c.SpeedLimit, fmt.Sprintf("2 to %d (0 means 5)", MaxSpeedLimit)))
	}
	if math.IsNaN(c.Crash) || math.IsInf(c.Crash, 0) {
		errs = append(errs, bad("crash", c.Crash, "a finite number"))
	}
	rows := c.Map
	if len(rows) == 0 {
		rows = LeftTrack()
	}
	t, fault := readTrack(rows)
	switch {
	case fault != nil && fault.row < 0:
		errs = append(errs, bad("map", fault.value, fault.want))
	case fault != nil:
		errs = append(errs, bad(fmt.Sprintf("map[%d][%d]", fault.row, fault.col), fault.value, fault.want))
	case limited:
		if c.setVelocities(t); t.roads*t.width*t.width > MaxCars {
			errs = append(errs, bad("number of states", t.roads*t.width*t.width, fmt.Sprintf("at most %d: cells of the track times velocities", MaxCars)))
		} else if c.outcomesExceed(t, MaxTrackMoves) {
			errs = append(errs, bad("number of outcomes", "more", fmt.Sprintf("at most %d: a crash has one for each cell of the start line", MaxTrackMoves)))
		}
	}
	return t, errors.Join(errs...)
}

// setVelocities sets the range of a component of the velocity.
func (c *RacetrackConfig) setVelocities(t *track) {
	limit := c.SpeedLimit
	if limit == 0 {
		limit = 5
	}
	t.width = limit
	if c.AllDirections {
		t.low, t.width = 1-limit, 2*limit-1
	}
}
