package cli

import (
	"fmt"
	"strings"

	"example.com/mcrl/cmd/internal/reproduce"
)

// describeFigure reports on the panels of a figure in words: of each the cells that match the print, the convention where it is
// a new one, what is known to differ, and what was checked besides.
func describeFigure(f reproduce.Figure, panels []reproduce.Panel) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Figure %s: %s\n", f.Number, f.Title)
	convention := ""
	for _, p := range panels {
		if p.Convention != convention {
			convention = p.Convention
			fmt.Fprintf(&b, "  %s\n", convention)
		}
		verdict := "as printed"
		if p.Exact {
			verdict = "as exact"
		}
		switch {
		case !p.OK():
			verdict = "DIFFERS"
		case len(p.Expected) > 0:
			verdict = fmt.Sprintf("%d known to differ", len(p.Expected))
		}
		if p.Cells == 0 { // there are checks alone
			fmt.Fprintf(&b, "    %-20s %s\n", p.Panel, verdict)
		} else {
			fmt.Fprintf(&b, "    %-20s %3d of %3d cells match: %s\n", p.Panel, p.Match, p.Cells, verdict)
		}
		for _, m := range p.Expected {
			fmt.Fprintf(&b, "%26s known: %s\n", "", mismatch(m))
		}
		for _, m := range p.Unexpected {
			fmt.Fprintf(&b, "%26s NOT KNOWN: %s\n", "", mismatch(m))
		}
		for _, c := range p.Checks {
			mark := "ok"
			if !c.OK {
				mark = "NOT SO"
			}
			fmt.Fprintf(&b, "%26s %s: %s\n", "", mark, c.Name)
		}
		for _, n := range p.Notes {
			fmt.Fprintf(&b, "%26s note: %s\n", "", n)
		}
	}
	return b.String() + "\n"
}

func mismatch(m reproduce.Mismatch) string {
	computed := m.Computed
	if x, ok := computed.(float64); ok {
		computed = fmt.Sprintf("%.6g", x)
	}
	text := fmt.Sprintf("row %d, column %d: printed %v, computed %v", m.Row, m.Col, m.Printed, computed)
	if m.Reason != "" {
		text += "; " + m.Reason
	}
	return text
}
