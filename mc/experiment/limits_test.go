package experiment_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// Returns whose squares are not finite are refused before anything is played.
func TestHugeRewards(t *testing.T) {
	for _, c := range []struct {
		reward, gamma float64
		horizon       int
		ok            bool
	}{{1e160, 0.9, 10, false}, {-1e160, 0.9, 10, false}, {1e308, 0, 10, false}, {1e149, 0.99, 10, false}, {1e149, 1, 1000, false}, {1e149, 0.5, 10, true}} {
		spec := experiment.Spec{Env: experiment.GridWorld(env.GridConfig{Map: []string{".T"}, Target: env.TargetEnds, Rewards: env.GridRewards{Step: -1, Target: c.reward}}),
			Algorithm: experiment.Basic, Gamma: c.gamma, Horizon: c.horizon, Episodes: 10, Basic: &mc.BasicOptions{}}
		_, err := experiment.NewTrial(spec, 1)
		var field *env.FieldError
		if refused := errors.As(err, &field) && field.Field == "rewards"; refused == c.ok {
			t.Errorf("reward %g, gamma %g, T = %d: %v: want refused %t", c.reward, c.gamma, c.horizon, err, !c.ok)
		}
	}
}

// gamma = 1 where episodes never end is refused at any size, with and without exploration; where they end it is not.
func TestNeverEndsAtAnySize(t *testing.T) {
	size := 142 // 100,820 pairs, more than MaxExactPairs
	row := strings.Repeat(".", size)
	grid := make([]string, size)
	for i := range grid {
		grid[i] = row
	}
	grid[0] = "T" + row[1:]
	for _, c := range []struct {
		target env.TargetRule
		ok     bool
	}{{env.TargetPays, false}, {env.TargetEnds, true}} {
		for _, epsilon := range []float64{0, 0.1} {
			spec := experiment.Spec{Env: experiment.GridWorld(env.GridConfig{Map: grid, Target: c.target, Rewards: env.GridRewards{Step: -1, Boundary: -1, Target: 1}}),
				Algorithm: experiment.EpsilonGreedy, Gamma: 1, Horizon: 10, Episodes: 10, EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(epsilon)}}
			_, err := experiment.NewTrial(spec, 1)
			var forEver *dp.NeverEndsError
			if c.ok != (err == nil) || !c.ok && !errors.As(err, &forEver) {
				t.Errorf("target %v, epsilon %g: %v: want an error %t", c.target, epsilon, err, !c.ok)
			}
		}
	}
}

// A file that is larger than any record is not read to its end.
func TestReadFileLimit(t *testing.T) {
	dir := fstest.MapFS{"big": {Data: make([]byte, 1<<26+1)}}
	if _, err := experiment.ReadFile(dir, "big"); err == nil || !strings.Contains(err.Error(), "more than 67108864 bytes") {
		t.Errorf("%v: want more than 67108864 bytes", err)
	}
}
