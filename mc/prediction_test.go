package mc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// hesitant is a policy that no fused loop knows.
type hesitant struct{ *env.Soft }

func (h hesitant) Act(s env.State, rng *env.Rand) env.Action { return h.Soft.Act(s, rng) }

// policies are one of each kind, for 5 actions on the 5 x 5 grid or 4 on the lake.
func policies(states, actions int) map[string]policy {
	best, probs := make(env.Deterministic, states), make([]float64, states*actions)
	for s := range best {
		best[s] = env.Action((s*s + 1) % actions)
		for a := range actions {
			probs[s*actions+a] = float64(1+(s+a)%actions) / float64(actions*(actions+1)/2)
		}
	}
	soft := must(env.NewSoft(best, actions, 0.3))
	return map[string]policy{"deterministic": best, "soft": soft, "uniform": env.NewUniform(states, actions),
		"stochastic": must(env.NewStochastic(actions, probs)), "own": hesitant{soft}}
}

// predictions are options of all kinds that episodes can also be recorded under.
func predictions() []PredictionOptions {
	var all []PredictionOptions
	for _, of := range []Estimand{StateValues, ActionValues} {
		for _, visit := range []Visit{VisitAsPrinted, InitialVisit, FirstVisit, EveryVisit} {
			all = append(all, PredictionOptions{Of: of, Visit: visit}, PredictionOptions{Of: of, Visit: visit, Intervals: true, Starts: FixedState, State: 1},
				PredictionOptions{Of: of, Visit: visit, Starts: UniformStates, Tail: 5})
		}
		all = append(all, PredictionOptions{Of: of, Visit: EveryVisit, Intervals: true, Piece: 7, Starts: UniformStates})
	}
	return append(all, PredictionOptions{Of: ActionValues, Starts: FixedPair, State: 2, Action: 3})
}

// record plays the episode that a prediction of the options plays.
func record(g *env.Generator, ep *env.Episode, live []env.State, actions int, o PredictionOptions) {
	switch o.Starts {
	case FixedState:
		g.FromState(ep, o.State)
	case FixedPair:
		g.From(ep, o.State, o.Action)
	case UniformStates:
		g.FromState(ep, live[g.Starts().Intn(len(live)*actions)/actions])
	default:
		g.FromState(ep, g.Start())
	}
}

// A run and the same episodes recorded and added one by one learn the same, bit for bit (P7); and both learn the means of the returns
// by the definition, sum/N, within 1e-12: of the first visits, counted forwards, of all, or of the initial ones (P1, P2, P3).
func TestPredictionIsTheEpisodes(t *testing.T) {
	for name, table := range map[string]*env.Table{"grid": compile(t, zhao5), "lake": compile(t, lake)} {
		live := liveStates(table)
		for kind, pi := range policies(table.NumStates(), table.NumActions()) {
			for _, o := range predictions() {
				what := fmt.Sprintf("%s, %s, %+v", name, kind, o)
				p := Problem{table, 0.9, 40}
				played := must(NewPrediction(p, pi, o, 5))
				play(t, played, 70)
				given := o
				given.Starts, given.State, given.Action = 0, 0, 0
				added := must(NewPrediction(p, nil, given, 0))
				d := newDefinition(o, table)
				g := must(env.NewGenerator(interfaceOnly{table}, pi, p.Horizon, 5))
				for range 70 {
					var ep env.Episode
					record(g, &ep, live, table.NumActions(), o)
					if err := added.Add(&ep); err != nil {
						t.Fatal(err)
					}
					d.add(&ep, p.Gamma)
				}
				sameTable(t, what, played.Table(), added.Table())
				if played.Progress() != added.Progress() {
					t.Fatalf("%s: %+v, recorded %+v", what, played.Progress(), added.Progress())
				}
				d.check(t, what, played.Table())
			}
		}
	}
}

