// Package yamldoc parses one YAML document that anybody may have written. What the parser cannot be trusted with is refused
// before, a panic of its is an error, and each error has its place.
package yamldoc

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNesting bounds how deep brackets, or the dashes of a line, may nest: beyond it the parser takes long.
const maxNesting = 32

// Parse returns the root of the only document in the text. Where there is none, the error says that keys are missing and what
// is wanted.
func Parse(text, want string) (ast.Node, *env.ParseError) {
	if fault := nestedTooDeep(text); fault != nil {
		return nil, fault
	}
	file, err := parse(text)
	if e := yaml.Error(nil); errors.As(err, &e) {
		return nil, fault(e.GetToken(), e.GetMessage())
	}
	if err != nil {
		return nil, fault(nil, err.Error())
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case root != nil:
			return nil, fault(doc.Body.GetToken(), "second document: want one")
		default:
			root = doc.Body
		}
	}
	if root == nil {
		return nil, fault(nil, "no keys: want "+want)
	}
	return root, nil
}

// parse turns a panic of the parser into an error: several have been reported, such as goccy/go-yaml's issue 890.
func parse(text string) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("not YAML: want keys and values")
		}
	}()
	return parser.ParseBytes([]byte(text), 0)
}

func nestedTooDeep(text string) *env.ParseError {
	open, number := 0, 0
	for line := range strings.Lines(text) {
		number++
		dashes := 0
		for rest := strings.TrimLeft(line, " "); strings.HasPrefix(rest, "- "); dashes++ {
			rest = strings.TrimLeft(rest[2:], " ")
		}
		for i, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			}
			if open > maxNesting || dashes > maxNesting {
				return &env.ParseError{Line: number, Column: 1 + utf8.RuneCountInString(line[:i]), Msg: "nested too deep"}
			}
		}
	}
	return nil
}

func fault(t *token.Token, msg string) *env.ParseError {
	line, column := Place(t)
	return &env.ParseError{Line: line, Column: column, Msg: msg}
}

// Place is where a token stands, both from 1; where it does not say, the beginning of the file.
func Place(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// Shorten quotes a text for an error message, at most 40 characters of it.
func Shorten(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:40]) + "..."
	}
	return fmt.Sprintf("%q", s)
}
