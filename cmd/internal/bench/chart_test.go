package bench

import (
	"bytes"
	"encoding/csv"
	"flag"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/plots"
)

var update = flag.Bool("update", false, "draw the picture of the README anew")

const pictures = "../../../.github/pictures/"

// readSpeeds reads the figures of the picture: mcrl's are those of C, divided by its speed over that of C.
func readSpeeds(t *testing.T) (workloads []string, series []plots.Series) {
	t.Helper()
	f, err := os.Open(pictures + "speed.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	table, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range table[0][1:] {
		series = append(series, plots.Series{Label: label})
	}
	for _, line := range table[1:] {
		workloads = append(workloads, line[0])
		for i, text := range line[1:] {
			x := math.NaN()
			if text != "" {
				if x, err = strconv.ParseFloat(text, 64); err != nil {
					t.Fatal(err)
				}
			}
			series[i].Values = append(series[i].Values, x)
		}
	}
	if series[0].Label != "mcrl over C" || series[1].Label != "C reference" {
		t.Fatalf("the columns are %v", table[0])
	}
	series[0].Label = "mcrl"
	for i, c := range series[1].Values {
		series[0].Values[i] = c / series[0].Values[i]
	}
	return workloads, series
}

// The picture of the README shows the figures beside it. Positions are not compared: another machine may round another way.
func TestChart(t *testing.T) {
	workloads, series := readSpeeds(t)
	for _, name := range workloads {
		if !slices.Contains(Names(), name) {
			t.Errorf("no workload %s", name)
		}
	}
	f, err := plots.BarChart(workloads, series, plots.BarChartOptions{LogX: true, Title: "Time of a step on one core",
		XLabel: "nanoseconds, on Zen 5; mcrl: its ratio to C in one run on a Xeon\n(Sapphire Rapids), applied to the time of C on Zen 5"})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := plots.Write(f, 6*vg.Inch, 6.4*vg.Inch, &got, "svg"); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(pictures+"speed.svg", got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(pictures + "speed.svg")
	if err != nil {
		t.Fatal(err)
	}
	attributes := regexp.MustCompile(`"[^"]*"`)
	if !bytes.Equal(attributes.ReplaceAll(got.Bytes(), nil), attributes.ReplaceAll(want, nil)) {
		t.Error("speed.svg does not show speed.csv: draw it with go test ./cmd/internal/bench -run TestChart -update")
	}
}
