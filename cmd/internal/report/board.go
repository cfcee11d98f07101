package report

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

// Larger worlds, and more settings than that of one world, have no boards.
const (
	maxBoardStates = 400
	maxBoards      = 24
)

// board is what is drawn of one run.
type board struct {
	on       placed
	gamma    float64
	seed     uint64
	explores bool
	policy   env.Deterministic
	v        []float64 // q(s, pi(s)) as it was learned
	spread   *spread   // nil where the record has no intervals
	endless  bool      // gamma = 1, and there is no optimum; known after draw
}

// spread is how sure a run is of what it learned.
type spread struct {
	level float64
	half  []float64 // half the widths of the intervals of q, |S| rows of |A|
	n     []int64   // the returns that q rests on
	open  []bool    // states whose greedy action may owe its lead to chance
}

// placed is a world whose states lie on a board.
type placed struct {
	*experiment.Model
	experiment.Layout
}

// newBoard is nil where the record has no greedy policy with values, or its states lie on no board.
func newBoard(r *experiment.Record) (*board, error) {
	n := len(r.Policy)
	if n == 0 || len(r.Q)%n != 0 {
		return nil, nil
	}
	m, err := r.Spec.Env.Model()
	if err != nil || m.Layout == nil {
		return nil, err
	}
	b := &board{on: placed{m, m.Layout}, gamma: r.Spec.Gamma, seed: r.Spec.Seed, explores: r.Epsilon > 0, policy: r.Policy, v: make([]float64, n)}
	actions := len(r.Q) / n
	for s, a := range r.Policy {
		if a < 0 || int(a) >= actions {
			return nil, fmt.Errorf("state %d has the action %d: want one below %d", s, a, actions)
		}
		b.v[s] = r.Q[s*actions+int(a)]
	}
	if r.Intervals != nil {
		b.spread = &spread{r.Intervals.Level, r.Intervals.Half, r.N, r.Undecided(m.Table)}
	}
	return b, nil
}

// boards draws the greedy policy and the learned values of the median run of each setting, beside the optimum; left is the
// number of those that are too many.
func (p *Report) boards(number int, w *World) (list []*Figure, left int, err error) {
	for i, s := range w.Settings {
		if s.board == nil {
			continue
		}
		if len(list) == maxBoards {
			left++
			continue
		}
		d, err := s.board.draw()
		if err != nil {
			return nil, 0, fmt.Errorf("%s, %s: %w", w.Name, s.Name, err)
		}
		list = append(list, &Figure{Name: figureName(number, w.Name, "board", fmt.Sprintf("%02d", i+1)), Caption: s.boardCaption(),
			Drawing: d, Width: 6 * vg.Inch, Height: s.board.height()})
	}
	return list, left, nil
}

func (s *Setting) boardCaption() string {
	text := fmt.Sprintf("%s, seed %d", s.Name, s.board.seed)
	if n := len(s.runs); n > 1 {
		text += fmt.Sprintf(", the median of %d by the final gap", n)
	}
	if s.board.endless {
		text += ": the greedy policy and its estimated values. There is no optimum: γ = 1, and a policy can collect for ever."
	} else {
		text += ": the greedy policy and its estimated values above, the optimum below, with every optimal action."
	}
	if x := s.board.spread; x != nil {
		text += fmt.Sprintf(" A folded corner marks an action whose lead may be chance. Below: half the width of the %s interval of each q(s, a), and the returns it rests on.", percent(x.level))
	}
	if s.board.explores {
		text += " The estimates are of the policy that explores, and so may lie below the values of the greedy one."
	}
	return text
}

// height is that of the figure: of its rows of panels, each as high as the cells are when the board fills its width.
func (b *board) height() vg.Length {
	panels := vg.Length(2)
	if b.endless {
		panels--
	}
	if b.spread != nil {
		panels++
	}
	rows, cols := b.on.Dims()
	shape := min(1, vg.Length(rows)/vg.Length(cols))
	return panels * (1.1 + 2.05*shape) * vg.Inch
}

