package env

import (
	"fmt"
	"strconv"
	"strings"
)

// Zhao5 returns the book's 5 x 5 grid world with r_boundary = -1, r_target = 1 and the given r_forbidden.
//
// Source: Zhao, figures 3.4 (r_forbidden -1 and -10), 5.4 (-10), 5.5 (-1), 5.6 and 5.7 (-10 and BoundaryPlusCell).
func Zhao5(forbidden float64, edge EdgeRule) GridConfig {
	return GridConfig{
		Map: []string{
			".....",
			".FF..",
			"..F..",
			".FTF.",
			".F...",
		},
		Rewards: GridRewards{Boundary: -1, Forbidden: forbidden, Target: 1},
		Edge:    edge,
	}
}

// Zhao3 returns the book's 3 x 3 grid world, r_boundary = r_forbidden = -1 and r_target = 1. Source: Zhao, figure 5.3.
func Zhao3() GridConfig {
	return GridConfig{
		Map: []string{
			"...",
			"..F",
			"F.T",
		},
		Rewards: GridRewards{Boundary: -1, Forbidden: -1, Target: 1},
	}
}

// Zhao2 returns the book's 2 x 2 grid world, r_boundary = r_forbidden = -1 and r_target = 1. Source: Zhao, chapters 2 and 3.
func Zhao2() GridConfig {
	return GridConfig{
		Map: []string{
			".F",
			".T",
		},
		Rewards: GridRewards{Boundary: -1, Forbidden: -1, Target: 1},
	}
}

// FrozenLake4 returns the 4 x 4 frozen lake: reward 1 on reaching the target, which ends the episode as the holes do;
// actions left, down, right, up. On slippery ice a move goes as intended, to its left and to its right with 1/3 each.
//
// Source: Gymnasium, FrozenLake-v1.
func FrozenLake4(slippery bool) GridConfig {
	return frozenLake(slippery,
		"S...",
		".H.H",
		"...H",
		"H..T")
}

// FrozenLake8 is FrozenLake4 on the 8 x 8 map.
//
// Source: Gymnasium, FrozenLake8x8-v1.
func FrozenLake8(slippery bool) GridConfig {
	return frozenLake(slippery,
		"S.......",
		"........",
		"...H....",
		".....H..",
		"...H....",
		".HH...H.",
		".H..H.H.",
		"...H...T")
}

func frozenLake(slippery bool, rows ...string) GridConfig {
	c := GridConfig{
		Map:     rows,
		Actions: []string{"left", "down", "right", "up"},
		Rewards: GridRewards{Target: 1},
		Target:  TargetEnds,
	}
	if slippery {
		c.Slip = Slip{Left: 1.0 / 3, Right: 1.0 / 3}
	}
	return c
}

// maxSquare is the side of the largest square grid: its square is MaxCells.
const maxSquare = 1 << 13

// RandomGrid returns an open n x n grid world with the target at (n/2, n/2). Every other cell is forbidden with probability
// density, independently, drawn row by row from the stream (seed, PurposeConstruction). Forbidden cells can be entered, so
// the target can be reached from everywhere. Rewards are BookRewards.
func RandomGrid(n int, density float64, seed uint64) (GridConfig, error) {
	if n < 1 || n > maxSquare {
		return GridConfig{}, &FieldError{"n", n, fmt.Sprintf("a side of 1 to %d cells", maxSquare)}
	}
	if !(density >= 0 && density <= 1) {
		return GridConfig{}, &FieldError{"density", density, "a probability in [0, 1]"}
	}
	rng := NewRand(seed, PurposeConstruction)
	c := GridConfig{Map: make([]string, n), Rewards: BookRewards()}
	row := make([]byte, n)
	for r := range n {
		for k := range n {
			switch {
			case r == n/2 && k == n/2:
				row[k] = 'T'
			case rng.Float64() < density:
				row[k] = 'F'
			default:
				row[k] = '.'
			}
		}
		c.Map[r] = string(row)
	}
	return c, nil
}

// Presets lists the names that Preset knows, in teaching order. The last stands for a family: open-N for any N.
func Presets() []string {
	return []string{
		"zhao-2x2", "zhao-3x3", "zhao-5x5", "zhao-5x5-mild", "zhao-5x5-figures", "zhao-5x5-mild-figures",
		"frozenlake-4x4", "frozenlake-4x4-slippery", "frozenlake-8x8", "frozenlake-8x8-slippery", "open-100",
	}
}

// Preset returns a grid world by its name, which becomes its Name:
//
//	zhao-2x2, zhao-3x3       Zhao2, Zhao3
//	zhao-5x5                 Zhao5(-10, BoundaryOnly): figures 3.4(d) and 5.4
//	zhao-5x5-mild            Zhao5(-1, BoundaryOnly): figures 3.4(a) to (c) and 5.5
//	zhao-5x5-figures         Zhao5(-10, BoundaryPlusCell): figures 5.6 and 5.7
//	zhao-5x5-mild-figures    Zhao5(-1, BoundaryPlusCell)
//	frozenlake-4x4           FrozenLake4(false); with -slippery FrozenLake4(true); 8x8 likewise
//	open-N                   RandomGrid(N, 0.2, 0)
//
// For any other name the error is a FieldError that lists the names.
func Preset(name string) (GridConfig, error) {
	var c GridConfig
	switch name {
	case "zhao-2x2":
		c = Zhao2()
	case "zhao-3x3":
		c = Zhao3()
	case "zhao-5x5":
		c = Zhao5(-10, BoundaryOnly)
	case "zhao-5x5-mild":
		c = Zhao5(-1, BoundaryOnly)
	case "zhao-5x5-figures":
		c = Zhao5(-10, BoundaryPlusCell)
	case "zhao-5x5-mild-figures":
		c = Zhao5(-1, BoundaryPlusCell)
	case "frozenlake-4x4", "frozenlake-4x4-slippery":
		c = FrozenLake4(name == "frozenlake-4x4-slippery")
	case "frozenlake-8x8", "frozenlake-8x8-slippery":
		c = FrozenLake8(name == "frozenlake-8x8-slippery")
	default:
		var err error
		if c, err = openPreset(name); err != nil {
			return GridConfig{}, err
		}
	}
	c.Name = name
	return c, nil
}

func openPreset(name string) (GridConfig, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "open-"))
	if err != nil || n < 0 || name != fmt.Sprintf("open-%d", n) {
		return GridConfig{}, &FieldError{"preset", fmt.Sprintf("%.40q", name), oneOf(Presets()) + ", or open-N for another side N"}
	}
	return RandomGrid(n, 0.2, 0)
}
