package env

import "math/bits"

// jumps is a deterministic table compiled for one epsilon-greedy policy: where each decision in each state leads.
//
// A decision is a slot: 0 is the greedy action, later ones are the actions as exploration draws them. Slot k of state s is
// element k|S| + s of to. Of a table whose outcomes are coded there is only the code of the greedy action of each state.
type jumps struct {
	table   *Table
	actions int
	states  uint32
	unit    uint32 // from the slot of an action to that of the next
	to      []jump
	greedy  []uint8
}

// jump is the pair taken and the state reached, with the bit ends if that is terminal.
type jump struct {
	pair int32
	next uint32
}

const ends = 1 << 31

// Compile prepares p for the traces of episodes of t, which are generated several times as fast then. From here on Best may
// be changed by SetBest only. It does nothing where a transition of t is uncertain. It returns a FieldError if p is not a
// policy for t.
func (p *Soft) Compile(t *Table) error {
	if err := fits(p, t); err != nil {
		return err
	}
	if !t.Deterministic() {
		return nil
	}
	j := &jumps{table: t, actions: t.actions, states: uint32(t.states)}
	if t.moves != nil {
		j.unit, j.greedy = 1, make([]uint8, t.states)
	} else {
		j.unit, j.to = j.states, make([]jump, (1+t.actions)*t.states)
		j.explore()
	}
	p.jumps = j
	for s, a := range p.Best {
		if !t.terminal[s] {
			p.SetBest(State(s), a)
		}
	}
	return nil
}

// explore fills in the slots of the actions.
func (j *jumps) explore() {
	t := j.table
	for pair := range t.states * t.actions {
		s, a := pair/t.actions, pair%t.actions
		next := uint32(t.next[pair])
		if t.terminal[next] {
			next |= ends
		}
		j.to[(1+a)*t.states+s] = jump{int32(pair), next}
	}
}

// SetBest makes a the greedy action of s. Not to be called while an episode is generated.
func (p *Soft) SetBest(s State, a Action) {
	p.Best[s] = a
	j := p.jumps
	switch {
	case j == nil:
	case j.greedy != nil:
		j.greedy[s] = j.table.code[int(s)*j.actions+int(a)]
	default:
		j.to[s] = j.to[(1+int(a))*int(j.states)+int(s)]
	}
}

// chased returns a policy that chase serves.
func (g *Generator) chased() (p *Soft, ok bool) {
	p, ok = g.policy.(*Soft)
	return p, ok && p.jumps != nil && p.jumps.table == g.table && p.eps < 1
}

// chase is walkFused for a compiled policy: the same episode, and the same symbols taken from the streams. The decisions of a
// block of steps are drawn first, then the block is walked.
func (g *Generator) chase(tr *Trace, p *Soft, s State, a Action) {
	if g.slots == nil {
		g.slots = make([]uint32, walkChunk)
	}
	n, at := 0, uint32(s)
	for n < g.horizon && at < ends {
		slots := g.slots[:min(g.horizon-n, walkChunk)]
		decisions := slots
		if n == 0 {
			slots[0] = p.jumps.unit * uint32(1+a)
			decisions = slots[1:]
		}
		before := g.polRand
		g.polRand.decide(decisions, p)
		tr.Pairs = resize(tr.Pairs[:n], n+len(slots))
		var taken int
		if p.jumps.greedy != nil {
			tr.codes = resize(tr.codes[:n], n+len(slots))
			at, taken = p.jumps.walkCodes(tr.Pairs[n:], tr.codes[n:], slots, at)
		} else {
			at, taken = p.jumps.walk(tr.Pairs[n:], slots, at)
		}
		n += taken
		if unused := len(slots) - taken; unused > 0 { // decisions behind the end of the episode: they were never made
			g.polRand = before
			g.polRand.decide(decisions[:len(decisions)-unused], p)
		}
	}
	tr.Pairs, tr.Truncated = tr.Pairs[:n], at < ends
	tr.read(g.table)
}

// walk takes a step for each slot, or until the episode ends, and returns the state reached and the number of steps. Each
// step waits for one load only, that of the step before.
func (j *jumps) walk(pairs []int32, slots []uint32, s uint32) (uint32, int) {
	to := j.to
	pairs = pairs[:len(slots)]
	for i, slot := range slots {
		x := &to[slot:][s] // sliced first, which need not wait for s
		pairs[i] = x.pair
		if s = x.next; s >= ends {
			return s, i + 1
		}
	}
	return s, len(slots)
}

// walkCodes is walk where outcomes are coded. It writes the codes of the steps beside the pairs.
func (j *jumps) walkCodes(pairs, codes []int32, slots []uint32, s uint32) (uint32, int) {
	greedy, code, moves, actions := j.greedy, j.table.code, j.table.moves, uint32(j.actions)
	pairs, codes = pairs[:len(slots)], codes[:len(slots)]
	for i, slot := range slots {
		c := greedy[s]
		if slot != 0 {
			c = code[s*actions+slot-1]
		}
		pairs[i], codes[i] = int32(s*actions)+int32(moves.action[c]), int32(c)
		if s = moves.after(s, c); s >= ends {
			return s, i + 1
		}
	}
	return s, len(slots)
}

// decide draws the slot of each step: as often as Explore and Throw would, and leaves r where they would.
func (r *Rand) decide(slots []uint32, p *Soft) {
	clear(slots)
	if p.waits == nil || len(slots) == 0 {
		return
	}
	unit := p.jumps.unit
	wait, due, word, picks := int(r.wait), r.due, r.bits, r.picks
	if r.waitEps != p.eps {
		wait, due, r.waitEps = 0, false, p.eps
	}
	for i := 0; ; {
		if i += wait; i >= len(slots) {
			wait = i - len(slots)
			break
		}
		if due {
			if r.left == 0 || r.faces != p.die.faces {
				slots[i] = unit * uint32(1+r.Throw(&p.die))
			} else { // Throw, written out
				r.left--
				face, rest := bits.Mul64(r.frac, uint64(p.die.faces))
				r.frac, slots[i] = rest, unit*uint32(1+face)
			}
			due, wait = false, 0
			if i++; i == len(slots) {
				break
			}
		}
		if picks == 0 {
			word, picks = r.src.Uint64(), waitPicks
		}
		code := p.waits.cell[word%waitCells]
		word >>= waitBits
		picks--
		if code == waitSplit {
			code = p.waits.split(r.word())
		}
		wait, due = int(code), code < waitMax
	}
	r.wait, r.due, r.bits, r.picks = uint32(wait), due, word, picks
}

// split is search in w.cum, by steps that cannot be mispredicted.
func (w *Waits) split(x uint64) uint8 {
	k := 0
	for step := 64; step > 0; step >>= 1 {
		next := min(k+step, waitMax)
		_, below := bits.Sub64(x, w.cum[next-1], 0)
		k += (next - k) & int(below-1) // k = next unless x < cum[next-1]
	}
	return uint8(k)
}
