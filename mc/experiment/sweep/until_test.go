package sweep

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/experiment"
)

// The cells that are played, and all bytes, are the same at any number of workers.
func TestUntilAtAnyWorkers(t *testing.T) {
	want, _ := whole(t, stopping())
	for _, workers := range []int{2, 3, 7, 20} {
		m := newMemory()
		if _, err := session(m, stopping(), workers, map[string]bool{}); err != nil {
			t.Fatal(err)
		}
		if got := m.files("run"); !maps.Equal(got, want) {
			t.Errorf("%d workers: files %s", workers, differences(got, want))
		}
	}
}

// The first group takes all its seeds, the second those of two rounds; what is said of a directory is what the records say,
// half of them missing or not.
func TestUntilEvents(t *testing.T) {
	m := newMemory()
	r, err := Create(m, "run", stopping())
	if err != nil {
		t.Fatal(err)
	}
	var spared, done []int
	for e, err := range r.Play(context.Background(), 2) {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case Spared:
			spared = append(spared, e.Cell.Index)
		case Done:
			done = append(done, e.Cell.Index)
		}
	}
	slices.Sort(done)
	if want := []int{11, 12, 13}; !slices.Equal(spared, want) || len(done) != 11 || done[10] != 10 {
		t.Errorf("done %v, spared %v: want 0 to 10, and %v", done, spared, want)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	states := func() (text string, e []*Evidence) {
		r, err := Look(m, "run")
		if err != nil {
			t.Fatal(err)
		}
		for in, err := range r.States() {
			if err != nil {
				t.Fatal(err)
			}
			text += in.State.String()[:1]
		}
		if e, err = r.Evidence(); err != nil {
			t.Fatal(err)
		}
		return text, e
	}
	text, e := states()
	if text != "fffffffffffuuu" || !e[0].Ended() || e[0].Seeds != 7 || !e[1].Enough || e[1].Seeds != 4 {
		t.Errorf("%s, %+v, %+v: want 7 and 4 seeds", text, *e[0], *e[1])
	}
	// Metrics of the records, by hand: gaps 10, 1, 0, 5.263157895.
	if want := (10 + 1 + 5.263157895) / 4; math.Abs(e[1].Mean-want) > 1e-12 || !(e[1].Interval.Half() < 4.5) || !e[1].Interval.Contains(want) {
		t.Errorf("mean %v in %v: want %v", e[1].Mean, e[1].Interval, want)
	}
	for name := range m.files("run") { // the seventh seed of the first group, the third of the second
		for _, cell := range []string{"step-0.1-seed-7", "step-0.5-seed-3"} {
			if strings.Contains(name, cell) {
				if err := m.Remove("run/" + name); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if text, e = states(); text != "ffffffmffmfmmm" || e[0].Ended() || e[0].Seeds != 6 || e[1].Enough || e[1].Seeds != 2 {
		t.Errorf("%s, %+v, %+v: want whole rounds of 6 and 2 seeds", text, *e[0], *e[1])
	}
}

// A value outside the range that the plan states is said, and the group goes on to its last seed.
func TestUntilOutside(t *testing.T) {
	p := stopping()
	p.Until.Range = []float64{0, 9} // the first gap of both groups is 10
	m := newMemory()
	if _, err := session(m, p, 3, map[string]bool{}); err != nil {
		t.Fatal(err)
	}
	r, err := Look(m, "run")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Evidence()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range all {
		if e.Outside == nil || *e.Outside != 10 || e.Enough || e.Seeds != 7 || e.Interval != (estimate.Interval{Lo: 0, Hi: 9}) {
			t.Errorf("groups[%d]: %+v: want 10 outside of [0, 9], and all seeds", i, *e)
		}
	}
	if n := len(m.files("run")); n != 3+14 {
		t.Errorf("%d files: want all 14 records", n)
	}
}

// stops is how a group ends whose metrics are drawn from a law.
func stops(t *testing.T, u Until, b estimate.Interval, all int, draw func() float64) *Evidence {
	t.Helper()
	e, err := u.begin(nil, b, all)
	if err != nil {
		t.Fatal(err)
	}
	for !e.Ended() {
		round := make([]float64, e.round()-e.Seeds)
		for i := range round {
			round[i] = draw()
		}
		e.look(round)
	}
	return e
}

// P42: of 1,000 groups that stop by the rule, fewer than 5% end with an interval that misses the mean. The control stops as
// soon as Student's t interval is narrow, looking after each seed from the second on, and misses far more often than it says.
func TestUntilMissesRarely(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	groups := 1000
	if testing.Short() {
		groups = 200
	}
	for _, law := range []struct {
		name string
		mean float64
		half float64
		draw func() float64
	}{
		{"optimal in 9 of 10", 0.9, 0.1, func() float64 { return float64(min(rng.IntN(10), 1)) }},
		{"optimal in half", 0.5, 0.15, func() float64 { return float64(rng.IntN(2)) }},
		{"skewed", 1. / 4, 0.1, func() float64 { x := rng.Float64(); return x * x * x }},
		{"mostly 0", 0.05, 0.04, func() float64 { return max(0, 10*rng.Float64()-9) }},
	} {
		missed, control, seeds := 0, 0, 0
		for range groups {
			e := stops(t, Until{Metric: experiment.FinalOptimal, HalfWidth: law.half, Every: 5}, estimate.Interval{Hi: 1}, 2000, law.draw)
			if !e.Interval.Contains(law.mean) {
				missed++
			}
			seeds += e.Seeds
			var v estimate.Variance
			for v.N() < 2000 {
				if v.Add(law.draw()); v.N() >= 2 && estimate.StudentT(v, 0.95).Half() < law.half {
					break
				}
			}
			if !estimate.StudentT(v, 0.95).Contains(law.mean) {
				control++
			}
		}
		t.Logf("%-18s missed %.3f, control %.3f, %d seeds in the mean", law.name, float64(missed)/float64(groups), float64(control)/float64(groups), seeds/groups)
		if missed > groups/20 || control <= groups/20 {
			t.Errorf("%s: missed %d, control %d of %d: want at most 5%%, and more", law.name, missed, control, groups)
		}
	}
}

func TestUntilFaults(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		`metric = "speed": want one of [gap`:                    func(p *Plan) { p.Until.Metric = "speed" },
		"half_width = 0: want a finite number above 0":          func(p *Plan) { p.Until.HalfWidth = 0 },
		"half_width = +Inf: want":                               func(p *Plan) { p.Until.HalfWidth = math.Inf(1) },
		"half_width = NaN: want":                                func(p *Plan) { p.Until.HalfWidth = math.NaN() },
		"confidence = 1: want a number between 0 and 1":         func(p *Plan) { p.Until.Confidence = 1 },
		"every = -1: want a number of seeds":                    func(p *Plan) { p.Until.Every = -1 },
		"range = [2 1]: want two finite numbers":                func(p *Plan) { p.Until.Range = []float64{2, 1} },
		"range = [1]: want two finite numbers":                  func(p *Plan) { p.Until.Range = []float64{1} },
		"until: groups[0], large: metric = gap: want a wo":      func(p *Plan) { p.Groups = p.Groups[:1]; p.Groups[0] = large() },
		"until: groups[0], loses: range = none: want lo and hi": func(p *Plan) { p.Groups = p.Groups[:1]; p.Groups[0] = loses(p) },
	} {
		p := stopping()
		change(p)
		m := newMemory()
		if _, err := Create(m, "run", p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %s", err, want)
		}
		if m.ops > 0 {
			t.Errorf("%s: %d operations: want no trace", want, m.ops)
		}
	}
	p := stopping()
	p.Groups, p.Until.Range = p.Groups[:1], []float64{0, 100}
	p.Groups[0] = loses(p)
	if err := p.Validate(); err != nil {
		t.Errorf("gamma = 1 with a range: %v", err)
	}
}

// large is a group whose world has no exact values.
func large() Group {
	c, err := env.Preset("open-150")
	if err != nil {
		panic(err)
	}
	g := Group{Environment: "large", Spec: small().Groups[0].Spec}
	g.Spec.Env = experiment.GridWorld(c)
	return g
}

// loses is a group in which the worst policy loses for ever, and gamma = 1.
func loses(p *Plan) Group {
	g := Group{Environment: "loses", Spec: p.Groups[0].Spec}
	c, err := env.Preset("frozenlake-4x4")
	if err != nil {
		panic(err)
	}
	c.Rewards.Step = -1
	g.Spec.Env, g.Spec.Gamma = experiment.GridWorld(c), 1
	return g
}

// A cell that cannot be run ends its group with the round, the other groups go on, and the sweep is not complete.
func TestUntilFailed(t *testing.T) {
	p := stopping()
	q, err := newQueue(&Run{Results: &Results{plan: p}})
	if err != nil {
		t.Fatal(err)
	}
	var played []int
	for {
		c, ok := q.next(context.Background())
		if !ok {
			break
		}
		played = append(played, c.Index)
		if c.Index == 3 {
			q.abandon(c)
			continue
		}
		for range q.settle(c, 20*float64(c.Index%2)) {
			t.Errorf("a cell is not needed after cell %d", c.Index)
		}
	}
	if want := []int{0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13}; !slices.Equal(played, want) || q.complete() {
		t.Errorf("played %v, complete %v: want %v", played, q.complete(), want)
	}
}