func sameTable(t *testing.T, what string, a, b *QTable) {
	t.Helper()
	for i := range a.cells {
		if a.cells[i] != b.cells[i] || a.spreads != nil && a.spreads[i] != b.spreads[i] {
			t.Fatalf("%s: estimate %d is %v, want %v", what, i, a.cells[i], b.cells[i])
		}
	}
}

// definition collects all returns of each key, to be summed at the end.
type definition struct {
	o       PredictionOptions
	actions int
	returns [][]float64
}

func newDefinition(o PredictionOptions, m env.MDP) *definition {
	return &definition{o, m.NumActions(), make([][]float64, m.NumStates()*m.NumActions())}
}

func (d *definition) add(ep *env.Episode, gamma float64) {
	g, seen := make([]float64, ep.Len()), map[int]bool{}
	for t := range g { // G_t from its definition, forwards
		discount := 1.0
		for _, r := range ep.Rewards[t:] {
			g[t] += discount * r
			discount *= gamma
		}
	}
	end := ep.Len()
	if ep.Truncated {
		end -= d.o.Tail
	}
	for t := range end {
		key := int(ep.States[t])
		if d.o.Of == ActionValues {
			key = key*d.actions + int(ep.Actions[t])
		}
		switch {
		case d.o.Visit == InitialVisit && t > 0:
		case d.o.Visit <= FirstVisit && d.o.Visit != InitialVisit && seen[key]:
		default:
			d.returns[key] = append(d.returns[key], g[t])
		}
		seen[key] = true
	}
}

func (d *definition) check(t *testing.T, what string, q *QTable) {
	t.Helper()
	for i, cell := range q.cells {
		sum := 0.0
		for _, g := range d.returns[i] {
			sum += g
		}
		n := len(d.returns[i])
		if int64(n) != cell.N() || n > 0 && math.Abs(sum/float64(n)-cell.Value()) > 1e-12*max(1, math.Abs(cell.Value())) {
			t.Fatalf("%s: estimate %d is %.15g from %d returns, want %.15g from %d", what, i, cell.Value(), cell.N(), sum/float64(n), n)
		}
	}
}

// Initial-visit means from all pairs are unbiased for the value of T steps: within 4.5 exact standard deviations of it (P20).
func TestPredictionAgainstOracle(t *testing.T) {
	for name, table := range map[string]*env.Table{"grid": compile(t, zhao5), "lake": compile(t, lake)} {
		for kind, pi := range policies(table.NumStates(), table.NumActions()) {
			p := Problem{table, 0.95, 60}
			exact := must(dp.HorizonMoments(table, pi, p.Gamma, p.Horizon))
			l := must(NewPrediction(p, pi, PredictionOptions{Of: ActionValues, Visit: InitialVisit, Starts: SweepPairs}, 3))
			play(t, l, 60_000)
			agree(t, name+" "+kind, l.Table(), exact.Mean, exact.Var, 1e-9)
			if c := l.Table().Coverage(table, 1); !c.Complete() || c.Min != 60_000/int64(c.Pairs) && c.Max != c.Min+1 {
				t.Errorf("%s %s: a sweep leaves %+v", name, kind, c)
			}
			l = must(NewPrediction(p, pi, PredictionOptions{Visit: InitialVisit, Starts: UniformStates}, 3))
			play(t, l, 30_000)
			agree(t, name+" "+kind+" v", l.Table(), exact.StateMean, exact.StateVar, 1e-9)
		}
	}
}

// First-visit and every-visit means against their exact means in the loop (P2, P5), by prediction.
func TestPredictionVisitRules(t *testing.T) {
	const runs = 20_000
	only := must(env.NewSoft(make([]env.Action, 2), 1, 0))
	for visit, want := range map[Visit][2]float64{FirstVisit: {1, 2. / 5}, EveryVisit: {5. / 6, everyVisitVariance(5)}} {
		sum := 0.0
		for seed := range uint64(runs) {
			l := must(NewPrediction(Problem{loop{}, 1, 1000}, only, PredictionOptions{Visit: visit}, seed))
			play(t, l, 5)
			sum += l.Table().At(0, 0)
		}
		if z := (sum/runs - want[0]) / math.Sqrt(want[1]/runs); math.Abs(z) > 4.5 {
			t.Errorf("%v visit: mean %.4f, want %.4f (%.1f standard errors off)", visit, sum/runs, want[0], z)
		}
	}
}

