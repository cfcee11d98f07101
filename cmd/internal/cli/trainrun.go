package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

const (
	checkpointFile = "checkpoint.bin"
	manifestFile   = "manifest.json"
	pairsFile      = "q.csv"
)

// saveEvery is the time between two checkpoints.
const saveEvery = 30 * time.Second

// training is a trial and the directory that it is written to.
type training struct {
	s        *streams
	o        trainOptions
	trial    *experiment.Trial
	dir      *rundir.Dir
	manifest manifest
	every    time.Duration // between two checkpoints of a long run
}

func runTrain(ctx context.Context, s *streams, o trainOptions) (err error) {
	t := &training{s: s, o: o, every: saveEvery}
	if err := t.begin(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.dir.Close()) }()
	t.manifest.begin(t.trial, int(o.workers))
	if err := errors.Join(t.writeCheckpoint(), t.writeManifest()); err != nil {
		return err
	}
	err = t.play(ctx)
	interrupted := err != nil && errors.Is(err, ctx.Err())
	if err != nil && !interrupted {
		return errors.Join(err, t.end("failed"))
	}
	record, text, err := t.write()
	if err != nil {
		return errors.Join(err, t.end("failed"))
	}
	var missing error // figures
	if interrupted {
		err = t.removePictures() // those of an earlier part show something else
	} else {
		missing = t.draw(ctx, record)
		interrupted = missing != nil && errors.Is(missing, ctx.Err())
	}
	switch {
	case err != nil:
		return errors.Join(err, t.end("failed"))
	case interrupted:
		if err := t.end("interrupted"); err != nil {
			return err
		}
		return &exitError{exitInterrupted, fmt.Errorf("interrupted after %d of %d episodes; to go on: mcrl train --resume %s%s",
			record.Progress.Episodes, record.Spec.Episodes, quoted(t.dir.Path()), o.certifyAgain())}
	}
	return errors.Join(t.conclude(ctx, record, text), missing)
}

// conclude certifies what was learned, where that is asked for, and prints it.
func (t *training) conclude(ctx context.Context, r *experiment.Record, text []byte) error {
	proof, err := t.certified(ctx)
	interrupted := err != nil && errors.Is(err, ctx.Err())
	var partly *exitError // a figure
	switch {
	case interrupted:
		if err := errors.Join(t.end("interrupted"), t.print(r, text, proof, true)); err != nil {
			return err
		}
		return &exitError{exitInterrupted, fmt.Errorf("interrupted while certifying, after %d of %d steps; to go on: mcrl train --resume %s%s",
			proof.Progress.Steps, proof.Asked.Steps, quoted(t.dir.Path()), t.o.certifyAgain())}
	case err != nil && !errors.As(err, &partly):
		return errors.Join(err, t.end("failed"))
	}
	if err := t.end("finished"); err != nil {
		return err
	}
	return errors.Join(t.print(r, text, proof, false), err)
}

// begin makes the trial and takes its directory; what is wrong with the flags is found before anything is written.
func (t *training) begin(ctx context.Context) error {
	if t.o.resume != "" {
		return t.reopen(ctx)
	}
	spec, err := t.o.spec()
	if err != nil {
		return err
	}
	err = await(ctx, func() (err error) {
		t.trial, err = experiment.NewTrial(spec, int(t.o.workers))
		return err
	})
	if err == nil {
		err = t.checkProof()
	}
	if err != nil {
		return err
	}
	if t.o.out == "" {
		t.dir, err = rundir.Fresh(rundir.Disk{}, "runs", rundir.Name(string(spec.Algorithm), filepath.Base(spec.Env.Name()), fmt.Sprint("seed-", spec.Seed)))
	} else {
		t.dir, err = rundir.Create(rundir.Disk{}, t.o.out, t.o.force)
	}
	if err != nil {
		return refused(err)
	}
	if err := t.removeResults(); err != nil { // with --force: they are not of this run
		return refused(errors.Join(err, t.dir.Close()))
	}
	return nil
}

