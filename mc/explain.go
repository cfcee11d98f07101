package mc

import (
	"context"
	"fmt"
	"math"
	"slices"

	"example.com/mcrl/env"
)

// Explained is one episode of a run, step by step: what was played, the return of each step, and what was learned from it.
type Explained struct {
	Number  int64             // of the episode in its run: 0, 1, 2, ...
	Policy  env.Deterministic // the greedy actions of the policy that played it, length |S|; nil for a prediction
	Epsilon float64           // of that policy; 0 for a prediction
	Episode env.Episode       // S_0, A_0, R_1, ..., S_T
	Returns []float64         // length T: Returns[t] is G_t = R_{t+1} + gamma G_{t+1}
	Scoring []Scoring         // length T: what the visit rule makes of step t
	First   []int             // length T: the first step that visits what step t visits; t itself at a first visit
	Updates []Update          // one for each step that is scored, in their order: t falling
	Changes []Change          // states in which the episode has changed the greedy action, ascending

	// Difference is the largest |q - q'| of all pairs after the episode, q being updated here by one return after the other, q'
	// the learner's own table: 0, or what rounding leaves where the learner sums returns first, or adds up cycles.
	Difference float64
}

// Scoring says what the visit rule makes of a step of an episode.
type Scoring uint8

// What becomes of a step.
const (
	Scored     Scoring = iota
	NotInitial         // only (s_0, a_0) is scored
	NotFirst           // what is valued has been visited before in this episode
	InTail             // the episode is cut, and its last steps are not scored
)

var scoringNames = []string{"scored", "not-initial", "not-first", "tail"}

// String returns the name, the one used in JSON.
func (s Scoring) String() string { return nameOf(scoringNames, uint8(s)) }

// MarshalText returns the name.
func (s Scoring) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts the name.
func (s *Scoring) UnmarshalText(b []byte) error {
	return parseName("scoring", scoringNames, b, (*uint8)(s))
}

// Update is what one return changes:
//
//	N <- N + 1,   q <- q + alpha (g - q),   alpha = 1/N for an average
//
// Where state values are estimated, q is v(s).
type Update struct {
	Step          int // t
	State         env.State
	Action        env.Action
	Return        float64 // g = G_t
	N             int64   // returns behind q, this one included
	Before, After float64 // q
	Greedy        Change  // pi(s_t): it moves here if the policy improves after each update; the zero value for a prediction
}

// Change is the greedy action of a state before and after.
type Change struct {
	State         env.State
	Before, After env.Action
}

// Explain plays the next episode of a learner of this package, as l.Next does, and tells step by step what happens in it:
//
//	following pi, generate an episode: s_0, a_0, r_1, ..., s_{T-1}, a_{T-1}, r_T
//	g <- 0
//	for each step t = T-1, T-2, ..., 0:
//	    g <- gamma g + r_{t+1}
//	    if the visit of (s_t, a_t) is scored:
//	        N(s_t, a_t) <- N(s_t, a_t) + 1;  q(s_t, a_t) <- q(s_t, a_t) + (g - q(s_t, a_t)) / N(s_t, a_t)
//	        pi(s_t) <- argmax_a q(s_t, a), if the policy improves after each update
//	improve pi, if it improves now
//
// The account is this loop on a copy of the table; the learner goes its own way. After it, the learner stands where Next would have
// left it, so any number of episodes can be explained anywhere in a run: they are those of the run. The error is a FieldError for a
// learner that plays no episodes in this way, or ctx's error, with no episode played.
//
// Source: Zhao, algorithms 5.1 to 5.3; Sutton & Barto, sections 5.1, 5.3 and 5.4.
func Explain(ctx context.Context, l Learner) (*Explained, error) {
	of, ok := l.(interface{ control() *Control })
	if !ok {
		return nil, &env.FieldError{Field: "learner", Value: fmt.Sprintf("%T", l), Want: "a Basic, ExploringStarts, EpsilonGreedy or Prediction"}
	}
	if p, ok := l.(*Prediction); ok && p.recorded {
		return nil, p.Next(ctx, 1)
	}
	c := of.control()
	x, err := c.preview()
	if err != nil {
		return nil, err
	}
	book := c.copyTable()
	book.explain(x)
	if err := l.Next(ctx, 1); err != nil {
		return nil, err
	}
	for i := range c.q.cells {
		x.Difference = max(x.Difference, math.Abs(book.q.cells[i].Value()-c.q.cells[i].Value()))
	}
	return x, nil
}

func (c *Control) control() *Control { return c }

