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
file to start from, and ` + "`mcrl envs show FILE`" + ` says in words what a file means.`,
	}
}

func newIntervalsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "intervals",
		Short: "Which confidence interval to use, and how often each holds",
		Long:  strings.TrimSuffix(coverage.Help, "\n"),
	}
}
