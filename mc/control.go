package mc

import (
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// rules are the options that the three learners share, with every "as printed" resolved.
type rules struct {
	visit   Visit
	ties    Ties
	improve Improve
	average Average
	step    estimate.StepSize
	starts  Starts
	state   env.State  // FixedState, FixedPair
	action  env.Action // FixedPair
	perPair int64      // consecutive episodes from one pair, SweepPairs
	batch   int64      // episodes between improvements
	tail    int
	cycles  bool
	shared  bool

	optimistic   bool
	initialValue float64
	policy       []env.Action

	schedule      Schedule
	contradiction error // between options, found while they were resolved
}

// single reports whether every return is an update of its own.
func (r *rules) single() bool { return r.improve == ImproveStep || r.step != (estimate.StepSize{}) }

// Control is what the learners share: the table, the policy and the bookkeeping of a run. Their control flow is their own.
// It is made by their constructors.
type Control struct {
	// Workers is the number of goroutines that share a batch or a sweep; 0 means 1. No result depends on it.
	Workers int

	algorithm string
	options   any // as given, for the checkpoint
	problem   Problem
	rules     rules
	seed      uint64

	q        *QTable
	greedy   []env.Action // pi(s), length |S|
	policy   *env.Soft    // what generates episodes: epsilon-greedy about greedy
	live     []env.State  // the non-terminal states; nil: all
	players  []*player
	unit     part   // of one worker
	parts    []part // of the present round of several
	position []byte // of the random streams, from a checkpoint taken inside a block

	progress Progress
	pending  []env.State // states to improve
	inList   []bool      // of each state: it is in pending
}

func newControl(algorithm string, p Problem, options any, r rules, seed uint64) (*Control, error) {
	errs := []error{p.Validate()}
	if p.MDP != nil && p.validateSize() == nil {
		errs = append(errs, r.validate(p))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	c := &Control{
		algorithm: algorithm, options: options, problem: p, rules: r, seed: seed,
		q: NewQTable(states, actions), greedy: make([]env.Action, states), inList: make([]bool, states),
	}
	copy(c.greedy, r.policy)
	if r.optimistic {
		c.q.fill(r.initialValue)
	}
	var err error
	if c.policy, err = env.NewSoft(c.greedy, actions, r.schedule.At(0)); err != nil {
		return nil, err
	}
	if t, ok := env.TableOf(p.MDP); ok {
		if err := c.policy.Compile(t); err != nil {
			return nil, err
		}
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
	if c.rules.improve == ImproveSweep {
		c.rules.batch = c.pairs() * c.rules.perPair
	}
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

// maxPerPair keeps the number of episodes of a sweep within an int64.
const maxPerPair = 1 << 32

func (r *rules) validate(p Problem) error {
	errs := []error{
		checkName("visit", visitNames, uint8(r.visit)), checkName("ties", tieNames, uint8(r.ties)),
		checkName("improve", improveNames, uint8(r.improve)), checkName("average", averageNames, uint8(r.average)),
		checkName("starts", startNames, uint8(r.starts)), r.step.Validate(), r.schedule.Validate(), r.contradiction,
	}
	bad := func(field string, value any, want string) {
		errs = append(errs, &env.FieldError{Field: field, Value: value, Want: want})
	}
	states, actions := p.MDP.NumStates(), p.MDP.NumActions()
	if r.perPair < 1 || r.perPair > maxPerPair {
		bad("episodes per pair", r.perPair, fmt.Sprintf("1 to %d (0 means 1)", int64(maxPerPair)))
	}
	if r.perPair > 1 && r.starts != SweepPairs {
		bad("episodes per pair", r.perPair, "none unless starts is sweep-pairs")
	}
	if r.batch < 1 {
		bad("batch", r.batch, "at least 1 episode (0 means 1)")
	}
	if r.tail < 0 || p.Horizon > 0 && r.tail >= p.Horizon {
		bad("tail", r.tail, "a number of steps, 0 or more and less than the horizon")
	}
	if !r.optimistic && r.initialValue != 0 {
		bad("initial value", r.initialValue, "none unless optimistic")
	}
	if math.IsNaN(r.initialValue) || math.IsInf(r.initialValue, 0) {
		bad("initial value", r.initialValue, "a finite number")
	}
	fixed := r.starts == FixedState || r.starts == FixedPair
	if !fixed && r.state != 0 {
		bad("state", r.state, "none unless starts is fixed-state or fixed-pair")
	}
	if r.starts != FixedPair && r.action != 0 {
		bad("action", r.action, "none unless starts is fixed-pair")
	}
	if fixed && (r.state < 0 || int(r.state) >= states || p.MDP.Terminal(r.state)) {
		bad("state", r.state, fmt.Sprintf("a non-terminal state in [0, %d)", states))
	}
	if r.starts == FixedPair && (r.action < 0 || int(r.action) >= actions) {
		bad("action", r.action, fmt.Sprintf("an action in [0, %d)", actions))
	}
	if r.policy != nil && len(r.policy) != states {
		bad("policy", fmt.Sprintf("%d actions", len(r.policy)), fmt.Sprintf("one for each of the %d states", states))
	}
	t, table := env.TableOf(p.MDP)
	certain := table && t.Deterministic()
	if r.cycles && !certain {
		bad("cycles", true, "an environment that is a table with certain transitions")
	}
	if r.cycles && r.visit == EveryVisit {
		bad("cycles", true, "visit first or initial")
	}
	if r.shared && !certain {
		bad("shared", true, "an environment that is a table with certain transitions")
	}
	if r.shared && r.visit != InitialVisit {
		bad("shared", true, "visit initial")
	}
	for s, a := range r.policy {
		if a < 0 || int(a) >= actions {
			bad(fmt.Sprintf("policy[%d]", s), a, fmt.Sprintf("an action in [0, %d)", actions))
			break
		}
	}
	return errors.Join(errs...)
}

// pairs is the number of pairs (s, a) with s non-terminal.
func (c *Control) pairs() int64 {
	if c.live != nil {
		return int64(len(c.live)) * int64(c.q.actions)
	}
	return int64(c.q.states) * int64(c.q.actions)
}

// pair returns the i-th of those pairs, in row-major order.
func (c *Control) pair(i int64) (env.State, env.Action) {
	s := c.q.state(int32(i))
	a := env.Action(int(i) - int(s)*c.q.actions)
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
	if c.progress.Episodes%c.rules.batch != 0 {
		return
	}
	if c.rules.improve == ImproveStep {
		c.progress.Changed = 0
	}
	if c.rules.average == ResetAverage && c.progress.Episodes > 0 {
		c.q.forget()
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

// learnEach is learn where every score is one return: with a step size, or with an improvement after each.
func (c *Control) learnEach(scores []score) {
	for _, y := range scores {
		c.rules.step.Update(&c.q.cells[y.pair], y.sum)
		s := c.q.state(y.pair)
		if c.rules.improve != ImproveStep {
			c.note(s)
		} else if c.improve(s) {
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
	if c.rules.improve != ImproveStep {
		c.progress.Changed = 0
	}
	for _, s := range c.pending {
		c.inList[s] = false
		if c.improve(s) {
			c.progress.Changed++
		}
	}
	c.pending = c.pending[:0]
	c.progress.Iterations++
}

// pass plays the episodes up to the next improvement, but at most limit of them, learns from them, and improves the policy
// if the iteration is complete.
func (c *Control) pass(ctx context.Context, limit int64, by episodic) error {
	if limit <= 0 {
		return nil
	}
	if err := c.play(ctx, min(limit, c.episodesLeft()), by); err != nil {
		return err
	}
	c.end()
	return nil
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
