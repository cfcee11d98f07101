package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"gonum.org/v1/plot/vg"
)

// svgOf is a figure as text.
func svgOf(t *testing.T, f *Figure, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(f, 4*vg.Inch, 4*vg.Inch, &b, "svg"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Numbers of every kind are drawn: zeros on a logarithmic scale, zeros alone, one number, none at all. The key names the cross
// exactly where there is one.
func TestPairs(t *testing.T) {
	for name, c := range map[string]struct {
		x     func(i int) float64
		log   bool
		cross bool
		grey  bool
	}{
		"zeros among others": {func(i int) float64 { return float64(i % 3) }, true, false, true},
		"zeros":              {func(int) float64 { return 0 }, true, false, true},
		"one number":         {func(int) float64 { return 7 }, true, false, false},
		"linear":             {func(i int) float64 { return float64(i - 60) }, false, false, false},
		"some missing":       {func(i int) float64 { return map[bool]float64{true: math.NaN(), false: 2}[i%5 == 0] }, true, true, false},
		"all missing":        {func(int) float64 { return math.Inf(1) }, true, true, false},
	} {
		f, err := Pairs(book(), func(s env.State, a env.Action) float64 { return c.x(5*int(s) + int(a)) },
			PairsOptions{Label: "width", Missing: "no interval", Log: c.log})
		text := svgOf(t, f, err)
		if strings.Contains(text, "no interval") != c.cross || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("%s: a cross is named: %v, want %v, and no NaN", name, !c.cross, c.cross)
		}
		if strings.Contains(text, "#C4C8CE") != c.grey {
			t.Errorf("%s: grey for 0: %v, want %v", name, !c.grey, c.grey)
		}
	}
}

// The colours are those of the scale: a pair of the largest number has the brightest, one of the least the darkest.
func TestPairsColors(t *testing.T) {
	f, err := Pairs(book(), func(s env.State, a env.Action) float64 { return 1 + float64(s)*5 + float64(a) }, PairsOptions{Log: true})
	if text := svgOf(t, f, err); !strings.Contains(text, "#440154") || !strings.Contains(text, "#FDE725") {
		t.Error("the ends of viridis are not among the colours")
	}
}

// The marks are named in the key, and where no state is marked there is no such entry.
func TestPolicyMarks(t *testing.T) {
	for _, marked := range []bool{true, false} {
		all := make([]bool, 25)
		all[7] = marked
		f, err := Policy(book(), bookPolicy, PolicyOptions{Marked: all, MarkLabel: "undecided"})
		if text := svgOf(t, f, err); strings.Contains(text, ">undecided<") != marked {
			t.Errorf("marked %v: the key says the opposite", marked)
		}
	}
}
