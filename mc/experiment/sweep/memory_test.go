package sweep

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"

	"example.com/mcrl/mc/experiment/rundir"
)

// errPower is what every operation says from the moment on at which the power fails.
var errPower = errors.New("the power has failed")

// memory is a file system that remembers what has been synced. What has not may be lost, in part or altogether, when the
// power fails: the content of files that were not synced, and the names in directories that were not.
type memory struct {
	mu     sync.Mutex
	root   *node
	ops    int  // operations that change something
	limit  int  // the operation with this number fails; 0: none does
	once   bool // the operations after it work
	locked bool
}

type node struct {
	entries, lasting map[string]*node // of a directory
	data, synced     []byte           // of a file
}

func newMemory() *memory { return &memory{root: newFolder()} }

func newFolder() *node { return &node{entries: map[string]*node{}, lasting: map[string]*node{}} }

// step counts an operation; false: it fails.
func (m *memory) step() bool {
	m.ops++
	return m.limit == 0 || m.ops < m.limit || m.once && m.ops > m.limit
}

func (m *memory) find(path string) (*node, error) {
	n := m.root
	for part := range bytes.SplitSeq([]byte(filepath.Clean(path)), []byte("/")) {
		if string(part) == "." {
			continue
		}
		if n = n.entries[string(part)]; n == nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
	}
	return n, nil
}

func (m *memory) Mkdir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	parent, err := m.find(filepath.Dir(path))
	if err != nil {
		return err
	}
	if parent.entries[filepath.Base(path)] != nil {
		return fs.ErrExist
	}
	if !m.step() {
		return errPower
	}
	parent.entries[filepath.Base(path)] = newFolder()
	return nil
}

func (m *memory) MkdirAll(path string) error {
	if err := m.Mkdir(path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (m *memory) Names(path string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(n.entries)), nil
}

func (m *memory) Open(path string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(bytes.Clone(n.data))), nil
}

func (m *memory) Create(path string) (rundir.File, error) { return m.openFile(path, true) }

func (m *memory) Append(path string) (rundir.File, error) { return m.openFile(path, false) }

func (m *memory) openFile(path string, truncate bool) (rundir.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	parent, err := m.find(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if !m.step() {
		return nil, errPower
	}
	n := parent.entries[filepath.Base(path)]
	if n == nil {
		n = &node{}
		parent.entries[filepath.Base(path)] = n
	}
	if truncate {
		n.data = nil
	}
	return &memoryFile{m, n}, nil
}

type memoryFile struct {
	m *memory
	n *node
}

func (f *memoryFile) Write(p []byte) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if !f.m.step() {
		f.n.data = append(f.n.data, p[:len(p)/2]...)
		return len(p) / 2, errPower
	}
	f.n.data = append(f.n.data, p...)
	return len(p), nil
}

func (f *memoryFile) Sync() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if !f.m.step() {
		return errPower
	}
	f.n.synced = bytes.Clone(f.n.data)
	return nil
}

func (f *memoryFile) Close() error { return nil }

func (m *memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(from)
	if err != nil {
		return err
	}
	parent, err := m.find(filepath.Dir(to))
	if err != nil {
		return err
	}
	if !m.step() {
		return errPower
	}
	old, _ := m.find(filepath.Dir(from))
	delete(old.entries, filepath.Base(from))
	parent.entries[filepath.Base(to)] = n
	return nil
}

func (m *memory) Remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.find(path); err != nil {
		return err
	}
	if !m.step() {
		return errPower
	}
	parent, err := m.find(filepath.Dir(path))
	delete(parent.entries, filepath.Base(path))
	return err
}

func (m *memory) SyncDir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return err
	}
	if !m.step() {
		return errPower
	}
	n.lasting = maps.Clone(n.entries)
	return nil
}

func (m *memory) Lock(path string) (io.Closer, error) {
	f, err := m.openFile(path, true)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if m.locked {
		return nil, rundir.ErrLocked
	}
	m.locked = true
	return unlocker{f, m}, nil
}

type unlocker struct {
	rundir.File
	m *memory
}

func (u unlocker) Close() error {
	u.m.mu.Lock()
	defer u.m.mu.Unlock()
	u.m.locked = false
	return nil
}

// loss says what becomes of that which was not synced.
type loss int

const (
	loseAll loss = iota
	keepAll
	loseSome // of each name the old or the new state, of each file any part, the rest of it zeros
	kinds
)

// crash is the state that is found when the power is back.
func (m *memory) crash(l loss, rng *rand.Rand) {
	m.ops, m.limit, m.locked = 0, 0, false
	m.root.crash(l, rng)
}

func (n *node) crash(l loss, rng *rand.Rand) {
	if n.entries == nil {
		n.tear(l, rng)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(mergedNames(n))) {
		if l == keepAll || l == loseSome && rng.IntN(2) == 0 {
			continue
		}
		if old := n.lasting[name]; old != nil {
			n.entries[name] = old
		} else {
			delete(n.entries, name)
		}
	}
	n.lasting = maps.Clone(n.entries)
	for _, name := range slices.Sorted(maps.Keys(n.entries)) {
		n.entries[name].crash(l, rng)
	}
}

func mergedNames(n *node) map[string]*node {
	all := maps.Clone(n.entries)
	maps.Copy(all, n.lasting)
	return all
}

func (n *node) tear(l loss, rng *rand.Rand) {
	switch {
	case l == loseAll:
		n.data = bytes.Clone(n.synced)
	case l == loseSome && !bytes.Equal(n.data, n.synced):
		same := 0
		for same < min(len(n.data), len(n.synced)) && n.data[same] == n.synced[same] {
			same++
		}
		keep := same + rng.IntN(len(n.data)-same+1)
		n.data = append(bytes.Clone(n.data[:keep]), make([]byte, rng.IntN(3))...)
	}
	n.synced = bytes.Clone(n.data)
}

// files are the contents of all files below the directory, by path, without the lock.
func (m *memory) files(path string) map[string]string {
	all := map[string]string{}
	n, err := m.find(path)
	if err != nil {
		return all
	}
	var walk func(n *node, path string)
	walk = func(n *node, path string) {
		for name, child := range n.entries {
			if child.entries != nil {
				walk(child, path+name+"/")
			} else if name != ".lock" {
				all[path+name] = string(child.data)
			}
		}
	}
	walk(n, "")
	return all
}
