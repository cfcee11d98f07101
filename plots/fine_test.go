package plots

import (
	"bytes"
	"image/color"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"gonum.org/v1/plot/vg"
)

// A board of more cells than can be told apart is an image, of at most a pixel for each of 1000 x 1000 squares: the file has
// no shape for each cell.
func TestLargeBoardIsAnImage(t *testing.T) {
	const n = 1100
	c, err := env.RandomGrid(n, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	v := make([]float64, g.NumStates())
	for s := range v {
		v[s] = float64(s / n)
	}
	values, err := Values(g, v, ValuesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	visits, err := Visits(g, func(s env.State, _ env.Action) int64 { return int64(s) % 7 }, VisitsOptions{Total: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*Figure{"values": values, "visits": visits} {
		var b bytes.Buffer
		if err := Write(f, 4*vg.Inch, 4*vg.Inch, &b, "svg"); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "<path"); n > 1000 || strings.Count(b.String(), `xlink:href="data:image/png;base64,`) != 1 {
			t.Errorf("%s: %d paths, want one image and few paths", name, n)
		}
	}
	if _, err := Visits(g, func(env.State, env.Action) int64 { return 1 }, VisitsOptions{}); err == nil || !strings.Contains(err.Error(), "Total") {
		t.Errorf("visits of each action: error %v, want one that names Total", err)
	}
	if _, err := Policy(g, func(env.State, env.Action) float64 { return 0.2 }, PolicyOptions{}); err == nil || !strings.Contains(err.Error(), "arrows") {
		t.Errorf("arrows: error %v, want one", err)
	}
}

// A pixel is the mean colour of its cells, at the edge of those that there are.
func TestMeanColour(t *testing.T) {
	at := func(x uint8) color.NRGBA { return color.NRGBA{x, 2 * x, 0, 255} }
	g := ground{&board{rows: 3, cols: 3}, []color.NRGBA{at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(100)}}
	if got := g.mean(0, 0, 2); got != at(3) {
		t.Errorf("of four cells: %v, want %v", got, at(3))
	}
	if got := g.mean(2, 2, 2); got != at(100) {
		t.Errorf("of the last cell: %v, want %v", got, at(100))
	}
}
