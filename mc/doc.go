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
// # Prediction, and how far to trust it
//
// [Prediction] estimates v or q of a policy that is given, by first, every or initial visits, from episodes it plays or from recorded
// ones. [Evaluate] estimates the value of the starts alone, with a control variate where the model is known. A learner that is
// asked for Intervals keeps 24 bytes more for each value, and [QTable.Intervals] tells how far it may be off:
// the textbook's q -+ 1.96 sd/sqrt(N) takes the returns of one episode for independent, which they are not, since they overlap. Here the
// episodes are what is independent, and in a few long ones pieces of them (PredictionOptions.Piece). [QTable.Undecided]
// marks the states in which the greedy action may owe its place to chance, and [QTable.Coverage] counts the visits.
//
// How often intervals of 95% hold the exact value, with 10,000 seeds: the mean over the pairs (the lowest and the highest of them).
// Clusters are the effective ones, N^2 / sum N_e^2, on average. The policies are the optimum's, epsilon-soft with epsilon = 0.5 on the
// book's 5 x 5 grid (gamma = 0.9, 100 steps; one episode: 30,000) and 0.2 on the slippery lake (gamma = 0.95); the loop is one state that pays 1
// and goes on with probability 1/2.
//
//	                                    clusters   sd/sqrt(N)            Intervals
//	5 x 5, first visit, 200 episodes    113        94.5% (93.5)          94.8% (93.9 to 95.2)
//	5 x 5, every visit, 200 episodes    110        90.8% (58.9)          94.8% (93.7 to 95.3)
//	lake, first visit, 500 episodes     275        94.5% (94.1)          94.7% (94.3 to 94.9)
//	lake, every visit, 500 episodes     226        63.7% (50.6)          94.6% (94.5 to 94.8)
//	loop, first visit, 30 episodes      30         91.2%                 92.2%
//	loop, first visit, 300 episodes     300        94.7%                 94.7%
//	loop, every visit, 30 episodes      21         71.4%                 82.9%
//	loop, every visit, 300 episodes     201        73.8%                 92.0%
//	loop, every visit, 2,000 episodes   1334       74.0%                 94.1%
//	5 x 5, one episode, pieces of 1     297        90.7% (55.3)          91.0% (55.4 to 94.6)
//	                              3     275        90.7% (55.3)          91.9% (71.2 to 94.6)
//	                              10    252        90.8% (55.3)          93.3% (84.7 to 94.7)
//	                              30    208        90.6% (55.3)          94.1% (91.8 to 94.8)
//	                              100   128        90.6% (55.3)          94.5% (93.5 to 95.1)
//	                              300   69         90.5% (55.3)          94.7% (93.5 to 95.2)
//
// So a piece is to be ten times 1/(1-gamma), and skewed returns, whose sums in an episode grow with the square of its
// length, take hundreds of episodes. In each row pairs with fewer clusters than 60 on the grid, 150 on the lake and 50 in one episode
// are left out, which are most of them. Where rewards are rare, few clusters may not have met any:
//
//	                                    clusters   pairs   Intervals
//	5 x 5, every visit, 200 episodes    20 to 60   69      94.0% (92.6 to 95.1)
//	                                    5 to 20    16      92.5% (90.7 to 94.7)
//	lake, first visit, 500 episodes     60 to 150  11      93.9% (92.9 to 94.4)
//	                                    20 to 60   9       90.2% (81.8 to 94.5)
//	                                    5 to 20    13      83.1% (44.5 to 94.3)
//	lake, every visit, 500 episodes     60 to 150  15      93.8% (92.3 to 94.9)
//	                                    20 to 60   6       93.5% (92.6 to 94.6)
//	                                    5 to 20    16      82.9% (44.5 to 94.4)
//
// go test ./mc -run CoverageOfIntervals -long -v measures it again.
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
