package experiment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// slippery is a world in which it is best not to go to the target: once in 25 steps the way ends in a costly place.
func slippery(episodes int64) Spec {
	c := env.GridConfig{Map: []string{"F.", ".T"}, Actions: []string{"right", "stay"}, Target: env.TargetEnds,
		Rewards: env.GridRewards{Boundary: -1, Forbidden: -30, Target: 1}, Slip: env.Slip{Left: 0.04, Right: 0.04}}
	return Spec{Env: GridWorld(c), Algorithm: ExploringStarts, Gamma: 0.5, Horizon: 16, Episodes: episodes, Seed: 1,
		Starts: &mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 2, Average: mc.ResetAverage}}
}

// proven plays a proof and returns its certificate.
func proven(t testing.TB, trial *Trial, asked Certify, workers int) *Certificate {
	t.Helper()
	p, err := trial.Prove(asked, workers)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range p.Play(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := p.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Few episodes leave a wrong policy: the proof replaces it, holds, leaves the record as it is, and has the same bytes at any number
// of workers. Its random numbers are not those of the training.
func TestProve(t *testing.T) {
	trial := newTrial(t, slippery(40), 1)
	before := finish(t, trial)
	var first []byte
	for _, workers := range []int{1, 2, 7} {
		c := proven(t, trial, Certify{Loss: 0.2, Delta: 0.05, Steps: 1e7}, workers)
		text, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if !bytes.Equal(text, first) {
			t.Errorf("%d workers: %s, want %s", workers, text, first)
		}
		if !c.Reached || c.Open != 0 || c.Loss > 0.2 || *c.ExactLoss > c.Loss || c.Seed == trial.spec.Seed {
			t.Errorf("%+v, exactly %v: want a loss of at most 0.2, and the exact one at most that", c, *c.ExactLoss)
		}
		if learned := trial.Learner().Policy(); c.Policies < 2 || c.Policy == nil || slices.Equal(c.Policy, learned) {
			t.Errorf("%d policies, %v: want another than the learned %v", c.Policies, c.Policy, learned)
		}
		last := Bound{}
		for _, p := range c.Points {
			if p.Steps <= last.Steps || p.Policies < last.Policies || p.Policies == last.Policies && p.Loss > last.Loss {
				t.Errorf("%+v after %+v: want more steps, and no larger bound for the same policy", p, last)
			}
			last = p
		}
		if last.Loss != c.Loss {
			t.Errorf("last point %+v: want a loss of %v", last, c.Loss)
		}
	}
	if !bytes.Equal(encoded(t, trial), before) {
		t.Error("the proof has changed the record")
	}
}

// A policy that is right is certified as it is, and the certificate does not repeat it. Where steps run out, what is proven by
// then is a bound; at most a block of episodes more is played.
func TestProveRunsOut(t *testing.T) {
	spec := slippery(20_000)
	spec.Starts.Batch = 5_000
	trial := newTrial(t, spec, 1)
	finish(t, trial)
	before := 0.0
	for _, steps := range []int64{1, 10_000, 100_000} {
		c := proven(t, trial, Certify{Loss: 1e-2, Delta: 0.05, Steps: steps}, 1)
		if block := env.BlockSize(spec.Horizon) * int64(spec.Horizon); c.Progress.Steps < steps || c.Progress.Steps >= steps+block {
			t.Errorf("%d steps: want from %d to less than a block of %d more", c.Progress.Steps, steps, block)
		}
		if c.Reached || c.Open == 0 || c.Policy != nil || c.Policies != 1 || c.Loss < *c.ExactLoss {
			t.Errorf("after %d steps %+v: want the learned policy and an open bound", steps, c)
		}
		if before > 0 && c.Loss >= before {
			t.Errorf("after %d steps a bound of %v: want less than %v", steps, c.Loss, before)
		}
		before = c.Loss
	}
}

// What was proven when an interruption came holds, and a new proof goes its own way to the same bytes.
func TestProveInterrupted(t *testing.T) {
	trial := newTrial(t, slippery(40), 1)
	finish(t, trial)
	asked := Certify{Loss: 0.2, Delta: 0.05, Steps: 1e7}
	p, err := trial.Prove(asked, 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var ended error
	for at, err := range p.Play(ctx) {
		if ended = err; at.Steps > 20_000 {
			cancel()
		}
	}
	cancel()
	c, err := p.Certificate()
	if err != nil || !errors.Is(ended, context.Canceled) {
		t.Fatalf("%v, %v: want a certificate of an interrupted proof", err, ended)
	}
	if c.Reached || c.Loss < *c.ExactLoss || c.Loss > 100 {
		t.Errorf("%+v, exactly %v: want an open bound that holds", c, *c.ExactLoss)
	}
	if proven(t, trial, asked, 1).Loss > 0.2 {
		t.Error("a second proof does not come to its end")
	}
}

// What cannot be proven is said before anything is played; the horizon that is named is the least that will do.
func TestProveRefuses(t *testing.T) {
	good := Certify{Loss: 0.2, Delta: 0.05, Steps: 1e6}
	short := slippery(40)
	short.Horizon = 8
	large := slippery(40)
	large.Env, large.Gamma = GridWorld(preset(t, "open-142")), 0.5
	endless := slippery(40)
	endless.Gamma, endless.Env = 1, GridWorld(preset(t, "frozenlake-4x4"))
	for _, x := range []struct {
		spec  Spec
		asked Certify
		want  string
	}{
		{slippery(40), Certify{0, 0.05, 1}, "certify = 0: want a finite number above 0"},
		{slippery(40), Certify{1, 0, 1}, "delta = 0: want a probability in (0, 1)"},
		{slippery(40), Certify{1, 0.05, 0}, "certify steps = 0: want at least 1"},
		{endless, good, "gamma = 1: want less than 1: without a discount nothing bounds what the horizon cuts off"},
		{large, good, "certify = 0.2: want a world of at most 100000 pairs: episodes start from each of them; this one has 100820"},
		{short, good, "certify = 0.2: want at least 0.51, which the horizon of 8 steps leaves open by itself; or a horizon of at least 10"},
	} {
		if _, err := newTrial(t, x.spec, 1).Prove(x.asked, 1); err == nil || err.Error() != x.want {
			t.Errorf("%v, want %s", err, x.want)
		}
	}
	for gamma, worlds := 0.5, []string{"zhao-5x5", "frozenlake-4x4-slippery", "zhao-2x2"}; gamma < 1; gamma += 0.1 {
		for _, world := range worlds {
			spec := slippery(40)
			spec.Env, spec.Gamma, spec.Horizon = GridWorld(preset(t, world)), gamma, 2
			_, err := newTrial(t, spec, 1).Prove(good, 1)
			if err == nil {
				t.Fatalf("%s, gamma %v: no word on a horizon of 2", world, gamma)
			}
			least, _ := strconv.Atoi(regexp.MustCompile(`\d+$`).FindString(err.Error()))
			for spec.Horizon = max(1, least-1); spec.Horizon <= least; spec.Horizon++ {
				_, err := newTrial(t, spec, 1).Prove(good, 1)
				if (err == nil) != (spec.Horizon == least) || err != nil && !strings.HasSuffix(err.Error(), fmt.Sprint(least)) {
					t.Errorf("%s, gamma %v, horizon %d: %v, want %d to be the least that will do", world, gamma, spec.Horizon, err, least)
				}
			}
		}
	}
}
