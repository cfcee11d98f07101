package experiment

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// Format and version of a certificate, and the name of its file beside the record.
const (
	CertificateFormat  = "mcrl certificate"
	CertificateVersion = 1
	CertificateFile    = "certificate.json"
)

// Certify says what is to be proven of a learned policy.
type Certify struct {
	Loss  float64 `json:"loss"`  // x: the loss of the policy is at most x, above 0
	Delta float64 `json:"delta"` // with probability at least 1 - delta, in (0, 1)
	Steps int64   `json:"steps"` // or until so many steps are played
}

// Certificate is what mc.Certified has proven of the greedy policy of a trial:
//
//	v*(s) - v_pi(s) <= Loss for every state s, with probability at least 1 - delta
//
// All of it is a function of the trial's spec, of its number of episodes, and of Certify: not of the number of workers, nor of
// interruptions, nor of a smaller number of steps that was asked for before.
type Certificate struct {
	Format   string      `json:"format"`
	Version  int         `json:"version"`
	Streams  string      `json:"streams"`  // env.StreamVersion
	Asked    Certify     `json:"asked"`    // what was to be proven
	Episodes int64       `json:"episodes"` // of the training that the policy was taken from
	Seed     uint64      `json:"seed"`     // of the proof, see Trial.Prove
	Progress mc.Progress `json:"progress"` // of the proof

	Reached  bool      `json:"reached"` // Loss is at most the one asked for
	Loss     float64   `json:"loss"`
	Cut      float64   `json:"cut"` // the part of Loss that is due to the horizon, gamma^T (hi - lo)/(1-gamma)^2
	State    env.State `json:"state"`
	Name     string    `json:"state_name"` // of the state where the loss could be largest
	Policies int       `json:"policies"`   // looked at: all but the last were proven to be worse than the next
	Open     int       `json:"open"`       // pairs that are not known well enough

	// ExactLoss is max_s [v*(s) - v_pi(s)] as the solver has it; null where the record has no exact values.
	ExactLoss *float64 `json:"exact_loss"`
	// Policy is the certified policy, length |S|; absent where it is the learned one.
	Policy []env.Action `json:"policy,omitempty"`
	// Points are bounds on the way, at the ends of rounds, and the last one; their numbers of steps increase.
	Points []Bound `json:"points"`
}

// Bound is what was proven after a number of steps.
type Bound struct {
	Steps    int64   `json:"steps"`
	Loss     float64 `json:"loss"`
	Policies int     `json:"policies"`
}

// Encode returns the JSON text of the certificate. Equal certificates give equal bytes.
func (c *Certificate) Encode() ([]byte, error) {
	text, err := json.Marshal(c)
	return append(text, '\n'), err
}

// Proof is a certificate in the making.
type Proof struct {
	trial   *Trial
	asked   Certify
	seed    uint64
	learned env.Deterministic
	prover  *mc.Certified
	points  []Bound
}

// Prove returns the proof that the greedy policy of the trial, as it stands, is as good as asked for. Nothing is played yet.
//
// It plays the trial's problem with random streams of its own, those of the seed
//
//	first 64 bits of the stream (seed of the spec, env.PurposeStatistics, 1)
//
// since the returns that chose a policy must not be those that prove it. The number of workers, 0 meaning 1, changes no
// result.
//
// The error joins a FieldError for every field out of range: gamma must be below 1, and the horizon must not alone leave more
// than the loss asked for between two actions that are equally good.
func (t *Trial) Prove(asked Certify, workers int) (*Proof, error) {
	if pairs := t.model.NumStates() * t.model.NumActions(); pairs > MaxExactPairs {
		return nil, bad("certify", asked.Loss, "a world of at most %d pairs: episodes start from each of them; this one has %d", MaxExactPairs, pairs)
	}
	if asked.Steps < 1 {
		return nil, bad("certify steps", asked.Steps, "at least 1")
	}
	if !(asked.Loss > 0) {
		return nil, bad("certify", asked.Loss, "a finite number above 0")
	}
	seed := env.NewRand(t.spec.Seed, env.PurposeStatistics, 1).Uint64()
	problem := mc.Problem{MDP: t.model.Table, Gamma: t.spec.Gamma, Horizon: t.spec.Horizon}
	policy := t.learner.Policy()
	prover, err := mc.NewCertified(problem, mc.CertifyOptions{Loss: asked.Loss, Delta: asked.Delta, Policy: policy, Workers: workers}, seed)
	if err != nil {
		return nil, err
	}
	if err := t.reachable(asked, prover.Certificate().Cut); err != nil {
		return nil, err
	}
	return &Proof{trial: t, asked: asked, seed: seed, learned: policy, prover: prover}, nil
}

