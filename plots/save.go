package plots

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Drawable is anything that fills a canvas: a [Figure], a [Sheet], a *plot.Plot of gonum.
type Drawable interface {
	Draw(c draw.Canvas)
}

// dpi is the resolution of PNG: twice that of a plain screen.
const dpi = 192

// maxPixels bounds the memory of a PNG picture (4 bytes for each).
const maxPixels = 1e8

// Save renders d at width x height and puts the picture at path, in the format that the extension names: .svg, .png
// or .pdf.
//
// The file appears whole or not at all: it is written beside path, synced and renamed, so that after any failure an
// older file is as it was and nothing is left over. The directory must exist.
//
// Errors: those of [Write], those of the file system.
func Save(d Drawable, width, height vg.Length, path string) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if !known(format) {
		return fmt.Errorf("plots: file %q has the extension %q: want .svg, .png or .pdf", path, filepath.Ext(path))
	}
	var picture bytes.Buffer
	if err := Write(d, width, height, &picture, format); err != nil {
		return err
	}
	return replaceFile(path, func(w io.Writer) error {
		_, err := w.Write(picture.Bytes())
		return err
	})
}

// Write renders d at width x height to w; format is svg, png or pdf.
//
// SVG names its font (Liberation Sans, or Arial, which has the same widths) and does not carry it; PNG has 192 dots per
// inch; PDF carries its font, spells out runes beyond Windows code page 1252 (γ becomes gamma) and shows translucent
// colours as the opaque ones they give on white. The same drawing gives the same bytes in every format.
//
// Errors: an unknown format, a size that is not positive, a label with a rune that the font cannot draw, and whatever
// gonum panics about while it draws.
func Write(d Drawable, width, height vg.Length, w io.Writer, format string) error {
	switch {
	case d == nil:
		return errors.New("plots: drawing = nil: want a figure, a page or a plot")
	case !known(format):
		return fmt.Errorf("plots: format = %q: want svg, png or pdf", format)
	case !(width >= 1 && height >= 1): // NaN too
		return fmt.Errorf("plots: size = %v x %v points: want at least 1 x 1", float64(width), float64(height))
	case float64(width/vg.Inch*dpi)*float64(height/vg.Inch*dpi) > maxPixels:
		return fmt.Errorf("plots: size = %v x %v points: want at most %.0f square inches",
			float64(width), float64(height), maxPixels/dpi/dpi)
	}
	picture, err := render(d, width, height, format)
	if err != nil {
		return err
	}
	if _, err := w.Write(picture); err != nil {
		return fmt.Errorf("plots: writing %s: %w", format, err)
	}
	return nil
}

func known(format string) bool { return format == "svg" || format == "png" || format == "pdf" }

// render draws d and returns the bytes of the picture; panics of gonum become errors.
func render(d Drawable, width, height vg.Length, format string) (picture []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			picture, err = nil, fmt.Errorf("plots: the drawing failed: %v", p)
		}
	}()
	var canvas vg.CanvasWriterTo
	switch format {
	case "svg":
		canvas = vgsvg.New(width, height)
	case "png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	case "pdf":
		canvas = vgpdf.New(width, height)
	}
	g := &guard{Canvas: canvas, pdf: format == "pdf"}
	d.Draw(draw.NewCanvas(g, width, height))
	if g.err != nil {
		return nil, g.err
	}
	var buf bytes.Buffer
	if _, err := canvas.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("plots: writing %s: %w", format, err)
	}
	return settle(buf.Bytes(), format), nil
}

// settle makes a picture independent of the machine: fonts of the same widths for a reader of SVG without Liberation,
// and no time of day in PDF. (A quotation mark in a label is escaped, so the SVG text cannot be part of one.)
func settle(picture []byte, format string) []byte {
	switch format {
	case "svg":
		picture = bytes.ReplaceAll(picture, []byte(`"data:image/jpg;base64,`), []byte(`"data:image/png;base64,`)) // as it is
		return bytes.ReplaceAll(picture, []byte(`style="font-family:Liberation Sans;`),
			[]byte(`style="font-family:'Liberation Sans',Arial,Helvetica,sans-serif;`))
	case "pdf":
		return regexp.MustCompile(`(/(?:Creation|Mod)Date \(D:)\d{14}`).ReplaceAll(picture, []byte("${1}20000101000000"))
	}
	return picture
}

// replaceFile puts what write writes at path, whole or not at all.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	f, err := besides(path)
	if err != nil {
		return fmt.Errorf("plots: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("plots: %s is unchanged: %w", path, err), os.Remove(f.Name()))
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// besides opens a new file in the directory of path.
func besides(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d.tmp", base, i))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if i == 1000 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
