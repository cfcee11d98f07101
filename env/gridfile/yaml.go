package gridfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile/yamldoc"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// place is a position in the file, both from 1.
type place struct{ line, column int }

func placeOf(t *token.Token) place {
	line, column := yamldoc.Place(t)
	return place{line, column}
}

// decoder turns the nodes of a file into a configuration.
type decoder struct {
	config env.GridConfig
	block  block
	at     map[string]place // of each field, named as env.FieldError names it
	errs   []*env.ParseError
}

func readYAML(text, name string) (env.GridConfig, error) {
	header, b, fault := cut(text)
	d := &decoder{config: env.GridConfig{Map: b.rows, Rewards: env.BookRewards()}, block: b, at: map[string]place{}}
	if fault == nil {
		fault = guard(header, b)
	}
	var root ast.Node
	if fault == nil {
		root, fault = yamldoc.Parse(header, "at least map")
	}
	if fault != nil {
		d.errs = append(d.errs, fault)
	} else {
		d.document(root)
	}
	if len(d.errs) == 0 {
		d.validate()
	}
	if len(d.errs) > 0 {
		return env.GridConfig{}, d.failure(name)
	}
	return d.config, nil
}

// failure joins the errors in the order of the file.
func (d *decoder) failure(name string) error {
	slices.SortStableFunc(d.errs, func(a, b *env.ParseError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	const most = 20
	var list []error
	for i, e := range d.errs {
		e.File = name
		if i == most && len(d.errs) > most+1 {
			e.Msg = fmt.Sprintf("and %d errors from here on", len(d.errs)-most)
		}
		if i <= most {
			list = append(list, e)
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return errors.Join(list...)
}

func (d *decoder) bad(p place, format string, args ...any) {
	d.errs = append(d.errs, &env.ParseError{Line: p.line, Column: p.column, Msg: fmt.Sprintf(format, args...)})
}

// validate checks the configuration as a whole, and finds the place of each field at fault.
func (d *decoder) validate() {
	err := d.config.Validate()
	if err == nil {
		return
	}
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		fault := e.(*env.FieldError)
		var row, col int
		if n, _ := fmt.Sscanf(fault.Field, "map[%d][%d]", &row, &col); n == 2 {
			d.bad(place{d.block.first + row, d.block.indent + col + 1}, "%v: want %s", fault.Value, fault.Want)
		} else {
			d.bad(d.placeOfField(fault.Field), "%v", fault)
		}
	}
}

// placeOfField returns where a field stands, or the nearest one that holds it.
func (d *decoder) placeOfField(field string) place {
	for {
		if p, ok := d.at[field]; ok {
			return p
		}
		i := strings.LastIndexAny(field, ".[")
		if i < 0 {
			return place{1, 1}
		}
		field = field[:i]
	}
}

// object visits the keys of a mapping; the parser has refused those given twice. known lists the keys,
// and set reports whether it knows the one given.
func (d *decoder) object(n ast.Node, path, known string, set func(key, field string, value ast.Node) bool) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.bad(placeOf(n.GetToken()), "%s: want keys and values", orFile(path))
		return
	}
	for _, pair := range m.Values {
		at := placeOf(pair.Key.GetToken())
		key, ok := scalar(pair.Key)
		if !ok {
			d.bad(at, "%s: want a plain key", orFile(path))
			continue
		}
		field := key
		switch {
		case path == "legend":
			field = "legend[" + key + "]"
		case path != "":
			field = path + "." + key
		}
		d.at[field] = at
		if t := pair.Value.GetToken(); t.Type == token.ImplicitNullType {
			d.bad(at, "%s: no value", yamldoc.Shorten(field))
			continue
		}
		if _, ok := scalar(pair.Value); ok {
			d.at[field] = placeOf(pair.Value.GetToken())
		}
		if !set(key, field, pair.Value) {
			d.bad(at, "unknown key %s: want one of %s", yamldoc.Shorten(key), known)
		}
	}
}

// list visits the items of a sequence.
func (d *decoder) list(n ast.Node, field, want string, visit func(field string, item ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.bad(placeOf(n.GetToken()), "%s: want %s", field, want)
		return
	}
	for i, item := range s.Values {
		name := fmt.Sprintf("%s[%d]", field, i)
		d.at[name] = placeOf(item.GetToken())
		visit(name, item)
	}
}

// scalar returns the text of a plain or quoted value.
func scalar(n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// text returns a scalar and its place, or reports that there is none.
func (d *decoder) text(n ast.Node, field, want string) (string, place, bool) {
	at := placeOf(n.GetToken())
	s, ok := scalar(n)
	if !ok {
		d.bad(at, "%s: want %s", field, want)
	}
	return s, at, ok
}

func orFile(path string) string {
	if path == "" {
		return "file"
	}
	return path
}
