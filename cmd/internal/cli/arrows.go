package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// arrows are the symbols of the actions, the first of each as it is printed.
var arrows = []struct{ name, symbols string }{
	{"up", "^↑"}, {"right", ">→"}, {"down", "v↓"}, {"left", "<←"}, {"stay", "o○"},
	{"up-right", "↗"}, {"down-right", "↘"}, {"down-left", "↙"}, {"up-left", "↖"},
}

func arrowOf(name string) string {
	for _, a := range arrows {
		if a.name == direction(name) {
			return string([]rune(a.symbols)[0])
		}
	}
	return "?"
}

// direction is the name of an action in the list of arrows.
func direction(name string) string {
	if way, ok := map[string]string{"north": "up", "east": "right", "south": "down", "west": "left"}[name]; ok {
		return way
	}
	return name
}

// actionOf returns the action of a world that a symbol stands for, -1 if there is none.
func actionOf(m *experiment.Model, symbol rune) env.Action {
	for _, arrow := range arrows {
		if !strings.ContainsRune(arrow.symbols, symbol) {
			continue
		}
		for a, name := range m.ActionNames() {
			if direction(name) == arrow.name {
				return env.Action(a)
			}
		}
	}
	return -1
}

// maxPolicyBytes bounds a policy file: MaxCells symbols of three bytes.
const maxPolicyBytes = 3 * env.MaxCells

// readPolicy reads a policy for a world from a file, "-" being standard input: a JSON list of action indices, a JSON object of
// the names of states and actions, or where states lie on a board a map of arrows.
func (s *streams) readPolicy(m *experiment.Model, path string) (env.Deterministic, error) {
	r, name, err := s.open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPolicyBytes))
	if err != nil {
		return nil, usageErrorf("%s: %w", name, err)
	}
	switch g, ok := onBoard(m); {
	case strings.HasPrefix(strings.TrimSpace(string(text)), "["):
		return parseActions(m, text, name)
	case strings.HasPrefix(strings.TrimSpace(string(text)), "{"):
		return parseNames(m, text, name)
	case !ok:
		return nil, usageErrorf("%s: want a JSON list of action indices, or a JSON object of names, {state: action}", name)
	default:
		return parseArrows(g, string(text), name)
	}
}

// open opens a file to read, "-" being standard input.
func (s *streams) open(path string) (r io.ReadCloser, name string, err error) {
	if path == "-" {
		return io.NopCloser(s.In), "standard input", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", &exitError{exitUsage, err}
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, "", usageErrorf("%s: is a directory: want a file", path)
	}
	return f, path, nil
}

// parseActions reads a JSON list of action indices, one for each state.
func parseActions(g *experiment.Model, text []byte, name string) (env.Deterministic, error) {
	var p env.Deterministic
	if err := json.Unmarshal(text, &p); err != nil {
		if at := syntaxFault(text, name, err); at != nil {
			return nil, at
		}
		return nil, usageErrorf("%s: want a JSON list of action indices, %s", name, choose(g.Layout != nil, "or a map of arrows", "or an object of names"))
	}
	if len(p) != g.NumStates() {
		return nil, usageErrorf("%s: %d actions: want %d, one for each state", name, len(p), g.NumStates())
	}
	for i, a := range p {
		if a < 0 || int(a) >= g.NumActions() {
			return nil, usageErrorf("%s: action %d of state %d: want one in [0, %d)", name, a, i, g.NumActions())
		}
	}
	return p, nil
}

// parseArrows reads a map of arrows, one row a line. Blanks between the symbols do not matter. A wall is #, and what stands
// in a terminal cell does not matter.
func parseArrows(g boarded, text, name string) (env.Deterministic, error) {
	rows, cols := g.Dims()
	p := make(env.Deterministic, g.NumStates())
	fault := func(line, column int, format string, args ...any) error {
		return &env.ParseError{File: name, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
	}
	row, line := 0, 0
	for content := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		line++
		if strings.TrimSpace(content) == "" {
			continue
		}
		if row == rows {
			return nil, fault(line, 1, "one row too many: want %d, as the grid has", rows)
		}
		col, column := 0, 0
		for _, symbol := range strings.TrimRight(content, " \r\n") {
			column++
			if symbol == ' ' {
				continue
			}
			if col == cols {
				return nil, fault(line, column, "one cell too many: want %d, as the grid has columns", cols)
			}
			if want := setArrow(p, g, row, col, symbol); want != "" {
				return nil, fault(line, column, "%q: want %s", symbol, want)
			}
			col++
		}
		if col < cols {
			return nil, fault(line, column+1, "%d cells: want %d, as the grid has columns", col, cols)
		}
		row++
	}
	if row < rows {
		return nil, fault(line+1, 1, "%d rows: want %d, as the grid has", row, rows)
	}
	return p, nil
}

// setArrow reads one symbol of a map of arrows, and returns what it should be where it is wrong.
func setArrow(p env.Deterministic, g boarded, row, col int, symbol rune) (want string) {
	state, ok := g.At(row, col)
	a := actionOf(g.Model, symbol)
	switch {
	case !ok && symbol == '#':
	case !ok:
		return "# in a wall"
	case a >= 0:
		p[state] = a
	case !g.Terminal(state):
		return "one of " + arrowList(g)
	}
	return ""
}

// arrowList names the symbols of a world's actions.
func arrowList(g boarded) string {
	list := make([]string, g.NumActions())
	for a, name := range g.ActionNames() {
		list[a] = arrowOf(name) + " " + name
	}
	return strings.Join(list, ", ")
}
