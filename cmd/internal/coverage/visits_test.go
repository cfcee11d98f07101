package coverage

import (
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// measureVisits measures Student's t interval from the returns after every visit of the start state in n episodes, as if they
// were independent, beside that from the returns after the first visits, one for each episode. The horizon is so long that the
// cut is nothing.
func measureVisits() []Row {
	const name, T = "frozenlake-4x4-slippery", 1000
	lake := must(env.NewGrid(must(env.Preset(name))))
	best := must(dp.PolicyIteration(lake, 0.99, dp.Options{}))
	g := must(env.NewGenerator(lake, best.Policy, T, 5000))
	row := Row{World: name, Policy: "optimal, 1000 steps", Start: "0:0", Truth: must(dp.EvaluateHorizon(lake, best.Policy, 1, T)).V[0]}
	var tallies []*tally
	ns := []int{10, 30, 100}
	for _, n := range ns {
		for _, row.Interval = range []string{"t", "t, every visit"} {
			row.N = n
			tallies = append(tallies, &tally{row: row, part: sampled})
		}
	}
	runs := sampled
	if all() {
		runs = measured
	}
	var ep env.Episode
	for r := range runs {
		var first, every estimate.Variance
		g.SeekBlock(4 * int64(r))
		for i, k := 1, 0; k < len(ns); i++ {
			g.FromState(&ep, 0)
			for t, G := range ep.Returns(1) {
				if ep.States[t] == 0 {
					every.Add(G)
				}
				if t == 0 {
					first.Add(G)
				}
			}
			if i == ns[k] {
				tallies[2*k].add(r, estimate.StudentT(first, level))
				tallies[2*k+1].add(r, estimate.StudentT(every, level))
				k++
			}
		}
	}
	var rows []Row
	for _, c := range tallies {
		c.row.Half = fourDigits(c.half.Value())
		rows = append(rows, c.row)
	}
	return rows
}

// TestVisitsAreNoSamples (P41): the returns after all visits within an episode overlap, here they are equal. Taken for
// independent they make intervals that cover far less than 90%, at any number of episodes; the returns after first visits do not.
func TestVisitsAreNoSamples(t *testing.T) {
	found := 0
	for _, r := range must(printedRows()) {
		if r.Policy != "optimal, 1000 steps" {
			continue
		}
		found++
		covers := float64(r.Hits) / float64(r.Runs)
		if r.Interval == "t, every visit" && covers > 0.9 {
			t.Errorf("%v covers %.4f, want less than 0.9", r, covers)
		}
		want := exactCoverage(interval{name: "t", make: studentT}, r.N, r.Truth)
		if se := math.Sqrt(want * (1 - want) / float64(r.Runs)); r.Interval == "t" && math.Abs(covers-want) > 4.5*se {
			t.Errorf("%v covers %.4f, want %.4f", r, covers, want)
		}
	}
	if found != 6 {
		t.Errorf("%d rows", found)
	}
}
