package coverage

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"
)

// helpFile is made of its template and the tables.
const (
	helpFile     = "help.txt"
	helpTemplate = "testdata/help.tmpl"
)

// TestHelp: the help topic prints what was measured, to the byte.
func TestHelp(t *testing.T) {
	var text strings.Builder
	tmpl := must(template.ParseFiles(helpTemplate))
	figures := newTables(must(printedRows()), must(printedStops()))
	var skewness []string
	for _, c := range sources(t) {
		if !c.success() {
			_, _, x, _ := c.moments()
			skewness = append(skewness, fmt.Sprintf("%.1f", x))
		}
	}
	figures.Skewness = strings.Join(skewness, ", ")
	if err := tmpl.Execute(&text, figures); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(helpFile, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text.String() != Help {
		t.Errorf("%s is not what was measured (run with -run Help -update), want\n%s", helpFile, text.String())
	}
	for _, line := range strings.Split(Help, "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("longer than 80 characters: %s", line)
		}
	}
}

// said demands that a file says what was measured, however it is broken into lines.
func said(t *testing.T, file string, sentences ...string) {
	t.Helper()
	flat := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "//", "")), " ") }
	text := flat(string(must(os.ReadFile(file))))
	for _, s := range sentences {
		if !strings.Contains(text, flat(s)) {
			t.Errorf("%s does not have\n%s", file, s)
		}
	}
}

// span returns the least and the largest of some percentages.
func span(percent []float64) (least, most float64) { return slices.Min(percent), slices.Max(percent) }

// TestProse: the package documentation of estimate and the README say what was measured.
func TestProse(t *testing.T) {
	rows, stops := must(printedRows()), must(printedStops())
	percent := func(of func(r Row) bool) (x []float64) {
		for _, r := range only(rows, of) {
			x = append(x, 100*float64(r.Hits)/float64(r.Runs))
		}
		return x
	}
	var misses, held []float64
	for _, s := range stops {
		if x := 100 * float64(s.Misses) / float64(s.Runs); s.Interval == "t" {
			misses = append(misses, x)
		} else {
			held = append(held, x)
		}
	}
	least, most := span(misses)
	few, many := span(percent(func(r Row) bool { return r.Interval == "t, every visit" }))
	figures := newTables(rows, stops)
	_, worst := span(held)
	said(t, "../../../estimate/doc.go", figures.Short,
		fmt.Sprintf("misses between %.0f%% and %.0f%% of the time", least, most),
		fmt.Sprintf("a sequence at most %.1f%%", worst),
		"stops after "+figures.Fewer+" fewer episodes",
		fmt.Sprintf("covered %.0f%% to %.0f%% of the time", few, many))

	low, high := span(percent(func(r Row) bool {
		return r.Interval == "t" && r.World == "zhao-5x5" && ofMeans(r) && r.N >= 30
	}))
	tiny, _ := span(percent(func(r Row) bool { return r.Interval == "t" && ofMeans(r) && r.World != "zhao-5x5" }))
	said(t, "../../../README.md", fmt.Sprintf("for each of %d cases", len(rows)),
		fmt.Sprintf("From 30 episodes on Student's t covers %.0f%% to %.0f%% on the book's grid", low, high),
		fmt.Sprintf("down to %.1f%% for a rare success", tiny),
		fmt.Sprintf("misses between %.0f%% and %.0f%% of the time", least, most),
		fmt.Sprintf("misses at most %.1f%%", worst),
		"stops after "+figures.Fewer+" fewer episodes")
}
