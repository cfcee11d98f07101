package report

import (
	"fmt"
	"iter"
	"slices"
)

// Page is all that a report shows.
type Page struct {
	*Report
	Sections []*Section
	Joint    *Joint // nil for one environment
}

// Section is an environment.
type Section struct {
	Name        string
	Number      int
	Aliases     []Alias
	Curves      []*Figure
	Further     []*Figure
	Tables      []Table // of the gap and of the RMSE
	Effort      []Effort
	Comparisons []Comparisons // of the gap and of the RMSE
	Profile     []*Figure
	Boards      []*Figure
	Unboarded   int // settings that could have a board, but for their number
}

// Table has the final errors of the settings.
type Table struct {
	Metric string
	Rows   []Row
}

// Row is a setting of a table.
type Row struct {
	Name string
	Summary
}

// Effort is what the runs of a setting took, in the mean over its seeds.
type Effort struct {
	Name                       string
	N                          int
	Episodes, Steps, Truncated float64 // the last one as a share of the episodes
	Unvisited                  float64 // pairs without a return at the end
	Early                      int     // runs that ended because enough was certain
}

var metricNames = [...]string{gap: "gap of the greedy policy", rmse: "RMSE of q"}

// Stages is the number of stages in which a page is drawn.
func (p *Page) Stages() int { return len(p.Worlds) + 1 }

// Draw computes all numbers and draws all figures, and yields the number of stages that are done. After an error it ends.
func (p *Page) Draw() iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i, w := range p.Worlds {
			s := &Section{Name: w.Name, Number: i + 1, Aliases: w.aliases()}
			p.Sections = append(p.Sections, s)
			err := p.fillSection(s, w)
			if err != nil {
				err = fmt.Errorf("%s: %w", w.Name, err)
			}
			if !yield(i+1, err) || err != nil {
				return
			}
		}
		var err error
		if p.Joint, err = p.joint(); err == nil && p.Joint != nil {
			err = p.render(p.Joint.Profile)
		}
		yield(p.Stages(), err)
	}
}

func (p *Report) fillSection(s *Section, w *World) (err error) {
	if s.Curves, err = p.learning(s.Number, w); err != nil {
		return err
	}
	if s.Further, err = p.further(s.Number, w); err != nil {
		return err
	}
	for _, m := range scored {
		if err := p.tables(s, w, m); err != nil {
			return err
		}
	}
	for _, t := range w.Settings {
		s.Effort = append(s.Effort, t.effort())
	}
	if s.Profile, err = p.profiles(s.Number, w); err != nil {
		return err
	}
	if s.Boards, s.Unboarded, err = p.boards(s.Number, w); err != nil {
		return err
	}
	return p.render(s.figures())
}

// tables adds the final errors of one metric and their comparisons to a section.
func (p *Report) tables(s *Section, w *World, m metric) error {
	summaries, err := inParallel(w.Settings, func(t *Setting) (Summary, error) { return p.summarize(t.scores(m), m, t.index) })
	if err != nil {
		return err
	}
	table := Table{Metric: metricNames[m]}
	for i, t := range w.Settings {
		p.stopped(&summaries[i], t, m)
		table.Rows = append(table.Rows, Row{t.Name, summaries[i]})
	}
	s.Tables = append(s.Tables, table)
	if len(w.Settings) == 1 {
		return nil
	}
	c, err := p.compareAll(w, m)
	s.Comparisons = append(s.Comparisons, c)
	return err
}

func (s *Setting) effort() Effort {
	e := Effort{Name: s.Name, N: len(s.runs)}
	var episodes, steps, truncated int64
	unvisited := 0
	for _, r := range s.runs {
		episodes, steps, truncated, unvisited = episodes+r.episodes, steps+r.steps, truncated+r.truncated, unvisited+r.unvisited
		if r.early {
			e.Early++
		}
	}
	n := float64(len(s.runs))
	e.Episodes, e.Steps, e.Unvisited = float64(episodes)/n, float64(steps)/n, float64(unvisited)/n
	e.Truncated = float64(truncated) / float64(episodes)
	return e
}

// figures lists the figures in the order of the page.
func (s *Section) figures() []*Figure { return slices.Concat(s.Curves, s.Further, s.Profile, s.Boards) }

// Figures lists the figures in the order of the page.
func (p *Page) Figures() []*Figure {
	var all []*Figure
	for _, s := range p.Sections {
		all = append(all, s.figures()...)
	}
	if p.Joint != nil {
		all = append(all, p.Joint.Profile...)
	}
	return all
}
