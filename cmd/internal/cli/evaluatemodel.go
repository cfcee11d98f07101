package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// modelFacts is what a model says of the target.
type modelFacts struct {
	solution *dp.Solution       // of the target; nil: no model
	verdict  *offpolicy.Verdict // nil: not examined
	q        []float64          // for the doubly robust estimators; nil: none
}

// exactValue is the exact value of the target.
type exactValue struct {
	Logs  float64  `json:"from_log_starts"` // from the states in which the logged episodes begin
	Start *float64 `json:"from_env_starts"` // from the environment's start distribution; null: not known
	Bound float64  `json:"error_below"`
}

// prepare reads policies and model.
func (e *evaluation) prepare(s *streams, o evaluateOptions) error {
	target, err := s.readPolicySource("target", o.target, o.targetEps)
	if err != nil {
		return err
	}
	var behavior *policySource
	if o.behavior != "" {
		if behavior, err = s.readPolicySource("behavior", o.behavior, o.behaveEps); err != nil {
			return err
		}
	}
	if e.world, err = o.findWorld(target, behavior); err != nil {
		return err
	}
	e.problem = offpolicy.Problem{States: e.world.states, Actions: e.world.actions, Gamma: float64(o.gamma)}
	if e.problem.Target, err = target.in(e.world); err != nil {
		return err
	}
	if behavior != nil {
		if e.problem.Behaviour, err = behavior.in(e.world); err != nil {
			return err
		}
	}
	return e.consult(s, o)
}

// findWorld returns the environment, or the sizes that the policies tell.
func (o *evaluateOptions) findWorld(sources ...*policySource) (world, error) {
	gamma := float64(o.gamma)
	if o.env != "" {
		w, err := newWorld(o.env, gamma)
		if err == nil && o.actions != 0 && int(o.actions) != w.actions {
			err = usageErrorf("--actions = %d: %s has %d", o.actions, o.env, w.actions)
		}
		return w, err
	}
	w := world{gamma: gamma, actions: int(o.actions)}
	for _, p := range sources {
		if p == nil {
			continue
		}
		if p.drawn != "" || p.name == "optimal" {
			return w, usageErrorf("--%s = %s: want --env with it, the environment", p.flag, p.name)
		}
		states, actions := p.sizes()
		w.states, w.actions = max(w.states, states), max(w.actions, actions)
	}
	if w.states == 0 {
		return w, usageErrorf("the number of states is not known: want --env, or a policy from a file")
	}
	if w.actions == 0 {
		return w, usageErrorf("the number of actions is not known: want --env, --actions, or a table of probabilities")
	}
	return w, nil
}

// consult values the target by the model, and examines whether the logs can.
func (e *evaluation) consult(s *streams, o evaluateOptions) (err error) {
	m := &e.model
	if e.world.model != nil {
		model := e.world.model.Table
		if o.horizon != nil {
			m.solution, err = dp.EvaluateHorizon(model, e.problem.Target, e.problem.Gamma, *o.horizon)
		} else {
			m.solution, err = dp.Evaluate(model, e.problem.Target, e.problem.Gamma, dp.Options{})
		}
		if err != nil {
			return err
		}
		m.q, e.check.table = m.solution.Q, model
		if e.problem.Behaviour != nil {
			v, err := offpolicy.Examine(model, e.problem.Target, e.problem.Behaviour, e.problem.Gamma)
			if err != nil {
				return err
			}
			m.verdict = &v
		}
	}
	if o.values != "" {
		m.q, err = s.readValues(o.values, e.world)
	}
	return err
}

// startingIn is a model with other starts.
type startingIn struct {
	env.Model
	states []env.State
}

// StartProbs implements env.StartDistribution.
func (m startingIn) StartProbs() (states []env.State, probs []float64) {
	for range m.states {
		probs = append(probs, 1/float64(len(m.states)))
	}
	return m.states, probs
}

// examineFrom examines anew where episodes begin in states in which the environment begins none: starts[s] do in s.
func (e *evaluation) examineFrom(starts []int64) error {
	if e.model.verdict == nil {
		return nil
	}
	table, m := e.world.model.Table, startingIn{}
	known, probs := table.StartProbs()
	begins := make([]bool, len(starts))
	for i, s := range known {
		begins[s] = probs[i] > 0
	}
	other := false
	for s, n := range starts {
		if n > 0 {
			m.states = append(m.states, env.State(s))
			other = other || !begins[s]
		}
	}
	if known == nil || !other { // without a distribution all states were examined
		return nil
	}
	m.Model = table
	v, err := offpolicy.Examine(m, e.problem.Target, e.problem.Behaviour, e.problem.Gamma)
	e.model.verdict = &v
	return err
}

// believed is the verdict that intervals go by. Where a horizon cuts episodes every variance is finite.
func (m *modelFacts) believed(o evaluateOptions) offpolicy.Verdict {
	switch {
	case m.verdict == nil:
		return offpolicy.Verdict{}
	case o.horizon != nil:
		return offpolicy.Verdict{Missing: m.verdict.Missing}
	}
	return *m.verdict
}

// exactFrom averages the exact value over the starts of the log: starts[s] episodes begin in s.
func (m *modelFacts) exactFrom(starts []int64) *exactValue {
	if m.solution == nil {
		return nil
	}
	x := exactValue{Bound: powerAbove(m.solution.Bound)}
	sum, n := 0.0, int64(0)
	for s, k := range starts {
		sum += float64(float64(k) * m.solution.V[s])
		n += k
	}
	x.Logs = sum / float64(n)
	if start, ok := m.solution.Start(); ok {
		x.Start = &start
	}
	return &x
}

// readValues reads q(s, a): what mcrl solve --json prints, a record of mcrl train, or a JSON list of |S| rows of |A|.
func (s *streams) readValues(path string, w world) ([]float64, error) {
	if info, err := os.Stat(path); path != "-" && err == nil && info.IsDir() {
		return recordValues(path, w)
	}
	r, name, err := s.open(path) // once: it may be a pipe
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxTableBytes))
	if err != nil {
		return nil, usageErrorf("%s: %w", name, reason(err))
	}
	if path != "-" && isRecord(bytes.TrimSpace(text)) {
		return recordValues(path, w)
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		var solved struct{ Q json.RawMessage }
		if err := json.Unmarshal(text, &solved); err != nil || solved.Q == nil {
			if fault := syntaxFault(text, name, err); fault != nil {
				return nil, fault
			}
			return nil, usageErrorf("%s: no q: want what mcrl solve --json prints, a record, or a JSON table", name)
		}
		text = solved.Q
	}
	rows, err := parseRows(text, name)
	if err != nil {
		return nil, err
	}
	return fitting(slices.Concat(rows...), len(rows[0]), name, w)
}

func recordValues(path string, w world) ([]float64, error) {
	r, err := readRecord(path)
	if err != nil {
		return nil, usageErrorf("%s: %w", path, err)
	}
	return fitting(r.Q, len(r.Q)/max(1, len(r.Policy)), path, w)
}

func fitting(q []float64, actions int, name string, w world) ([]float64, error) {
	if actions != w.actions || len(q) != w.states*w.actions {
		return nil, &env.FieldError{Field: name, Value: sizeText(len(q)/max(1, actions), actions), Want: sizeText(w.states, w.actions)}
	}
	return q, nil
}
