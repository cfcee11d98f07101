package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/worldfile"
)

// Every classic world in the list says where it comes from.
func TestSources(t *testing.T) {
	list, err := classicLines()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Source == "" {
			t.Errorf("%s has no source", e.Name)
		}
	}
	for name := range sources {
		if !slices.Contains(classic.Names(), name) {
			t.Errorf("%s has a source, but is no classic world", name)
		}
	}
}

func classicModel(t *testing.T, name string) *experiment.Model {
	t.Helper()
	m, err := experiment.ClassicWorld(name).Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Where every episode ends, every policy has a value with gamma = 1; the solver agrees on policies that stand for all. Depths are
// those that one counts.
func TestAlwaysEndsAndDepth(t *testing.T) {
	for _, c := range []struct {
		name  string
		ends  bool
		depth int
	}{
		{"blackjack", true, 1},       // stick
		{"loop", true, 1},            // right
		{"random-walk-5", false, 3},  // from the middle; but left, right, left, ... never ends
		{"cliffwalking", false, 14},  // from the top left: right eleven times, then down
		{"sb-example-4.1", false, 3}, // from the other two corners
		{"sb-example-3.5", false, 0}, // it has no end, like the next
		{"garnet-30-4-2", false, 0},
	} {
		m := classicModel(t, c.name)
		if got := alwaysEnds(m.Table); got != c.ends {
			t.Errorf("%s: every episode ends: %t, want %t", c.name, got, c.ends)
		}
		if got := depth(m.Table); c.depth > 0 && got != c.depth || got > m.NumStates() {
			t.Errorf("%s: depth %d, want %d", c.name, got, c.depth)
		}
		if c.ends != (defaultGamma(m) == 1) {
			t.Errorf("%s: gamma = %v", c.name, defaultGamma(m))
		}
		for a := range env.Action(m.NumActions()) {
			p := make(env.Deterministic, m.NumStates())
			for s := range p {
				p[s] = a
			}
			if _, err := dp.Evaluate(m.Table, p, 1, dp.Options{}); c.ends && err != nil {
				t.Errorf("%s, always action %d: %v", c.name, a, err)
			}
		}
	}
	if g, err := experiment.GridWorld(env.FrozenLake4(false)).Model(); err != nil || defaultGamma(g) != 0.9 {
		t.Errorf("%v: gamma on a grid world, want 0.9", err)
	}
}

// Every algorithm gets a result on every small classic world, with and without a discount, or one line
// says why not.
func TestTrainEveryClassicWorld(t *testing.T) {
	for _, name := range classic.Names() {
		m := classicModel(t, name)
		if m.NumStates() > 300 { // taxis, of which the scripts have one, and racetracks
			continue
		}
		for _, algo := range experiment.Algorithms() {
			for _, gamma := range []string{"1", "0.95"} {
				dir := filepath.Join(t.TempDir(), "run")
				out, errs, code := train(t.Context(), name, "--algo", string(algo), "--gamma", gamma, "--episodes", "300", "--horizon", "30", "-o", dir)
				endless := gamma == "1" && slices.Contains([]string{"sb-example-3.5", "garnet-30-4-2", "garnet-100-10-3"}, name)
				switch {
				case endless && (code != exitUsage || !strings.Contains(errs, "gamma = 1: ")):
					t.Errorf("%s, %s, gamma %s: exit code %d: %s", name, algo, gamma, code, errs)
				case !endless && code != exitOK, strings.Contains(out, "NaN"), strings.Contains(out, "Inf"):
					t.Errorf("%s, %s, gamma %s: exit code %d: %s%s", name, algo, gamma, code, errs, out)
				case !endless:
					mustExist(t, filepath.Join(dir, convergencePicture), filepath.Join(dir, pairsFile))
				}
			}
		}
	}
}

func TestNamesOfFilesComeLast(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taxi", []byte("..\n.T\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if w, err := loadWorld("taxi"); err != nil || w.Classic != "taxi" {
		t.Errorf("%+v, %v: want the classic world", w, err)
	}
	if w, err := loadWorld("./taxi"); err != nil || w.Grid == nil {
		t.Errorf("%+v, %v: want the file", w, err)
	}
	if names := worldfile.Names(); !slices.Contains(names, "taxi") {
		t.Errorf("%v", names)
	}
}

// The table in the help is one, and has few enough outcomes to be learned on.
func TestSampleTable(t *testing.T) {
	w, err := worldfile.Read(strings.NewReader(sampleTable), "sample")
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Model()
	if err != nil || w.Validate() != nil || m.NumStates() != 2 || !m.Terminal(1) || experiment.MaxOutcomes != 100_000 {
		t.Errorf("%+v, %v, %v", m, err, w.Validate())
	}
}
