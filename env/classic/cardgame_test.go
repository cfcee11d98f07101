package classic_test

import (
	"math"
	"math/big"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
)

// The game written a second time: hands are lists of cards, as on a table, and nothing of the model is used.

type cards []int

func (c cards) count() (sum int, usable bool) {
	for _, card := range c {
		sum += card
		usable = usable || card == 1
	}
	usable = usable && sum+10 <= 21
	if usable {
		sum += 10
	}
	return sum, usable
}

func (c cards) natural() bool { return len(c) == 2 && c[0]*c[1] == 10 && c[0]+c[1] == 11 }

func draw(rng *env.Rand) int { return min(1+rng.Intn(13), 10) }

// settle pays a player who sticks.
func settle(rule classic.NaturalRule, player, dealer cards) float64 {
	p, _ := player.count()
	d, _ := dealer.count()
	special := rule == classic.NaturalEnds || rule == classic.NaturalWins
	switch {
	case special && player.natural() && !dealer.natural():
		return 1
	case d > 21 || p > d:
		if rule == classic.NaturalPays && player.natural() {
			return 1.5
		}
		return 1
	case p == d:
		return 0
	}
	return -1
}

// seats are the places of the cards of one game.
type seats struct{ dealer, player [22]int }

// play deals one game. hit decides, from 12 on or from the deal on.
func (t *seats) play(c classic.BlackjackConfig, rng *env.Rand, hit func(player cards, dealer int) bool) float64 {
	dealer := append(cards(t.dealer[:0]), draw(rng), draw(rng))
	player := append(cards(t.player[:0]), draw(rng), draw(rng))
	for {
		sum, _ := player.count()
		switch {
		case sum > 21:
			return -1
		case sum < 12 && !c.From4:
		case c.Natural == classic.NaturalEnds && player.natural() || !hit(player, dealer[0]):
			for {
				if d, usable := dealer.count(); d > 17 || d == 17 && !(c.HitSoft17 && usable) {
					return settle(c.Natural, player, dealer)
				}
				dealer = append(dealer, draw(rng))
			}
		}
		player = append(player, draw(rng))
	}
}

var games = []struct {
	name string
	classic.BlackjackConfig
}{
	{"book", classic.BlackjackConfig{}},
	{"book, soft 17", classic.BlackjackConfig{HitSoft17: true}},
	{"book, natural pays", classic.BlackjackConfig{Natural: classic.NaturalPays}},
	{"Gymnasium, sab", classic.BlackjackConfig{Natural: classic.NaturalWins, From4: true}},
	{"Gymnasium, natural", classic.BlackjackConfig{Natural: classic.NaturalPays, From4: true}},
	{"Gymnasium, neither", classic.BlackjackConfig{Natural: classic.NaturalPlain, From4: true}},
	{"Gymnasium, neither, soft 17", classic.BlackjackConfig{Natural: classic.NaturalPlain, From4: true, HitSoft17: true}},
}

