package dynamics

import (
	"fmt"
	"slices"

	"example.com/mcrl/env"
)

// Model is dynamics as an env.Model, compiled: state s of the table is state s, twins follow (see the package comment). It is
// as fast as the embedded table.
type Model struct {
	*env.Table
	d     *Dynamics
	twins []env.State // of each twin, the state that it is the twin of
}

// Model compiles the dynamics. The error is that of Validate, or, where every state would be terminal, a FieldError.
func (d *Dynamics) Model() (*Model, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	x := d.expand()
	t, err := env.Compile(x)
	if err != nil {
		return nil, err
	}
	return &Model{Table: t, d: d.clone(), twins: x.twins}, nil
}

// TableFor implements env.Tabled.
func (m *Model) TableFor(other env.MDP) *env.Table {
	if other != env.MDP(m) {
		return nil
	}
	return m.Table
}

// Dynamics returns a copy of the table that the model was made of, without twins.
func (m *Model) Dynamics() *Dynamics { return m.d.clone() }

// Twins lists, of each state from Dynamics().NumStates() on, the state whose twin it is.
func (m *Model) Twins() []env.State { return slices.Clone(m.twins) }

// StateName is the name of state s, or its number where there are no names; that of a twin ends in " (end)".
func (m *Model) StateName(s env.State) string {
	if i := int(s) - m.d.NumStates(); i >= 0 {
		return m.StateName(m.twins[i]) + " (end)"
	}
	return nameOf(m.d.StateNames, int(s))
}

// ActionName is the name of action a, or its number where there are no names.
func (m *Model) ActionName(a env.Action) string { return nameOf(m.d.ActionNames, int(a)) }

func nameOf(names []string, i int) string {
	if len(names) == 0 {
		return fmt.Sprint(i)
	}
	return names[i]
}

func (d *Dynamics) clone() *Dynamics {
	c := *d
	c.StateNames, c.ActionNames, c.Board, c.Start = slices.Clone(d.StateNames), slices.Clone(d.ActionNames), slices.Clone(d.Board), slices.Clone(d.Start)
	c.P = make([][][]Transition, len(d.P))
	for s, rows := range d.P {
		c.P[s] = make([][]Transition, len(rows))
		for a, row := range rows {
			c.P[s][a] = slices.Clone(row)
		}
	}
	return &c
}

// expanded is dynamics with twins: a model, but not a fast one.
type expanded struct {
	d        *Dynamics
	terminal []bool      // of each state and twin
	end      []env.State // of each state: where a transition into it leads that ends the episode
	twins    []env.State
}

func (d *Dynamics) expand() *expanded {
	n := d.NumStates()
	x := &expanded{d: d, end: make([]env.State, n)}
	ended := make([]bool, n)
	for s := range n {
		x.end[s] = env.State(s)
		for _, t := range slices.Concat(d.P[s]...) {
			if t.Done && t.Prob > 0 {
				ended[t.Next] = true
			}
		}
	}
	x.terminal = d.ends(ended)
	for s := range n {
		if ended[s] && !x.terminal[s] {
			x.end[s] = env.State(n + len(x.twins))
			x.twins = append(x.twins, env.State(s))
			x.terminal = append(x.terminal, true)
		}
	}
	return x
}

// ends returns which of the states entered with done are terminal themselves: the largest set without a start that no
// transition without done enters from outside it.
func (d *Dynamics) ends(ended []bool) []bool {
	terminal := slices.Clone(ended)
	for s, p := range d.Start {
		terminal[s] = terminal[s] && p == 0
	}
	var live []int // states outside the set whose rows have not been looked at
	for s, end := range terminal {
		if !end {
			live = append(live, s)
		}
	}
	for len(live) > 0 {
		s := live[len(live)-1]
		live = live[:len(live)-1]
		for _, t := range slices.Concat(d.P[s]...) {
			if !t.Done && t.Prob > 0 && terminal[t.Next] {
				terminal[t.Next] = false
				live = append(live, int(t.Next))
			}
		}
	}
	return terminal
}

func (x *expanded) NumStates() int            { return len(x.terminal) }
func (x *expanded) NumActions() int           { return x.d.NumActions() }
func (x *expanded) Terminal(s env.State) bool { return x.terminal[s] }

func (x *expanded) Outcomes(s env.State, a env.Action) []env.Outcome {
	var row []env.Outcome
	for _, t := range x.d.P[s][a] {
		o := env.Outcome{Next: t.Next, Reward: t.Reward, Prob: t.Prob}
		if t.Done {
			o.Next = x.end[t.Next]
		}
		row = append(row, o)
	}
	return row
}

// Step walks along the distribution function.
func (x *expanded) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	row := slices.DeleteFunc(x.Outcomes(s, a), func(o env.Outcome) bool { return o.Prob == 0 })
	u, i := rng.Float64(), 0
	for ; i < len(row)-1 && u >= row[i].Prob; i++ {
		u -= row[i].Prob
	}
	return row[i].Next, row[i].Reward
}

func (x *expanded) StartProbs() (states []env.State, probs []float64) {
	for s, p := range x.d.Start {
		if p > 0 {
			states, probs = append(states, env.State(s)), append(probs, p)
		}
	}
	return states, probs
}
