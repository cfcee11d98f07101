package reproduce

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/offpolicy"
	"example.com/mcrl/plots"
)

// The setting of off-policy control on the racetracks. The first episodes are random drives of thousands of steps.
const (
	raceEpisodes = 1_000_000
	raceHorizon  = 10_000
	raceDrives   = 100_000 // episodes that check the exact value of what was learned
)

// raceEpsilon is epsilon of the behaviour policy.
var raceEpsilon = mc.Schedule{Decay: mc.Linear, Start: 1, End: 0.1, Over: 20_000}

// racetracks is figure 5.5 with exercise 5.12: off-policy MC control on the left track, and with Options.Long on the right one.
func racetracks(ctx context.Context, o Options) (*Result, error) {
	tracks := []struct {
		name string
		rows []string
	}{{"left track", classic.LeftTrack()}, {"right track", classic.RightTrack()}}
	r := &Result{Width: 7 * vg.Inch, Height: 7.4 * vg.Inch}
	if o.Long {
		r.Height = 9.9 * vg.Inch
	} else {
		tracks = tracks[:1]
	}
	var drawn []panel
	for i, t := range tracks {
		x, err := newRace(t.name, t.rows, o.Seed+uint64(i))
		if err != nil {
			return nil, err
		}
		if o.Long {
			x.episodes *= 10
		}
		p, err := x.judge(ctx, o)
		if err != nil {
			return nil, err
		}
		r.Panels = append(r.Panels, *p)
		drawn = append(drawn, x.drives(x.learned, t.name+", off-policy MC control"), x.drives(x.best.Policy, t.name+", exact optimum"))
	}
	r.draw = func() (plots.Drawable, error) { return page(2, drawn...) }
	return r, nil
}

// race is a track and what was learned on it.
type race struct {
	name    string
	rows    []string
	track   *classic.Racetrack
	engine  *env.Table // the track, but see running
	best    *dp.Solution
	starts  []env.State
	learned env.Deterministic
	seed    uint64

	episodes int64 // of off-policy control
}

// running is a racetrack on which a car cannot choose to stand still: it speeds up instead. The optimum is the same, as
// standing still only loses a step. On the book's track off-policy control gets caught: an action that leaves the state as it
// was is learned from only where the target would not take it, so one that once looked good stays greedy for ever.
type running struct{ *classic.Racetrack }

// Outcomes implements env.Model.
func (r running) Outcomes(s env.State, a env.Action) []env.Outcome {
	const faster = 5 // (+0,+1)
	if right, up := r.Velocity(s); right == 0 && up == 0 && int(a)/3 <= 1 && int(a)%3 <= 1 {
		a = faster
	}
	return r.Racetrack.Outcomes(s, a)
}

func newRace(name string, rows []string, seed uint64) (*race, error) {
	track, err := classic.NewRacetrack(classic.RacetrackConfig{Map: rows})
	if err != nil {
		return nil, err
	}
	engine, err := env.Compile(running{track})
	if err != nil {
		return nil, err
	}
	best, err := dp.PolicyIteration(track, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	starts, _ := track.StartProbs()
	return &race{name: name, rows: rows, track: track, engine: engine, best: best, starts: starts, seed: derived(seed, 2055), episodes: raceEpisodes}, nil
}

// learn runs off-policy control and returns its target policy.
func (x *race) learn(ctx context.Context, m env.Model) (env.Deterministic, error) {
	l, err := offpolicy.NewControl(mc.Problem{MDP: m, Gamma: 1, Horizon: raceHorizon}, offpolicy.ControlOptions{Epsilon: raceEpsilon}, x.seed)
	if err != nil {
		return nil, err
	}
	if err := play(ctx, l, x.episodes); err != nil {
		return nil, err
	}
	return l.Policy(), nil
}

// reached is the policy where it comes through from the start line, and the optimum elsewhere, where it was never asked.
func (x *race) reached(m env.Model, p env.Deterministic) env.Deterministic {
	q := append(env.Deterministic(nil), x.best.Policy...)
	seen := make([]bool, len(p))
	todo := append([]env.State(nil), x.starts...)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] || m.Terminal(s) {
			continue
		}
		seen[s], q[s] = true, p[s]
		for _, o := range m.Outcomes(s, p[s]) {
			todo = append(todo, o.Next)
		}
	}
	return q
}

