package dynamics

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"example.com/mcrl/env"
)

// Write writes the dynamics as a JSON file, the keys in the order of the package comment, one line a state. The same dynamics
// give the same bytes, and Read gives the same dynamics back. Dynamics that Validate refuses are refused, and so is a file of
// more than MaxBytes.
func Write(w io.Writer, d *Dynamics) error {
	if err := d.Validate(); err != nil {
		return err
	}
	out := &writer{w: bufio.NewWriter(w)}
	out.text("{")
	if d.Name != "" {
		out.key("name", d.Name)
	}
	out.key("states", d.NumStates())
	out.key("actions", d.NumActions())
	if len(d.StateNames) > 0 {
		out.key("state_names", d.StateNames)
	}
	if len(d.ActionNames) > 0 {
		out.key("action_names", d.ActionNames)
	}
	if len(d.Board) > 0 {
		out.key("board", d.Board)
	}
	out.text("\"start\":[")
	for s, p := range d.Start {
		out.separate(s)
		out.number(p)
	}
	out.text("],\n\"p\":{")
	for s, rows := range d.P {
		out.separate(s)
		out.state(s, rows)
	}
	out.text("\n}}\n")
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// writer remembers the first error.
type writer struct {
	w     *bufio.Writer
	size  int
	err   error
	digit []byte
}

func (w *writer) text(s string) {
	if w.size += len(s); w.size > MaxBytes && w.err == nil {
		w.err = &env.FieldError{Field: "file", Value: "larger than Read accepts", Want: fmt.Sprintf("at most %d bytes", MaxBytes)}
	}
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

// separate writes a comma before all elements but the first.
func (w *writer) separate(i int) {
	if i > 0 {
		w.text(",")
	}
}

// number writes the shortest decimal that reads back as x.
func (w *writer) number(x float64) {
	w.digit = strconv.AppendFloat(w.digit[:0], x, 'g', -1, 64)
	w.text(string(w.digit))
}

func (w *writer) key(name string, value any) {
	b, err := json.Marshal(value)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.text(strconv.Quote(name) + ":" + string(b) + ",\n")
}

func (w *writer) state(s int, rows [][]Transition) {
	w.text(fmt.Sprintf("\n\"%d\":{", s))
	for a, row := range rows {
		w.separate(a)
		w.text(fmt.Sprintf("\"%d\":[", a))
		for i, t := range row {
			w.separate(i)
			w.text("[")
			w.number(t.Prob)
			w.text("," + strconv.Itoa(int(t.Next)) + ",")
			w.number(t.Reward)
			w.text("," + strconv.FormatBool(t.Done) + "]")
		}
		w.text("]")
	}
	w.text("}")
}
