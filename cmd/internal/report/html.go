package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// The parts of a page.
var (
	//go:embed page.html
	pageText string
	//go:embed until.html
	untilText string
	//go:embed page.css
	styleText string

	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
		"percent": percent, "share": share, "value": valueText, "interval": intervalText, "count": count, "amount": amount,
		"style": func() template.CSS { return template.CSS(styleText) },
	}).Parse(pageText + untilText))
)

// WriteHTML writes the page after Draw. The same records, versions and options give the same bytes.
func (p *Page) WriteHTML(w io.Writer) error { return pageTemplate.Execute(w, p) }

// valueText is a number and, in brackets, its interval.
func valueText(v Value) template.HTML {
	text := number(v.X)
	if v.Interval != nil {
		text += ` <small>[` + interval(*v.Interval) + `]</small>`
	}
	return template.HTML(text)
}

// intervalText is an interval, or a dash where there is none.
func intervalText(i *estimate.Interval) string {
	if i == nil {
		return "–"
	}
	return "[" + interval(*i) + "]"
}

func interval(i estimate.Interval) string { return number(i.Lo) + ", " + number(i.Hi) }

// count is a mean number of episodes or steps, to the nearest whole.
func count(x float64) string {
	if !(x >= 0 && x < 1<<53) {
		return "–"
	}
	return grouped(int64(x + 0.5))
}

// amount is a mean of counts: a large one to the nearest whole.
func amount(x float64) string {
	if x >= 1000 {
		return count(x)
	}
	return number(x)
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
func (p *Page) Missing() int { return p.Plan.Len() - p.Unneeded - p.Finished }

// Flags are what the command was given beside the directory.
func (p *Report) Flags() (text string) {
	if p.Level != 0.95 {
		text += fmt.Sprintf(" --level %v", p.Level)
	}
	if p.Baseline != "" {
		text += " --baseline " + quoted(p.Baseline)
	}
	return text
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
func (s *Section) Skipped() bool {
	for _, t := range s.Tables {
		for _, r := range t.Rows {
			if r.N > 0 {
				return false
			}
		}
	}
	return true
}
