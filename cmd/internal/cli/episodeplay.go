package cli

import (
	"context"
	"errors"
	"fmt"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// account is what `mcrl trace` shows: an episode, or one from each action of a state.
type account struct {
	world    *experiment.Model
	problem  mc.Problem
	seed     uint64
	title    string
	settings string               // lines about them, or ""
	algo     experiment.Algorithm // "": one policy is followed
	visit    mc.Visit
	alpha    float64 // constant step size, 0: averages
	improves string  // when the policy improves; "": never
	stepwise bool    // it improves after each update
	bound    float64
	episodes []*mc.Explained

	contest env.State         // with --action all: the state whose actions are compared, else -1
	policy  env.Deterministic // the one that is followed, and how it explores
	epsilon float64
}

// explain plays what the options ask for.
func (s *streams) explain(ctx context.Context, o episodeOptions) (*account, error) {
	if o.given("algo") {
		return s.explainLearner(ctx, o)
	}
	return s.explainPolicy(ctx, o)
}

// explainLearner accounts for an episode of `mcrl train`.
func (s *streams) explainLearner(ctx context.Context, o episodeOptions) (*account, error) {
	spec, err := o.spec()
	if err != nil {
		return nil, err
	}
	o.gamma = number(spec.Gamma) // where it was not given
	m, err := spec.Env.Model()
	if err != nil {
		return nil, err
	}
	begins, err := s.beginWith(ctx, m, o, spec)
	if err != nil {
		return nil, err
	}
	if err := spec.Check(m.Table); err != nil {
		return nil, err
	}
	l, err := experiment.NewLearner(spec, m.Table, 1)
	if err != nil {
		return nil, err
	}
	a := &account{world: m, problem: mc.Problem{MDP: m.Table, Gamma: spec.Gamma, Horizon: spec.Horizon}, seed: spec.Seed, algo: spec.Algorithm,
		title: algorithmTitles[spec.Algorithm], settings: settings(spec) + begins, contest: -1}
	a.readRules(spec)
	return a, a.play(ctx, l, int64(o.number))
}

// beginWith puts the policy that is asked for into the options of the algorithm, and says so.
func (s *streams) beginWith(ctx context.Context, m *experiment.Model, o episodeOptions, spec experiment.Spec) (string, error) {
	if !o.given("policy") {
		return "", nil
	}
	p, title, err := s.namedPolicy(ctx, m, o)
	switch {
	case spec.Basic != nil:
		spec.Basic.Policy = p
	case spec.Starts != nil:
		spec.Starts.Policy = p
	default:
		spec.EpsilonGreedy.Policy = p
	}
	return "it begins with " + title + "\n", err
}

// readRules takes from the specification what the account has to say.
func (a *account) readRules(spec experiment.Spec) {
	p := spec.Starts
	if spec.EpsilonGreedy != nil {
		p = &spec.EpsilonGreedy.StartsOptions
	}
	every := spec.Iteration(a.world.Table)
	a.improves = fmt.Sprintf("after every %s episodes", grouped(every))
	if b := spec.Basic; b != nil {
		a.visit, a.alpha = orVisit(b.Visit, mc.InitialVisit), b.Step.Constant
		return
	}
	a.visit, a.alpha, a.stepwise = orVisit(p.Visit, mc.EveryVisit), p.Step.Constant, p.Improve == mc.ImproveStep
	if every == 1 {
		a.improves = "after each episode"
	}
	if a.stepwise {
		a.improves = "after each update"
	}
}

func orVisit(v, printed mc.Visit) mc.Visit {
	if v == mc.VisitAsPrinted {
		return printed
	}
	return v
}

// explainPolicy accounts for an episode of one policy, or one from each action of a state.
func (s *streams) explainPolicy(ctx context.Context, o episodeOptions) (*account, error) {
	m, err := o.model()
	if err != nil {
		return nil, err
	}
	a := &account{world: m, seed: uint64(o.seed), title: "MC prediction", alpha: float64(o.alpha), contest: -1}
	a.problem = mc.Problem{MDP: m.Table, Gamma: float64(o.gamma)}
	a.problem.Horizon, _ = o.chooseHorizon(m, a.problem.Gamma) // no error: no tolerance is given
	if err := experiment.CheckReturns(m.Table, a.problem.Gamma, a.problem.Horizon); err != nil {
		return nil, err
	}
	options := mc.PredictionOptions{Of: mc.ActionValues, Visit: mc.FirstVisit, Step: estimate.StepSize{Constant: a.alpha}, Tail: int(o.tail)}
	actions, err := o.start(a, &options)
	if err = errors.Join(err, rule("visit", o.visit, visitRules, &options.Visit)); err != nil {
		return nil, err
	}
	a.visit = options.Visit
	policy, err := s.follow(ctx, a, o)
	if err != nil {
		return nil, err
	}
	for _, options.Action = range actions {
		l, err := mc.NewPrediction(a.problem, policy, options, a.seed)
		if err == nil {
			err = a.play(ctx, l, int64(o.number))
		}
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// follow returns the policy that the options ask for, and says which it is.
func (s *streams) follow(ctx context.Context, a *account, o episodeOptions) (p *env.Soft, err error) {
	var title string
	if a.policy, title, err = s.namedPolicy(ctx, a.world, o); err != nil {
		return nil, err
	}
	if a.epsilon = o.exploration(); a.epsilon > 0 {
		title += ", with epsilon " + shortest(a.epsilon)
	}
	a.settings = "pi is " + title + "\n"
	return env.NewSoft(a.policy, a.world.NumActions(), a.epsilon)
}

// start says where episodes begin, and lists the first actions of which each has an episode.
func (o episodeOptions) start(a *account, p *mc.PredictionOptions) (actions []env.Action, err error) {
	if !o.given("state") {
		return []env.Action{0}, nil
	}
	p.Starts = mc.FixedState
	if p.State, err = parseState(a.world, o.state); err != nil || !o.given("action") {
		return []env.Action{0}, err
	}
	p.Starts = mc.FixedPair
	if o.action != "all" {
		action, err := parseAction(a.world, o.action)
		return []env.Action{action}, err
	}
	a.contest = p.State
	for action := range env.Action(a.world.NumActions()) {
		actions = append(actions, action)
	}
	return actions, nil
}

// play plays n episodes, the last of which it takes down.
func (a *account) play(ctx context.Context, l mc.Learner, n int64) error {
	for _, err := range mc.Run(ctx, l, n-1) {
		if err != nil {
			return err
		}
	}
	x, err := mc.Explain(ctx, l)
	if err != nil {
		return err
	}
	a.bound = l.Progress().Bound
	a.episodes = append(a.episodes, x)
	return nil
}
