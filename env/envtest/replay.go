package envtest

import (
	"fmt"
	"slices"
	"sync"

	"example.com/mcrl/env"
)

// run is what a pair gives on a stream of its own: some transitions in a row, and where they leave the stream.
type run struct {
	steps [4]env.Outcome // Prob is not used
	after env.Rand
}

func (c *check) stream(i int) *env.Rand {
	return env.NewRand(c.seed, env.PurposeConstruction, uint64(i))
}

func (c *check) run(m env.MDP, i int) run {
	var out run
	r := c.stream(i)
	for k := range out.steps {
		out.steps[k].Next, out.steps[k].Reward = m.Step(c.pairs[i].s, c.pairs[i].a, r)
	}
	out.after = *r
	return out
}

// difference says in words how got differs from want; it is empty where it does not.
func difference(got, want run) string {
	for k, w := range want.steps {
		if g := got.steps[k]; g != w {
			return fmt.Sprintf("the same stream gave state %d with reward %v, then state %d with reward %v", w.Next, w.Reward, g.Next, g.Reward)
		}
	}
	if got.after != want.after {
		return "two runs on the same stream took different draws from it"
	}
	return ""
}

func (c *check) compare(rule string, i int, got run) error {
	if d := difference(got, c.reference[i]); d != "" {
		return c.pairs[i].fault(rule, "%s", d)
	}
	return nil
}

// replay records the run of every pair and repeats it at once.
func (c *check) replay() error {
	c.reference = make([]run, len(c.pairs))
	for i := range c.pairs {
		c.reference[i] = c.run(c.mdp, i)
		for _, o := range c.reference[i].steps {
			if err := c.inRange("range", c.pairs[i], o.Next, o.Reward); err != nil {
				return err
			}
		}
		if err := c.compare("replay", i, c.run(c.mdp, i)); err != nil {
			return err
		}
	}
	return nil
}

// order repeats the runs from the last pair to the first, and then in random order with other calls in between.
func (c *check) order() error {
	for i := range slices.Backward(c.pairs) {
		if err := c.compare("hidden state", i, c.run(c.mdp, i)); err != nil {
			return err
		}
	}
	r := env.NewRand(c.seed, env.PurposeTies)
	for range c.pairs {
		i := r.Intn(len(c.pairs))
		other := c.pairs[r.Intn(len(c.pairs))]
		c.mdp.Step(other.s, other.a, r)
		c.mdp.Terminal(env.State(r.Intn(c.states)))
		if m, ok := c.mdp.(env.Model); ok {
			m.Outcomes(other.s, other.a)
		}
		if m, ok := c.mdp.(env.Starter); ok {
			m.Start(r)
		}
		if err := c.compare("hidden state", i, c.run(c.mdp, i)); err != nil {
			return err
		}
	}
	return nil
}

// concurrent repeats the runs from two goroutines at once, in opposite orders.
func (c *check) concurrent() error {
	var wait sync.WaitGroup
	var errs [2]error
	for g := range errs {
		wait.Go(func() {
			for i := range c.pairs {
				if g == 1 {
					i = len(c.pairs) - 1 - i
				}
				if err := c.compare("concurrency", i, c.run(c.mdp, i)); err != nil {
					errs[g] = err
					return
				}
			}
		})
	}
	wait.Wait()
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}
