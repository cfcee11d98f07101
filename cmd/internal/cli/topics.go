package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/cmd/internal/coverage"
)

func newExitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `Exit codes of mcrl:

    0  done
    1  failed while running: a disk is full, a file cannot be written
    2  bad flag, bad file or bad configuration: nothing was run or written
    3  finished, but some parts failed: each has its line on standard error
    4  refused: a file or directory is in the way
  130  interrupted (Ctrl-C); what was finished is kept

Errors are on standard error, one line each, and begin with "mcrl: ". Take any
other code for a failure.`,
	}
}

// sampleFile shows every key of an environment file; what is not said has the value that stands here.
const sampleFile = `name: my grid
map: |
  .....
  .FF..
  ..F..
  .FTF.
  .F...
legend: {".": plain, F: forbidden, T: target, H: hole, "#": wall, S: start}
actions: 5                # 4, 5, 8, 9, or a list: [up, right, down, left, stay]
rewards: {step: 0, boundary: -1, forbidden: -10, target: 1, hole: 0}
edge: boundary            # what a move off the grid pays; or boundary+cell
enterable: true           # false: forbidden cells keep the agent out
target: pays              # at every step there; or ends, absorbs
reward_on: entry          # of the cell entered; or exit, of the cell left
slip: {left: 0, right: 0, back: 0, random: 0}
wind: []                  # cells upwards, one number for each column
wind_noise: 0             # the probability that the wind is off by one
starts: []                # [row, column] from 0; none: S, else everywhere
`

// sampleTable is a table that is a file.
const sampleTable = `{
 "name": "two doors",
 "states": 2, "actions": 2,
 "state_names": ["hall", "garden"],
 "action_names": ["wait", "leave"],
 "start": [1, 0],
 "p": {
  "0": {"0": [[1, 0, -1, false]], "1": [[0.5, 0, -1, false], [0.5, 1, 10, true]]},
  "1": {"0": [[1, 1, 0, true]], "1": [[1, 1, 0, true]]}
 }
}
`

func newEnvironmentFilesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "environment-files",
		Short: "How to write an environment of one's own",
		Long: `An environment file is a text map, one symbol a cell and one line a row, with
the rules of Zhao's book:

  .....
  .FF..
  ..T..

or YAML, with the map and whatever is to be different. Every key but map may be
left out; then it is as here (a name left out is empty):

  ` + strings.ReplaceAll(strings.TrimSpace(sampleFile), "\n", "\n  ") + `

Numbers may be fractions, such as 1/3. ` + "`mcrl envs show NAME --yaml`" + ` prints a
file to start from, and ` + "`mcrl envs show FILE`" + ` says in words what a file means.

Any other finite world is a table in JSON, in the form of Gymnasium's P[s][a]: the
outcomes [prob, next, reward, done] of each action in each state. The names may be
left out:

  ` + strings.ReplaceAll(strings.TrimSpace(sampleTable), "\n", "\n  ") + `

Where the states are cells, "board": [".H.", "..T"] draws the world as a grid world is
drawn: a string a row, one symbol a cell, . F T H # as above; all but the walls are
states, row by row, and the actions need names such as "up" or "north".

A transition with done ends the episode; a state that is entered both with it and
without gets a twin, "NAME (end)". ` + "`mcrl envs export NAME`" + ` prints the table of any
environment to start from. Records hold the whole table, so that ` + "`mcrl train`" + ` and
plans take up to 100,000 outcomes; ` + "`mcrl solve`" + ` takes more.`,
	}
}

func newIntervalsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "intervals",
		Short: "Which confidence interval to use, and how often each holds",
		Long:  strings.TrimSuffix(coverage.Help, "\n"),
	}
}
