package mc

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"example.com/mcrl/env"
)

// growthFile is where BenchmarkGrowth puts what it has measured, for TestGrowth in package plots to draw.
var growthFile = flag.String("growth", "", "append the figures of BenchmarkGrowth to this CSV file: work, states, ns")

// BenchmarkGrowth measures how the time of a step grows with the world, from 25 states to four million, for episodes of 100
// steps: MC epsilon-greedy as in BenchmarkControlShort100; exploring starts with Cycles, whose steps are those that are walked
// and scored; and Generator.Simulate under the epsilon-greedy policy that heads for the target.
func BenchmarkGrowth(b *testing.B) {
	for _, work := range []struct {
		name string
		make func(*testing.B, Problem) growth
	}{{"control", growthControl}, {"es-cycles", growthES}, {"simulate", growthSimulate}} {
		for _, n := range []int{5, 10, 20, 50, 100, 200, 500, 1000, 2000} {
			b.Run(fmt.Sprintf("%s/%d", work.name, n), func(b *testing.B) {
				w := square(n)
				grid, err := env.NewGrid(env.GridConfig{Map: w.rows, Rewards: env.GridRewards{Boundary: w.bump, Forbidden: w.forbid, Target: w.reach}})
				if err != nil {
					b.Fatal(err)
				}
				ns := work.make(b, Problem{grid, 0.99, 100}).measure(b, n*n)
				b.ReportMetric(ns, "ns/step")
				appendGrowth(b, fmt.Sprintf("%s,%d,%.3g\n", work.name, n*n, ns))
			})
		}
	}
}

// growth is a work whose steps are counted.
type growth struct {
	play     func(episodes int64)
	steps    func() int64
	episodes int64 // played at a time
}

// measure returns the nanoseconds of a step, after enough episodes to have been nearly everywhere.
func (g growth) measure(b *testing.B, states int) float64 {
	g.play(max(20_000, int64(states/10)))
	before := g.steps()
	for b.Loop() {
		g.play(g.episodes)
	}
	return float64(b.Elapsed().Nanoseconds()) / float64(g.steps()-before)
}

func appendGrowth(b *testing.B, line string) {
	if *growthFile == "" {
		return
	}
	f, err := os.OpenFile(*growthFile, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := f.WriteString(line); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

func growthControl(b *testing.B, p Problem) growth {
	l, err := NewEpsilonGreedy(p, EpsilonOptions{Epsilon: Epsilon(0.1),
		StartsOptions: StartsOptions{Improve: ImproveEpisode, Ties: KeepTie}}, 1)
	if err != nil {
		b.Fatal(err)
	}
	return growingTable(b, l)
}

func growthES(b *testing.B, p Problem) growth { return growingTable(b, newES(b, p, true)) }

// growingTable counts the returns that a learner has scored.
func growingTable(b *testing.B, l run) growth {
	play := func(episodes int64) {
		for _, err := range Run(context.Background(), l, episodes) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	steps := func() (visits int64) {
		for _, cell := range l.Q().cells {
			visits += cell.N()
		}
		return visits
	}
	return growth{play, steps, 1000}
}

func growthSimulate(b *testing.B, p Problem) growth {
	grid := p.MDP.(*env.Grid)
	policy, err := env.NewSoft(heading(grid), grid.NumActions(), 0.1)
	if err != nil {
		b.Fatal(err)
	}
	g, err := env.NewGenerator(grid, policy, p.Horizon, 1)
	if err != nil {
		b.Fatal(err)
	}
	steps := int64(0)
	play := func(episodes int64) { steps += g.Simulate(episodes).Steps }
	return growth{play, func() int64 { return steps }, int64(20_000 + grid.NumStates()/5)} // a call looks through the policy once
}

// heading is the policy that goes to the target in the middle, first along the larger of the two distances.
func heading(g *env.Grid) []env.Action {
	const up, right, down, left, stay = 0, 1, 2, 3, 4
	rows, cols := g.Dims()
	best := make([]env.Action, g.NumStates())
	for s := range best {
		row, col := g.Cell(env.State(s))
		below, beside := rows/2-row, cols/2-col
		if g.Kind(rows/2, cols/2) != env.Target {
			below, beside = 3-row, 2-col // the book's 5 x 5
		}
		switch {
		case below == 0 && beside == 0:
			best[s] = stay
		case max(below, -below) >= max(beside, -beside) && below > 0:
			best[s] = down
		case max(below, -below) >= max(beside, -beside):
			best[s] = up
		case beside > 0:
			best[s] = right
		default:
			best[s] = left
		}
	}
	return best
}
