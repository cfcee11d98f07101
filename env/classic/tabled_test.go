package classic

import (
	"reflect"
	"testing"

	"example.com/mcrl/env"
)

// untabled is a world that is asked itself, as it may have changed what it embeds.
type untabled struct{ World }

// Generators and learners find the table of every world. Episodes on it are, bit for bit, those through the interface, added up or
// recorded, and the streams stand in the same place afterwards. What embeds a world is asked itself.
func TestWorldsAreFast(t *testing.T) {
	for _, name := range Names() {
		w := world(t, name)
		if table, ok := env.TableOf(w); !ok || table.NumStates() != w.NumStates() {
			t.Fatalf("%s has no table", name)
		}
		if _, ok := env.TableOf(untabled{w}); ok {
			t.Fatalf("what embeds %s has its table", name)
		}
		still := make(env.Deterministic, w.NumStates())
		soft, err := env.NewSoft(still, w.NumActions(), 0.3)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []env.Policy{still, soft, env.NewUniform(w.NumStates(), w.NumActions())} {
			for horizon, n := range map[int]int64{40: 700, 1500: 20} {
				fast, slow := played(t, w, p, horizon, n), played(t, untabled{w}, p, horizon, n)
				if !reflect.DeepEqual(fast, slow) {
					t.Errorf("%s, %T, horizon %d: on the table %+v, through the interface %+v", name, p, horizon, fast.Totals, slow.Totals)
				}
			}
		}
	}
}

// play is what a generator brought forth, and where it stands.
type play struct {
	env.Totals
	last     env.Episode
	position []byte
}

func played(t *testing.T, m env.MDP, p env.Policy, horizon int, n int64) (out play) {
	t.Helper()
	g, err := env.NewGenerator(m, p, horizon, 1)
	if err != nil {
		t.Fatal(err)
	}
	out.Totals = g.Simulate(n)
	g.FromState(&out.last, g.Start())
	if out.position, err = g.MarshalBinary(); err != nil {
		t.Fatal(err)
	}
	return out
}
