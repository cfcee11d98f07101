package yamldoc

import (
	"strings"
	"testing"

	"example.com/mcrl/env"
)

// What is refused, and where; what is not comes to a root.
func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want *env.ParseError // nil: a document
	}{
		"a document":          {"---\na: [1, {b: 2}]\n", nil},
		"nothing":             {"# a comment\n", &env.ParseError{Line: 1, Column: 1, Msg: "no keys: want a"}},
		"two documents":       {"a: 1\n---\nb: 2\n", &env.ParseError{Line: 3, Column: 2, Msg: "second document: want one"}},
		"32 brackets":         {"a: " + strings.Repeat("[", 32) + strings.Repeat("]", 32), nil},
		"33 brackets":         {"b: 1\na: " + strings.Repeat("[", 33), &env.ParseError{Line: 2, Column: 36, Msg: "nested too deep"}},
		"33 dashes":           {"b:\n" + strings.Repeat("- ", 33) + "1", &env.ParseError{Line: 2, Column: 1, Msg: "nested too deep"}},
		"brackets one by one": {strings.Repeat("- [1]\n", 100), nil},
	} {
		root, fault := Parse(c.text, "a")
		switch {
		case c.want == nil && (fault != nil || root == nil):
			t.Errorf("%s: %v, want a document", name, fault)
		case c.want != nil && (fault == nil || fault.Line != c.want.Line || fault.Column != c.want.Column || fault.Msg != c.want.Msg):
			t.Errorf("%s: %v, want %v", name, fault, c.want)
		}
	}
}

func TestShorten(t *testing.T) {
	if got, want := Shorten(strings.Repeat("é", 41)), `"`+strings.Repeat("é", 40)+`..."`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := Shorten("a\nb"), `"a\nb"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
