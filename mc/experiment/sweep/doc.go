// Package sweep runs many experiments as one: a [Plan] is a list of settings and a list of seeds, a [Cell] is one setting with
// one seed and so one [experiment.Spec], and a [Run] is the directory in which the cells become records.
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
