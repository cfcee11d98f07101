package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npz"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// written is the archive of a sweep as a file.
func written(t *testing.T, r *sweep.Results) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "out.npz")
	var b, again bytes.Buffer
	n, err := NumPy(&b, r)
	if err != nil || n != r.Plan().Len() {
		t.Fatalf("%d cells, %v", n, err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := write(&again, r, limits{}); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatalf("nothing kept: %v, or other bytes", err)
	}
	return path
}

// group is the records of a setting in the order of the seeds.
type group struct {
	name    string
	seeds   []uint64
	records []*experiment.Record
}

func groups(t *testing.T, r *sweep.Results) (list []group) {
	t.Helper()
	for result, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		name := result.Cell.Group.Name()
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, group{name: name})
		}
		g := &list[len(list)-1]
		g.seeds, g.records = append(g.seeds, result.Cell.Seed), append(g.records, result.Record)
	}
	return list
}

// want is every array of a group, flat, and its shape.
func (g group) want() (arrays map[string]any, shapes map[string][]int) {
	var q []float64
	var n, policy []int64
	longest := 0
	for _, r := range g.records {
		q, n = append(q, r.Q...), append(n, r.N...)
		for _, a := range r.Policy {
			policy = append(policy, int64(a))
		}
		longest = max(longest, len(r.Points))
	}
	runs, states := len(g.records), len(g.records[0].Policy)
	table := []int{runs, states, len(g.records[0].Q) / states}
	arrays = map[string]any{"seeds": g.seeds, "q": q, "n": n, "policy": policy}
	shapes = map[string][]int{"seeds": {runs}, "q": table, "n": table, "policy": {runs, states}}
	for name, of := range map[string]func(experiment.Point) int64{
		"episodes": func(p experiment.Point) int64 { return p.Episodes }, "iterations": func(p experiment.Point) int64 { return p.Iterations },
		"steps": func(p experiment.Point) int64 { return p.Steps }, "truncated": func(p experiment.Point) int64 { return p.Truncated },
		"unvisited":  func(p experiment.Point) int64 { return int64(p.Visits.Unvisited) },
		"visits_min": func(p experiment.Point) int64 { return p.Visits.Min },
	} {
		arrays[name], shapes[name] = curves(g.records, longest, of, -1), []int{runs, longest}
	}
	for name, of := range map[string]func(experiment.Point) float64{
		"epsilon": func(p experiment.Point) float64 { return p.Epsilon }, "gap": func(p experiment.Point) float64 { return orNaN(p.Gap) },
		"rmse": func(p experiment.Point) float64 { return orNaN(p.RMSE) }, "greedy_gap": func(p experiment.Point) float64 { return orNaN(p.GreedyGap) },
		"return":        func(p experiment.Point) float64 { return orNaN(p.Return) },
		"greedy_return": func(p experiment.Point) float64 { return orNaN(p.GreedyReturn) },
		"visits_median": func(p experiment.Point) float64 { return p.Visits.Median },
	} {
		arrays[name], shapes[name] = curves(g.records, longest, of, math.NaN()), []int{runs, longest}
	}
	return arrays, shapes
}

func curves[T any](records []*experiment.Record, length int, of func(experiment.Point) T, none T) (all []T) {
	for _, r := range records {
		for _, p := range r.Points {
			all = append(all, of(p))
		}
		for range length - len(r.Points) {
			all = append(all, none)
		}
	}
	return all
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}

