package mc

import (
	"context"
	"math"

	"example.com/mcrl/env"
)

// episodic is a learner's own part: it plays episode e with p's generator and scores it into p's tally, under a policy that
// nobody changes meanwhile.
type episodic interface {
	episode(p *player, e int64)
}

// player is one worker: a generator, an episode and a tally of its own.
type player struct {
	_     apart
	gen   *env.Generator
	ep    env.Trace
	keys  env.Trace // the episode with states in place of pairs, for state values
	tally tally
	at    int64      // index of the episode that gen would play next; -1: unknown
	block int64      // episodes in a block
	watch bool       // the largest reward is known by experience only
	units int64      // played so far
	free  chan *part // its parts that wait for episodes
	work  func()     // help, made once
	_     apart
}

// part is what one unit of a pass contributes: the scores of some consecutive episodes.
type part struct {
	player      *player
	first, last int64 // episodes [first, last)
	steps       int64
	truncated   int64
	rewardMax   float64
	scores      []score
}

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

// hire makes sure that there are n players.
func (c *Control) hire(n int) error {
	for len(c.players) < n {
		gen, err := env.NewGenerator(c.problem.MDP, c.plays, c.problem.Horizon, c.seed)
		if err != nil {
			return err
		}
		_, known := rewardMax(c.problem.MDP)
		c.players = append(c.players, &player{gen: gen, at: -1, watch: !known,
			block: env.BlockSize(c.problem.Horizon), tally: *newTally(len(c.q.cells), c.problem.Gamma, c.problem.Horizon, &c.rules)})
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

// scatter forgets where the players stand.
func (c *Control) scatter() {
	for _, p := range c.players {
		p.at = -1
	}
}

func (p *player) playUnit(u *part, by episodic) {
	if p.at != u.first {
		p.gen.SeekBlock(u.first / p.block)
	}
	p.units++
	p.tally.scores = u.scores
	var steps, truncated int64 // not counted in u at every episode: its neighbours in memory may be another player's
	for e := u.first; e < u.last; e++ {
		by.episode(p, e)
		steps += int64(p.ep.Len())
		if p.ep.Truncated {
			truncated++
		}
		u.rewardMax = max(u.rewardMax, p.rewardMax())
	}
	u.steps, u.truncated, u.scores, p.at = steps, truncated, p.tally.scores, u.last
}

// rewardMax is the largest |r| of the episode, 0 where the model knows it.
func (p *player) rewardMax() float64 {
	if !p.watch {
		return 0
	}
	m := 0.0
	for _, i := range p.ep.Index {
		m = max(m, math.Abs(p.ep.Rewards[i]))
	}
	return m
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
