package plots

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/mcrl/env"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Each test of this file holds one thing that gonum/plot does wrong, or does without a word, and that this package
// promises to avoid.

// gonum's PDF multiplies translucent colours by their alpha twice: blue at 0.2 must be the blue it gives on white.
func TestPDFBandColour(t *testing.T) {
	c := learning("band", 50, 1, 0.1)
	text := pdfText(t, written(t, must(Convergence([]Curve{c}, ConvergenceOptions{})), "pdf"))
	if want := "0.800 0.890 0.941 rg"; !strings.Contains(text, want) {
		t.Errorf("the band of PDF has no fill %q (blue #0072B2 at 0.2 on white)", want)
	}
	// The same for whatever plotter a caller adds.
	p := plot.New()
	poly := must(plotter.NewPolygon(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 1, Y: 1}}))
	poly.Color = color.NRGBA{R: 255, A: 51}
	p.Add(poly)
	pdf := written(t, p, "pdf")
	if want := "1.000 0.800 0.800 rg"; !strings.Contains(pdfText(t, pdf), want) {
		t.Errorf("a red polygon at 0.2 has no fill %q in PDF", want)
	}
	if bytes.Contains(pdf, []byte("/ca 0.")) {
		t.Error("the PDF has translucent colours left")
	}
	if svg := written(t, p, "svg"); !bytes.Contains(svg, []byte("fill:#FF0000;fill-opacity:0.2")) {
		t.Error("SVG lost the translucent colour")
	}
}

// Bands lie below all lines, and the key shows both.
func TestBandsBelowLines(t *testing.T) {
	f := must(Convergence([]Curve{learning("one", 30, 1, 0.1), learning("two", 30, 2, 0.1)}, ConvergenceOptions{}))
	if n := len(f.Key[0].Marks); n != 2 {
		t.Errorf("the key of a curve with a band has %d marks, want 2", n)
	}
	r := drawn(f, 400, 300)
	var bands, lines []int
	for _, m := range r.fills {
		if m.clr.A == 51 {
			bands = append(bands, m.seq)
		}
	}
	for _, m := range r.strokes {
		if near(float64(m.width), 1.3, 1e-9) {
			lines = append(lines, m.seq)
		}
	}
	if len(bands) != 4 || len(lines) != 4 || bands[1] > lines[0] { // two of each in the plot, then in the key
		t.Errorf("bands are drawn at %v, lines at %v: want all bands of the plot first", bands, lines)
	}
}

// gonum's PDF writes UTF-8 into a cp1252 font: ε came out as two wrong letters.
func TestPDFGreekIsSpelt(t *testing.T) {
	f := must(Samples([]float64{1, 2}, 1, SamplesOptions{Title: "ε-greedy, γ = 0.9, qπ ≤ v₀", XLabel: "café ± µ – k"}))
	text := pdfText(t, written(t, f, "pdf"))
	for _, want := range []string{"(epsilon-greedy, gamma = 0.9, q pi <= v0)", "(caf\xe9 \xb1 \xb5 \x96 k)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF does not say %q", want)
		}
	}
	svg := string(written(t, f, "svg"))
	for _, want := range []string{">ε-greedy, γ = 0.9, qπ ≤ v₀<", ">café ± µ – k<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the SVG does not say %q", want)
		}
	}
}

// The alignment of text in PDF counts the spelt text, not the Greek letter that is not drawn.
func TestPDFSpeltTextStaysCentred(t *testing.T) {
	title := func(s string) string {
		f := must(Samples([]float64{1, 2}, 1, SamplesOptions{Title: s}))
		text := pdfText(t, written(t, f, "pdf"))
		before := text[:strings.Index(text, "(epsilon epsilon epsilon)Tj")]
		lines := strings.Split(strings.TrimSpace(before), "\n")
		for i := len(lines) - 1; i >= 0; i-- { // the translation that places the text
			if strings.HasPrefix(lines[i], "1.00000 0.00000 0.00000 1.00000") {
				return lines[i]
			}
		}
		t.Fatalf("no placement before the title:\n%s", before[max(0, len(before)-300):])
		return ""
	}
	if greek, latin := title("ε ε ε"), title("epsilon epsilon epsilon"); greek != latin {
		t.Errorf("ε ε ε is placed by %q, epsilon epsilon epsilon by %q", greek, latin)
	}
}

