// Package envtest checks that an implementation of env.MDP keeps the promises of the interface: a test of one line for
// every environment.
//
//	func TestMaze(t *testing.T) { envtest.Run(t, NewMaze(), envtest.Options{}) }
package envtest

import (
	"errors"
	"fmt"

	"example.com/mcrl/env"
)

// Options says how hard to look. The zero value suits environments of any size and takes a fraction of a second.
type Options struct {
	Seed       uint64  // of the streams that the check draws from; the same seed gives the same verdict
	Pairs      int     // pairs (s, a) to examine; 0: 1000. Where there are more, that many are picked at random
	Steps      int     // transitions to sample in all, shared among the pairs; 0: 2,000,000
	FalseAlarm float64 // bound on the probability, over seeds, that a right environment fails; 0: 1e-6
}

// Validate reports every field that is out of range.
func (o Options) Validate() error {
	var errs []error
	if o.Pairs < 0 {
		errs = append(errs, &env.FieldError{Field: "Pairs", Value: o.Pairs, Want: "0 or more"})
	}
	if o.Steps < 0 {
		errs = append(errs, &env.FieldError{Field: "Steps", Value: o.Steps, Want: "0 or more"})
	}
	if !(o.FalseAlarm >= 0 && o.FalseAlarm < 1) {
		errs = append(errs, &env.FieldError{Field: "FalseAlarm", Value: o.FalseAlarm, Want: "a number in [0, 1)"})
	}
	return errors.Join(errs...)
}

// TB is the part of testing.TB that Run needs.
type TB interface {
	Helper()
	Fatal(args ...any)
}

// Run fails the test if Check finds a fault.
func Run(t TB, m env.MDP, o Options) {
	t.Helper()
	if err := Check(m, o); err != nil {
		t.Fatal(err)
	}
}

// Check reports the first rule that m breaks, with the state and the action:
//
//	size           at least one state and one action, at most env.MaxPairs pairs, always the same numbers
//	terminal       Terminal gives a state the same answer at every time, and false for some state
//	distribution   (Model) next states in range, finite rewards, probabilities in [0, 1] of sum 1, the same list every time
//	replay         the same pair and the same stream give the same transition and take the same draws
//	hidden state   ... whatever was called in between, in whatever order
//	concurrency    ... and from two goroutines at once
//	range          sampled next states in range, rewards finite
//	frequency      (Model) sampled transitions occur with the probabilities listed
//	start          (Starter, StartDistribution) starts in range and not terminal, replayable, with the probabilities stated
//
// Frequencies are judged by Chernoff's bound, P(count of n differs so much) <= 2 exp(-n KL(count/n || p)), which holds for
// every n and p; the bounds over all outcomes looked at sum to at most FalseAlarm. With n samples an error in a probability p
// near 1/2 shows from about sqrt(15/n) on.
//
// The error of an option out of range is that of Options.Validate.
func Check(m env.MDP, o Options) error {
	if err := o.Validate(); err != nil {
		return err
	}
	c := &check{mdp: m, seed: o.Seed, maxPairs: o.Pairs, steps: o.Steps, alarm: o.FalseAlarm}
	if c.maxPairs == 0 {
		c.maxPairs = 1000
	}
	if c.steps == 0 {
		c.steps = 2_000_000
	}
	if c.alarm == 0 {
		c.alarm = 1e-6
	}
	for _, rule := range []func() error{
		c.size, c.terminals, c.distributions, c.replay, c.order, c.concurrent, c.frequencies, c.start, c.terminalsAgain,
	} {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

type check struct {
	mdp      env.MDP
	seed     uint64
	maxPairs int
	steps    int
	alarm    float64

	states, actions int
	terminal        []bool // length |S|
	pairs           []pair // those examined: no terminal state among them
	reference       []run  // of each of them
}

type pair struct {
	s env.State
	a env.Action
}

// fault is the error of a rule broken at a pair.
func (p pair) fault(rule, format string, args ...any) error {
	return fmt.Errorf("%s: state %d, action %d: %s", rule, p.s, p.a, fmt.Sprintf(format, args...))
}

func (c *check) size() error {
	c.states, c.actions = c.mdp.NumStates(), c.mdp.NumActions()
	switch {
	case c.states < 1:
		return fmt.Errorf("size: %d states, want at least 1", c.states)
	case c.actions < 1:
		return fmt.Errorf("size: %d actions, want at least 1", c.actions)
	case c.states > env.MaxPairs/c.actions:
		return fmt.Errorf("size: %d states times %d actions, want at most %d pairs", c.states, c.actions, env.MaxPairs)
	}
	return nil
}

// terminals records which states are terminal and picks the pairs to examine.
func (c *check) terminals() error {
	c.terminal = make([]bool, c.states)
	var open []env.State
	for s := range c.terminal {
		c.terminal[s] = c.mdp.Terminal(env.State(s))
		if !c.terminal[s] {
			open = append(open, env.State(s))
		}
	}
	if open == nil {
		return errors.New("terminal: every state is terminal, want at least one that is not")
	}
	if total := len(open) * c.actions; total <= c.maxPairs {
		for i := range total {
			c.pairs = append(c.pairs, pair{open[i/c.actions], env.Action(i % c.actions)})
		}
	} else {
		r := env.NewRand(c.seed, env.PurposeStatistics)
		for range c.maxPairs {
			c.pairs = append(c.pairs, pair{open[r.Intn(len(open))], env.Action(r.Intn(c.actions))})
		}
	}
	return c.terminalsAgain()
}

func (c *check) terminalsAgain() error {
	for s, was := range c.terminal {
		if now := c.mdp.Terminal(env.State(s)); now != was {
			return fmt.Errorf("terminal: state %d: Terminal is %v, then %v", s, was, now)
		}
	}
	if c.mdp.NumStates() != c.states || c.mdp.NumActions() != c.actions {
		return fmt.Errorf("size: %d states and %d actions, then %d and %d", c.states, c.actions, c.mdp.NumStates(), c.mdp.NumActions())
	}
	return nil
}
