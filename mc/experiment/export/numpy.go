package export

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

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
//	GROUP/episodes    n, P        int64; -1 behind the last point
//	GROUP/steps       n, P        int64; -1 behind the last point
//	GROUP/gap         n, P        float64; nan where there is none
//	GROUP/rmse        n, P        float64; nan where there is none
//
// in C order, n in the order of the seeds of the plan. GROUP is the name of the group and, where two have the same name, its
// number, too. The memory is that of the records of one group where they are small, else of one record.
func NumPy(w io.Writer, r *sweep.Results) (cells int, err error) {
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
		return (&archive{zip: z, from: r, group: name, cells: group}).write()
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
	kept  []*experiment.Record // of the cells, where they are small; else nil
}

// maxKept is the largest number of pairs of all cells of a group whose records are read once and kept; others are read once
// for each array.
const maxKept = 1 << 20

func (a *archive) record(i int) (*experiment.Record, error) {
	if a.kept != nil {
		return a.kept[i], nil
	}
	return a.from.Record(a.cells[i])
}

func (a *archive) write() error {
	first, err := a.from.Record(a.cells[0])
	if err != nil {
		return err
	}
	points, small := 0, len(a.cells)*len(first.Q) <= maxKept
	var kept []*experiment.Record
	for i := range a.cells {
		r, err := a.record(i)
		if err != nil {
			return err
		}
		points = max(points, len(r.Points))
		if small {
			kept = append(kept, r)
		}
	}
	a.kept = kept
	n, states := len(a.cells), len(first.Policy)
	table := []int{n, states, len(first.Q) / states}
	curve := []int{n, points}
	for _, x := range []struct {
		name, kind string
		shape      []int
		put        func(*binaryWriter, sweep.Cell, *experiment.Record)
	}{
		{"seeds", "<u8", []int{n}, func(w *binaryWriter, c sweep.Cell, _ *experiment.Record) { w.word(c.Seed) }},
		{"q", "<f8", table, func(w *binaryWriter, _ sweep.Cell, r *experiment.Record) { each(r.Q, w.float) }},
		{"n", "<i8", table, func(w *binaryWriter, _ sweep.Cell, r *experiment.Record) { each(r.N, w.whole) }},
		{"policy", "<i8", []int{n, states}, func(w *binaryWriter, _ sweep.Cell, r *experiment.Record) {
			for _, action := range r.Policy {
				w.whole(int64(action))
			}
		}},
		{"episodes", "<i8", curve, wholes(points, func(p experiment.Point) int64 { return p.Episodes })},
		{"steps", "<i8", curve, wholes(points, func(p experiment.Point) int64 { return p.Steps })},
		{"gap", "<f8", curve, floats(points, func(p experiment.Point) *float64 { return p.Gap })},
		{"rmse", "<f8", curve, floats(points, func(p experiment.Point) *float64 { return p.RMSE })},
	} {
		if err := a.array(x.name, x.kind, x.shape, x.put); err != nil {
			return err
		}
	}
	return nil
}

// array writes one array, in the format of numpy.save.
//
// Source: NEP 1, a simple file format for NumPy arrays, version 1.0.
func (a *archive) array(name, kind string, shape []int, put func(*binaryWriter, sweep.Cell, *experiment.Record)) error {
	entry, err := a.zip.Create(a.group + "/" + name + ".npy")
	if err != nil {
		return err
	}
	w := &binaryWriter{bufio.NewWriter(entry)}
	w.WriteString(header(kind, shape))
	for i, c := range a.cells {
		r, err := a.record(i)
		if err != nil {
			return err
		}
		put(w, c, r)
	}
	return w.Flush()
}

// header is what comes before the numbers: it ends at a multiple of 64 bytes.
func header(kind string, shape []int) string {
	var sizes strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&sizes, "%d, ", n)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", kind, strings.TrimRight(sizes.String(), " "))
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

// wholes writes a curve of whole numbers, with -1 behind its end.
func wholes(points int, of func(experiment.Point) int64) func(*binaryWriter, sweep.Cell, *experiment.Record) {
	return func(w *binaryWriter, _ sweep.Cell, r *experiment.Record) {
		for i := range points {
			x := int64(-1)
			if i < len(r.Points) {
				x = of(r.Points[i])
			}
			w.whole(x)
		}
	}
}

// floats writes a curve, with nan where there is no value.
func floats(points int, of func(experiment.Point) *float64) func(*binaryWriter, sweep.Cell, *experiment.Record) {
	return func(w *binaryWriter, _ sweep.Cell, r *experiment.Record) {
		for i := range points {
			x := math.NaN()
			if i < len(r.Points) && of(r.Points[i]) != nil {
				x = *of(r.Points[i])
			}
			w.float(x)
		}
	}
}
