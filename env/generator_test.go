package env

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"
)

// hidden is a table that does not show it is one, so the generator must go through the interface.
type hidden struct{ t *Table }

func (h hidden) NumStates() int                                   { return h.t.NumStates() }
func (h hidden) NumActions() int                                  { return h.t.NumActions() }
func (h hidden) Terminal(s State) bool                            { return h.t.Terminal(s) }
func (h hidden) Step(s State, a Action, r *Rand) (State, float64) { return h.t.Step(s, a, r) }
func (h hidden) StartProbs() ([]State, []float64)                 { return h.t.StartProbs() }

// anyPolicy is a policy of this package that does not show it.
type anyPolicy struct{ Policy }

func mustGenerator(t testing.TB, m MDP, p Policy, horizon int, seed uint64) *Generator {
	t.Helper()
	g, err := NewGenerator(m, p, horizon, seed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func mustSoft(t testing.TB, best []Action, actions int, eps float64) *Soft {
	t.Helper()
	p, err := NewSoft(best, actions, eps)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sameEpisode(a, b *Episode) bool {
	return slices.Equal(a.States, b.States) && slices.Equal(a.Actions, b.Actions) && slices.Equal(a.Rewards, b.Rewards) && a.Truncated == b.Truncated
}

func clone(e *Episode) Episode {
	return Episode{slices.Clone(e.States), slices.Clone(e.Actions), slices.Clone(e.Rewards), e.Truncated}
}

// next generates the next episode, by one of the three ways to begin it.
func next(g *Generator, ep *Episode, states, actions int) {
	switch g.Episode() % 3 {
	case 0:
		g.FromState(ep, g.Start())
	case 1:
		g.From(ep, State(g.Starts().Intn(states)), Action(g.Starts().Intn(actions)))
	default:
		g.FromState(ep, State(g.Episode()%int64(states)))
	}
}

// wellFormed demands the shape of an episode, transitions that the model has, and an end where the episode may end.
func wellFormed(t *testing.T, name string, m *Table, ep *Episode, horizon int) {
	t.Helper()
	n := ep.Len()
	if len(ep.States) != n+1 || len(ep.Rewards) != n || n > horizon {
		t.Fatalf("%s: %d states, %d actions, %d rewards, horizon %d", name, len(ep.States), n, len(ep.Rewards), horizon)
	}
	for i, step := range ep.All() {
		if m.Terminal(step.State) {
			t.Fatalf("%s: step %d is taken in the terminal state %d", name, i, step.State)
		}
		if !slices.ContainsFunc(m.Outcomes(step.State, step.Action), func(o Outcome) bool { return o.Next == step.Next && o.Reward == step.Reward }) {
			t.Fatalf("%s: step %d, %+v, is none of the model's outcomes", name, i, step)
		}
	}
	end := m.Terminal(ep.States[n])
	if ep.Truncated == end || ep.Truncated && n != horizon {
		t.Fatalf("%s: %d steps of at most %d, end in a terminal state %v, truncated %v", name, n, horizon, end, ep.Truncated)
	}
}

// The fused loop and the interfaces give the same bits and leave the streams at the same place, whatever the table, the
// policy and the horizon.
func TestPathsAgree(t *testing.T) {
	const states, actions = 30, 3
	best := make([]Action, states)
	weights := make([]float64, 0, states*actions)
	for s := range best {
		best[s] = Action(s * s % actions)
		weights = append(weights, [][]float64{{0.2, 0, 0.8}, {0, 1, 0}, {0.3, 0.3, 0.4}}[s%3]...)
	}
	stochastic, err := NewStochastic(actions, weights)
	if err != nil {
		t.Fatal(err)
	}
	policies := map[string]Policy{
		"deterministic": Deterministic(best), "greedy": mustSoft(t, best, actions, 0), "soft 0.1": mustSoft(t, best, actions, 0.1),
		"soft 0.7": mustSoft(t, best, actions, 0.7), "uniform": NewUniform(states, actions), "stochastic": stochastic,
	}
	for kind, shapes := range map[string][][]float64{"certain": {one}, "thirds": {thirds}, "slips": {slips, one}, "words": {unequal, thirds, one}} {
		for _, endless := range []bool{false, true} {
			m := randomModel(7, states, actions, shapes...)
			if endless {
				m.terminal = nil
			}
			table := mustCompile(t, m)
			for name, p := range policies {
				for _, horizon := range []int{1, 2, 100, 1025, walkChunk, walkChunk + 1, 2*walkChunk + 7} {
					name := fmt.Sprintf("%s, endless %v, %s, horizon %d", kind, endless, name, horizon)
					generators := []*Generator{
						mustGenerator(t, table, p, horizon, 11), mustGenerator(t, hidden{table}, p, horizon, 11),
						mustGenerator(t, table, anyPolicy{p}, horizon, 11), mustGenerator(t, hidden{table}, anyPolicy{p}, horizon, 11),
					}
					pathsAgree(t, name, table, generators, horizon)
				}
			}
		}
	}
}

func pathsAgree(t *testing.T, name string, table *Table, generators []*Generator, horizon int) {
	t.Helper()
	var first, other Episode
	for range max(4, min(20, 2000/horizon)) {
		e := generators[0].Episode()
		next(generators[0], &first, table.states, table.actions)
		wellFormed(t, name, table, &first, horizon)
		state, _ := generators[0].MarshalBinary()
		for i, g := range generators[1:] {
			next(g, &other, table.states, table.actions)
			if !sameEpisode(&first, &other) {
				t.Fatalf("%s: episode %d differs on path %d", name, e, i+1)
			}
			if s, _ := g.MarshalBinary(); !bytes.Equal(s, state) {
				t.Fatalf("%s: after episode %d the streams of path %d stand elsewhere", name, e, i+1)
			}
		}
	}
}

// corridor has n+1 states in a row; the one action goes to the right for the reward -1; the last state is terminal.
func corridor(n int) *listed {
	return &listed{n + 1, 1, []State{State(n)}, func(s State, _ Action) []Outcome { return []Outcome{{s + 1, -1, 1}} }}
}

// P20: an episode that ends on the very step of the cap has ended; one step less and it is cut.
func TestHorizonEdge(t *testing.T) {
	for _, n := range []int{1, 2, 10, walkChunk, walkChunk + 1} {
		table := mustCompile(t, corridor(n))
		for name, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
			var ep Episode
			for horizon, truncated := range map[int]bool{n: false, n + 1: false, max(1, n-1): n > 1} {
				g := mustGenerator(t, m, Deterministic(make([]Action, n+1)), horizon, 1)
				g.FromState(&ep, 0)
				if ep.Truncated != truncated || ep.Len() != min(n, horizon) {
					t.Errorf("%s, %d steps to the end, horizon %d: %d steps, truncated %v", name, n, horizon, ep.Len(), ep.Truncated)
				}
				wellFormed(t, name, table, &ep, horizon)
			}
		}
	}
}

// P19: a policy that runs into the wall for ever (all up on a grid) is cut and reported.
func TestLoopIsTruncated(t *testing.T) {
	grid := &listed{16, 4, []State{0, 15}, func(s State, a Action) []Outcome {
		row, col := int(s)/4, int(s)%4
		row, col = row+[]int{-1, 0, 1, 0}[a], col+[]int{0, 1, 0, -1}[a]
		if row < 0 || row > 3 || col < 0 || col > 3 {
			return []Outcome{{s, -1, 1}}
		}
		return []Outcome{{State(row*4 + col), -1, 1}}
	}}
	table := mustCompile(t, grid)
	for name, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
		g, ep := mustGenerator(t, m, Deterministic(make([]Action, 16)), 500, 1), Episode{}
		g.FromState(&ep, 13)
		if !ep.Truncated || ep.Len() != 500 || ep.States[500] != 1 {
			t.Errorf("%s: %d steps, truncated %v, last state %d", name, ep.Len(), ep.Truncated, ep.States[ep.Len()])
		}
	}
}

// P31: an episode from a terminal state has no steps; it counts as an episode.
func TestTerminalStart(t *testing.T) {
	table := mustCompile(t, corridor(3))
	g, ep := mustGenerator(t, table, Deterministic{0, 0, 0, 0}, 10, 1), Episode{}
	g.FromState(&ep, 1)
	g.From(&ep, 3, 0)
	if ep.Len() != 0 || len(ep.Rewards) != 0 || !slices.Equal(ep.States, []State{3}) || ep.Truncated {
		t.Errorf("from a terminal state: %+v", ep)
	}
	g.FromState(&ep, 1)
	g.FromState(&ep, 3)
	if ep.Len() != 0 || !slices.Equal(ep.States, []State{3}) || g.Episode() != 4 {
		t.Errorf("from a terminal state: %+v, next episode %d", ep, g.Episode())
	}
}

func slippery(t testing.TB) (*Table, *Soft) {
	m := randomModel(9, 30, 3, slips, thirds)
	best := make([]Action, 30)
	for s := range best {
		best[s] = Action(s % 3)
	}
	return mustCompile(t, m), mustSoft(t, best, 3, 0.2)
}

// P43: an episode is a function of the seed and its index: blocks in any order, other seeds apart.
func TestBlocksInAnyOrder(t *testing.T) {
	table, p := slippery(t)
	for _, horizon := range []int{50, 2000} {
		size := BlockSize(horizon)
		g := mustGenerator(t, table, p, horizon, 3)
		var ep Episode
		var want []Episode
		for range 6 * size {
			next(g, &ep, 30, 3)
			want = append(want, clone(&ep))
		}
		for _, block := range []int64{5, 0, 3, 3, 1, 4, 2} {
			g.SeekBlock(block)
			for e := block * size; e < (block+1)*size; e++ {
				if g.Episode() != e {
					t.Fatalf("horizon %d: at episode %d, want %d", horizon, g.Episode(), e)
				}
				if next(g, &ep, 30, 3); !sameEpisode(&ep, &want[e]) {
					t.Fatalf("horizon %d: episode %d of block %d differs when the block is replayed", horizon, e, block)
				}
			}
		}
		other, same := mustGenerator(t, table, p, horizon, 4), 0
		for e := range want {
			next(other, &ep, 30, 3)
			same += b2i(sameEpisode(&ep, &want[e]))
		}
		if same > len(want)/4 {
			t.Errorf("horizon %d: %d of %d episodes are the same under another seed", horizon, same, len(want))
		}
	}
	if BlockSize(1) != 32 || BlockSize(1024) != 32 || BlockSize(1025) != 1 {
		t.Errorf("blocks of %d, %d, %d episodes, want 32, 32, 1", BlockSize(1), BlockSize(1024), BlockSize(1025))
	}
}

// The streams are those named (seed, purpose, block): starts, actions and transitions, each its own, as a plain loop shows.
func TestStreamsOfAGenerator(t *testing.T) {
	table, p := slippery(t)
	g, ep := mustGenerator(t, table, p, 60, 12), Episode{}
	for block := range uint64(3) {
		starting, acting, stepping := NewRand(12, PurposeStarts, block), NewRand(12, PurposePolicy, block), NewRand(12, PurposeEnvironment, block)
		for range BlockSize(60) {
			s := table.Start(starting)
			want := Episode{States: []State{s}, Truncated: true}
			for range 60 {
				a := p.Act(s, acting)
				next, reward := table.Step(s, a, stepping)
				want.States, want.Actions, want.Rewards = append(want.States, next), append(want.Actions, a), append(want.Rewards, reward)
				if s = next; table.Terminal(s) {
					want.Truncated = false
					break
				}
			}
			if g.FromState(&ep, g.Start()); !sameEpisode(&ep, &want) {
				t.Fatalf("block %d: an episode is not that of the plain loop on the streams (seed, purpose, block)", block)
			}
		}
	}
}

// A generator moved to the position of another goes on as that one does.
func TestCopyPosition(t *testing.T) {
	table, p := slippery(t)
	a, b := mustGenerator(t, table, p, 60, 5), mustGenerator(t, table, p, 60, 5)
	var x, y Episode
	for range 20 {
		next(a, &x, 30, 3)
		b.CopyPosition(a)
		for range 3 { // b runs ahead and is called back
			next(b, &y, 30, 3)
		}
		b.CopyPosition(a)
		ahead := *a
		next(&ahead, &x, 30, 3)
		if next(b, &y, 30, 3); !sameEpisode(&x, &y) || a.Episode()+1 != b.Episode() {
			t.Fatalf("episode %d differs after CopyPosition", a.Episode())
		}
	}
}

// P48: stopped at any episode of two blocks, in the middle of dice and waits, a generator goes on to the same bits.
func TestGeneratorResume(t *testing.T) {
	table, p := slippery(t)
	for name, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
		const episodes = 20
		g, ep := mustGenerator(t, m, p, 60, 5), Episode{}
		var want []Episode
		var states [][]byte
		for range episodes {
			state, err := g.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, state)
			next(g, &ep, 30, 3)
			want = append(want, clone(&ep))
		}
		for at := range episodes {
			resumed := mustGenerator(t, m, p, 60, 5)
			next(resumed, &ep, 30, 3)
			if err := resumed.UnmarshalBinary(states[at]); err != nil {
				t.Fatal(err)
			}
			for e := at; e < episodes; e++ {
				if next(resumed, &ep, 30, 3); !sameEpisode(&ep, &want[e]) {
					t.Fatalf("%s: resumed at episode %d, episode %d differs", name, at, e)
				}
			}
		}
	}
	g := mustGenerator(t, table, p, 60, 5)
	err := g.UnmarshalBinary(make([]byte, 10))
	if want := "state of a generator: 10 bytes, want 239"; err == nil || err.Error() != want {
		t.Errorf("short state: error %v, want %s", err, want)
	}
}

