package mc

import (
	"context"
	"errors"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Control is what the learners share: the table, the policy and the bookkeeping of a run. Their control flow is their own.
// It is made by their constructors.
type Control struct {
	// Workers is the number of goroutines that share a batch or a sweep; 0 means 1. No result depends on it. All of them play,
	// and one, the caller's own, also merges what the others have played, 6 to 20% of the work. They end with each call of
	// Next. Each keeps 4 bytes for each pair where there are less than 2^20 (beyond, in proportion to an episode), its episode,
	// and the scores of a few thousand steps eight times.
	Workers int

	algorithm string
	options   any // as given, for the checkpoint
	problem   Problem
	rules     rules
	seed      uint64

	world    shape // of all pairs; that of q but where state values are estimated
	q        *QTable
	greedy   []env.Action // pi(s), length |S|
	policy   *env.Soft    // epsilon-greedy about greedy
	plays    env.Policy   // what generates episodes: policy, unless it is given from outside
	live     []env.State  // the non-terminal states; nil: all
	players  []*player
	unit     part   // of one worker
	crew     *crew  // of several
	position []byte // of the random streams, from a checkpoint taken inside a block

	direct bool      // each episode is learned from on its own, see learnRuns
	rival  []float64 // of each state: no action but the greedy one has a higher value; if direct

	progress Progress
	pending  []env.State // states to improve
	inList   []bool      // of each state: it is in pending
	changed  []env.State // states whose greedy action the last improvement of those changed
	far      bool        // from one improvement to the next there are many steps for each state
}

// newRun makes what a learner needs whose policy is given from outside.
func newRun(algorithm string, p Problem, options any, r rules, seed uint64) (*Control, error) {
	errs := []error{p.Validate()}
	if p.MDP != nil && p.validateSize() == nil {
		errs = append(errs, r.validate(p))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	c := &Control{algorithm: algorithm, options: options, problem: p, rules: r, seed: seed, world: newShape(states, actions)}
	if r.states {
		actions = 1
	}
	c.q = NewQTable(states, actions)
	if r.intervals {
		c.q.spreads = make([]estimate.Spread, len(c.q.cells))
	}
	for s := range env.State(states) {
		if p.MDP.Terminal(s) {
			c.live = liveStates(p.MDP)
			if len(c.live) == 0 {
				return nil, &env.FieldError{Field: "MDP", Value: "all states terminal", Want: "at least one non-terminal state"}
			}
			break
		}
	}
	r0, _ := rewardMax(p.MDP)
	c.met(r0)
	return c, nil
}

func newControl(algorithm string, p Problem, options any, r rules, seed uint64) (*Control, error) {
	c, err := newRun(algorithm, p, options, r, seed)
	if err != nil {
		return nil, err
	}
	states, actions := c.world.states, c.world.actions
	c.greedy, c.inList = make([]env.Action, states), make([]bool, states)
	copy(c.greedy, r.policy)
	if r.optimistic {
		c.q.fill(r.initialValue)
	}
	if c.policy, err = env.NewSoft(c.greedy, actions, r.schedule.At(0)); err != nil {
		return nil, err
	}
	c.plays = c.policy
	if t, ok := env.TableOf(p.MDP); ok && !r.shared {
		if err := c.policy.Compile(t); err != nil {
			return nil, err
		}
	}
	if c.rules.improve == ImproveSweep {
		c.rules.batch = c.pairs() * c.rules.perPair
	}
	if c.direct = c.rules.direct(states*actions, p.Horizon); c.direct {
		c.rival = make([]float64, states)
		c.forgetRivals()
	}
	c.far = c.rules.batch > 1 && float64(c.rules.batch)*float64(p.Horizon) >= 32*float64(states)
	return c, nil
}

func liveStates(m env.MDP) []env.State {
	var live []env.State
	for s := range env.State(m.NumStates()) {
		if !m.Terminal(s) {
			live = append(live, s)
		}
	}
	return live
}

// pairs is the number of pairs (s, a) with s non-terminal.
func (c *Control) pairs() int64 {
	if c.live != nil {
		return int64(len(c.live)) * int64(c.world.actions)
	}
	return int64(c.world.states) * int64(c.world.actions)
}

// pair returns the i-th of those pairs, in row-major order.
func (c *Control) pair(i int64) (env.State, env.Action) {
	s := c.world.state(int32(i))
	a := env.Action(int(i) - int(s)*c.world.actions)
	if c.live != nil {
		s = c.live[s]
	}
	return s, a
}

// episodesLeft is the number of episodes up to the next improvement.
func (c *Control) episodesLeft() int64 {
	if c.rules.batch == 1 {
		return 1
	}
	return c.rules.batch - c.progress.Episodes%c.rules.batch
}

// begin is called before scores are learned. Where a new iteration begins, it forgets the returns of the last one if the
// rule says so.
func (c *Control) begin() {
	if c.rules.batch > 1 && c.progress.Episodes%c.rules.batch != 0 {
		return
	}
	if c.rules.improve == ImproveStep {
		c.progress.Changed = 0
	}
	if c.rules.average == ResetAverage && c.progress.Episodes > 0 {
		c.q.forget()
		c.forgetRivals()
		if c.rules.optimistic {
			c.q.fill(c.rules.initialValue)
		}
	}
}

// learn merges scores into the table, in their order: q <- Returns/Num. It notes the states to improve.
func (c *Control) learn(scores []score) {
	if c.rules.single() {
		c.learnEach(scores)
		return
	}
	if c.rules.evaluate || c.q.spreads != nil {
		c.learnClusters(scores)
		return
	}
	if c.far {
		c.learnBatch(scores)
		return
	}
	q, greedy, every := c.q, c.greedy, c.rules.ties == RandomTie
	for i := range scores {
		y := &scores[i]
		s := q.state(y.pair)
		cell, best := &q.cells[y.pair], &q.cells[int(s)*q.actions+int(greedy[s])]
		before := *cell
		cell.AddSum(y.sum, int64(y.n))
		if cell != best {
			if cell.Value() < best.Value() && best.N() > 0 && !every {
				continue // the greedy action is still ahead
			}
		} else if cell.Value() >= before.Value() && before.N() > 0 && !every {
			continue // the greedy action has gained
		}
		c.note(s)
	}
}

// learnBatch is learn where an improvement is far: whether the greedy action is still ahead is asked once, by improve.
func (c *Control) learnBatch(scores []score) {
	q := c.q
	for i := range scores {
		y := &scores[i]
		q.cells[y.pair].AddSum(y.sum, int64(y.n))
		c.note(q.state(y.pair))
	}
}

// learnEach is learn where every score is one return: with a step size, or with an improvement after each.
func (c *Control) learnEach(scores []score) {
	for _, y := range scores {
		c.rules.step.Update(&c.q.cells[y.pair], y.sum)
		s := c.q.state(y.pair)
		switch {
		case c.rules.evaluate:
		case c.rules.improve != ImproveStep:
			c.note(s)
		case c.improve(s):
			c.progress.Changed++
		}
	}
}

// note puts s among the states to improve.
func (c *Control) note(s env.State) {
	if !c.inList[s] {
		c.inList[s] = true
		c.pending = append(c.pending, s)
	}
}

// end is called after the episodes of a pass; it improves the policy if the iteration is complete.
func (c *Control) end() {
	if c.rules.batch > 1 && c.progress.Episodes%c.rules.batch != 0 {
		return
	}
	c.changed = c.changed[:0]
	for _, s := range c.pending {
		c.inList[s] = false
		if c.improve(s) {
			c.changed = append(c.changed, s)
		}
		if c.rival != nil {
			c.rival[s] = c.rivalOf(s)
		}
	}
	c.pending = c.pending[:0]
	if c.rules.improve != ImproveStep {
		c.progress.Changed = len(c.changed)
	}
	c.progress.Iterations++
}

// pass plays the episodes up to the next improvement, but at most limit of them, learns from them, and improves the policy
// if the iteration is complete.
func (c *Control) pass(ctx context.Context, limit int64, by episodic) error {
	if limit <= 0 {
		return nil
	}
	var err error
	if c.direct {
		err = c.one(ctx, by)
	} else {
		err = c.play(ctx, min(limit, c.episodesLeft()), by)
	}
	if err == nil {
		c.end()
	}
	return err
}

// Q is the table of estimates. It is the learner's own: it changes as the learner goes on.
func (c *Control) Q() *QTable { return c.q }

// Progress tells how far the run has come.
func (c *Control) Progress() Progress { return c.progress }

// met sets the largest |r|, and what follows from it.
func (c *Control) met(rewardMax float64) {
	c.progress.RewardMax, c.progress.Bound = rewardMax, c.problem.TruncationBound(rewardMax)
}

// Policy returns a copy of the greedy policy, length |S|: the greedy action over the visited actions of each state, the
// initial policy where none is visited.
func (c *Control) Policy() env.Deterministic { return append(env.Deterministic(nil), c.greedy...) }

// Unvisited lists the pairs, as indices s*|A| + a, whose value rests on no return.
func (c *Control) Unvisited() []int { return c.q.Unvisited(c.problem.MDP) }
