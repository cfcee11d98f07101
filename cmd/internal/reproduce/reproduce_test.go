package reproduce

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc"
	"example.com/mcrl/plots"
)

var long = flag.Bool("long", false, "run figures 5.7, sutton-5.4 and sutton-5.5 in full, and everything over more seeds and replications")

// quick are options with which all figures but 5.7 take a second or two.
var quick = Options{Seed: 1, Workers: 2, Replications: 12}

func must[T any](t *testing.T) func(x T, err error) T {
	return func(x T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

func figure(t *testing.T, number string) Figure {
	t.Helper()
	for _, f := range Figures() {
		if f.Number == number {
			return f
		}
	}
	t.Fatalf("no figure %s", number)
	return Figure{}
}

// count is what is demanded of a panel: cells, cells as printed, cells known to differ.
type count struct {
	panel                  string
	cells, match, expected int
}

func fives(panels ...string) (all []count) {
	for _, p := range panels {
		all = append(all, count{p, 25, 25, 0})
	}
	return all
}

// Every figure comes out with exactly these counts. P1: q(s1, .) of figure 5.3. P13: values of figures 5.3 to 5.7. P15: the
// eight lengths of figure 5.4. P16, P24: figures 5.6 and 5.7. P14: figure 5.5(c).
func TestFigures(t *testing.T) {
	want := map[string][]count{
		"5.2": {{"running mean", 200, 200, 0}},
		"5.3": {{"q(s1,a)", 5, 5, 0}, {"v", 9, 9, 0}},
		"5.4": fives("L=1", "L=2", "L=3", "L=4", "L=14", "L=15", "L=30", "L=100"),
		"5.5": {{"b", 25, 22, 3}, {"c", 25, 24, 1}},
		"5.6": fives("eps=0", "eps=0.1", "eps=0.2", "eps=0.5"),
		"5.8": {{"d", 125, 125, 0}, {"h", 125, 125, 0}, {"h, policy of 5.5(c)", 125, 125, 0},
			{"h, policy of 5.6(d)", 125, 125, 0}, {"h, policy of 5.7(c)", 125, 125, 0}, {"h, policy of 5.7(d)", 125, 125, 0}},
	}
	for number, counts := range suttonCounts() {
		want[number] = counts
	}
	if *long {
		want["5.7"] = []count{{"eps=0", 25, 25, 0}, {"eps=0.1", 25, 25, 0}, {"eps=0.2", 25, 24, 1}, {"eps=0.5", 25, 25, 0}}
	}
	for number, counts := range want {
		t.Run(number, func(t *testing.T) {
			r := must[*Result](t)(figure(t, number).Run(context.Background(), quick))
			checkCounts(t, r.Panels, counts)
			for _, p := range r.Panels {
				if p.Figure != number || p.Convention == "" || p.Values == nil {
					t.Errorf("panel %s: figure %q, convention %q, %d rows of values", p.Panel, p.Figure, p.Convention, len(p.Values))
				}
			}
			picture(t, r)
		})
	}
}

// picture draws the figure.
func picture(t *testing.T, r *Result) {
	t.Helper()
	var b bytes.Buffer
	d := must[plots.Drawable](t)(r.Picture())
	if err := plots.Write(d, r.Width, r.Height, &b, "svg"); err != nil || !strings.Contains(b.String(), "</svg>") {
		t.Errorf("the picture: %v, %d bytes", err, b.Len())
	}
}

func checkCounts(t *testing.T, panels []Panel, want []count) {
	t.Helper()
	var got []count
	for _, p := range panels {
		got = append(got, count{p.Panel, p.Cells, p.Match, len(p.Expected)})
		if !p.OK() {
			t.Errorf("panel %s differs: %+v, %+v", p.Panel, p.Unexpected, p.Checks)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("panels %v: want %v", got, want)
	}
}

func softTables(t *testing.T, all []table, panels ...string) []table {
	t.Helper()
	chosen := slices.DeleteFunc(slices.Clone(all), func(x table) bool { return !slices.Contains(panels, x.Panel) })
	if len(chosen) != len(panels) {
		t.Fatalf("%d panels: want %v", len(chosen), panels)
	}
	return chosen
}

// The panels of figure 5.7 that are learned quickly, and the one whose print is known to differ for the exact optimum.
func TestFigure57(t *testing.T) {
	b := must[*book](t)(readBook())
	g := must[*env.Grid](t)(newGrid("zhao-5x5-figures"))
	r := must[*Result](t)(softFigure(context.Background(), g, softTables(t, b.Fig57, "eps=0", "eps=0.5"), quick, "", func(eps float64) (env.Deterministic, error) {
		return learnSoft(context.Background(), g, eps, quick)
	}))
	checkCounts(t, r.Panels, fives("eps=0", "eps=0.5"))
	r = must[*Result](t)(softFigure(context.Background(), g, b.Fig57, quick, "", func(eps float64) (env.Deterministic, error) {
		best, err := dp.SoftOptimal(g, gamma, eps, dp.Options{})
		return best.Policy, err
	}))
	checkCounts(t, r.Panels, []count{{"eps=0", 25, 25, 0}, {"eps=0.1", 25, 25, 0}, {"eps=0.2", 25, 24, 1}, {"eps=0.5", 25, 25, 0}})
	known := r.Panels[2].Expected[0]
	if x, ok := known.Computed.(float64); !ok || math.Abs(x+1.133846) > 1e-6 || known.Row != 3 || known.Col != 1 || known.Printed != -1.2 || known.Reason == "" {
		t.Errorf("the known difference is %+v", known)
	}
}

// The settings of figure 5.7 find the printed values with other seeds too.
func TestFigure57OverSeeds(t *testing.T) {
	seeds, panels := uint64(2), []string{"eps=0"}
	if *long {
		seeds, panels = 10, []string{"eps=0", "eps=0.1", "eps=0.2", "eps=0.5"}
	}
	b := must[*book](t)(readBook())
	g := must[*env.Grid](t)(newGrid("zhao-5x5-figures"))
	for _, table := range softTables(t, b.Fig57, panels...) {
		var eps float64
		if _, err := fmt.Sscanf(table.Panel, "eps=%g", &eps); err != nil {
			t.Fatal(err)
		}
		best := must[*dp.Solution](t)(dp.SoftOptimal(g, gamma, eps, dp.Options{}))
		for seed := range seeds {
			learned := must[env.Deterministic](t)(learnSoft(context.Background(), g, eps, Options{Seed: 100 + seed, Workers: 2}))
			soft := must[*env.Soft](t)(env.NewSoft(learned, 5, eps))
			exact := must[*dp.Solution](t)(dp.Evaluate(g, soft, gamma, dp.Options{}))
			p := Panel{Values: inRows(exact.V, 5)}
			p.compare(table.Printed, 1, table.Known)
			t.Logf("eps %g, seed %d: %d of 25 cells, loss %.4f", eps, seed, p.Match, farthest(exact.V, best.V))
			if len(p.Unexpected) > 0 {
				t.Errorf("eps %g, seed %d: %+v", eps, seed, p.Unexpected)
			}
		}
	}
}

// P24: figure 5.6 tells conventions apart: the edge rule of the text is one cell off, forbidden cells that cannot be
// entered fifteen.
func TestWrongConventionsShow(t *testing.T) {
	b := must[*book](t)(readBook())
	figures := env.Zhao5(-10, env.BoundaryPlusCell)
	closed := figures
	closed.NotEnterable = true
	for _, c := range []struct {
		name   string
		config env.GridConfig
		eps    string
		match  int
	}{
		{"as in the figure", figures, "eps=0.1", 25},
		{"edge rule of the text", env.Zhao5(-10, env.BoundaryOnly), "eps=0.1", 24},
		{"edge rule of the text", env.Zhao5(-10, env.BoundaryOnly), "eps=0", 25},
		{"forbidden cells not enterable", closed, "eps=0.1", 10},
	} {
		g := must[*env.Grid](t)(env.NewGrid(c.config))
		l := must[*mc.Basic](t)(basicOptimum(context.Background(), g, 100, quick))
		r := must[*Result](t)(softFigure(context.Background(), g, softTables(t, b.Fig56, c.eps), quick, "", func(float64) (env.Deterministic, error) {
			return l.Policy(), nil
		}))
		p := r.Panels[0]
		if p.Match != c.match || p.OK() != (c.match == 25) || len(p.Unexpected) != 25-c.match {
			t.Errorf("%s, %s: %d of 25 cells, ok %v, %d unexpected: want %d", c.name, c.eps, p.Match, p.OK(), len(p.Unexpected), c.match)
		}
	}
}

// P14: returns that are never reset keep the policy of the first iteration; reset, they make that of figure 5.5(c).
func TestNeverReset(t *testing.T) {
	b := must[*book](t)(readBook())
	g := must[*env.Grid](t)(newGrid("zhao-5x5-mild"))
	seeds := uint64(3)
	if *long {
		seeds = 50
	}
	for seed := range seeds {
		reset := must[[2]env.Deterministic](t)(learnTwice(context.Background(), g, mc.ResetAverage, seed))
		never := must[[2]env.Deterministic](t)(learnTwice(context.Background(), g, mc.Cumulative, seed))
		second := actions(b.Fig55.Second)
		if agree(reset[0], never[0]) != 25 {
			t.Errorf("seed %d: the first iterations differ", seed)
		}
		kept, new := agree(never[1], never[0]), agree(reset[1], second)
		t.Logf("seed %d: never reset %d kept, %d of (c); reset %d of (c)", seed, kept, agree(never[1], second), new)
		if kept < 23 || agree(never[1], second) > 14 || new < 21 {
			t.Errorf("seed %d: never reset keeps %d arrows and has %d of (c), reset has %d of (c): want at least 23, at most 14, at least 21",
				seed, kept, agree(never[1], second), new)
		}
	}
}

// How many arrows of figure 5.5 come out as printed, over other seeds.
func TestAgreementOverSeeds(t *testing.T) {
	o := quick
	o.MoreSeeds = 6
	if *long {
		o.MoreSeeds = 100
	}
	counts := must[[2][]int](t)(agreement(context.Background(), must[*env.Grid](t)(newGrid("zhao-5x5-mild")), o))
	for i, panel := range []string{"b", "c"} {
		t.Logf("(%s): %s", panel, histogram(counts[i]))
		if len(counts[i]) != o.MoreSeeds || slices.Min(counts[i]) < 20 {
			t.Errorf("(%s): %s: want at least 20 for each of %d seeds", panel, histogram(counts[i]), o.MoreSeeds)
		}
		if slices.Min(counts[i]) == slices.Max(counts[i]) { // P43: one seed for all would show
			t.Errorf("(%s): %s: want seeds that differ", panel, histogram(counts[i]))
		}
	}
}
