package mc

import (
	"errors"
	"fmt"
	"sync"

	"example.com/mcrl/env"
)

// prover plays episodes for Certified.
type prover struct {
	gen   *env.Generator
	trace env.Trace

	episodes, steps, truncated int64
}

// play plays the next block of episodes from each of the pairs, in the order of which the blocks are numbered.
func (c *Certified) play(pairs []int32) error {
	for len(c.crew) < max(1, c.options.Workers) {
		gen, err := env.NewGenerator(c.problem.MDP, c.policy, c.problem.Horizon, c.seed)
		if err != nil {
			return err
		}
		c.crew = append(c.crew, prover{gen: gen})
	}
	errs := make([]error, len(c.crew))
	var wg sync.WaitGroup
	for w := range c.crew {
		from, to := w*len(pairs)/len(c.crew), (w+1)*len(pairs)/len(c.crew)
		work := func() { errs[w] = c.crew[w].prove(c, pairs[from:to], c.blocks+int64(from)) }
		if w == len(c.crew)-1 {
			work()
		} else if from < to {
			wg.Go(work)
		}
	}
	wg.Wait()
	c.blocks += int64(len(pairs))
	for w := range c.crew {
		p := &c.crew[w]
		c.progress.Episodes += p.episodes
		c.progress.Steps += p.steps
		c.progress.Truncated += p.truncated
		p.episodes, p.steps, p.truncated = 0, 0, 0
	}
	return errors.Join(errs...)
}

// prove plays a block of episodes from each of the pairs, and adds their returns to the proofs.
func (p *prover) prove(c *Certified, pairs []int32, block int64) error {
	actions := c.problem.MDP.NumActions()
	for i, pair := range pairs {
		s, a := env.State(int(pair)/actions), env.Action(int(pair)%actions)
		p.gen.SeekBlock(block + int64(i))
		for range env.BlockSize(c.problem.Horizon) {
			p.gen.TraceFrom(&p.trace, s, a)
			g := p.result(c.problem.Gamma)
			if c.options.Rewards != nil {
				if err := p.within(*c.options.Rewards); err != nil {
					return err
				}
			}
			if c.proofs[pair].Add(g) != nil {
				return fmt.Errorf("a return of state %d, action %d is %v: want one in [%v, %v], as the range of the rewards says",
					s, a, g, c.returns.Lo, c.returns.Hi)
			}
			p.episodes++
			p.steps += int64(p.trace.Len())
			if p.trace.Truncated {
				p.truncated++
			}
		}
	}
	return nil
}

// result returns G_0 of the episode.
func (p *prover) result(gamma float64) float64 {
	g, index, rewards := 0.0, p.trace.Index, p.trace.Rewards
	for t := len(index) - 1; t >= 0; t-- {
		g = float64(gamma*g) + rewards[index[t]]
	}
	return g
}

// within looks at every reward of the episode: a range that someone has given may be wrong.
func (p *prover) within(r RewardRange) error {
	for _, i := range p.trace.Index {
		if x := p.trace.Rewards[i]; !(r.Lo <= x && x <= r.Hi) {
			return &env.FieldError{Field: "rewards", Value: fmt.Sprintf("%v to %v", r.Lo, r.Hi), Want: fmt.Sprintf("a range with the reward %v, which was paid", x)}
		}
	}
	return nil
}
