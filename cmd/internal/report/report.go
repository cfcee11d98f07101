// Package report turns the records of a sweep into one page of HTML: learning curves with bands, tables of the final errors,
// comparisons on common seeds, and how to make all of it again.
//
// # What is computed
//
// A run is scored by two errors at its end, see experiment.Point: the gap of the greedy policy to the optimum,
// max_s [ v*(s) - v_pi(s) ], and the root mean square error of its action values. Runs that differ in the seed alone are a
// sample. Its mean has Student's t interval, its median and interquartile mean have expanded bootstrap intervals
// (estimate.Bootstrap). Settings are compared with one of them, the baseline, on common seeds: by paired differences, whose
// intervals are made simultaneous by Bonferroni's inequality, and by the probability of improvement.
//
// All of these are for a number of seeds that is fixed beforehand. Of a plan that stops on evidence (sweep.Until), settings are
// compared on the seeds of the first round alone, and tables have no interval but that of the confidence sequence.
//
// All of it follows R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. Bellemare, Deep Reinforcement Learning at the
// Edge of the Statistical Precipice, NeurIPS 2021 (rliable).
//
// The page is a function of the records, of the versions that made them and of the options: it holds no time, host or path.
package report

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment/sweep"
)

// Options are the choices of a report.
type Options struct {
	Level    float64  // of all intervals and bands, in (0, 1); 0 means 0.95
	Baseline string   // the name of the setting that the others are compared with; "" means the first of each environment
	Versions []string // the programs that made the records, one line each
}

// Report is what is kept of the records of a sweep.
type Report struct {
	Options
	Plan     *sweep.Plan
	Worlds   []*World // the environments in the order of the plan
	Finished int      // cells that the report is about
	Altered  []string // files that are not as they were written

	Evidence []*sweep.Evidence // of each group, where the plan stops on evidence
	Unneeded int               // cells that such a plan need not run

	settings []*Setting
}

// World is one environment with its settings.
type World struct {
	Name     string
	Settings []*Setting // in the order of the plan, those without a finished cell included
	Baseline *Setting   // one of them
}

// Setting is one group of the plan, and its runs.
type Setting struct {
	index int    // in the plan
	place int    // in its environment
	label string // its name in figures
	Name  string
	Group *sweep.Group
	runs  []run
	board *board // of the median run

	optimum float64 // the expected return of the optimal policy from the starts; NaN where it is infinite or not known
}

// New returns the report about a plan, without records. The error joins a FieldError for each option out of range.
func New(plan *sweep.Plan, o Options) (*Report, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	var errs []error
	if !(o.Level > 0 && o.Level < 1) {
		errs = append(errs, &env.FieldError{Field: "level", Value: o.Level, Want: "a confidence level, 0 < level < 1"})
	}
	if o.Baseline != "" && !slices.Contains(SettingNames(plan), o.Baseline) {
		errs = append(errs, &env.FieldError{Field: "baseline", Value: o.Baseline, Want: "the name of a setting"})
	}
	p := &Report{Options: o, Plan: plan}
	p.lay()
	return p, errors.Join(errs...)
}

// lay makes the worlds and their settings, without runs.
func (p *Report) lay() {
	for i := range p.Plan.Groups {
		g := &p.Plan.Groups[i]
		k := slices.IndexFunc(p.Worlds, func(w *World) bool { return w.Name == g.Environment })
		if k < 0 {
			k = len(p.Worlds)
			p.Worlds = append(p.Worlds, &World{Name: g.Environment})
		}
		w := p.Worlds[k]
		s := &Setting{index: i, place: len(w.Settings), Name: settingName(g), Group: g, optimum: math.NaN()}
		w.Settings, p.settings = append(w.Settings, s), append(p.settings, s)
		if w.Baseline == nil || s.Name == p.Options.Baseline {
			w.Baseline = s
		}
	}
	for _, w := range p.Worlds {
		labelSettings(w.Settings)
	}
}

// Read reads the records of the cells that are finished, one at a time, and yields the number of cells it has looked at. The
// error, after which it ends, is that of the directory or of a record.
func (p *Report) Read(r *sweep.Results) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		looked := 0
		for i, err := range r.States() {
			if err == nil {
				err = p.add(r, i)
			}
			looked++
			if !yield(looked, err) || err != nil {
				return
			}
		}
		err := p.addBoards(r)
		if err == nil {
			p.Evidence, err = r.Evidence()
		}
		if err != nil {
			yield(looked, err)
		}
	}
}

// add takes a cell into account.
func (p *Report) add(r *sweep.Results, i sweep.Inspection) error {
	if i.State == sweep.Altered {
		p.Altered = append(p.Altered, i.File)
	}
	if i.State == sweep.Unneeded {
		p.Unneeded++
	}
	if i.State != sweep.Finished {
		return nil
	}
	record, err := r.Record(i.Cell)
	if err != nil {
		return err
	}
	s := p.settings[i.Cell.Index/len(p.Plan.Seeds)]
	if len(s.runs) == 0 {
		if s.optimum, err = optimalReturn(record); err != nil {
			return fmt.Errorf("%s: %w", i.Cell.ID, err)
		}
	}
	s.runs = append(s.runs, newRun(i.Cell, record))
	p.Finished++
	return nil
}

// addBoards reads the median run of each setting again, for its policy and values.
func (p *Report) addBoards(r *sweep.Results) error {
	for _, s := range p.settings {
		m := s.median()
		if m == nil || m.states > maxBoardStates {
			continue
		}
		record, err := r.Record(m.cell)
		if err != nil {
			return err
		}
		if s.board, err = newBoard(record); err != nil {
			return fmt.Errorf("%s: %w", m.cell.ID, err)
		}
	}
	return nil
}