// greedyDraws is a deterministic environment that takes draws it does not need.
type greedyDraws struct{ hidden }

func (g greedyDraws) Step(s State, a Action, r *Rand) (State, float64) {
	r.Uint64()
	r.Float64()
	return g.hidden.Step(s, a, r)
}

// P43: the streams of a run are apart: draws added to the environment shift no action, draws added to the starts shift
// neither, and another policy shifts no transition.
func TestPurposesApart(t *testing.T) {
	table := mustCompile(t, randomModel(10, 30, 3, one))
	_, p := slippery(t)
	quiet, noisy := mustGenerator(t, hidden{table}, p, 200, 6), mustGenerator(t, greedyDraws{hidden{table}}, p, 200, 6)
	starting := mustGenerator(t, table, p, 200, 6)
	var a, b, c Episode
	for e := range 20 {
		s := State(e % 29)
		quiet.FromState(&a, s)
		noisy.FromState(&b, s)
		starting.Starts().Uint64()
		starting.FromState(&c, s)
		if !sameEpisode(&a, &b) {
			t.Fatalf("episode %d: draws added to the environment shifted the policy's", e)
		}
		if !sameEpisode(&a, &c) {
			t.Fatalf("episode %d: draws added to the starts shifted the policy's", e)
		}
	}
	// The chain goes right or stays by a coin, whatever the action: the transitions must not hear of the policy.
	chain := mustCompile(t, &listed{50, 3, []State{49}, func(s State, _ Action) []Outcome { return []Outcome{{s, 0, 0.5}, {s + 1, 0, 0.5}} }})
	one, other := mustGenerator(t, chain, NewUniform(50, 3), 300, 7), mustGenerator(t, chain, Deterministic(make([]Action, 50)), 300, 7)
	for e := range 20 {
		one.FromState(&a, 0)
		other.FromState(&b, 0)
		if !slices.Equal(a.States, b.States) {
			t.Fatalf("episode %d: another policy shifted the environment's draws", e)
		}
	}
}