// raw is the numbers as NumPy keeps them.
func raw(t *testing.T, array any) string {
	t.Helper()
	b, err := binary.Append(nil, binary.LittleEndian, array)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Another reader of the format gets the numbers of the records, bit by bit, with their shapes; so does NumPy, where it is
// installed.
func TestNumPy(t *testing.T) {
	r := played(t)
	path := written(t, r)
	z, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var keys []string
	var all strings.Builder
	for _, g := range groups(t, r) {
		arrays, shapes := g.want()
		for _, name := range slices.Sorted(maps.Keys(arrays)) {
			key, want := g.name+"/"+name, arrays[name]
			got := reflect.New(reflect.TypeOf(want))
			if err := z.Read(key+".npy", got.Interface()); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			if shape := z.Header(key + ".npy").Descr.Shape; !slices.Equal(shape, shapes[name]) || raw(t, got.Elem().Interface()) != raw(t, want) {
				t.Errorf("%s: shape %v, %v: want %v, %v", key, shape, got.Elem(), shapes[name], want)
			}
			keys = append(keys, key)
			fmt.Fprintf(&all, "%s %v\n%s", key, shapes[name], raw(t, want))
		}
	}
	if n := len(z.Keys()); n != len(keys) || n != 17*len(r.Plan().Groups) {
		t.Errorf("%d arrays: want 17 for each group", n)
	}
	if python, found := numpy(); found {
		const script = `import numpy, sys
z = numpy.load(sys.argv[1])
for name in sys.argv[2:]:
    shape = " ".join(str(n) for n in z[name].shape)
    sys.stdout.buffer.write(f"{name} [{shape}]\n".encode() + z[name].tobytes())`
		if got := printed(t, python, append([]string{"-c", script, path}, keys...)...); got != all.String() {
			t.Errorf("NumPy has\n%q\nwant\n%q", got, all.String())
		}
	}
}

// numpy finds a Python with NumPy: the first python3 may be one without.
func numpy() (path string, found bool) {
	for _, path := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(path, "-c", "import numpy").Run() == nil {
			return path, true
		}
	}
	return "", false
}

func printed(t *testing.T, name string, args ...string) string {
	t.Helper()
	var errs strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, errs.String())
	}
	return string(out)
}

// The mean curve over seeds from the archive is that of the records, and numpy_mean.py, a reader to copy, prints the same to
// the last digit, where NumPy is installed. The sums are those of the rows in the order of the seeds.
func TestNumPyMean(t *testing.T) {
	r := played(t)
	path := written(t, r)
	z, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	python, found := numpy()
	names, different := "", 0
	for _, g := range groups(t, r) {
		names += g.name + "\n"
		arrays, shapes := g.want()
		for _, name := range []string{"greedy_gap", "return", "visits_median"} {
			var back []float64
			if err := z.Read(g.name+"/"+name+".npy", &back); err != nil {
				t.Fatal(err)
			}
			points := shapes[name][1]
			want := meanCurve(arrays["episodes"].([]int64), arrays[name].([]float64), points)
			if got := meanCurve(arrays["episodes"].([]int64), back, points); got != want || strings.Count(got, "\n") != points {
				t.Errorf("%s: mean of %s\n%s\nwant\n%s", g.name, name, got, want)
			}
			if found && name == "greedy_gap" && strings.HasPrefix(g.name, "zhao-3x3") {
				if got := printed(t, python, "testdata/numpy_mean.py", path, g.name, name); got != want {
					t.Errorf("%s: NumPy's mean of %s\n%s\nwant\n%s", g.name, name, got, want)
				}
			}
			different += strings.Count(want, ".") - strings.Count(want, ".0\n")
		}
	}
	if different < 50 {
		t.Errorf("%d means with digits behind the point: want many", different)
	}
	if found {
		if got := printed(t, python, "testdata/numpy_mean.py", path); got != names {
			t.Errorf("settings %q: want %q", got, names)
		}
	}
}

// meanCurve prints the mean over the rows of an array at each point, as numpy_mean.py does.
func meanCurve(episodes []int64, rows []float64, points int) string {
	var text strings.Builder
	seeds := len(rows) / points
	for i := range points {
		sum, n := 0.0, int64(-1)
		for k := range seeds {
			sum += rows[k*points+i]
			n = max(n, episodes[k*points+i])
		}
		fmt.Fprintln(&text, n, repr(sum/float64(seeds)))
	}
	return text.String()
}

// repr is Python's: the fewest digits that say the number exactly.
func repr(x float64) string {
	switch size := math.Abs(x); {
	case math.IsNaN(x):
		return "nan"
	case size != 0 && (size < 1e-4 || size >= 1e16):
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
