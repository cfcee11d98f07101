package reproduce

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// board is a world with a grid of cells, one for each state.
type board interface {
	env.Model
	Dims() (rows, cols int)
	Cell(s env.State) (row, col int)
}

// sketch lays out a board for the pictures, whatever its actions are called.
type sketch struct {
	board
	moves [][2]int // rows down, columns to the right
	kind  func(row, col int) env.CellKind
}

func (x sketch) At(row, col int) (env.State, bool) {
	_, cols := x.Dims()
	return env.State(row*cols + col), true
}

func (x sketch) Kind(row, col int) env.CellKind {
	if x.kind == nil {
		return env.Plain
	}
	return x.kind(row, col)
}

func (x sketch) Move(a env.Action) (dr, dc int) { return x.moves[a][0], x.moves[a][1] }

var (
	compass   = [][2]int{{-1, 0}, {1, 0}, {0, 1}, {0, -1}} // north, south, east, west
	clockwise = [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}} // up, right, down, left
)

// tied is a policy that takes all of the best actions alike.
type tied struct {
	q       []float64
	actions int
}

// tieWidth is how close values are that are taken for equal; the exact ones of these grids are wide apart or the same.
const tieWidth = 1e-6

// Prob is 1/n for each of the n best actions.
func (t tied) Prob(s env.State, a env.Action) float64 {
	row := t.q[int(s)*t.actions:][:t.actions]
	best, n := math.Inf(-1), 0.0
	for _, x := range row {
		best = max(best, x)
	}
	for _, x := range row {
		if x >= best-tieWidth {
			n++
		}
	}
	if row[a] < best-tieWidth {
		return 0
	}
	return 1 / n
}

// letters writes the best actions of every state, row by row: n, ne, nsew, ...
func (t tied) letters(names string, cols int) []string {
	var rows []string
	for s := 0; s*t.actions < len(t.q); s++ {
		word := ""
		for a := range t.actions {
			if t.Prob(env.State(s), env.Action(a)) > 0 {
				word += names[a : a+1]
			}
		}
		if s%cols == 0 {
			rows = append(rows, word)
		} else {
			rows[len(rows)-1] += " " + word
		}
	}
	return rows
}

const jumpGamma = 0.9

// equiprobable is figure 3.2: the values of the random policy, by MC prediction from every state.
func equiprobable(ctx context.Context, o Options) (*Result, error) {
	b, err := readSutton()
	if err != nil {
		return nil, err
	}
	g, err := classic.NewJumpGrid(classic.JumpGridConfig{})
	if err != nil {
		return nil, err
	}
	const steps, episodes = 200, 200_000 // 0.9^200 = 7e-10
	uniform := env.NewUniform(g.NumStates(), g.NumActions())
	exact, err := dp.Evaluate(g, uniform, jumpGamma, dp.Options{})
	if err != nil {
		return nil, err
	}
	p := Panel{Panel: "v", Convention: "gamma 0.9; exact values of the random policy, one decimal", Values: inRows(exact.V, 5)}
	p.compare(b.Fig32, 1, nil)
	m := Panel{Panel: "MC prediction", Exact: true, Convention: fmt.Sprintf("initial visits of %d episodes of %d steps; within 4.5 exact standard errors", episodes, steps)}
	v, err := m.predict(ctx, mc.Problem{MDP: g, Gamma: jumpGamma, Horizon: steps}, g, uniform, 5, episodes, derived(o.Seed, 2032), o)
	if err != nil {
		return nil, err
	}
	x := sketch{board: g, moves: compass}
	draw := func() (plots.Drawable, error) {
		return page(2, boardValues(x, exact.V, "exact v, the random policy"), boardValues(x, v, "MC prediction"))
	}
	return &Result{Panels: []Panel{p, m}, Width: 6 * vg.Inch, Height: 3.2 * vg.Inch, draw: draw}, nil
}

// follower is a policy that can be followed and whose probabilities are known.
type follower interface {
	env.Policy
	dp.Policy
}

