package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/offpolicy"
)

// policyNames are the policies that need no file.
var policyNames = []string{"uniform", "optimal"}

// policyHelp says what a policy can be.
const policyHelp = `A policy is one of
  uniform     all actions alike
  optimal     the optimum of --env with the discount --gamma
  FILE        a map of ^ > v < o or a JSON object {state: action} of names (both
              need --env), a JSON list of one action a state, a JSON table of
              probabilities (a list of |A| for each state), or the record of
              mcrl train, its directory too (the policy that it learned, with its
              epsilon)`

// world is what a policy and episodes are about.
type world struct {
	model   *experiment.Model // nil: only the sizes are known
	states  int
	actions int
	gamma   float64
}

func newWorld(name string, gamma float64) (world, error) {
	m, err := loadModel(name)
	if err != nil {
		return world{}, err
	}
	return world{m, m.NumStates(), m.NumActions(), gamma}, nil
}

// parseDrawn reads a policy in the words of the world: an object of the names of states and actions, or a map of arrows.
func (w world) parseDrawn(text, name string) (env.Deterministic, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return parseNames(w.model, []byte(text), name)
	}
	g, ok := onBoard(w.model)
	if !ok {
		return nil, usageErrorf("%s: a map of arrows: want a JSON object of names, {state: action}, or a JSON list of actions", name)
	}
	return parseArrows(g, text, name)
}

// policySource is a policy as the user gives it, before the sizes of the world are known.
type policySource struct {
	flag, name string
	epsilon    *float64 // of the flags, or of a record; nil: not given

	drawn   string // the text of a map of arrows, or of an object of names
	best    env.Deterministic
	probs   []float64
	actions int // |A|, where the file tells it
}

// readPolicySource reads what --FLAG NAME stands for. An epsilon that is given makes the policy epsilon-greedy.
func (s *streams) readPolicySource(flag, name string, epsilon *float64) (*policySource, error) {
	p := &policySource{flag: flag, name: name, epsilon: epsilon}
	if epsilon != nil && !(*epsilon >= 0 && *epsilon <= 1) {
		return nil, &env.FieldError{Field: epsilonFlag(flag), Value: *epsilon, Want: "a number in [0, 1]"}
	}
	err := p.read(s)
	if err == nil && epsilon != nil && (p.probs != nil || name == "uniform") {
		err = usageErrorf("--%s with --%s %s: want a policy of one action a state with it", epsilonFlag(flag), flag, name)
	}
	return p, err
}

// epsilonFlag is the flag that softens the policy of another.
func epsilonFlag(flag string) string {
	if flag == "policy" {
		return "epsilon"
	}
	return flag + "-epsilon"
}

func (p *policySource) read(s *streams) error {
	if slices.Contains(policyNames, p.name) {
		return nil
	}
	info, err := os.Stat(p.name)
	if p.name != "-" && err != nil {
		return usageErrorf("--%s = %s: no such file, and no policy of that name%s", p.flag, p.name,
			orSuggest(p.name, policyNames, "want uniform, optimal or a file"))
	}
	if err == nil && info.IsDir() {
		return p.readRecord()
	}
	r, name, err := s.open(p.name)
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxTableBytes+1))
	if err != nil {
		return usageErrorf("%s: %w", name, reason(err))
	}
	if len(text) > maxTableBytes {
		return usageErrorf("%s: more than %d bytes: want a policy", name, maxTableBytes)
	}
	switch head := bytes.TrimSpace(text); {
	case len(head) == 0:
		return usageErrorf("%s: is empty: want a policy", name)
	case isRecord(head):
		return p.readRecord()
	case bytes.HasPrefix(head, []byte("[")):
		return p.parse(text, name)
	}
	p.drawn = string(text)
	return nil
}

// isRecord tells a record of mcrl train from other JSON objects.
func isRecord(text []byte) bool {
	var r struct{ Format string }
	return bytes.HasPrefix(text, []byte("{")) && json.Unmarshal(text, &r) == nil && r.Format == experiment.RecordFormat
}

// maxTableBytes bounds a file of probabilities or of action values.
const maxTableBytes = 1 << 29

func (p *policySource) readRecord() error {
	r, err := readRecord(p.name)
	if err != nil {
		return usageErrorf("%s: %w", p.name, err)
	}
	p.best, p.actions = r.Policy, len(r.Q)/max(1, len(r.Policy))
	if p.epsilon == nil && r.Epsilon > 0 {
		p.epsilon = &r.Epsilon
	}
	return nil
}

