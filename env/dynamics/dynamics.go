// Package dynamics holds finite dynamics as data, in the form in which Gymnasium's environments publish theirs:
//
//	P[s][a] = list of (prob, next, reward, done)
//
// with a start distribution, as a value, as a model, and as a JSON file that [Read] reads and [Write] writes:
//
//	{
//	 "name": "two doors",
//	 "states": 2, "actions": 2,
//	 "state_names": ["hall", "garden"],
//	 "action_names": ["wait", "leave"],
//	 "start": [1, 0],
//	 "p": {
//	  "0": {"0": [[1, 0, -1, false]], "1": [[0.5, 0, -1, false], [0.5, 1, 10, true]]},
//	  "1": {"0": [[1, 1, 0, true]], "1": [[1, 1, 0, true]]}
//	 }
//	}
//
// The keys name, state_names and action_names may be left out; every state and action needs a row. Numbers are written so
// that they read back bit for bit.
//
// Where the states are cells, the key board may say so, which is for whoever prints or draws them and changes no dynamics. It
// has one string a row and one symbol a cell, '.' plain, 'F' forbidden, 'T' target, 'H' hole, '#' wall; all but the walls are
// states, row by row. That of Gymnasium's 4 x 4 lake is
//
//	"board": ["....", ".H.H", "...H", "H..T"]
//
// # The end of an episode
//
// In Gymnasium a transition ends the episode (done); in an [env.Model] a state does. [Dynamics.Model] puts one into the other.
// A state is terminal in the model if some transition with done enters it, no episode starts in it, and no transition without
// done enters it from a state that is not terminal; its own rows are never used, and entries of probability 0 count for
// nothing. So holes and goals are terminal, whether their rows stay in place or are ordinary ones. Where a state is entered
// both with done and without, or is a start, the transitions with done lead to its twin instead: a terminal state added behind
// all others, named "NAME (end)". States keep their numbers, and every episode its probability, length and rewards.
//
// Source: Gymnasium 1.2, gymnasium/envs/toy_text (the attributes P and initial_state_distrib).
package dynamics

