package classic

import (
	"testing"

	"example.com/mcrl/env"
)

// BenchmarkWorlds measures a step of simulation on the compiled table of each world, under the policy that takes every action
// alike, in episodes of at most 200 steps (Gymnasium's limit for the taxi). Under Step each transition is an env.MDP.Step.
//
//	go test ./env/classic -run '^$' -bench Worlds
func BenchmarkWorlds(b *testing.B) {
	for _, name := range Names() {
		w := world(b, name)
		table, err := env.Compile(w)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) { benchSimulate(b, table) })
		b.Run(name+"/Step", func(b *testing.B) { benchStep(b, table) })
	}
}

func benchSimulate(b *testing.B, table *env.Table) {
	g, err := env.NewGenerator(table, env.NewUniform(table.NumStates(), table.NumActions()), 200, 1)
	if err != nil {
		b.Fatal(err)
	}
	g.Simulate(10_000) // lays out the table
	steps := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		steps += g.Simulate(10_000).Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}

func benchStep(b *testing.B, table *env.Table) {
	actions, starts := env.NewRand(1, env.PurposePolicy), env.NewRand(1, env.PurposeStarts)
	rng := env.NewRand(1, env.PurposeEnvironment)
	steps := 0
	s := table.Start(starts)
	for b.Loop() {
		for range 10_000 {
			if s, _ = table.Step(s, env.Action(actions.Intn(table.NumActions())), rng); table.Terminal(s) {
				s = table.Start(starts)
			}
		}
		steps += 10_000
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