// reachable demands that the horizon does not cut off more than the loss allows.
func (t *Trial) reachable(asked Certify, cut float64) error {
	gamma := t.spec.Gamma
	if cut <= asked.Loss*(1-gamma) {
		return nil
	}
	lo, hi := t.model.RewardRange()
	for s := range env.State(t.model.NumStates()) {
		if t.model.Terminal(s) { // nothing more is paid there
			lo, hi = min(lo, 0), max(hi, 0)
		}
	}
	horizon, err := mc.Problem{Gamma: gamma}.HorizonWithin(hi-lo, asked.Loss*(1-gamma))
	if err != nil {
		return bad("certify", asked.Loss, "a larger one: no horizon is long enough")
	}
	return bad("certify", asked.Loss, "at least %.2g, which the horizon of %d steps leaves open by itself; or a horizon of at least %d",
		upwards(cut/(1-gamma)), t.spec.Horizon, horizon)
}

// upwards is a number that %.2g does not round to one below x.
func upwards(x float64) float64 { return x + float64(x/16) }

// Play plays until the proof is complete or its steps are used up, by less than a block of episodes more than that, and yields its
// progress now and then. When ctx ends it yields its error once; what was proven until then holds, and a later Play, or one of a
// proof restored from its checkpoint, goes on as if nothing had happened.
func (p *Proof) Play(ctx context.Context) iter.Seq2[mc.Progress, error] {
	return func(yield func(mc.Progress, error) bool) {
		last, horizon := p.bound(), int64(p.trial.spec.Horizon)
		for !p.prover.Done() && last.Steps < p.asked.Steps {
			err := p.prover.Next(ctx, min(stretch, (p.asked.Steps-last.Steps-1)/horizon+1))
			now := p.bound()
			if now.differs(last) { // the end of a round, wherever the run was cut
				p.note(now)
			}
			last = now
			if !yield(p.prover.Progress(), err) || err != nil {
				return
			}
		}
	}
}

// Progress tells how far the proof has come.
func (p *Proof) Progress() mc.Progress { return p.prover.Progress() }

// bound is what is proven by now.
func (p *Proof) bound() Bound {
	y := p.prover.Certificate()
	return Bound{p.prover.Progress().Steps, y.Loss, y.Policies}
}

// differs reports whether the bounds themselves differ.
func (b Bound) differs(o Bound) bool { return b.Loss != o.Loss || b.Policies != o.Policies }

// note adds a point, but for an eighth more steps than those of the point before.
func (p *Proof) note(b Bound) {
	if n := len(p.points); n == 0 || b.Steps >= p.points[n-1].Steps+p.points[n-1].Steps/8 {
		p.points = append(p.points, b)
	}
}

// pointsToHere are the points and the end, which is no point of a proof that goes on.
func (p *Proof) pointsToHere() []Bound {
	end, n := p.bound(), len(p.points)
	if end.Steps == 0 || n > 0 && !end.differs(p.points[n-1]) {
		return p.points
	}
	return append(slices.Clone(p.points), end)
}

// Certificate returns what is proven by now.
func (p *Proof) Certificate() (*Certificate, error) {
	y, gamma := p.prover.Certificate(), p.trial.spec.Gamma
	c := &Certificate{Format: CertificateFormat, Version: CertificateVersion, Streams: env.StreamVersion, Asked: p.asked,
		Episodes: p.trial.learner.Progress().Episodes, Seed: p.seed, Progress: p.prover.Progress(), Reached: p.prover.Done(),
		Loss: y.Loss, Cut: y.Cut / (1 - gamma), State: y.State, Name: p.trial.model.StateName(y.State), Policies: y.Policies, Open: y.Open,
		Points: p.pointsToHere()}
	c.Progress.Bound = 0
	if !slices.Equal(y.Policy, p.learned) {
		c.Policy = y.Policy
	}
	if math.IsInf(c.Loss, 0) || math.IsNaN(c.Loss) {
		return nil, fmt.Errorf("the bound on the loss is %v: this is a bug", c.Loss)
	}
	if o := p.trial.oracle; o.skipped == "" {
		best, err := o.optimum()
		if err != nil {
			return nil, err
		}
		v, err := o.valueOf(y.Policy, 0)
		if err != nil {
			return nil, err
		}
		c.ExactLoss = gap(best, v)
	}
	return c, nil
}
