package reproduce

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

// walk is a grid with a start, a goal and steps that pay: examples 6.5 and 6.6, which the book learns by temporal differences
// since episodes of a bad policy do not end. Here they are cut.
type walk struct {
	sketch
	start   env.State
	printed float64   // v* of the start: the printed optimum
	height  vg.Length // of the picture
	below   string    // written below the columns
	horizon int       // of MC Basic
	tag     uint64
}

// The setting of MC eps-greedy in the walks.
const (
	walkEpsilon    = 0.1
	walkHorizon    = 400
	walkEpisodes   = 100 // from every pair in the first iteration; each has a half more than the one before
	walkIterations = 11
)

// windyGrid is example 6.5.
func windyGrid(ctx context.Context, o Options) (*Result, error) {
	w, err := classic.NewWindy(classic.WindyConfig{})
	if err != nil {
		return nil, err
	}
	start, _ := w.At(3, 0)
	x := walk{sketch: sketch{board: w, moves: clockwise, kind: w.Kind}, start: start, printed: -15, height: 6 * vg.Inch, horizon: 60, tag: 2065}
	x.below = "upward wind: " + strings.Trim(fmt.Sprint(w.Grid.Config().Wind), "[]")
	return x.reproduce(ctx, o)
}

// cliffWalk is example 6.6.
func cliffWalk(ctx context.Context, o Options) (*Result, error) {
	w, err := classic.NewCliffWalking(classic.CliffWalkingConfig{})
	if err != nil {
		return nil, err
	}
	rows, cols := w.Dims()
	x := walk{sketch: sketch{board: w, moves: clockwise, kind: w.Kind}, start: env.State((rows - 1) * cols), printed: -13, height: 3.9 * vg.Inch, horizon: 60, tag: 2066}
	return x.reproduce(ctx, o)
}

