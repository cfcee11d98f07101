package classic

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/env/envtest"
)

func world(t testing.TB, name string) World {
	t.Helper()
	w, err := New(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// documented reads the rows of the table in the package comment: name, |S|, |A|, then the values of the start of the optimal
// policy and of the uniform one, for gamma = 1 and for gamma = 0.99; a dash where episodes never end.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("classic.go")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(line, "//"))
		if strings.HasPrefix(line, "//\t") && len(fields) >= 7 && fields[0] != "name" {
			rows[fields[0]] = fields[1:7]
		}
	}
	return rows
}

// stated is the error of the values in the package comment before they were rounded, as a multiple of max(1, |v|).
const stated = 1e-9

// The table of the package comment has every world, and its numbers are exact to the last digit printed, computed as exactly as it
// says (P22, P27, P29).
func TestDocumentedValues(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("classic.go")
	if sentence := "its error is at most 1e-9 max(1, |v|) in each"; err != nil || !strings.Contains(string(text), sentence) {
		t.Errorf("the package comment does not say %q, %v", sentence, err)
	}
	rows := documented(t)
	for _, name := range Names() {
		if _, ok := rows[name]; !ok {
			t.Errorf("no row of %s", name)
		}
	}
	for name, row := range rows {
		w := world(t, name)
		if got := []string{fmt.Sprint(w.NumStates()), fmt.Sprint(w.NumActions())}; !slices.Equal(got, row[:2]) {
			t.Errorf("%s: %v states and actions, the table says %v", name, got, row[:2])
		}
		for i, gamma := range []float64{1, 0.99} {
			best, err := dp.PolicyIteration(w, gamma, dp.Options{})
			checkPrinted(t, name+", optimum", best, err, row[2+2*i])
			random, err := dp.Evaluate(w, env.NewUniform(w.NumStates(), w.NumActions()), gamma, dp.Options{})
			checkPrinted(t, name+", uniform", random, err, row[3+2*i])
		}
	}
}

// checkPrinted compares the value of the start with what is printed, which is rounded to its last digit.
func checkPrinted(t *testing.T, name string, s *dp.Solution, err error, printed string) {
	t.Helper()
	if never := (*dp.NeverEndsError)(nil); errors.As(err, &never) && printed == "-" {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := strconv.ParseFloat(printed, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	_, digits, _ := strings.Cut(printed, ".")
	unit := math.Pow10(-len(digits))
	got, ok := s.Start()
	if !ok || !(math.Abs(got-want) <= unit/2+s.Bound) || !(s.Bound <= 1e-2*unit) || !(s.Bound <= stated*max(1, math.Abs(got))) {
		t.Errorf("%s: %.12g within %.1g, the table says %s", name, got, s.Bound, printed)
	}
}

// Every world keeps the promises of the interface, and a table compiled from its outcomes steps to the same bits.
func TestWorldsConform(t *testing.T) {
	for _, name := range Names() {
		w := world(t, name)
		envtest.Run(t, w, envtest.Options{Pairs: 300, Steps: 300_000})
		table, err := env.Compile(untabled{w})
		if err != nil {
			t.Fatal(err)
		}
		rng, other := env.NewRand(1, env.PurposeEnvironment), env.NewRand(1, env.PurposeEnvironment)
		for s := range env.State(w.NumStates()) {
			if w.StateName(s) == "" || table.Terminal(s) != w.Terminal(s) {
				t.Fatalf("%s: state %d %q, terminal %v", name, s, w.StateName(s), w.Terminal(s))
			}
			for a := range env.Action(w.NumActions()) {
				if w.Terminal(s) {
					continue
				}
				next, reward := w.Step(s, a, rng)
				if n, r := table.Step(s, a, other); n != next || r != reward {
					t.Fatalf("%s: step %d, %d: %d, %v, compiled %d, %v", name, s, a, next, reward, n, r)
				}
			}
		}
		seen := map[string]bool{}
		for s := range env.State(w.NumStates()) {
			if seen[w.StateName(s)] {
				t.Errorf("%s: two states %q", name, w.StateName(s))
			}
			seen[w.StateName(s)] = true
		}
		for a := range env.Action(w.NumActions()) {
			if seen["action "+w.ActionName(a)] {
				t.Errorf("%s: two actions %q", name, w.ActionName(a))
			}
			seen["action "+w.ActionName(a)] = true
		}
	}
}

func TestNames(t *testing.T) {
	names := Names()
	sorted := slices.Sorted(slices.Values(names))
	if len(slices.Compact(sorted)) != len(names) {
		t.Errorf("a name twice: %v", names)
	}
	for _, name := range []string{"", "Taxi", "taxi ", "cliff"} {
		if _, err := New(name); err == nil || !strings.Contains(err.Error(), "taxi, taxi-rainy") {
			t.Errorf("%q: %v, want an error with the names", name, err)
		}
	}
}

// A preset of the same name is the same environment, but for the order of its outcomes.
func TestPresetsAgree(t *testing.T) {
	shared := 0
	for _, name := range Names() {
		c, err := env.Preset(name)
		if err != nil {
			continue
		}
		shared++
		g, err := env.NewGrid(c)
		if err != nil {
			t.Fatal(err)
		}
		w := world(t, name)
		if g.NumStates() != w.NumStates() || g.NumActions() != w.NumActions() {
			t.Fatalf("%s: other sizes", name)
		}
		for s := range env.State(g.NumStates()) {
			if g.Terminal(s) != w.Terminal(s) {
				t.Fatalf("%s: state %d", name, s)
			}
			for a := range env.Action(g.NumActions()) {
				if g.ActionName(a) != w.ActionName(a) || distance(law(g, s, a), law(w, s, a)) > 1e-15 {
					t.Fatalf("%s: pair %d, %d: %v, want %v", name, s, a, law(w, s, a), law(g, s, a))
				}
			}
		}
	}
	if shared != 4 {
		t.Errorf("%d shared names, want the 4 frozen lakes", shared)
	}
}

// result is what a step can bring.
type result struct {
	next   env.State
	reward float64
}

// law adds up the probabilities of equal results.
func law(m env.Model, s env.State, a env.Action) map[result]float64 {
	p := map[result]float64{}
	for _, o := range m.Outcomes(s, a) {
		p[result{o.Next, o.Reward}] += o.Prob
	}
	return p
}

func distance(a, b map[result]float64) float64 {
	most := 0.0
	for x, p := range a {
		most = max(most, math.Abs(p-b[x]))
	}
	for x, p := range b {
		most = max(most, math.Abs(p-a[x]))
	}
	return most
}