// removeResults removes all that write and draw have written for an earlier run.
func (t *training) removeResults() error {
	return errors.Join(t.dir.Remove(experiment.RecordFile), t.dir.Remove(experiment.TableFile), t.dir.Remove(pairsFile), t.removePictures(), t.removeCertificate(), t.dir.Remove(proofFile))
}

// reopen takes the directory of an earlier run and restores its trial.
func (t *training) reopen(ctx context.Context) error {
	d, err := rundir.Open(rundir.Disk{}, t.o.resume, checkpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return usageErrorf("--resume = %s: no %s there: want the directory of a run", t.o.resume, checkpointFile)
	}
	if err != nil {
		return refused(err)
	}
	saved, err := d.Read(checkpointFile)
	if err != nil {
		err = usageErrorf("%s: %w", filepath.Join(t.o.resume, checkpointFile), reason(err))
	} else {
		err = await(ctx, func() (err error) {
			t.trial, err = experiment.Resume(saved, int64(t.o.episodes), int(t.o.workers))
			return err
		})
	}
	if errors.Is(err, mc.ErrCorrupt) {
		err = usageErrorf("%s: %w", filepath.Join(t.o.resume, checkpointFile), err)
	}
	t.dir = d
	if err == nil {
		err = t.checkProof()
	}
	if err != nil {
		return errors.Join(err, d.Close())
	}
	t.manifest.read(d)
	return nil
}

// refused maps the errors of a directory to exit codes.
func refused(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, rundir.ErrNotEmpty):
		return &exitError{exitRefused, fmt.Errorf("%w: want another directory, --resume to go on, or --force to replace its files", err)}
	case errors.Is(err, rundir.ErrLocked):
		return &exitError{exitRefused, err}
	}
	return &exitError{exitUsage, err}
}

// play plays the episodes that are left. Long runs are saved now and then, so that little is lost if the machine fails.
func (t *training) play(ctx context.Context) error {
	if !t.trial.Done() {
		if err := t.outdate(); err != nil {
			return err
		}
	}
	bar := t.newBar(t.trial.Spec().Episodes, t.trial.Learner().Progress().Episodes, "episodes")
	defer bar.close()
	saved := time.Now()
	for p, err := range t.trial.Play(ctx) {
		if err != nil {
			return err
		}
		bar.set(p.Episodes)
		if time.Since(saved) >= t.every {
			if err := t.writeCheckpoint(); err != nil {
				return err
			}
			saved = time.Now()
		}
	}
	return nil
}

func (t *training) writeCheckpoint() error {
	return t.dir.Write(checkpointFile, t.trial.WriteCheckpoint)
}

// write writes what was learned; the checkpoint first, because all else follows from it.
func (t *training) write() (*experiment.Record, []byte, error) {
	if err := t.writeCheckpoint(); err != nil {
		return nil, nil, err
	}
	record, err := t.trial.Record()
	if err != nil {
		return nil, nil, err
	}
	text, err := t.writeTable(record)
	if err != nil {
		return nil, nil, err
	}
	exact, err := t.trial.ExactQ()
	if err != nil {
		return nil, nil, err
	}
	if err = t.dir.Put(experiment.RecordFile, text); err == nil {
		err = t.dir.Write(pairsFile, func(w io.Writer) error { return writePairs(w, t.trial.Model(), record, exact) })
	}
	return record, text, err
}

// writeTable writes the table of a large record, and returns the record.
func (t *training) writeTable(r *experiment.Record) (text []byte, err error) {
	if len(r.Q) <= experiment.MaxInlinePairs {
		text, err = r.Write(io.Discard)
		return text, errors.Join(err, t.dir.Remove(experiment.TableFile))
	}
	err = t.dir.Write(experiment.TableFile, func(w io.Writer) (err error) {
		text, err = r.Write(w)
		return err
	})
	return text, err
}
