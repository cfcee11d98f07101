package experiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
)

// after is the record of a run of k episodes.
func after(t *testing.T, spec Spec, k int64) *Record {
	t.Helper()
	spec.Episodes = max(k, 1)
	trial := newTrial(t, spec, 1)
	if k > 0 {
		finish(t, trial)
	}
	r, err := trial.Record()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every point of a run is what the formulas say of policy and table of a run that ends there, with values asked of the solver
// anew.
func TestPointFormulas(t *testing.T) {
	for name, spec := range specs(t) {
		for _, p := range after(t, spec, spec.Episodes).Points {
			r := after(t, spec, p.Episodes)
			if last := r.Points[len(r.Points)-1]; !reflect.DeepEqual(last, p) {
				t.Fatalf("%s after %d episodes: %+v: want %+v", name, p.Episodes, last, p)
			}
			want := byHand(t, r)
			for field, x := range map[string][2]*float64{"gap": {p.Gap, want.Gap}, "rmse": {p.RMSE, want.RMSE},
				"greedy_gap": {p.GreedyGap, want.GreedyGap}, "return": {p.Return, want.Return}, "greedy_return": {p.GreedyReturn, want.GreedyReturn}} {
				if math.Abs(*x[0]-*x[1]) > 1e-7 {
					t.Errorf("%s after %d episodes: %s = %v: want %v", name, p.Episodes, field, *x[0], *x[1])
				}
			}
			if *p.Visits != *want.Visits {
				t.Errorf("%s after %d episodes: visits %+v: want %+v", name, p.Episodes, *p.Visits, *want.Visits)
			}
			if p.Epsilon == 0 && (*p.Gap != *p.GreedyGap || *p.Return != *p.GreedyReturn) {
				t.Errorf("%s after %d episodes: the greedy policy has %v, %v: want %v, %v, those of the policy",
					name, p.Episodes, *p.GreedyGap, *p.GreedyReturn, *p.Gap, *p.Return)
			}
		}
	}
}

// byHand is the last point of a record from its policy and table.
func byHand(t *testing.T, r *Record) Point {
	t.Helper()
	g, err := r.Spec.Env.Model()
	if err != nil {
		t.Fatal(err)
	}
	measure := func(epsilon float64) (gap, value float64, q []float64) {
		best, err := dp.SoftOptimal(g, r.Spec.Gamma, epsilon, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		soft, err := env.NewSoft(r.Policy, g.NumActions(), epsilon)
		if err != nil {
			t.Fatal(err)
		}
		own, err := dp.Evaluate(g, soft, r.Spec.Gamma, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		states := 0.0
		for s, v := range own.V {
			gap = max(gap, best.V[s]-v)
			if !g.Terminal(env.State(s)) {
				states, value = states+1, value+v
			}
		}
		value /= states // the grids of the book begin anywhere
		switch w := r.Spec.Env; {
		case strings.HasPrefix(w.Name(), "frozenlake"):
			value = own.V[0]
		case w.Table != nil:
			value = 0.75*own.V[0] + 0.25*own.V[1]
		case w.Classic != "":
			value, _ = own.Start()
		}
		return gap, value, best.Q
	}
	var p Point
	gap, value, q := measure(r.Epsilon)
	greedyGap, greedyValue, _ := measure(0)
	sum, counts := 0.0, []int64(nil)
	for i := range r.Q {
		if !g.Terminal(env.State(i / g.NumActions())) {
			sum += (r.Q[i] - q[i]) * (r.Q[i] - q[i])
			counts = append(counts, r.N[i])
		}
	}
	slices.Sort(counts)
	rmse, n := math.Sqrt(sum/float64(len(counts))), len(counts)
	p.Gap, p.Return, p.GreedyGap, p.GreedyReturn, p.RMSE = &gap, &value, &greedyGap, &greedyValue, &rmse
	p.Visits = &Visits{r.Unvisited.Count, counts[0], float64(counts[n/2]+counts[(n-1)/2]) / 2}
	return p
}

// What was measured survives a checkpoint, and a checkpoint of another version is refused.
func TestPointsInCheckpoint(t *testing.T) {
	for name, spec := range specs(t) {
		trial := newTrial(t, spec, 1)
		for _, err := range trial.Play(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if again := reopened(t, trial, 0); !reflect.DeepEqual(again.points, trial.points) || len(again.points) < 5 {
			t.Errorf("%s: points %+v: want %+v", name, again.points, trial.points)
		}
		saved, err := trial.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		saved[len(checkpointMagic)-1] = 1
		end := len(saved) - sha256.Size
		sum := sha256.Sum256(saved[:end])
		if _, err := Resume(append(saved[:end], sum[:]...), 0, 1); !errors.Is(err, mc.ErrCorrupt) || !strings.Contains(err.Error(), "version") {
			t.Errorf("%s: a checkpoint of version 1: %v: want ErrCorrupt and the version", name, err)
		}
	}
}

// A record of the time before greedy_gap, return, greedy_return and visits were measured is read; it has none of them.
func TestRecordWithoutNewFields(t *testing.T) {
	text := finish(t, newTrial(t, specs(t)["epsilon-greedy"], 1))
	old := regexp.MustCompile(`,"greedy_gap":.*?"visits":\{.*?\}`).ReplaceAll(text, nil)
	if bytes.Equal(old, text) || bytes.Contains(old, []byte("visits")) || bytes.Contains(old, []byte("return")) {
		t.Fatalf("the fields are not where they were:\n%s", old)
	}
	r, err := Decode(old, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Points {
		if p.GreedyGap != nil || p.Return != nil || p.GreedyReturn != nil || p.Visits != nil || p.Gap == nil || p.RMSE == nil {
			t.Errorf("%+v: want gap and rmse alone", p)
		}
	}
	again, _, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Decode(again, nil); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("written again: %v, %+v: want %+v", err, back, r)
	}
}

// With gamma = 1, exploration can end what the optimal policy would not: it has an infinite value, and the greedy policy no
// gap. The learned policy has all of its values. P22
func TestInfiniteOptimum(t *testing.T) {
	c := env.GridConfig{Map: []string{"..T"}, Target: env.TargetEnds, Rewards: env.GridRewards{Step: 1, Boundary: 1, Target: 1}}
	spec := Spec{Env: GridWorld(c), Algorithm: EpsilonGreedy, Gamma: 1, Horizon: 50, Episodes: 200, Seed: 1,
		EpsilonGreedy: &mc.EpsilonOptions{Epsilon: mc.Epsilon(0.5), StartsOptions: mc.StartsOptions{Improve: mc.ImproveEpisode}}}
	r, err := Decode(finish(t, newTrial(t, spec, 1)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Exact.Optimum != nil || r.Exact.Greedy != nil || r.Exact.Policy == nil {
		t.Errorf("exact values %+v: want the learned policy's alone", r.Exact)
	}
	for _, p := range r.Points {
		if p.GreedyGap != nil || p.Gap == nil || p.Return == nil {
			t.Errorf("%+v: want no greedy gap, a gap and a return", p)
		}
	}
	if last := r.Points[len(r.Points)-1]; last.GreedyReturn != nil {
		t.Errorf("the greedy policy returns %v: want nothing finite", *last.GreedyReturn)
	}
}
