// Package report turns the records of a sweep into one page of HTML: learning curves with bands, tables of the final errors,
// comparisons on common seeds, and how to make all of it again.
//
// # What is computed
//
// A run is scored by two errors at its end, see experiment.Point: the gap, here that of the greedy policy to the optimum,
// max_s [ v*(s) - v_pi(s) ], and the root mean square error of its action values. Runs that differ in the seed alone are a
// sample. Its mean has Student's t interval, its median and interquartile mean have expanded bootstrap intervals
// (estimate.Bootstrap). Settings are compared on common seeds, by paired differences and by the probability of improvement.
//
// All of it follows R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. Bellemare, Deep Reinforcement Learning at the
// Edge of the Statistical Precipice, NeurIPS 2021 (rliable).
//
// The page is a function of the records, of the versions that made them and of the options: it holds no time, host or path.
package report

import (
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// Options are the choices of a report.
type Options struct {
	Level    float64  // of all intervals and bands, in (0, 1); 0 means 0.95
	Versions []string // the programs that made the records, one line each
}

// Report is what is kept of the records of a sweep.
type Report struct {
	Options
	Plan     *sweep.Plan
	Worlds   []*World // the environments in the order of the plan
	Finished int      // cells that the report is about
	Altered  []string // files that are not as they were written
}

// World is one environment with its settings.
type World struct {
	Name     string
	Settings []*Setting // in the order of the plan, those without a finished cell included
}

// Setting is one group of the plan, and its runs.
type Setting struct {
	index int // in the plan
	Name  string
	Group *sweep.Group
	runs  []run
	board *board // of the first run
}

// run is what is kept of a record.
type run struct {
	seed      uint64
	points    []point
	end       errs    // of the greedy policy
	scale     float64 // max_s |v*(s)|
	steps     int64
	episodes  int64
	truncated int64
	early     bool // it ended before its last episode
}

// metric is one of the two errors.
type metric int

const (
	gap metric = iota
	rmse
)

var metrics = []metric{gap, rmse}

// errs are a gap and an RMSE: NaN where there is none, an infinite gap where the policy never ends.
type errs [2]float64

// point is what is kept of a point of a record.
type point struct {
	episodes, steps int64
	errs
}

// Read reads the records of the cells that are finished, one at a time. The error is that of the directory or of a record.
func Read(r *sweep.Results, o Options) (*Report, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, &env.FieldError{Field: "level", Value: o.Level, Want: "a confidence level, 0 < level < 1"}
	}
	p := &Report{Options: o, Plan: r.Plan()}
	settings := p.lay()
	for i, err := range r.States() {
		if err != nil {
			return nil, err
		}
		if i.State == sweep.Altered {
			p.Altered = append(p.Altered, i.File)
		}
		if i.State != sweep.Finished {
			continue
		}
		record, err := r.Record(i.Cell)
		if err != nil {
			return nil, err
		}
		s := settings[i.Cell.Index/len(p.Plan.Seeds)]
		if len(s.runs) == 0 {
			if s.board, err = newBoard(record); err != nil {
				return nil, fmt.Errorf("%s: %w", i.Cell.ID, err)
			}
		}
		s.runs = append(s.runs, newRun(record))
		p.Finished++
	}
	return p, nil
}

// lay makes the worlds and their settings, without runs, and returns the settings in the order of the plan.
func (p *Report) lay() []*Setting {
	var all []*Setting
	for i := range p.Plan.Groups {
		g := &p.Plan.Groups[i]
		k := slices.IndexFunc(p.Worlds, func(w *World) bool { return w.Name == g.Environment })
		if k < 0 {
			k = len(p.Worlds)
			p.Worlds = append(p.Worlds, &World{Name: g.Environment})
		}
		s := &Setting{index: i, Name: settingName(g), Group: g}
		p.Worlds[k].Settings = append(p.Worlds[k].Settings, s)
		all = append(all, s)
	}
	return all
}

// settingName is what tells a group from the others of its environment.
func settingName(g *sweep.Group) string {
	name := g.Algorithm
	for _, s := range g.Settings {
		name += ", " + s.Key + " " + s.Value
	}
	return name
}

func newRun(r *experiment.Record) run {
	at := r.Progress
	x := run{seed: r.Spec.Seed, scale: math.NaN(), steps: at.Steps, episodes: at.Episodes, truncated: at.Truncated, early: at.Episodes < r.Spec.Episodes}
	for _, p := range r.Points {
		x.points = append(x.points, point{p.Episodes, p.Steps, errsOf(p, r.Exact)})
	}
	x.end = x.points[len(x.points)-1].errs
	if r.Exact.Skipped != "" {
		return x
	}
	best := r.Exact.Best
	if r.Epsilon > 0 {
		best = r.Exact.Optimum
		x.end[gap] = gapOf(best, r.Exact.Greedy)
	}
	x.scale = 0
	for _, v := range best {
		x.scale = max(x.scale, math.Abs(v))
	}
	return x
}

func errsOf(p experiment.Point, e experiment.Exact) errs {
	x := errs{math.NaN(), math.NaN()}
	if p.RMSE != nil {
		x[rmse] = *p.RMSE
	}
	if p.Gap != nil {
		x[gap] = *p.Gap
	} else if e.Skipped == "" {
		x[gap] = math.Inf(1)
	}
	return x
}

// gapOf is max_s [ v(s) - v_pi(s) ], infinite where v_pi is.
func gapOf(best, v []float64) float64 {
	if len(v) != len(best) {
		return math.Inf(1)
	}
	worst := 0.0
	for s := range v {
		worst = max(worst, best[s]-v[s])
	}
	return worst
}

// scores are the final errors of the runs that have one.
func (s *Setting) scores(m metric) []float64 {
	var x []float64
	for _, r := range s.runs {
		if !math.IsNaN(r.end[m]) {
			x = append(x, r.end[m])
		}
	}
	return x
}
