package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npz"

	"example.com/mcrl/mc/experiment/planfile"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
)

const plan = `gamma: 0.9
horizon: 20
episodes: 150
environments: [zhao-2x2, zhao-3x3]
algorithms:
  - {algorithm: es, grid: {step: [0.1, 0.5]}}
  - {algorithm: es, name: sure, until_certain: 0.5, improve: sweep, visit: initial, average: reset, starts: sweep-pairs}
seeds: [3, 1, 18446744073709551615]
`

// played runs the plan in a directory.
func played(t *testing.T) *sweep.Results {
	t.Helper()
	p, err := planfile.Read(strings.NewReader(plan), "plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	run, err := sweep.Create(rundir.Disk{}, t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range run.Play(context.Background(), 2) {
		if err != nil || e.Err != nil {
			t.Fatal(err, e.Err)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	return run.Results
}

// A table has a row for each point of each record, with its very numbers, and CSV and JSON Lines say the same.
func TestTables(t *testing.T) {
	r := played(t)
	var want []string
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range result.Record.Points {
			want = append(want, fmt.Sprint(result.Cell.ID, " ", result.Cell.Seed, " ", p.Episodes, " ", p.Steps, " ", number(p.Gap), " ", number(p.RMSE)))
		}
	}
	for _, table := range []Table{Curves, Finals} {
		var a, b bytes.Buffer
		n, err := CSV(&a, r, table)
		if err != nil {
			t.Fatal(err)
		}
		m, err := JSONLines(&b, r, table)
		if err != nil {
			t.Fatal(err)
		}
		one, other := fromCSV(t, &a), fromJSON(t, &b)
		if !slices.Equal(one, other) || n != len(one) || m != n {
			t.Errorf("%s: CSV has\n%s\nJSON Lines have\n%s", table, strings.Join(one, "\n"), strings.Join(other, "\n"))
		}
		if table == Curves && !slices.Equal(one, want) {
			t.Errorf("curves\n%s\nwant\n%s", strings.Join(one, "\n"), strings.Join(want, "\n"))
		}
		if table == Finals && n != r.Plan().Len() {
			t.Errorf("%d rows: want one for each of the %d cells", n, r.Plan().Len())
		}
	}
}

func number(x *float64) string {
	if x == nil {
		return ""
	}
	return text(*x)
}

func fromCSV(t *testing.T, b *bytes.Buffer) (rows []string) {
	t.Helper()
	all, err := csv.NewReader(b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := "cell environment algorithm setting_step gamma horizon seed episodes iterations steps truncated epsilon gap rmse"
	if got := strings.Join(all[0], " "); got != want {
		t.Fatalf("names %s: want %s", got, want)
	}
	for _, f := range all[1:] {
		rows = append(rows, strings.Join([]string{f[0], f[6], f[7], f[9], f[12], f[13]}, " "))
	}
	return rows
}

func fromJSON(t *testing.T, b *bytes.Buffer) (rows []string) {
	t.Helper()
	d := json.NewDecoder(b)
	for d.More() {
		var x struct {
			Cell      string
			Seed      uint64
			Episodes  int64
			Steps     int64
			Gap, RMSE *float64
		}
		if err := d.Decode(&x); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprint(x.Cell, " ", x.Seed, " ", x.Episodes, " ", x.Steps, " ", number(x.Gap), " ", number(x.RMSE)))
	}
	return rows
}

// Another reader of the format gets the numbers of the records, with their shapes; so does NumPy, where it is installed.
func TestNumPy(t *testing.T) {
	r := played(t)
	path := filepath.Join(t.TempDir(), "out.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := NumPy(f, r)
	if err != nil || n != r.Plan().Len() || f.Close() != nil {
		t.Fatalf("%d cells, %v", n, err)
	}
	z, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if n := len(z.Keys()); n != 8*len(r.Plan().Groups) {
		t.Fatalf("%d arrays: want 8 for each group", n)
	}
	k := 0
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		same(t, z, result, k%len(r.Plan().Seeds))
		k++
	}
	withNumPy(t, r, path)
}

// same compares the k-th cell of a group with its record.
func same(t *testing.T, z *npz.Reader, result sweep.Result, k int) {
	t.Helper()
	group, rec := result.Cell.Group.Name(), result.Record
	var q, rmse []float64
	var counts, episodes []int64
	var seeds []uint64
	for name, to := range map[string]any{"q": &q, "n": &counts, "seeds": &seeds, "rmse": &rmse, "episodes": &episodes} {
		if err := z.Read(group+"/"+name+".npy", to); err != nil {
			t.Fatalf("%s/%s: %v", group, name, err)
		}
	}
	pairs := len(rec.Q)
	shape := z.Header(group + "/q.npy").Descr.Shape
	if !slices.Equal(shape, []int{3, len(rec.Policy), pairs / len(rec.Policy)}) {
		t.Errorf("%s: shape %v", group, shape)
	}
	points := len(rmse) / 3
	if seeds[k] != result.Cell.Seed || !slices.Equal(q[k*pairs:(k+1)*pairs], rec.Q) || !slices.Equal(counts[k*pairs:(k+1)*pairs], rec.N) {
		t.Errorf("%s: not the values of the record", result.Cell.ID)
	}
	for i := range points {
		x, e := rmse[k*points+i], episodes[k*points+i]
		if i >= len(rec.Points) {
			if !math.IsNaN(x) || e != -1 {
				t.Errorf("%s: %v at %d behind the last point: want nan at -1", result.Cell.ID, x, e)
			}
		} else if x != *rec.Points[i].RMSE || e != rec.Points[i].Episodes {
			t.Errorf("%s: point %d is %v at %d: want %v", result.Cell.ID, i, x, e, rec.Points[i])
		}
	}
}

// withNumPy has NumPy add the values up, where there is one.
func withNumPy(t *testing.T, r *sweep.Results, path string) {
	t.Helper()
	if exec.Command("python3", "-c", "import numpy").Run() != nil {
		return // the assertions above stand without it
	}
	const script = `import numpy, sys
z = numpy.load(sys.argv[1])
print(sum(z[k].shape[0] for k in z.files if k.endswith('/q')), sum(int(z[k].sum()) for k in z.files if k.endswith('/n')))`
	out, err := exec.Command("python3", "-c", script, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sum := int64(0)
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range result.Record.N {
			sum += n
		}
	}
	if want := fmt.Sprintf("%d %d\n", r.Plan().Len(), sum); string(out) != want {
		t.Errorf("NumPy says %s: want %s", out, want)
	}
}

// The header ends at a multiple of 64 bytes and says its own length, as NEP 1 demands.
func TestHeader(t *testing.T) {
	for _, shape := range [][]int{{1}, {3, 25, 5}, {1000000, 1000000, 1000000}} {
		h := header("<f8", shape)
		if len(h)%64 != 0 || !strings.HasSuffix(h, "\n") || int(h[8])+int(h[9])<<8 != len(h)-10 {
			t.Errorf("header of %v: %q", shape, h)
		}
	}
	if want := "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"; strings.TrimRight(header("<f8", []int{3}), " \n") != want {
		t.Errorf("header %q: want %q", header("<f8", []int{3}), want)
	}
}
