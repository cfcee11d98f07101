package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// table is text in columns, all as wide as their widest entry.
type table struct {
	head []string // a blank in front: the column is aligned to the right
	rows [][]tableCell
}

// tableCell is an entry and the colour it is painted in.
type tableCell struct{ text, color string }

// edgeRows is the number of rows of a long table that are shown at each end.
const edgeRows = 20

// addTable writes the table to b, in the middle shortened unless all of it is wanted.
func (s *streams) addTable(b *strings.Builder, x table, all bool) {
	left := len(x.rows) - 2*edgeRows
	if all || left <= 1 {
		left = 0
	}
	width := make([]int, len(x.head))
	head := make([]tableCell, len(x.head))
	for i, title := range x.head {
		head[i] = tableCell{strings.TrimPrefix(title, " "), bold}
		width[i] = utf8.RuneCountInString(head[i].text)
		for k, row := range x.rows {
			if left == 0 || k < edgeRows || k >= edgeRows+left {
				width[i] = max(width[i], utf8.RuneCountInString(row[i].text))
			}
		}
	}
	s.addRow(b, x, width, head)
	for k, row := range x.rows {
		switch {
		case left == 0 || k < edgeRows || k >= edgeRows+left:
			s.addRow(b, x, width, row)
		case k == edgeRows:
			fmt.Fprintf(b, "  ... %s rows more; --all shows them ...\n", grouped(int64(left)))
		}
	}
}

func (s *streams) addRow(b *strings.Builder, x table, width []int, row []tableCell) {
	line := ""
	for i, c := range row {
		pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c.text))
		switch {
		case strings.HasPrefix(x.head[i], " "):
			line += "  " + pad + s.paint(c.color, c.text)
		case c.text == "":
			line += "  " + pad
		default:
			line += "  " + s.paint(c.color, c.text) + pad
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
