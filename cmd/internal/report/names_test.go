package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/mcrl/mc/experiment/sweep"
)

func labelled(algorithms ...string) (list []*Setting) {
	for i, a := range algorithms {
		name, settings, _ := strings.Cut(a, "|")
		list = append(list, &Setting{place: i, Name: name + settings, Group: &sweep.Group{Algorithm: name}})
	}
	labelSettings(list)
	return list
}

// Labels can be drawn, are short, and tell settings apart.
func TestLabels(t *testing.T) {
	long := strings.Repeat("long name ", 9)
	var got []string
	for _, s := range labelled("es|, step 0.1", "ε-greedy λ→∞ 日本|, epsilon 0.1", "a\n b", long+"|, step 0.1", long+"|, step 0.2", long, long+"x", long+"|, note "+long) {
		got = append(got, s.label)
		if n := utf8.RuneCountInString(s.label); n > maxLabel+3 {
			t.Errorf("label %q of %d runes", s.label, n)
		}
	}
	want := []string{"es, step 0.1", "ε-greedy λ→∞ U+65E5 U+672C, epsilon 0.1", "a b", "long name long name long name long na…, step 0.1", "long name long name long name long na…, step 0.2",
		"6: long name long name long name long name long na…", "7: long name long name long name long name long na…", "long name l…, note long name long name long nam…"}
	if !slices.Equal(got, want) {
		t.Errorf("labels\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{"es": "es", "es, step 0.1": "'es, step 0.1'", "it's": `'it'\''s'`, "$x": "'$x'", "日": "'日'"} {
		if got := quoted(in); got != want {
			t.Errorf("quoted(%q) = %s, want %s", in, got, want)
		}
	}
}

// Names that the font lacks, long ones and many settings: the figures can be drawn, and the page has the true names.
func TestOddNames(t *testing.T) {
	page, html := pageOf(t, played(t, oddPlan+"seeds: 1..2\n"))
	for _, text := range []string{">世界 ∇</h2>", `<td>U&#43;4E16 U&#43;754C ∇</td><td class="words">世界 ∇</td>`, `<th scope="row">ε-greedy λ→∞ 日本, epsilon 0.2</th>`,
		`<td>ε-greedy λ→∞ U&#43;65E5 U&#43;672C, epsilon 0.1</td><td class="words">ε-greedy λ→∞ 日本, epsilon 0.1</td>`, "ε-greedy λ→∞ U+65E5 U+672C, epsilon 0.1</text>"} {
		if !strings.Contains(html, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	names := map[string]int{}
	for _, f := range page.Figures() {
		names[f.Name]++
		if names[f.Name] > 1 || f.Command != "mcrl experiment report DIR --pictures figures" {
			t.Errorf("figure %s, %q", f.Name, f.Command)
		}
	}
	if names["01-gap-mean-1"] != 1 || names["01-gap-mean-2"] != 1 || names["01-gap-mean-3"] != 0 {
		t.Errorf("10 settings have the figures %v: want two parts", names)
	}
	world := strings.Repeat("w", 300)
	if a, b := figureName(1, world, "gap", "mean"), figureName(1, world, "gap", "iqm"); a == b || len(a) > 100 {
		t.Errorf("figures %s and %s of one name", a, b)
	}
}

// The parts of a chart have the same axes, and every setting its own style.
func TestParts(t *testing.T) {
	p := &Report{Options: Options{Level: 0.95}}
	w := &World{Name: "w"}
	for i := range 9 {
		s := &Setting{place: i, label: fmt.Sprint(i), Group: &sweep.Group{}}
		if i != 2 { // of which nothing is known
			s.runs = []run{{points: []point{{10, 100, measures{gap: 1}}, {20, 200 + 100*int64(i), measures{gap: float64(10 * i)}}}}}
		}
		w.Settings = append(w.Settings, s)
	}
	w.Settings = append(w.Settings, &Setting{place: 9, label: "9", Group: &sweep.Group{}, runs: w.Settings[0].runs})
	figures, err := p.curves(1, w, firstCurves[0], mean, largeFrame)
	if err != nil || len(figures) != 2 || !strings.HasSuffix(figures[1].Caption, " Part 2 of 2, with the same axes.") {
		t.Fatalf("%d figures, %v", len(figures), err)
	}
	var labels []string
	for _, f := range figures {
		d := drawingOf(t, f)
		if d.Plot.X.Max != 1000 || d.Plot.X.Min != 100 || d.Plot.Y.Max < 80 || d.Plot.Y.Min > 0 {
			t.Errorf("axes to %v and from %v to %v", d.Plot.X.Max, d.Plot.Y.Min, d.Plot.Y.Max)
		}
		for _, e := range d.Key {
			labels = append(labels, e.Label)
		}
	}
	if want := "0 1 3 4 5 6 7 8 9"; strings.Join(labels, " ") != want {
		t.Errorf("curves %v, want %s", labels, want)
	}
}
