package plots

import (
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// fineCells is the number of cells from which the ground is an image: cells are smaller than what can be told apart, and a
// shape for each would make files of many megabytes.
const fineCells = 1 << 16

// maxSide is the most pixels of the longer side of that image.
const maxSide = 1000

// fine reports whether the ground of the board is an image.
func (b *board) fine() bool { return len(b.kind) > fineCells }

// checkShapes refuses shapes in each cell where the cells are too small for them.
func (b *board) checkShapes(shapes, instead string) error {
	if !b.fine() {
		return nil
	}
	return fmt.Errorf("plots: layout.Dims() = %d, %d: want at most %d cells for %s; %s", b.rows, b.cols, fineCells, shapes, instead)
}

// drawImage draws the ground as an image. A pixel is a cell, or the mean colour of a square of cells.
func (g ground) drawImage(c draw.Canvas, p *plot.Plot) {
	block := (max(g.rows, g.cols) + maxSide - 1) / maxSide
	picture := image.NewNRGBA(image.Rect(0, 0, (g.cols+block-1)/block, (g.rows+block-1)/block))
	for y := range picture.Rect.Max.Y {
		for x := range picture.Rect.Max.X {
			picture.SetNRGBA(x, y, g.mean(y*block, x*block, block))
		}
	}
	first, last := g.rect(p, &c, 0), g.rect(p, &c, len(g.kind)-1)
	side := (last.Max.X - first.Min.X) / vg.Length(g.cols)
	right, bottom := first.Min.X+side*vg.Length(picture.Rect.Max.X*block), first.Max.Y-side*vg.Length(picture.Rect.Max.Y*block)
	c.DrawImage(vg.Rectangle{Min: vg.Point{X: first.Min.X, Y: bottom}, Max: vg.Point{X: right, Y: first.Max.Y}}, picture)
}

// mean is the mean colour of the cells of a square, as far as it lies on the board.
func (g ground) mean(row, col, side int) color.NRGBA {
	var sum [3]int
	n := 0
	for r := row; r < min(row+side, g.rows); r++ {
		for _, f := range g.fill[r*g.cols+col : r*g.cols+min(col+side, g.cols)] {
			sum[0], sum[1], sum[2] = sum[0]+int(f.R), sum[1]+int(f.G), sum[2]+int(f.B)
			n++
		}
	}
	return color.NRGBA{R: uint8(sum[0] / n), G: uint8(sum[1] / n), B: uint8(sum[2] / n), A: 255}
}
