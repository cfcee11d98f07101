package cli

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
	"example.com/mcrl/mc/experiment"
)

func TestSuggest(t *testing.T) {
	names := []string{"solve", "estimate", "envs", "zhao-5x5", "zhao-5x5-mild"}
	for given, want := range map[string]string{
		"sovle": "solve", "estiamte": "estimate", "env": "envs", "zhao5x5": "zhao-5x5", "ZHAO-5X5": "zhao-5x5", "zhao-5x5-midl": "zhao-5x5-mild",
		"x": "", "frozenlake": "", "": "",
	} {
		hint := suggest(given, names)
		if want != "" {
			want = `; did you mean "` + want + `"?`
		}
		if hint != want {
			t.Errorf("suggest(%q) = %q, want %q", given, hint, want)
		}
	}
}

func TestDistanceIsAMetric(t *testing.T) {
	if d := distance("horizon", "hroizno"); d != 2 {
		t.Errorf("two swaps: distance %d, want 2", d)
	}
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abü")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		la, lb := len([]rune(a)), len([]rune(b))
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(la, lb) || d < max(la-lb, lb-la) {
			t.Fatalf("distance(%q, %q) = %d", a, b, d)
		}
	})
}

func TestParseCount(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "200": 200, "1e6": 1_000_000, "1_000": 1000, "2.5e3": 2500, "9223372036854775807": math.MaxInt64} {
		if got, err := parseCount(text); err != nil || got != want {
			t.Errorf("parseCount(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "1.5", "1e-1", "1e19", "NaN", "Inf", "ten", "9223372036854775808"} {
		if got, err := parseCount(text); err == nil {
			t.Errorf("parseCount(%q) = %d, want an error", text, got)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{"1/3": 1.0 / 3, " -2.5e-1 ": -0.25, "-7/2": -3.5, "0": 0} {
		if got, err := parseNumber(text); err != nil || got != want {
			t.Errorf("parseNumber(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1/0", "0/0", "1/2/3", "inf", "nan", "1e400", "/2", "2/", "one"} {
		if got, err := parseNumber(text); err == nil {
			t.Errorf("parseNumber(%q) = %v, want an error", text, got)
		}
	}
}

func TestFraction(t *testing.T) {
	for want, p := range map[string]float64{"1/3": 1.0 / 3, "2/3": 2.0 / 3, "0.8": 0.8, "1": 1, "1/7": 1.0 / 7, "0.123456789": 0.123456789} {
		if got := fraction(p); got != want {
			t.Errorf("fraction(%v) = %q, want %q", p, got, want)
		}
	}
}

// What the help says of a file left out is what the reader does.
func TestSampleFileShowsTheDefaults(t *testing.T) {
	all, err := gridfile.Read(strings.NewReader(sampleFile), "sample")
	if err != nil {
		t.Fatal(err)
	}
	little := "name: my grid\nmap: |\n" + "  .....\n  .FF..\n  ..F..\n  .FTF.\n  .F...\n"
	bare, err := gridfile.Read(strings.NewReader(little), "sample")
	if err != nil {
		t.Fatal(err)
	}
	a, errA := experiment.GridWorld(all).Model()
	b, errB := experiment.GridWorld(bare).Model()
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(rules(a), rules(b), func(x, y [2]string) bool { return x == y }) {
		t.Errorf("rules of the sample:\n%v\nrules of the map alone:\n%v", rules(a), rules(b))
	}
	for s := range env.State(a.NumStates()) {
		for act := range env.Action(a.NumActions()) {
			if !slices.Equal(a.Outcomes(s, act), b.Outcomes(s, act)) {
				t.Fatalf("outcomes of (%d, %d) differ: %v, %v", s, act, a.Outcomes(s, act), b.Outcomes(s, act))
			}
		}
	}
}

// What is printed as arrows can be read back, walls and terminal cells included.
func TestArrowsRoundTrip(t *testing.T) {
	c := env.GridConfig{Map: []string{"..#T", "H.F."}, Actions: []string{"up", "right", "down", "left", "stay", "up-right", "down-right", "down-left", "up-left"},
		Rewards: env.BookRewards(), Target: env.TargetEnds}
	m, err := experiment.GridWorld(c).Model()
	if err != nil {
		t.Fatal(err)
	}
	g, _ := onBoard(m)
	s := newStreams(nil, nil, nil)
	rapid.Check(t, func(t *rapid.T) {
		p := make(env.Deterministic, g.NumStates())
		for i := range p {
			if !g.Terminal(env.State(i)) {
				p[i] = env.Action(rapid.IntRange(0, g.NumActions()-1).Draw(t, "action"))
			}
		}
		got, err := parseArrows(g, s.arrowBoard(g, p, nil), "board")
		if err != nil || !slices.Equal(got, p) {
			t.Fatalf("%v, %v: want %v", got, err, p)
		}
	})
}

// Whatever a policy file holds, it is a policy of the grid or an error on one line.
func FuzzReadPolicy(f *testing.F) {
	for _, text := range []string{"", ">v\n^o", "> v\r\n^ o\r\n\r\n", "[0,1,2,3]", "[0,1", "[9]", "x", ">>>", "\uFEFF^^\n^^", "[[]]", "\xff",
		"{", `{"(0,0)": "up"}`, `{"(0,0)": "up", "(0,1)": "down", "(1,0)": "right", "(1,1)": "stay"}`, `{"(0,0)": 1}`} {
		f.Add(text)
	}
	c, err := env.Preset("zhao-2x2")
	if err != nil {
		f.Fatal(err)
	}
	g, err := experiment.GridWorld(c).Model()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newStreams(strings.NewReader(text), nil, nil)
		p, err := s.readPolicy(g, "-")
		if err != nil {
			var at *env.ParseError
			if errors.As(err, &at) && (at.Line < 1 || at.Column < 1) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q: error %q", text, err)
			}
			return
		}
		if _, err := env.NewSoft(p, g.NumActions(), 0.1); err != nil || len(p) != g.NumStates() {
			t.Fatalf("%q: policy %v (%v)", text, p, err)
		}
	})
}
