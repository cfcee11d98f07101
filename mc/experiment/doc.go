// Package experiment runs a learner of package mc as data: a [Spec] says what is learned and how, a [Trial] is one run of
// it, a [Record] is what came out, with the exact values beside the estimates.
//
// A record is a function of its spec alone: not of the machine, the clock, the number of workers, or how often the run was
// interrupted and resumed. The bytes of [Record.Encode] are the same everywhere.
//
// # Points
//
// The learned policy is compared with the exact values at fixed moments, after 0, 1, ..., 10, 13, 16, 20, 25, 32, 40, 50, 63,
// 79, 100, 130, ... iterations, an iteration being the episodes between two improvements of the policy. They do not depend
// on the length of the run, so a run that is extended has the points of one that was long from the beginning. The last
// point of a record is the end of the run.
//
// # Exact values
//
// At a point with exploration epsilon, pi is the epsilon-greedy policy about the learned actions (the greedy one for MC
// Basic and MC Exploring Starts), v_pi its exact value, and v the exact value of the best epsilon-greedy policy, q its action
// values. Then
//
//	gap  = max_s [ v(s) - v_pi(s) ]
//	rmse = sqrt( mean over the pairs (s, a), s not terminal, of [ q_hat(s, a) - q(s, a) ]^2 )
//	return = sum_s P(S_0 = s) v_pi(s)
//
// The same of the greedy policy about the learned actions, v_greedy, and of the optimum v*, whatever epsilon is:
//
//	greedy_gap    = max_s [ v*(s) - v_greedy(s) ]
//	greedy_return = sum_s P(S_0 = s) v_greedy(s)
//
// At the end of a run these five are a [Metric], and so is
//
//	optimal = 1 if greedy_gap is nothing beside max_s |v*(s)|, else 0
//
// q is the limit that q_hat should converge to, so rmse falls as the policy becomes the best, too. All are about episodes
// that go on for ever: what the horizon cuts off is part of the error. Exact values are rounded to ten significant
// digits, because the last bits of the solver are the machine's.
package experiment
