package classic

import (
	"fmt"
	"slices"
	"strings"
)

// NaturalRule says what a natural, an ace and a ten at the deal, is worth.
type NaturalRule uint8

// The rules in use. NaturalEnds and NaturalWins have the same optimum, the others have two more.
const (
	NaturalEnds  NaturalRule = iota // the game is over at once: won, or a draw if the dealer has one too. Sutton & Barto
	NaturalWins                     // the same, decided when the player sticks; the player may hit. Gymnasium, sab=True
	NaturalPays                     // it counts 21 like any other, but a win with it pays 1.5. Gymnasium, sab=False, natural=True
	NaturalPlain                    // it counts 21 like any other. Gymnasium, natural=False and sab=False
)

var naturalNames = []string{"ends", "wins", "pays", "plain"}

func badNatural(value any) error {
	return bad("natural", value, "one of "+strings.Join(naturalNames, ", "))
}

// String names the rule: ends, wins, pays or plain.
func (n NaturalRule) String() string {
	if int(n) < len(naturalNames) {
		return naturalNames[n]
	}
	return fmt.Sprintf("rule %d", uint8(n))
}

// MarshalText writes the rule's name.
func (n NaturalRule) MarshalText() ([]byte, error) {
	if int(n) >= len(naturalNames) {
		return nil, badNatural(n)
	}
	return []byte(n.String()), nil
}

// UnmarshalText reads the rule's name.
func (n *NaturalRule) UnmarshalText(text []byte) error {
	i := slices.Index(naturalNames, string(text))
	if i < 0 {
		return badNatural(fmt.Sprintf("%.40q", text))
	}
	*n = NaturalRule(i)
	return nil
}
