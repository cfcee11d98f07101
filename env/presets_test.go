package env

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestPresets(t *testing.T) {
	type size struct{ rows, cols, actions int }
	sizes := map[string]size{
		"zhao-2x2": {2, 2, 5}, "zhao-3x3": {3, 3, 5}, "zhao-5x5": {5, 5, 5}, "zhao-5x5-mild": {5, 5, 5},
		"zhao-5x5-figures": {5, 5, 5}, "zhao-5x5-mild-figures": {5, 5, 5},
		"frozenlake-4x4": {4, 4, 4}, "frozenlake-4x4-slippery": {4, 4, 4}, "frozenlake-8x8": {8, 8, 4}, "frozenlake-8x8-slippery": {8, 8, 4},
		"open-100": {100, 100, 5},
	}
	if len(Presets()) != len(sizes) {
		t.Errorf("%d presets, want %d", len(Presets()), len(sizes))
	}
	for _, name := range Presets() {
		c, err := Preset(name)
		if err != nil || c.Name != name {
			t.Fatalf("%s: named %q, %v", name, c.Name, err)
		}
		g := mustGrid(t, c)
		rows, cols := g.Dims()
		if got := (size{rows, cols, g.NumActions()}); got != sizes[name] {
			t.Errorf("%s: %v, want %v", name, got, sizes[name])
		}
		if slippery := strings.HasSuffix(name, "-slippery"); g.Deterministic() == slippery {
			t.Errorf("%s: deterministic %v", name, g.Deterministic())
		}
	}
	if g := mustGrid(t, FrozenLake8(false)); !slices.Equal(g.ActionNames(), []string{"left", "down", "right", "up"}) {
		t.Errorf("actions of the frozen lake: %v", g.ActionNames())
	}
}

func TestUnknownPresets(t *testing.T) {
	for _, name := range []string{"", "zhao", "Zhao-5x5", "open-", "open-07", "open-+7", "open--7", "open-1e3", "7", "open-7 "} {
		_, err := Preset(name)
		f := (*FieldError)(nil)
		if !errors.As(err, &f) || f.Field != "preset" || !strings.Contains(f.Want, "zhao-5x5, zhao-5x5-mild") || !strings.Contains(f.Want, "open-N") {
			t.Errorf("%q: %v, want an error with the names", name, err)
		}
	}
	for _, name := range []string{"open-0", "open-8193", "open-99999999999"} {
		if _, err := Preset(name); err == nil || !strings.HasPrefix(err.Error(), "n = ") {
			t.Errorf("%s: %v, want an error about n", name, err)
		}
	}
}

func TestRandomGrid(t *testing.T) {
	const n, density = 201, 0.3
	c, err := RandomGrid(n, density, 5)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(c.Map, "")
	if c.Map[100][100] != 'T' || strings.Count(text, "T") != 1 {
		t.Error("want one target, at the centre")
	}
	cells := float64(n*n - 1)
	if f := float64(strings.Count(text, "F")); math.Abs(f-density*cells) > 4.5*math.Sqrt(cells*density*(1-density)) {
		t.Errorf("%v forbidden cells of %v, want a share of %v within 4.5 standard errors", f, cells, density)
	}
	again, _ := RandomGrid(n, density, 5)
	other, _ := RandomGrid(n, density, 6)
	if !reflect.DeepEqual(again, c) || reflect.DeepEqual(other, c) {
		t.Error("want the map to depend on the seed, and on nothing else")
	}
	for density, symbol := range map[float64]string{0: ".", 1: "F"} {
		c, err := RandomGrid(2, density, 0)
		if want := []string{symbol + symbol, symbol + "T"}; err != nil || !slices.Equal(c.Map, want) {
			t.Errorf("density %v: %v, %v, want %v", density, c.Map, err, want)
		}
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := RandomGrid(3, bad, 0); err == nil {
			t.Errorf("no error for density %v", bad)
		}
	}
}
