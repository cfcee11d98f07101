package classic

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// published reads a table as Gymnasium publishes it: the attributes P and initial_state_distrib of the environment that a file
// in testdata is named after. They were made by the code of gymnasium/envs/toy_text that builds the tables (version 1.2; of the
// frozen lake, with success_rate of pull request 1363), run by itself under NumPy, without the rest of the package, and written
// by Python's json as {"states", "actions", "p", "start"}, numbers and flags converted to float, int, float and bool.
// frozenlake-4x4-success-0.8 is FrozenLake-v1 with success_rate=0.8, reward_schedule=(5, -2, -0.25).
func published(t *testing.T, name string) *dynamics.Dynamics {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dynamics.Read(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Every world that Gymnasium publishes as a table has that table, entry for entry, duplicates and unused rows included, and its
// start distribution, to the last bit.
func TestPublishedTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json.gz")
	if err != nil || len(files) != 9 {
		t.Fatalf("%d tables, %v; want 9", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json.gz")
		t.Run(name, func(t *testing.T) {
			w, err := New(name)
			if name == "frozenlake-4x4-success-0.8" {
				w, err = NewFrozenLake(FrozenLakeConfig{Success: 0.8, Rewards: LakeRewards{Goal: 5, Hole: -2, Frozen: -0.25}})
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := dynamics.Of(w)
			if err != nil {
				t.Fatal(err)
			}
			want := published(t, name)
			if !reflect.DeepEqual(got.Start, want.Start) {
				t.Errorf("starts %v, want %v", got.Start, want.Start)
			}
			if len(got.P) != len(want.P) || got.NumActions() != want.NumActions() {
				t.Fatalf("%d states and %d actions, want %d and %d", len(got.P), got.NumActions(), len(want.P), want.NumActions())
			}
			for s := range want.P {
				for a, row := range want.P[s] {
					if !reflect.DeepEqual(got.P[s][a], row) {
						t.Errorf("P[%d][%d] = %v, want %v", s, a, got.P[s][a], row)
					}
				}
			}
		})
	}
}

// What an episode meets is what the table says: the outcomes of every state that is not terminal are its rows in their order,
// with the twins in place of the states that end it.
func TestOutcomesAreTheTable(t *testing.T) {
	for _, name := range []string{"frozenlake-8x8-slippery", "cliffwalking-slippery", "taxi-rainy"} {
		d := published(t, name)
		w, err := New(name)
		if err != nil {
			t.Fatal(err)
		}
		twins := w.(interface{ Twins() []env.State }).Twins()
		for s := range env.State(len(d.P)) {
			if w.Terminal(s) {
				continue
			}
			for a := range env.Action(d.NumActions()) {
				list := w.Outcomes(s, a)
				if len(list) != len(d.P[s][a]) {
					t.Fatalf("%s: %d outcomes of %d, %d, want %d", name, len(list), s, a, len(d.P[s][a]))
				}
				for i, e := range d.P[s][a] {
					next := list[i].Next
					if int(next) >= len(d.P) {
						next = twins[int(next)-len(d.P)]
					}
					if next != e.Next || list[i].Reward != e.Reward || list[i].Prob != e.Prob || w.Terminal(list[i].Next) != e.Done {
						t.Fatalf("%s: outcome %v of %d, %d, want %v", name, list[i], s, a, e)
					}
				}
			}
		}
	}
}
