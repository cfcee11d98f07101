package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/plots"
)

// Page is all that a report shows.
type Page struct {
	*Report
	Sections []Section
	Joint    []*Joint
	Profile  []Figure // of all environments
}

// Section is an environment.
type Section struct {
	Name        string
	Number      int
	Curves      []Figure
	Tables      []Table // of the gap and of the RMSE
	Effort      []Effort
	Comparisons []Comparisons // of the gap and of the RMSE
	Profile     []Figure
	Boards      []Figure
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
	Early                      int     // runs that ended because enough was certain
}

// Comparisons hold the settings against the first.
type Comparisons struct {
	Metric, First string
	Rows          []Comparison
}

// Title is the metric at the beginning of a line.
func (c Comparisons) Title() string { return capital(c.Metric) }

var metricNames = [...]string{"gap", "RMSE of q"}

// Page computes all numbers and draws all figures.
func (p *Report) Page() (*Page, error) {
	page := &Page{Report: p}
	for i, w := range p.Worlds {
		s, err := p.section(i+1, w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		page.Sections = append(page.Sections, s)
	}
	page.Joint = p.joints()
	_, err := inParallel(page.Joint, func(j *Joint) (any, error) { return nil, p.fill(j, page.Joint[0]) })
	if err == nil && len(page.Joint) > 0 {
		page.Profile, err = p.jointProfiles(page.Joint)
	}
	return page, err
}

func (p *Report) section(number int, w *World) (s Section, err error) {
	s = Section{Name: w.Name, Number: number}
	if s.Curves, err = p.learning(number, w); err != nil {
		return s, err
	}
	for _, m := range metrics {
		if err := p.tables(&s, w, m); err != nil {
			return s, err
		}
	}
	for _, t := range w.Settings {
		s.Effort = append(s.Effort, t.effort())
	}
	if s.Profile, err = p.profiles(number, w); err != nil {
		return s, err
	}
	s.Boards, err = p.boards(number, w)
	return s, err
}

// tables adds the final errors of one metric and their comparisons to a section.
func (p *Report) tables(s *Section, w *World, m metric) error {
	summaries, err := inParallel(w.Settings, func(t *Setting) (Summary, error) { return p.summarize(t.scores(m), m, t.index) })
	if err != nil {
		return err
	}
	table := Table{Metric: metricNames[m]}
	for i, t := range w.Settings {
		table.Rows = append(table.Rows, Row{t.Name, summaries[i]})
	}
	s.Tables = append(s.Tables, table)
	first, others := w.Settings[0], w.Settings[1:]
	if len(others) == 0 {
		return nil
	}
	rows, err := inParallel(others, func(t *Setting) (Comparison, error) { return p.compare(t, first, m) })
	s.Comparisons = append(s.Comparisons, Comparisons{metricNames[m], first.Name, rows})
	return err
}

func (s *Setting) effort() Effort {
	e := Effort{Name: s.Name, N: len(s.runs)}
	var episodes, steps, truncated int64
	for _, r := range s.runs {
		episodes, steps, truncated = episodes+r.episodes, steps+r.steps, truncated+r.truncated
		if r.early {
			e.Early++
		}
	}
	n := float64(len(s.runs))
	e.Episodes, e.Steps, e.Truncated = float64(episodes)/n, float64(steps)/n, float64(truncated)/float64(episodes)
	return e
}

// Figures lists the figures in the order of the page.
func (p *Page) Figures() []Figure {
	var all []Figure
	for _, s := range p.Sections {
		all = append(append(append(all, s.Curves...), s.Profile...), s.Boards...)
	}
	return append(all, p.Profile...)
}

// The parts of a page.
var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	styleText string

	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
		"percent": percent, "share": share, "svg": svg, "value": valueText, "count": count,
		"style": func() template.CSS { return template.CSS(styleText) },
	}).Parse(pageText))
)

// WriteHTML writes the page. The same records, versions and options give the same bytes.
func (p *Page) WriteHTML(w io.Writer) error { return pageTemplate.Execute(w, p) }

// svg is a figure as an element of HTML.
func svg(f Figure) (template.HTML, error) {
	var b bytes.Buffer
	if err := plots.Write(f.Drawing, f.Width, f.Height, &b, "svg"); err != nil {
		return "", fmt.Errorf("%s: %w", f.Name, err)
	}
	_, body, found := strings.Cut(b.String(), "<svg ")
	if !found {
		return "", fmt.Errorf("%s: no SVG was drawn", f.Name)
	}
	return template.HTML(`<svg role="img" aria-label="` + template.HTMLEscapeString(f.Caption) + `" ` + body), nil
}

// valueText is a number and, in brackets, its interval.
func valueText(v Value) template.HTML {
	text := number(v.X)
	if v.Interval != nil {
		text += ` <small>[` + interval(*v.Interval) + `]</small>`
	}
	return template.HTML(text)
}

func interval(i estimate.Interval) string { return number(i.Lo) + ", " + number(i.Hi) }

// count is a mean number of episodes or steps, to the nearest whole.
func count(x float64) string {
	if !(x >= 0 && x < 1<<53) {
		return "–"
	}
	return grouped(int64(x + 0.5))
}

// What the text of a page says of the sweep.

// Title is the title of the plan, or one in its place.
func (p *Page) Title() string {
	if p.Plan.Title == "" {
		return "Experiment"
	}
	return p.Plan.Title
}

// Streams is the version of the random streams.
func (p *Page) Streams() string { return env.StreamVersion }

// Missing is the number of cells that the report is not about.
func (p *Page) Missing() int { return p.Plan.Len() - p.Finished }

// Flag is what the command was given beside the directory.
func (p *Page) Flag() string {
	if p.Level == 0.95 {
		return ""
	}
	return fmt.Sprintf(" --level %v", p.Level)
}

// Text is the plan: as it was given, or else spelled out.
func (p *Page) Text() (string, error) {
	if p.Plan.Source != "" {
		return p.Plan.Source, nil
	}
	text, err := p.Plan.Encode()
	return string(text), err
}

// Given reports whether Text is the file that was given.
func (p *Page) Given() bool { return p.Plan.Source != "" }

// Skipped reports whether some worlds are too large for exact values.
func (s Section) Skipped() bool {
	for _, t := range s.Tables {
		for _, r := range t.Rows {
			if r.N > 0 {
				return false
			}
		}
	}
	return true
}
