package dynamics

import (
	"strconv"

	"example.com/mcrl/env"
)

// file is what a JSON file says.
type file struct {
	scanner
	name string

	d               Dynamics
	states, actions int
	at              map[string]int // the place of each key
	rows            []row
	entries         []Transition
}

const keys = "name, states, actions, state_names, action_names, board, start, p"

func (f *file) document() error {
	err := f.object("the file", "an object with the keys "+keys, func(key string) error {
		f.at[key] = f.pos
		switch key {
		case "name":
			return f.string(key, &f.d.Name)
		case "states":
			return f.whole(key, &f.states)
		case "actions":
			return f.whole(key, &f.actions)
		case "state_names":
			return f.strings(key, &f.d.StateNames)
		case "action_names":
			return f.strings(key, &f.d.ActionNames)
		case "board":
			return f.strings(key, &f.d.Board)
		case "start":
			return f.start()
		case "p":
			return f.table()
		}
		return f.errorAt(f.pos, "unknown key %.40q: want one of %s", key, keys)
	})
	if f.peek(); err == nil && f.next < len(f.text) {
		err = f.errorAt(f.next, "text behind the end: want one object")
	}
	return err
}

func (f *file) start() error {
	return f.list("start", "a list of probabilities, one for each state", func(i int) error {
		f.d.Start = append(f.d.Start, 0)
		return f.number("start", &f.d.Start[i])
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

const entryWant = "[prob, next, reward, done]"

func (f *file) row(s, a int) error {
	r := row{s: s, a: a, at: f.pos, first: len(f.entries)}
	err := f.list("row", "a list of "+entryWant, func(int) error { return f.entry() })
	r.last = len(f.entries)
	f.rows = append(f.rows, r)
	return err
}

func (f *file) entry() error {
	var t Transition
	n := 0
	err := f.list("entry", entryWant, func(i int) error {
		n++
		switch i {
		case 0:
			return f.number("prob", &t.Prob)
		case 1:
			next := 0
			err := f.whole("next", &next)
			t.Next = env.State(next)
			return err
		case 2:
			return f.number("reward", &t.Reward)
		case 3:
			return f.boolean("done", &t.Done)
		}
		return f.errorAt(f.next, "entry of more than 4 values: want %s", entryWant)
	})
	if err == nil && n < 4 {
		err = f.errorAt(f.pos, "entry of %d values: want %s", n, entryWant)
	}
	f.entries = append(f.entries, t)
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

// object reads an object; each reads the value of a key, whose place is pos then.
func (f *file) object(what, want string, each func(key string) error) error {
	if string(f.token()) != "{" {
		return f.wrong(what, want)
	}
	seen := map[string]bool{}
	for f.peek() != '}' || len(seen) > 0 {
		key, ok := stringOf(f.token())
		if !ok {
			return f.wrong(what, "a key, a string")
		}
		if seen[key] {
			return f.errorAt(f.pos, "key %.40q twice in %s: want it once", key, what)
		}
		seen[key] = true
		at := f.pos
		if string(f.token()) != ":" {
			return f.wrong(what, "a colon behind the key")
		}
		f.pos = at
		if err := each(key); err != nil {
			return err
		}
		switch string(f.token()) {
		case ",":
		case "}":
			return nil
		default:
			return f.wrong(what, `"," and more, or "}"`)
		}
	}
	f.token()
	return nil
}

// list reads a list; each reads element i.
func (f *file) list(what, want string, each func(i int) error) error {
	if string(f.token()) != "[" {
		return f.wrong(what, want)
	}
	for i := 0; f.peek() != ']' || i > 0; i++ {
		if err := each(i); err != nil {
			return err
		}
		switch string(f.token()) {
		case ",":
		case "]":
			return nil
		default:
			return f.wrong(what, `"," and more, or "]"`)
		}
	}
	f.token()
	return nil
}

// wrong is the error of the token read last.
func (f *file) wrong(what, want string) error {
	return f.errorAt(f.pos, "%s: %s: want %s", what, f.shown(), want)
}

func (f *file) number(what string, x *float64) (err error) {
	n, ok := numberOf(f.token())
	if *x = n; !ok {
		err = f.wrong(what, "a number")
	}
	return err
}

func (f *file) whole(what string, x *int) (err error) {
	n, ok := wholeOf(f.token())
	if *x = n; !ok {
		err = f.wrong(what, "a whole number of at least 0")
	}
	return err
}

func (f *file) boolean(what string, x *bool) (err error) {
	token := string(f.token())
	if *x = token == "true"; !*x && token != "false" {
		err = f.wrong(what, "true or false")
	}
	return err
}

func (f *file) string(what string, s *string) (err error) {
	text, ok := stringOf(f.token())
	if *s = text; !ok {
		err = f.wrong(what, "a string")
	}
	return err
}

func (f *file) strings(what string, list *[]string) error {
	return f.list(what, "a list of strings", func(int) error {
		*list = append(*list, "")
		return f.string(what, &(*list)[len(*list)-1])
	})
}
