package plots

import (
	"math"
	"strings"
	"testing"
)

// effectsPicture has an interval beyond the axis, a point beyond it, and one without interval.
func effectsPicture() (Drawable, error) {
	none := math.NaN()
	return Forest([]Effect{
		{Label: "ordinary", Value: 1.7, Lo: -40, Hi: 44, Text: "1.70"},
		{Label: "weighted", Value: 0.8, Lo: 0.5, Hi: 1.1, Text: "0.80"},
		{Label: "weighted, far", Value: 30, Lo: 25, Hi: 35, Text: "30.0"},
		{Label: "without", Value: 1.2, Lo: none, Hi: none, Text: "1.2, no interval"},
		{Label: "exact", Value: 1, Lo: 1, Hi: 1},
	}, ForestOptions{Title: "Estimates", XLabel: "value", References: []Reference{{"exactly 1", 1}, {"best", 1.15}}})
}

// Points and ends lie where their values do; what is beyond the axis is an arrow at its edge, with its number.
func TestForestPlaces(t *testing.T) {
	r := drawn(must(effectsPicture()), 400, 300)
	if got := join(r.named(`1\.70|0\.80|30\.0|1\.2, no interval`)); got != "1.70 0.80 30.0 1.2, no interval" {
		t.Errorf("the rows read %q", got)
	}
	var discs, arrows, bars []float64
	for _, m := range r.fills {
		switch {
		case m.clr == blue && len(m.path) > 5:
			discs = append(discs, float64(m.path[0].Pos.X)-3.2)
		case m.clr == blue:
			arrows = append(arrows, float64(m.path[0].Pos.X))
		}
	}
	for _, m := range r.strokes {
		if m.clr == blue && m.width == 1.5 {
			bars = append(bars, float64(m.path[0].Pos.X), float64(m.path[1].Pos.X))
		}
	}
	if len(discs) != 3 || len(arrows) != 3 || len(bars) != 6 {
		t.Fatalf("%d discs, %d arrows, %d ends: want 3, 3, 6", len(discs), len(arrows), len(bars))
	}
	left, right := arrows[0], arrows[1]
	if arrows[2] != right || left >= right || bars[0] != left || bars[1] != right {
		t.Errorf("arrows at %v, a long interval from %v to %v: want them at the edges", arrows, bars[0], bars[1])
	}
	unit := (bars[3] - bars[2]) / 0.6 // 0.5 to 1.1
	for i, want := range []float64{1.7, 0.8, 1} {
		if got := 0.5 + (discs[i]-bars[2])/unit; math.Abs(got-want) > 1e-6 {
			t.Errorf("disc %d is at %v, want %v", i, got, want)
		}
	}
}

// Misuse is an error that names the field.
func TestForestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for want, call := range map[string]func() (*Figure, error){
		"effects is empty":                     func() (*Figure, error) { return Forest(nil, ForestOptions{}) },
		"effects[0].Value = NaN: want":         func() (*Figure, error) { return Forest([]Effect{{Value: nan}}, ForestOptions{}) },
		"effects[0]: interval 0 to +Inf: want": func() (*Figure, error) { return Forest([]Effect{{Hi: inf}}, ForestOptions{}) },
		"effects[0]: interval 1 to 0: want":    func() (*Figure, error) { return Forest([]Effect{{Lo: 1}}, ForestOptions{}) },
		"effects[0]: interval NaN to 0: want":  func() (*Figure, error) { return Forest([]Effect{{Lo: nan}}, ForestOptions{}) },
		"References[0].Y = +Inf: want a finite n": func() (*Figure, error) {
			return Forest([]Effect{{}}, ForestOptions{References: []Reference{{"", inf}}})
		},
	} {
		if _, err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// One point alone, without interval, has an axis.
	drawn(must(Forest([]Effect{{Value: 3, Lo: nan, Hi: nan}}, ForestOptions{})), 300, 100)
}
