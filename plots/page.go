package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// PageOptions are the choices of [Page].
type PageOptions struct {
	Title string // above all panels
	Cols  int    // panels in a row; 0 means all of them
}

// Sheet is several drawings on one page, made by [Page].
type Sheet struct {
	Panels []Drawable // row by row
	Cols   int
	Title  string
	title  *plot.Plot // the style of the title
}

// Page puts panels side by side, row by row, as the book prints a policy beside its values. The data of all figures
// have one size and stand in line, whatever surrounds them: cells of the same grid are of the same size. Each panel
// keeps its own title.
func Page(panels []Drawable, o PageOptions) (*Sheet, error) {
	if len(panels) == 0 {
		return nil, errors.New("plots: panels is empty: want at least one drawing")
	}
	for i, d := range panels {
		if d == nil {
			return nil, fmt.Errorf("plots: panels[%d] = nil: want a drawing", i)
		}
	}
	if o.Cols < 0 {
		return nil, fmt.Errorf("plots: Cols = %d: want a positive number, or 0 for one row", o.Cols)
	}
	return &Sheet{panels, min(orElse(o.Cols, len(panels)), len(panels)), o.Title, newPlot()}, nil
}

// Draw implements [Drawable].
func (s *Sheet) Draw(c draw.Canvas) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	if s.Title != "" {
		size := vg.Length(titleSize + 2)
		sty := fit(textStyle(s.title, size), s.Title, c.Max.X-c.Min.X-2*outer)
		sty.YAlign = draw.YBottom
		height := sty.Height(s.Title)
		c.Max.Y -= outer + height
		write(c, sty, c.Center().X, c.Max.Y+0.2*size, s.Title)
	}
	rows := (len(s.Panels) + s.Cols - 1) / s.Cols
	tiles := draw.Tiles{Rows: rows, Cols: s.Cols}
	m := make([]margins, len(s.Panels))
	left, right := make([]vg.Length, s.Cols), make([]vg.Length, s.Cols)
	top, bottom := make([]vg.Length, rows), make([]vg.Length, rows)
	for i, d := range s.Panels {
		col, row := i%s.Cols, i/s.Cols
		if f, ok := d.(*Figure); ok {
			m[i] = f.margins(tiles.At(c, col, row))
		}
		left[col], right[col] = max(left[col], m[i].left), max(right[col], m[i].right)
		top[row], bottom[row] = max(top[row], m[i].top), max(bottom[row], m[i].bottom)
	}
	width := (c.Max.X - c.Min.X - sum(left) - sum(right)) / vg.Length(s.Cols)
	height := (c.Max.Y - c.Min.Y - sum(top) - sum(bottom)) / vg.Length(rows)
	for i, d := range s.Panels {
		col, row := i%s.Cols, i/s.Cols
		tile := c
		tile.Min.X = c.Min.X + sum(left[:col]) + sum(right[:col]) + vg.Length(col)*width
		tile.Max.X = tile.Min.X + left[col] + width + right[col]
		tile.Max.Y = c.Max.Y - sum(top[:row]) - sum(bottom[:row]) - vg.Length(row)*height
		tile.Min.Y = tile.Max.Y - top[row] - height - bottom[row]
		if f, ok := d.(*Figure); ok {
			f.drawIn(tile, margins{left[col], right[col], bottom[row], top[row]})
		} else {
			d.Draw(tile)
		}
	}
}

func sum(lengths []vg.Length) (total vg.Length) {
	for _, l := range lengths {
		total += l
	}
	return total
}
