package experiment

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

// certainSpecs are runs that end when enough is certain, well before their last episode.
func certainSpecs(t testing.TB) map[string]Spec {
	batch := mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 540, Average: mc.ResetAverage, Visit: mc.InitialVisit}
	return map[string]Spec{
		"basic": {Env: GridWorld(preset(t, "zhao-3x3")), Algorithm: Basic, Gamma: 0.9, Horizon: 90, Episodes: 1e6, Seed: 3, UntilCertain: 0.01,
			Basic: &mc.BasicOptions{Episodes: 2}},
		"es": {Env: GridWorld(preset(t, "zhao-3x3")), Algorithm: ExploringStarts, Gamma: 0.9, Horizon: 90, Episodes: 1e6, Seed: 1, UntilCertain: 0.01,
			Starts: &batch},
	}
}

// A run ends with the first iteration that proves enough, whatever the number of workers and the interruptions (P43, P48), and
// what it proves is true; its record comes back, and a longer limit changes nothing.
func TestUntilCertain(t *testing.T) {
	for name, spec := range certainSpecs(t) {
		trial := newTrial(t, spec, 1)
		want := finish(t, trial)
		r, err := Decode(want, nil)
		if err != nil {
			t.Fatal(err)
		}
		iteration := spec.Iteration(trial.Model().Table)
		if n := r.Progress.Episodes; n%iteration != 0 || n > 20*iteration || r.Progress.Changed != 0 || r.Certain == nil || !trial.Done() {
			t.Fatalf("%s: %+v, %+v", name, r.Progress, r.Certain)
		}
		best, err := dp.PolicyIteration(trial.Model().Table, spec.Gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range r.Q {
			if d := q - best.Q[i]; d > r.Certain.Error || -d > r.Certain.Error || r.Certain.Error > 0.01 || r.Certain.Loss > 0.01 {
				t.Errorf("%s: q of pair %d is %g, exactly %g, proven %+v", name, i, q, best.Q[i], *r.Certain)
			}
		}
		for _, asks := range []int64{0, 1, 2, 5, 40, 300} {
			again, stops := newTrial(t, spec, 2), 0
			for !again.Done() {
				ctx := &countdown{Context: context.Background()}
				ctx.left.Store(asks + int64(stops))
				for _, err := range again.Play(ctx) {
					if err != nil && !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
				}
				saved, err := again.Checkpoint()
				if err != nil {
					t.Fatal(err)
				}
				if again, err = Resume(saved, 0, 1+stops%3); err != nil {
					t.Fatal(err)
				}
				stops++
			}
			if got := encoded(t, again); !bytes.Equal(got, want) {
				t.Errorf("%s: interrupted %d times: got\n%s\nwant\n%s", name, stops, got, want)
			}
		}
	}
}

// Where nothing can be proven it is refused, and so is a record that claims what its run does not.
func TestUntilCertainRefused(t *testing.T) {
	specs := certainSpecs(t)
	for want, change := range map[string]func(s *Spec){
		"until certain = -1: want a finite number":      func(s *Spec) { s.UntilCertain = -1 },
		"until certain: gamma = 1: want less than 1":    func(s *Spec) { s.Gamma, s.Env = 1, GridWorld(preset(t, "frozenlake-4x4")) },
		"until certain: MDP = random transitions":       func(s *Spec) { s.Env = GridWorld(preset(t, "frozenlake-4x4-slippery")) },
		"until certain: average = cumulative: want res": func(s *Spec) { s.Basic.Average = mc.Cumulative },
	} {
		s := certainSpecs(t)["basic"]
		change(&s)
		var field *env.FieldError
		if _, err := NewTrial(s, 1); !errors.As(err, &field) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	text := string(finish(t, newTrial(t, specs["basic"], 1)))
	for _, c := range []struct{ old, new, want string }{
		{`"until_certain":0.01`, `"until_certain":0`, `certain = given: want nothing unless the spec says until_certain`},
		{`"until_certain":0.01`, `"until_certain":-1`, `until certain = -1`},
		{`"certain":{"loss":`, `"certain":{"loss":-`, `certain = {`},
	} {
		altered := strings.Replace(text, c.old, c.new, 1)
		if _, err := Decode([]byte(altered), nil); altered == text || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
}
