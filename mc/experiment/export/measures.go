package export

import "example.com/mcrl/mc/experiment"

// measure is a number of a point.
type measure struct {
	name string
	kind kind
	of   func(experiment.Point) any // an int64 or a float64, after the kind; nil for none
}

// kind is a type of numbers, as NumPy writes it.
type kind string

const (
	seeds  kind = "<u8"
	wholes kind = "<i8"
	floats kind = "<f8"
)

// measures lists what is measured at a point, in the order of the columns.
func measures() []measure {
	type point = experiment.Point
	return []measure{
		{"episodes", wholes, func(p point) any { return p.Episodes }},
		{"iterations", wholes, func(p point) any { return p.Iterations }},
		{"steps", wholes, func(p point) any { return p.Steps }},
		{"truncated", wholes, func(p point) any { return p.Truncated }},
		{"epsilon", floats, func(p point) any { return p.Epsilon }},
		{"gap", floats, func(p point) any { return orNone(p.Gap) }},
		{"rmse", floats, func(p point) any { return orNone(p.RMSE) }},
		{"greedy_gap", floats, func(p point) any { return orNone(p.GreedyGap) }},
		{"return", floats, func(p point) any { return orNone(p.Return) }},
		{"greedy_return", floats, func(p point) any { return orNone(p.GreedyReturn) }},
		{"unvisited", wholes, ofVisits(func(v *experiment.Visits) any { return int64(v.Unvisited) })},
		{"visits_min", wholes, ofVisits(func(v *experiment.Visits) any { return v.Min })},
		{"visits_median", floats, ofVisits(func(v *experiment.Visits) any { return v.Median })},
	}
}

func orNone(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

func ofVisits(of func(*experiment.Visits) any) func(experiment.Point) any {
	return func(p experiment.Point) any {
		if p.Visits == nil {
			return nil
		}
		return of(p.Visits)
	}
}
