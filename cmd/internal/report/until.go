package report

import (
	"fmt"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// UntilRow is what the seeds of a setting came to, in a plan that stops on evidence.
type UntilRow struct {
	Name    string
	Seeds   int
	Mean    Value // with the interval of a confidence sequence, at the level of the plan
	Verdict string
}

// UntilRows lists the settings in the order of the plan.
func (p *Page) UntilRows() []UntilRow {
	var rows []UntilRow
	for _, e := range p.Evidence {
		name := settingName(e.Group)
		if len(p.Worlds) > 1 {
			name = e.Group.Environment + ": " + name
		}
		row := UntilRow{Name: name, Seeds: e.Seeds, Mean: Value{X: e.Mean}}
		switch {
		case e.Outside != nil:
			row.Verdict = fmt.Sprintf("no interval: a run came to %s, outside of the range %s to %s that the plan states", number(*e.Outside), number(e.Bounds.Lo), number(e.Bounds.Hi))
		case e.Seeds == 0:
			row.Verdict = "no round is finished"
		case e.Enough:
			row.Verdict = "enough"
		case e.Ended():
			row.Verdict = fmt.Sprintf("all seeds of the plan, at half-width %s", number(e.Interval.Half()))
		default:
			row.Verdict = "not finished"
		}
		if e.Outside == nil && e.Seeds > 0 {
			row.Mean.Interval = &e.Interval
		}
		rows = append(rows, row)
	}
	return rows
}

// UntilMetric is the metric in words.
func (p *Page) UntilMetric() string {
	switch m := p.Plan.Until.Metric; m {
	case experiment.FinalGap:
		return "gap"
	case experiment.FinalGreedyGap:
		return "gap of the greedy policy"
	case experiment.FinalReturn:
		return "return"
	case experiment.FinalGreedyReturn:
		return "return of the greedy policy"
	case experiment.FinalRMSE:
		return metricNames[rmse]
	case experiment.FinalOptimal:
		return "share of runs with an optimal policy"
	default:
		return string(m)
	}
}

// UntilHalf is the half-width that is enough.
func (p *Page) UntilHalf() string { return number(p.Plan.Until.HalfWidth) }

// UntilLevel is the confidence of the intervals.
func (p *Page) UntilLevel() string { return percent(p.Plan.Until.Confidence) }

// firstRound are the seeds that every setting has whatever they show, nil for all of them. Intervals and comparisons for a
// fixed number of seeds hold for these: how many there are more of depends on what was seen.
func (p *Report) firstRound() []uint64 {
	u := p.Plan.Until
	if u == nil {
		return nil
	}
	every := u.Every
	if every == 0 {
		every = sweep.DefaultEvery
	}
	return p.Plan.Seeds[:min(every, len(p.Plan.Seeds))]
}

// FirstRound says how many there are, "" for all seeds.
func (p *Report) FirstRound() string {
	if p.Plan.Until == nil {
		return ""
	}
	return counted(len(p.firstRound()), "seed")
}

// stopped takes from a summary the intervals, which hold for a fixed number of seeds alone, where that number depended on the
// seeds, and puts that of the confidence sequence in the place of that of the mean where it is about this metric and at this
// level.
func (p *Report) stopped(s *Summary, t *Setting, m metric) {
	if p.Plan.Until == nil {
		return
	}
	s.Mean.Interval, s.Median.Interval, s.IQM.Interval = nil, nil, nil
	e, of := p.Evidence[t.index], p.Plan.Until.Metric
	same := m == rmse && of == experiment.FinalRMSE ||
		m == gap && (of == experiment.FinalGreedyGap || of == experiment.FinalGap && t.Group.Spec.EpsilonGreedy == nil)
	if same && e.Outside == nil && e.Seeds == len(t.runs) && e.Seeds > 0 && p.Plan.Until.Confidence == p.Level {
		s.Mean.Interval = &e.Interval
	}
}
