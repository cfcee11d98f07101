package dp

import (
	"math"

	"example.com/mcrl/env"
)

// sparse is a model in the form that value functions need: expected rewards and merged transition probabilities. The pair
// (s, a) has the index s*actions + a; its outcomes run from first[pair] to first[pair+1]. A Markov chain is a sparse model
// with one action.
type sparse struct {
	states, actions int
	end             []bool    // value 0: terminal, or at rest
	first           []int32   // length |S||A|+1; nil: outcome i belongs to pair i
	next            []int32   // s' of each outcome
	prob            []float64 // p(s' | s, a); nil: all 1
	reward          []float64 // r(s, a) = E[R], length |S||A|
	pays            []bool    // some outcome of the pair pays something; length |S||A|
	width           int       // the largest number of outcomes of a pair, before merging
	scale           float64   // the largest |reward| of an outcome
}

// load checks a model and brings it into sparse form. A terminal state loops on itself for nothing.
func load(m env.Model) (*sparse, *env.Table, error) {
	if m == nil {
		return nil, nil, &env.FieldError{Field: "model", Value: nil, Want: "a model"}
	}
	t, err := env.Compile(m)
	if err != nil {
		return nil, nil, err
	}
	n, actions := t.NumStates(), t.NumActions()
	b := newBuilder(n, actions, t.Deterministic())
	var row []env.Outcome
	for s := range env.State(n) {
		b.m.end[s] = t.Terminal(s)
		for a := range env.Action(actions) {
			row = t.AppendOutcomes(row[:0], s, a)
			r, pays := 0.0, false
			for _, o := range row {
				r += float64(o.Prob * o.Reward)
				pays = pays || o.Prob > 0 && o.Reward != 0
				b.m.scale = max(b.m.scale, math.Abs(o.Reward))
				b.add(int32(o.Next), o.Prob)
			}
			if len(row) == 0 {
				b.add(int32(s), 1)
			}
			b.closePair(r, pays)
		}
	}
	return b.m, t, nil
}

// builder collects the outcomes of one pair after another, adding the probabilities of equal next states.
type builder struct {
	m     *sparse
	at    []int32 // where the current pair has this next state, if not before open
	open  int     // the first outcome of the current pair
	added int
}

func newBuilder(states, actions int, certain bool) *builder {
	pairs := states * actions
	b := &builder{m: &sparse{states: states, actions: actions, end: make([]bool, states)}}
	b.m.next = make([]int32, 0, pairs)
	b.m.reward = make([]float64, 0, pairs)
	b.m.pays = make([]bool, 0, pairs)
	if !certain {
		b.m.first = append(make([]int32, 0, pairs+1), 0)
		b.m.prob = make([]float64, 0, pairs)
		b.at = make([]int32, states)
	}
	return b
}

// add adds an outcome; those that never happen are left out, as graphs must not see them.
func (b *builder) add(next int32, p float64) {
	m := b.m
	b.added++
	switch {
	case m.first == nil:
		m.next = append(m.next, next)
	case p == 0:
	case int(b.at[next]) >= b.open && int(b.at[next]) < len(m.next) && m.next[b.at[next]] == next:
		m.prob[b.at[next]] += p
	default:
		b.at[next] = int32(len(m.next))
		m.next = append(m.next, next)
		m.prob = append(m.prob, p)
	}
}

func (b *builder) closePair(reward float64, pays bool) {
	m := b.m
	m.pays = append(m.pays, pays)
	m.reward = append(m.reward, reward)
	m.width = max(m.width, b.added)
	b.added, b.open = 0, len(m.next)
	if m.first != nil {
		m.first = append(m.first, int32(len(m.next)))
	}
}

// expect is sum over s' of p(s' | pair) v(s').
func (m *sparse) expect(pair int, v []float64) float64 {
	if m.first == nil {
		return v[m.next[pair]]
	}
	sum := 0.0
	for i := m.first[pair]; i < m.first[pair+1]; i++ {
		sum += float64(m.prob[i] * v[m.next[i]])
	}
	return sum
}

// outcomes lists the next states of a pair and their probabilities; nil probabilities are 1.
func (m *sparse) outcomes(pair int) (next []int32, prob []float64) {
	if m.first == nil {
		return m.next[pair : pair+1], nil
	}
	i, j := m.first[pair], m.first[pair+1]
	return m.next[i:j], m.prob[i:j]
}

// chance is prob[i], 1 where all are.
func chance(prob []float64, i int) float64 {
	if prob == nil {
		return 1
	}
	return prob[i]
}

// pick is the chain of choosing action act[s] with probability 1-eps and any action with eps/|A| each. A negative action
// rests: value 0.
func (m *sparse) pick(act []int32, eps float64) *sparse {
	return m.chain(eps == 0 && m.first == nil, func(s, a int) float64 {
		p := eps / float64(m.actions)
		if act[s] == int32(a) {
			p += 1 - eps
		}
		return p
	}, func(s int) bool { return act[s] < 0 })
}

// follow is the chain of a policy.
func (m *sparse) follow(p Policy) (*sparse, error) {
	if err := checkPolicy(m, p); err != nil {
		return nil, err
	}
	_, certain := p.(env.Deterministic)
	return m.chain(certain && m.first == nil, func(s, a int) float64 { return p.Prob(env.State(s), env.Action(a)) }, nil), nil
}

func (m *sparse) chain(certain bool, prob func(s, a int) float64, rest func(s int) bool) *sparse {
	b := newBuilder(m.states, 1, certain)
	for s := range m.states {
		b.m.end[s] = m.end[s] || rest != nil && rest(s)
		if b.m.end[s] {
			b.add(int32(s), 1)
			b.closePair(0, false)
			continue
		}
		r, pays := 0.0, false
		for a := range m.actions {
			w := prob(s, a)
			if w == 0 {
				continue
			}
			pair := s*m.actions + a
			r += float64(w * m.reward[pair])
			pays = pays || m.pays[pair]
			next, p := m.outcomes(pair)
			for i, to := range next {
				b.add(to, float64(w*chance(p, i)))
			}
		}
		b.closePair(r, pays)
	}
	b.m.width += m.width // sums of sums
	b.m.scale = m.scale
	return b.m
}

// noise bounds the rounding error of one backup r + gamma sum p v: of the sum itself and of the sums behind r and p.
func (m *sparse) noise(v []float64) float64 {
	return float64(float64(2*m.width+m.actions+4) * 0x1p-53 * (m.scale + largest(v)))
}

func largest(x []float64) float64 {
	most := 0.0
	for _, y := range x {
		most = max(most, math.Abs(y))
	}
	return most
}