// judge learns, and holds the exact value of the learned policy against the optimum and against drives.
func (x *race) judge(ctx context.Context, o Options) (*Panel, error) {
	target, err := x.learn(ctx, x.engine)
	if err != nil {
		return nil, err
	}
	x.learned = x.reached(x.engine, target)
	exact, err := dp.Moments(x.engine, x.learned, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	p := &Panel{Panel: x.name, Exact: true, Convention: fmt.Sprintf(
		"off-policy MC control, %d episodes, eps from 1 to 0.1, a car cannot choose to stand still; values of the start line by %d drives within 4.5 exact standard errors of the policy's exact ones",
		x.episodes, raceDrives)}
	l, err := mc.NewPrediction(mc.Problem{MDP: x.engine, Gamma: 1, Horizon: raceHorizon}, x.learned, mc.PredictionOptions{Visit: mc.InitialVisit}, x.seed)
	if err != nil {
		return nil, err
	}
	l.Workers = o.Workers
	if err := play(ctx, l, raceDrives); err != nil {
		return nil, err
	}
	p.Values = make([][]float64, 2)
	var d deviate
	var mean, best, worst float64
	for i, s := range x.starts {
		v := exact.StateMean[s]
		d.compare(p, 0, i, l.Table().At(s, 0), v, standardError(exact.StateVar[s], l.Table().N(s, 0)))
		p.Values[0], p.Values[1] = append(p.Values[0], v), append(p.Values[1], x.best.V[s])
		mean, best = mean+v/float64(len(x.starts)), best+x.best.V[s]/float64(len(x.starts))
		worst = max(worst, x.best.V[s]-v)
	}
	d.note(p)
	engine, err := dp.PolicyIteration(x.engine, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	p.check(farthest(engine.V, x.best.V) < 1e-6, "the optimum is that of the book's track")
	p.check(mean > 1.5*best, fmt.Sprintf("the learned policy is worth %.4f on average over the start line, the optimum %.4f: less than half as many steps again", mean, best))
	p.Notes = append(p.Notes, fmt.Sprintf("in the place where most is lost it is %.4f steps", worst))
	return p, x.standing(ctx, p)
}

// standing notes on which places of the start line the target policy stands still for ever, learned on the book's track.
func (x *race) standing(ctx context.Context, p *Panel) error {
	target, err := x.learn(ctx, x.track)
	if err != nil {
		return err
	}
	_, err = dp.Evaluate(x.track, x.reached(x.track, target), 1, dp.Options{})
	var never *dp.NeverEndsError
	switch {
	case errors.As(err, &never):
		p.Notes = append(p.Notes, fmt.Sprintf("with the choice of standing still, %d episodes leave a target policy that stands still for ever in %d of %d places of the start line: nothing corrects an action that leaves the state as it was once it is greedy",
			x.episodes, len(never.States), len(x.starts)))
	case err != nil:
		return err
	default:
		p.Notes = append(p.Notes, "with the choice of standing still, the target policy ends too")
	}
	return nil
}

// circuit lays out a map for the pictures: a state is a cell.
type circuit struct{ rows []string }

func (c circuit) Dims() (rows, cols int) { return len(c.rows), len(c.rows[0]) }

func (c circuit) NumStates() int { return len(c.rows) * len(c.rows[0]) }

func (c circuit) Cell(s env.State) (row, col int) {
	return int(s) / len(c.rows[0]), int(s) % len(c.rows[0])
}

func (c circuit) At(row, col int) (env.State, bool) {
	return env.State(row*len(c.rows[0]) + col), c.rows[row][col] != '#'
}

func (c circuit) Kind(row, col int) env.CellKind {
	switch c.rows[row][col] {
	case '#':
		return env.Wall
	case 'F':
		return env.Target
	}
	return env.Plain
}

func (c circuit) Move(env.Action) (dr, dc int) { return 0, 0 }

// drive follows a policy without noise from a place on the start line, until the finish or the edge of the track.
func (x *race) drive(quiet *classic.Racetrack, p env.Deterministic, s env.State) (cells []env.State, finished bool) {
	for range x.track.NumStates() {
		row, col := x.track.Cell(s)
		cells = append(cells, env.State(row*len(x.rows[0])+col))
		if quiet.Terminal(s) {
			return cells, true
		}
		next := running{quiet}.Outcomes(s, p[s])
		if len(next) > 1 { // put back on the start line
			return cells, false
		}
		s = next[0].Next
	}
	return cells, false
}

// drives draws the ways from the start line without noise; from every fourth place of a long one.
func (x *race) drives(p env.Deterministic, title string) panel {
	return func() (plots.Drawable, error) {
		quiet, err := classic.NewRacetrack(classic.RacetrackConfig{Map: x.rows, Noiseless: true})
		if err != nil {
			return nil, err
		}
		var paths []plots.Path
		step := 1 + len(x.starts)/7
		for i := 0; i < len(x.starts); i += step {
			cells, finished := x.drive(quiet, p, x.starts[i])
			_, col := x.track.Cell(x.starts[i])
			label := fmt.Sprintf("%d: %d steps", col+1, len(cells)-1)
			if !finished {
				label = fmt.Sprintf("%d: put back after %d", col+1, len(cells)-1)
			}
			paths = append(paths, plots.Path{Label: label, States: cells})
		}
		return plots.Paths(circuit{x.rows}, paths, title)
	}
}
