package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// traced runs `mcrl trace`.
func traced(t *testing.T, line string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(append([]string{"trace"}, strings.Fields(line)...), nil, &out, &errs); code != exitOK {
		t.Fatalf("trace %s: exit code %d: %s", line, code, errs.String())
	}
	return out.String()
}

func traceJSON(t *testing.T, line string) (d episodeDocument) {
	t.Helper()
	if err := json.Unmarshal([]byte(traced(t, line+" --json")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The worked example of Zhao, p. 83 and 84: q(s1, .), each from one long episode, and of L steps exactly (P1).
func TestTraceFig53(t *testing.T) {
	for L, tolerance := range map[int]float64{4: 0, 12: 0, 100: 0, 1000: 1e-12} {
		d := traceJSON(t, fmt.Sprintf("zhao-3x3 --policy figure-5.3 --state s1 --action all --horizon %d", L))
		for a, want := range []float64{-10, 7.29, 7.29, -10, -9} {
			late := []int{0, 3, 3, 0, 1}[a] // steps before the first reward
			if tolerance == 0 {
				want *= 1 - math.Pow(0.9, float64(L-late))
			}
			last := d.Episodes[a].Updates[len(d.Episodes[a].Updates)-1]
			if last.T != 0 || last.State != 0 || int(last.Action) != a || math.Abs(last.After-want) > 1e-12 {
				t.Errorf("L = %d: last update %+v, want q(s1, a%d) = %.15g", L, last, a+1, want)
			}
		}
	}
}

// What is shown is what `mcrl train` does with the same flags: after the last of its episodes every updated value is the
// record's, bit for bit or, where the learner sums returns first, within 1e-12; the returns of all episodes that are not
// forgotten average to the whole table (P2, P3, P4), and their number is the record's.
func TestTraceIsTrain(t *testing.T) {
	const n = 40
	for line, exact := range map[string]bool{
		"zhao-3x3 --algo basic":                                                true,
		"zhao-5x5 --algo es --as-printed --horizon 30":                         true,
		"zhao-5x5 --algo es --visit first --improve episode --ties random":     true,
		"zhao-5x5 --algo es --starts sweep-pairs --improve sweep --horizon 20": false,
		"zhao-5x5 --algo epsilon-greedy --epsilon 0.3":                         false,
		"zhao-5x5 --algo epsilon-greedy --alpha 0.2 --improve step":            true,
		"frozenlake-4x4-slippery --algo epsilon-greedy --as-printed --seed 9":  true,
		"frozenlake-4x4-slippery --algo basic --visit every --per-pair 2":      false,
	} {
		name, flags, _ := strings.Cut(line, " ")
		flags = fmt.Sprintf("%s --episodes %d", flags, n)
		dir := filepath.Join(t.TempDir(), "run")
		if _, errs, code := train(t.Context(), append(strings.Fields(flags), "--env", name, "--quiet", "-o", dir)...); code != exitOK {
			t.Fatal(errs)
		}
		r := readRun(t, dir)
		sum, count := make([]float64, len(r.Q)), make([]int64, len(r.Q))
		worst, actions := 0.0, 0
		for k := 1; k <= n; k++ {
			d := traceJSON(t, fmt.Sprintf("%s %s --episode %d", name, flags, k))
			x := d.Episodes[0]
			actions = len(d.Actions)
			last := map[int]float64{}
			for _, u := range x.Updates {
				i := int(u.State)*actions + int(u.Action)
				if u.N == 1 {
					sum[i], count[i] = 0, 0 // the first, or the first of an iteration
				}
				sum[i], count[i] = sum[i]+u.Return, count[i]+1
				last[i] = u.After
			}
			if worst = max(worst, x.Difference); k < n {
				continue
			}
			for i, q := range last {
				if exact && q != r.Q[i] || math.Abs(q-r.Q[i]) > 1e-12 {
					t.Errorf("%s: pair %d: %.17g, the record has %.17g", line, i, q, r.Q[i])
				}
			}
		}
		if exact && worst > 0 || worst > 1e-12 {
			t.Errorf("%s: differs by %g from the learner's table (bit for bit: %v)", line, worst, exact)
		}
		for i, m := range r.N {
			if count[i] != m && m > 0 {
				t.Errorf("%s: pair %d: %d returns are listed, the record has %d", line, i, count[i], m)
			}
			if m > 0 && !strings.Contains(line, "alpha") && math.Abs(sum[i]/float64(m)-r.Q[i]) > 1e-12 {
				t.Errorf("%s: pair %d: listed returns average to %.17g, the record has %.17g", line, i, sum[i]/float64(m), r.Q[i])
			}
		}
	}
}

// What is printed fits a terminal, whichever rules and grids it is about.
func TestTraceFits80Columns(t *testing.T) {
	for _, line := range []string{"zhao-3x3 --policy figure-5.3 --state 0 --action all --all --horizon 3", "zhao-5x5 --algo es --as-printed --episode 300 --seed 18446744073709551615",
		"zhao-5x5-figures --algo epsilon-greedy --visit first --gamma 0.95 --epsilon 0.123 --episode 2", "open-10 --epsilon 0.3 --visit every --all",
		"frozenlake-8x8-slippery --algo basic --episode 300", "open-100 --algo es --improve step --alpha 0.3"} {
		for i, row := range strings.Split(traced(t, line), "\n") {
			if n := utf8.RuneCountInString(row); n > 80 || row != strings.TrimRight(row, " ") {
				t.Errorf("trace %s: line %d has %d characters: %q", line, i+1, n, row)
			}
		}
	}
}

// States and actions are read as they are named, and otherwise; walls shift the numbers.
func TestTraceStates(t *testing.T) {
	g, err := experiment.GridWorld(env.GridConfig{Map: []string{".#.", "..T"}}).Model()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]env.State{"s1": 0, "0": 0, "1,1": 0, "s2": 1, "1": 1, "1,3": 1, "2,1": 2, "s5": 4, "4": 4, "2,3": 4,
		"s0": -1, "s6": -1, "5": -1, "1,2": -1, "0,1": -1, "3,1": -1, "1,4": -1, "": -1, "s": -1, "-1": -1, "s-1": -1, "1,": -1, "up": -1, "99999999999": -1} {
		if got, err := parseState(g, text); (err == nil) != (want >= 0) || want >= 0 && got != want {
			t.Errorf("state %q: %d, %v, want %d", text, got, err, want)
		}
	}
	for s := range env.State(g.NumStates()) {
		name := strings.Fields(stateName(g, s))
		for _, text := range []string{name[0], strings.Trim(name[1], "()")} {
			if got, err := parseState(g, text); err != nil || got != s {
				t.Errorf("state %q: %d, %v, want %d", text, got, err, s)
			}
		}
	}
	for text, want := range map[string]env.Action{"up": 0, "^": 0, "↑": 0, "a1": 0, "0": 0, "stay": 4, "o": 4, "a5": 4, "4": 4, "a0": -1, "a6": -1, "5": -1, "": -1, "x": -1} {
		if got, err := parseAction(g, text); (err == nil) != (want >= 0) || want >= 0 && got != want {
			t.Errorf("action %q: %d, %v, want %d", text, got, err, want)
		}
	}
}

// The listing of a small episode, by hand (P1, P2, P3): from s3 onto the target s4, up to the forbidden s2, and there twice
// against the edge.
func TestTraceScoring(t *testing.T) {
	for visit, want := range map[string][]mc.Scoring{
		"initial": {mc.Scored, mc.NotInitial, mc.NotInitial, mc.NotInitial},
		"first":   {mc.Scored, mc.Scored, mc.Scored, mc.NotFirst},
		"every":   {mc.Scored, mc.Scored, mc.Scored, mc.Scored},
	} {
		x := traceJSON(t, "zhao-2x2 --state s3 --action right --horizon 4 --gamma 1/2 --policy lowest --visit "+visit).Episodes[0]
		rewards, states := []float64{1, -1, -1, -1}, []env.State{2, 3, 1, 1, 1}
		returns := []float64{1 - 0.5*1.75, -1.75, -1.5, -1}
		var scored []int
		for i, y := range x.Steps {
			if y.T != i || y.Reward != rewards[i] || y.State != states[i] || y.Next != states[i+1] || y.Return != returns[i] || y.Scoring != want[i] {
				t.Errorf("%s visit: step %+v", visit, y)
			}
			if y.Scoring == mc.Scored {
				scored = append([]int{i}, scored...)
			}
		}
		var listed []int
		for _, u := range x.Updates {
			listed = append(listed, u.T)
			if u.Return != returns[u.T] {
				t.Errorf("%s visit: update %+v, want the return %g", visit, u, returns[u.T])
			}
		}
		if !slices.Equal(listed, scored) {
			t.Errorf("%s visit: updates of steps %v, want %v", visit, listed, scored)
		}
	}
}

// Returns that are no numbers are refused before they are printed, as `mcrl train` refuses them.
func TestTraceLargeRewards(t *testing.T) {
	world := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(world, []byte("map: |\n  ..\n  .T\nrewards: {boundary: -1e308}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--epsilon", "--algo"} {
		var out, errs bytes.Buffer
		args := []string{"trace", world, flag, map[string]string{"--epsilon": "0.5", "--algo": "es"}[flag], "--json"}
		if code := Main(args, nil, &out, &errs); code != exitUsage || out.Len() > 0 || !strings.HasPrefix(errs.String(), "mcrl: rewards = 1e+308: want") {
			t.Errorf("%s: exit code %d, %q, %q", flag, code, out.String(), errs.String())
		}
	}
}
