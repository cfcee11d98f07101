package report

import (
	"slices"

	"example.com/mcrl/estimate"
)

// Joint is a setting in all environments together. Its scores are relative gaps, the gap divided by max_s |v*(s)| of the
// environment: the share of the largest value that the greedy policy loses. Environments are the strata.
type Joint struct {
	Name        string
	N           int // runs
	Mean, IQM   Value
	Improvement Value // over the first, on common seeds, averaged over the environments
	First       bool
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

// joints are the settings that have runs in every environment; nil for a sweep of one environment.
func (p *Report) joints() []*Joint {
	if len(p.Worlds) < 2 {
		return nil
	}
	var list []*Joint
	for _, s := range p.Worlds[0].Settings {
		j := &Joint{Name: s.Name, First: len(list) == 0}
		for _, w := range p.Worlds {
			k := slices.IndexFunc(w.Settings, func(t *Setting) bool { return t.Name == s.Name })
			if k < 0 || len(w.Settings[k].relative()) == 0 || len(w.Settings[k].relative()) < len(w.Settings[k].runs) {
				break
			}
			j.settings = append(j.settings, w.Settings[k])
			j.N += len(w.Settings[k].runs)
		}
		if len(j.settings) == len(p.Worlds) {
			list = append(list, j)
		}
	}
	return list
}

// strata are the relative gaps, environment by environment.
func (j *Joint) strata() [][]float64 {
	var strata [][]float64
	for _, s := range j.settings {
		strata = append(strata, s.relative())
	}
	return strata
}

// fill computes the averages of a joint setting, and compares it with the first.
func (p *Report) fill(j, first *Joint) error {
	strata, index := j.strata(), j.settings[0].index
	all := slices.Concat(strata...)
	j.Mean.X, j.IQM.X = estimate.Average(all), estimate.InterquartileMean(all)
	var err error
	if j.Mean.Interval, err = p.bootstrap(strata, estimate.Average, tableResamples, stream(forAll, index, 0)); err != nil {
		return err
	}
	if j.IQM.Interval, err = p.bootstrap(strata, estimate.InterquartileMean, tableResamples, stream(forAll, index, 1)); err != nil {
		return err
	}
	var x, y [][]float64
	for k, s := range j.settings {
		u, v := pairs(s, first.settings[k], gap)
		if len(u) == 0 {
			return nil
		}
		x, y = append(x, u), append(y, v)
	}
	j.Improvement, err = p.improvement(x, y, stream(forAll, index, 2))
	return err
}