func (l *Prediction) control() *Control { return &l.run }

// preview generates the next episode without taking it from the learner.
func (c *Control) preview() (*Explained, error) {
	x := &Explained{Number: c.progress.Episodes}
	if c.policy != nil {
		x.Policy, x.Epsilon = c.Policy(), c.rules.schedule.At(c.progress.Iterations)
		c.policy.SetEpsilon(x.Epsilon) // as the learner will
	}
	gen, err := env.NewGenerator(c.problem.MDP, c.plays, c.problem.Horizon, c.seed)
	if err != nil {
		return nil, err
	}
	if c.rules.shared {
		gen.SeekBlock(x.Number / env.BlockSize(c.problem.Horizon)) // nothing is random, and the learner has no generator
	} else if err := c.seek(x.Number); err != nil {
		return nil, err
	} else {
		gen.CopyPosition(c.players[0].gen)
	}
	if s, a, pair := c.start(gen, x.Number); pair {
		gen.From(&x.Episode, s, a)
	} else {
		gen.FromState(&x.Episode, s)
	}
	return x, nil
}

// copyTable returns a learner with a copy of the table and of the policy, that is to say of all that an episode changes.
func (c *Control) copyTable() *Control {
	b := &Control{problem: c.problem, rules: c.rules, seed: c.seed, world: c.world, progress: c.progress}
	b.q = &QTable{shape: c.q.shape, cells: slices.Clone(c.q.cells)}
	if c.policy != nil {
		b.greedy, b.pending, b.inList = slices.Clone(c.greedy), slices.Clone(c.pending), slices.Clone(c.inList)
		b.policy, _ = env.NewSoft(b.greedy, c.world.actions, 0) // valid: it was when the learner was made
	}
	return b
}

// explain learns from x.Episode by the book, and notes what it does.
func (c *Control) explain(x *Explained) {
	ep := &x.Episode
	x.Returns, x.Scoring, x.First = make([]float64, ep.Len()), make([]Scoring, ep.Len()), make([]int, ep.Len())
	c.applyVisitRule(x)
	c.begin()
	g := 0.0
	for t := ep.Len() - 1; t >= 0; t-- { // for each step t = T-1, T-2, ..., 0
		g = float64(c.problem.Gamma*g) + ep.Rewards[t] // g <- gamma g + r_{t+1}
		x.Returns[t] = g
		if x.Scoring[t] == Scored {
			x.Updates = append(x.Updates, c.update(t, ep.States[t], ep.Actions[t], g))
		}
	}
	c.progress.Episodes++
	if c.rules.evaluate {
		return
	}
	c.end()
	for s, a := range c.greedy {
		if before := x.Policy[s]; a != before {
			x.Changes = append(x.Changes, Change{env.State(s), before, a})
		}
	}
}

// applyVisitRule says which steps are scored.
func (c *Control) applyVisitRule(x *Explained) {
	ep, first := &x.Episode, map[int32]int{}
	end := ep.Len()
	if ep.Truncated {
		end = max(0, end-c.rules.tail)
	}
	for t := range ep.Actions {
		i := c.valued(ep.States[t], ep.Actions[t])
		at, again := first[i]
		if !again {
			at, first[i] = t, t
		}
		x.First[t] = at
		switch {
		case t >= end:
			x.Scoring[t] = InTail
		case c.rules.visit == InitialVisit && t > 0:
			x.Scoring[t] = NotInitial
		case c.rules.visit == FirstVisit && again:
			x.Scoring[t] = NotFirst
		}
	}
}

// valued is the place in the table of what a visit of (s, a) is scored for.
func (c *Control) valued(s env.State, a env.Action) int32 {
	if c.rules.states {
		return int32(s)
	}
	return int32(int(s)*c.world.actions + int(a))
}

// update scores the return g of step t.
func (c *Control) update(t int, s env.State, a env.Action, g float64) Update {
	cell := &c.q.cells[c.valued(s, a)]
	u := Update{Step: t, State: s, Action: a, Return: g, Before: cell.Value()}
	c.rules.step.Update(cell, g) // Num <- Num + 1; q <- Returns / Num
	u.N, u.After = cell.N(), cell.Value()
	if c.rules.evaluate {
		return u
	}
	u.Greedy = Change{State: s, Before: c.greedy[s]}
	if c.rules.improve == ImproveStep {
		c.improve(s) // pi(s_t) <- argmax_a q(s_t, a)
	} else {
		c.note(s)
	}
	u.Greedy.After = c.greedy[s]
	return u
}
