package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
)

// World says as data what a spec is learned on. Exactly one of its fields is set.
//
// In JSON a grid world is the object of its configuration, a classic world {"classic": NAME}, and a table {"table": T}, T being
// what a file of package dynamics holds.
type World struct {
	Grid    *env.GridConfig
	Classic string             // a name that classic.New knows
	Table   *dynamics.Dynamics // with at most MaxOutcomes entries: a record holds all of them
}

// MaxOutcomes is the largest number of entries [prob, next, reward, done] of a table in a spec.
const MaxOutcomes = 100_000

// GridWorld is the grid world of that configuration.
func GridWorld(c env.GridConfig) World { return World{Grid: &c} }

// ClassicWorld is the environment of package classic with that name.
func ClassicWorld(name string) World { return World{Classic: name} }

// TableWorld is the world of those dynamics, which the caller leaves as they are.
func TableWorld(d *dynamics.Dynamics) World { return World{Table: d} }

// Named is the world with another name. A classic world keeps its own.
func (w World) Named(name string) World {
	switch {
	case w.Grid != nil:
		c := *w.Grid
		c.Name = name
		w.Grid = &c
	case w.Table != nil:
		d := *w.Table
		d.Name = name
		w.Table = &d
	}
	return w
}

// Name is the name of the grid world, of the classic one or of the table; it may be empty.
func (w World) Name() string {
	switch {
	case w.Grid != nil:
		return w.Grid.Name
	case w.Table != nil:
		return w.Table.Name
	}
	return w.Classic
}

// Validate reports every bad field, as joined FieldErrors: those of the grid world or of the table, a classic world that is not
// known, or that there is not exactly one of them.
func (w World) Validate() error {
	if err := w.one(); err != nil {
		return err
	}
	switch {
	case w.Grid != nil:
		return w.Grid.Validate()
	case w.Table != nil:
		return w.checkTable()
	case !slices.Contains(classic.Names(), w.Classic):
		return &env.FieldError{Field: "classic", Value: fmt.Sprintf("%.40q", w.Classic), Want: "one of " + strings.Join(classic.Names(), ", ")}
	}
	return nil
}

func (w World) one() error {
	n := 0
	for _, set := range []bool{w.Grid != nil, w.Classic != "", w.Table != nil} {
		if set {
			n++
		}
	}
	if n != 1 {
		return &env.FieldError{Field: "environment", Value: fmt.Sprintf("%d worlds", n), Want: "one: a grid world, a classic one or a table"}
	}
	return nil
}

func (w World) checkTable() error {
	n := 0
	for _, rows := range w.Table.P {
		for _, row := range rows {
			n += len(row)
		}
	}
	if n > MaxOutcomes {
		return &env.FieldError{Field: "table", Value: fmt.Sprintf("%d outcomes", n), Want: fmt.Sprintf("at most %d: a record holds all of them", MaxOutcomes)}
	}
	return w.Table.Validate()
}

// worldText is a world that is no grid world, in JSON.
type worldText struct {
	Classic string          `json:"classic,omitempty"`
	Table   json.RawMessage `json:"table,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (w World) MarshalJSON() ([]byte, error) {
	if w.Grid != nil {
		return json.Marshal(w.Grid)
	}
	t := worldText{Classic: w.Classic}
	if w.Table != nil {
		var b bytes.Buffer
		if err := dynamics.Write(&b, w.Table); err != nil {
			return nil, err
		}
		t.Table = b.Bytes()
	}
	return json.Marshal(t)
}

// UnmarshalJSON implements json.Unmarshaler. Unknown keys are refused.
func (w *World) UnmarshalJSON(text []byte) error {
	*w = World{}
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(text, &keys) // what is wrong with it is said below
	_, named := keys["classic"]
	_, listed := keys["table"]
	if !named && !listed {
		w.Grid = new(env.GridConfig)
		return decodeStrictly(text, w.Grid)
	}
	var t worldText
	if err := decodeStrictly(text, &t); err != nil {
		return err
	}
	w.Classic = t.Classic
	if t.Table == nil {
		return nil
	}
	d, err := dynamics.Read(bytes.NewReader(t.Table), "")
	if err != nil {
		return errors.New("table:" + first(err).Error())
	}
	w.Table = d
	return nil
}
