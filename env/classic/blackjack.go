package classic

import (
	"fmt"

	"example.com/mcrl/env"
)

// The actions of Blackjack, numbered as in Gymnasium.
const (
	Stick env.Action = 0
	Hit   env.Action = 1
)

// BlackjackConfig chooses the rules of blackjack. The zero value is the game of Sutton & Barto's book; with From4,
// NaturalWins is what Gymnasium registers as Blackjack-v1, and NaturalPlain and NaturalPays its other two.
type BlackjackConfig struct {
	Natural NaturalRule `json:"natural,omitempty"`
	// From4 lets the player decide at sums 4 to 11 too, as Gymnasium does. Else a player below 12 is dealt cards until the
	// sum is 12 or more, since no card can be too much.
	From4 bool `json:"from4,omitempty"`
	// HitSoft17 makes the dealer draw at 17 with a usable ace, as in many casinos. Else the dealer sticks on every 17.
	HitSoft17 bool `json:"hit_soft17,omitempty"`
	// UniformStart begins episodes in every hand with a decision, each equally likely: the exploring starts of example 5.3.
	// Else with the deal.
	UniformStart bool `json:"uniform_start,omitempty"`
}

// Validate reports every bad field.
func (c BlackjackConfig) Validate() error {
	if c.Natural > NaturalPlain {
		return badNatural(c.Natural)
	}
	return nil
}

// Blackjack is the card game against a dealer with an infinite deck: 1 for a win, -1 for a loss, 0 for a draw, paid when the
// game is over. The dealer draws until the sum is 17 or more. Discount 1.
//
// States, with lo = 12 (4 under From4), the player's sum, the dealer's card d = 1 (ace) ... 10:
//
//	hard hands     10 (sum - lo) + d - 1                    sum = lo ... 21
//	usable ace     10 (22 - lo) + 10 (sum - 12) + d - 1     sum = 12 ... 21
//	naturals       10 (32 - lo) + d - 1                     not under NaturalPlain
//	over           the last state
//
// So the first 200 states are those of Sutton & Barto (280 under From4).
//
// Naturals are states of their own because (sum, d, usable ace) alone is not Markov where they are paid: 21 with an ace can
// be a natural or not, and the reward depends on it. Gymnasium's observation mixes the two. Under NaturalEnds both actions
// end the game in the same way. The book does not say what a 21 of three cards is worth against the dealer's natural; here, as
// in Gymnasium, sums are compared: a draw.
//
// Sources: Sutton & Barto, examples 5.1, 5.3 and 5.4; Gymnasium 1.x, envs/toy_text/blackjack.py, Blackjack-v1.
type Blackjack struct {
	*env.Table
	config BlackjackConfig
}

// NewBlackjack checks the rules and computes the exact probabilities of all outcomes.
func NewBlackjack(c BlackjackConfig) (*Blackjack, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	b := &Blackjack{config: c}
	r := &recipe{states: b.over() + 1, actions: 2, end: env.State(b.over()), outcomes: b.outcomes()}
	if r.starts, r.probs = firstStates(b.naturals()), nil; !c.UniformStart {
		r.starts, r.probs = b.deal()
	}
	var err error
	b.Table, err = env.Compile(r)
	return b, err
}

// Hand is what the player knows: the sum of the cards, the dealer's card (1 is an ace), and whether an ace counts 11.
type Hand struct {
	Sum, Dealer     int
	Usable, Natural bool
}

// String describes the hand.
func (h Hand) String() string {
	switch {
	case h.Natural:
		return fmt.Sprintf("natural against %d", h.Dealer)
	case h.Usable:
		return fmt.Sprintf("%d with usable ace against %d", h.Sum, h.Dealer)
	}
	return fmt.Sprintf("%d against %d", h.Sum, h.Dealer)
}

func (b *Blackjack) lowest() int {
	if b.config.From4 {
		return 4
	}
	return 12
}

func (b *Blackjack) soft() int     { return 10 * (22 - b.lowest()) }
func (b *Blackjack) naturals() int { return b.soft() + 100 }

func (b *Blackjack) over() int {
	if b.config.Natural == NaturalPlain {
		return b.naturals()
	}
	return b.naturals() + 10
}

// Hand returns the hand of a state; false where the game is over.
func (b *Blackjack) Hand(s env.State) (Hand, bool) {
	i := int(s)
	switch h := (Hand{Dealer: i%10 + 1}); {
	case i < 0 || i >= b.over():
		return Hand{}, false
	case i < b.soft():
		h.Sum = b.lowest() + i/10
		return h, true
	case i < b.naturals():
		h.Sum, h.Usable = 12+(i-b.soft())/10, true
		return h, true
	default:
		h.Sum, h.Usable, h.Natural = 21, true, true
		return h, true
	}
}

// At returns the state of a hand; false where the game has no such state. A natural is a state of its own (see Blackjack),
// but under NaturalPlain it is 21 with a usable ace.
func (b *Blackjack) At(h Hand) (env.State, bool) {
	low := b.lowest()
	if h.Usable {
		low = 12
	}
	switch {
	case h.Dealer < 1 || h.Dealer > 10 || h.Sum < low || h.Sum > 21 || h.Natural && !(h.Sum == 21 && h.Usable):
		return -1, false
	case h.Natural && b.config.Natural != NaturalPlain:
		return env.State(b.naturals() + h.Dealer - 1), true
	case h.Usable:
		return env.State(b.soft() + 10*(h.Sum-12) + h.Dealer - 1), true
	}
	return env.State(10*(h.Sum-low) + h.Dealer - 1), true
}

// Config returns the rules.
func (b *Blackjack) Config() BlackjackConfig { return b.config }

// StateName describes the hand, or says "over".
func (b *Blackjack) StateName(s env.State) string {
	if h, ok := b.Hand(s); ok {
		return h.String()
	}
	return "over"
}

// ActionName is stick or hit.
func (b *Blackjack) ActionName(a env.Action) string { return [...]string{"stick", "hit"}[a] }