// P8: an episode keeps to the policy it began with; the change shows from the next episode on, on both paths.
func TestPolicyIsThatOfTheStart(t *testing.T) {
	m := randomModel(11, 20, 4, thirds)
	m.terminal = nil
	table, r := mustCompile(t, m), NewRand(1, PurposeStatistics)
	for name, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
		p, ep := mustSoft(t, make([]Action, 20), 4, 0), Episode{}
		g := mustGenerator(t, m, p, 40, 8)
		for e := range 50 {
			for s := range p.Best {
				p.Best[s] = Action(r.Intn(4))
			}
			switch e % 4 {
			case 1:
				g.SetPolicy(Deterministic(slices.Clone(p.Best)))
			case 2:
				probs := make([]float64, 80)
				for s, a := range p.Best {
					probs[4*s+int(a)], probs[4*s+int(a+1)%4] = 0.5, 0.5
				}
				q, err := NewStochastic(4, probs)
				if err != nil {
					t.Fatal(err)
				}
				g.SetPolicy(q)
			default:
				g.SetPolicy(p)
			}
			g.From(&ep, 3, 2)
			for i, step := range ep.All() {
				best := p.Best[step.State]
				if ok := step.Action == best || e%4 == 2 && step.Action == (best+1)%4; i == 0 && step.Action != 2 || i > 0 && !ok {
					t.Fatalf("%s, episode %d, step %d: action %d in state %d has probability 0", name, e, i, step.Action, step.State)
				}
			}
		}
	}
}