// Any number of workers, any batch, any cut with a checkpoint in between: the same bytes (P43, P48).
func TestPredictionIsOneRun(t *testing.T) {
	table := compile(t, lake)
	soft := policies(16, 4)["soft"]
	for _, horizon := range []int{50, 2000} {
		for _, o := range append(predictions(), PredictionOptions{Of: ActionValues, Starts: SweepPairs, Episodes: 3},
			PredictionOptions{Visit: EveryVisit, Step: stepOf(0.1)}) {
			p := Problem{table, 0.9, horizon}
			make := func(workers int, batch int64) *Prediction {
				o.Batch = batch
				l := must(NewPrediction(p, soft, o, 9))
				l.Workers = workers
				return l
			}
			whole := make(1, 0)
			play(t, whole, 1000)
			want := must(whole.Checkpoint())
			for i, cut := range []int64{0, 1, 31, 32, 500, 999, 1000} {
				first := make(1+i%3, int64(i*17))
				play(t, first, cut)
				second := make(1+(i+1)%4, int64(i*29))
				saved := must(first.Checkpoint())
				if err := second.Restore(saved); err != nil {
					t.Fatal(err)
				}
				play(t, second, 1000-cut)
				if !bytes.Equal(must(second.Checkpoint()), want) {
					t.Errorf("%+v, horizon %d: %d then %d episodes differ from 1000 at once", o, horizon, cut, 1000-cut)
				}
				if err := second.Restore(saved[:len(saved)-1]); !errors.Is(err, ErrCorrupt) {
					t.Errorf("a checkpoint cut short: %v", err)
				}
			}
		}
	}
}

