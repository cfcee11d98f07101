// Package coverage holds how often the intervals of package estimate contain the truth, measured over seeds: on returns of fixed
// policies, whose values package dp knows, and on scores of learners. The tests measure it anew, a part of it each time and all
// of it with -long; with -update they write it.
package coverage

import _ "embed"

// Help says which interval to use when, with the tables of what was measured.
//
//go:embed help.txt
var Help string