// The length of a fair walk from the middle of five states, the outer two terminal, is twice a geometric number: mean 4,
// variance 8.
func TestWalkLength(t *testing.T) {
	table := mustCompile(t, &listed{5, 2, []State{0, 4}, func(s State, a Action) []Outcome { return []Outcome{{s + State(2*a) - 1, 0, 1}} }})
	g, ep, n, sum := mustGenerator(t, table, NewUniform(5, 2), 1000, 9), Episode{}, 100_000, 0
	for range n {
		g.FromState(&ep, 2)
		sum += ep.Len()
	}
	if z := (float64(sum) - 4*float64(n)) / math.Sqrt(8*float64(n)); math.Abs(z) > 4.5 {
		t.Errorf("mean length %v, want 4: %.2f standard errors", float64(sum)/float64(n), z)
	}
}

// noisyReward changes the dynamics of the table it embeds: it is asked itself, not the table.
type noisyReward struct{ *Table }

func (n noisyReward) Step(s State, a Action, r *Rand) (State, float64) {
	next, reward := n.Table.Step(s, a, r)
	return next, reward + 100
}

// tabled names the table that is hidden in it.
type tabled struct{ hidden }

func (m *tabled) TableFor(other MDP) *Table {
	if other != MDP(m) {
		return nil
	}
	return m.t
}

