package plots

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gonum.org/v1/plot/vg"
)

// The picture of the README about large worlds is that of the figures beside it, which BenchmarkGrowth of package mc has
// measured. With -update it is drawn anew.
func TestGrowth(t *testing.T) {
	dir := filepath.Join("..", ".github", "pictures")
	f, err := os.Open(filepath.Join(dir, "growth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	works := []string{"es-cycles", "control", "simulate"}
	curves := map[string]*Curve{
		"control":   {Label: "MC ε-greedy"},
		"es-cycles": {Label: "exploring starts, steps walked"},
		"simulate":  {Label: "simulation, ε-greedy"},
	}
	for _, row := range rows[1:] {
		states, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		ns, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		c := curves[row[0]]
		if c == nil {
			t.Fatalf("work %q: want one of %v", row[0], works)
		}
		c.X, c.Y = append(c.X, states), append(c.Y, ns)
	}
	var list []Curve
	for _, work := range works {
		list = append(list, *curves[work])
	}
	figure, err := Convergence(list, ConvergenceOptions{XLabel: "states", YLabel: "ns per step", LogX: true, LogY: true})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "growth.svg")
	if *update {
		if err := Save(figure, 6*vg.Inch, 4*vg.Inch, path); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := Write(figure, 6*vg.Inch, 4*vg.Inch, &got, "svg"); err != nil {
		t.Fatal(err)
	}
	if err := sameSVG(got.Bytes(), want); err != nil {
		t.Errorf("%s is not drawn from growth.csv: %v (run go test ./plots -run Growth -update)", path, err)
	}
}
