package classic

import "example.com/mcrl/env"

// cardProb is the probability of a card 1 (ace), 2, ..., 10 of the infinite deck; jack, queen and king count 10.
func cardProb(card int) float64 {
	if card == 10 {
		return 4.0 / 13
	}
	return 1.0 / 13
}

// take returns the hand with one more card; its sum is above 21 where that is too much.
func (h Hand) take(card int) Hand {
	h.Natural = false
	h.Sum += card
	if card == 1 && !h.Usable && h.Sum+10 <= 21 {
		h.Sum, h.Usable = h.Sum+10, true
	}
	if h.Sum > 21 && h.Usable {
		h.Sum, h.Usable = h.Sum-10, false
	}
	return h
}

// finals are the probabilities of the dealer's final sums: too much at index 0, then 17, ..., 21.
type finals [6]float64

// play adds the final sums of a dealer who holds h, with weight p.
func (c *BlackjackConfig) play(h Hand, p float64, f *finals) {
	switch {
	case h.Sum > 21:
		f[0] += p
	case h.Sum > 17, h.Sum == 17 && !(h.Usable && c.HitSoft17):
		f[h.Sum-16] += p
	default:
		for card := 1; card <= 10; card++ {
			c.play(h.take(card), float64(p*cardProb(card)), f)
		}
	}
}

// dealerNatural is the probability that a dealer who shows a card has a natural.
func dealerNatural(card int) float64 {
	switch card {
	case 1:
		return cardProb(10)
	case 10:
		return cardProb(1)
	}
	return 0
}

// outcomes returns p(s', r | s, a).
func (b *Blackjack) outcomes() func(env.State, env.Action) []env.Outcome {
	var dealer [11]finals
	for card := 1; card <= 10; card++ {
		b.config.play(Hand{}.take(card), 1, &dealer[card])
	}
	over := env.State(b.over())
	return func(s env.State, a env.Action) []env.Outcome {
		h, _ := b.Hand(s)
		if a == Hit && !(h.Natural && b.config.Natural == NaturalEnds) {
			return b.hit(h)
		}
		win, draw, lose, prize := b.compare(h, &dealer[h.Dealer])
		return []env.Outcome{{Next: over, Reward: prize, Prob: win}, {Next: over, Reward: 0, Prob: draw}, {Next: over, Reward: -1, Prob: lose}}
	}
}

// compare returns the probabilities of the three results of sticking, and what a win pays.
func (b *Blackjack) compare(h Hand, f *finals) (win, draw, lose, prize float64) {
	if h.Natural && b.config.Natural != NaturalPays {
		draw = dealerNatural(h.Dealer)
		return 1 - draw, draw, 0, 1
	}
	win = f[0]
	for sum := 17; sum <= 21; sum++ {
		switch p := f[sum-16]; {
		case sum < h.Sum:
			win += p
		case sum == h.Sum:
			draw += p
		default:
			lose += p
		}
	}
	prize = 1
	if h.Natural {
		prize = 1.5
	}
	return win, draw, lose, prize
}

func (b *Blackjack) hit(h Hand) []env.Outcome {
	var list []env.Outcome
	bust := 0
	for card := 1; card <= 10; card++ {
		if s, ok := b.At(h.take(card)); ok {
			list = append(list, env.Outcome{Next: s, Prob: cardProb(card)})
		} else if card < 10 {
			bust++
		} else {
			bust += 4
		}
	}
	return append(list, env.Outcome{Next: env.State(b.over()), Reward: -1, Prob: float64(bust) / 13})
}

// deal returns the distribution of the first hand with a decision.
func (b *Blackjack) deal() (states []env.State, probs []float64) {
	all := make([]float64, b.over())
	for dealer := 1; dealer <= 10; dealer++ {
		for first := 1; first <= 10; first++ {
			one := Hand{Dealer: dealer}.take(first)
			p := float64(cardProb(dealer) * cardProb(first))
			for second := 1; second <= 10; second++ {
				h := one.take(second)
				h.Natural = h.Sum == 21
				b.fill(h, float64(p*cardProb(second)), all)
			}
		}
	}
	for s, p := range all {
		if p > 0 {
			states, probs = append(states, env.State(s)), append(probs, p)
		}
	}
	return states, probs
}

// fill adds p to the state of a hand, after the cards that are dealt below 12.
func (b *Blackjack) fill(h Hand, p float64, probs []float64) {
	if s, ok := b.At(h); ok {
		probs[s] += p
		return
	}
	for card := 1; card <= 10; card++ {
		b.fill(h.take(card), float64(p*cardProb(card)), probs)
	}
}
