package dynamics

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"example.com/mcrl/env"
)

// file is what a JSON file says, token by token.
type file struct {
	text []byte
	name string
	dec  *json.Decoder
	pos  int // where the token read last begins

	d               Dynamics
	states, actions int
	at              map[string]int // the place of each key
	rows            []row
	entries         []Transition
}

func newFile(text []byte, name string) *file {
	f := &file{text: text, name: name, dec: json.NewDecoder(bytes.NewReader(text)), at: map[string]int{}}
	f.dec.UseNumber()
	return f
}

const keys = "name, states, actions, state_names, action_names, start, p"

func (f *file) document() error {
	err := f.object("the file", keys, func(key string) error {
		f.at[key] = f.pos
		switch key {
		case "name":
			return f.string(&f.d.Name)
		case "states":
			return f.whole("states", &f.states)
		case "actions":
			return f.whole("actions", &f.actions)
		case "state_names":
			return f.strings(key, &f.d.StateNames)
		case "action_names":
			return f.strings(key, &f.d.ActionNames)
		case "start":
			return f.start()
		case "p":
			return f.table()
		}
		return f.errorAt(f.pos, "unknown key %.40q: want one of %s", key, keys)
	})
	if err != nil {
		return err
	}
	if _, err := f.dec.Token(); !errors.Is(err, io.EOF) {
		return f.errorAt(f.begin(), "text after the end: want one object")
	}
	return nil
}

func (f *file) start() error {
	return f.list("start", "a list of probabilities, one for each state", func() error {
		f.d.Start = append(f.d.Start, 0)
		return f.number("a probability", &f.d.Start[len(f.d.Start)-1])
	})
}

// table reads {"s": {"a": [[prob, next, reward, done], ...], ...}, ...}.
func (f *file) table() error {
	return f.object("p", "an object: the rows of each state", func(key string) error {
		s, err := f.index(key, "a state")
		if err != nil {
			return err
		}
		return f.object("p["+key+"]", "an object: the row of each action", func(key string) error {
			a, err := f.index(key, "an action")
			if err != nil {
				return err
			}
			return f.row(s, a)
		})
	})
}

const rowWant = "a list of [prob, next, reward, done]"

func (f *file) row(s, a int) error {
	r := row{s: s, a: a, at: f.pos, first: len(f.entries)}
	err := f.list("row", rowWant, func() error {
		f.entries = append(f.entries, Transition{})
		t := &f.entries[len(f.entries)-1]
		i := 0
		err := f.list("entry", "[prob, next, reward, done]", func() error {
			defer func() { i++ }()
			switch i {
			case 0:
				return f.number("prob, a number", &t.Prob)
			case 1:
				next := 0
				err := f.whole("next", &next)
				t.Next = env.State(next)
				return err
			case 2:
				return f.number("reward, a number", &t.Reward)
			case 3:
				return f.boolean("done", &t.Done)
			}
			return f.errorAt(f.begin(), "entry of more than 4 values: want [prob, next, reward, done]")
		})
		if err == nil && i < 4 {
			err = f.errorAt(f.pos, "entry of %d values: want [prob, next, reward, done]", i)
		}
		return err
	})
	r.last = len(f.entries)
	f.rows = append(f.rows, r)
	return err
}

// index reads a key that is a number: "0", "1", ...
func (f *file) index(key, what string) (int, error) {
	i, err := strconv.ParseInt(key, 10, 32)
	if err != nil || i < 0 || strconv.FormatInt(i, 10) != key {
		return 0, f.errorAt(f.pos, "key %.40q: want %s, from \"0\" on", key, what)
	}
	return int(i), nil
}

// object reads an object; each reads the value of a key, whose place is pos.
func (f *file) object(what, want string, each func(key string) error) error {
	if err := f.open('{', what, want); err != nil {
		return err
	}
	seen := map[string]bool{}
	for f.dec.More() {
		token, err := f.token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if seen[key] {
			return f.errorAt(f.pos, "key %.40q twice in %s: want it once", key, what)
		}
		seen[key] = true
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := f.token()
	return err
}

// list reads a list; each reads an element.
func (f *file) list(what, want string, each func() error) error {
	if err := f.open('[', what, want); err != nil {
		return err
	}
	for f.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := f.token()
	return err
}

func (f *file) open(bracket json.Delim, what, want string) error {
	token, err := f.token()
	if err == nil && token != bracket {
		err = f.errorAt(f.pos, "%s = %s: want %s", what, f.shown(), want)
	}
	return err
}

// begin is the place of the next token.
func (f *file) begin() int {
	i := int(f.dec.InputOffset())
	for i < len(f.text) && strings.IndexByte(" \t\r\n,:", f.text[i]) >= 0 {
		i++
	}
	return i
}

func (f *file) token() (json.Token, error) {
	f.pos = f.begin()
	token, err := f.dec.Token()
	switch bad := (*json.SyntaxError)(nil); {
	case err == nil:
		return token, nil
	case errors.As(err, &bad):
		return nil, f.errorAt(f.pos, "%v: want JSON", bad)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, f.errorAt(len(f.text), "the text ends too early: want JSON, an object with the keys %s", keys)
	}
	return nil, f.errorAt(f.pos, "%v", err)
}
