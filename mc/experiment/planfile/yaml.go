package planfile

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile/yamldoc"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxBytes bounds a file, beyond which the parser takes long.
const maxBytes = 1 << 20

// place is a position in the file, both from 1.
type place struct{ line, column int }

func placeOf(n ast.Node) place {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key // the token of a mapping is its first colon
	}
	line, column := yamldoc.Place(n.GetToken())
	return place{line, column}
}

// decoder turns the nodes of a file into a plan.
type decoder struct {
	dir    string // that file names are relative to
	lines  []string
	faults []*env.ParseError
}

func (d *decoder) bad(p place, format string, args ...any) {
	d.faults = append(d.faults, &env.ParseError{Line: p.line, Column: p.column, Msg: strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "; ")})
}

// parse returns the only document, nil after a fault.
func (d *decoder) parse(text []byte) ast.Node {
	switch {
	case len(text) > maxBytes:
		d.bad(place{1, 1}, "file too large: want at most %d bytes", maxBytes)
		return nil
	case !utf8.Valid(text):
		d.bad(place{1, 1}, "want UTF-8 text")
		return nil
	}
	d.lines = strings.Split(string(text), "\n")
	root, fault := yamldoc.Parse(string(text), "environments, algorithms and seeds")
	if fault != nil {
		d.bad(place{fault.Line, fault.Column}, "%s", fault.Msg)
		return nil
	}
	return root
}

// object visits the keys of a mapping; the parser has refused those given twice. set reports whether it knows the key.
func (d *decoder) object(n ast.Node, what string, known []string, set func(key string, at place, value ast.Node) bool) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.bad(placeOf(n), "%s: want keys and values", what)
		return
	}
	for _, pair := range m.Values {
		at := placeOf(pair.Key)
		key, ok := scalar(pair.Key)
		if !ok {
			d.bad(at, "%s: want a plain key", what)
			continue
		}
		if t := pair.Value.GetToken(); t != nil && t.Type == token.ImplicitNullType {
			d.bad(at, "%s: no value", key)
			continue
		}
		if !set(key, at, pair.Value) {
			d.bad(at, "%s: unknown key %s: want one of %s", what, yamldoc.Shorten(key), strings.Join(known, ", "))
		}
	}
}

// list visits the items of a sequence, of which there must be one.
func (d *decoder) list(n ast.Node, what, want string, visit func(item ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok || len(s.Values) == 0 {
		d.bad(placeOf(n), "%s: want %s", what, want)
		return
	}
	for _, item := range s.Values {
		visit(item)
	}
}

// named reads a list of things that have names, no two of them the same; of tells the name and the place of one.
func named[T any](d *decoder, n ast.Node, what, want string, read func(ast.Node) (T, bool), of func(T) (string, place)) (all []T) {
	lines := map[string]int{}
	d.list(n, what, want, func(item ast.Node) {
		x, ok := read(item)
		if !ok {
			return
		}
		name, at := of(x)
		if line, twice := lines[name]; twice {
			d.bad(at, "%s: %s is in the list twice, here and in line %d: want another name", what, name, line)
			return
		}
		lines[name] = at.line
		all = append(all, x)
	})
	return all
}

// scalar returns the text of a plain or quoted value.
func scalar(n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// text is scalar that reports a fault.
func (d *decoder) text(n ast.Node, what, want string) (string, bool) {
	s, ok := scalar(n)
	if !ok || s == "" {
		d.bad(placeOf(n), "%s: want %s", what, want)
	}
	return s, ok && s != ""
}
