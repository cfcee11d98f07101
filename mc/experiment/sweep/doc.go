// Package sweep runs many experiments as one: a [Plan] is a list of groups and a list of seeds, a [Group] an environment and an
// algorithm with all its options, a [Cell] one group with one seed and so one [experiment.Spec], and a [Run] is the directory
// in which the cells become records.
//
//	run, err := sweep.Create(rundir.Disk{}, "runs/step-sizes", plan)
//	for e, err := range run.Play(ctx, 2) {
//		...
//	}
//	for result, err := range run.Records() {
//		...
//	}
//
// # What is certain
//
// A record is a function of its cell alone. So the results of a sweep do not depend on the number of cells that are played at
// once, nor on when, how often and how roughly it was interrupted: an interruption between any two operations on the file
// system, the loss of all that was not synced included, costs at most the episodes since a checkpoint of the cells that were
// being played. A cell is finished when its record is in place; it is not played again.
//
// # Stopping on evidence
//
// With [Until] a group gets seeds in rounds, in the order of the plan, until an interval for the mean of a metric over them is
// narrow. It is decided at the end of rounds alone, from the records of all seeds so far, and cells of a round are played
// whatever the others of it come to: the cells that are played are a function of the plan. Nothing else is stored than the
// records; [Results.Evidence] reads them. Groups are played beside each other while a round is waited for.
//
// The intervals are those of an estimate.BettingSequence that aims at the half-width, within bounds of the metric that are
// known beforehand ([experiment.Metric.Range], or stated). For four laws of metrics, 0.3% to 0.9% of 1,000 groups ended with
// an interval that misses the mean, at 95%; stopped by Student's t interval in its place, 27% to 83%. On
// frozenlake-4x4-slippery, 20,000 episodes, exploring starts with a constant step size needed 140 seeds for the greedy gap to
// 0.02, 60 for the share of optimal policies to 0.1, and 280 for the error of q to 0.01.
//
// A Student's t or bootstrap interval is for a number of seeds that is fixed beforehand. Where groups are compared by one, it is
// to be on the seeds of the first round, Plan.Seeds[:Every], which every group has whatever they show.
//
// A cell that cannot be run ends its group: the round is never complete, and those after it are not played.
//
// # Directory
//
//	plan.json                 the plan with all its settings spelled out, the version of the random streams
//	spec.yaml                 the text that the plan was read from, if there was one
//	SHA256SUMS                the checksums of the files below, in the manner of sha256sum
//	cells/ID/record.json      the record of a cell that is finished
//	cells/ID/q.bin            beside large records
//	cells/ID/checkpoint.bin   of a cell that is not finished
//
// The line with the checksum is there before the record is: a record without one, or with another, was altered by hand. Such
// a record is not trusted, and its cell is played again.
package sweep
