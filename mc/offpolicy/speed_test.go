package offpolicy_test

import (
	"encoding/json"
	"hash/fnv"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/offpolicy"
)

// P47: once the longest episode has been seen, episodes take no memory.
func TestNoAllocations(t *testing.T) {
	for _, l := range []bool{false, true} {
		e, episodes := bench(t, 50, l)
		for i := range episodes {
			episodes[i].add(e)
		}
		i := 0
		if n := testing.AllocsPerRun(500, func() { episodes[i%len(episodes)].add(e); i++ }); n != 0 {
			t.Errorf("logged %v: %v allocations an episode", l, n)
		}
	}
}

type either struct {
	ep  env.Episode
	log *offpolicy.Logged
}

func (x *either) add(e *offpolicy.Evaluator) {
	if x.log != nil {
		if e.AddLogged(x.log) != nil {
			panic("an episode was refused")
		}
	} else if e.Add(&x.ep) != nil {
		panic("an episode was refused")
	}
}

// bench returns an evaluator of every estimator on the book's grid, and episodes of the given length.
func bench(t testing.TB, horizon int, log bool) (*offpolicy.Evaluator, []either) {
	g, err := env.NewGrid(env.Zhao5(-10, env.BoundaryOnly))
	if err != nil {
		t.Fatal(err)
	}
	n, actions := g.NumStates(), g.NumActions()
	target, err := env.NewSoft(make([]env.Action, n), actions, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	b, q := env.NewUniform(n, actions), make([]float64, n*actions)
	for i := range q {
		q[i] = float64(i%7) / 3
	}
	p := offpolicy.Problem{States: n, Actions: actions, Gamma: 0.9, Target: target, Behaviour: b}
	if log {
		p.Behaviour = nil
	}
	e := evaluator(t, p, offpolicy.Options{Cap: 10, Q: q})
	gen, err := env.NewGenerator(g, b, horizon, 1)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]either, 64)
	for i := range list {
		gen.FromState(&list[i].ep, gen.Start())
		if log {
			list[i].log = logged(list[i].ep, b)
		}
	}
	return e, list
}

// P49: the same bits on every machine.
func TestSameBits(t *testing.T) {
	e, episodes := bench(t, 80, false)
	other, _ := bench(t, 80, false)
	for i := range episodes {
		episodes[i].add(e)
		episodes[len(episodes)-1-i].add(other)
	}
	if err := e.Merge(other); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(result(t, e))
	if err != nil {
		t.Fatal(err)
	}
	h := fnv.New64a()
	h.Write(b)
	if got, want := h.Sum64(), uint64(0xbf4927f02e9f492); got != want {
		t.Errorf("hash of the result is %#x, want %#x\n%s", got, want, b)
	}
}

func benchmark(b *testing.B, horizon int, log bool) {
	e, list := bench(b, horizon, log)
	for i := range list {
		list[i].add(e)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		list[i%len(list)].add(e)
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(horizon), "ns/row")
}

func BenchmarkAdd1(b *testing.B)         { benchmark(b, 1, false) }
func BenchmarkAdd10(b *testing.B)        { benchmark(b, 10, false) }
func BenchmarkAdd100(b *testing.B)       { benchmark(b, 100, false) }
func BenchmarkAdd10000(b *testing.B)     { benchmark(b, 10_000, false) }
func BenchmarkAddLogged10(b *testing.B)  { benchmark(b, 10, true) }
func BenchmarkAddLogged100(b *testing.B) { benchmark(b, 100, true) }
