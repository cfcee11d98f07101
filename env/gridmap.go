package env

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseError says what is wrong at one place of a text. Line and Column count from 1, columns in characters.
type ParseError struct {
	File   string // may be empty
	Line   int
	Column int
	Msg    string
}

// Error implements error: file:line:column: message.
func (e *ParseError) Error() string {
	place := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg)
	if e.File == "" {
		return place
	}
	return e.File + ":" + place
}

// ParseGrid reads a text map in the standard legend (see StandardLegend), one line a row, and returns the book's grid world
// on it: the five actions, BookRewards, every other field zero. Empty lines before and after the map, a byte order mark, and
// carriage returns at the ends of lines are dropped; anything else that is not a symbol is an error.
//
// The error is a *ParseError at the first character at fault: a tab or another unknown symbol, rows of different lengths, no
// cells, no target, more than MaxCells cells or MaxSide rows or columns, text that is not UTF-8.
func ParseGrid(text string) (GridConfig, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	first := 1
	for {
		line, rest, more := strings.Cut(text, "\n")
		if !more || strings.Trim(line, "\r") != "" {
			break
		}
		text = rest
		first++
	}
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		return GridConfig{}, &ParseError{Line: 1, Column: 1, Msg: "no map: want at least one row of symbols"}
	}
	if strings.Count(text, "\n") >= MaxSide {
		return GridConfig{}, &ParseError{Line: first, Column: 1, Msg: fmt.Sprintf("too many rows: want at most %d", MaxSide)}
	}
	c := GridConfig{Map: strings.Split(text, "\n"), Rewards: BookRewards()}
	for i, row := range c.Map {
		c.Map[i] = strings.TrimSuffix(row, "\r")
	}
	if _, fault := readMap(c.Map, StandardLegend()); fault != nil {
		at := &ParseError{Line: first + max(fault.row, 0), Column: 1 + max(fault.col, 0), Msg: fault.value + ": want " + fault.want}
		return GridConfig{}, at
	}
	return c, nil
}

// layout is a map that has been read.
type layout struct {
	rows, cols int
	kind       []CellKind // of each cell, row by row
	starts     []Cell     // the cells marked as start
}

// startSymbol stands beside the kinds of cell in a legend.
const startSymbol = uint8(Wall) + 1

var meanings = []string{"plain", "forbidden", "target", "hole", "wall", "start"}

// mapFault is what is wrong with a map, and where: row and col are -1 where it is the map as a whole.
type mapFault struct {
	row, col    int
	value, want string
}

func (f *mapFault) fieldError() *FieldError {
	if f.row < 0 {
		return &FieldError{"map", f.value, f.want}
	}
	return &FieldError{fmt.Sprintf("map[%d][%d]", f.row, f.col), f.value, f.want}
}

// symbols is a legend for quick reading: 1 + meaning of each symbol, 0 of an unknown one.
type symbols struct {
	ascii [utf8.RuneSelf]uint8
	other map[rune]uint8
}

func newSymbols(legend map[string]string) *symbols {
	t := &symbols{other: map[rune]uint8{}}
	for symbol, meaning := range legend {
		r, _ := utf8.DecodeRuneInString(symbol)
		if m := uint8(1 + slices.Index(meanings, meaning)); r < utf8.RuneSelf {
			t.ascii[r] = m
		} else {
			t.other[r] = m
		}
	}
	return t
}

func (t *symbols) meaning(r rune) uint8 {
	if r < utf8.RuneSelf {
		return t.ascii[r]
	}
	return t.other[r]
}

// readMap reads a map whose legend is in order, and returns the first fault in reading order.
func readMap(rows []string, legend map[string]string) (*layout, *mapFault) {
	if len(rows) == 0 || rows[0] == "" {
		return nil, &mapFault{-1, -1, "no cells", "at least one row of symbols"}
	}
	l := &layout{rows: len(rows), cols: utf8.RuneCountInString(rows[0])}
	if l.rows > MaxSide || l.cols > MaxSide || l.rows*l.cols > MaxCells {
		want := fmt.Sprintf("at most %d rows, %d columns and %d cells", MaxSide, MaxSide, MaxCells)
		return nil, &mapFault{-1, -1, fmt.Sprintf("%d x %d cells", l.rows, l.cols), want}
	}
	l.kind = make([]CellKind, 0, l.rows*l.cols)
	known := newSymbols(legend)
	for r, row := range rows {
		if fault := l.readRow(r, row, known, legend); fault != nil {
			return nil, fault
		}
	}
	if !slices.Contains(l.kind, Target) {
		return nil, &mapFault{-1, -1, "no target", "at least one target cell: " + legendText(legend, "target")}
	}
	return l, nil
}

func (l *layout) readRow(r int, row string, known *symbols, legend map[string]string) *mapFault {
	c := 0
	for i, symbol := range row {
		m := known.meaning(symbol)
		switch {
		case m == 0:
			return &mapFault{r, c, symbolText(row[i:]), legendText(legend)}
		case c == l.cols:
			return &mapFault{r, c, "one cell too many", fmt.Sprintf("%d, as in the first row", l.cols)}
		case m-1 == startSymbol:
			l.kind = append(l.kind, Plain)
			l.starts = append(l.starts, Cell{r, c})
		default:
			l.kind = append(l.kind, CellKind(m-1))
		}
		c++
	}
	if c < l.cols {
		return &mapFault{r, c, fmt.Sprintf("the row ends after %d cells", c), fmt.Sprintf("%d, as in the first row", l.cols)}
	}
	return nil
}

// symbolText describes the unknown symbol at the beginning of text.
func symbolText(text string) string {
	switch r, size := utf8.DecodeRuneInString(text); {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("byte %#02x, not UTF-8", text[0])
	case r == '\t':
		return "tab"
	case r == ' ':
		return "space"
	case !unicode.IsPrint(r):
		return fmt.Sprintf("unknown symbol %U", r)
	default:
		return fmt.Sprintf("unknown symbol '%c'", r)
	}
}

// legendText lists a legend's symbols in the order of their meanings; with only given, those of that meaning.
func legendText(legend map[string]string, only ...string) string {
	var list []string
	for _, meaning := range meanings {
		var of []string
		for symbol, m := range legend {
			if m == meaning && (only == nil || slices.Contains(only, m)) {
				of = append(of, fmt.Sprintf("'%s' %s", symbol, m))
			}
		}
		slices.Sort(of)
		list = append(list, of...)
	}
	if list == nil {
		return "a symbol that means " + strings.Join(only, " or ") + ", of which the legend has none"
	}
	return strings.Join(list, ", ")
}
