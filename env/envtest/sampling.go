package envtest

import (
	"math"
	"slices"

	"example.com/mcrl/env"
)

// distributions checks the lists of outcomes.
func (c *check) distributions() error {
	m, ok := c.mdp.(env.Model)
	if !ok {
		return nil
	}
	for _, p := range c.pairs {
		list := slices.Clone(m.Outcomes(p.s, p.a))
		if err := c.distribution(p, list); err != nil {
			return err
		}
		if again := m.Outcomes(p.s, p.a); !slices.Equal(again, list) {
			return p.fault("distribution", "Outcomes is %v, then %v", list, again)
		}
	}
	return nil
}

func (c *check) distribution(p pair, list []env.Outcome) error {
	sum := 0.0
	for _, o := range list {
		if !(o.Prob >= 0 && o.Prob <= 1+1e-9) {
			return p.fault("distribution", "probability %v of next state %d, want a number in [0, 1]", o.Prob, o.Next)
		}
		if err := c.inRange("distribution", p, o.Next, o.Reward); err != nil {
			return err
		}
		sum += o.Prob
	}
	if math.Abs(sum-1) > 1e-9 {
		return p.fault("distribution", "the probabilities sum to %v, want 1", sum)
	}
	return nil
}

func (c *check) inRange(rule string, p pair, next env.State, reward float64) error {
	if next < 0 || int(next) >= c.states {
		return p.fault(rule, "next state %d, want one in [0, %d)", next, c.states)
	}
	if math.IsNaN(reward) || math.IsInf(reward, 0) {
		return p.fault(rule, "reward %v, want a finite number", reward)
	}
	return nil
}

// tally counts the samples of a distribution, equal outcomes taken together.
type tally struct {
	outcomes []env.Outcome
	counts   []int
}

func (t *tally) list(o env.Outcome) {
	for i := range t.outcomes {
		if t.outcomes[i].Next == o.Next && t.outcomes[i].Reward == o.Reward {
			t.outcomes[i].Prob += o.Prob
			return
		}
	}
	t.outcomes, t.counts = append(t.outcomes, o), append(t.counts, 0)
}

func (t *tally) count(next env.State, reward float64) bool {
	for i := range t.outcomes {
		if t.outcomes[i].Next == next && t.outcomes[i].Reward == reward {
			t.counts[i]++
			return true
		}
	}
	return false
}

// worst returns the outcome whose count has the smallest bound on its probability, and says whether that bound, times the
// number of outcomes, is below alarm.
func (t *tally) worst(alarm float64) (i int, bad bool) {
	n, largest := 0, -1.0
	for _, k := range t.counts {
		n += k
	}
	for j, o := range t.outcomes {
		if d := divergence(float64(t.counts[j])/float64(n), min(1, o.Prob)); d > largest {
			i, largest = j, d
		}
	}
	return i, float64(n)*largest > math.Log(2*float64(len(t.counts))/alarm)
}

// divergence is KL(q || p) of two coins, q ln(q/p) + (1-q) ln((1-q)/(1-p)), with 0 ln 0 = 0.
func divergence(q, p float64) float64 {
	d := 0.0
	if q > 0 {
		d += q * math.Log(q/p)
	}
	if q < 1 {
		d += (1 - q) * math.Log((1-q)/(1-p))
	}
	return d
}

// frequencies samples every pair: ranges for any MDP, frequencies for a Model.
func (c *check) frequencies() error {
	m, known := c.mdp.(env.Model)
	for i, p := range c.pairs {
		var t tally
		if known {
			for _, o := range m.Outcomes(p.s, p.a) {
				t.list(o)
			}
		}
		r := env.NewRand(c.seed, env.PurposeEnvironment, uint64(i))
		n := max(100, c.steps/len(c.pairs))
		for range n {
			next, reward := c.mdp.Step(p.s, p.a, r)
			if err := c.inRange("range", p, next, reward); err != nil {
				return err
			}
			if known && !t.count(next, reward) {
				return p.fault("frequency", "stepped to state %d with reward %v, which Outcomes does not list", next, reward)
			}
		}
		if !known {
			continue
		}
		if j, bad := t.worst(c.alarm / 2 / float64(len(c.pairs))); bad {
			o := t.outcomes[j]
			return p.fault("frequency", "next state %d with reward %v came %d times in %d, want probability %v", o.Next, o.Reward, t.counts[j], n, o.Prob)
		}
	}
	return nil
}
