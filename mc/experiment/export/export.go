// Package export writes the results of a sweep for other programs: tidy tables, one row for each observation, as CSV or JSON
// Lines, and arrays for NumPy. It reads one record at a time.
//
// # Columns
//
// A row of a table says first what the cell is: cell, environment, algorithm, a column setting_KEY for each key in which
// groups differ, gamma, horizon, seed. Then comes what was measured at a point, see [experiment.Point]:
//
//	episodes, iterations, steps         since the beginning
//	truncated                           episodes cut by the horizon
//	epsilon                             the exploration of the learned policy
//	gap                                 max_s [ v(s) - v_pi(s) ], to the best policy with the same epsilon
//	rmse                                the root mean square error of q
//	greedy_gap                          max_s [ v*(s) - v_greedy(s) ], of the greedy policy to the optimum
//	return, greedy_return               sum_s P(S_0 = s) v(s), of the learned and of the greedy policy, exact
//	unvisited                           pairs without a return
//	visits_min, visits_median           of the numbers of returns of all pairs (since the last reset of averages)
//
// [NumPy] has the same as arrays, and the tables q and n.
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
// "setting_"), and what was measured. Of an infinite or unknown value there is none.
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
	columns = append(columns, column{"gamma", spec.Gamma}, column{"horizon", int64(spec.Horizon)}, column{"seed", r.Cell.Seed})
	for _, m := range measures() {
		columns = append(columns, column{m.name, m.of(p)})
	}
	return columns
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
