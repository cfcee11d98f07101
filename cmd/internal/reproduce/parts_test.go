package reproduce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
)

// The number of workers changes nothing, the seed does.
func TestWorkersAndSeed(t *testing.T) {
	run := func(o Options) []byte {
		r := must[*Result](t)(figure(t, "5.5").Run(context.Background(), o))
		return must[[]byte](t)(json.Marshal(r.Panels))
	}
	base := Options{Seed: 1, Workers: 1, Replications: 4, MoreSeeds: 3}
	other, same := base, base
	same.Workers, other.Seed = 3, 2
	if a, b := run(base), run(same); !bytes.Equal(a, b) {
		t.Errorf("one worker:\n%s\nthree:\n%s", a, b)
	}
	if a, b := run(base), run(other); bytes.Equal(a, b) {
		t.Error("seeds 1 and 2 give the same panels")
	}
	g := must[*env.Grid](t)(newGrid("zhao-5x5-figures"))
	one := must[env.Deterministic](t)(learnSoft(context.Background(), g, 0, Options{Seed: 1, Workers: 1}))
	two := must[env.Deterministic](t)(learnSoft(context.Background(), g, 0, Options{Seed: 1, Workers: 2}))
	if agree(one, two) != 25 {
		t.Errorf("one worker %v, two %v", one, two)
	}
}

// Printed digits: both neighbours of a number half way between, and no difference between 0.0 and -0.0.
func TestPrinted(t *testing.T) {
	for _, c := range []struct {
		x, print float64
		decimals int
		want     bool
	}{
		{3.486784, 3.5, 1, true}, {3.45, 3.4, 1, true}, {3.45, 3.5, 1, true}, {3.4499, 3.5, 1, false}, {3.5501, 3.5, 1, false},
		{-0.0449, 0, 1, true}, {0.0449, math.Copysign(0, -1), 1, true}, {-0.0501, 0, 1, false},
		{7.29, 7.29, 2, true}, {7.284, 7.29, 2, false}, {-1.133846, -1.2, 1, false}, {math.NaN(), 0, 1, false}, {8000.4, 8000, 0, true},
	} {
		if got := printed(c.x, c.print, c.decimals); got != c.want {
			t.Errorf("%v printed as %v to %d decimals: %v", c.x, c.print, c.decimals, got)
		}
	}
}

// A cell that differs is filed as known only where it is.
func TestCompare(t *testing.T) {
	p := Panel{Values: [][]float64{{1, 2.04}, {3, 4.2}, {5.1, 6}}}
	p.compare([][]float64{{1, 2}, {3.1, 4.1}, {5, 6}}, 1, []Mismatch{{Row: 2, Col: 2, Reason: "a slip"}, {Row: 1, Col: 1, Reason: "none"}})
	if p.Cells != 6 || p.Match != 3 || len(p.Expected) != 1 || p.Expected[0].Reason != "a slip" || len(p.Unexpected) != 2 || p.OK() {
		t.Errorf("panel %+v", p)
	}
	p = Panel{}
	p.check(true, "holds")
	if !p.OK() {
		t.Error("a panel of which everything holds is not ok")
	}
	p.check(false, "does not")
	if p.OK() {
		t.Error("a panel with a failed check is ok")
	}
}

// Arrows are read as they are written.
func TestArrows(t *testing.T) {
	g := must[*env.Grid](t)(newGrid("zhao-5x5"))
	rows := []string{"v>>vv", "v^>>o", "o<v>^", "^>o<^", "^>^o^"}
	p := actions(rows)
	if got := arrows(g, p); strings.Join(got, " ") != strings.Join(rows, " ") || len(p) != 25 || p[0] != 2 || p[9] != 4 {
		t.Errorf("%v: %v", p, got)
	}
}

// A wrong policy does not pass as learned: one arrow that is clear fails, one in a near tie does not.
func TestJudgeFails(t *testing.T) {
	g := must[*env.Grid](t)(newGrid("zhao-5x5-mild"))
	b := must[*book](t)(readBook())
	print := actions(b.Fig55.First)
	j := must[*judge](t)(newJudge(context.Background(), g, env.NewUniform(25, 5), quick))
	for s := range print {
		learned := append(env.Deterministic(nil), print...)
		learned[s] = (j.exact.Policy[s] + 1) % 5
		var p Panel
		j.compare(&p, learned, print)
		if p.OK() == j.clear(s) {
			t.Errorf("cell %d, clear %v: a wrong arrow gives ok %v", s, j.clear(s), p.OK())
		}
	}
	if j.clear(6) || !j.clear(12) {
		t.Errorf("row 2, column 2, a near tie: clear %v; row 3, column 3, above the target: clear %v", j.clear(6), j.clear(12))
	}
}

// Two disjoint sets of replications give the same standard errors of the leads, on average over the pairs.
func TestStandardErrors(t *testing.T) {
	g := must[*env.Grid](t)(newGrid("zhao-5x5-mild"))
	o := quick
	tolerance := 0.5
	if *long {
		o.Replications, tolerance = 200, 0.2
	}
	j := must[*judge](t)(newJudge(context.Background(), g, env.NewUniform(25, 5), o))
	o.Seed, o.Replications = 99, 2*o.Replications
	k := must[*judge](t)(newJudge(context.Background(), g, env.NewUniform(25, 5), o))
	mean := 0.0
	for pair := range j.se {
		if best := pair/5*5 + int(j.exact.Policy[pair/5]); pair != best {
			mean += (j.se[pair]/k.se[pair] - 1) / 100
		} else if j.se[pair] != 0 {
			t.Errorf("pair %d leads itself by %v", pair, j.se[pair])
		}
	}
	if math.Abs(mean) > tolerance {
		t.Errorf("standard errors of two sets of replications differ by %.0f%% on average", 100*mean)
	}
	t.Logf("standard errors %v", j.se)
}

// Estimates of a wrong value are caught: two cells off by 0.6.
func TestEstimatesTell(t *testing.T) {
	g := must[*env.Grid](t)(newGrid("zhao-5x5-figures"))
	best := must[*dp.Solution](t)(dp.SoftOptimal(g, gamma, 0.1, dp.Options{}))
	soft := must[*env.Soft](t)(env.NewSoft(best.Policy, 5, 0.1))
	v := append([]float64(nil), best.V...)
	if n := must[int](t)(estimated(context.Background(), g, soft, v, quick)); n != 25 {
		t.Errorf("%d of 25 exact values lie in their intervals", n)
	}
	v[12] += 0.6
	v[0] -= 0.6
	if n := must[int](t)(estimated(context.Background(), g, soft, v, quick)); n != 23 {
		t.Errorf("%d values lie in their intervals although two are off by 0.6", n)
	}
}

func TestBadOptions(t *testing.T) {
	_, err := figure(t, "5.2").Run(context.Background(), Options{Workers: -1, Replications: 1, MoreSeeds: -2})
	for _, field := range []string{"workers = -1", "replications = 1", "more-seeds = -2"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("error %v: want it to name %s", err, field)
		}
	}
}

// A run ends with its context.
func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, f := range Figures()[1:] {
		if _, err := f.Run(ctx, quick); !errors.Is(err, context.Canceled) {
			t.Errorf("figure %s: error %v: want context.Canceled", f.Number, err)
		}
	}
}
