package planfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
	"example.com/mcrl/env/gridfile/yamldoc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/worldfile"
	"github.com/goccy/go-yaml/ast"
)

// world is an environment of the file.
type world struct {
	name  string
	at    place
	model *experiment.Model
	given []given // gamma, horizon, episodes
}

var worldKeys = append([]string{"name", "env", "map"}, optionKeys(true)...)

// environments reads the list of environments.
func (d *decoder) environments(n ast.Node) []world {
	return named(d, n, "environments", "a list of names, files, or keys and values", d.environment,
		func(w world) (string, place) { return w.name, w.at })
}

func (d *decoder) environment(n ast.Node) (w world, ok bool) {
	w.at = placeOf(n)
	var c experiment.World
	if text, plain := scalar(n); plain {
		c, ok = d.load(text, w.at)
	} else {
		var sources []place
		d.object(n, "environment", worldKeys, func(key string, at place, v ast.Node) bool {
			switch key {
			case "name":
				w.name, _ = d.text(v, "name", "a line of text")
			case "env":
				sources = append(sources, at)
				if text, plain := d.text(v, "env", "a name of mcrl envs, or a file"); plain {
					c, ok = d.load(text, placeOf(v))
				}
			case "map":
				sources = append(sources, at)
				c, ok = d.inline(v)
			default:
				o, known := optionOf(key)
				if !known || !o.run {
					return false
				}
				w.given = append(w.given, given{o, v, at, "environment"})
			}
			return true
		})
		switch {
		case len(sources) == 0:
			d.bad(w.at, "environment: want env, a name or a file, or map")
		case len(sources) > 1:
			d.bad(sources[1], "environment: env and map contradict each other, lines %d and %d: want one of the two", sources[0].line, sources[1].line)
			ok = false
		}
	}
	if !ok {
		return w, false
	}
	if w.name != "" {
		c = c.Named(w.name)
	} else {
		w.name = c.Name()
	}
	return d.build(w, c)
}

// build makes the world.
func (d *decoder) build(w world, c experiment.World) (world, bool) {
	if g := c.Grid; g != nil {
		cells := 0
		for _, row := range g.Map {
			cells += len(row)
		}
		if cells*max(1, len(g.Actions)) > experiment.MaxPairs {
			d.bad(w.at, "environment: %d cells: want at most %d pairs of a state and an action", cells, experiment.MaxPairs)
			return w, false
		}
	}
	err := c.Validate()
	if err == nil {
		w.model, err = c.Model()
	}
	if err != nil {
		d.bad(w.at, "environment: %v", err)
		return w, false
	}
	if w.name == "" {
		d.bad(w.at, "environment: no name: want name")
	}
	return w, w.name != ""
}

// load returns the world of that name, else the one in the file.
func (d *decoder) load(name string, at place) (experiment.World, bool) {
	w, err := worldfile.ByName(name)
	if err == nil {
		return w, true
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.dir, path)
	}
	w, err = worldfile.Load(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		d.bad(at, "environment %s: no such name, no such file: want a file or one of %s", yamldoc.Shorten(name), join(worldfile.Names()))
	case err != nil && !d.faultsOf(err, func(*env.ParseError) {}):
		d.bad(at, "environment %s: %v", yamldoc.Shorten(name), err)
	}
	if w.Name() == "" {
		base := filepath.Base(path)
		w = w.Named(strings.TrimSuffix(base, filepath.Ext(base)))
	}
	return w, err == nil
}

// inline reads a grid world that stands in the plan, as a file of its own would.
func (d *decoder) inline(n ast.Node) (experiment.World, bool) {
	block, ok := n.(*ast.LiteralNode)
	if !ok {
		text, plain := d.text(n, "map", "a block, `map: |` and the rows below it, indented")
		if !plain {
			return experiment.World{}, false
		}
		c, err := gridfile.Read(strings.NewReader(text), "")
		d.faultsOf(err, func(f *env.ParseError) { // rows within a quoted text
			f.Line, f.Column = placeOf(n).line, placeOf(n).column
		})
		return experiment.GridWorld(c), err == nil
	}
	first := block.Start.Position.Line // the rows are in the lines after it
	indent := 0
	for _, line := range d.lines[min(first, len(d.lines)):] {
		if rest := strings.TrimLeft(line, " "); strings.TrimSpace(rest) != "" {
			indent = len(line) - len(rest)
			break
		}
	}
	c, err := gridfile.Read(strings.NewReader(block.Value.Value), "")
	if err != nil && !d.faultsOf(err, func(f *env.ParseError) { f.Line, f.Column = f.Line+first, f.Column+indent }) {
		d.bad(placeOf(n), "map: %v", err)
	}
	return experiment.GridWorld(c), err == nil
}

// faultsOf takes over the faults of a world, moved to their place.
func (d *decoder) faultsOf(err error, move func(*env.ParseError)) bool {
	if err == nil {
		return false
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all := true
		for _, e := range joined.Unwrap() {
			all = d.faultsOf(e, move) && all
		}
		return all
	}
	var f *env.ParseError
	if !errors.As(err, &f) {
		return false
	}
	c := *f
	move(&c)
	d.faults = append(d.faults, &c)
	return true
}
