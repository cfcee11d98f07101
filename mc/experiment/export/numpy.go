package export

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// NumPy writes an archive that numpy.load reads, and returns the number of cells in it. For each group GROUP of which n cells
// are finished, with P points at most, |S| states and |A| actions, it has
//
//	GROUP/seeds       n           uint64
//	GROUP/q           n, |S|, |A| float64, the learned values
//	GROUP/n           n, |S|, |A| int64, the numbers of returns behind them
//	GROUP/policy      n, |S|      int64, the learned actions
//	GROUP/MEASURE     n, P        what was measured
//
// where MEASURE is episodes, iterations, steps, truncated, unvisited or visits_min, int64 with -1 where there is none, or
// epsilon, gap, rmse, greedy_gap, return, greedy_return or visits_median, float64 with nan where there is none. There is none
// behind the last point of a cell, and where a value is infinite or unknown. All arrays are in C order, n in the order of the
// seeds of the plan. GROUP is the name of the group and, where two have the same name, its number, too. The memory is that of
// the records of one group where they are small, else of one record.
func NumPy(w io.Writer, r *sweep.Results) (cells int, err error) {
	return write(w, r, limits{pairs: 1 << 20, points: 1 << 17})
}

// limits say what of a group is read once and kept: the records where they have at most so many pairs in all, and the points
// where there are at most so many. Others are read once for each array.
type limits struct{ pairs, points int }

func write(w io.Writer, r *sweep.Results, most limits) (cells int, err error) {
	z := zip.NewWriter(w)
	var group []sweep.Cell
	names := map[string]bool{}
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		name := group[0].Group.Name()
		if names[name] {
			name = fmt.Sprintf("%s-%d", name, group[0].Index/len(r.Plan().Seeds))
		}
		names[name] = true
		cells += len(group)
		return (&archive{zip: z, from: r, group: name, cells: group, most: most}).write()
	}
	for i, err := range r.States() {
		if err != nil {
			return cells, err
		}
		if len(group) > 0 && group[0].Group != i.Cell.Group {
			if err := flush(); err != nil {
				return cells, err
			}
			group = group[:0]
		}
		if i.State == sweep.Finished {
			group = append(group, i.Cell)
		}
	}
	if err := flush(); err != nil {
		return cells, err
	}
	return cells, z.Close()
}

// archive is where the arrays of one group go.
type archive struct {
	zip   *zip.Writer
	from  *sweep.Results
	group string
	cells []sweep.Cell
	most  limits

	records []*experiment.Record // of the cells, where they are small; else nil
	points  [][]experiment.Point // of the cells, where they are few; else nil
}

func (a *archive) record(i int) (*experiment.Record, error) {
	if a.records != nil {
		return a.records[i], nil
	}
	return a.from.Record(a.cells[i])
}

func (a *archive) pointsOf(i int) ([]experiment.Point, error) {
	if a.points != nil {
		return a.points[i], nil
	}
	r, err := a.record(i)
	if err != nil {
		return nil, err
	}
	return r.Points, nil
}

// read keeps what is small, and returns the shape of the tables and of the curves.
func (a *archive) read() (table, curve []int, err error) {
	var records []*experiment.Record
	var points [][]experiment.Point
	pairs, all, longest := 0, 0, 0
	for i := range a.cells {
		r, err := a.record(i)
		if err != nil {
			return nil, nil, err
		}
		states := len(r.Policy)
		table = []int{len(a.cells), states, len(r.Q) / states}
		pairs, all, longest = pairs+len(r.Q), all+len(r.Points), max(longest, len(r.Points))
		if pairs <= a.most.pairs {
			records = append(records, r)
		} else {
			records = nil
		}
		if all <= a.most.points {
			points = append(points, r.Points)
		} else {
			points = nil
		}
	}
	a.records, a.points = records, points
	return table, []int{len(a.cells), longest}, nil
}

func (a *archive) write() error {
	table, curve, err := a.read()
	if err != nil {
		return err
	}
	of := func(put func(*binaryWriter, *experiment.Record)) func(*binaryWriter, int) error {
		return func(w *binaryWriter, i int) error {
			r, err := a.record(i)
			if err == nil {
				put(w, r)
			}
			return err
		}
	}
	arrays := []array{
		{"seeds", seeds, table[:1], func(w *binaryWriter, i int) error { w.word(a.cells[i].Seed); return nil }},
		{"q", floats, table, of(func(w *binaryWriter, r *experiment.Record) { each(r.Q, w.float) })},
		{"n", wholes, table, of(func(w *binaryWriter, r *experiment.Record) { each(r.N, w.whole) })},
		{"policy", wholes, table[:2], of(func(w *binaryWriter, r *experiment.Record) {
			each(r.Policy, func(action env.Action) { w.whole(int64(action)) })
		})},
	}
	for _, m := range measures() {
		arrays = append(arrays, array{m.name, m.kind, curve, func(w *binaryWriter, i int) error {
			points, err := a.pointsOf(i)
			if err == nil {
				w.curve(m, points, curve[1])
			}
			return err
		}})
	}
	for _, x := range arrays {
		if err := a.put(x); err != nil {
			return err
		}
	}
	return nil
}

// array is one array of a group; put writes the part of the i-th cell.
type array struct {
	name  string
	kind  kind
	shape []int
	put   func(w *binaryWriter, i int) error
}

// put writes one array, in the format of numpy.save.
//
// Source: NEP 1, a simple file format for NumPy arrays, version 1.0.
func (a *archive) put(x array) error {
	entry, err := a.zip.Create(a.group + "/" + x.name + ".npy")
	if err != nil {
		return err
	}
	w := &binaryWriter{bufio.NewWriter(entry)}
	w.WriteString(header(x.kind, x.shape))
	for i := range a.cells {
		if err := x.put(w, i); err != nil {
			return err
		}
	}
	return w.Flush()
}

// header is what comes before the numbers: it ends at a multiple of 64 bytes.
func header(of kind, shape []int) string {
	var sizes strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&sizes, "%d, ", n)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", of, strings.TrimRight(sizes.String(), " "))
	const fixed = 10 // magic string, version, length
	text += strings.Repeat(" ", 63-(fixed+len(text))%64) + "\n"
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(text)))) + text
}

// binaryWriter writes numbers of eight bytes, little endian; it keeps the first error.
type binaryWriter struct{ *bufio.Writer }

func (w *binaryWriter) word(x uint64) {
	w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), x))
}
func (w *binaryWriter) whole(x int64)   { w.word(uint64(x)) }
func (w *binaryWriter) float(x float64) { w.word(math.Float64bits(x)) }

func each[T any](list []T, put func(T)) {
	for _, x := range list {
		put(x)
	}
}

// curve writes what was measured at so many points, with -1 or nan where there is none.
func (w *binaryWriter) curve(m measure, points []experiment.Point, length int) {
	for i := range length {
		var value any
		if i < len(points) {
			value = m.of(points[i])
		}
		switch x := value.(type) {
		case int64:
			w.whole(x)
		case float64:
			w.float(x)
		default:
			if m.kind == wholes {
				w.whole(-1)
			} else {
				w.float(math.NaN())
			}
		}
	}
}
