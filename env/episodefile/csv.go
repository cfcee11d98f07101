package episodefile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// columns lists the names of the columns that are read, and other names of the same; the last may be missing.
var columns = [...][]string{
	{"episode"}, {"t"}, {"state"}, {"action"}, {"reward"},
	{"probability", "behavior_probability", "behaviour_probability"},
}

// probability is the index of the column that may be missing.
const probability = len(columns) - 1

// table reads rows of CSV, one a line.
type table struct {
	text
	fields [][]byte
	starts []int // of the fields in the line, from 0
	width  int   // the number of fields of the first row
	at     [len(columns)]int
	others []string
}

func newTable(r io.Reader) (*table, error) {
	t := &table{text: newText(r)}
	line, err := t.read()
	if err != nil {
		return nil, err
	}
	if err = t.names(line); err != nil && (!utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0) {
		err = &fault{t.line, 1, "not text in UTF-8: want CSV or JSON Lines, unpacked where it is compressed"}
	}
	return t, err
}

// names finds the columns by their names.
func (t *table) names(line []byte) error {
	if err := t.split(line); err != nil {
		return err
	}
	for c := range t.at {
		t.at[c] = -1
	}
	for i, field := range t.fields {
		name := string(field)
		c := slices.IndexFunc(columns[:], func(names []string) bool { return slices.Contains(names, name) })
		if c < 0 {
			t.others = append(t.others, name)
			continue
		}
		if t.at[c] >= 0 {
			return &fault{t.line, t.starts[i] + 1, fmt.Sprintf("column %s is there twice: want it once", columns[c][0])}
		}
		t.at[c] = i
	}
	for c, i := range t.at {
		if i < 0 && c != probability {
			return &fault{t.line, 1, fmt.Sprintf("no column %s: want episode,t,state,action,reward in the first row, and probability where it is known", columns[c][0])}
		}
	}
	t.width = len(t.fields)
	return nil
}

func (t *table) hasProb() bool     { return t.at[probability] >= 0 }
func (t *table) ignored() []string { return t.others }

func (t *table) place(column string) (line, col int) {
	c := slices.IndexFunc(columns[:], func(names []string) bool { return names[0] == column })
	return t.line, t.starts[t.at[c]] + 1
}

// split cuts a line into fields. One with quotes is for package csv.
func (t *table) split(line []byte) error {
	t.fields, t.starts = t.fields[:0], t.starts[:0]
	start := 0
	for i, c := range line {
		switch c {
		case ',':
			t.field(line, start, i)
			start = i + 1
		case '"':
			t.fields, t.starts = t.fields[:0], t.starts[:0]
			return t.splitQuoted(line)
		}
	}
	t.field(line, start, len(line))
	return nil
}

// field adds line[start:end] without the blanks around it.
func (t *table) field(line []byte, start, end int) {
	for start < end && (line[start] == ' ' || line[start] == '\t') {
		start++
	}
	for end > start && line[end-1] <= ' ' {
		end--
	}
	t.fields, t.starts = append(t.fields, line[start:end]), append(t.starts, start)
}

func (t *table) splitQuoted(line []byte) error {
	r := csv.NewReader(bytes.NewReader(line))
	r.TrimLeadingSpace = true
	names, err := r.Read()
	var e *csv.ParseError
	if errors.As(err, &e) {
		return &fault{t.line, max(1, e.Column), e.Err.Error() + ": want CSV, one row a line"}
	}
	if err != nil {
		return &fault{t.line, 1, err.Error()}
	}
	for i, name := range names {
		_, col := r.FieldPos(i)
		t.fields, t.starts = append(t.fields, []byte(name)), append(t.starts, col-1)
	}
	return nil
}

func (t *table) next(r *row) error {
	line, err := t.read()
	if err != nil {
		return err
	}
	err = t.split(line)
	if i := t.at[0]; i < len(t.fields) {
		r.episode = t.fields[i]
	}
	if err != nil {
		return err
	}
	if len(t.fields) != t.width {
		if i := t.at[1]; i >= len(t.fields) || string(t.fields[i]) != "0" {
			r.episode = nil // no first row: the episode before it goes on, as far as one can tell
		}
		return &fault{t.line, 1, fmt.Sprintf("%d fields: want %d, as in the first row", len(t.fields), t.width)}
	}
	if len(r.episode) == 0 {
		return t.wrong(0, "a label")
	}
	for c, to := range [...]*int64{1: &r.t, &r.state, &r.action} {
		if to == nil {
			continue
		}
		if *to, err = whole(t.fields[t.at[c]]); err != nil {
			return t.wrong(c, "a whole number")
		}
	}
	if r.reward, err = decimal(t.fields[t.at[4]]); err != nil {
		return t.wrong(4, "a finite number")
	}
	if !t.hasProb() {
		return nil
	}
	if r.prob, err = decimal(t.fields[t.at[probability]]); err != nil {
		return t.wrong(probability, "a number above 0 and at most 1")
	}
	return nil
}

func (t *table) wrong(c int, want string) error {
	return &fault{t.line, t.starts[t.at[c]] + 1, fmt.Sprintf("%s = %.40q: want %s", columns[c][0], t.fields[t.at[c]], want)}
}
