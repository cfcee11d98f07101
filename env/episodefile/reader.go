package episodefile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/mcrl/env"
)

// rows is a source of rows.
type rows interface {
	// next reads a row. Its error is io.EOF at the end, a *fault where the row is no row, or that of reading.
	next(r *row) error
	hasProb() bool
	ignored() []string
	// place is that of the row read last, and of a column in it.
	place(column string) (line, col int)
}

// fault is what is wrong with a row that was read to its end: reading can go on.
type fault struct {
	line, col int
	msg       string
}

func (f *fault) Error() string { return f.msg }

func isFault(err error) bool {
	_, ok := err.(*fault)
	return ok
}

// Reader reads episodes.
type Reader struct {
	name    string
	options Options
	rows    rows
	count   int64

	row      row    // the one read last
	first    row    // of the next episode
	label    []byte // its own copy
	line     int
	pending  bool
	fault    error  // of the next episode
	skipping bool   // the rows of the episode that was lost, up to one with t = 0
	lost     []byte // its label; empty: not known
	end      error  // of the file
}

// NewReader reads the beginning of a file; name is the file's name for error messages. A file that begins with { is JSON
// Lines, any other CSV. The error is an *env.ParseError where that has no usable first row, or that of reading.
func NewReader(r io.Reader, name string, o Options) (*Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if head, _ := b.Peek(3); bytes.Equal(head, []byte("\uFEFF")) {
		b.Discard(3)
	}
	d := &Reader{name: name, options: o}
	if first, err := firstByte(b); err != nil {
		return nil, d.failure(err)
	} else if first == '{' {
		d.rows = newLines(b)
		return d, nil
	} else if first == '[' {
		return nil, d.failure(&fault{1, 1, "a JSON list: want JSON Lines, one object a line"})
	}
	table, err := newTable(b)
	if err != nil {
		return nil, d.failure(err)
	}
	d.rows = table
	return d, nil
}

// firstByte is the first that is no space. A file without one has no rows.
func firstByte(b *bufio.Reader) (byte, error) {
	for n := 1; n <= b.Size(); n++ {
		head, err := b.Peek(n)
		if len(head) < n {
			if errors.Is(err, io.EOF) {
				return 0, &fault{1, 1, "no rows: want CSV or JSON Lines with episode, t, state, action, reward"}
			}
			return 0, err
		}
		if c := head[n-1]; !strings.ContainsRune(" \t\r\n", rune(c)) {
			return c, nil
		}
	}
	return 0, &fault{1, 1, "nothing but spaces: want CSV or JSON Lines with episode, t, state, action, reward"}
}

// failure gives a fault the name of the file.
func (d *Reader) failure(err error) error {
	var f *fault
	if errors.As(err, &f) {
		return &env.ParseError{File: d.name, Line: f.line, Column: f.col, Msg: f.msg}
	}
	return err
}

// Rows is the number of rows read so far.
func (d *Reader) Rows() int64 { return d.count }

// HasProbs reports whether the rows state the probabilities of the behaviour policy. For JSON Lines that is known after
// the first row.
func (d *Reader) HasProbs() bool { return d.rows.hasProb() }

// Ignored lists the columns of a CSV file that are not read.
func (d *Reader) Ignored() []string { return d.rows.ignored() }

// Next reads the next episode into e, whose buffers it reuses. The error is io.EOF after the last, or an *env.ParseError
// with the line of a row at fault: the episode of that row is lost, no other, and the next call reads on behind it (the row
// may belong to the episode before it where its label cannot be read, or where fields are missing and it is no first row: then
// that one is lost). Each episode that is lost is named by one error. Any other error is that of reading, and comes again.
func (d *Reader) Next(e *Episode) error {
	e.reset()
	if err := d.fault; err != nil {
		d.fault = nil
		return err
	}
	if d.pending {
		d.pending = false
		d.add(e, &d.first, d.line)
	}
	for d.end == nil {
		r := &d.row
		*r = row{}
		err := d.read(r)
		switch {
		case (r.t != 0 || isFault(err)) && d.skips(r.episode):
			continue
		case err == nil:
			d.skipping = false
			if done, err := d.place(e, r); done || err != nil {
				return err
			}
		case isFault(err):
			if e.Len() > 0 && len(r.episode) > 0 && string(r.episode) != e.Label {
				d.lose(string(r.episode))
				d.fault = d.failure(err)
				return nil
			}
			if len(r.episode) > 0 {
				d.lose(string(r.episode))
			} else {
				d.lose(e.Label)
			}
			return d.failure(err)
		default:
			d.end = err
		}
	}
	if e.Len() > 0 && errors.Is(d.end, io.EOF) {
		return nil
	}
	return d.end
}

// lose skips the rest of an episode.
func (d *Reader) lose(label string) { d.skipping, d.lost = true, append(d.lost[:0], label...) }

// skips reports that a row which begins no episode belongs to the one that was lost.
func (d *Reader) skips(label []byte) bool {
	if d.skipping && len(d.lost) == 0 {
		d.lost = append(d.lost, label...)
	}
	return d.skipping && (len(label) == 0 || bytes.Equal(label, d.lost))
}

// read reads a row and checks its values.
func (d *Reader) read(r *row) error {
	err := d.rows.next(r)
	if err == nil || isFault(err) {
		d.count++
	}
	if err != nil {
		return err
	}
	if column, wrong := d.options.check(r, d.rows.hasProb()); wrong != "" {
		line, col := d.rows.place(column)
		return &fault{line, col, wrong}
	}
	return nil
}

// place puts a row where it belongs: done means that it begins another episode than e.
func (d *Reader) place(e *Episode, r *row) (done bool, err error) {
	line, _ := d.rows.place("episode")
	same := e.Len() > 0 && string(r.episode) == e.Label
	switch want := int64(e.Len()); {
	case same && r.t == want && e.Len() == d.options.steps():
		err = d.misplaced(fmt.Sprintf("episode %s: more than %d steps: want a larger limit", r.episode, d.options.steps()))
	case same && r.t == want, e.Len() == 0 && r.t == 0:
		d.add(e, r, line)
		return false, nil
	case same:
		err = d.misplaced(fmt.Sprintf("episode %s: t = %d: want %d, one more than in the row before", r.episode, r.t, want))
	case r.t == 0:
		d.first, d.line, d.pending = *r, line, true
		d.label = append(d.label[:0], r.episode...)
		d.first.episode = d.label
		return true, nil
	default:
		err = d.misplaced(fmt.Sprintf("episode %s begins with t = %d: want 0, the rows of an episode stand together and in order", r.episode, r.t))
	}
	d.lose(string(r.episode))
	if e.Len() > 0 && !same {
		d.fault = d.failure(err)
		return true, nil
	}
	return false, d.failure(err)
}

func (d *Reader) misplaced(msg string) error {
	line, col := d.rows.place("t")
	return &fault{line, col, msg}
}

func (d *Reader) add(e *Episode, r *row, line int) {
	if e.Len() == 0 {
		e.Label, e.Line = string(r.episode), line
	}
	e.End = line
	e.States = append(e.States, env.State(r.state))
	e.Actions = append(e.Actions, env.Action(r.action))
	e.Rewards = append(e.Rewards, r.reward)
	if d.rows.hasProb() {
		e.Probs = append(e.Probs, r.prob)
	}
}
