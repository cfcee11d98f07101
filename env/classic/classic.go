// Package classic holds the standard small environments of the field, each as a model with its exact dynamics: they can be
// sampled, compiled by env.Compile and solved by package dp.
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
