package cli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// parseNames reads a JSON object from the name of each state that is not terminal to the name of its action.
func parseNames(m *experiment.Model, text []byte, name string) (env.Deterministic, error) {
	var given map[string]string
	if err := json.Unmarshal(text, &given); err != nil {
		if at := syntaxFault(text, name, err); at != nil {
			return nil, at
		}
		return nil, usageErrorf("%s: want a JSON object of names, {state: action}", name)
	}
	p := make(env.Deterministic, m.NumStates())
	actions := m.ActionNames()
	states := map[string]bool{}
	for s := range env.State(m.NumStates()) {
		state := m.StateName(s)
		states[state] = true
		action, ok := given[state]
		a := slices.Index(actions, action)
		switch {
		case m.Terminal(s) && !ok:
		case !ok:
			return nil, usageErrorf("%s: no state %q: want every state that is not terminal", name, state)
		case a < 0:
			return nil, usageErrorf("%s: action %q of state %q: want one of %s%s", name, action, state, strings.Join(actions, ", "), suggest(action, actions))
		default:
			p[s] = env.Action(a)
		}
	}
	for _, state := range slices.Sorted(maps.Keys(given)) {
		if !states[state] {
			return nil, usageErrorf("%s: state %q: want a state of the environment%s", name, state, suggest(state, stateNames(m)))
		}
	}
	return p, nil
}

func stateNames(m *experiment.Model) []string {
	names := make([]string, m.NumStates())
	for s := range names {
		names[s] = m.StateName(env.State(s))
	}
	return names
}
