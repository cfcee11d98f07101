package planfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// Error is a fault of a file, with the line in which it is.
type Error struct {
	env.ParseError
	Text string // the line, "" where there is none
}

// Error implements error: one line that says what is wrong, and below it the line of the file with a caret.
func (e *Error) Error() string {
	text := e.ParseError.Error()
	if e.Text == "" || utf8.RuneCountInString(e.Text) > 200 {
		return text
	}
	number := fmt.Sprint(e.Line)
	return fmt.Sprintf("%s\n  %s | %s\n  %s | %s^", text, number, e.Text, strings.Repeat(" ", len(number)), strings.Repeat(" ", max(0, e.Column-1)))
}

// Unwrap returns the fault.
func (e *Error) Unwrap() error { return &e.ParseError }

// maxFaults bounds the number of faults that are listed.
const maxFaults = 20

// failure joins the faults in the order of the file.
func (d *decoder) failure(name string) error {
	slices.SortStableFunc(d.faults, func(a, b *env.ParseError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	d.faults = slices.CompactFunc(d.faults, func(a, b *env.ParseError) bool { return *a == *b })
	var list []error
	for i, f := range d.faults {
		if f.File == "" {
			f.File = name
		}
		if i == maxFaults {
			f.Msg = fmt.Sprintf("and %d faults from here on", len(d.faults)-maxFaults)
		}
		e := &Error{ParseError: *f}
		if f.File == name && f.Line >= 1 && f.Line <= len(d.lines) {
			e.Text = strings.TrimRight(d.lines[f.Line-1], " \r")
		}
		if list = append(list, e); i == maxFaults {
			break
		}
	}
	return errors.Join(list...)
}
