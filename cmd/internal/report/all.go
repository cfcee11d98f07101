package report

import (
	"slices"

	"example.com/mcrl/estimate"
)

// Joint are the settings in all environments together.
type Joint struct {
	Baseline string // "" where the baseline does not have runs with a finite gap in every environment
	Together float64
	Rows     []*JointRow
	Profile  []*Figure
}

// JointRow is a setting in all environments together. Its scores are relative gaps, the gap divided by max_s |v*(s)| of the
// environment: the share of the largest value that the greedy policy loses. Environments are the strata.
type JointRow struct {
	Name        string
	N           int // runs
	Mean, IQM   Value
	Improvement Value              // over the baseline, on common seeds, averaged over the environments
	Together    *estimate.Interval // the simultaneous interval for it
	IsBaseline  bool
	settings    []*Setting // one of each environment
}

// relative are the finite relative gaps of a setting.
func (s *Setting) relative() (x []float64) {
	for _, r := range s.runs {
		if finite(r.end[gap]) && r.scale > 0 {
			x = append(x, r.end[gap]/r.scale)
		}
	}
	return x
}

// joint is nil for a sweep of one environment, and where no setting has runs in each.
func (p *Report) joint() (*Joint, error) {
	j := &Joint{}
	if len(p.Worlds) < 2 {
		return nil, nil
	}
	var baseline *JointRow
	for _, s := range p.Worlds[0].Settings {
		r := p.jointRow(s.Name)
		if r == nil {
			continue
		}
		j.Rows = append(j.Rows, r)
		if s.Name == p.Baseline || p.Baseline == "" && s == p.Worlds[0].Baseline {
			baseline, j.Baseline, r.IsBaseline = r, r.Name, true
		}
	}
	if len(j.Rows) == 0 {
		return nil, nil
	}
	j.Together = together(p.Level, len(j.Rows)-1)
	if _, err := inParallel(j.Rows, func(r *JointRow) (any, error) { return nil, p.fill(r, baseline, j.Together) }); err != nil {
		return nil, err
	}
	var err error
	j.Profile, err = p.jointProfiles(j.Rows)
	return j, err
}

// jointRow has the settings of that name; nil where not all environments have one all runs of which have a finite gap.
func (p *Report) jointRow(name string) *JointRow {
	r := &JointRow{Name: name}
	for _, w := range p.Worlds {
		k := slices.IndexFunc(w.Settings, func(t *Setting) bool { return t.Name == name })
		if k < 0 || len(w.Settings[k].runs) == 0 || len(w.Settings[k].relative()) < len(w.Settings[k].runs) {
			return nil
		}
		r.settings = append(r.settings, w.Settings[k])
		r.N += len(w.Settings[k].runs)
	}
	return r
}

// strata are the relative gaps, environment by environment.
func (r *JointRow) strata() [][]float64 {
	var strata [][]float64
	for _, s := range r.settings {
		strata = append(strata, s.relative())
	}
	return strata
}

// fill computes the averages of a setting in all environments, and compares it with the baseline, if there is one.
func (p *Report) fill(r, baseline *JointRow, together float64) error {
	strata, index := r.strata(), r.settings[0].index
	all := slices.Concat(strata...)
	r.Mean.X, r.IQM.X = estimate.Average(all), estimate.InterquartileMean(all)
	var err error
	if r.Mean.Interval, err = p.bootstrap(strata, estimate.Average, tableResamples, stream(forAll, index, 0)); err != nil {
		return err
	}
	if r.IQM.Interval, err = p.bootstrap(strata, estimate.InterquartileMean, tableResamples, stream(forAll, index, 1)); err != nil {
		return err
	}
	if p.Plan.Until != nil {
		r.Mean.Interval, r.IQM.Interval = nil, nil
	}
	if baseline == nil || r.IsBaseline {
		return nil
	}
	var x, y [][]float64
	for k, s := range r.settings {
		u, v := p.pairs(s, baseline.settings[k], gap)
		if len(u) == 0 {
			return nil
		}
		x, y = append(x, u), append(y, v)
	}
	if r.Improvement, err = p.improvement(x, y, p.Level, stream(forAll, index, 2)); err != nil {
		return err
	}
	wider, err := p.improvement(x, y, together, stream(forAll, index, 2))
	r.Together = wider.Interval
	return err
}
