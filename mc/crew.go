package mc

import (
	"context"
	"math"
	"sync"

	"example.com/mcrl/env"
)

// episodic is a learner's own part: it plays episode e with p's generator and scores it into p's tally, under a policy that
// nobody changes meanwhile.
type episodic interface {
	episode(p *player, e int64)
}

// player is one worker: a generator, an episode and a tally of its own.
type player struct {
	gen   *env.Generator
	ep    env.Trace
	tally *tally
	at    int64 // index of the episode that gen would play next; -1: unknown
	block int64 // episodes in a block
	watch bool  // the largest reward is known by experience only
	units int64 // played so far
}

// part is what one unit of a pass contributes: the scores of some consecutive episodes within one block.
type part struct {
	first, last int64 // episodes [first, last)
	done        bool
	steps       int64
	truncated   int64
	rewardMax   float64
	scores      []score
}

// unitsPerRound and stepsPerRound bound the scores held in memory before they are merged.
const (
	unitsPerRound = 64
	stepsPerRound = 1 << 22
)

// play plays the next n episodes, block by block, and merges their scores in the order of the episodes. When ctx ends, the
// run stands at an exact episode.
func (c *Control) play(ctx context.Context, n int64, by episodic) error {
	first := c.progress.Episodes
	if c.Workers <= 1 || first+n <= c.border(first) {
		return c.alone(ctx, first+n, by)
	}
	return c.share(ctx, first+n, by)
}

// alone plays up to the episode end, without helpers.
func (c *Control) alone(ctx context.Context, end int64, by episodic) error {
	if err := c.hire(1); err != nil {
		return err
	}
	if err := c.place(c.progress.Episodes); err != nil {
		return err
	}
	u := &c.unit
	for c.progress.Episodes < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		first := c.progress.Episodes
		*u = part{first: first, last: min(end, c.border(first)), scores: u.scores[:0]}
		c.players[0].playUnit(u, by)
		c.take(u)
	}
	return nil
}

// border is the end of the block in which episode e stands.
func (c *Control) border(e int64) int64 {
	return (e | (env.BlockSize(c.problem.Horizon) - 1)) + 1 // a block has 1 or 32 episodes
}

// share divides the work: unit i of a round goes to worker i mod Workers, so every worker has its share. When ctx ends, the
// units played before the first unfinished one are kept and the others forgotten.
func (c *Control) share(ctx context.Context, end int64, by episodic) error {
	for c.progress.Episodes < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		parts := c.cut(c.progress.Episodes, end)
		workers := min(c.Workers, len(parts))
		if err := c.hire(workers); err != nil {
			return err
		}
		if err := c.place(parts[0].first); err != nil {
			return err
		}
		c.playRound(ctx, parts, workers, by)
		if !c.merge(parts) { // the run stands at the border of a block, or where it stood before and player 0 still does
			return ctx.Err()
		}
		c.gather(c.progress.Episodes, c.players[(len(parts)-1)%workers])
	}
	return nil
}

func (c *Control) playRound(ctx context.Context, parts []part, workers int, by episodic) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { c.players[w].playAll(ctx, parts, w, workers, by) })
	}
	wg.Wait()
}

// cut divides the next of the episodes [first, end) into units, none across the border of a block.
func (c *Control) cut(first, end int64) []part {
	if c.parts == nil {
		c.parts = make([]part, unitsPerRound)
	}
	parts := c.parts[:0]
	most := max(1, min(unitsPerRound, stepsPerRound/(int(env.BlockSize(c.problem.Horizon))*c.problem.Horizon)))
	for first < end && len(parts) < most {
		last := min(end, c.border(first))
		scores := c.parts[:cap(c.parts)][len(parts)].scores[:0]
		parts = append(parts, part{first: first, last: last, scores: scores})
		first = last
	}
	return parts
}

// hire makes sure that there are n players.
func (c *Control) hire(n int) error {
	for len(c.players) < n {
		gen, err := env.NewGenerator(c.problem.MDP, c.policy, c.problem.Horizon, c.seed)
		if err != nil {
			return err
		}
		_, known := rewardMax(c.problem.MDP)
		c.players = append(c.players, &player{gen: gen, at: -1, watch: !known,
			block: env.BlockSize(c.problem.Horizon), tally: newTally(len(c.q.cells), c.problem.Gamma, c.problem.Horizon, &c.rules)})
	}
	return nil
}

// place brings player 0, who plays the first unit, to the episode e where the run stands.
func (c *Control) place(e int64) error {
	p := c.players[0]
	if p.at == e || e%p.block == 0 {
		return nil
	}
	p.at = e
	return p.gen.UnmarshalBinary(c.position)
}

// gather brings player 0 to the episode e where a round has ended, if that is inside a block.
func (c *Control) gather(e int64, last *player) {
	if first := c.players[0]; last != first && e%first.block != 0 {
		first.gen.CopyPosition(last.gen)
		first.at = e
	}
}

// scatter forgets where the players stand.
func (c *Control) scatter() {
	for _, p := range c.players {
		p.at = -1
	}
}

// playAll plays the units from, from+stride, ...
func (p *player) playAll(ctx context.Context, parts []part, from, stride int, by episodic) {
	for i := from; i < len(parts); i += stride {
		if ctx.Err() != nil {
			return
		}
		p.playUnit(&parts[i], by)
	}
}

func (p *player) playUnit(u *part, by episodic) {
	if p.at != u.first {
		p.gen.SeekBlock(u.first / p.block)
	}
	p.units++
	p.tally.scores = u.scores
	for e := u.first; e < u.last; e++ {
		by.episode(p, e)
		u.steps += int64(p.ep.Len())
		if p.ep.Truncated {
			u.truncated++
		}
		if p.watch {
			for _, i := range p.ep.Index {
				u.rewardMax = max(u.rewardMax, math.Abs(p.ep.Rewards[i]))
			}
		}
	}
	u.scores, u.done, p.at = p.tally.scores, true, u.last
}

// merge learns from the units up to the first unfinished one, in order, and reports whether all were finished.
func (c *Control) merge(parts []part) bool {
	for i := range parts {
		u := &parts[i]
		if !u.done {
			return false
		}
		c.take(u)
	}
	return true
}

// take learns from a unit.
func (c *Control) take(u *part) {
	c.begin()
	c.learn(u.scores)
	c.progress.Episodes = u.last
	c.progress.Steps += u.steps
	c.progress.Truncated += u.truncated
	if u.rewardMax > c.progress.RewardMax {
		c.met(u.rewardMax)
	}
}
