package env

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// A trace is the episode that From and FromState generate, and leaves the streams where they leave them: whatever the table,
// the policy (whose actions change between episodes), the horizon and the path.
func TestTraceIsTheEpisode(t *testing.T) {
	const states, actions = 30, 3
	best := make([]Action, states)
	policies := []*Soft{mustSoft(t, best, actions, 0), mustSoft(t, best, actions, 0.005), mustSoft(t, best, actions, 0.1),
		mustSoft(t, best, actions, 0.7), NewUniform(states, actions)}
	for kind, shapes := range map[string][][]float64{"certain": {one}, "coded": {one}, "moves": {one}, "thirds": {thirds}} {
		for _, endless := range []bool{false, true} {
			m := randomModel(7, states, actions, shapes...)
			if endless {
				m.terminal = nil
			}
			table := mustCompile(t, m)
			if kind == "coded" {
				coded := *table
				coded.reward = rewards{code: make([]uint8, len(table.next))}
				for i := range coded.reward.code {
					coded.reward.code[i] = uint8(i)
					coded.reward.value = append(coded.reward.value, table.reward.at(i))
				}
				table = &coded
			}
			if kind == "moves" {
				table = withMoves(t, table)
			}
			for _, p := range policies {
				if err := p.Compile(table); err != nil {
					t.Fatal(err)
				}
				for _, horizon := range []int{1, 2, 37, walkChunk, 2*walkChunk + 7} {
					traceAgrees(t, fmt.Sprintf("%s, endless %v, epsilon %g, horizon %d", kind, endless, p.eps, horizon), table, p, horizon)
				}
			}
		}
	}
}

// withMoves is a table with certain transitions whose outcomes are coded, as those of large tables are.
func withMoves(t *testing.T, table *Table) *Table {
	t.Helper()
	coded := *table
	coded.next, coded.reward, coded.moves = nil, rewards{}, &moves{}
	for pair := range table.states * table.actions {
		s := pair / table.actions
		next, reward := table.at(State(s), pair)
		step := uint32(int(next) - s)
		if table.terminal[next] {
			step += ends
		}
		code, ok := coded.moves.find(step, reward, Action(pair%table.actions))
		if !ok {
			t.Fatal("more than 256 moves")
		}
		coded.code = append(coded.code, code)
	}
	return &coded
}

func traceAgrees(t *testing.T, name string, table *Table, p *Soft, horizon int) {
	t.Helper()
	columns, traces := mustGenerator(t, table, p, horizon, 3), mustGenerator(t, table, p, horizon, 3)
	interfaces := mustGenerator(t, hidden{table}, p, horizon, 3)
	var ep Episode
	var tr, plain Trace
	for e := range 20 {
		p.SetBest(State(e%table.states), Action(e%table.actions))
		if e%2 == 0 {
			s, a := State(e%table.states), Action(e%table.actions)
			columns.From(&ep, s, a)
			traces.TraceFrom(&tr, s, a)
			interfaces.TraceFrom(&plain, s, a)
		} else {
			columns.FromState(&ep, columns.Start())
			traces.TraceFromState(&tr, traces.Start())
			interfaces.TraceFromState(&plain, interfaces.Start())
		}
		for _, got := range []*Trace{&tr, &plain} {
			var pairs []int32
			var rewards []float64
			for i, step := range ep.All() {
				pairs = append(pairs, int32(int(step.State)*table.actions+int(step.Action)))
				rewards = append(rewards, got.Rewards[got.Index[i]])
			}
			if !slices.Equal(got.Pairs, pairs) || !slices.Equal(rewards, ep.Rewards) || got.Len() != len(got.Index) || got.Truncated != ep.Truncated {
				t.Fatalf("%s: episode %d is %+v, want %+v", name, e, got, ep)
			}
		}
		want, _ := columns.MarshalBinary()
		for _, g := range []*Generator{traces, interfaces} {
			if got, _ := g.MarshalBinary(); !bytes.Equal(got, want) {
				t.Fatalf("%s: after episode %d the streams stand elsewhere", name, e)
			}
		}
	}
}
