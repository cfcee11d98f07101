// Package classic holds the standard small environments of the field, each as a model with its exact dynamics: they can be
// sampled, compiled by env.Compile and solved by package dp. Each is a constructor with a plain configuration, whose zero
// value is the standard variant and whose fields are the rules in which books and libraries differ; [New] knows the usual
// ones by name.
//
// The worlds of Gymnasium equal its published tables P[s][a] entry for entry (version 1.2), and with package dynamics they are
// written as such. These are their sizes, and the exact values of the start, of the optimal policy (v*) and of the one that
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
//
// Frozen lakes, cliffs and taxis: Gymnasium's toy_text (FrozenLake-v1, CliffWalking-v1, Taxi-v3), example 6.6 of Sutton & Barto;
// cliffwalking-ends: OpenSpiel's rule; taxi-rainy-drift: Dietterich's. Windy grids: Sutton & Barto, example 6.5, exercises 6.9
// and 6.10. The value 0.8235294 is 14/17.
package classic

import "example.com/mcrl/env"

// World is an environment of this package: a model that knows its start distribution and names its states and actions.
type World interface {
	env.Model
	env.StartDistribution
	// StateName describes state s, such as "taxi at (0,1), passenger at R, to G".
	StateName(s env.State) string
	// ActionName is the name of action a, such as "pick up".
	ActionName(a env.Action) string
}
