package reproduce

import (
	"example.com/mcrl/env"
	"example.com/mcrl/plots"
)

// panel makes one drawing of a page.
type panel func() (plots.Drawable, error)

// prober is a policy that can be drawn.
type prober interface {
	Prob(s env.State, a env.Action) float64
}

func policyPanel(g *env.Grid, p prober, title string) panel {
	return func() (plots.Drawable, error) { return plots.Policy(g, p.Prob, plots.PolicyOptions{Title: title}) }
}

func valuesPanel(g *env.Grid, v []float64, title string) panel {
	return func() (plots.Drawable, error) {
		return plots.Values(g, v, plots.ValuesOptions{Title: title, Plain: true})
	}
}

// page puts the panels side by side, row by row.
func page(cols int, panels ...panel) (plots.Drawable, error) {
	drawn := make([]plots.Drawable, len(panels))
	for i, draw := range panels {
		var err error
		if drawn[i], err = draw(); err != nil {
			return nil, err
		}
	}
	return plots.Page(drawn, plots.PageOptions{Cols: cols})
}
