package plots

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/color"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// record is a canvas that remembers what was drawn on it.
type record struct {
	seq     int
	clr     color.Color
	width   vg.Length
	turned  bool // by a right angle, as for the label of a vertical axis
	strokes []mark
	fills   []mark
	texts   []word
}

type mark struct {
	seq   int
	path  vg.Path
	clr   color.NRGBA
	width vg.Length
}

type word struct {
	text string
	at   vg.Point
	clr  color.NRGBA
}

func nrgba(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }

func (r *record) SetLineWidth(w vg.Length)            { r.width = w }
func (r *record) SetLineDash([]vg.Length, vg.Length)  {}
func (r *record) SetColor(c color.Color)              { r.clr = c }
func (r *record) Rotate(rad float64)                  { r.turned = rad != 0 }
func (r *record) Translate(vg.Point)                  {}
func (r *record) Scale(x, y float64)                  {}
func (r *record) Push()                               {}
func (r *record) Pop()                                { r.turned = false }
func (r *record) DrawImage(vg.Rectangle, image.Image) {}
func (r *record) Stroke(p vg.Path)                    { r.strokes = append(r.strokes, r.mark(p)) }
func (r *record) Fill(p vg.Path)                      { r.fills = append(r.fills, r.mark(p)) }
func (r *record) FillString(_ font.Face, p vg.Point, s string) {
	if r.turned {
		p = vg.Point{X: -p.Y, Y: p.X}
	}
	r.texts = append(r.texts, word{s, p, nrgba(r.clr)})
}

func (r *record) mark(p vg.Path) mark {
	r.seq++
	return mark{r.seq, append(vg.Path{}, p...), nrgba(r.clr), r.width}
}

// drawn records a drawing of the given size.
func drawn(d Drawable, width, height vg.Length) *record {
	r := &record{}
	d.Draw(draw.NewCanvas(r, width, height))
	return r
}

// named are the recorded texts that match a regular expression, in the order of drawing.
func (r *record) named(pattern string) []word {
	var out []word
	for _, w := range r.texts {
		if regexp.MustCompile("^(?:" + pattern + ")$").MatchString(w.text) {
			out = append(out, w)
		}
	}
	return out
}

func join(words []word) string {
	var s []string
	for _, w := range words {
		s = append(s, w.text)
	}
	return strings.Join(s, " ")
}

// must unwraps the result of a constructor.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// written renders d in a format.
func written(t *testing.T, d Drawable, format string) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(d, 400, 300, &buf, format); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// pdfText are the uncompressed streams of a PDF file.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	var out strings.Builder
	for _, s := range bytes.Split(pdf, []byte("stream\n"))[1:] {
		if z, err := zlib.NewReader(bytes.NewReader(s)); err == nil {
			b, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(b, []byte{0, 1, 0, 0}) { // a font
				out.Write(b)
			}
		}
	}
	if out.Len() == 0 {
		t.Fatal("the PDF has no stream")
	}
	return out.String()
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }
