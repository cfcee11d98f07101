// Package offpolicy asks what one policy, the target pi, is worth, of episodes that another, the behaviour b, has played.
//
//   - [Evaluator]: the value of pi at the start, by nine estimators at once, with intervals and warnings
//   - [Examine]: what a model tells beforehand: whether b covers pi, and whether variances are finite
//   - [Values], [Prediction]: v_pi(s) and q_pi(s, a) of all states and pairs
//   - [Control]: off-policy MC control, which learns the greedy policy while it follows another
//
// An evaluator takes one episode at a time and keeps sums for each step, so its memory is that of the longest episode. Ratios
// pi/b are multiplied to weights that neither overflow nor vanish, however long the episode.
//
// # Which estimator
//
// [Weighted] and [WeightedPerDecision] are the ones to begin with: they have a small bias and by far the smaller errors.
// [Ordinary], [DiscountingAware] and [PerDecision] are unbiased; as a rule each has a larger variance than the next. With ten
// steps that each pay 1, two actions, a target that always takes the first and a behaviour that takes either, that of one
// episode is
//
//	gamma  Ordinary  DiscountingAware  PerDecision
//	0          1023                 1            1
//	0.5        4084              21.4         7.92
//	0.9       43398             18715         1319
//	1        102300            102300         5998
//
// Where only the last step pays, the three are the same. With a model's q, even a rough one, [DoublyRobust] and
// [WeightedDoublyRobust] take its word for what it knows and the weights for the rest. Where weights are few and large, no
// estimator helps: Diagnostics.ESS says about how many episodes of pi the data are worth.
//
// # What intervals are worth
//
// They rest on the central limit theorem. Of 1000 logs, each of 2000 episodes of the slippery 4 x 4 lake, played
// epsilon-greedily with epsilon = 0.3, so many percent of the 95% intervals held the value of a target with another epsilon:
//
//	epsilon  mean ESS  Ordinary  Weighted  WeightedPerDecision  WeightedDiscountingAware
//	0.2           797      95.6      95.4                 95.8                      95.8
//	0.1            89      89.8      89.1                 91.4                      91.8
//	0.05           33      80.9      69.6                 85.2                      87.5
//
// In the last two rows E[w^2] is infinite. [Examine] tells so from a model; a sample need not show it, and warnings that come
// from one may fail to appear.
//
// # Episodes of different lengths
//
// The self-normalised estimators divide by the sum of the weights at step t over all episodes; one that ended earlier counts
// there with its final weight. Episodes cut by a horizon count as ended: the value is that of episodes so cut. The
// discounting-aware estimators are no exception, although they take the discount for an end at each step: the step at which an
// episode is cut is its last, with gamma^(T-1) and not (1-gamma) gamma^(T-1).
//
// Results are a function of the episodes and their order, bit for bit, on every machine.
package offpolicy
