package env

import (
	"fmt"
	"math"
	"slices"
)

// MaxPairs is the largest number of pairs |S||A| that Compile accepts, and the largest number of outcomes.
const MaxPairs = 1 << 30

// codedFrom is the number of outcomes from which they are stored as bytes where at most 256 different ones occur, else the
// rewards are where at most 256 values occur.
const codedFrom = 1 << 16

// maxFaces bounds the denominators that Compile looks for.
const maxFaces = 64

// Compile checks a model's distributions and flattens it. The error names the first state and action at fault: a next
// state out of range, a reward that is not finite, a probability outside [0, 1], or probabilities whose sum differs from 1
// by more than 1e-9; or else the start state at fault. Outcomes of probability 0 are left out, so a model that lists them
// compiles to the same table as one that does not. Probabilities whose sum differs from 1 by more than 1e-12 are divided by it, so
// that what is solved is what is sampled.
func Compile(m Model) (*Table, error) {
	if t, ok := TableOf(m); ok {
		return t, nil
	}
	states, actions := m.NumStates(), m.NumActions()
	switch {
	case states < 1:
		return nil, &FieldError{"NumStates", states, "at least 1"}
	case actions < 1:
		return nil, &FieldError{"NumActions", actions, "at least 1"}
	case states > MaxPairs/actions:
		return nil, &FieldError{"NumStates times NumActions", fmt.Sprintf("%d x %d", states, actions), fmt.Sprintf("at most %d", MaxPairs)}
	}
	c := compiler{t: &Table{states: states, actions: actions, terminal: make([]bool, states), moves: &moves{}}}
	for s := range c.t.terminal {
		c.t.terminal[s] = m.Terminal(State(s))
	}
	if err := c.flatten(m); err != nil {
		return nil, err
	}
	if c.count < codedFrom {
		c.leaveCodes()
	}
	c.t.reward = c.coder.finish()
	c.finishSymbols()
	var err error
	if c.t.start, err = newStarts(m); err != nil {
		return nil, err
	}
	return c.t, nil
}

type compiler struct {
	t     *Table
	count int // of the outcomes so far
	coder rewardCoder
	known map[string]int32 // class of a list of probabilities
	last  int32            // the class found last, -1 before the first
	row   []Outcome
	key   []byte
	probs []float64
}

func (c *compiler) flatten(m Model) error {
	t := c.t
	pairs := t.states * t.actions
	t.code = make([]uint8, 0, pairs)
	grid, isGrid := m.(*gridModel) // it lists outcomes without allocating
	for pair := range pairs {
		s, a := State(pair/t.actions), Action(pair%t.actions)
		if t.terminal[s] {
			c.addNone(pair)
			continue
		}
		if isGrid {
			c.row = grid.AppendOutcomes(c.row[:0], s, a)
		} else {
			c.row = append(c.row[:0], m.Outcomes(s, a)...)
		}
		sum, err := checkOutcomes(c.row, s, a, t.states)
		if err != nil {
			return err
		}
		if !nearOne(sum) {
			for i := range c.row {
				c.row[i].Prob /= sum
			}
		}
		c.row = slices.DeleteFunc(c.row, func(o Outcome) bool { return o.Prob == 0 })
		if err := c.add(pair); err != nil {
			return err
		}
	}
	if t.first != nil {
		t.first = append(t.first, int32(c.count))
	}
	return nil
}

// nearOne reports whether a sum of probabilities differs from 1 by rounding alone.
func nearOne(sum float64) bool { return math.Abs(sum-1) <= 1e-12 }

// checkOutcomes returns the sum of the probabilities.
func checkOutcomes(row []Outcome, s State, a Action, states int) (sum float64, err error) {
	at := func(what string) string { return fmt.Sprintf("%s of state %d, action %d", what, s, a) }
	for _, o := range row {
		switch {
		case o.Next < 0 || int(o.Next) >= states:
			return 0, &FieldError{at("next state"), o.Next, fmt.Sprintf("a state in [0, %d)", states)}
		case math.IsNaN(o.Reward) || math.IsInf(o.Reward, 0):
			return 0, &FieldError{at("reward"), o.Reward, "a finite number"}
		case !(o.Prob >= 0 && o.Prob <= 1+1e-9):
			return 0, &FieldError{at("probability"), o.Prob, "a number in [0, 1]"}
		}
		sum += o.Prob
	}
	if math.Abs(sum-1) > 1e-9 {
		return 0, &FieldError{at("sum of the probabilities"), sum, "1"}
	}
	return sum, nil
}

