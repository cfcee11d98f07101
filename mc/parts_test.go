package mc

import (
	"math"
	"testing"
)

// A long episode scored in four parts side by side has the textbook's incremental means within 1e-12, whether or not its last
// steps are scored, and for one part (gamma = 1) too.
func TestPartsAreIncrementalMeans(t *testing.T) {
	for _, gamma := range []float64{0, 0.5, 0.9, 1} {
		for _, o := range []StartsOptions{{}, {Tail: 137}} {
			p := Problem{compile(t, zhao5), gamma, 20011}
			o.Starts = FixedState
			step := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon(1), o}, 4))
			o.Improve = ImproveEpisode
			parts := must(NewEpsilonGreedy(p, EpsilonOptions{Epsilon(1), o}, 4))
			play(t, step, 3)
			play(t, parts, 3)
			for i, w := range step.Q().Values() {
				if got := parts.Q().Values()[i]; math.Abs(got-w) > 1e-12*max(1, math.Abs(w)) || step.Q().Counts()[i] != parts.Q().Counts()[i] {
					t.Errorf("gamma %g, tail %d: q of pair %d is %.17g in parts, %.17g by steps", gamma, o.Tail, i, got, w)
				}
			}
		}
	}
}