func TestTabled(t *testing.T) {
	m := &tabled{hidden{mustCompile(t, corridor(3))}}
	if table, ok := TableOf(m); !ok || table != m.t {
		t.Errorf("%p, %v: want %p", table, ok, m.t)
	}
	for name, m := range map[string]MDP{"what embeds it": struct{ *tabled }{m}, "what hides it": m.hidden} {
		if table, ok := TableOf(m); ok || table != nil {
			t.Errorf("%s has the table %p", name, table)
		}
	}
}

func TestEmbeddedTableMayChange(t *testing.T) {
	g, ep := mustGenerator(t, noisyReward{mustCompile(t, corridor(3))}, Deterministic{0, 0, 0, 0}, 10, 1), Episode{}
	g.FromState(&ep, 0)
	if want := []float64{99, 99, 99}; !slices.Equal(ep.Rewards, want) {
		t.Errorf("rewards %v, want %v", ep.Rewards, want)
	}
}

func TestGenerationDoesNotAllocate(t *testing.T) {
	table, soft := slippery(t)
	stochastic, err := NewStochastic(3, slices.Repeat([]float64{0.2, 0.3, 0.5}, 30))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]Policy{"deterministic": Deterministic(soft.Best), "soft": soft, "stochastic": stochastic} {
		for path, m := range map[string]MDP{"table": table, "interface": hidden{table}} {
			g, ep := mustGenerator(t, m, p, 100, 10), Episode{}
			for range 100 {
				g.FromState(&ep, g.Start())
			}
			ep.grow(0, 100)
			if allocs := testing.AllocsPerRun(200, func() { g.FromState(&ep, g.Start()) }); allocs != 0 {
				t.Errorf("%s, %s: %v allocations an episode", name, path, allocs)
			}
		}
	}
}

func TestGeneratorErrors(t *testing.T) {
	table, p := slippery(t)
	narrow, err := NewStochastic(2, slices.Repeat([]float64{0.5, 0.5}, 30))
	if err != nil {
		t.Fatal(err)
	}
	wrong := Deterministic(slices.Clone(p.Best))
	wrong[29] = -1 // terminal: of no concern
	wrong[7] = 3
	dead := &listed{2, 1, []State{0, 1}, nil}
	for _, c := range []struct {
		m       MDP
		p       Policy
		horizon int
		want    string
	}{
		{nil, nil, 0, "MDP = <nil>: want an environment\npolicy = <nil>: want a policy\nhorizon = 0: want at least 1 step"},
		{table, p, -3, "horizon = -3: want at least 1 step"},
		{table, Deterministic{0, 1}, 5, "number of states of the policy = 2: want that of the environment, 30"},
		{table, NewUniform(31, 3), 5, "number of states of the policy = 31: want that of the environment, 30"},
		{table, NewUniform(30, 4), 5, "number of actions of the policy = 4: want that of the environment, 3"},
		{table, narrow, 5, "number of actions of the policy = 2: want that of the environment, 3"},
		{table, wrong, 5, "action of the policy in state 7 = 3: want an action in [0, 3)"},
		{dead, Deterministic{0, 0}, 5, "start states = 0: want at least one state that is not terminal"},
		{&listedStarts{startModel(), []State{9}, []float64{1}}, NewUniform(6, 1), 5, "start state = 9: want a state in [0, 6)"},
	} {
		g, err := NewGenerator(c.m, c.p, c.horizon, 1)
		if err == nil || err.Error() != c.want || g != nil {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}