// parse reads a JSON list of actions, or of rows of probabilities.
func (p *policySource) parse(text []byte, name string) error {
	list := json.Unmarshal(text, &p.best)
	if list == nil && len(p.best) > 0 && !bytes.Contains(text, []byte("null")) {
		return nil
	}
	if syntax := syntaxFault(text, name, list); syntax != nil {
		return syntax
	}
	p.best = nil
	rows, err := parseRows(text, name)
	if err != nil {
		return err
	}
	p.actions, p.probs = len(rows[0]), slices.Concat(rows...)
	return nil
}

// parseRows reads a JSON list of lists of numbers, all of one length.
func parseRows(text []byte, name string) (rows [][]float64, err error) {
	err = json.Unmarshal(text, &rows)
	if syntax := syntaxFault(text, name, err); syntax != nil {
		return nil, syntax
	}
	if err != nil || len(rows) == 0 || len(rows[0]) == 0 || bytes.Contains(text, []byte("null")) { // which reads as 0
		return nil, usageErrorf("%s: want a JSON list of actions, one for each state, or of rows of numbers, one row for each state", name)
	}
	for state, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, usageErrorf("%s: %d numbers for state %d: want %d, one for each action, as for state 0", name, len(row), state, len(rows[0]))
		}
	}
	return rows, nil
}

// syntaxFault is a syntax error of JSON with its place; nil where err is none.
func syntaxFault(text []byte, name string, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return nil
	}
	before := string(text[:max(0, syntax.Offset-1)])
	line, start := 1+strings.Count(before, "\n"), strings.LastIndex(before, "\n")+1
	return &env.ParseError{File: name, Line: line, Column: 1 + len([]rune(before[start:])), Msg: syntax.Error()}
}

// sizes tells |S| and |A| as far as the file does; 0: it does not.
func (p *policySource) sizes() (states, actions int) {
	if p.probs != nil {
		return len(p.probs) / p.actions, p.actions
	}
	return len(p.best), p.actions
}

// policy is one that can be followed and whose probabilities are known.
type policy = offpolicy.Behaviour

// in returns the policy in a world.
func (p *policySource) in(w world) (policy, error) {
	if p.name == "uniform" {
		return env.NewUniform(w.states, w.actions), nil
	}
	if p.probs != nil {
		return p.table(w)
	}
	best, err := p.actionsIn(w)
	if err != nil {
		return nil, err
	}
	if p.epsilon == nil || *p.epsilon == 0 {
		return best, nil
	}
	return env.NewSoft(best, w.actions, *p.epsilon)
}

// actionsIn returns the one action of each state.
func (p *policySource) actionsIn(w world) (env.Deterministic, error) {
	if p.name == "optimal" {
		best, err := dp.PolicyIteration(w.model.Table, w.gamma, dp.Options{})
		if err != nil {
			return nil, err
		}
		return best.Policy, nil
	}
	if p.drawn != "" {
		return w.parseDrawn(p.drawn, p.name)
	}
	if len(p.best) != w.states || p.actions != 0 && p.actions != w.actions {
		return nil, p.misfit(w)
	}
	for s, a := range p.best {
		if a < 0 || int(a) >= w.actions {
			return nil, usageErrorf("%s: action %d of state %d: want one in [0, %d)", p.name, a, s, w.actions)
		}
	}
	return p.best, nil
}

func (p *policySource) misfit(w world) error {
	states, actions := p.sizes()
	given := fmt.Sprintf("%d states", states)
	if actions != 0 {
		given += fmt.Sprintf(" with %d actions", actions)
	}
	return usageErrorf("--%s = %s: a policy for %s: want one for %d with %d", p.flag, p.name, given, w.states, w.actions)
}

// table returns the policy of a table of probabilities. In a state that is known to be terminal, where nothing is decided, all
// may be 0.
func (p *policySource) table(w world) (policy, error) {
	if len(p.probs) != w.states*w.actions || p.actions != w.actions {
		return nil, p.misfit(w)
	}
	probs := slices.Clone(p.probs)
	for s := 0; w.model != nil && s < w.states; s++ {
		row := probs[s*w.actions : (s+1)*w.actions]
		if w.model.Terminal(env.State(s)) && slices.Max(row) == 0 && slices.Min(row) == 0 {
			row[0] = 1
		}
	}
	table, err := env.NewStochastic(w.actions, probs)
	if err != nil {
		return nil, usageErrorf("%s: %w", p.name, err)
	}
	return table, nil
}

func sizeText(states, actions int) string {
	return fmt.Sprintf("%d states with %d actions", states, actions)
}
