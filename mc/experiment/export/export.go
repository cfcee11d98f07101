// Package export writes the results of a sweep for other programs: tidy tables, one row for each observation, as CSV or JSON
// Lines, and arrays for NumPy. It reads one record at a time.
package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// Table says what the rows of a table are.
type Table string

// The tables.
const (
	Curves Table = "curves" // a row for each cell and point
	Finals Table = "finals" // a row for each cell: its last point
)

// column is a name and the value of a row: a text, a whole number, a float64, or nil for none.
type column struct {
	name  string
	value any
}

// settings lists the keys in which groups differ, in the order in which they appear.
func settings(p *sweep.Plan) (keys []string) {
	for i := range p.Groups {
		for _, s := range p.Groups[i].Settings {
			if !slices.Contains(keys, s.Key) {
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}

// row is the columns of a point: what the cell is, its settings by their key (those of a plan, each column prefixed with
// "setting_"), and what was measured, see experiment.Point. Of an infinite or unknown value there is none.
func row(keys []string, r sweep.Result, p experiment.Point) []column {
	spec := r.Cell.Spec()
	columns := []column{{"cell", r.Cell.ID}, {"environment", r.Cell.Group.Environment}, {"algorithm", r.Cell.Group.Algorithm}}
	for _, key := range keys {
		c := column{"setting_" + key, nil}
		for _, s := range r.Cell.Group.Settings {
			if s.Key == key {
				c.value = s.Value
			}
		}
		columns = append(columns, c)
	}
	return append(columns, column{"gamma", spec.Gamma}, column{"horizon", int64(spec.Horizon)}, column{"seed", r.Cell.Seed},
		column{"episodes", p.Episodes}, column{"iterations", p.Iterations}, column{"steps", p.Steps}, column{"truncated", p.Truncated},
		column{"epsilon", p.Epsilon}, column{"gap", orNone(p.Gap)}, column{"rmse", orNone(p.RMSE)})
}

func orNone(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

// rows lists the rows of a table in the order of the plan.
func rows(r *sweep.Results, t Table) iter.Seq2[[]column, error] {
	return func(yield func([]column, error) bool) {
		keys := settings(r.Plan())
		for result, err := range r.Records() {
			if err != nil {
				yield(nil, err)
				return
			}
			points := result.Record.Points
			if t == Finals {
				points = points[len(points)-1:]
			}
			for _, p := range points {
				if !yield(row(keys, result, p), nil) {
					return
				}
			}
		}
	}
}

// CSV writes a table with a line of names, and returns the number of rows. An empty field is a value that there is not.
func CSV(w io.Writer, r *sweep.Results, t Table) (n int, err error) {
	out := csv.NewWriter(w) // it keeps the first error
	names := row(settings(r.Plan()), sweep.Result{Cell: sweep.Cell{Group: &r.Plan().Groups[0]}}, experiment.Point{})
	fields := make([]string, len(names))
	for i, c := range names {
		fields[i] = c.name
	}
	out.Write(fields)
	for columns, err := range rows(r, t) {
		if err != nil {
			return n, err
		}
		for i, c := range columns {
			fields[i] = text(c.value)
		}
		if err := out.Write(fields); err != nil {
			return n, err
		}
		n++
	}
	out.Flush()
	return n, out.Error()
}

// text is a value in the fewest digits that say it exactly.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// JSONLines writes a table, one JSON object a line, and returns the number of rows. null is a value that there is not.
func JSONLines(w io.Writer, r *sweep.Results, t Table) (n int, err error) {
	for columns, err := range rows(r, t) {
		if err != nil {
			return n, err
		}
		line := []byte{'{'}
		for i, c := range columns {
			value, err := json.Marshal(c.value)
			if err != nil {
				return n, err
			}
			if i > 0 {
				line = append(line, ',')
			}
			line = append(append(strconv.AppendQuote(line, c.name), ':'), value...)
		}
		if _, err := w.Write(append(line, "}\n"...)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
