package offpolicy_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// hands is Example 5.4 of Sutton & Barto: blackjack against a dealer who shows a deuce, from an infinite deck. State
// 10 usable + sum - 12 is a hand of 12 to 21, with a usable ace or not; 20 is the end. Action 0 sticks, 1 hits.
func hands() *model {
	m := &model{states: 21, actions: 2, terminal: map[env.State]bool{20: true}, start: []env.State{11}, startProbs: []float64{1},
		outcomes: map[[2]int][]env.Outcome{}}
	dealer := map[int]float64{}
	dealerSums(2, false, 1, dealer)
	for usable := range 2 {
		for sum := 12; sum <= 21; sum++ {
			s := 10*usable + sum - 12
			var win, lose float64
			for d, p := range dealer {
				if d > 21 || d < sum {
					win += p
				} else if d > sum {
					lose += p
				}
			}
			m.outcomes[[2]int{s, 0}] = []env.Outcome{{Next: 20, Reward: 1, Prob: win}, {Next: 20, Reward: -1, Prob: lose},
				{Next: 20, Reward: 0, Prob: 1 - win - lose}}
			for card := 1; card <= 10; card++ {
				p, total, ace := 1./13, sum+card, usable
				if card == 10 {
					p = 4. / 13
				}
				if total > 21 && ace == 1 {
					total, ace = total-10, 0
				}
				o := env.Outcome{Next: env.State(10*ace + total - 12), Prob: p}
				if total > 21 {
					o = env.Outcome{Next: 20, Reward: -1, Prob: p}
				}
				m.outcomes[[2]int{s, 1}] = append(m.outcomes[[2]int{s, 1}], o)
			}
		}
	}
	return m
}

// dealerSums adds the probabilities of the dealer's final sums: a hit below 17, soft or hard.
func dealerSums(sum int, usable bool, p float64, final map[int]float64) {
	if sum > 21 && usable {
		sum, usable = sum-10, false
	}
	if sum >= 17 {
		final[min(sum, 22)] += p
		return
	}
	for card := 1; card <= 10; card++ {
		q := p / 13
		if card == 10 {
			q *= 4
		}
		if card == 1 && sum+11 <= 21 {
			dealerSums(sum+11, true, q, final)
		} else {
			dealerSums(sum+card, usable, q, final)
		}
	}
}

// P37: Example 5.4. The book's -0.27726 is an average of episodes; the exact value and the exact variances are computed here,
// and the estimates must agree with those. P34: only about one episode in seven has a positive weight.
func TestBlackjackStateP37(t *testing.T) {
	m, uniform := hands(), env.NewUniform(21, 2)
	target := make(env.Deterministic, 21)
	for s := range target {
		if sum := s%10 + 12; sum < 20 {
			target[s] = 1
		}
	}
	exact, err := dp.Evaluate(m, target, 1, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := exact.V[11] // 13 with a usable ace
	near(t, "the book's average", v, -0.27726, 5e-4)

	// The episodes have at most 12 steps: second moments backwards, E[(w G)^2], E[w^2] and P(w > 0) from each state.
	var square, weights, positive [21]float64
	for range 40 {
		var x, y, z [21]float64
		for s := range 20 {
			for _, o := range m.Outcomes(env.State(s), target[s]) {
				x[s] += 2 * o.Prob * (o.Reward*o.Reward + square[o.Next])
				next, alive := weights[o.Next], positive[o.Next]
				if o.Next == 20 {
					next, alive = 1, 1
				}
				y[s] += 2 * o.Prob * next
				z[s] += 0.5 * o.Prob * alive
			}
		}
		square, weights, positive = x, y, z
	}
	near(t, "one in seven", positive[11], 1./7, 0.01)
	verdict, err := offpolicy.Examine(m, target, uniform, 1)
	if err != nil {
		t.Fatal(err)
	}
	if verdict.Infinite() || len(verdict.Missing) > 0 {
		t.Errorf("%+v", verdict)
	}
	gen, err := env.NewGenerator(m, uniform, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := evaluator(t, offpolicy.Problem{States: 21, Actions: 2, Gamma: 1, Target: target, Behaviour: uniform}, offpolicy.Options{Verdict: verdict})
	const n = 200_000
	var ep env.Episode
	for range n {
		gen.FromState(&ep, 11)
		add(t, e, ep)
	}
	r := result(t, e)
	sd := math.Sqrt((square[11] - v*v) / n)
	near(t, "ordinary", value(t, r, offpolicy.Ordinary), v, 4.5*sd)
	// The weighted one varies, in the limit, by E[w^2 (G - v)^2]: rewards are -1, 0 and 1, so E[w^2 G] is taken as bounded.
	near(t, "weighted", value(t, r, offpolicy.Weighted), v, 4.5*math.Sqrt(weights[11]*(1+math.Abs(v))*(1+math.Abs(v))/n))
	p := positive[11]
	near(t, "positive weights", float64(r.Diagnostics.Positive)/n, p, 4.5*math.Sqrt(p*(1-p)/n))
	near(t, "mean weight", r.Diagnostics.MeanWeight, 1, 4.5*math.Sqrt((weights[11]-1)/n))
	near(t, "ESS", r.Diagnostics.ESS/n, 1/weights[11], 0.05/weights[11])
	if y, _ := r.Of(offpolicy.Ordinary); math.Abs(y.StdErr-sd) > 0.05*sd {
		t.Errorf("standard error %v, exactly %v", y.StdErr, sd)
	}
	if len(r.Warnings) != 0 {
		t.Error(fmt.Sprint(r.Warnings))
	}
	t.Logf("exact v = %.7f, variance of one ordinary weight times return %.4f, positive share %.4f", v, square[11]-v*v, p)
}
