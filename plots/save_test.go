package plots

import (
	"bytes"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

var errFull = errors.New("no space left")

func sample() *Figure { return must(Samples([]float64{1, 0, 1}, 0.5, SamplesOptions{Title: "t"})) }

// names lists a directory.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestSaveFormats(t *testing.T) {
	dir := t.TempDir()
	for name, begin := range map[string]string{"a.svg": "<?xml", "a.png": "\x89PNG", "a.pdf": "%PDF-", "B.PNG": "\x89PNG"} {
		path := filepath.Join(dir, name)
		if err := Save(sample(), 3*vg.Inch, 2*vg.Inch, path); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(got, []byte(begin)) {
			t.Errorf("%s begins with %.8q, want %q (%v)", name, got, begin, err)
		}
	}
	if got, want := names(t, dir), "B.PNG a.pdf a.png a.svg"; got != want {
		t.Errorf("the directory holds %s, want %s", got, want)
	}
	if err := Save(plot.New(), 3*vg.Inch, 2*vg.Inch, filepath.Join(dir, "plain.svg")); err != nil {
		t.Errorf("a plot of gonum: %v", err)
	}
}

// PNG has 192 dots per inch, not gonum's 96.
func TestPNGResolution(t *testing.T) {
	var buf bytes.Buffer
	if err := Write(sample(), 3*vg.Inch, 2*vg.Inch, &buf, "png"); err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(&buf)
	if err != nil || c.Width != 576 || c.Height != 384 {
		t.Errorf("3 x 2 inches are %d x %d pixels, want 576 x 384 (%v)", c.Width, c.Height, err)
	}
}

func TestSaveMisuse(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		d             Drawable
		width, height vg.Length
		path          string
		want          string
	}{
		{"extension", sample(), 100, 100, "a.jpg", `extension ".jpg": want .svg, .png or .pdf`},
		{"no extension", sample(), 100, 100, "a", `extension "": want .svg, .png or .pdf`},
		{"nil", nil, 100, 100, "a.svg", "drawing = nil"},
		{"nil figure", (*Figure)(nil), 100, 100, "a.svg", "the drawing failed"},
		{"no width", sample(), 0, 100, "a.svg", "size = 0 x 100 points"},
		{"negative", sample(), 100, -1, "a.pdf", "size = 100 x -1 points"},
		{"NaN", sample(), vg.Length(math.NaN()), 100, "a.png", "size = NaN x 100 points"},
		{"Inf", sample(), vg.Length(math.Inf(1)), 100, "a.png", "size = +Inf x 100 points"},
		{"huge", sample(), 1000 * vg.Inch, 1000 * vg.Inch, "a.png", "want at most 2713 square inches"},
		{"no directory", sample(), 200, 200, "none/a.svg", "no such file or directory"},
		{"directory is a file", sample(), 200, 200, "file/a.svg", "not a directory"},
	} {
		err := Save(c.d, c.width, c.height, filepath.Join(dir, c.path))
		if err == nil || !strings.HasPrefix(err.Error(), "plots: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want plots: ... %s", c.name, err, c.want)
		}
	}
	if got := names(t, dir); got != "file" {
		t.Errorf("failures left %s", got)
	}
	if err := Write(sample(), 100, 100, io.Discard, "gif"); err == nil || !strings.Contains(err.Error(), "want svg, png or pdf") {
		t.Errorf("format gif: %v", err)
	}
}

// A full disk, at any byte, leaves the old file whole and nothing else behind.
func TestFullDiskKeepsOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.svg")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, k := range []int{0, 1, 100} {
		err := replaceFile(path, func(w io.Writer) error {
			if _, err := w.Write(make([]byte, k)); err != nil {
				return err
			}
			return errFull
		})
		if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "a.svg is unchanged") {
			t.Errorf("full after %d bytes: error %v", k, err)
		}
		if got, err := os.ReadFile(path); string(got) != "old" || err != nil || names(t, dir) != "a.svg" {
			t.Errorf("full after %d bytes: the file is %q, the directory %s", k, got, names(t, dir))
		}
	}
	if err := Save(sample(), 200, 200, path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); !bytes.HasPrefix(got, []byte("<?xml")) || err != nil || names(t, dir) != "a.svg" {
		t.Errorf("after success the file is %.8q, the directory %s", got, names(t, dir))
	}
}

// A drawing that fails leaves the old file alone, too.
func TestFailedDrawingKeepsOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := sample()
	f.Plot.Title.Text = "漢"
	if err := Save(f, 200, 200, path); err == nil {
		t.Fatal("a label without glyph is no error")
	}
	if got, _ := os.ReadFile(path); string(got) != "old" || names(t, dir) != "a.pdf" {
		t.Errorf("the file is %q, the directory %s", got, names(t, dir))
	}
}

// Where the rename fails (the target is a directory), the new file is removed.
func TestFailedRenameLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a.svg", "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Save(sample(), 200, 200, filepath.Join(dir, "a.svg")); err == nil {
		t.Error("a directory was replaced by a file")
	}
	if got := names(t, dir); got != "a.svg" {
		t.Errorf("the directory holds %s, want a.svg alone", got)
	}
}

// A file left over by a crash does not stand in the way of the next one.
func TestSaveBesideLeftover(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".a.svg.0.tmp"), []byte("left"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Save(sample(), 200, 200, filepath.Join(dir, "a.svg")); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), ".a.svg.0.tmp a.svg"; got != want {
		t.Errorf("the directory holds %s, want %s", got, want)
	}
}

// brokenWriter fails after left bytes.
type brokenWriter struct{ left int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	n := min(b.left, len(p))
	b.left -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestWriterFails(t *testing.T) {
	for _, format := range []string{"svg", "png", "pdf"} {
		if err := Write(sample(), 200, 200, &brokenWriter{500}, format); !errors.Is(err, errFull) {
			t.Errorf("%s: a writer that fails after 500 bytes gives %v", format, err)
		}
	}
}
