package reproduce

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

//go:embed book.json
var bookJSON []byte

// book is what the figures print.
type book struct {
	Source string `json:"source"`
	Fig53  struct {
		Initial []string    `json:"initial_policy"`
		Q       []float64   `json:"q"` // of the first state, printed to two decimals
		Values  [][]float64 `json:"values"`
	} `json:"5.3"`
	Fig54 []table `json:"5.4"`
	Fig55 struct {
		First  []string `json:"b"`
		Second []string `json:"c"`
	} `json:"5.5"`
	Fig56 []table      `json:"5.6"`
	Fig57 []table      `json:"5.7"`
	Fig58 []visitFacts `json:"5.8"`
}

// table is a panel of values printed to one decimal.
type table struct {
	Panel   string      `json:"panel"`
	Printed [][]float64 `json:"printed"`
	Known   []Mismatch  `json:"known"`
}

// visitFacts are the exact expected visits in an episode of a million steps under a policy with eps = 0.5.
type visitFacts struct {
	Of        string   `json:"of"`
	Policy    []string `json:"policy"`
	Most      float64  `json:"most"` // at the pair Row, Col, Action
	Row       int      `json:"row"`
	Col       int      `json:"col"`
	Action    string   `json:"action"`
	Least     float64  `json:"least"`
	Below1000 int      `json:"below_1000"`
}

func readBook() (*book, error) {
	b := new(book)
	if err := json.Unmarshal(bookJSON, b); err != nil {
		return nil, fmt.Errorf("the book's tables: %w", err)
	}
	return b, nil
}

// gamma is the discount of all figures of the chapter.
const gamma = 0.9

func newGrid(preset string) (*env.Grid, error) {
	c, err := env.Preset(preset)
	if err != nil {
		return nil, err
	}
	return env.NewGrid(c)
}

// symbols are the arrows of the book's five actions.
const symbols = "^>v<o"

// arrows writes a policy row by row.
func arrows(g *env.Grid, p []env.Action) []string {
	rows, cols := g.Dims()
	text := make([]string, rows)
	for s, a := range p {
		text[s/cols] += arrow(a)
	}
	return text
}

func arrow(a env.Action) string { return symbols[a : a+1] }

// actions reads a policy of arrows.
func actions(rows []string) env.Deterministic {
	var p env.Deterministic
	for _, row := range rows {
		for _, arrow := range row {
			for a, symbol := range symbols {
				if arrow == symbol {
					p = append(p, env.Action(a))
				}
			}
		}
	}
	return p
}

// inRows cuts values into the rows of the grid.
func inRows(v []float64, cols int) [][]float64 {
	var rows [][]float64
	for ; len(v) > 0; v = v[cols:] {
		rows = append(rows, v[:cols:cols])
	}
	return rows
}

// printed reports whether x rounds to the printed number of so many decimals. A number half way between rounds to both.
func printed(x, print float64, decimals int) bool {
	half := 0.5
	for range decimals {
		half /= 10
	}
	return math.Abs(x-print) <= half+1e-9
}

// compare counts the values that round to the printed ones; the others are known to differ or are not.
func (p *Panel) compare(print [][]float64, decimals int, known []Mismatch) {
	for r, row := range print {
		for c, want := range row {
			p.Cells++
			if printed(p.Values[r][c], want, decimals) {
				p.Match++
				continue
			}
			m := Mismatch{Row: r + 1, Col: c + 1, Printed: want, Computed: p.Values[r][c]}
			p.differ(m, known)
		}
	}
}

// differ files a mismatch under those that are known or those that are not.
func (p *Panel) differ(m Mismatch, known []Mismatch) {
	for _, k := range known {
		if k.Row == m.Row && k.Col == m.Col {
			m.Reason = k.Reason
			p.Expected = append(p.Expected, m)
			return
		}
	}
	p.Unexpected = append(p.Unexpected, m)
}
