package cli

import (
	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// episodeDocument is what `mcrl trace --json` prints.
type episodeDocument struct {
	Env       string           `json:"env"`
	Algorithm *string          `json:"algorithm"` // null: one policy is followed
	Gamma     float64          `json:"gamma"`
	Horizon   int              `json:"horizon"`
	Seed      uint64           `json:"seed"`
	Visit     mc.Visit         `json:"visit"`
	Actions   []string         `json:"actions"`  // in the order of their indices
	Episodes  []episodeAccount `json:"episodes"` // one, or one from each action
}

// episodeAccount is one of its episodes; states and actions are indices from 0.
type episodeAccount struct {
	Episode    int64             `json:"episode"` // from 1
	Policy     env.Deterministic `json:"policy"`  // the greedy actions of the policy that plays
	Epsilon    float64           `json:"epsilon"` // and how it explores
	Truncated  bool              `json:"truncated"`
	Steps      []episodeStep     `json:"steps"`
	Updates    []episodeUpdate   `json:"updates"`
	Changes    []greedyChange    `json:"changes"`
	Difference float64           `json:"difference"` // to the learner's own table
}

// episodeStep is step t: s_t, a_t, r_{t+1}, s_{t+1}, the return G_t, and whether it is scored.
type episodeStep struct {
	T       int        `json:"t"`
	State   env.State  `json:"state"`
	Action  env.Action `json:"action"`
	Reward  float64    `json:"reward"`
	Next    env.State  `json:"next"`
	Return  float64    `json:"return"`
	Scoring mc.Scoring `json:"scoring"`
	First   int        `json:"first"` // the first step that visits the pair
}

// episodeUpdate is an update of q(state, action), in the order of the book, the last step first.
type episodeUpdate struct {
	T      int          `json:"t"`
	State  env.State    `json:"state"`
	Action env.Action   `json:"action"`
	Return float64      `json:"return"`
	N      int64        `json:"n"`
	Before float64      `json:"before"`
	After  float64      `json:"after"`
	Greedy []env.Action `json:"greedy"` // of the state, before and after; null: nothing is improved
}

// greedyChange is a greedy action that the episode has changed.
type greedyChange struct {
	State  env.State  `json:"state"`
	Before env.Action `json:"before"`
	After  env.Action `json:"after"`
}

func (a *account) document(name string) episodeDocument {
	d := episodeDocument{Env: name, Gamma: a.problem.Gamma, Horizon: a.problem.Horizon, Seed: a.seed, Visit: a.visit, Actions: a.world.ActionNames()}
	if a.algo != "" {
		algo := string(a.algo)
		d.Algorithm = &algo
	}
	for _, x := range a.episodes {
		d.Episodes = append(d.Episodes, a.episode(x))
	}
	return d
}

func (a *account) episode(x *mc.Explained) episodeAccount {
	e := episodeAccount{Episode: x.Number + 1, Policy: a.policy, Epsilon: a.epsilon, Truncated: x.Episode.Truncated, Difference: x.Difference,
		Steps: []episodeStep{}, Updates: []episodeUpdate{}, Changes: []greedyChange{}}
	if a.algo != "" {
		e.Policy, e.Epsilon = x.Policy, x.Epsilon
	}
	for t, y := range x.Episode.All() {
		e.Steps = append(e.Steps, episodeStep{t, y.State, y.Action, y.Reward, y.Next, x.Returns[t], x.Scoring[t], x.First[t]})
	}
	for _, u := range x.Updates {
		row := episodeUpdate{u.Step, u.State, u.Action, u.Return, u.N, u.Before, u.After, nil}
		if a.algo != "" {
			row.Greedy = []env.Action{u.Greedy.Before, u.Greedy.After}
		}
		e.Updates = append(e.Updates, row)
	}
	for _, y := range x.Changes {
		e.Changes = append(e.Changes, greedyChange(y))
	}
	return e
}
