package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// RegionsOptions are the choices of [Regions].
type RegionsOptions struct {
	Title string
	TableAxes
	Names []string // of the classes, such as the actions STICK and HIT; at most 7
	Rings CellMarks
	Cross CellMarks
}

// CellMarks are cells with a sign, and what the key says of it.
type CellMarks struct {
	Label string
	Cells [][2]int // row and column, from 0
}

// Regions draws a table of classes over two axes, such as the action of a policy for each hand of blackjack: a colour for
// each class, its name in the widest part of its region, and a heavy line where two classes meet.
//
// class has a row for each name in Rows and in each row a number below len(Names) for each name in Cols. Source: the left
// sides of Sutton & Barto, Figure 5.2.
func Regions(class [][]int, o RegionsOptions) (*Figure, error) {
	b, err := newTable(o.TableAxes, len(class), func(r int) int { return len(class[r]) })
	if err != nil {
		return nil, err
	}
	if err := o.check(class, b); err != nil {
		return nil, err
	}
	r := regions{board: b, names: o.Names}
	f := b.table(o.Title, o.TableAxes)
	for _, row := range class {
		r.class = append(r.class, row...)
	}
	r.sty = textStyle(f.Plot, labelSize)
	g := b.kinds()
	for i, k := range r.class {
		g.fill[i] = over(translucent(curveStyle(k).Color, 0.3))
	}
	f.Plot.Add(g, lattice{b}, r)
	for i, m := range []CellMarks{o.Rings, o.Cross} {
		if len(m.Cells) == 0 {
			continue
		}
		sign := []func(c, at draw.Canvas){ringed, crossed}[i]
		var cells []int
		for _, at := range m.Cells {
			cells = append(cells, at[0]*b.cols+at[1])
		}
		f.Plot.Add(marks{b, cells, sign})
		if m.Label != "" {
			f.Key = append(f.Key, Entry{m.Label, []plot.Thumbnailer{signKey(sign)}})
		}
	}
	return f, nil
}

func (o RegionsOptions) check(class [][]int, b *board) error {
	var errs []error
	if n := len(o.Names); n < 1 || n > 7 {
		errs = append(errs, fmt.Errorf("plots: %d Names: want the names of 1 to 7 classes", n))
	}
	for r, row := range class {
		for c, k := range row {
			if k < 0 || k >= len(o.Names) {
				errs = append(errs, fmt.Errorf("plots: class[%d][%d] = %d: want 0 to %d", r, c, k, len(o.Names)-1))
			}
		}
	}
	for _, m := range []CellMarks{o.Rings, o.Cross} {
		for _, at := range m.Cells {
			if at[0] < 0 || at[0] >= b.rows || at[1] < 0 || at[1] >= b.cols {
				errs = append(errs, fmt.Errorf("plots: mark at row %d, column %d: want rows below %d and columns below %d", at[0], at[1], b.rows, b.cols))
			}
		}
	}
	return errors.Join(errs...)
}

// regions draws the lines between classes and the names of the classes.
type regions struct {
	*board
	class []int
	names []string
	sty   text.Style
}

// Plot implements plot.Plotter.
func (r regions) Plot(c draw.Canvas, p *plot.Plot) {
	line := draw.LineStyle{Color: black, Width: 1.6}
	for i, k := range r.class {
		cell := r.rect(p, &c, i)
		if (i+1)%r.cols != 0 && r.class[i+1] != k {
			c.StrokeLine2(line, cell.Max.X, cell.Min.Y, cell.Max.X, cell.Max.Y)
		}
		if i+r.cols < len(r.class) && r.class[i+r.cols] != k {
			c.StrokeLine2(line, cell.Min.X, cell.Min.Y, cell.Max.X, cell.Min.Y)
		}
	}
	_, side := r.center(p, &c, 0)
	for k, name := range r.names {
		row, left, right := r.widest(k)
		if row < 0 {
			continue
		}
		at, _ := r.center(p, &c, row*r.cols+left)
		end, _ := r.center(p, &c, row*r.cols+right)
		sty := fit(r.sty, name, 0.9*(end.X-at.X+side))
		if sty.Font.Size >= 4 {
			write(c, sty, (at.X+end.X)/2, at.Y, name)
		}
	}
}

// widest is where the name of a class goes: the longest run of its cells in a row, the middle one of several; row -1 if it
// has none.
func (r regions) widest(class int) (row, left, right int) {
	type run struct{ row, left, right int }
	var best []run
	for i := 0; i < len(r.class); {
		j := i + 1
		for j%r.cols != 0 && r.class[j] == r.class[i] {
			j++
		}
		if r.class[i] == class {
			switch {
			case len(best) == 0 || j-i > best[0].right-best[0].left+1:
				best = append(best[:0], run{i / r.cols, i % r.cols, (j - 1) % r.cols})
			case j-i == best[0].right-best[0].left+1:
				best = append(best, run{i / r.cols, i % r.cols, (j - 1) % r.cols})
			}
		}
		i = j
	}
	if len(best) == 0 {
		return -1, 0, 0
	}
	m := best[len(best)/2]
	return m.row, m.left, m.right
}

var signLine = draw.LineStyle{Color: black, Width: 0.8}

// ringed draws a circle in a cell.
func ringed(c, at draw.Canvas) {
	ring(c, signLine, at.Center(), min(0.3*(at.Max.X-at.Min.X), 4))
}

// crossed draws a cross in a cell.
func crossed(c, at draw.Canvas) {
	cross(c, signLine, at.Center(), min(0.22*(at.Max.X-at.Min.X), 3.5))
}

// signKey shows a sign in the key.
type signKey func(c, at draw.Canvas)

// Thumbnail implements plot.Thumbnailer.
func (s signKey) Thumbnail(c *draw.Canvas) {
	cell := *c
	mid := c.Center()
	cell.Min, cell.Max = mid.Sub(vg.Point{X: 5, Y: 5}), mid.Add(vg.Point{X: 5, Y: 5})
	s(*c, cell)
}
