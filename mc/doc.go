// Package mc learns values and policies from episodes alone: MC Basic, MC Exploring Starts and MC epsilon-greedy, the
// three algorithms of chapter 5 of Zhao, Mathematical Foundations of Reinforcement Learning (algorithms 5.1 to 5.3), and
// their variants in chapter 5 of Sutton & Barto.
//
// A learner is made of a [Problem], options and a seed. Each call of Next plays one pass of the algorithm's outer loop;
// [Run] turns the calls into a range loop, in whose body the caller logs, evaluates, plots, saves or breaks.
//
// The pseudo-code and the code:
//
//	for each episode: select (s0, a0)            one call of Next
//	follow the policy, generate an episode       gen.TraceFrom(&ep, s, a)
//	t = T-1, ..., 0: g <- gamma g + r_{t+1}      tally.everyVisit and its kin
//	Returns += g; Num += 1; q <- Returns/Num     tally, then QTable
//	pi(a|s) = 1 for a = argmax q(s, a)           improve
//
// # Fewer steps for the same answer
//
// The plain algorithms are the oracles of options that answer with less work. [Problem.HorizonWithin] is the least horizon that
// keeps a tolerance. Where transitions are certain, BasicOptions.Shared steps each state once an iteration,
// StartsOptions.Cycles adds up the cycles of greedy episodes, and [Control.Certain] tells when the answer is
// proven to be near enough to stop. [Compare] tells two policies apart on the same noise.
//
// # Determinism
//
// A run is a function of the problem, the options and the seed, bit for bit: not of the number of workers, of
// interruptions, or of the machine. Episode e draws from streams that its index names. The returns of one episode are
// summed for each pair in the order t = T-1, ..., 0, and the sums of the episodes are merged into the table in the order
// of the episodes:
//
//	q(s, a) <- q(s, a) + (sum - n q(s, a)) / N(s, a)
//
// An episode of at least 4 |S||A| steps in which every visit is scored is summed in four parts of equal length (the last
// takes the remainder), each from its end to its beginning, if a part is at least four times W, the least number with
// gamma^W < 2^-60. The return at the end of a part but the last is that of the W steps behind it; the four sums of a pair are
// added in the order of the parts. Such sums differ from the single sum by rounding alone.
//
// Episodes reach the learner as traces, the same from a table as through the interfaces, and one backward pass serves both.
//
// Where the policy improves after every episode and every visit is scored (and the episode is shorter), a sum is that of a run,
// consecutive visits to one pair, and the sums are merged from the last run of the episode to the first.
//
// Where the policy improves at every step, or where a step size is given, every return is an update of its own, in the
// same order.
package mc
