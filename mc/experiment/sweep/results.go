package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"sync"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

// The names of the files of a sweep.
const (
	PlanFile       = "plan.json"
	SourceFile     = "spec.yaml"
	SumsFile       = "SHA256SUMS"
	CellsDir       = "cells"
	CheckpointFile = "checkpoint.bin"
)

// Results is the directory of a sweep as it is read. Nothing is kept of a record that was read.
type Results struct {
	view rundir.View
	plan *Plan

	mu     sync.RWMutex
	sums   map[string]sum  // by the name of the file
	scores map[int]float64 // the metrics that Until is about, by the index of the cell, once they are read
}

type sum = [sha256.Size]byte

// Look reads the directory of a sweep, which may be running.
func Look(fsys rundir.FS, path string) (*Results, error) {
	view, err := rundir.Look(fsys, path, PlanFile)
	if err != nil {
		return nil, err
	}
	return look(view)
}

func look(view rundir.View) (*Results, error) {
	text, err := view.Read(PlanFile)
	if err != nil {
		return nil, err
	}
	plan, err := Decode(text)
	if err != nil {
		return nil, &DirectoryError{view.Path(), PlanFile, err}
	}
	r := &Results{view: view, plan: plan, scores: map[int]float64{}}
	_, err = r.readSums()
	return r, err
}

// DirectoryError says what is wrong with a file of a sweep.
type DirectoryError struct {
	Path string // of the directory
	File string // in it
	Err  error
}

// Error implements error.
func (e *DirectoryError) Error() string {
	return e.Path + "/" + e.File + ": " + strings.ReplaceAll(e.Err.Error(), "\n", "; ")
}

// Unwrap returns what is wrong.
func (e *DirectoryError) Unwrap() error { return e.Err }

// Plan returns the plan.
func (r *Results) Plan() *Plan { return r.plan }

// Path returns the path of the directory, as it was given.
func (r *Results) Path() string { return r.view.Path() }

// readSums reads the checksums and reports whether every line is whole.
func (r *Results) readSums() (whole bool, err error) {
	sums := map[string]sum{}
	defer func() {
		r.mu.Lock()
		r.sums = sums
		r.mu.Unlock()
	}()
	text, err := r.view.Read(SumsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	whole = true
	for line := range bytes.Lines(text) {
		name, s, ok := parseSum(string(line))
		if !ok {
			whole = false
			continue
		}
		sums[name] = s
	}
	return whole, nil
}

// parseSum reads a line of sha256sum: the checksum in hexadecimal, two spaces, the name, a line feed.
func parseSum(line string) (name string, s sum, ok bool) {
	line, ended := strings.CutSuffix(line, "\n")
	digits, name, found := strings.Cut(line, "  ")
	n, err := hex.Decode(s[:], []byte(digits[:min(len(digits), 2*len(s))]))
	return name, s, ended && found && err == nil && n == len(s) && len(digits) == 2*len(s)
}

func sumLine(name string, s sum) string { return hex.EncodeToString(s[:]) + "  " + name + "\n" }

func fileOf(c Cell, file string) string { return CellsDir + "/" + c.ID + "/" + file }

// State is how far a cell has come.
type State int

// The states.
const (
	Missing  State = iota // nothing was finished
	Begun                 // there is a checkpoint
	Finished              // the record is there, as it was written
	Altered               // a file is torn, or not as it was written
	Unneeded              // the seeds before it are enough, see Until
)

// String returns the state in a word.
func (s State) String() string {
	return [...]string{"missing", "begun", "finished", "altered", "unneeded"}[s]
}

// Inspect returns the state of a cell, by reading all its files. For an altered one, what says which file it is.
func (r *Results) Inspect(c Cell) (s State, what string, err error) {
	record, err := r.verify(fileOf(c, experiment.RecordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return r.begun(c)
	}
	if err == nil && record == Finished && r.hasTable(c) {
		var table State
		if table, err = r.verify(fileOf(c, experiment.TableFile)); table == Altered || errors.Is(err, fs.ErrNotExist) {
			return Altered, fileOf(c, experiment.TableFile), nil
		}
	}
	if record == Altered {
		what = fileOf(c, experiment.RecordFile)
	}
	return record, what, err
}

// hasTable reports whether the record of a cell refers to a table: large worlds alone do.
func (r *Results) hasTable(c Cell) bool {
	_, ok := r.sumOf(fileOf(c, experiment.TableFile))
	return ok
}

func (r *Results) sumOf(name string) (s sum, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, ok = r.sums[name]
	return s, ok
}

func (r *Results) begun(c Cell) (State, string, error) {
	f, err := r.view.Open(fileOf(c, CheckpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Missing, "", nil
	}
	if err != nil {
		return Missing, "", err
	}
	return Begun, "", f.Close()
}

// verify compares a file with its checksum.
func (r *Results) verify(name string) (State, error) {
	f, err := r.view.Open(name)
	if err != nil {
		return Missing, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return Missing, err
	}
	if want, ok := r.sumOf(name); ok && bytes.Equal(h.Sum(nil), want[:]) {
		return Finished, nil
	}
	return Altered, nil
}

// Result is a cell that is finished, and what came out.
type Result struct {
	Cell   Cell
	Record *experiment.Record
}

// Records reads the records of the cells that are finished, in the order of the plan, one at a time.
func (r *Results) Records() iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for i, err := range r.States() {
			if err == nil && i.State != Finished {
				continue
			}
			var record *experiment.Record
			if err == nil {
				record, err = r.Record(i.Cell)
			}
			if !yield(Result{i.Cell, record}, err) || err != nil {
				return
			}
		}
	}
}

// Record reads the record of a cell that is finished.
func (r *Results) Record(c Cell) (*experiment.Record, error) {
	text, err := r.view.Read(fileOf(c, experiment.RecordFile))
	if err != nil {
		return nil, err
	}
	var table []byte
	if r.hasTable(c) {
		if table, err = r.view.Read(fileOf(c, experiment.TableFile)); err != nil {
			return nil, err
		}
	}
	record, err := experiment.Decode(text, table)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", r.Path(), fileOf(c, experiment.RecordFile), err)
	}
	return record, nil
}