// Runes that the font lacks used to vanish: they are spelt out where there is a spelling and an error elsewhere.
func TestMissingGlyphs(t *testing.T) {
	f := must(Samples([]float64{1, 2}, 1, SamplesOptions{Title: "∇J"}))
	if svg := string(written(t, f, "svg")); !strings.Contains(svg, ">grad J<") {
		t.Error("∇J is not spelt out as grad J")
	}
	for _, format := range []string{"svg", "png", "pdf"} {
		f.Plot.Title.Text = "run 🚀 1"
		err := Write(f, 300, 200, &bytes.Buffer{}, format)
		if err == nil || !strings.Contains(err.Error(), `label "run 🚀 1"`) || !strings.Contains(err.Error(), "U+1F680") {
			t.Errorf("%s: a rocket in the title gives %v, want an error that names it", format, err)
		}
	}
}

func TestSpell(t *testing.T) {
	ascii := func(r rune) bool { return r >= ' ' && r < 0x7f }
	for in, want := range map[string]string{
		"": "", "plain": "plain", "ε": "epsilon", "ε=1": "epsilon=1", "2πr": "2 pi r", "γλ": "gamma lambda",
		"γ²": "gamma^2", "x₁₂": "x12", "a\nβ": "a\nbeta", "−1": "-1", "(α)": "(alpha)", "π π": "pi pi", "v≥0": "v>=0",
	} {
		if got, err := spell(in, ascii); got != want || err != nil {
			t.Errorf("spell(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	if _, err := spell("漢", ascii); err == nil {
		t.Error("spell(漢) is no error")
	}
}

// What Legible returns is drawn, and what needs no change has none.
func TestLegible(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "soft, epsilon 0.1": "soft, epsilon 0.1", "ε-greedy λ→∞ 日本": "ε-greedy λ→∞ U+65E5 U+672C", "∇J²": "∇J²", "a日1": "a U+65E5 1",
		"日-本": "U+65E5-U+672C", "run 🚀": "run U+1F680", "a\nb\x00": "a\nb U+0000", "\xff": "U+FFFD", "e\u0301": "e\u0301", "метод": "метод",
	} {
		got := Legible(in)
		if got != want && !(in == "\xff" || in == "e\u0301") { // what fonts have of these differs
			t.Errorf("Legible(%q) = %q, want %q", in, got, want)
		}
		f := must(Samples([]float64{1, 2}, 1, SamplesOptions{Title: "x" + got}))
		for _, format := range []string{"svg", "png"} {
			written(t, f, format)
		}
	}
}

// A curve that is drawn alone keeps the colour and the dashes that it has among others.
func TestCurveStyle(t *testing.T) {
	x := []float64{1, 2}
	among := must(Convergence([]Curve{{X: x, Y: x}, {X: x, Y: x}, {X: x, Y: x, Label: "c"}}, ConvergenceOptions{}))
	alone := must(Convergence([]Curve{{X: x, Y: x, Label: "c", Style: 3}}, ConvergenceOptions{}))
	sty := func(f *Figure) draw.LineStyle { return f.Key[0].Marks[0].(line).sty }
	if got, want := sty(alone), sty(among); !reflect.DeepEqual(got, want) || want.Color != green {
		t.Errorf("style %v, want %v", got, want)
	}
}

// gonum's own ticks give two or three labels and a "-0".
func TestTicks(t *testing.T) {
	labels := func(m plot.Ticker, lo, hi float64) string {
		var out []string
		for _, k := range m.Ticks(lo, hi) {
			if !k.IsMinor() {
				out = append(out, k.Label)
			}
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		marker plot.Ticker
		lo, hi float64
		want   string
	}{
		{ticks{}, 0, 1, "0 0.2 0.4 0.6 0.8 1.0"},
		{ticks{}, -1, 1, "-1.0 -0.5 0 0.5 1.0"},
		{ticks{}, -0.3, 0.3, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3"},
		{ticks{}, 0, 100, "0 20 40 60 80 100"},
		{ticks{}, 0, 1e6, "0 2e5 4e5 6e5 8e5 1e6"},
		{ticks{}, 0, 1.2e6, "0 2e5 4e5 6e5 8e5 1e6 1.2e6"},
		{ticks{}, 0, 3e-9, "0 5e-10 1e-9 1.5e-9 2e-9 2.5e-9 3e-9"},
		{ticks{}, 1e6, 1e6 + 3, "1000000e0"},
		{ticks{3}, 0, 4.7, "0 2 4"},
		{logTicks{}, 0.001, 1000, "0.001 0.01 0.1 1 10 100 1000"},
		{logTicks{}, 1, 1e12, "1 100 10000 1e6 1e8 1e10 1e12"},
		{logTicks{}, 1, 60, "1 2 5 10 20 50"},
		{logTicks{}, 2, 3, "2.0 2.2 2.4 2.6 2.8 3.0"},
		{logTicks{}, 0, 1, ""},
		{logTicks{}, -1, 1, ""},
		{ticks{}, 1, 1, ""},
		{ticks{}, math.NaN(), 1, ""},
		{ticks{}, math.Inf(-1), 1, ""},
	} {
		if c.lo == 1e6 { // differences beyond five digits are printed in full
			c.want = "1e6 1.0000005e6 1.000001e6 1.0000015e6 1.000002e6 1.0000025e6 1.000003e6"
		}
		if got := labels(c.marker, c.lo, c.hi); got != c.want {
			t.Errorf("%T%v from %v to %v: %q, want %q", c.marker, c.marker, c.lo, c.hi, got, c.want)
		}
	}
}

// Whatever the range, a linear axis has three to ten labels, all different, in order, none of them "-0".
func TestTicksOfAnyRange(t *testing.T) {
	for i := range 3000 {
		size := math.Pow(10, 30*noise(3*i)-15)
		lo := (2*noise(3*i+1) - 1) * size
		hi := lo + size*math.Pow(10, 3*noise(3*i+2)-2)
		marks := ticks{}.Ticks(lo, hi)
		if len(marks) < 3 || len(marks) > 10 {
			t.Fatalf("ticks from %v to %v: %d, want 3 to 10", lo, hi, len(marks))
		}
		for k, m := range marks {
			var v float64
			if _, err := fmt.Sscan(m.Label, &v); err != nil || math.Abs(v-m.Value) > 1e-9*size || strings.HasPrefix(m.Label, "-0") && v == 0 {
				t.Fatalf("ticks from %v to %v: the label of %v is %q", lo, hi, m.Value, m.Label)
			}
			if k > 0 && (m.Value <= marks[k-1].Value || m.Label == marks[k-1].Label) {
				t.Fatalf("ticks from %v to %v: %q after %q", lo, hi, m.Label, marks[k-1].Label)
			}
		}
	}
}

// gonum panics on zero or less on a log axis: such points are gaps, and a band with a lower end there reaches the axis.
func TestLogAxisGaps(t *testing.T) {
	c := Curve{Label: "c", X: []float64{0, 1, 10, 100, 1000, 1e4}, Y: []float64{9, 1, 0, math.NaN(), 0.1, 0.2},
		Lo: []float64{8, -1, 0, math.NaN(), 0, 0.1}, Hi: []float64{10, 2, 1, math.NaN(), 0.2, 0.3}}
	f := must(Convergence([]Curve{c}, ConvergenceOptions{LogX: true, LogY: true}))
	for _, format := range []string{"svg", "png", "pdf"} {
		written(t, f, format)
	}
	var lengths []int
	r := drawn(f, 400, 300)
	for _, s := range r.strokes {
		if s.clr == blue && near(float64(s.width), 1.3, 1e-9) {
			lengths = append(lengths, len(s.path))
		}
	}
	if want := []int{2, 2}; fmt.Sprint(lengths) != fmt.Sprint(want) { // 0.1 to 0.2, and the key; (1, 1) alone is a dot
		t.Errorf("strokes of %v points, want %v", lengths, want)
	}
	// Set to log afterwards, by the caller, on data that are not positive.
	f = must(Convergence([]Curve{c}, ConvergenceOptions{}))
	f.Plot.Y.Scale, f.Plot.Y.Min = plot.LogScale{}, 0.01
	written(t, f, "svg")
}

// Panics of gonum while drawing come back as errors.
func TestPanicIsError(t *testing.T) {
	f := must(Samples([]float64{1, 2}, 1, SamplesOptions{}))
	f.Plot.Y.Scale = plot.LogScale{} // the axis reaches below zero
	f.Plot.Y.Min = -1
	for _, format := range []string{"svg", "png", "pdf"} {
		if err := Write(f, 300, 200, &bytes.Buffer{}, format); err == nil || !strings.Contains(err.Error(), "greater than 0") {
			t.Errorf("%s: a log axis from -1 gives %v, want gonum's panic as an error", format, err)
		}
	}
	if err := Write(f, 300, 200, &bytes.Buffer{}, "svg"); !strings.HasPrefix(fmt.Sprint(err), "plots: ") {
		t.Errorf("the error %v does not begin with plots:", err)
	}
}

// gonum's colour bar panics where all values are equal, and takes a whole tile of the page.
func TestColourBar(t *testing.T) {
	for _, v := range []float64{0, 5, -5, 1e-300, 1e300, -1e300} {
		values := make([]float64, 25)
		for i := range values {
			values[i] = v
		}
		written(t, must(Values(book(), values, ValuesOptions{Label: "v"})), "svg")
	}
	f := must(Visits(book(), func(env.State, env.Action) int64 { return 7 }, VisitsOptions{}))
	written(t, f, "svg")
	f = must(Visits(book(), func(env.State, env.Action) int64 { return 0 }, VisitsOptions{}))
	written(t, f, "svg")

	m := must(Values(book(), bookValues(), ValuesOptions{Label: "v(s)"})).margins(draw.NewCanvas(&record{}, 300, 300))
	if m.right > 50 {
		t.Errorf("the colour bar takes %v points of 300, want at most 50", m.right)
	}
}

// The bar is exactly as high as the cells, and beside them.
func TestColourBarInLine(t *testing.T) {
	r := drawn(must(Values(book(), bookValues(), ValuesOptions{})), 300, 300)
	first, last := r.fills[1], r.fills[len(r.fills)-1] // after the background; the bar is drawn last
	for k := len(r.fills) - 1; nrgba(r.fills[k].clr) != nrgba(ramp(256)[0]); k-- {
		last = r.fills[k-1] // its first rectangle spans the whole bar
	}
	cellTop := first.path[2].Pos.Y
	if barTop := last.path[2].Pos.Y; !near(float64(barTop), float64(cellTop), 1e-9) {
		t.Errorf("the bar ends at %v, the cells at %v", barTop, cellTop)
	}
	if left, right := last.path[0].Pos.X, last.path[1].Pos.X; !near(float64(right-left), barWidth, 1e-9) {
		t.Errorf("the bar is %v wide, want %v", right-left, barWidth)
	}
}

// Noise of 1e5 points in one path took gonum 13.7 s: no stroke has more than 200 points, no column more than 4.
func TestNoiseIsFast(t *testing.T) {
	c := Curve{X: make([]float64, 1e5), Y: make([]float64, 1e5)}
	for i := range c.X {
		c.X[i], c.Y[i] = float64(i), noise(i)
	}
	f := must(Convergence([]Curve{c}, ConvergenceOptions{}))
	points := 0
	for _, s := range drawn(f, 432, 288).strokes {
		if len(s.path) > maxStroke {
			t.Fatalf("a stroke has %d points", len(s.path))
		}
		points += len(s.path)
	}
	if most := int(5 * 432 / column); points > most {
		t.Errorf("%d points are drawn, want at most %d", points, most)
	}
	start := time.Now()
	if err := Write(f, 216, 144, &bytes.Buffer{}, "png"); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > slow*3*time.Second { // 0.1 s on a free machine
		t.Errorf("1e5 points of noise take %v", d)
	}
}

// Thinning keeps first, last, lowest and highest point of every column, so no peak is lost.
func TestThinKeepsPeaks(t *testing.T) {
	run := make([]vg.Point, 20000)
	for i := range run {
		run[i] = vg.Point{X: vg.Length(i) / 100, Y: vg.Length(noise(i))}
	}
	run[12345].Y, run[777].Y = 50, -50
	out := thin(run)
	low, high := vg.Length(0), vg.Length(0)
	for i, q := range out {
		low, high = min(low, q.Y), max(high, q.Y)
		if i > 0 && q.X < out[i-1].X {
			t.Fatalf("point %d lies to the left of the one before", i)
		}
	}
	if low != -50 || high != 50 || out[0] != run[0] || out[len(out)-1] != run[len(run)-1] {
		t.Errorf("thin runs from %v to %v between %v and %v", out[0], out[len(out)-1], low, high)
	}
	if len(out) > 4*400+4 {
		t.Errorf("%d points are left of 20000 in 400 columns", len(out))
	}
	short := run[:4]
	if got := thin(short); len(got) != 4 {
		t.Errorf("thin drops points of a short run: %d of 4 left", len(got))
	}
}

// A dashed line drawn in pieces has the dashes of one line.
func TestDashesRunOn(t *testing.T) {
	var line []vg.Point
	for i := range 1000 {
		line = append(line, vg.Point{X: vg.Length(i)})
	}
	d := &dashRecord{}
	stroke(draw.NewCanvas(d, 1000, 10), draw.LineStyle{Color: black, Width: 1, Dashes: []vg.Length{5, 3}}, line)
	if want := []vg.Length{0, 199, 398, 597, 796, 995}; fmt.Sprint(d.offsets) != fmt.Sprint(want) {
		t.Errorf("the pieces begin %v into the dashes, want %v", d.offsets, want)
	}
}

type dashRecord struct {
	record
	offsets []vg.Length
}

func (d *dashRecord) SetLineDash(_ []vg.Length, offset vg.Length) {
	d.offsets = append(d.offsets, offset)
}

// gonum's PDF draws sharp turns as spikes ten half-widths long: no turn of a stroke is sharper than 130 degrees.
func TestPDFNoSpikes(t *testing.T) {
	var p vg.Path
	p.Move(vg.Point{})
	for i := range 200 {
		p.Line(vg.Point{X: vg.Length(i+1) / 4, Y: vg.Length(100 * noise(i))})
	}
	r := &record{}
	(&guard{Canvas: r, pdf: true}).SetColor(black)
	g := &guard{Canvas: r, pdf: true}
	g.Stroke(p)
	out := r.strokes[0].path
	for i := 2; i < len(out); i++ {
		u, v := out[i-1].Pos.Sub(out[i-2].Pos), out[i].Pos.Sub(out[i-1].Pos)
		cos := float64(u.Dot(v)) / math.Sqrt(float64(u.Dot(u)*v.Dot(v)))
		if cos < -0.65 { // the hair turns short neighbours a little beyond -0.5
			t.Fatalf("the turn at point %d of %d has cosine %v", i-1, len(out), cos)
		}
	}
	if first, last := out[0].Pos, out[len(out)-1].Pos; first != p[0].Pos || last != p[200].Pos {
		t.Errorf("the path runs from %v to %v", first, last)
	}
}

// SVG names its font; the reader without it gets one of the same widths. Nothing falls back to gonum's serif.
func TestFonts(t *testing.T) {
	before := [2]font.Font{plot.DefaultFont, plotter.DefaultFont}
	for _, p := range pictures() {
		svg := string(written(t, must(p.draw()), "svg"))
		all, sans := strings.Count(svg, "font-family:"), strings.Count(svg, "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
		if all == 0 || all != sans {
			t.Errorf("%s: %d of %d texts are in Liberation Sans", p.name, sans, all)
		}
	}
	if after := [2]font.Font{plot.DefaultFont, plotter.DefaultFont}; before != after {
		t.Errorf("gonum's default fonts changed from %v to %v", before, after)
	}
}

// The same data give the same bytes, in every format and from several goroutines at once.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, p := range pictures() {
		for _, format := range []string{"svg", "pdf", "png"} {
			if format == "png" && p.name != "convergence" {
				continue // PNG comes from the same calls as SVG, a hundred times more slowly
			}
			d := must(p.draw())
			want := written(t, d, format)
			if again := written(t, must(p.draw()), format); !bytes.Equal(want, again) {
				t.Errorf("%s.%s differs from itself", p.name, format)
			}
			if format == "png" {
				continue
			}
			var group sync.WaitGroup
			for range 2 {
				group.Add(1)
				go func() {
					defer group.Done()
					var buf bytes.Buffer
					if err := Write(d, 400, 300, &buf, format); err != nil || !bytes.Equal(buf.Bytes(), want) {
						t.Errorf("%s.%s differs when drawn twice at once (%v)", p.name, format, err)
					}
				}()
			}
			group.Wait()
		}
	}
}

// SVG of a fully transparent colour was "#-8000000000000000": it is not drawn.
func TestTransparent(t *testing.T) {
	f := must(Samples([]float64{1, 2}, 1, SamplesOptions{Title: "t"}))
	f.Plot.BackgroundColor = color.Transparent
	f.Plot.Title.TextStyle.Color = color.Transparent
	if svg := string(written(t, f, "svg")); strings.Contains(svg, "#-") || strings.Contains(svg, ">t<") {
		t.Error("the SVG holds a transparent mark")
	}
}

// A plotter that draws at NaN is reported.
func TestNaNPath(t *testing.T) {
	f := must(Samples([]float64{1, 2}, 1, SamplesOptions{}))
	f.Plot.Add(plotFunc(func(c draw.Canvas, _ *plot.Plot) {
		c.StrokeLine2(draw.LineStyle{Color: black, Width: 1}, 0, 0, vg.Length(math.NaN()), 1)
	}))
	if err := Write(f, 300, 200, &bytes.Buffer{}, "svg"); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("a line to NaN gives %v, want an error", err)
	}
}

type plotFunc func(draw.Canvas, *plot.Plot)

func (f plotFunc) Plot(c draw.Canvas, p *plot.Plot) { f(c, p) }

// A picture smaller than its labels is an error, not a heap of overlapping text.
func TestTooSmall(t *testing.T) {
	for _, p := range pictures() {
		err := Write(must(p.draw()), 30, 20, &bytes.Buffer{}, "svg")
		if err == nil || !strings.Contains(err.Error(), "30 x 20 points") && p.name != "page" {
			t.Errorf("%s at 30 x 20 points gives %v, want an error", p.name, err)
		}
	}
}
