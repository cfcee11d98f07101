package plots

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"example.com/mcrl/env"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// picture is one golden picture.
type picture struct {
	name          string
	width, height vg.Length
	png           bool // PNG too
	draw          func() (Drawable, error)
}

func pictures() []picture {
	frozen := &maze{[]string{"SFFF", "FHFH", "FFFH", "HFFG"}, frozenMoves}
	for i, r := range frozen.rows { // the letters of FrozenLake to those of the book
		b := bytes.ReplaceAll(bytes.ReplaceAll([]byte(r), []byte("F"), []byte(".")), []byte("S"), []byte("."))
		frozen.rows[i] = string(bytes.ReplaceAll(b, []byte("G"), []byte("T")))
	}
	rooms := &maze{[]string{"...#...", "...#...", ".......", "...#..T", "##.##.#", "...#...", ".......", "...#..."}, bookMoves}
	king := &maze{[]string{"....", ".F..", "..#.", "...T"}, kingMoves}
	return []picture{
		{"convergence", 6 * vg.Inch, 4 * vg.Inch, true, convergencePicture},
		{"forest", 5 * vg.Inch, 3 * vg.Inch, false, effectsPicture},
		{"convergence_linear", 5 * vg.Inch, 3.2 * vg.Inch, false, linearPicture},
		{"samples", 5 * vg.Inch, 3.2 * vg.Inch, false, func() (Drawable, error) {
			x := make([]float64, 200)
			for i := range x {
				x[i] = 2*math.Floor(2*noise(i)) - 1
			}
			return Samples(x, 0, SamplesOptions{Title: "Fig. 5.2: a fair ±1 coin", YLabel: "x"})
		}},
		{"values", 4 * vg.Inch, 4 * vg.Inch, false, func() (Drawable, error) {
			return Values(book(), bookValues(), ValuesOptions{Title: "Optimal values, γ = 0.9", Label: "v(s)"})
		}},
		{"values_plain", 3.5 * vg.Inch, 3.7 * vg.Inch, false, func() (Drawable, error) {
			return Values(book(), bookValues(), ValuesOptions{Title: "Optimal values", Plain: true})
		}},
		{"values_constant", 4 * vg.Inch, 3.6 * vg.Inch, false, func() (Drawable, error) {
			return Values(book(), make([]float64, 25), ValuesOptions{Title: "All zero"})
		}},
		{"heat", 4 * vg.Inch, 3.4 * vg.Inch, false, heatPicture},
		{"regions", 4 * vg.Inch, 3.8 * vg.Inch, false, regionsPicture},
		{"paths", 3.4 * vg.Inch, 3.6 * vg.Inch, false, pathsPicture},
		{"values_walls", 4.5 * vg.Inch, 4.5 * vg.Inch, false, func() (Drawable, error) {
			v := make([]float64, rooms.states())
			for s := range v {
				r, c := rooms.Cell(env.State(s))
				v[s] = 10 - 1.5*math.Abs(float64(r-3)) - math.Abs(float64(c-6)) - 5
			}
			return Values(rooms, v, ValuesOptions{Title: "Four rooms", Colors: moreland.SmoothBlueRed().Palette(255)})
		}},
		{"values_frozen", 4 * vg.Inch, 4 * vg.Inch, false, func() (Drawable, error) {
			v := []float64{.542, .499, .471, .457, .558, 0, .358, 0, .592, .643, .615, 0, 0, .742, .863, 0}
			return Values(frozen, v, ValuesOptions{Title: "FrozenLake 4x4, γ = 0.99", Decimals: 2})
		}},
		{"policy", 3.6 * vg.Inch, 3.9 * vg.Inch, false, func() (Drawable, error) {
			return Policy(book(), bookPolicy, PolicyOptions{Title: "Optimal policy"})
		}},
		{"policy_soft", 4.2 * vg.Inch, 4.2 * vg.Inch, true, func() (Drawable, error) {
			return Policy(book(), soft(0.5, bookPolicy), PolicyOptions{
				Title: "ε-greedy, ε = 0.5", Values: bookValues(), Label: "v(s)"})
		}},
		{"policy_king", 4 * vg.Inch, 4 * vg.Inch, false, func() (Drawable, error) {
			return Policy(king, func(s env.State, a env.Action) float64 {
				if (int(s)*2)%9 == int(a) {
					return 1 - 0.3 - 0.2
				}
				if (int(s)*2+4)%9 == int(a) {
					return 0.3
				}
				return 0.2 / 7
			}, PolicyOptions{Title: "King's moves"})
		}},
		{"visits", 4.4 * vg.Inch, 4.4 * vg.Inch, true, func() (Drawable, error) {
			return Visits(book(), bookVisits, VisitsOptions{Title: "Visits of (s, a)"})
		}},
		{"visits_king", 4.2 * vg.Inch, 4.2 * vg.Inch, false, func() (Drawable, error) {
			return Visits(king, func(s env.State, a env.Action) int64 { return int64(s) * int64(a) }, VisitsOptions{})
		}},
		{"visits_total", 4.4 * vg.Inch, 4.4 * vg.Inch, false, func() (Drawable, error) {
			return Visits(book(), func(s env.State, a env.Action) int64 {
				if s%6 == 1 {
					return 0
				}
				return bookVisits(s, a)
			}, VisitsOptions{Title: "Visits of s", Total: true})
		}},
		{"policy_marked", 3.6 * vg.Inch, 3.9 * vg.Inch, false, func() (Drawable, error) {
			marked := make([]bool, 25)
			for _, s := range []int{3, 6, 8, 17, 24} {
				marked[s] = true
			}
			return Policy(book(), bookPolicy, PolicyOptions{Title: "Some actions are undecided", Marked: marked, MarkLabel: "undecided"})
		}},
		{"pairs", 4.4 * vg.Inch, 4.4 * vg.Inch, false, func() (Drawable, error) {
			return Pairs(book(), func(s env.State, a env.Action) float64 {
				if n := bookVisits(s, a); n > 0 {
					return 3 / math.Sqrt(float64(n))
				}
				return math.Inf(1)
			}, PairsOptions{Title: "How far q(s, a) may be off", Label: "half-width", Missing: "no interval", Log: true})
		}},
		{"trajectory", 4 * vg.Inch, 4.2 * vg.Inch, true, func() (Drawable, error) {
			return Trajectory(book(), walk(1000), TrajectoryOptions{Title: "One episode of 1,000 steps"})
		}},
		{"counts", 5 * vg.Inch, 3.2 * vg.Inch, false, func() (Drawable, error) { return countsPicture(false) }},
		{"counts_log", 5 * vg.Inch, 3.2 * vg.Inch, false, func() (Drawable, error) { return countsPicture(true) }},
		{"bars", 5 * vg.Inch, 3.6 * vg.Inch, false, func() (Drawable, error) { return barsPicture(false) }},
		{"bars_log", 5 * vg.Inch, 3.6 * vg.Inch, false, func() (Drawable, error) { return barsPicture(true) }},
		{"page", 7 * vg.Inch, 7.4 * vg.Inch, false, pagePicture},
	}
}

