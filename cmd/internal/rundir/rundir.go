// Package rundir makes the directory of a run and writes its files so that each of them is whole at any moment: a file
// appears under its name when it is complete and synced, and after a failure an older one is as it was.
//
// One process at a time owns a directory. It holds a lock on the file .lock in it, which ends with the process.
package rundir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// lockFile is not counted as content of a directory.
const lockFile = ".lock"

var (
	// ErrNotEmpty is wrapped by the error for a directory that has content.
	ErrNotEmpty = errors.New("is not empty")
	// ErrLocked is wrapped by the error for a directory that another process owns.
	ErrLocked = errors.New("is in use by another process")
)

// Dir is a directory that this process owns.
type Dir struct {
	path string
	lock *os.File
}

// Fresh makes a new directory below parent (which it makes, too) and owns it: name, or the first of name-2, name-3, ... that
// does not exist.
func Fresh(parent, name string) (*Dir, error) {
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, err
	}
	for i := 1; ; i++ {
		path := filepath.Join(parent, name)
		if i > 1 {
			path = fmt.Sprintf("%s-%d", path, i)
		}
		err := os.Mkdir(path, 0o777)
		if err == nil {
			return own(path)
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

// Create owns the directory at path, which it makes where there is none. Unless force is set, the error wraps ErrNotEmpty
// where it has content. Force removes nothing: that is left to the caller.
func Create(path string, force bool) (*Dir, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	if !force {
		if err := demandEmpty(path); err != nil { // before .lock is made
			return nil, err
		}
	}
	d, err := own(path)
	if err != nil || force {
		return d, err
	}
	if err := demandEmpty(path); err != nil { // another process may have been quicker
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Open owns the directory at path, which must exist and hold the file named.
func Open(path, file string) (*Dir, error) {
	if _, err := os.Stat(filepath.Join(path, file)); err != nil {
		return nil, err
	}
	return own(path)
}

func demandEmpty(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			return fmt.Errorf("%s %w (it has %s)", path, ErrNotEmpty, e.Name())
		}
	}
	return nil
}

func own(path string) (*Dir, error) {
	lock, err := acquire(filepath.Join(path, lockFile))
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("%s %w", path, ErrLocked)
	}
	if err != nil {
		return nil, err
	}
	d := &Dir{path, lock}
	probe, err := d.create("probe") // a directory that takes no files is refused now, not after the work
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Path is the path of the directory, as it was given.
func (d *Dir) Path() string { return d.path }

// Read returns the content of a file.
func (d *Dir) Read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(d.path, name)) }

// Remove removes a file if there is one.
func (d *Dir) Remove(name string) error {
	if err := os.Remove(filepath.Join(d.path, name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Close gives the directory up.
func (d *Dir) Close() error { return d.lock.Close() }

// tempPrefix begins the name of a file that is being written. This process owns the directory, so the name is free, or what
// a process that was killed left over.
const tempPrefix = ".tmp-"

func (d *Dir) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(d.path, tempPrefix+name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Write puts what fill writes into the file of that name. The file appears whole or not at all: it is written beside its
// place, synced and renamed, and the directory is synced. After an error the older file is as it was, and nothing else is
// left.
func (d *Dir) Write(name string, fill func(io.Writer) error) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(d.path, name))
	}
	if err != nil {
		return fmt.Errorf("%s is unchanged: %w", filepath.Join(d.path, name), errors.Join(err, os.Remove(f.Name())))
	}
	return syncDir(d.path)
}

// Name makes one path element of parts: letters, digits, dots and hyphens, at most 100 bytes.
func Name(parts ...string) string {
	var b strings.Builder
	for _, r := range strings.Join(parts, "-") {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_') {
			b.WriteRune(r)
		} else if !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	name := strings.Trim(b.String(), "-.")
	return name[:min(len(name), 100)]
}