func blackjack(t testing.TB, c classic.BlackjackConfig) *classic.Blackjack {
	t.Helper()
	b, err := classic.NewBlackjack(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func stateOf(t testing.TB, b *classic.Blackjack, sum, dealer int, usable, natural bool) env.State {
	t.Helper()
	s, ok := b.At(classic.Hand{Sum: sum, Dealer: dealer, Usable: usable, Natural: natural})
	if !ok {
		t.Fatalf("no state %d against %d", sum, dealer)
	}
	return s
}

// P28: the values of the model against games dealt card by card, under the optimal policy and under a random one.
func TestBlackjackAgainstDealtCards(t *testing.T) {
	t.Parallel()
	stream := uint64(0)
	for _, game := range games {
		name, c := game.name, game.BlackjackConfig
		b := blackjack(t, c)
		best, err := dp.PolicyIteration(b, 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []interface {
			dp.Policy
			env.Policy
		}{best.Policy, env.NewUniform(b.NumStates(), 2)} {
			n := 1_000_000.0
			if stream%2 == 1 {
				n = 200_000
			}
			exact, sd := start(t, b, p)
			rng, choice := env.NewRand(7, env.PurposeEnvironment, stream), env.NewRand(7, env.PurposePolicy, stream)
			sum, seats := 0.0, new(seats)
			for range int(n) {
				sum += seats.play(c, rng, func(player cards, dealer int) bool {
					total, usable := player.count()
					s, _ := b.At(classic.Hand{Sum: total, Dealer: dealer, Usable: usable, Natural: player.natural()})
					return p.Act(s, choice) == classic.Hit
				})
			}
			if z := (sum/n - exact) / (sd / math.Sqrt(n)); math.Abs(z) > 4.5 {
				t.Errorf("%s, %T: mean of %v games %v, exact %v: %.1f sd", name, p, n, sum/n, exact, z)
			}
			stream++
		}
	}
}

// start returns mean and standard deviation of the return from the start distribution.
func start(t testing.TB, m classic.World, p dp.Policy) (mean, sd float64) {
	t.Helper()
	r, err := dp.Moments(m, p, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	states, probs := m.StartProbs()
	for i, s := range states {
		mean += probs[i] * r.StateMean[s]
	}
	for i, s := range states {
		d := r.StateMean[s] - mean
		sd += probs[i] * (r.StateVar[s] + d*d)
	}
	return mean, math.Sqrt(sd)
}

// table solves the game in fractions. A hand is the sum with aces as 1, whether it holds an ace, and whether it is a natural.
type table struct {
	c      classic.BlackjackConfig
	decide func(sum int, usable bool) bool // hit? nil: whatever is better
	final  map[[3]int]map[int]*big.Rat     // of the dealer's hand: the law of the final sum, above 21 as 22
	values map[[4]int]*big.Rat
}

func rat(a, b int64) *big.Rat { return big.NewRat(a, b) }

func cardRat(card int) *big.Rat {
	if card == 10 {
		return rat(4, 13)
	}
	return rat(1, 13)
}

func bit(x bool) int {
	if x {
		return 1
	}
	return 0
}

func better(sum int, ace bool) (int, bool) {
	if ace && sum+10 <= 21 {
		return sum + 10, true
	}
	return sum, false
}

// dealer returns the law of the final sum of a dealer's hand; 23 stands for a natural.
func (g *table) dealer(sum int, ace bool, n int) map[int]*big.Rat {
	key := [3]int{sum, bit(ace), min(n, 3)}
	if law, ok := g.final[key]; ok {
		return law
	}
	law := map[int]*big.Rat{}
	switch total, usable := better(sum, ace); {
	case n == 2 && total == 21:
		law[23] = rat(1, 1)
	case total > 21:
		law[22] = rat(1, 1)
	case n >= 2 && (total > 17 || total == 17 && !(usable && g.c.HitSoft17)):
		law[total] = rat(1, 1)
	default:
		for card := 1; card <= 10; card++ {
			for end, p := range g.dealer(sum+card, ace || card == 1, n+1) {
				if law[end] == nil {
					law[end] = new(big.Rat)
				}
				law[end].Add(law[end], new(big.Rat).Mul(p, cardRat(card)))
			}
		}
	}
	g.final[key] = law
	return law
}

func (g *table) stick(total, show int, natural bool) *big.Rat {
	v := new(big.Rat)
	for end, p := range g.dealer(show, show == 1, 1) {
		pay := rat(0, 1)
		switch sum := end; {
		case natural && g.c.Natural <= classic.NaturalWins:
			if end != 23 {
				pay = rat(1, 1)
			}
		default:
			if end == 23 {
				sum = 21
			}
			switch {
			case sum == 22 || sum < total:
				pay = rat(1, 1)
				if natural && g.c.Natural == classic.NaturalPays {
					pay = rat(3, 2)
				}
			case sum > total:
				pay = rat(-1, 1)
			}
		}
		v.Add(v, pay.Mul(pay, p))
	}
	return v
}

func (g *table) value(sum int, ace, natural bool, show int) *big.Rat {
	key := [4]int{sum, bit(ace), bit(natural), show}
	if v, ok := g.values[key]; ok {
		return v
	}
	total, usable := better(sum, ace)
	if total > 21 {
		return rat(-1, 1)
	}
	hit := new(big.Rat)
	for card := 1; card <= 10; card++ {
		hit.Add(hit, new(big.Rat).Mul(cardRat(card), g.value(sum+card, ace || card == 1, false, show)))
	}
	v := g.stick(total, show, natural)
	switch {
	case natural && g.c.Natural == classic.NaturalEnds:
	case total < 12 && !g.c.From4, g.decide != nil && g.decide(total, usable), g.decide == nil && hit.Cmp(v) > 0:
		v = hit
	}
	g.values[key] = v
	return v
}

func (g *table) deal() *big.Rat {
	v := new(big.Rat)
	for show := 1; show <= 10; show++ {
		for a := 1; a <= 10; a++ {
			for b := 1; b <= 10; b++ {
				p := new(big.Rat).Mul(cardRat(show), new(big.Rat).Mul(cardRat(a), cardRat(b)))
				v.Add(v, p.Mul(p, g.value(a+b, a == 1 || b == 1, a*b == 10 && a+b == 11, show)))
			}
		}
	}
	return v
}

func newTable(c classic.BlackjackConfig, decide func(int, bool) bool) *table {
	return &table{c: c, decide: decide, final: map[[3]int]map[int]*big.Rat{}, values: map[[4]int]*big.Rat{}}
}

// Every state's value and the deal's, under the optimum and under "stick on 20 and 21", in fractions.
func TestBlackjackInFractions(t *testing.T) {
	to20 := func(sum int, _ bool) bool { return sum < 20 }
	for _, game := range games {
		name, c := game.name, game.BlackjackConfig
		b := blackjack(t, c)
		best, err := dp.PolicyIteration(b, 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		figure51, err := dp.Evaluate(b, policy(b, to20), 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, side := range []struct {
			decide func(int, bool) bool
			s      *dp.Solution
		}{{nil, best}, {to20, figure51}} {
			g := newTable(c, side.decide)
			deal, _ := g.deal().Float64()
			if v, ok := side.s.Start(); !ok || math.Abs(v-deal) > 1e-13 {
				t.Errorf("%s: the deal is worth %v, in fractions %v", name, v, deal)
			}
			for s := range env.State(b.NumStates() - 1) {
				h, _ := b.Hand(s)
				sum := h.Sum
				if h.Usable {
					sum -= 10
				}
				if want, _ := g.value(sum, h.Usable, h.Natural, h.Dealer).Float64(); math.Abs(side.s.V[s]-want) > 1e-13 {
					t.Errorf("%s: %v: %v, in fractions %v", name, h, side.s.V[s], want)
				}
			}
		}
	}
}

// policy hits where decide says so.
func policy(b *classic.Blackjack, decide func(sum int, usable bool) bool) env.Deterministic {
	p := make(env.Deterministic, b.NumStates())
	for s := range p {
		if h, ok := b.Hand(env.State(s)); ok && decide(h.Sum, h.Usable) {
			p[s] = classic.Hit
		}
	}
	return p
}
