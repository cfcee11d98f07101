package plots

import (
	"math"
	"testing"
)

// The lengths of the bars are those of the values, on either axis; the numbers stand at their ends.
func TestBarLengths(t *testing.T) {
	for _, log := range []bool{false, true} {
		values := []float64{0.5, 1, 5, 50}
		f := must(BarChart([]string{"a", "b", "c", "d"}, []Series{{"s", values}}, BarChartOptions{LogX: log}))
		r := drawn(f, 400, 300)
		if len(r.fills) < 4 {
			t.Fatalf("log %v: %d fills", log, len(r.fills))
		}
		var lengths []float64
		for _, m := range r.fills {
			if m.clr == blue && len(m.path) >= 4 && m.path[0].Pos.Y < 250 { // not that of the key
				lengths = append(lengths, float64(m.path[1].Pos.X-m.path[0].Pos.X))
			}
		}
		if len(lengths) != 4 {
			t.Fatalf("log %v: bars of lengths %v, want four", log, lengths)
		}
		for i, v := range values {
			share, want := lengths[i]/lengths[3], v/50
			if log {
				want = math.Log10(v/0.1) / math.Log10(50/0.1)
			}
			if math.Abs(share-want) > 1e-6 {
				t.Errorf("log %v: the bar of %v has %v of the longest, want %v", log, v, share, want)
			}
		}
		if got := join(r.named(`0\.50|1\.0|5\.0|50`)); log && got != "0.50 1.0 5.0 50" {
			t.Errorf("the bars read %q", got)
		}
	}
}

func TestTwoDigits(t *testing.T) {
	for v, want := range map[float64]string{0.036: "0.036", 0.36: "0.36", 0.996: "1.0", 1: "1.0", 9.94: "9.9", 9.96: "10", 15.5: "16", 99.6: "100",
		5403: "5403", 2.34e7: "2.3e7", 4e-5: "4e-5"} {
		if got := twoDigits(v); got != want {
			t.Errorf("twoDigits(%v) = %q, want %q", v, got, want)
		}
	}
}
