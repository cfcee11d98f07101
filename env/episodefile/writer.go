package episodefile

import (
	"bufio"
	"io"
	"strconv"

	"example.com/mcrl/env"
)

// Writer writes episodes, numbered 0, 1, 2, ... Numbers are written so that they read back with the same bits.
type Writer struct {
	w      *bufio.Writer
	format Format
	probs  bool
	next   int64
	line   []byte
}

// NewWriter returns a writer. With probs, the probabilities of the behaviour policy are written, too.
func NewWriter(w io.Writer, f Format, probs bool) *Writer {
	d := NewPartWriter(w, f, probs)
	if f == CSV {
		d.w.WriteString("episode,t,state,action,reward") // bufio keeps the first error
		if probs {
			d.w.WriteString(",probability")
		}
		d.w.WriteByte('\n')
	}
	return d
}

// NewPartWriter returns a writer of a part of a file, which has no first row of names: parts that are written by themselves
// make up a file when they stand behind each other.
func NewPartWriter(w io.Writer, f Format, probs bool) *Writer {
	return &Writer{w: bufio.NewWriterSize(w, 1<<16), format: f, probs: probs}
}

// SetNumber sets the number of the next episode.
func (d *Writer) SetNumber(n int64) { d.next = n }

// Write writes an episode; probs[t] is b(A_t | S_t), of length T. An episode of no steps takes a number and no row. The error
// is the first of writing.
func (d *Writer) Write(e *env.Episode, probs []float64) error {
	for t := range e.Actions {
		b := d.key(d.line[:0], `{"episode":`, "")
		b = strconv.AppendInt(b, d.next, 10)
		b = strconv.AppendInt(d.key(b, `,"t":`, ","), int64(t), 10)
		b = strconv.AppendInt(d.key(b, `,"state":`, ","), int64(e.States[t]), 10)
		b = strconv.AppendInt(d.key(b, `,"action":`, ","), int64(e.Actions[t]), 10)
		b = strconv.AppendFloat(d.key(b, `,"reward":`, ","), e.Rewards[t], 'g', -1, 64)
		if d.probs {
			b = strconv.AppendFloat(d.key(b, `,"probability":`, ","), probs[t], 'g', -1, 64)
		}
		d.line = append(d.key(b, "}", ""), '\n')
		if _, err := d.w.Write(d.line); err != nil {
			return err
		}
	}
	d.next++
	return nil
}

// key appends what stands before a value in the writer's format.
func (d *Writer) key(b []byte, json, csv string) []byte {
	if d.format == JSONLines {
		return append(b, json...)
	}
	return append(b, csv...)
}

// Flush writes what is buffered.
func (d *Writer) Flush() error { return d.w.Flush() }