// reproduce solves the walk, learns the optimum by MC Basic, and the best eps-greedy policy by MC eps-greedy.
func (x walk) reproduce(ctx context.Context, o Options) (*Result, error) {
	best, err := dp.PolicyIteration(x.board, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	l, err := mc.NewBasic(mc.Problem{MDP: x.board, Gamma: 1, Horizon: x.horizon}, mc.BasicOptions{Ties: mc.KeepTie}, derived(o.Seed, x.tag))
	if err != nil {
		return nil, err
	}
	if err := settle(ctx, l, o); err != nil {
		return nil, err
	}
	path := x.path(l.Policy())
	p := Panel{Panel: "MC Basic", Convention: fmt.Sprintf("gamma 1; an episode of at most %d steps from every pair; the return of the greedy path from the start", x.horizon),
		Values: [][]float64{{-float64(len(path) - 1)}}, Policy: x.arrows(l.Policy())}
	p.compare([][]float64{{x.printed}}, 0, nil)
	p.check(best.V[x.start] == x.printed, fmt.Sprintf("v* of the start is %g", best.V[x.start]))
	p.check(x.onWay(l, best), "in every cell on the way the learned value is v*")
	p.Notes = append(p.Notes, fmt.Sprintf("no action changes in iteration %d", l.Progress().Iterations))
	soft, err := x.soft(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &Result{Panels: []Panel{p, soft.panel}, Width: 8 * vg.Inch, Height: x.height}
	r.draw = func() (plots.Drawable, error) {
		return page(2, x.trajectory(path, "MC Basic"), x.trajectory(x.path(best.Policy), "exact optimum"),
			x.trajectory(x.path(soft.learned), fmt.Sprintf("MC ε-greedy, ε = %g", walkEpsilon)),
			x.trajectory(x.path(soft.best.Policy), "exact optimum of the ε-greedy"))
	}
	return r, nil
}

// path follows a policy from the start, for no more steps than there are states.
func (x walk) path(p env.Deterministic) []env.State {
	states := []env.State{x.start}
	for s := x.start; !x.Terminal(s) && len(states) <= x.NumStates(); states = append(states, s) {
		s = x.Outcomes(s, p[s])[0].Next
	}
	return states
}

// onWay reports that the learned values of the greedy path are v*.
func (x walk) onWay(l *mc.Basic, best *dp.Solution) bool {
	policy := l.Policy()
	for _, s := range x.path(policy) {
		if !x.Terminal(s) && l.Q().At(s, policy[s]) != best.V[s] {
			return false
		}
	}
	return true
}

// arrows writes a policy row by row; nothing is to be done in terminal states.
func (x walk) arrows(p env.Deterministic) []string {
	rows, cols := x.Dims()
	text := make([]string, rows)
	for s, a := range p {
		letter := "."
		if !x.Terminal(env.State(s)) {
			letter = arrow(a)
		}
		text[s/cols] += letter
	}
	return text
}

func (x walk) trajectory(path []env.State, title string) panel {
	return func() (plots.Drawable, error) {
		f, err := plots.Paths(x.sketch, []plots.Path{{States: path}}, fmt.Sprintf("%s: %d steps", title, len(path)-1))
		if err != nil {
			return nil, err
		}
		f.Plot.X.Label.Text = x.below
		return f, nil
	}
}

// softWalk is what MC eps-greedy learned, beside the best eps-greedy policy.
type softWalk struct {
	panel   Panel
	learned env.Deterministic
	best    *dp.Solution
}

// learnSoft runs MC eps-greedy with episodes from every pair in turn, the first iteration under the uniform policy. Each iteration
// is a learner of its own that keeps the policy of the one before and none of its returns.
func (x walk) learnSoft(ctx context.Context, o Options) (env.Deterministic, error) {
	var policy env.Deterministic
	eps, episodes := 1.0, int64(walkEpisodes)
	for k := range uint64(walkIterations) {
		l, err := mc.NewEpsilonGreedy(mc.Problem{MDP: x.board, Gamma: 1, Horizon: walkHorizon}, mc.EpsilonOptions{
			Epsilon: mc.Epsilon(eps),
			StartsOptions: mc.StartsOptions{Visit: mc.FirstVisit, Improve: mc.ImproveSweep, Average: mc.ResetAverage,
				Starts: mc.SweepPairs, Episodes: episodes, Policy: policy},
		}, derived(o.Seed, x.tag, 1, k))
		if err != nil {
			return nil, err
		}
		l.Workers = o.Workers
		for l.Progress().Iterations == 0 {
			if err := l.Next(ctx, 1<<40); err != nil {
				return nil, err
			}
		}
		policy = l.Policy()
		eps, episodes = max(eps/2, walkEpsilon), episodes+episodes/2
	}
	return policy, nil
}

// soft compares what MC eps-greedy learns with the best eps-greedy policy.
func (x walk) soft(ctx context.Context, o Options) (*softWalk, error) {
	learned, err := x.learnSoft(ctx, o)
	if err != nil {
		return nil, err
	}
	w := &softWalk{learned: learned}
	if w.best, err = dp.SoftOptimal(x.board, 1, walkEpsilon, dp.Options{}); err != nil {
		return nil, err
	}
	soft, err := env.NewSoft(w.learned, x.NumActions(), walkEpsilon)
	if err != nil {
		return nil, err
	}
	exact, err := dp.Evaluate(x.board, soft, 1, dp.Options{})
	if err != nil {
		return nil, err
	}
	w.panel = Panel{Panel: "MC eps-greedy", Exact: true, Policy: x.arrows(w.learned), Values: [][]float64{{exact.V[x.start]}},
		Convention: fmt.Sprintf("eps from 1 to %g; %d iterations of %d episodes from every pair and more, first visits, cut at %d steps", walkEpsilon, walkIterations, walkEpisodes, walkHorizon)}
	loss := w.best.V[x.start] - exact.V[x.start]
	w.panel.check(loss < 0.05*-w.best.V[x.start], fmt.Sprintf("the learned policy is worth %.4f from the start, within 5%% of the best eps-greedy one, %.4f", exact.V[x.start], w.best.V[x.start]))
	w.panel.Notes = []string{fmt.Sprintf("the greedy path has %d steps, the exact one %d", len(x.path(w.learned))-1, len(x.path(w.best.Policy))-1)}
	return w, nil
}
