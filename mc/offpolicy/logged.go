package offpolicy

import "example.com/mcrl/env"

// Logged is an episode from a log, in columns, as [example.com/mcrl/env/episodefile.Reader] reads them: at time t, S_t, A_t,
// R_(t+1) and b(A_t | S_t), the probability with which the action was chosen, not its logarithm. States may hold S_T too.
type Logged struct {
	States    []env.State  // length T or T+1
	Actions   []env.Action // length T
	Rewards   []float64    // length T
	Probs     []float64    // length T
	Truncated bool         // cut before its end
}
