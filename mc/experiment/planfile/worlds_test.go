package planfile

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
	"example.com/mcrl/mc/experiment/sweep"
)

// Plans take classic worlds and tables beside grid worlds, and come back from their JSON with each world once.
func TestWorlds(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	w, err := classic.New("cliffwalking")
	if err != nil {
		t.Fatal(err)
	}
	d, err := dynamics.Of(w)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := dynamics.Write(&text, d); err != nil {
		t.Fatal(err)
	}
	write("cliff.json", text.String())
	write("bad.json", "{\"states\": 1,\n \"actions\": -1}")
	plan := "gamma: 1\nhorizon: 10\nepisodes: 20\nenvironments: [blackjack, {env: cliff.json, gamma: 0.9}, zhao-2x2]\nalgorithms: [basic, es]\nseeds: 1\n"
	plan = strings.Replace(plan, "zhao-2x2", "{env: zhao-2x2, gamma: 0.9}", 1)
	write("plan.yaml", plan)
	p, err := Load(filepath.Join(dir, "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, g := range p.Groups {
		names = append(names, g.Environment)
	}
	if want := []string{"blackjack", "blackjack", "cliff", "cliff", "zhao-2x2", "zhao-2x2"}; !reflect.DeepEqual(names, want) {
		t.Errorf("environments %v: want %v", names, want)
	}
	if p.Groups[0].Spec.Env.Classic != "blackjack" || p.Groups[2].Spec.Env.Table == nil || p.Groups[4].Spec.Env.Grid == nil {
		t.Errorf("%+v", p.Groups)
	}
	saved, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(saved, []byte(`"classic": "blackjack"`)); n != 1 {
		t.Errorf("blackjack stands %d times in the plan: want once", n)
	}
	again, err := sweep.Decode(saved)
	if err != nil || !reflect.DeepEqual(again.Groups, p.Groups) {
		t.Errorf("%v, %+v: want %+v", err, again, p)
	}
	write("plan.yaml", strings.Replace(plan, "cliff.json", "bad.json", 1))
	if _, err := Load(filepath.Join(dir, "plan.yaml")); err == nil || !strings.Contains(err.Error(), "bad.json:2:13: actions: -1: want a whole number") {
		t.Errorf("%v: want a fault in bad.json", err)
	}
	write("plan.yaml", strings.Replace(plan, "blackjack", "blakjack", 1))
	if _, err := Load(filepath.Join(dir, "plan.yaml")); err == nil || !strings.Contains(err.Error(), "plan.yaml:4:16: environment \"blakjack\": no such name, no such file") {
		t.Errorf("%v: want a fault in the plan", err)
	}
}
