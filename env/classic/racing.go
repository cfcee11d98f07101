package classic

import "example.com/mcrl/env"

// offset is a cell that a path enters, counted from where it begins.
type offset struct{ right, up int }

// path lists the cells whose interior the straight line from the centre of a cell to that of another enters, in the order of
// travel, the first cell left out. The line leaves column i for the next at the time (2i+1) / (2 |right|) and row j at
// (2j+1) / (2 |up|): whole numbers decide which comes first, and where both come at once it passes through a corner.
func path(right, up int) []offset {
	var cells []offset
	dx, dy := max(right, -right), max(up, -up)
	for i, j := 0, 0; i < dx || j < dy; {
		column, row := (2*i+1)*dy, (2*j+1)*dx
		if column <= row {
			i++
		}
		if row <= column {
			j++
		}
		cells = append(cells, offset{i * sign(right), j * sign(up)})
	}
	return cells
}

func sign(x int) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// run is what comes of one velocity at one place: a crash, or a state.
type run struct {
	crash bool
	next  env.State
}

// driver computes the outcomes of a racetrack.
type driver struct {
	*track
	c       *RacetrackConfig
	noise   float64
	paths   [][]offset // of each velocity
	restart []env.State
	row     []env.Outcome // reused
}

func newDriver(t *track, c *RacetrackConfig) *driver {
	d := &driver{track: t, c: c, noise: c.Noise}
	if d.noise == 0 && !d.c.Noiseless {
		d.noise = 0.1
	}
	for v := range t.width * t.width {
		d.paths = append(d.paths, path(v%t.width+t.low, v/t.width+t.low))
	}
	for _, place := range t.starts {
		d.restart = append(d.restart, t.state(place, 0, 0))
	}
	return d
}

func (r *Racetrack) recipe() *recipe {
	t, d := r.track, newDriver(r.track, &r.config)
	finishes := len(t.cell) - t.roads
	return &recipe{states: int(t.end()) + finishes, actions: 9, end: t.end(), outcomes: d.outcomes, starts: d.restart}
}

// outcomesExceed reports whether the pairs have more than n outcomes.
func (c *RacetrackConfig) outcomesExceed(t *track, n int) bool {
	pairs := int(t.end()) * 9
	if most := len(t.starts) + 1; pairs <= n/most {
		return false
	}
	d := newDriver(t, c)
	for pair := range pairs {
		if n -= len(d.outcomes(env.State(pair/9), env.Action(pair%9))); n < 0 {
			return true
		}
	}
	return false
}

// outcomes returns p(s', r | s, a).
func (d *driver) outcomes(s env.State, a env.Action) []env.Outcome {
	place := d.cell[d.index(s)]
	right, up := int(s)%d.width+d.low, int(s)/d.width%d.width+d.low
	more, higher := increment(a)
	intended, skid := d.drive(place, right, up, more, higher), d.drive(place, right, up, 0, 0)
	d.row = d.row[:0]
	if intended == skid {
		d.add(intended, 1)
		return d.row
	}
	d.add(intended, 1-d.noise)
	d.add(skid, d.noise)
	return d.row
}

func (d *driver) add(r run, prob float64) {
	if !r.crash {
		reward := -1.0
		if d.c.FreeFinish && r.next >= d.end() {
			reward = 0
		}
		d.row = append(d.row, env.Outcome{Next: r.next, Reward: reward, Prob: prob})
		return
	}
	for _, s := range d.restart {
		d.row = append(d.row, env.Outcome{Next: s, Reward: -1 + d.c.Crash, Prob: prob / float64(len(d.restart))})
	}
}

// drive takes a car at a place through one step.
func (d *driver) drive(place, right, up, more, higher int) run {
	fast := d.low + d.width - 1
	newRight, newUp := min(max(right+more, d.low), fast), min(max(up+higher, d.low), fast)
	if newRight != 0 || newUp != 0 || d.c.MayStop || d.kind[place] == startLine {
		right, up = newRight, newUp
	}
	row, col := place/d.cols, place%d.cols
	cells := d.paths[(up-d.low)*d.width+right-d.low]
	for i, o := range cells {
		last := i == len(cells)-1
		switch d.look(row-o.up, col+o.right) {
		case offTrack:
			if last || !d.c.IgnorePath {
				return run{crash: true}
			}
		case finishLine:
			if last || !d.c.LandOnFinish {
				return run{next: d.state((row-o.up)*d.cols+col+o.right, 0, 0)}
			}
		}
	}
	return run{next: d.state((row-up)*d.cols+col+right, right, up)}
}
