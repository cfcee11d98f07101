package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/plots"
)

// Larger worlds, and more settings than that of one world, have no boards.
const (
	maxBoardCells = 400
	maxBoards     = 24
)

// board is what is drawn of one run.
type board struct {
	config env.GridConfig
	seed   uint64
	policy env.Deterministic
	v      []float64 // q(s, pi(s)) as it was learned
}

// newBoard is nil for a large world.
func newBoard(r *experiment.Record) (*board, error) {
	n := len(r.Policy)
	if n == 0 || n > maxBoardCells || len(r.Q)%n != 0 {
		return nil, nil
	}
	b := &board{config: r.Spec.Env, seed: r.Spec.Seed, policy: r.Policy, v: make([]float64, n)}
	actions := len(r.Q) / n
	for s, a := range r.Policy {
		if k := s*actions + int(a); a >= 0 && k < len(r.Q) {
			b.v[s] = r.Q[k]
		}
	}
	return b, nil
}

// boards draws the greedy policy and the learned values of one run of each setting.
func (p *Report) boards(number int, w *World) ([]Figure, error) {
	var list []Figure
	for i, s := range w.Settings {
		if s.board == nil || len(list) == maxBoards {
			continue
		}
		d, err := s.board.draw()
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", w.Name, s.Name, err)
		}
		list = append(list, Figure{Name: rundir.Name(fmt.Sprintf("%02d", number), w.Name, "board", fmt.Sprintf("%02d", i+1)),
			Caption: fmt.Sprintf("%s, seed %d: the greedy policy and its estimated values.", s.Name, s.board.seed),
			Drawing: d, Width: 6 * vg.Inch, Height: 3.3 * vg.Inch})
	}
	return list, nil
}

func (b *board) draw() (plots.Drawable, error) {
	g, err := env.NewGrid(b.config)
	if err != nil {
		return nil, err
	}
	pi, err := env.NewSoft(b.policy, g.NumActions(), 0)
	if err != nil {
		return nil, err
	}
	prob := func(s env.State, a env.Action) float64 {
		if g.Terminal(s) {
			return 0
		}
		return pi.Prob(s, a)
	}
	policy, err := plots.Policy(g, prob, plots.PolicyOptions{Title: "greedy policy"})
	if err != nil {
		return nil, err
	}
	values, err := plots.Values(g, b.v, plots.ValuesOptions{Title: "estimated values", Label: "value", Decimals: decimals(b.v)})
	if err != nil {
		return nil, err
	}
	return plots.Page([]plots.Drawable{policy, values}, plots.PageOptions{Cols: 2})
}

// decimals are as many digits after the point as small values need to differ in print.
func decimals(v []float64) int {
	largest := 0.0
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	switch {
	case largest == 0 || largest >= 1:
		return 1
	case largest >= 0.1:
		return 2
	}
	return 3
}
