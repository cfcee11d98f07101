package mc

import (
	"context"
	"math"

	"example.com/mcrl/env"
)

// Most improvements after a single episode change nothing: in each of its states the greedy action is still ahead of its
// rivals. So an upper bound of what they are worth is kept for each state, and only where the greedy action has come down to
// it are they looked at.

// direct reports that every episode is learned from on its own, by learnRuns: the policy is improved after each, the averages
// are those of all returns, and no pair has enough visits in an episode for its returns to be summed aside.
func (r *rules) direct(pairs, horizon int) bool {
	return r.batch == 1 && !r.single() && !r.intervals && !r.evaluate && (r.cycles || r.visit == EveryVisit && horizon < perPair*pairs)
}

// one plays the next episode and learns from it.
func (c *Control) one(ctx context.Context, by episodic) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e := c.progress.Episodes
	if len(c.players) == 0 || c.players[0].at != e {
		if err := c.seek(e); err != nil {
			return err
		}
	}
	p := c.players[0]
	p.units++
	by.episode(p, e)
	p.at = e + 1
	c.begin()
	c.progress.Episodes++
	c.progress.Steps += int64(p.ep.Len())
	if p.ep.Truncated {
		c.progress.Truncated++
	}
	if m := p.rewardMax(); m > c.progress.RewardMax {
		c.met(m)
	}
	c.learnRuns(&p.ep, &p.tally)
	return nil
}

// seek brings player 0 to the episode e where the run stands.
func (c *Control) seek(e int64) error {
	if err := c.hire(1); err != nil {
		return err
	}
	if err := c.place(e); err != nil {
		return err
	}
	if p := c.players[0]; p.at != e {
		p.gen.SeekBlock(e / p.block)
	}
	return nil
}

// learnRuns scores an episode and learns from it at once: the returns of a run, visits to one pair without another between
// them, are summed, and the sums merged into the table one by one. It notes the states where a rival has caught up with the
// greedy action.
func (c *Control) learnRuns(tr *env.Trace, y *tally) {
	end, g := y.ahead(tr)
	pairs, index, rewards, gamma := tr.Pairs[:end], tr.Index[:end], tr.Rewards, y.gamma
	q, greedy, keep := c.q, c.greedy, c.rules.ties == KeepTie
	rival := c.rival[:len(greedy)]
	for t := end - 1; t >= 0; {
		pair := pairs[t]
		g = float64(gamma*g) + rewards[index[t]] // g <- gamma g + r_{t+1}
		sum, n := g, int64(1)
		for t--; t >= 0 && pairs[t] == pair; t-- {
			g = float64(gamma*g) + rewards[index[t]]
			sum += g // Returns(s_t, a_t) += g
			n++      // Num(s_t, a_t) += 1
		}
		s := q.state(pair)
		cell, best := &q.cells[pair], &q.cells[int(s)*q.actions+int(greedy[s])]
		if n == 1 {
			cell.Add(sum)
		} else {
			cell.AddSum(sum, n) // q <- Returns/Num
		}
		w := cell.Value()
		if cell != best {
			rival[s] = max(rival[s], w)
		}
		if top, other := best.Value(), rival[s]; top < other || top == other && !keep {
			c.note(s)
		}
	}
}

// rivalOf returns the highest value of the other actions of s, which the greedy one must keep ahead of.
func (c *Control) rivalOf(s env.State) float64 {
	row, a, top := c.q.row(s), int(c.greedy[s]), math.Inf(-1)
	for b := range row {
		if b != a && (row[b].N() > 0 || c.rules.optimistic) {
			top = max(top, row[b].Value())
		}
	}
	return top
}

// forgetRivals makes every state be looked at.
func (c *Control) forgetRivals() {
	for s := range c.rival {
		c.rival[s] = math.Inf(1)
	}
}
