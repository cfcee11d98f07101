package dp_test

import (
	"math"
	"math/big"

	"example.com/mcrl/env"
	"pgregory.net/rapid"
)

// model is a Model written out as a list.
type model struct {
	actions  int
	terminal []bool
	outcomes [][]env.Outcome // of each pair
	starts   []float64       // length |S|; nil: none stated
}

func (m *model) NumStates() int            { return len(m.terminal) }
func (m *model) NumActions() int           { return m.actions }
func (m *model) Terminal(s env.State) bool { return m.terminal[s] }
func (m *model) Outcomes(s env.State, a env.Action) []env.Outcome {
	return m.outcomes[int(s)*m.actions+int(a)]
}
func (m *model) Step(env.State, env.Action, *env.Rand) (env.State, float64) { panic("not sampled") }

func (m *model) StartProbs() (states []env.State, probs []float64) {
	for s, p := range m.starts {
		if p > 0 {
			states, probs = append(states, env.State(s)), append(probs, p)
		}
	}
	return states, probs
}

// drawModel draws a small model. Probabilities are multiples of 1/8, rewards are drawn from the given ones.
func drawModel(t *rapid.T, states, actions int, rewards []float64) *model {
	n := rapid.IntRange(1, states).Draw(t, "states")
	m := &model{actions: rapid.IntRange(1, actions).Draw(t, "actions"), terminal: make([]bool, n)}
	for s := 1; s < n; s++ {
		m.terminal[s] = rapid.IntRange(0, 3).Draw(t, "terminal") == 0
	}
	certain := rapid.Bool().Draw(t, "certain")
	for range n * m.actions {
		var row []env.Outcome
		for left := 8; left > 0; {
			p := 8
			if !certain {
				p = rapid.IntRange(1, left).Draw(t, "eighths")
			}
			row = append(row, env.Outcome{
				Next:   env.State(rapid.IntRange(0, n-1).Draw(t, "next")),
				Reward: rapid.SampledFrom(rewards).Draw(t, "reward"),
				Prob:   float64(p) / 8,
			})
			left -= p
			if certain {
				left = 0
			}
		}
		m.outcomes = append(m.outcomes, row)
	}
	return m
}

// drawRows draws a stochastic policy with probabilities in eighths.
func drawRows(t *rapid.T, m *model) []float64 {
	rows := make([]float64, len(m.outcomes))
	for s := range m.terminal {
		for range 8 {
			rows[s*m.actions+rapid.IntRange(0, m.actions-1).Draw(t, "pi")] += 0.125
		}
	}
	return rows
}

// policies yields every deterministic policy of a model as rows of probabilities, softened by eps.
func (m *model) policies(eps float64, yield func(rows []float64)) {
	n, count := len(m.terminal), 1
	for range n {
		count *= m.actions
	}
	for code := range count {
		rows := make([]float64, n*m.actions)
		for s := range n {
			for a := range m.actions {
				rows[s*m.actions+a] = eps / float64(m.actions)
			}
			rows[s*m.actions+code%m.actions] += 1 - eps
			code /= m.actions
		}
		yield(rows)
	}
}

// rational solves v = r + gamma P v in exact arithmetic: Gauss and Jordan on fractions.
func (m *model) rational(rows []float64, gamma float64) []float64 {
	n := len(m.terminal)
	a := make([][]*big.Rat, n)
	for s := range a {
		a[s] = make([]*big.Rat, n+1)
		for j := range a[s] {
			a[s][j] = new(big.Rat)
		}
		a[s][s].SetInt64(1)
		if m.terminal[s] {
			continue
		}
		for i := range m.actions {
			for _, o := range m.outcomes[s*m.actions+i] {
				w := product(rows[s*m.actions+i], o.Prob)
				a[s][n].Add(a[s][n], new(big.Rat).Mul(w, product(o.Reward)))
				a[s][o.Next].Sub(a[s][o.Next], w.Mul(w, product(gamma)))
			}
		}
		for j, end := range m.terminal {
			if end && j != s {
				a[s][j].SetInt64(0)
			}
		}
	}
	for k := range n {
		p := k
		for a[p][k].Sign() == 0 {
			p++
		}
		a[p], a[k] = a[k], a[p]
		for i := range n {
			if i == k || a[i][k].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(a[i][k], a[k][k])
			for j := range a[i] {
				a[i][j].Sub(a[i][j], new(big.Rat).Mul(f, a[k][j]))
			}
		}
	}
	v := make([]float64, n)
	for s := range v {
		v[s], _ = new(big.Rat).Quo(a[s][n], a[s][s]).Float64()
	}
	return v
}

func product(x ...float64) *big.Rat {
	r := big.NewRat(1, 1)
	for _, f := range x {
		r.Mul(r, new(big.Rat).SetFloat64(f))
	}
	return r
}

// horizon is v_L by plain loops over dense arrays; act chooses among the q(s, .).
func (m *model) horizon(gamma float64, L int, act func(s int, q []float64) float64) []float64 {
	v := make([]float64, len(m.terminal))
	for range L {
		next := make([]float64, len(v))
		for s, end := range m.terminal {
			if end {
				continue
			}
			q := make([]float64, m.actions)
			for a := range q {
				for _, o := range m.outcomes[s*m.actions+a] {
					q[a] += o.Prob * (o.Reward + gamma*v[o.Next])
				}
			}
			next[s] = act(s, q)
		}
		v = next
	}
	return v
}

// forever is the total reward (gamma = 1) of a policy by doubling: after k rounds, 2^k steps. Losses without end are -Inf.
func (m *model) forever(rows []float64) []float64 {
	n := len(m.terminal)
	p, r := make([][]float64, n), make([]float64, n)
	for s := range p {
		p[s] = make([]float64, n)
		if m.terminal[s] {
			p[s][s] = 1
			continue
		}
		for a := range m.actions {
			for _, o := range m.outcomes[s*m.actions+a] {
				w := rows[s*m.actions+a] * o.Prob
				p[s][o.Next] += w
				r[s] += w * o.Reward
			}
		}
	}
	for range 40 {
		square, sum := make([][]float64, n), make([]float64, n)
		for s := range p {
			square[s] = make([]float64, n)
			sum[s] = r[s]
			for j, x := range p[s] {
				sum[s] += x * r[j]
				for k, y := range p[j] {
					square[s][k] += x * y
				}
			}
		}
		for s := range square { // rounding must not make mass
			total := 0.0
			for _, x := range square[s] {
				total += x
			}
			for k := range square[s] {
				square[s][k] /= total
			}
		}
		p, r = square, sum
	}
	for s := range r {
		if r[s] < -1e6 {
			r[s] = math.Inf(-1)
		}
	}
	return r
}
