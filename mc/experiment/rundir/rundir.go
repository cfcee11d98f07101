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

// View is a directory that is read. Names of files are relative to it, with slashes.
type View struct {
	fs   FS
	path string
}

// Look returns the directory at path, which must hold the file named, for reading alone.
func Look(fsys FS, path, file string) (View, error) {
	v := View{fsys, path}
	f, err := v.Open(file)
	if err != nil {
		return v, err
	}
	return v, f.Close()
}

// Path is the path of the directory, as it was given.
func (v View) Path() string { return v.path }

func (v View) at(name string) string { return filepath.Join(v.path, filepath.FromSlash(name)) }

// Open opens a file for reading.
func (v View) Open(name string) (io.ReadCloser, error) { return v.fs.Open(v.at(name)) }

// Read returns the content of a file.
func (v View) Read(name string) ([]byte, error) {
	f, err := v.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// Names are the names of the entries of a directory within this one, in increasing order; "." is this one.
func (v View) Names(name string) ([]string, error) { return v.fs.Names(v.at(name)) }

// Dir is a directory that this process owns.
type Dir struct {
	View
	lock io.Closer
}

// Fresh makes a new directory below parent (which it makes, too) and owns it: name, or the first of name-2, name-3, ... that
// does not exist.
func Fresh(fsys FS, parent, name string) (*Dir, error) {
	if err := fsys.MkdirAll(parent); err != nil {
		return nil, err
	}
	for i := 1; ; i++ {
		path := filepath.Join(parent, name)
		if i > 1 {
			path = fmt.Sprintf("%s-%d", path, i)
		}
		err := fsys.Mkdir(path)
		if err == nil {
			return own(fsys, path)
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

// Create owns the directory at path, which it makes where there is none. Unless force is set, the error wraps ErrNotEmpty
// where it has content. Force removes nothing: that is left to the caller.
func Create(fsys FS, path string, force bool) (*Dir, error) {
	if err := fsys.MkdirAll(path); err != nil {
		return nil, err
	}
	if !force {
		if err := demandEmpty(fsys, path); err != nil { // before .lock is made
			return nil, err
		}
	}
	d, err := own(fsys, path)
	if err != nil || force {
		return d, err
	}
	if err := demandEmpty(fsys, path); err != nil { // another process may have been quicker
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Open owns the directory at path, which must exist and hold the file named.
func Open(fsys FS, path, file string) (*Dir, error) {
	if _, err := Look(fsys, path, file); err != nil {
		return nil, err
	}
	return own(fsys, path)
}

func demandEmpty(fsys FS, path string) error {
	names, err := fsys.Names(path)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != lockFile && !strings.HasPrefix(name, tempPrefix) {
			return fmt.Errorf("%s %w (it has %s)", path, ErrNotEmpty, name)
		}
	}
	return nil
}

func own(fsys FS, path string) (*Dir, error) {
	lock, err := fsys.Lock(filepath.Join(path, lockFile))
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("%s %w", path, ErrLocked)
	}
	if err != nil {
		return nil, err
	}
	d := &Dir{View{fsys, path}, lock}
	if err := d.probe(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// probe finds out now, not after the work, that a directory takes no files. Its name lasts from here on.
func (d *Dir) probe() error {
	probe, err := d.fs.Create(temporary(d.at("probe")))
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), d.fs.Remove(temporary(d.at("probe"))), d.fs.SyncDir(filepath.Dir(d.path)))
}

// Remove removes a file if there is one.
func (d *Dir) Remove(name string) error {
	if err := d.fs.Remove(d.at(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Close gives the directory up.
func (d *Dir) Close() error { return d.lock.Close() }

// Mkdir makes a directory within this one, which lasts; it may be there already.
func (d *Dir) Mkdir(name string) error {
	path := d.at(name)
	if err := d.fs.Mkdir(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.fs.SyncDir(filepath.Dir(path))
}

// tempPrefix begins the name of a file that is being written. This process owns the directory, so the name is free, or what
// a process that was killed left over.
const tempPrefix = ".tmp-"

func temporary(path string) string {
	return filepath.Join(filepath.Dir(path), tempPrefix+filepath.Base(path))
}

// Tidy removes what a process that was killed left over in a directory within this one.
func (d *Dir) Tidy(name string) error {
	names, err := d.Names(name)
	if err != nil {
		return err
	}
	for _, n := range names {
		if strings.HasPrefix(n, tempPrefix) {
			if err := d.fs.Remove(filepath.Join(d.at(name), n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Write puts what fill writes into the file of that name. The file appears whole or not at all: it is written beside its
// place, synced and renamed, and the directory is synced. After an error the older file is as it was, and nothing else is
// left.
func (d *Dir) Write(name string, fill func(io.Writer) error) error {
	path := d.at(name)
	f, err := d.fs.Create(temporary(path))
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
		err = d.fs.Rename(temporary(path), path)
	}
	if err != nil {
		return fmt.Errorf("%s is unchanged: %w", path, errors.Join(err, d.fs.Remove(temporary(path))))
	}
	return d.fs.SyncDir(filepath.Dir(path))
}

// Put is Write of what stands in memory.
func (d *Dir) Put(name string, content []byte) error {
	return d.Write(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// Append opens a file to write at its end. What is written lasts from the next Sync on; until then any part of it may be
// lost.
func (d *Dir) Append(name string) (File, error) {
	f, err := d.fs.Append(d.at(name))
	if err != nil {
		return nil, err
	}
	if err := d.fs.SyncDir(filepath.Dir(d.at(name))); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
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
