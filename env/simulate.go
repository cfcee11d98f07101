package env

// Totals sums up simulated episodes.
type Totals struct {
	Episodes  int64
	Steps     int64   // of all episodes
	Truncated int64   // episodes cut by the horizon
	Reward    float64 // of all steps
}

// Simulate plays the next n episodes, each as FromState(Start()) does, and records nothing but
//
//	Reward = sum_e (R_1 + R_2 + ... + R_T of episode e)
//
// The rewards of the episodes of a block are added from left to right, from 0 on, and these sums in the order of the blocks
// (see BlockSize; of the first and of the last block, the part played). Afterwards the generator stands where n calls of
// FromState would leave it.
//
// Whole blocks of a table under a Deterministic, a Soft or a Stochastic policy are played eight or more at a time, several times as
// fast and to the same bits, unless the transitions take words from the stream (see Table) or the faces times the actions
// are more than about 256. For that the table is laid out anew once
// the steps to play are worth it; the layout is kept for further calls and follows the policy.
func (g *Generator) Simulate(n int64) Totals {
	var t Totals
	var w *lanes
	for size := BlockSize(g.horizon); n > 0; {
		left := g.border - g.episode // of the block
		if w == nil && left == size && n >= size {
			w = g.lanesFor(n)
		}
		if w == nil || left < size || n < size {
			left = min(left, n)
			g.playPart(&t, left)
			n -= left
			continue
		}
		blocks := min(n/size, maxBlocks)
		g.playBlocks(&t, w, blocks)
		n -= blocks * size
	}
	return t
}

// maxBlocks bounds the memory of a walk in lanes.
const maxBlocks = 256

// playPart plays n episodes of one block: the definition of Totals.
func (g *Generator) playPart(t *Totals, n int64) {
	reward, steps := 0.0, int64(0)
	for range n {
		s := g.Start()
		for left := g.horizon; !g.mdp.Terminal(s); left-- {
			if left == 0 {
				t.Truncated++
				break
			}
			next, r := g.mdp.Step(s, g.policy.Act(s, &g.polRand), &g.envRnd)
			reward += r
			steps++
			s = next
		}
		g.advance()
	}
	t.Reward += reward
	g.count(t, n, steps)
}

// playBlocks plays whole blocks in lanes.
func (g *Generator) playBlocks(t *Totals, w *lanes, blocks int64) {
	block := g.episode / BlockSize(g.horizon)
	steps, truncated := w.play(block, blocks)
	t.Truncated += truncated
	for _, reward := range w.totals {
		t.Reward += reward
	}
	g.count(t, blocks*BlockSize(g.horizon), steps)
	g.SeekBlock(block + blocks)
}

func (g *Generator) count(t *Totals, episodes, steps int64) {
	t.Episodes += episodes
	t.Steps += steps
	g.simulated += episodes
	g.simulatedSteps += steps
}

// lanesFor returns the walk for n episodes, nil where there is none or where it is not worth its cost: to lay out an entry
// takes about half a step's time, to look whether the policy has changed in a state a sixteenth. How many steps n episodes
// have is judged by those played before, and before any, large tables are not laid out.
func (g *Generator) lanesFor(n int64) *lanes {
	form, best, ok := layoutOf(g.table, g.policy)
	if !ok {
		return nil
	}
	steps := 0.0
	if g.simulated > 0 {
		steps = float64(n) * float64(g.simulatedSteps) / float64(g.simulated)
	}
	small := form.entries() <= smallEntries
	switch w := g.lanes; {
	case w == nil || w.rowLayout != form:
		if !small && 2*steps < float64(form.entries()) {
			return nil
		}
		g.lanes = g.newLanes(form)
		g.lanes.build(best, form.entries() >= codedFrom)
	case !small && 16*steps < float64(len(best)):
		return nil
	case !w.follow(best):
		w.build(best, false)
	}
	g.lanes.tune(g.policy)
	return g.lanes
}
