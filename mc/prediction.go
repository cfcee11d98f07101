package mc

import (
	"context"
	"errors"
	"io"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// Estimand says whose values are estimated.
type Estimand uint8

// The estimands.
const (
	StateValues  Estimand = iota // v_pi(s)
	ActionValues                 // q_pi(s, a)
)

var estimandNames = []string{"state-values", "action-values"}

// String returns the estimand's name, the one used in JSON.
func (e Estimand) String() string { return nameOf(estimandNames, uint8(e)) }

// MarshalText returns the estimand's name.
func (e Estimand) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText accepts the estimand's name.
func (e *Estimand) UnmarshalText(b []byte) error {
	return parseName("of", estimandNames, b, (*uint8)(e))
}

// PredictionOptions are the options of MC prediction; the zero value is first-visit MC prediction of v as printed in Sutton &
// Barto, starting where the environment does.
type PredictionOptions struct {
	Of    Estimand          `json:"of"`    // as printed: state-values
	Visit Visit             `json:"visit"` // as printed: first; of the state, or of the pair, whose value is estimated
	Step  estimate.StepSize `json:"step"`

	// Starts is as printed: environment. For state values, the policy chooses a_0 too, so episodes do not start from pairs.
	Starts   Starts     `json:"starts"`
	Episodes int64      `json:"episodes,omitempty"` // consecutive ones from one pair, sweep-pairs; 0 means 1
	State    env.State  `json:"state,omitempty"`    // fixed-pair, fixed-state
	Action   env.Action `json:"action,omitempty"`   // fixed-pair
	Tail     int        `json:"tail,omitempty"`     // steps at the end of a truncated episode that are not scored

	// Batch is how many episodes one call of Next plays at most, so how often Run yields; 0: all that are asked for. No
	// result depends on it.
	Batch int64 `json:"-"`

	Intervals bool `json:"intervals,omitempty"` // the table keeps what QTable.Intervals needs

	// Piece cuts an episode into pieces of so many steps, each a cluster of the intervals (batch means); 0: the episode is one. It is
	// for every visit in a few long episodes. Returns at the end of a piece share the rewards that follow with the next
	// piece, as far as gamma lets them: a piece is to be ten times 1/(1-gamma), and a pair is to be visited in many of them. A Tail
	// leaves out the returns that the horizon cuts. The documentation of the package has a table.
	Piece int `json:"piece,omitempty"`
}

// Prediction is MC prediction, or mean estimation of returns: what a policy is worth, by episodes alone.
//
//	for each episode:
//	    select a start; following pi, generate an episode of length T: s_0, a_0, r_1, ..., s_{T-1}, a_{T-1}, r_T
//	    g <- 0
//	    for each step t = T-1, T-2, ..., 0:
//	        g <- gamma g + r_{t+1}
//	        (first visit) unless s_t appears in s_0, ..., s_{t-1}:
//	            Returns(s_t) <- Returns(s_t) + g;  Num(s_t) <- Num(s_t) + 1
//	            v(s_t) <- Returns(s_t) / Num(s_t)
//
// and likewise with pairs (s_t, a_t) for q. The policy is never improved.
//
// Values are those of episodes of T steps: Progress.Bound is what the cut can cost the first of them. The mean of the initial
// visits is unbiased for T steps, that of the first visits for those that remain; that of every visit has a bias of the order of
// one over the number of episodes. To estimate v and q of the same episodes, make two learners with the same seed and starts.
//
// Source: Sutton & Barto, sections 5.1 and 5.2; Zhao, section 5.1.
type Prediction struct {
	// Workers is the number of goroutines that share the episodes of a call of Next; 0 means 1. No result depends on it.
	Workers int

	run      Control
	batch    int64
	recorded bool // episodes come by Add
}

// NewPrediction returns a learner that has seen nothing. The policy is not to change while the learner is in use; nil means that
// the episodes are recorded ones, which Add is given. The error joins a FieldError for every field out of range.
func NewPrediction(p Problem, policy env.Policy, o PredictionOptions, seed uint64) (*Prediction, error) {
	r := o.rules(policy == nil)
	c, err := newRun("prediction", p, o, r, seed)
	errs := []error{err, checkName("of", estimandNames, uint8(o.Of))}
	if policy != nil && p.MDP != nil && p.validateSize() == nil {
		_, err := env.NewGenerator(p.MDP, policy, max(1, p.Horizon), seed)
		errs = append(errs, err)
	}
	if o.Batch < 0 {
		errs = append(errs, &env.FieldError{Field: "batch", Value: o.Batch, Want: "a number of episodes, 0 or more"})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if c.plays, err = prepared(policy, p.MDP); err != nil {
		return nil, err
	}
	return &Prediction{run: *c, batch: o.Batch, recorded: policy == nil}, nil
}

// prepared returns a copy of a greedy or an epsilon-greedy policy that is compiled for the table, where episodes are walked on
// one with certain transitions; it takes the same actions from the same symbols. Other policies are themselves.
func prepared(policy env.Policy, m env.MDP) (env.Policy, error) {
	t, ok := env.TableOf(m)
	if !ok || !t.Deterministic() {
		return policy, nil
	}
	var best []env.Action
	eps := 0.0
	switch p := policy.(type) {
	case env.Deterministic:
		best = slices.Clone(p)
	case *env.Soft:
		best, eps = slices.Clone(p.Best), p.Epsilon()
	default:
		return policy, nil
	}
	for s := range best {
		if m.Terminal(env.State(s)) {
			best[s] = 0 // never asked for, and perhaps out of range
		}
	}
	soft, err := env.NewSoft(best, m.NumActions(), eps)
	if err != nil {
		return nil, err
	}
	return soft, soft.Compile(t)
}

// rules resolves what is left as printed.
func (o PredictionOptions) rules(recorded bool) rules {
	r := rules{evaluate: true, visit: o.Visit, step: o.Step, starts: o.Starts, state: o.State, action: o.Action,
		perPair: orOne(o.Episodes), tail: o.Tail, states: o.Of == StateValues, intervals: o.Intervals, piece: o.Piece,
		improve: ImproveBatch, batch: 1, average: Cumulative}
	if r.visit == VisitAsPrinted {
		r.visit = FirstVisit
	}
	if recorded && o.Starts != StartsAsPrinted {
		r.contradiction = &env.FieldError{Field: "starts", Value: o.Starts, Want: "none: recorded episodes have their own"}
	}
	if r.starts == StartsAsPrinted {
		r.starts = EnvironmentStarts
	}
	return r
}

// Next plays the next episodes, at most limit of them and at most a batch. It returns ctx's error where ctx ends it; the episodes
// played until then count. A learner of recorded episodes has none to play, which is a FieldError.
func (l *Prediction) Next(ctx context.Context, limit int64) error {
	if l.recorded {
		return &env.FieldError{Field: "policy", Value: nil, Want: "a policy: recorded episodes are given by Add, not played"}
	}
	if l.batch > 0 {
		limit = min(limit, l.batch)
	}
	if limit <= 0 {
		return nil
	}
	l.run.Workers = l.Workers
	return l.run.play(ctx, limit, l)
}

func (l *Prediction) episode(p *player, e int64) {
	l.run.generate(p, e) // select a start; following pi, generate an episode
	if !l.run.rules.states {
		p.tally.score(&p.ep)
		return
	}
	p.keys.Pairs = l.run.statesOf(p.keys.Pairs[:0], p.ep.Pairs)
	p.keys.Index, p.keys.Rewards, p.keys.Truncated = p.ep.Index, p.ep.Rewards, p.ep.Truncated
	p.tally.score(&p.keys)
}

// statesOf appends the state of each pair to to.
func (c *Control) statesOf(to, pairs []int32) []int32 {
	for _, pair := range pairs {
		to = append(to, int32(c.world.state(pair)))
	}
	return to
}

// Table is the table of estimates: q(s, a) is At(s, a), or v(s) is At(s, 0) where state values are estimated. It is the learner's
// own: it changes as the learner goes on.
func (l *Prediction) Table() *QTable { return l.run.q }

// Progress tells how far the run has come. It has no iterations, since nothing is improved.
func (l *Prediction) Progress() Progress { return l.run.progress }

// Checkpoint returns what WriteCheckpoint writes.
func (l *Prediction) Checkpoint() ([]byte, error) { return l.run.Checkpoint() }

// WriteCheckpoint writes all that is needed to go on as if nothing had happened, see Control.WriteCheckpoint.
func (l *Prediction) WriteCheckpoint(w io.Writer) error { return l.run.WriteCheckpoint(w) }

// Restore sets a learner, made with the same problem, policy, options and seed, to a checkpoint, see Control.Restore. The policy
// is not checked.
func (l *Prediction) Restore(checkpoint []byte) error { return l.run.Restore(checkpoint) }
