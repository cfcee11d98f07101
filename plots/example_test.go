package plots_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/plots"
	"gonum.org/v1/plot/vg"
)

// grid is a small grid world: '.' plain, 'F' forbidden, 'T' target. Its actions are up, right, down, left and stay.
type grid []string

func (g grid) Dims() (rows, cols int)            { return len(g), len(g[0]) }
func (g grid) Cell(s env.State) (row, col int)   { return int(s) / len(g[0]), int(s) % len(g[0]) }
func (g grid) At(row, col int) (env.State, bool) { return env.State(row*len(g[0]) + col), true }
func (g grid) NumActions() int                   { return 5 }

func (g grid) Kind(row, col int) env.CellKind {
	return map[byte]env.CellKind{'F': env.Forbidden, 'T': env.Target}[g[row][col]]
}

func (g grid) Move(a env.Action) (dr, dc int) {
	m := [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}, {0, 0}}[a]
	return m[0], m[1]
}

var zhao = grid{".....", ".FF..", "..F..", ".FTF.", ".F..."}

// optimal is the policy of Zhao, Figure 3.4(d).
func optimal(s env.State, a env.Action) float64 {
	if "^>v<o"[a] == ">>>>v^^>>v^<v>v^>o<v^>^<<"[s] {
		return 1
	}
	return 0
}

// optimalValues are the values of that policy.
var optimalValues = []float64{
	3.486784, 3.874205, 4.304672, 4.782969, 5.31441,
	3.138106, 3.486784, 4.782969, 5.31441, 5.9049,
	2.824295, 2.541866, 10, 5.9049, 6.561,
	2.541866, 10, 10, 10, 7.29,
	2.287679, 9, 10, 9, 8.1,
}

// Two learning curves on logarithmic axes, the first with a band of two standard errors, and the level they tend to.
func ExampleConvergence() {
	first := plots.Curve{Label: "first visit"}
	every := plots.Curve{Label: "every visit"}
	for n := 1.0; n <= 1e5; n *= 1.2 {
		rmse := 5 / math.Sqrt(n)
		first.X, first.Y = append(first.X, n), append(first.Y, rmse)
		first.Lo, first.Hi = append(first.Lo, 0.8*rmse), append(first.Hi, 1.2*rmse)
		every.X, every.Y = append(every.X, n), append(every.Y, rmse+0.1)
	}
	f, err := plots.Convergence([]plots.Curve{first, every}, plots.ConvergenceOptions{
		Title: "Error of v", XLabel: "episodes", YLabel: "RMSE", LogX: true, LogY: true,
		References: []plots.Reference{{Label: "bias", Y: 0.1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	f.Plot.X.Max = 1e4 // the plot of gonum is free to be restyled
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(plots.Save(f, 6*vg.Inch, 4*vg.Inch, filepath.Join(dir, "rmse.pdf")))
	fmt.Println(plots.Save(f, 6*vg.Inch, 4*vg.Inch, filepath.Join(dir, "rmse.jpg")) != nil)
	// Output:
	// <nil>
	// true
}

// An epsilon-greedy policy on the book's grid.
func ExamplePolicy() {
	const eps = 0.2
	soft := func(s env.State, a env.Action) float64 { return eps/5 + (1-eps)*optimal(s, a) }
	f, err := plots.Policy(zhao, soft, plots.PolicyOptions{Title: "ε = 0.2"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var svg bytes.Buffer
	if err := plots.Write(f, 4*vg.Inch, 4*vg.Inch, &svg, "svg"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(svg.String(), ">ε = 0.2</text>"))
	// Output: true
}

// A policy and its values side by side, as the book prints them.
func ExamplePage() {
	policy, err := plots.Policy(zhao, optimal, plots.PolicyOptions{Title: "Policy"})
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := plots.Values(zhao, optimalValues, plots.ValuesOptions{Title: "State values", Plain: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := plots.Page([]plots.Drawable{policy, values}, plots.PageOptions{Title: "Figure 3.4(d)"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var svg bytes.Buffer
	if err := plots.Write(page, 7*vg.Inch, 4*vg.Inch, &svg, "svg"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(svg.String(), ">10.0</text>"), "cells hold 10.0")
	// Output: 5 cells hold 10.0
}