// add appends the outcomes in c.row as those of the pair.
func (c *compiler) add(pair int) error {
	t := c.t
	if c.count+len(c.row) > MaxPairs {
		return &FieldError{"number of outcomes", c.count + len(c.row), fmt.Sprintf("at most %d", MaxPairs)}
	}
	if t.first == nil && len(c.row) > 1 {
		c.leaveCertain(pair)
	}
	if t.first != nil {
		t.first = append(t.first, int32(c.count))
		t.class = append(t.class, c.classOf())
	}
	for _, o := range c.row {
		c.put(pair, o.Next, o.Reward)
	}
	return nil
}

// addNone makes room for a pair of a terminal state: no outcome, or where every pair has one, one that is never taken.
func (c *compiler) addNone(pair int) {
	t := c.t
	if t.first != nil {
		t.first = append(t.first, int32(c.count))
		t.class = append(t.class, 0)
		return
	}
	c.put(pair, State(pair/t.actions), 0)
}

// leaveCertain is called at the first pair with several outcomes: those before it had one each.
func (c *compiler) leaveCertain(pair int) {
	t := c.t
	t.first = make([]int32, pair, t.states*t.actions+1)
	t.class = make([]int32, pair, t.states*t.actions)
	for i := range t.first {
		t.first[i] = int32(i)
	}
	c.known = map[string]int32{}
	c.last = -1
	if pair > 0 {
		c.probs = append(c.probs[:0], 1)
		c.last = c.class()
	}
}

// classOf returns the class of c.row, which is most often that of the row before.
func (c *compiler) classOf() int32 {
	c.probs = c.probs[:0]
	for _, o := range c.row {
		c.probs = append(c.probs, o.Prob)
	}
	if c.last < 0 || !slices.Equal(c.probs, c.t.classes[c.last]) {
		c.last = c.class()
	}
	return c.last
}

// class returns the class of the probabilities in c.probs, a new one if they are new.
func (c *compiler) class() int32 {
	c.key = c.key[:0]
	for _, p := range c.probs {
		b := math.Float64bits(p)
		c.key = append(c.key, byte(b), byte(b>>8), byte(b>>16), byte(b>>24), byte(b>>32), byte(b>>40), byte(b>>48), byte(b>>56))
	}
	id, ok := c.known[string(c.key)]
	if !ok {
		id = int32(len(c.t.classes))
		c.known[string(c.key)] = id
		c.t.classes = append(c.t.classes, append([]float64(nil), c.probs...))
	}
	return id
}

// finishSymbols chooses the symbol that a transition takes from the stream: the die with the fewest faces that serves every
// class, else one of unequal faces, else a word.
func (c *compiler) finishSymbols() {
	t := c.t
	if t.classes == nil {
		return
	}
	if len(t.classes) == 1 {
		t.class = nil
	}
	if k := commonFaces(t.classes); k > 1 {
		t.die = NewDie(k)
		for _, probs := range t.classes {
			t.face = append(t.face, faces(probs, k))
		}
		return
	}
	var tables [][]uint64
	for _, probs := range t.classes {
		tables = append(tables, cumulative(probs))
	}
	if cuts := common(tables); cuts != nil {
		t.cells = newCells(cuts)
		for _, cum := range tables {
			t.face = append(t.face, outcomes(cum, cuts))
		}
		return
	}
	for _, cum := range tables {
		t.cum = append(t.cum, newBounds(cum))
	}
}

// commonFaces returns the smallest k <= maxFaces of which every probability is a multiple of 1/k, as closely as a float64
// can say; 0 if there is none.
func commonFaces(classes [][]float64) int {
	for k := 2; k <= maxFaces; k++ {
		fits := true
		for i := 0; i < len(classes) && fits; i++ {
			for _, p := range classes[i] {
				x := float64(p * float64(k))
				fits = fits && math.Abs(x-math.Floor(x+0.5)) <= float64(k)*0x1p-50
			}
		}
		if fits {
			return k
		}
	}
	return 0
}

// faces lists the outcome under each of the k faces: outcome i has k p_i of them.
func faces(probs []float64, k int) []uint8 {
	f := make([]uint8, 0, k)
	for i, p := range probs {
		for range int(float64(p*float64(k)) + 0.5) {
			f = append(f, uint8(i))
		}
	}
	return f
}