func convergencePicture() (Drawable, error) {
	return Convergence([]Curve{
		learning("every visit, averaged", 1000, 8, 0.002),
		learning("first visit", 1000, 6, 0.006),
		learning("every visit, α = 0.1", 1000, 5, 0.02),
	}, ConvergenceOptions{
		Title: "Error of q against episodes", XLabel: "episodes", YLabel: "RMSE of q", LogX: true, LogY: true,
		References: []Reference{{"truncation bound γ^T/(1-γ)", 0.01}},
	})
}

func linearPicture() (Drawable, error) {
	c := learning("ε = 0.1", 400, -3, 0.01)
	for i := range c.X {
		c.X[i] *= 2500
		c.Lo[i], c.Hi[i] = c.Y[i]-0.3, c.Y[i]+0.3
	}
	d := learning("ε = 0.5, a gap at the start", 400, -4, 0.005)
	d.X, d.Lo, d.Hi = c.X, nil, nil
	for i := range 40 {
		d.Y[i] = math.NaN()
	}
	return Convergence([]Curve{c, d}, ConvergenceOptions{
		Title: "Return per episode", XLabel: "steps", YLabel: "return", References: []Reference{{"optimum", 0}}})
}

func countsPicture(log bool) (Drawable, error) {
	n := make([]int64, 125)
	for i := range n {
		n[i] = bookVisits(env.State(i/5), env.Action(i%5))
	}
	return Counts(n, CountsOptions{Title: "Visits of each pair", LogY: log})
}

