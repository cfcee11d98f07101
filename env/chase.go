package env

import "math/bits"

// jumps is a deterministic table compiled for one epsilon-greedy policy: where each decision in each state leads.
//
// A decision is a slot: 0 is the greedy action, 1+a the action a drawn by exploration. Slot k of state s is element k|S| + s.
type jumps struct {
	table   *Table
	actions int
	states  uint32
	to      []jump
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
	j := &jumps{table: t, actions: t.actions, states: uint32(t.states), to: make([]jump, (1+t.actions)*t.states)}
	for pair := range t.states * t.actions {
		s, a := pair/t.actions, pair%t.actions
		next := uint32(t.next[pair])
		if t.terminal[next] {
			next |= ends
		}
		j.to[(1+a)*t.states+s] = jump{int32(pair), next}
	}
	p.jumps = j
	for s, a := range p.Best {
		if !t.terminal[s] {
			p.SetBest(State(s), a)
		}
	}
	return nil
}

// SetBest makes a the greedy action of s. Not to be called while an episode is generated.
func (p *Soft) SetBest(s State, a Action) {
	p.Best[s] = a
	if j := p.jumps; j != nil {
		j.to[s] = j.to[(1+int(a))*int(j.states)+int(s)]
	}
}

// chased returns a policy that chase serves.
func (g *Generator) chased() (p *Soft, ok bool) {
	p, ok = g.policy.(*Soft)
	return p, ok && p.jumps != nil && p.jumps.table == g.table && p.eps < 1
}

// chase is walkSoft for a compiled policy: the same episode, and the same symbols taken from the streams. The decisions of a
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
			slots[0] = p.jumps.states * uint32(1+a)
			decisions = slots[1:]
		}
		before := g.polRand
		g.polRand.decide(decisions, p)
		tr.Pairs = resize(tr.Pairs[:n], n+len(slots))
		var taken int
		at, taken = p.jumps.walk(tr.Pairs[n:], slots, at)
		n += taken
		if unused := len(slots) - taken; unused > 0 { // decisions behind the end of the episode: they were never made
			g.polRand = before
			g.polRand.decide(decisions[:len(decisions)-unused], p)
		}
	}
	tr.Pairs, tr.Truncated = tr.Pairs[:n], at < ends
	tr.read(&g.table.reward)
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

// decide draws the slot of each step, |S| times: as often as Explore and Throw would, and leaves r where they would.
func (r *Rand) decide(slots []uint32, p *Soft) {
	clear(slots)
	if p.waits == nil || len(slots) == 0 {
		return
	}
	states := p.jumps.states
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
				slots[i] = states * uint32(1+r.Throw(&p.die))
			} else { // Throw, written out
				r.left--
				face, rest := bits.Mul64(r.frac, uint64(p.die.faces))
				r.frac, slots[i] = rest, states*uint32(1+face)
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
