package env

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Generator produces the episodes of a run: episode e is a function of (seed, e), the MDP and the policy, whoever asks and
// in whatever order the blocks are asked for.
//
// The random streams are named (seed, purpose, block), a block being BlockSize consecutive episodes; within a block the
// episodes are generated in order. A table under one of this package's policies is walked by a fused loop, any other MDP or
// policy through the interfaces; the two give the same bits.
//
// A Generator is not safe for concurrent use; several over one MDP are.
type Generator struct {
	mdp     MDP
	table   *Table // non-nil: the fused loop serves
	policy  Policy
	horizon int
	starts  starts
	slots   []uint32 // of a block of steps, for traces
	visited stamps   // of the last cycle
	stamped uint32   // the most steps it could have

	episode                    int64 // index of the next episode
	border                     int64 // the first episode of the next block
	startRand, polRand, envRnd Rand
	families                   [3]streams // of theirs

	lanes                     *lanes // nil until Simulate makes use of it
	simulated, simulatedSteps int64  // by Simulate so far: episodes and their steps
}

// NewGenerator returns a generator of episodes of m under p, cut after horizon steps, positioned at episode 0. The policy
// must not change while an episode is generated; between episodes it may.
func NewGenerator(m MDP, p Policy, horizon int, seed uint64) (*Generator, error) {
	var errs []error
	if m == nil {
		errs = append(errs, &FieldError{"MDP", nil, "an environment"})
	}
	if p == nil {
		errs = append(errs, &FieldError{"policy", nil, "a policy"})
	}
	if horizon < 1 {
		errs = append(errs, &FieldError{"horizon", horizon, "at least 1 step"})
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	if err := fits(p, m); err != nil {
		return nil, err
	}
	g := &Generator{mdp: m, policy: p, horizon: horizon}
	if t, ok := TableOf(m); ok {
		g.table, g.starts = t, t.start
	} else {
		var err error
		if g.starts, err = newStarts(m); err != nil {
			return nil, err
		}
	}
	g.families = [3]streams{family(seed, PurposeStarts), family(seed, PurposePolicy), family(seed, PurposeEnvironment)}
	g.SeekBlock(0)
	return g, nil
}

// BlockSize is the number of consecutive episodes that share their random streams: 32, or 1 where the horizon exceeds
// 1024 steps. It is part of StreamVersion.
func BlockSize(horizon int) int64 {
	if horizon > 1024 {
		return 1
	}
	return 32
}

// SeekBlock positions the generator at the first episode of block. Episode e stands in block e / BlockSize(horizon).
func (g *Generator) SeekBlock(block int64) {
	g.episode = block * BlockSize(g.horizon)
	g.border = g.episode + BlockSize(g.horizon)
	g.startRand.enter(g.families[0], uint64(block))
	g.polRand.enter(g.families[1], uint64(block))
	g.envRnd.enter(g.families[2], uint64(block))
}

// Episode is the index of the episode that comes next.
func (g *Generator) Episode() int64 { return g.episode }

// SetPolicy changes the policy from the next episode on.
func (g *Generator) SetPolicy(p Policy) { g.policy = p }

// Starts is the stream of the starts of the present block, for choosing the next episode's pair.
func (g *Generator) Starts() *Rand { return &g.startRand }

// Start draws S_0 from the MDP's start distribution (uniform over the non-terminal states where it has none).
func (g *Generator) Start() State { return g.starts.draw(&g.startRand) }

// From generates the next episode into ep, from S_0 = s, A_0 = a on; the policy chooses A_1, A_2, ... An episode from a
// terminal state has no steps.
func (g *Generator) From(ep *Episode, s State, a Action) {
	ep.reset()
	if g.mdp.Terminal(s) {
		ep.States = append(ep.States, s)
	} else {
		g.walk(ep, s, a)
	}
	g.advance()
}

// FromState generates the next episode into ep, from S_0 = s on; the policy chooses every action.
func (g *Generator) FromState(ep *Episode, s State) {
	ep.reset()
	if g.mdp.Terminal(s) {
		ep.States = append(ep.States, s)
	} else {
		g.walk(ep, s, g.policy.Act(s, &g.polRand))
	}
	g.advance()
}

func (g *Generator) advance() {
	g.episode++
	if g.episode == g.border {
		g.SeekBlock(g.episode / BlockSize(g.horizon))
	}
}

func (g *Generator) walk(ep *Episode, s State, a Action) {
	if g.table != nil {
		switch p := g.policy.(type) {
		case Deterministic:
			walkFused(g, ep, &Soft{Best: p}, nil, s, a)
			return
		case *Soft:
			walkFused(g, ep, p, nil, s, a)
			return
		case *Stochastic:
			walkFused(g, ep, nil, p, s, a)
			return
		}
	}
	g.walkAny(ep, s, a)
}

// walkAny is the loop for anyone's MDP and policy; walkFused must give the same bits.
func (g *Generator) walkAny(ep *Episode, s State, a Action) {
	ep.States = append(ep.States, s)
	for t := 1; ; t++ {
		next, reward := g.mdp.Step(s, a, &g.envRnd)
		ep.Actions = append(ep.Actions, a)
		ep.Rewards = append(ep.Rewards, reward)
		ep.States = append(ep.States, next)
		if g.mdp.Terminal(next) {
			return
		}
		if t == g.horizon {
			ep.Truncated = true
			return
		}
		s, a = next, g.policy.Act(next, &g.polRand)
	}
}

// CopyPosition moves g to the position of o, a generator of the same run.
func (g *Generator) CopyPosition(o *Generator) {
	g.episode, g.border, g.startRand, g.polRand, g.envRnd = o.episode, o.border, o.startRand, o.polRand, o.envRnd
}

const generatorStateSize = 8 + 3*randStateSize

// MarshalBinary returns the exact position of the generator.
func (g *Generator) MarshalBinary() ([]byte, error) {
	b := binary.BigEndian.AppendUint64(nil, uint64(g.episode))
	for _, r := range []*Rand{&g.startRand, &g.polRand, &g.envRnd} {
		state, err := r.MarshalBinary()
		if err != nil {
			return nil, err
		}
		b = append(b, state...)
	}
	return b, nil
}

// UnmarshalBinary moves the generator to a position that MarshalBinary returned.
func (g *Generator) UnmarshalBinary(b []byte) error {
	if len(b) != generatorStateSize {
		return fmt.Errorf("state of a generator: %d bytes, want %d", len(b), generatorStateSize)
	}
	g.episode = int64(binary.BigEndian.Uint64(b))
	size := BlockSize(g.horizon)
	g.border = g.episode - g.episode%size + size
	for i, r := range []*Rand{&g.startRand, &g.polRand, &g.envRnd} {
		if err := r.UnmarshalBinary(b[8+i*randStateSize:][:randStateSize]); err != nil {
			return err
		}
	}
	return nil
}
