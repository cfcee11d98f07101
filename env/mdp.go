// Package env holds what a reinforcement-learning problem is made of: finite Markov decision processes, grid worlds,
// policies, episodes and the named random streams that generate them.
//
// An environment is a function, not an object with hidden state: [MDP.Step] maps (s, a) and a random stream to
// (s', r). So an episode can begin at any pair, one environment serves all goroutines, and any episode can be replayed.
package env

// State is a dense state index, 0 <= s < NumStates.
type State int32

// Action is a dense action index, 0 <= a < NumActions. It is a type of its own so that swapping s and a does not compile.
type Action int32

// MDP is the model-free view of a finite Markov decision process: it can be sampled, nothing more.
//
// Implementations are immutable after construction and safe for concurrent use; all randomness comes from rng. Step is
// never called on a terminal state. [example.com/mcrl/env/envtest.Check] verifies an implementation.
//
// Source: Zhao, section 1.7; Sutton & Barto, section 3.1.
type MDP interface {
	// NumStates is |S|.
	NumStates() int
	// NumActions is |A|, the same in every state.
	NumActions() int
	// Terminal reports whether an episode ends on entering s. The value of a terminal state is 0.
	Terminal(s State) bool
	// Step samples s', r ~ p(s', r | s, a).
	Step(s State, a Action, rng *Rand) (next State, reward float64)
}

// Model is an MDP whose dynamics p(s', r | s, a) are known.
type Model interface {
	MDP
	// Outcomes lists the possible results of taking a in s; their probabilities sum to 1. The caller does not
	// change the slice. It is not called on terminal states.
	Outcomes(s State, a Action) []Outcome
}

// Outcome is one result of a transition: p(Next, Reward | s, a) = Prob.
type Outcome struct {
	Next   State
	Reward float64
	Prob   float64
}

// Starter is the optional ability of an MDP to draw S_0 from its initial-state distribution.
type Starter interface {
	Start(rng *Rand) State
}

// StartDistribution is the optional ability of a Model to state its initial-state distribution exactly: element i of
// probs is P(S_0 = states[i]), and probs sums to 1.
type StartDistribution interface {
	StartProbs() (states []State, probs []float64)
}
