package planfile

import (
	"strings"
	"testing"

	"example.com/mcrl/mc/experiment/sweep"
)

func read(t *testing.T, text string) *sweep.Plan {
	t.Helper()
	p, err := Read(strings.NewReader(text), "plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// No text makes the reader panic or hang, an error names its place, and a plan that is read survives its own JSON text.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{Example, minimal, "a: [", "{", "environments: [zhao-2x2]\nalgorithms: {}\nseeds: 1..", "- - - -",
		minimal + "until: {metric: gap, half_width: 0.05, confidence: 0.9, range: [0, 10], every: 5}\n", minimal + "until: [1]\n",
		strings.Replace(minimal, "[basic]", "[{algorithm: es, grid: {step: [{scale: 1, power: 0.7}, 0.1]}}]", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "open-") || strings.Count(text, "1") > 40 || strings.Count(text, "9") > 20 {
			return // large worlds and plans take long
		}
		p, err := Read(strings.NewReader(text), "plan.yaml")
		if err != nil {
			if !strings.Contains(err.Error(), ":") {
				t.Fatalf("%v: no place", err)
			}
			return
		}
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		q, err := sweep.Decode(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if again, err := q.Encode(); err != nil || string(again) != string(b) {
			t.Fatalf("%v\n%s\nbecomes\n%s", err, b, again)
		}
	})
}
