package rundir

import (
	"io"
	"os"
)

// FS is what a run directory needs of a file system. Paths are the system's.
type FS interface {
	Mkdir(path string) error // below an existing directory
	MkdirAll(path string) error
	Names(path string) ([]string, error) // of the entries of a directory, in increasing order
	Open(path string) (io.ReadCloser, error)
	Create(path string) (File, error) // replaces a file
	Append(path string) (File, error) // makes the file where there is none
	Rename(from, to string) error     // replaces a file in one step
	Remove(path string) error
	SyncDir(path string) error // makes the names in a directory last
	// Lock makes the file and holds it until it is closed or the process ends; the error is ErrLocked where another process
	// holds it.
	Lock(path string) (io.Closer, error)
}

// File is a file that is being written.
type File interface {
	io.WriteCloser
	Sync() error // makes what was written last
}

// Disk is the file system of the machine.
type Disk struct{}

// Mkdir implements FS.
func (Disk) Mkdir(path string) error { return os.Mkdir(path, 0o777) }

// MkdirAll implements FS.
func (Disk) MkdirAll(path string) error { return os.MkdirAll(path, 0o777) }

// Names implements FS.
func (Disk) Names(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

// Open implements FS.
func (Disk) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

// Create implements FS.
func (Disk) Create(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Append implements FS.
func (Disk) Append(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
}

// Rename implements FS.
func (Disk) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (Disk) Remove(path string) error { return os.Remove(path) }

// SyncDir implements FS.
func (Disk) SyncDir(path string) error { return syncDir(path) }

// Lock implements FS.
func (Disk) Lock(path string) (io.Closer, error) { return acquire(path) }
