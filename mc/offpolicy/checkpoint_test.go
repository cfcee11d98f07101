package offpolicy

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// learner is what the two have in common.
type learner interface {
	mc.Learner
	Checkpoint() ([]byte, error)
	Restore([]byte) error
}

func learners(t *testing.T, seed uint64) map[string]learner {
	t.Helper()
	p := mc.Problem{MDP: grid(t), Gamma: 0.9, Horizon: 40}
	target := make(env.Deterministic, 25)
	v, err := NewPrediction(p, target, env.NewUniform(25, 5), ValueOptions{Ordinary: true, Visit: mc.FirstVisit}, seed)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]learner{"prediction": v, "epsilon": newControl(t, p, ControlOptions{Epsilon: mc.Schedule{Start: 1, Decay: mc.Harmonic, End: 0.3}}, seed),
		"fixed": newControl(t, p, ControlOptions{Probs: bytesOf(125, 0.2)}, seed)}
}

func bytesOf(n int, x float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = x
	}
	return list
}

func play(t *testing.T, l learner, n int64) {
	t.Helper()
	for _, err := range mc.Run(context.Background(), l, n) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// P48: a run that is interrupted, inside a block of random streams too, goes on with the same bits.
func TestResumeP48(t *testing.T) {
	for _, stop := range []int64{0, 1, 32, 77, 150} {
		whole, first, second := learners(t, 4), learners(t, 4), learners(t, 4)
		for name := range whole {
			play(t, whole[name], 200)
			play(t, first[name], stop)
			b, err := first[name].Checkpoint()
			if err != nil {
				t.Fatal(err)
			}
			play(t, second[name], 13) // whatever it was before
			if err := second[name].Restore(b); err != nil {
				t.Fatalf("%s at %d: %v", name, stop, err)
			}
			play(t, second[name], 200-stop)
			want, err := whole[name].Checkpoint()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := second[name].Checkpoint(); err != nil || !bytes.Equal(got, want) || second[name].Progress() != whole[name].Progress() {
				t.Errorf("%s stopped at %d: another run, %+v, %v", name, stop, second[name].Progress(), err)
			}
		}
	}
}

// Bytes that are no checkpoint, or that of another run, are refused, and change nothing.
func TestRestoreRefuses(t *testing.T) {
	a, other := learners(t, 4), learners(t, 5)
	for name, l := range a {
		play(t, l, 50)
		b, err := l.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for i := range b {
			altered := bytes.Clone(b)
			altered[i] ^= 0x10
			if i%97 != 0 && i > 40 && i < len(b)-3 {
				continue
			}
			if err := l.Restore(altered); !errors.Is(err, mc.ErrCorrupt) {
				t.Fatalf("%s with byte %d altered: %v", name, i, err)
			}
		}
		for _, n := range []int{0, 5, len(b) - 1} {
			if err := l.Restore(b[:n]); !errors.Is(err, mc.ErrCorrupt) {
				t.Errorf("%s cut to %d bytes: %v", name, n, err)
			}
		}
		if err := other[name].Restore(b); err == nil || !strings.Contains(err.Error(), "checkpoint's seed = 4: want 5") {
			t.Errorf("%s of another seed: %v", name, err)
		}
		if again, err := l.Checkpoint(); err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("%s: a refused checkpoint changed it, %v", name, err)
		}
	}
	b, _ := a["prediction"].Checkpoint()
	p := mc.Problem{MDP: grid(t), Gamma: 0.9, Horizon: 40}
	zero, one, uniform := make(env.Deterministic, 25), make(env.Deterministic, 25), env.NewUniform(25, 5)
	one[7] = 1
	soft, err := env.NewSoft(zero, 5, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		target Policy
		b      Behaviour
	}{"target": {one, uniform}, "behaviour": {zero, soft}} {
		l, err := NewPrediction(p, c.target, c.b, ValueOptions{Ordinary: true, Visit: mc.FirstVisit}, 4)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Restore(b); err == nil || !strings.Contains(err.Error(), "checkpoint's policies") {
			t.Errorf("another %s: %v", what, err)
		}
	}
	b, _ = a["epsilon"].Checkpoint()
	if err := a["fixed"].Restore(b); err == nil || !strings.Contains(err.Error(), "checkpoint's options") {
		t.Errorf("other options: %v", err)
	}
	if err := a["prediction"].Restore(b); err == nil || !strings.Contains(err.Error(), "checkpoint's algorithm") {
		t.Errorf("another algorithm: %v", err)
	}
}
