// Package classic holds the standard small environments of the field, each as a model with its exact dynamics: they can be
// sampled and learned on, as fast as a table of env.Compile, and solved by package dp. Each is a constructor with a plain
// configuration, whose zero value is the standard variant and whose fields are the rules in which books and libraries differ;
// [New] knows the usual ones by name.
//
// The worlds that Gymnasium publishes as tables P[s][a] equal them entry for entry (version 1.2), and with package dynamics they
// are written as such. These are the sizes of all, and the exact values of the start, of the optimal policy (v*) and of the one that
// takes every action alike (v):
//
//	                                    gamma = 1                 gamma = 0.99
//	name                     |S| |A|    v*           v            v*           v
//	frozenlake-4x4           16  4      1.00000      0.0139398    0.9509900    0.0123561
//	frozenlake-4x4-slippery  16  4      0.8235294    0.0139398    0.5420259    0.0123561
//	frozenlake-8x8           64  4      1.00000      0.0019037    0.8775210    0.0010996
//	frozenlake-8x8-slippery  64  4      1.00000      0.0019037    0.4146404    0.0010996
//	cliffwalking             48  4      -13.00000    -65375.130   -12.24790    -1072.236
//	cliffwalking-slippery    48  4      -64.70918    -65375.130   -46.35267    -1072.236
//	cliffwalking-ends        48  4      -13.00000    -109.65821   -12.24790    -99.91138
//	taxi                     504 6      7.93000      -9681.793    6.32746      -384.804
//	taxi-rainy               504 6      4.43488      -10357.108   2.72282      -385.521
//	taxi-rainy-drift         504 6      3.95457      -9681.793    2.24763      -384.804
//	windy                    70  4      -15.00000    -6146.307    -13.99416    -99.19045
//	windy-king               70  8      -7.00000     -5659.100    -6.79347     -98.92066
//	windy-king-stay          70  9      -7.00000     -7510.375    -6.79347     -99.24323
//	windy-stochastic         70  8      -11.81108    -2179.824    -11.02952    -97.16211
//	sb-example-3.5           25  4      -            -            197.14117    0.0983870
//	sb-example-4.1           16  4      -2.0000000   -18.285714   -1.9871714   -15.530330
//	random-walk-5            7   2      1.0000000    0.5000000    0.9801000    0.4624422
//	random-walk-19           21  2      1.0000000    0.0000000    0.9135172    0.0000000
//	loop                     2   2      1.0000000    0.0909091    0.9174312    0.0901713
//	blackjack                211 2      -0.0431131   -0.3591338   -0.0430587   -0.3582737
//	blackjack-sab            291 2      -0.0431131   -0.3941746   -0.0430262   -0.3928498
//	blackjack-plain          281 2      -0.0465560   -0.3958960   -0.0464691   -0.3945713
//	blackjack-natural        291 2      -0.0257292   -0.3854826   -0.0256423   -0.3841579
//	racetrack-left          7306 9      -11.832974   -2332.1300   -11.193474   -96.475430
//	racetrack-right        12659 9      -8.9080940   -250.49967   -8.5603352   -73.856365
//	garnet-30-4-2            30  4      -            -            106.37622    -0.3645694
//	garnet-100-10-3          100 10     -            -            121.23679    -3.6273061
//
// Package dp computed them, and guarantees that its error is at most 1e-9 max(1, |v|) in each; then they were rounded to the last
// digit.
//
// Frozen lakes, cliffs and taxis: Gymnasium's toy_text (FrozenLake-v1, CliffWalking-v1, Taxi-v3), example 6.6 of Sutton & Barto;
// cliffwalking-ends: OpenSpiel's rule; taxi-rainy-drift: Dietterich's. Windy grids: Sutton & Barto, example 6.5, exercises 6.9
// and 6.10. The value 0.8235294 is 14/17.
//
// Examples 3.5 and 4.1, the random walks (examples 6.2 and 7.1), the loop (example 5.5), blackjack (example 5.1) and the
// racetracks (exercise 5.12): Sutton & Barto. blackjack-sab, which is Blackjack-v1, blackjack-plain and blackjack-natural are
// Gymnasium's three rules. Garnets: random MDPs of Bhatnagar et al. A dash stands where episodes never end.
package classic

import "example.com/mcrl/env"

// World is an environment of this package: a model that knows its table and its start distribution, and names its states and
// actions.
type World interface {
	env.Model
	env.Tabled
	env.StartDistribution
	// StateName describes state s, such as "taxi at (0,1), passenger at R, to G".
	StateName(s env.State) string
	// ActionName is the name of action a, such as "pick up".
	ActionName(a env.Action) string
}
