package dp

import (
	"fmt"
	"strings"

	"example.com/mcrl/env"
)

// NeverEndsError says that total reward (gamma = 1) is not defined, and where.
type NeverEndsError struct {
	States []env.State // all states concerned, ascending
	Reason string      // what holds there
}

// Error implements error: one line with the first states and their number.
func (e *NeverEndsError) Error() string {
	const show = 5
	names := make([]string, 0, show)
	for _, s := range e.States[:min(show, len(e.States))] {
		names = append(names, fmt.Sprint(s))
	}
	more := ""
	if n := len(e.States) - show; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("gamma = 1: %s: states %s%s: want gamma < 1, or episodes that end", e.Reason, strings.Join(names, ", "), more)
}

func neverEnds(reason string, bad func(s int) bool, n int) error {
	e := &NeverEndsError{Reason: reason}
	for s := range n {
		if bad(s) {
			e.States = append(e.States, env.State(s))
		}
	}
	if e.States == nil {
		return nil
	}
	return e
}

// settle marks as ends the closed classes of states in which no step pays anything. The error names the states of the other
// closed classes: from there no episode ends.
func (m *sparse) settle(whose string) error {
	g := m.graph(nil)
	class := g.classes(nil)
	open, paid := make([]bool, m.states), make([]bool, m.states) // by class
	for s := range m.states {
		for _, to := range g.next[g.first[s]:g.first[s+1]] {
			open[class[s]] = open[class[s]] || class[to] != class[s]
		}
		for _, pays := range m.pays[s*m.actions : (s+1)*m.actions] {
			paid[class[s]] = paid[class[s]] || pays
		}
	}
	for s := range m.states {
		m.end[s] = m.end[s] || !open[class[s]] && !paid[class[s]]
	}
	return neverEnds(whose+" episodes never end, and rewards go on",
		func(s int) bool { return !open[class[s]] && paid[class[s]] }, m.states)
}

// loops is what optimal control with gamma = 1 must know about a model: where a policy can stay for ever for nothing.
type loops struct {
	zone  []int32 // the number of the loop a state belongs to, or -1; length |S|
	inner []bool  // the pair keeps to its loop; length |S||A|
	start []int32 // a policy that ends or rests (-1) with certainty; length |S|
}

// findLoops returns an error where a policy can collect rewards for ever that are not losses, or no policy ends.
func (m *sparse) findLoops() (*loops, error) {
	l := &loops{inner: make([]bool, m.states*m.actions), start: make([]int32, m.states)}
	for pair := range l.inner {
		l.inner[pair] = !m.end[pair/m.actions]
	}
	class := m.endComponents(l.inner)
	gains := make([]bool, m.states)
	for pair, inside := range l.inner {
		if inside && m.pays[pair] && m.reward[pair] >= 0 {
			gains[class[pair/m.actions]] = true
		}
		l.inner[pair] = inside && !m.pays[pair]
	}
	err := neverEnds("a policy can collect rewards for ever that are not losses",
		func(s int) bool { return class[s] >= 0 && gains[class[s]] }, m.states)
	if err != nil {
		return nil, err
	}
	l.zone = m.endComponents(l.inner)
	layer := m.graph(nil).layers(func(s int) bool { return m.end[s] || l.zone[s] >= 0 })
	if err := neverEnds("no policy ends", func(s int) bool { return layer[s] < 0 }, m.states); err != nil {
		return nil, err
	}
	for s := range l.start {
		l.start[s] = -1
		if layer[s] > 0 {
			l.start[s] = m.hurry(s, layer)
		}
	}
	return l, nil
}

// hurry returns the action that is likeliest to lead to a lower layer, the lowest of equals. An action that leads there by rare
// chance alone would do, but its policy may take longer to end than can be waited for.
func (m *sparse) hurry(s int, layer []int32) int32 {
	best, most := int32(-1), 0.0
	for a := range m.actions {
		next, prob := m.outcomes(s*m.actions + a)
		p := 0.0
		for i, to := range next {
			if layer[to] >= 0 && layer[to] < layer[s] {
				p += chance(prob, i)
			}
		}
		if p > most {
			best, most = int32(a), p
		}
	}
	return best
}

// descend returns the lowest action in keep (nil: any) that can lead to a lower layer, -1 if there is none.
func (m *sparse) descend(s int, layer []int32, keep []bool) int32 {
	for a := range m.actions {
		pair := s*m.actions + a
		if keep != nil && !keep[pair] {
			continue
		}
		next, _ := m.outcomes(pair)
		for _, to := range next {
			if layer[to] >= 0 && layer[to] < layer[s] {
				return int32(a)
			}
		}
	}
	return -1
}