func barsPicture(log bool) (Drawable, error) {
	none := math.NaN()
	return BarChart([]string{"short", "a longer name", "ε = 0.1"}, []Series{
		{"first", []float64{0.36, 12.4, 1}}, {"second", []float64{0.5, none, 3.2}}, {"nowhere", []float64{none, none, none}},
		{"last", []float64{none, 99.6, 442}},
	}, BarChartOptions{Title: "Bars", XLabel: "ns", LogX: log})
}

func pagePicture() (Drawable, error) {
	var panels []Drawable
	for _, eps := range []float64{0, 0.2} {
		p, err := Policy(book(), soft(eps, bookPolicy), PolicyOptions{Title: fmt.Sprintf("Policy, ε = %v", eps)})
		if err != nil {
			return nil, err
		}
		v, err := Values(book(), bookValues(), ValuesOptions{Title: "State values", Plain: eps == 0})
		if err != nil {
			return nil, err
		}
		panels = append(panels, p, v)
	}
	return Page(panels, PageOptions{Title: "ε-greedy policies and their values", Cols: 2})
}

// TestGolden compares every picture with the one in testdata: SVG token by token, numbers within 0.05 points (another
// machine may round another way), PNG within a few levels of grey in all but a few pixels.
func TestGolden(t *testing.T) {
	for _, p := range pictures() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			d, err := p.draw()
			if err != nil {
				t.Fatal(err)
			}
			checkGolden(t, d, p, "svg", sameSVG)
			if p.png {
				checkGolden(t, d, p, "png", samePNG)
			}
		})
	}
}

func checkGolden(t *testing.T, d Drawable, p picture, format string, same func(got, want []byte) error) {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(d, p.width, p.height, &buf, format); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", p.name+"."+format)
	if *update {
		if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := same(buf.Bytes(), want); err != nil {
		t.Errorf("%s: %v (see it, then run go test -update)", path, err)
	}
}

var decimalNumber = regexp.MustCompile(`-?\d+(\.\d+)?(e-?\d+)?`)

// sameSVG compares the text between the numbers exactly and the numbers within 0.05.
func sameSVG(got, want []byte) error {
	if g, w := decimalNumber.ReplaceAll(got, []byte("#")), decimalNumber.ReplaceAll(want, []byte("#")); !bytes.Equal(g, w) {
		i := 0
		for i < min(len(g), len(w)) && g[i] == w[i] {
			i++
		}
		return fmt.Errorf("elements differ: %.60q, want %.60q", g[i:], w[i:])
	}
	g, w := decimalNumber.FindAll(got, -1), decimalNumber.FindAll(want, -1)
	for i := range g {
		x, errX := strconv.ParseFloat(string(g[i]), 64)
		y, errY := strconv.ParseFloat(string(w[i]), 64)
		if errX != nil || errY != nil || math.Abs(x-y) > 0.05 {
			return fmt.Errorf("number %d is %s, want %s", i, g[i], w[i])
		}
	}
	return nil
}

// samePNG allows 0.1 % of the pixels to differ by more than 8 of 255.
func samePNG(got, want []byte) error {
	g, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		return err
	}
	w, err := png.Decode(bytes.NewReader(want))
	if err != nil {
		return err
	}
	if g.Bounds() != w.Bounds() {
		return fmt.Errorf("the size is %v, want %v", g.Bounds(), w.Bounds())
	}
	a, b := g.(*image.RGBA), w.(*image.RGBA)
	differ := 0
	for i := range a.Pix {
		if d := int(a.Pix[i]) - int(b.Pix[i]); d > 8 || d < -8 {
			differ++
		}
	}
	if differ > len(a.Pix)/1000 {
		return fmt.Errorf("%d of %d channels differ", differ, len(a.Pix))
	}
	return nil
}
