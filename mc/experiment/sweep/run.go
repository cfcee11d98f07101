package sweep

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

// Run is the directory of a sweep that this process owns.
type Run struct {
	*Results
	dir *rundir.Dir

	logging sync.Mutex
	log     rundir.File // SumsFile, at its end
	torn    error       // of the first line that could not be written: no other may follow it
}

// Create begins a sweep in a directory, which is made where there is none. The error wraps rundir.ErrNotEmpty where it has
// content. A plan that is not valid leaves no trace.
func Create(fsys rundir.FS, path string, p *Plan) (*Run, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	text, err := p.Encode()
	if err != nil {
		return nil, err
	}
	d, err := rundir.Create(fsys, path, false)
	if err != nil {
		return nil, err
	}
	if err := d.Put(PlanFile, text); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return own(d)
}

// Open goes on with a sweep that was begun.
func Open(fsys rundir.FS, path string) (*Run, error) {
	d, err := rundir.Open(fsys, path, PlanFile)
	if err != nil {
		return nil, err
	}
	return own(d)
}

func own(d *rundir.Dir) (*Run, error) {
	r, err := look(d.View)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	run := &Run{Results: r, dir: d}
	if err := run.begin(); err != nil {
		return nil, errors.Join(err, run.Close())
	}
	return run, nil
}

// begin brings the files that every sweep has in order.
func (r *Run) begin() error {
	if r.plan.Source != "" {
		if old, err := r.view.Read(SourceFile); err != nil || string(old) != r.plan.Source {
			if err := r.dir.Put(SourceFile, []byte(r.plan.Source)); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(r.dir.Tidy("."), r.dir.Mkdir(CellsDir)); err != nil {
		return err
	}
	if whole, err := r.readSums(); err != nil || !whole {
		if err = errors.Join(err, r.writeSums()); err != nil { // a line that was torn must not be written on
			return err
		}
	}
	var err error
	r.log, err = r.dir.Append(SumsFile)
	return err
}

// writeSums writes the checksums that are known in the order of the plan.
func (r *Run) writeSums() error {
	return r.dir.Write(SumsFile, func(w io.Writer) error {
		b := bufio.NewWriter(w) // it keeps the first error
		for c := range r.plan.Cells() {
			for _, file := range []string{experiment.TableFile, experiment.RecordFile} {
				if s, ok := r.sumOf(fileOf(c, file)); ok {
					b.WriteString(sumLine(fileOf(c, file), s))
				}
			}
		}
		return b.Flush()
	})
}

// Directory returns the directory, for files of one's own beside those of the sweep.
func (r *Run) Directory() *rundir.Dir { return r.dir }

// Close gives the directory up.
func (r *Run) Close() error {
	var err error
	if r.log != nil {
		err = r.log.Close()
	}
	return errors.Join(err, r.dir.Close())
}

// trial returns the trial of a cell: from its checkpoint, or a new one. The note says why a checkpoint was of no use.
func (r *Run) trial(c Cell) (t *experiment.Trial, note string, err error) {
	saved, err := r.view.Read(fileOf(c, CheckpointFile))
	if err == nil {
		if t, err = experiment.Resume(saved, 0, 1); err == nil && sameSpec(t.Spec(), c.Spec()) {
			return t, "", nil
		}
		if err == nil {
			err = errors.New("it is of another cell")
		}
		note = fmt.Sprintf("%s/%s is of no use, the cell begins anew: %v", r.Path(), fileOf(c, CheckpointFile), err)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", &storeError{err}
	}
	t, err = experiment.NewTrial(c.Spec(), 1)
	return t, note, err
}

func sameSpec(a, b experiment.Spec) bool {
	one, err := json.Marshal(a)
	other, e := json.Marshal(b)
	return err == nil && e == nil && bytes.Equal(one, other)
}

// storeError is an error of the directory: no other cell would fare better.
type storeError struct{ err error }

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

func stored(err error) error {
	if err != nil {
		return &storeError{err}
	}
	return nil
}

// save writes the record of a trial that is done, and returns it. Its line in SumsFile lasts before the record is there at
// all.
func (r *Run) save(c Cell, t *experiment.Trial) (*experiment.Record, error) {
	record, err := t.Record()
	if err != nil {
		return nil, err
	}
	text, err := r.saveTable(c, record)
	if err != nil {
		return nil, err
	}
	name := fileOf(c, experiment.RecordFile)
	if err := r.note(name, sha256.Sum256(text)); err != nil {
		return nil, stored(err)
	}
	if err := r.dir.Put(name, text); err != nil {
		return nil, stored(err)
	}
	return record, stored(r.dir.Remove(fileOf(c, CheckpointFile)))
}

// saveTable writes the table of a large record, and returns the record.
func (r *Run) saveTable(c Cell, record *experiment.Record) (text []byte, err error) {
	if len(record.Q) <= experiment.MaxInlinePairs {
		return record.Write(io.Discard)
	}
	h := sha256.New()
	var s sum
	name := fileOf(c, experiment.TableFile)
	err = r.dir.Write(name, func(w io.Writer) (err error) {
		text, err = record.Write(io.MultiWriter(w, h))
		return err
	})
	if err != nil {
		return nil, stored(err)
	}
	copy(s[:], h.Sum(nil))
	return text, stored(r.note(name, s))
}

// note adds a line to SumsFile, which lasts when it returns.
func (r *Run) note(name string, s sum) error {
	r.logging.Lock()
	defer r.logging.Unlock()
	if r.torn != nil {
		return fmt.Errorf("%s/%s: an earlier line is torn: %w", r.Path(), SumsFile, r.torn)
	}
	if _, r.torn = io.WriteString(r.log, sumLine(name, s)); r.torn == nil {
		r.torn = r.log.Sync()
	}
	if r.torn != nil {
		return r.torn
	}
	r.mu.Lock()
	r.sums[name] = s
	r.mu.Unlock()
	return nil
}

// finish writes the checksums of a complete sweep in the order of the plan.
func (r *Run) finish() (err error) {
	r.logging.Lock()
	defer r.logging.Unlock()
	log := r.log
	r.log = nil
	if err := errors.Join(log.Close(), r.writeSums()); err != nil {
		return err
	}
	r.log, err = r.dir.Append(SumsFile)
	return err
}
