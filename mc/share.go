package mc

import (
	"context"
	"sync/atomic"

	"example.com/mcrl/env"
)

const (
	unitSteps = 1 << 14 // bounds the steps of a unit, a block being the least
	partsHeld = 8       // bounds the units of a player that wait for the learner
	patience  = 1 << 14 // looks at an empty channel before it is slept on: to wake up takes longer than most waits
)

// crew shares the episodes of a pass. Each player takes the next ones that nobody has taken. The learner itself is player 0: it
// merges the units as soon as it is their turn, and plays where none is there.
type crew struct {
	ctx    context.Context
	by     episodic
	end    int64      // of the pass
	shares int64      // a unit is one of so many shares of the episodes left,
	most   int64      // but at most so many blocks
	done   chan *part // units played by the others; nil: one of them leaves
	early  []*part    // units played whose turn has not come
	away   int        // players still at work, the learner apart
	_      apart
	next   atomic.Int64 // the episode to be taken next
	_      apart
}

// apart keeps what one core writes out of the cache lines, fetched in pairs, that another one uses.
type apart [128]byte

// share plays up to the episode end. When ctx ends, the units under way are played to their end, and they count.
func (c *Control) share(ctx context.Context, end int64, by episodic) error {
	block := env.BlockSize(c.problem.Horizon)
	blocks := 1 + (end-1)/block - c.progress.Episodes/block
	workers := int(min(int64(c.Workers), blocks))
	if err := c.muster(workers); err != nil {
		return err
	}
	if err := c.place(c.progress.Episodes); err != nil {
		return err
	}
	k, learner := c.crew, c.players[0]
	k.ctx, k.by, k.end, k.shares = ctx, by, end, 4*int64(workers)
	k.most = max(1, unitSteps/(block*int64(c.problem.Horizon)))
	k.next.Store(c.progress.Episodes)
	u := learner.takeIfFree(k) // the first, where it has been placed
	if u == nil {
		return ctx.Err()
	}
	for _, p := range c.players[1:workers] {
		k.away++
		go p.work()
	}
	for u != nil || k.away > 0 {
		if u != nil {
			learner.playUnit(u, by)
			k.early = append(k.early, u)
		} else {
			k.receive(k.wait())
		}
		for len(k.done) > 0 {
			k.receive(<-k.done)
		}
		c.merge(k)
		u = learner.takeIfFree(k)
	}
	if c.progress.Episodes < end {
		return ctx.Err()
	}
	return nil
}

// muster makes sure that there are so many players, with parts.
func (c *Control) muster(workers int) error {
	if err := c.hire(workers); err != nil {
		return err
	}
	if c.crew == nil {
		c.crew = new(crew)
	}
	k := c.crew
	if cap(k.early) >= workers*partsHeld {
		return nil
	}
	k.early = make([]*part, 0, workers*partsHeld)
	k.done = make(chan *part, workers*(partsHeld+1))
	for _, p := range c.players {
		if p.free == nil {
			p.free = make(chan *part, partsHeld)
			for range partsHeld {
				p.free <- &part{player: p}
			}
			p.work = func() { p.help(k) }
		}
	}
	return nil
}

// help plays units until none is left.
func (p *player) help(k *crew) {
	for {
		u := <-p.free
		if !k.take(u) {
			p.free <- u
			k.done <- nil
			return
		}
		p.playUnit(u, k.by)
		k.done <- u
	}
}

// takeIfFree returns the next unit, or nil if there is none or p has no part free.
func (p *player) takeIfFree(k *crew) *part {
	if len(p.free) == 0 {
		return nil
	}
	u := <-p.free
	if !k.take(u) {
		p.free <- u
		return nil
	}
	return u
}

// take makes u the next unit, or reports that there is none. The units become smaller towards the end of the pass, where
// players would wait for each other.
func (k *crew) take(u *part) bool {
	if k.ctx.Err() != nil {
		return false
	}
	block := u.player.block
	for {
		first := k.next.Load()
		if first >= k.end {
			return false
		}
		blocks := min(k.most, max(1, (k.end-first)/(block*k.shares)))
		last := min(k.end, (first/block+blocks)*block)
		if k.next.CompareAndSwap(first, last) {
			*u = part{player: u.player, first: first, last: last, scores: u.scores[:0]}
			return true
		}
	}
}

func (k *crew) receive(u *part) {
	if u == nil {
		k.away--
		return
	}
	k.early = append(k.early, u)
}

// wait returns the next unit that another player has played.
func (k *crew) wait() *part {
	for i := 0; i < patience && len(k.done) == 0; i++ {
	}
	return <-k.done
}

// merge learns from the units whose turn has come. The learner stands then where the player of the last of them does.
func (c *Control) merge(k *crew) {
	for i := 0; i < len(k.early); i++ {
		u := k.early[i]
		if u.first != c.progress.Episodes {
			continue
		}
		c.take(u)
		if p := c.players[0]; u.last == k.end && u.player != p {
			p.gen.CopyPosition(u.player.gen)
			p.at = u.last
		}
		n := len(k.early) - 1
		k.early[i], k.early = k.early[n], k.early[:n]
		u.player.free <- u
		i = -1 // its successor may have been passed
	}
}