// Recorded episodes go on after a checkpoint too.
func TestRecordedResume(t *testing.T) {
	table := compile(t, lake)
	g := must(env.NewGenerator(table, env.NewUniform(16, 4), 50, 1))
	make := func() *Prediction {
		return must(NewPrediction(Problem{table, 0.9, 50}, nil, PredictionOptions{Of: ActionValues, Intervals: true}, 0))
	}
	whole, part := make(), make()
	for e := range 40 {
		var ep env.Episode
		g.FromState(&ep, g.Start())
		if e == 17 {
			again := make()
			if err := again.Restore(must(part.Checkpoint())); err != nil {
				t.Fatal(err)
			}
			part = again
		}
		for _, l := range []*Prediction{whole, part} {
			if err := l.Add(&ep); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(must(whole.Checkpoint()), must(part.Checkpoint())) {
		t.Error("restored after 17 of 40 recorded episodes, a learner differs")
	}
	if err := whole.Next(context.Background(), 1); err == nil {
		t.Error("a learner of recorded episodes plays")
	}
}

func TestPredictionRefused(t *testing.T) {
	table := compile(t, lake)
	p, soft := Problem{table, 0.9, 50}, policies(16, 4)["soft"]
	for _, c := range []struct {
		policy env.Policy
		o      PredictionOptions
		want   string
	}{
		{soft, PredictionOptions{Of: 7}, "of 7"},
		{soft, PredictionOptions{Batch: -1}, "batch -1"},
		{soft, PredictionOptions{Starts: UniformPairs}, "starts uniform-pairs"},
		{soft, PredictionOptions{Starts: FixedState, State: 5}, "state 5"}, // a hole
		{soft, PredictionOptions{Piece: 3, Visit: EveryVisit}, "piece 3"},
		{soft, PredictionOptions{Piece: 3, Intervals: true}, "piece 3"},
		{soft, PredictionOptions{Piece: -1}, "piece -1"},
		{soft, PredictionOptions{Intervals: true, Step: stepOf(0.1)}, "intervals true"},
		{soft, PredictionOptions{Tail: 50}, "tail 50"},
		{nil, PredictionOptions{Starts: UniformStates}, "starts uniform-states"},
		{env.NewUniform(16, 5), PredictionOptions{}, "number of actions of the policy"},
		{env.Deterministic{1}, PredictionOptions{Batch: -1}, "number of states of the policy"},
	} {
		_, err := NewPrediction(p, c.policy, c.o, 1)
		var field *env.FieldError
		if !errors.As(err, &field) || !strings.Contains(strings.ReplaceAll(err.Error(), " = ", " "), c.want) {
			t.Errorf("%+v: %v, want an error about %q", c.o, err, c.want)
		}
	}
	if _, err := NewPrediction(Problem{}, nil, PredictionOptions{}, 1); err == nil {
		t.Error("an empty problem is accepted")
	}
}

func TestAddRefuses(t *testing.T) {
	l := must(NewPrediction(Problem{compile(t, lake), 0.9, 3}, nil, PredictionOptions{}, 1))
	nan := math.NaN()
	for _, c := range []struct {
		ep   env.Episode
		want string
	}{
		{env.Episode{}, "lengths"},
		{env.Episode{States: []env.State{0, 1}, Actions: []env.Action{1}}, "lengths"},
		{env.Episode{States: []env.State{0, 16}, Actions: []env.Action{1}, Rewards: []float64{0}}, "states[1]"},
		{env.Episode{States: []env.State{-1, 0}, Actions: []env.Action{1}, Rewards: []float64{0}}, "states[0]"},
		{env.Episode{States: []env.State{5, 0}, Actions: []env.Action{1}, Rewards: []float64{0}}, "states[0]"}, // terminal
		{env.Episode{States: []env.State{0, 0}, Actions: []env.Action{4}, Rewards: []float64{nan}}, "actions[0]"},
		{env.Episode{States: []env.State{0, 0}, Actions: []env.Action{3}, Rewards: []float64{nan}}, "rewards[0]"},
		{env.Episode{States: []env.State{0, 0}, Actions: []env.Action{3}, Rewards: []float64{0}, Truncated: true}, "truncated"},
		{env.Episode{States: []env.State{0, 1}, Actions: []env.Action{2}, Rewards: []float64{0}}, "truncated = false: want true: states[1] = 1, the last, is not terminal"},
		{env.Episode{States: []env.State{0}}, "truncated = false: want true"},
		{env.Episode{States: []env.State{0, 0, 1, 5}, Actions: []env.Action{0, 2, 1}, Rewards: []float64{0, 0, 0}, Truncated: true},
			"truncated = true: want false: states[3] = 5, the last, is terminal"},
	} {
		var field *env.FieldError
		if err := l.Add(&c.ep); !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want an error about %s", c.ep, err, c.want)
		}
	}
	if p := l.Progress(); p.Episodes != 0 || p.Steps != 0 {
		t.Errorf("refused episodes count: %+v", p)
	}
	for _, ep := range []env.Episode{{States: []env.State{5}}, // from a terminal state: no steps
		{States: []env.State{0, 1, 2, 6, 10}, Actions: []env.Action{2, 2, 1, 1}, Rewards: []float64{0, 0, 2, 0}, Truncated: true}} {
		if err := l.Add(&ep); err != nil {
			t.Error(err)
		}
	}
	if p := l.Progress(); p.Episodes != 2 || p.Steps != 4 || p.Truncated != 1 || p.RewardMax != 2 || math.Abs(p.Bound-2*0.9*0.9*0.9/0.1) > 1e-12 {
		t.Errorf("%+v, want 2 episodes, 4 steps, 1 cut, rewards up to 2 and the bound 14.58", p)
	}
	playing := must(NewPrediction(Problem{compile(t, lake), 0.9, 3}, env.NewUniform(16, 4), PredictionOptions{}, 1))
	if err := playing.Add(&env.Episode{States: []env.State{0}}); err == nil {
		t.Error("a learner that plays takes a recorded episode")
	}
}
