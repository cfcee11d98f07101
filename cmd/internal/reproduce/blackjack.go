package reproduce

import (
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/plots"
)

// The hands of Sutton & Barto's figures: sums of the player from 12 to 21 over the dealer's cards from ace to ten.
const (
	lowestSum  = 12
	highestSum = 21
	cards      = 10
)

// aces are the two halves of the figures.
var aces = []struct {
	usable bool
	name   string
}{{true, "usable ace"}, {false, "no usable ace"}}

func newBlackjack() (*classic.Blackjack, error) {
	return classic.NewBlackjack(classic.BlackjackConfig{})
}

// sticksFrom is the policy that sticks on a sum or more.
func sticksFrom(b *classic.Blackjack, sum int) env.Deterministic {
	p := make(env.Deterministic, b.NumStates())
	for s := range p {
		if h, ok := b.Hand(env.State(s)); ok && h.Sum < sum {
			p[s] = classic.Hit
		}
	}
	return p
}

// hand is the state of a hand that is no natural.
func hand(b *classic.Blackjack, sum, dealer int, usable bool) env.State {
	s, _ := b.At(classic.Hand{Sum: sum, Dealer: dealer, Usable: usable})
	return s
}

// overHands makes a table with a row for each sum, from 12, and a column for each card of the dealer, from the ace.
func overHands[T any](b *classic.Blackjack, usable bool, of func(s env.State) T) [][]T {
	var rows [][]T
	for sum := lowestSum; sum <= highestSum; sum++ {
		var row []T
		for dealer := 1; dealer <= cards; dealer++ {
			row = append(row, of(hand(b, sum, dealer, usable)))
		}
		rows = append(rows, row)
	}
	return rows
}

// handAxes are the axes of the pictures, the highest sum at the top.
func handAxes() plots.TableAxes {
	a := plots.TableAxes{XLabel: "dealer showing", YLabel: "player sum"}
	for sum := highestSum; sum >= lowestSum; sum-- {
		a.Rows = append(a.Rows, fmt.Sprint(sum))
	}
	a.Cols = append(a.Cols, "A")
	for card := 2; card <= cards; card++ {
		a.Cols = append(a.Cols, fmt.Sprint(card))
	}
	return a
}

// upward turns a table upside down.
func upward[T any](rows [][]T) [][]T {
	up := make([][]T, len(rows))
	for i, row := range rows {
		up[len(rows)-1-i] = row
	}
	return up
}

// handHeat draws values of hands, all on the scale from -1 to 1.
func handHeat(b *classic.Blackjack, usable bool, v func(s env.State) float64, title string) panel {
	return func() (plots.Drawable, error) {
		return plots.Heat(upward(overHands(b, usable, v)), plots.HeatOptions{Title: title, TableAxes: handAxes(), Decimals: 2, Min: -1, Max: 1})
	}
}

// deviate compares estimates with exact values, each by its own standard error: Match counts those within 4.5 of them. An
// estimate that rests on nothing is left out.
type deviate struct {
	squares, worst float64
	missing        int
}

func (d *deviate) compare(p *Panel, row, col int, estimate, exact, se float64) {
	if math.IsInf(se, 1) {
		d.missing++
		return
	}
	p.Cells++
	z := (estimate - exact) / se
	if math.Abs(estimate-exact) <= 1e-12 { // returns that are all the same have se = 0
		z = 0
	}
	d.squares += z * z
	d.worst = max(d.worst, math.Abs(z))
	if math.Abs(z) <= deviations {
		p.Match++
		return
	}
	p.Unexpected = append(p.Unexpected, Mismatch{Row: row + 1, Col: col + 1, Printed: exact, Computed: estimate, Reason: fmt.Sprintf("%.1f standard errors off", z)})
}

// note says how far the estimates were off.
func (d *deviate) note(p *Panel) {
	p.Notes = append(p.Notes, fmt.Sprintf("off by %.2f standard errors in the root mean square, at most %.2f", math.Sqrt(d.squares/float64(max(p.Cells, 1))), d.worst))
	if d.missing > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d states were never visited", d.missing))
	}
}
