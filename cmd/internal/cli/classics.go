package cli

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
)

// classicLine is one of the standard worlds in the list.
type classicLine struct {
	Name          string     `json:"name"`
	States        int        `json:"states"`
	Actions       int        `json:"actions"`
	Deterministic bool       `json:"deterministic"`
	RewardRange   [2]float64 `json:"reward_range"`
	Source        string     `json:"source"`
}

// sources says of each classic world that is no preset what it is.
var sources = map[string]string{
	"cliffwalking":          "Sutton & Barto, example 6.6; CliffWalking-v1",
	"cliffwalking-slippery": "CliffWalking-v1, is_slippery",
	"cliffwalking-ends":     "as OpenSpiel has it: a fall ends the episode",
	"taxi":                  "Dietterich 2000; Taxi-v3",
	"taxi-rainy":            "Taxi-v3, is_rainy",
	"taxi-rainy-drift":      "Dietterich 2000: the rain blows the taxi aside",
	"windy":                 "Sutton & Barto, example 6.5",
	"windy-king":            "Sutton & Barto, exercise 6.9",
	"windy-king-stay":       "Sutton & Barto, exercise 6.9",
	"windy-stochastic":      "Sutton & Barto, exercise 6.10",
	"sb-example-3.5":        "Sutton & Barto, examples 3.5 and 3.8",
	"sb-example-4.1":        "Sutton & Barto, example 4.1",
	"random-walk-5":         "Sutton & Barto, example 6.2",
	"random-walk-19":        "Sutton & Barto, example 7.1",
	"loop":                  "Sutton & Barto, example 5.5",
	"blackjack":             "Sutton & Barto, example 5.1",
	"blackjack-sab":         "Blackjack-v1 as registered: sab=True",
	"blackjack-plain":       "Blackjack-v1, sab=False",
	"blackjack-natural":     "Blackjack-v1, sab=False, natural=True",
	"racetrack-left":        "Sutton & Barto, exercise 5.12, left track",
	"racetrack-right":       "Sutton & Barto, exercise 5.12, right track",
	"garnet-30-4-2":         "Bhatnagar et al. 2009, a random world",
	"garnet-100-10-3":       "Bhatnagar et al. 2009, a random world",
}

// classicLines lists the classic worlds whose names are no presets'.
func classicLines() ([]classicLine, error) {
	var list []classicLine
	for _, name := range classic.Names() {
		if slices.Contains(env.Presets(), name) {
			continue
		}
		m, err := loadModel(name)
		if err != nil {
			return nil, err
		}
		lo, hi := m.RewardRange()
		list = append(list, classicLine{name, m.NumStates(), m.NumActions(), m.Deterministic(), [2]float64{lo, hi}, sources[name]})
	}
	return list, nil
}

func printClassics(s *streams, list []classicLine) error {
	fmt.Fprintln(s.Out)
	w := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tSTATES\tACTIONS\tTRANSITIONS\tREWARDS\tSOURCE")
	for _, e := range list {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\n", e.Name, e.States, e.Actions, choose(e.Deterministic, "certain", "uncertain"),
			rewardRange(e.RewardRange[0], e.RewardRange[1]), e.Source)
	}
	return w.Flush()
}

func rewardRange(lo, hi float64) string {
	if lo == hi {
		return fourDigits(lo)
	}
	return fourDigits(lo) + " to " + fourDigits(hi)
}

func fourDigits(x float64) string { return fmt.Sprintf("%.4g", x) }

// joined is both lists as one.
func joined(grids []environmentLine, classics []classicLine) []any {
	var all []any
	for _, e := range grids {
		all = append(all, e)
	}
	for _, e := range classics {
		all = append(all, e)
	}
	return all
}