import (
	"errors"
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// Limits.
const (
	MaxBytes = 256 << 20 // of a file
	maxName  = 200       // bytes of a name
	maxErrs  = 20        // faults listed in one error
)

// Transition is one entry of P[s][a]: with probability Prob the next state is Next, Reward is paid, and the episode ends there
// if Done.
type Transition struct {
	Prob   float64
	Reward float64
	Next   env.State
	Done   bool
}

// Dynamics are finite dynamics as a table.
type Dynamics struct {
	Name        string           // may be empty; one line of printable text
	StateNames  []string         // of each state; nil: none
	ActionNames []string         // of each action; nil: none
	Board       []string         // where the states lie, a string a row; nil: nowhere
	Start       []float64        // P(S_0 = s) of each state
	P           [][][]Transition // P[s][a]: what can come of action a in state s
}

// NumStates is the number of rows of P.
func (d *Dynamics) NumStates() int { return len(d.P) }

// NumActions is the number of actions of state 0; 0 where there is no state.
func (d *Dynamics) NumActions() int {
	if len(d.P) == 0 {
		return 0
	}
	return len(d.P[0])
}

// Validate reports what is wrong as joined FieldErrors whose fields are named as in a file: name, states, actions,
// state_names, action_names, board[row], start[s], p[s][a]. Probabilities, those of each pair and of the start, must sum to 1 within 1e-9.
// Of more than 20 faults it lists the first 20.
func (d *Dynamics) Validate() error {
	var l faults
	d.check(&l)
	return l.join(func(f fault) error { return &env.FieldError{Field: f.field, Value: f.value, Want: f.want} })
}

// fault is one thing wrong, and where in a file.
type fault struct {
	key   string // of the file
	s, a  int    // where the key is p; a is -1 where it is all of a state
	field string
	value any
	want  string
}

type faults struct {
	list  []fault
	count int
}

func (l *faults) add(f fault) {
	if l.count++; l.count <= maxErrs {
		l.list = append(l.list, f)
	}
}

// bad adds a fault of a key that has no rows.
func (l *faults) bad(key, field string, value any, want string) {
	l.add(fault{key: key, field: field, value: value, want: want})
}

// join makes one error of all faults, nil of none.
func (l *faults) join(asError func(fault) error) error {
	var errs []error
	for _, f := range l.list {
		errs = append(errs, asError(f))
	}
	if l.count > len(l.list) {
		errs = append(errs, fmt.Errorf("and more: these are the first %d faults", len(l.list)))
	}
	return errors.Join(errs...)
}

func (d *Dynamics) check(l *faults) {
	states, actions := d.NumStates(), d.NumActions()
	switch {
	case states < 1:
		l.bad("states", "states", states, "at least 1")
		return
	case actions < 1:
		l.bad("actions", "actions", actions, "at least 1")
		return
	case states > env.MaxPairs/actions:
		l.bad("states", "states times actions", fmt.Sprintf("%d x %d", states, actions), fmt.Sprintf("at most %d", env.MaxPairs))
		return
	}
	checkName(l, "name", "name", d.Name)
	checkNames(l, "state_names", d.StateNames, states, "state")
	checkNames(l, "action_names", d.ActionNames, actions, "action")
	checkBoard(l, d.Board, states)
	d.checkStart(l)
	for s, rows := range d.P {
		if len(rows) != actions {
			l.add(fault{"p", s, -1, fmt.Sprintf("p[%d]", s), fmt.Sprintf("%d actions", len(rows)), fmt.Sprintf("%d, as in state 0", actions)})
			continue
		}
		for a, row := range rows {
			if f, ok := checkRow(row, states); !ok {
				f.key, f.s, f.a, f.field = "p", s, a, fmt.Sprintf("p[%d][%d]%s", s, a, f.field)
				l.add(f)
			}
		}
	}
}

func (d *Dynamics) checkStart(l *faults) {
	if len(d.Start) != len(d.P) {
		l.bad("start", "start", fmt.Sprintf("%d numbers", len(d.Start)), fmt.Sprintf("%d, one for each state", len(d.P)))
		return
	}
	sum := 0.0
	for s, p := range d.Start {
		if !(p >= 0 && p <= 1+1e-9) {
			l.bad("start", fmt.Sprintf("start[%d]", s), p, "a probability in [0, 1]")
			return
		}
		sum += p
	}
	if math.Abs(sum-1) > 1e-9 {
		l.bad("start", "sum of start", sum, "1")
	}
}

// checkRow reports the first fault of a row; its field is what stands behind p[s][a].
func checkRow(row []Transition, states int) (fault, bool) {
	if len(row) == 0 {
		return fault{value: "[]", want: "at least one [prob, next, reward, done]"}, false
	}
	sum := 0.0
	for i, t := range row {
		switch {
		case !(t.Prob >= 0 && t.Prob <= 1+1e-9):
			return fault{field: fmt.Sprintf("[%d] prob", i), value: t.Prob, want: "a probability in [0, 1]"}, false
		case t.Next < 0 || int(t.Next) >= states:
			return fault{field: fmt.Sprintf("[%d] next", i), value: t.Next, want: fmt.Sprintf("a state in [0, %d)", states)}, false
		case math.IsNaN(t.Reward) || math.IsInf(t.Reward, 0):
			return fault{field: fmt.Sprintf("[%d] reward", i), value: t.Reward, want: "a finite number"}, false
		}
		sum += t.Prob
	}
	if math.Abs(sum-1) > 1e-9 {
		return fault{field: " sum of prob", value: sum, want: "1"}, false
	}
	return fault{}, true
}

func checkNames(l *faults, key string, names []string, n int, each string) {
	if len(names) != 0 && len(names) != n {
		l.bad(key, key, fmt.Sprintf("%d names", len(names)), fmt.Sprintf("%d, one for each %s", n, each))
		return
	}
	for i, name := range names {
		checkName(l, key, fmt.Sprintf("%s[%d]", key, i), name)
	}
}

func checkName(l *faults, key, field, name string) {
	ok := utf8.ValidString(name) && len(name) <= maxName
	for _, r := range name {
		ok = ok && unicode.IsPrint(r)
	}
	if !ok {
		l.bad(key, field, fmt.Sprintf("%.40q", name), fmt.Sprintf("one line of printable text, at most %d bytes", maxName))
	}
}