// predict compares MC prediction, initial visits from uniform states, with the exact values of the horizon.
func (p *Panel) predict(ctx context.Context, problem mc.Problem, m env.Model, policy follower, cols int, episodes int64, seed uint64, o Options) ([]float64, error) {
	exact, err := dp.HorizonMoments(m, policy, problem.Gamma, problem.Horizon)
	if err != nil {
		return nil, err
	}
	l, err := mc.NewPrediction(problem, policy, mc.PredictionOptions{Visit: mc.InitialVisit, Starts: mc.UniformStates}, seed)
	if err != nil {
		return nil, err
	}
	l.Workers = o.Workers
	if err := play(ctx, l, episodes); err != nil {
		return nil, err
	}
	v, n := l.Table().Values(), l.Table().Counts()
	p.Values = inRows(v, cols)
	var d deviate
	for s := range v {
		if !m.Terminal(env.State(s)) {
			d.compare(p, s/cols, s%cols, v[s], exact.StateMean[s], standardError(exact.StateVar[s], n[s]))
		}
	}
	d.note(p)
	return v, nil
}

func boardValues(x sketch, v []float64, title string) panel {
	return func() (plots.Drawable, error) {
		return plots.Values(x, v, plots.ValuesOptions{Title: title, Plain: true})
	}
}

// bestJumps is figure 3.5: v* and all optimal actions, by MC Basic.
func bestJumps(ctx context.Context, o Options) (*Result, error) {
	b, err := readSutton()
	if err != nil {
		return nil, err
	}
	g, err := classic.NewJumpGrid(classic.JumpGridConfig{})
	if err != nil {
		return nil, err
	}
	const steps = 250 // 0.9^250 * 10/(1-0.9) = 4e-10
	l, err := mc.NewBasic(mc.Problem{MDP: g, Gamma: jumpGamma, Horizon: steps}, mc.BasicOptions{Ties: mc.KeepTie}, derived(o.Seed, 2035))
	if err != nil {
		return nil, err
	}
	if err := settle(ctx, l, o); err != nil {
		return nil, err
	}
	best, err := dp.PolicyIteration(g, jumpGamma, dp.Options{})
	if err != nil {
		return nil, err
	}
	v, q := greatest(l.Q()), tied{l.Q().Values(), g.NumActions()}
	p := Panel{Panel: "v*", Convention: fmt.Sprintf("gamma 0.9; MC Basic, an episode of %d steps from every pair, one decimal", steps), Values: inRows(v, 5)}
	p.compare(b.Fig35.Values, 1, nil)
	p.check(farthest(v, best.V) <= 1e-8, "the learned values are v* within 1e-8")
	p.check(l.Progress().Changed == 0, fmt.Sprintf("no action changes in iteration %d", l.Progress().Iterations))
	a := Panel{Panel: "pi*", Convention: "the same; all best actions, n, s, e and w", Values: inRows(v, 5), Policy: q.letters("nsew", 5)}
	a.compareWords(b.Fig35.Policy)
	a.check(strings.Join(a.Policy, "/") == strings.Join(tied{best.Q, g.NumActions()}.letters("nsew", 5), "/"), "the learned actions are the exact ones in all cells")
	x := sketch{board: g, moves: compass}
	draw := func() (plots.Drawable, error) {
		return page(3, boardValues(x, v, "v* by MC Basic"), boardValues(x, best.V, "exact v*"), func() (plots.Drawable, error) {
			return plots.Policy(x, q.Prob, plots.PolicyOptions{Title: "π*"})
		})
	}
	return &Result{Panels: []Panel{p, a}, Width: 9 * vg.Inch, Height: 3.3 * vg.Inch, draw: draw}, nil
}

// settle runs MC Basic until an iteration changes no action.
func settle(ctx context.Context, l *mc.Basic, o Options) error {
	l.Workers = o.Workers
	for p, err := range mc.Run(ctx, l, maxIterations*l.SweepEpisodes()) {
		if err != nil {
			return err
		}
		if p.Changed == 0 {
			break
		}
	}
	return ctx.Err()
}

// compareWords compares the policy, cells of a row apart by blanks.
func (p *Panel) compareWords(print []string) {
	for r, row := range print {
		got := strings.Fields(p.Policy[r])
		for c, want := range strings.Fields(row) {
			p.Cells++
			if got[c] == want {
				p.Match++
			} else {
				p.Unexpected = append(p.Unexpected, Mismatch{Row: r + 1, Col: c + 1, Printed: want, Computed: got[c]})
			}
		}
	}
}
