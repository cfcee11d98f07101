package classic_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
)

// Sutton & Barto, figure 5.2: the lowest sum on which to stick, against ace, 2, ..., 10 (P28). With a usable ace that is 18, but
// 19 against 9, 10 and an ace.
func TestBlackjackFigure52(t *testing.T) {
	hard := []int{17, 13, 13, 12, 12, 12, 17, 17, 17, 17}
	soft := []int{19, 18, 18, 18, 18, 18, 18, 18, 19, 19}
	for _, c := range []classic.BlackjackConfig{{}, {UniformStart: true}, {Natural: classic.NaturalPlain, From4: true}} {
		b := blackjack(t, c)
		best, err := dp.PolicyIteration(b, 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for s := range env.State(b.NumStates() - 1) {
			h, _ := b.Hand(s)
			from := hard[h.Dealer-1]
			if h.Usable {
				from = soft[h.Dealer-1]
			}
			want := classic.Hit
			if h.Sum >= from {
				want = classic.Stick
			}
			if !h.Natural && best.Policy[s] != want {
				t.Errorf("%v: %s, want %s; the gap is %v", h, b.ActionName(best.Policy[s]), b.ActionName(want), best.Gap[s])
			}
			if !h.Natural && best.Gap[s] < 2e-3 {
				t.Errorf("%v: gap %v, want more than 0.002 in every state", h, best.Gap[s])
			}
		}
	}
}

// Sutton & Barto, example 5.4 (P37): a deuce against an ace and a deuce, or three aces, under "stick on 20 and 21". The book's
// -0.27726 is the mean of 100 million games, whose standard error is 0.000094.
func TestBlackjackExample54(t *testing.T) {
	b := blackjack(t, classic.BlackjackConfig{})
	p := policy(b, func(sum int, _ bool) bool { return sum < 20 })
	r, err := dp.Moments(b, p, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := stateOf(t, b, 13, 2, true, false)
	if v := r.StateMean[s]; math.Abs(v+0.277204191825) > 1e-12 {
		t.Errorf("value %.15f, want -0.277204191825", v)
	}
	se := math.Sqrt(r.StateVar[s] / 1e8)
	if math.Abs(r.StateMean[s]+0.27726) > 4.5*se {
		t.Errorf("value %v, the book's mean of 1e8 games -0.27726, standard error %v", r.StateMean[s], se)
	}
}

// The optimum does not care whether a natural ends the game or may be hit, nor who draws below 12.
func TestBlackjackSameOptimum(t *testing.T) {
	value := func(c classic.BlackjackConfig) float64 {
		best, err := dp.PolicyIteration(blackjack(t, c), 1, dp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, _ := best.Start()
		return v
	}
	for rule := classic.NaturalEnds; rule <= classic.NaturalPlain; rule++ {
		from12, from4 := value(classic.BlackjackConfig{Natural: rule}), value(classic.BlackjackConfig{Natural: rule, From4: true})
		if math.Abs(from12-from4) > 1e-14 {
			t.Errorf("%v: from 12 %v, from 4 %v", rule, from12, from4)
		}
	}
	ends, wins := value(classic.BlackjackConfig{}), value(classic.BlackjackConfig{Natural: classic.NaturalWins})
	pays, plain := value(classic.BlackjackConfig{Natural: classic.NaturalPays}), value(classic.BlackjackConfig{Natural: classic.NaturalPlain})
	if ends != wins || !(plain < ends && ends < pays) {
		t.Errorf("ends %v, wins %v, pays %v, plain %v", ends, wins, pays, plain)
	}
}

func TestBlackjackStates(t *testing.T) {
	for rule := classic.NaturalEnds; rule <= classic.NaturalPlain; rule++ {
		for _, from4 := range []bool{false, true} {
			b := blackjack(t, classic.BlackjackConfig{Natural: rule, From4: from4})
			want, lo := 200, 12
			if from4 {
				want, lo = 280, 4
			}
			decisions, seen := want, map[classic.Hand]bool{}
			if rule != classic.NaturalPlain {
				want += 10
			}
			if b.NumStates() != want+1 || !b.Terminal(env.State(want)) || b.StateName(env.State(want)) != "over" {
				t.Errorf("%v: %d states, the last %s; want %d and over", rule, b.NumStates(), b.StateName(env.State(want)), want+1)
			}
			for s := range env.State(want) {
				h, ok := b.Hand(s)
				if again, found := b.At(h); !ok || !found || again != s || seen[h] || h.Sum < lo || h.Natural != (int(s) >= decisions) {
					t.Errorf("state %d is %v, whose state is %d", s, h, again)
				}
				seen[h] = true
			}
		}
	}
	b := blackjack(t, classic.BlackjackConfig{})
	for _, h := range []classic.Hand{
		{Sum: 11, Dealer: 2}, {Sum: 22, Dealer: 2}, {Sum: 12, Dealer: 0}, {Sum: 12, Dealer: 11}, {Sum: 20, Dealer: 3, Usable: true, Natural: true},
		{Sum: 21, Dealer: 3, Natural: true},
	} {
		if s, ok := b.At(h); ok {
			t.Errorf("%+v is state %d, want none", h, s)
		}
	}
	if s := stateOf(t, b, 13, 2, true, false); s != 111 || b.StateName(s) != "13 with usable ace against 2" {
		t.Errorf("state %d, %s", s, b.StateName(s))
	}
	if s := stateOf(t, b, 21, 1, true, true); s != 200 || b.StateName(s) != "natural against 1" || b.Terminal(s) {
		t.Errorf("state %d, %s", s, b.StateName(s))
	}
}

// The exploring starts of example 5.3: the 200 states, naturals left out.
func TestBlackjackUniformStart(t *testing.T) {
	states, probs := blackjack(t, classic.BlackjackConfig{UniformStart: true}).StartProbs()
	if len(states) != 200 || slices.Max(states) != 199 || slices.Min(probs) != slices.Max(probs) {
		t.Errorf("%d states up to %d, probabilities %v to %v", len(states), slices.Max(states), slices.Min(probs), slices.Max(probs))
	}
}

func TestBlackjackConfig(t *testing.T) {
	bad := classic.BlackjackConfig{Natural: 9}
	_, err := classic.NewBlackjack(bad)
	if want := "natural = rule 9: want one of ends, wins, pays, plain"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if text, err := json.Marshal(bad); err == nil {
		t.Errorf("written as %s", text)
	}
	for rule := classic.NaturalEnds; rule <= classic.NaturalPlain; rule++ {
		c, back := classic.BlackjackConfig{Natural: rule, From4: true}, classic.BlackjackConfig{}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &back); err != nil || back != c || blackjack(t, back).Config() != c {
			t.Errorf("%s reads as %+v: %v", text, back, err)
		}
	}
	err = json.Unmarshal([]byte(`{"natural": "never"}`), &bad)
	if want := `natural = "never": want one of ends, wins, pays, plain`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func ExampleNewBlackjack() {
	game, err := classic.NewBlackjack(classic.BlackjackConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := dp.PolicyIteration(game, 1, dp.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	value, _ := best.Start()
	s, _ := game.At(classic.Hand{Sum: 16, Dealer: 10})
	fmt.Printf("the deal is worth %.4f; %s: %s, better by %.4f\n", value, game.StateName(s), game.ActionName(best.Policy[s]), best.Gap[s])
	// Output: the deal is worth -0.0431; 16 against 10: hit, better by 0.0065
}
