package env

import "math"

// Table is a compiled model: the dynamics of a finite MDP in flat arrays. It is immutable.
//
// A pair (s, a) has the index s*|A| + a. Its outcomes stand side by side, from first[pair] to first[pair+1]. Where all
// transitions of non-terminal states are certain there is one outcome a pair and Step draws nothing; otherwise Step takes
// exactly one symbol from the stream, whatever the pair: a throw of one die for the whole table where every probability is
// a multiple of 1/k for one k <= 64 (a slip of 1/3, of 0.1, ...), else of one with at most 255 unequal faces, else a 63-bit
// word. So a policy's and an environment's draws never depend on the states visited.
type Table struct {
	states, actions int
	terminal        []bool  // length |S|
	first           []int32 // length |S||A|+1; nil: outcome i belongs to pair i
	next            []State // s' of each outcome
	reward          rewards // r of each outcome
	code            []uint8 // of each outcome, in place of next and reward; where moves is non-nil
	moves           *moves

	class   []int32     // the distribution class of each pair; nil: all are class 0
	classes [][]float64 // the probabilities of each class; nil: all transitions are certain
	die     Die         // more than one face: the symbol is a throw of it
	cells   *cells      // non-nil: the symbol is a throw of it
	face    [][]uint8   // of each class: the outcome under each face of either
	cum     []bounds    // of each class, where the symbol is a word

	start starts
}

// Tabled is the optional ability of an MDP to name the table of its own dynamics, on which learners and generators are fast.
type Tabled interface {
	MDP
	// TableFor returns the table if m is the receiver itself, else nil: a type that embeds the receiver has this method too, but
	// may have changed the others.
	TableFor(m MDP) *Table
}

// TableOf returns the table whose dynamics are those of m: m itself, or that of a Grid or of what is Tabled. A type that embeds
// one of them may have changed its methods, so it is asked itself instead.
func TableOf(m MDP) (t *Table, ok bool) {
	switch m := m.(type) {
	case *Table:
		return m, true
	case *Grid:
		return m.Table, true
	case Tabled:
		t = m.TableFor(m)
	}
	return t, t != nil
}

// NumStates is |S|.
func (t *Table) NumStates() int { return t.states }

// NumActions is |A|.
func (t *Table) NumActions() int { return t.actions }

// Terminal reports whether an episode ends on entering s.
func (t *Table) Terminal(s State) bool { return t.terminal[s] }

// Deterministic reports whether every transition is certain.
func (t *Table) Deterministic() bool { return t.classes == nil }

// faces counts those of the die of unequal or equal faces; 1 where every transition is certain, 0 where they take words.
func (t *Table) faces() int {
	switch {
	case t.classes == nil:
		return 1
	case t.cells != nil:
		return len(t.cells.cum)
	}
	return int(t.die.faces)
}

// outcome returns the index of the outcome of the pair under a face.
func (t *Table) outcome(pair, face int) int {
	if t.classes == nil {
		return pair
	}
	class := int32(0)
	if t.class != nil {
		class = t.class[pair]
	}
	return int(t.first[pair]) + int(t.face[class][face])
}

// Step samples s', r ~ p(s', r | s, a).
func (t *Table) Step(s State, a Action, rng *Rand) (State, float64) {
	return t.at(s, t.sample(int(s)*t.actions+int(a), rng))
}

// sample returns the index of an outcome of the pair.
func (t *Table) sample(pair int, rng *Rand) int {
	if t.classes == nil {
		return pair
	}
	class := int32(0)
	if t.class != nil {
		class = t.class[pair]
	}
	if t.die.faces > 1 {
		return int(t.first[pair]) + int(t.face[class][rng.Throw(&t.die)])
	}
	if t.cells != nil {
		return int(t.first[pair]) + int(t.face[class][rng.cast(t.cells)])
	}
	return int(t.first[pair]) + t.cum[class].search(rng.word())
}

// Outcomes lists p(s', r | s, a) in the order of the model it was compiled from, those of probability 0 left out;
// nil in a terminal state.
func (t *Table) Outcomes(s State, a Action) []Outcome { return t.AppendOutcomes(nil, s, a) }

// AppendOutcomes appends the outcomes of (s, a) to dst.
func (t *Table) AppendOutcomes(dst []Outcome, s State, a Action) []Outcome {
	if t.terminal[s] {
		return dst
	}
	pair := int(s)*t.actions + int(a)
	if t.classes == nil {
		next, reward := t.at(s, pair)
		return append(dst, Outcome{next, reward, 1})
	}
	probs := t.classes[0]
	if t.class != nil {
		probs = t.classes[t.class[pair]]
	}
	first := int(t.first[pair])
	for k, p := range probs {
		next, reward := t.at(s, first+k)
		dst = append(dst, Outcome{next, reward, p})
	}
	return dst
}

// RewardRange returns the smallest and the largest reward of any transition from a non-terminal state; 0, 0 where
// there is none.
func (t *Table) RewardRange() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for pair := range t.states * t.actions {
		if t.terminal[pair/t.actions] {
			continue
		}
		first, end := pair, pair+1
		if t.first != nil {
			first, end = int(t.first[pair]), int(t.first[pair+1])
		}
		for i := first; i < end; i++ {
			_, r := t.at(State(pair/t.actions), i)
			lo, hi = min(lo, r), max(hi, r)
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}

// Start draws S_0: from the model's start distribution, or uniformly from the non-terminal states where it states none.
func (t *Table) Start(rng *Rand) State { return t.start.draw(rng) }

// StartProbs lists the start distribution. It is nil, nil where the model can draw a start but not state its probability.
func (t *Table) StartProbs() (states []State, probs []float64) { return t.start.list() }
