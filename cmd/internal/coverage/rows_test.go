package coverage

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
)

// level is the confidence level of every interval.
const level = 0.95

// Row is the coverage of one interval from N samples of one source. Interval r of Runs is a function of the source and r
// alone; the first Sample of them are measured in every test.
type Row struct {
	World, Policy, Start string  // preset; policy, or learner and score; row:column of S_0 from 0
	N                    int     // samples: episodes, or seeds
	Interval             string  // and what it is for, where that is not the mean
	Truth                float64 // exact for the mean of returns; that of all seeds, or of a million further episodes, else
	Sample, SampleHits   int     // intervals, and those that contain the truth
	Runs, Hits           int     // intervals in all
	Half                 float64 // mean half width of all, to four digits
}

// Stop is an interval that is looked at after each episode, until its half width is below Half: the share of Runs in which the
// interval then misses the truth.
type Stop struct {
	World, Policy, Start string
	Half                 float64
	Interval             string
	Truth                float64
	Sample, SampleMisses int
	Runs, Misses         int
	Episodes             float64 // at the stop, mean of all runs, to four digits
}

const (
	coverageFile = "testdata/coverage.csv"
	stopsFile    = "testdata/stops.csv"
)

// printedRows returns the measured coverage, in the order of the sources.
func printedRows() ([]Row, error) {
	return read(coverageFile, func(f *fields) Row {
		return Row{f.text(), f.text(), f.text(), f.integer(), f.text(), f.number(), f.integer(), f.integer(), f.integer(), f.integer(), f.number()}
	})
}

// printedStops returns the measured errors at a stop.
func printedStops() ([]Stop, error) {
	return read(stopsFile, func(f *fields) Stop {
		return Stop{f.text(), f.text(), f.text(), f.number(), f.text(), f.number(), f.integer(), f.integer(), f.integer(), f.integer(), f.number()}
	})
}

// read returns the records of a file, all but its heading.
func read[T any](name string, record func(f *fields) T) ([]T, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []T
	for i, line := range lines {
		if i == 0 {
			continue
		}
		f := &fields{left: line}
		rows = append(rows, record(f))
		if f.err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, f.err)
		}
	}
	return rows, nil
}

// fields are read from left to right; the first error stays.
type fields struct {
	left []string
	err  error
}

func (f *fields) text() string {
	if len(f.left) == 0 {
		f.err = fmt.Errorf("a field is missing")
		return ""
	}
	s := f.left[0]
	f.left = f.left[1:]
	return s
}

func (f *fields) number() float64 {
	x, err := strconv.ParseFloat(f.text(), 64)
	if err != nil && f.err == nil {
		f.err = err
	}
	return x
}

func (f *fields) integer() int {
	n, err := strconv.Atoi(f.text())
	if err != nil && f.err == nil {
		f.err = err
	}
	return n
}