// panel is a policy and values.
type panel struct {
	policyTitle, valuesTitle string
	prob                     func(s env.State, a env.Action) float64
	v                        []float64
	open                     []bool // states that are marked
}

// draw draws the learned policy and its values above the optimal ones, with the same colours, and how sure they are below.
func (b *board) draw() (plots.Drawable, error) {
	g := b.on
	learned := func(s env.State, a env.Action) float64 {
		if g.Terminal(s) || b.policy[s] != a {
			return 0
		}
		return 1
	}
	rows := []panel{{"greedy policy", "estimated values", learned, b.v, nil}}
	if b.spread != nil {
		rows[0].open = b.spread.open
	}
	best, err := dp.SoftOptimal(g.Table, b.gamma, 0, dp.Options{})
	if b.endless = err != nil; !b.endless {
		rows = append(rows, panel{"optimal policy", "optimal values", optimalActions(g.Table, best.Q), best.V, nil})
	}
	lo, hi := ends(rows)
	digits := decimals(lo, hi)
	if lo == hi {
		lo, hi = 0, 0 // as the values have it
	}
	var list []plots.Drawable
	for _, r := range rows {
		policy, err := plots.Policy(g, r.prob, plots.PolicyOptions{Title: r.policyTitle, Marked: r.open, MarkLabel: "undecided"})
		if err != nil {
			return nil, err
		}
		values, err := plots.Values(g, r.v, plots.ValuesOptions{Title: r.valuesTitle, Label: "value", Decimals: digits, Min: lo, Max: hi})
		if err != nil {
			return nil, err
		}
		list = append(list, policy, values)
	}
	if b.spread != nil {
		half, returns, err := b.spread.draw(g)
		if err != nil {
			return nil, err
		}
		list = append(list, half, returns)
	}
	return plots.Page(list, plots.PageOptions{Cols: 2})
}

// draw draws the half-widths, and the numbers of returns.
func (x *spread) draw(g placed) (half, returns plots.Drawable, err error) {
	actions := g.NumActions()
	half, err = plots.Pairs(g, func(s env.State, a env.Action) float64 { return x.half[int(s)*actions+int(a)] },
		plots.PairsOptions{Title: "half-widths", Label: "half-width", Missing: "no interval", Log: true})
	if err != nil {
		return nil, nil, err
	}
	returns, err = plots.Visits(g, func(s env.State, a env.Action) int64 { return x.n[int(s)*actions+int(a)] },
		plots.VisitsOptions{Title: "returns", Label: "returns"})
	return half, returns, err
}

// optimalActions gives all optimal actions of a state the same probability. Differences that are nothing beside the largest
// value are none.
func optimalActions(g *env.Table, q []float64) func(s env.State, a env.Action) float64 {
	n, scale := g.NumActions(), 0.0
	for _, x := range q {
		scale = max(scale, math.Abs(x))
	}
	return func(s env.State, a env.Action) float64 {
		row := q[int(s)*n:][:n]
		best, ties := slices.Max(row), 0.0
		same := func(x float64) bool { return best-x <= 1e-8*scale }
		for _, x := range row {
			if same(x) {
				ties++
			}
		}
		if g.Terminal(s) || !same(row[a]) {
			return 0
		}
		return 1 / ties
	}
}

// ends are the least and the largest value of all panels.
func ends(rows []panel) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		lo, hi = min(lo, slices.Min(r.v)), max(hi, slices.Max(r.v))
	}
	return lo, hi
}

// decimals are as many digits after the point as small values need to differ in print.
func decimals(lo, hi float64) int {
	switch largest := max(math.Abs(lo), math.Abs(hi)); {
	case largest == 0 || largest >= 1:
		return 1
	case largest >= 0.1:
		return 2
	}
	return 3
}
