// Package worldfile finds worlds by their names and in files: grid worlds (package gridfile) and tables (package dynamics).
package worldfile

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dynamics"
	"example.com/mcrl/env/gridfile"
	"example.com/mcrl/mc/experiment"
)

// Names lists the names that ByName knows, open-N of any other size excepted: those of grid worlds, then the classic ones.
func Names() []string {
	names := env.Presets()
	for _, name := range classic.Names() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// ByName returns the grid world of that name, else the classic world. The error is that of env.Preset where there is neither.
func ByName(name string) (experiment.World, error) {
	c, err := env.Preset(name)
	if err == nil {
		return experiment.GridWorld(c), nil
	}
	if slices.Contains(classic.Names(), name) {
		return experiment.ClassicWorld(name), nil
	}
	return experiment.World{}, err
}

// Load reads the world in the file at path. The error is that of gridfile.Read or of dynamics.Read.
func Load(path string) (experiment.World, error) {
	f, err := os.Open(path)
	if err != nil {
		return experiment.World{}, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a world; name is the file's name for error messages. A text that begins with { is a table, as no grid world does, and
// so is a file whose name ends in .json; all else is a grid world.
func Read(r io.Reader, name string) (experiment.World, error) {
	b := bufio.NewReader(r)
	if begins(b, '{') || strings.EqualFold(filepath.Ext(name), ".json") {
		d, err := dynamics.Read(b, name)
		if err != nil {
			return experiment.World{}, err
		}
		return experiment.TableWorld(d), nil
	}
	c, err := gridfile.Read(b, name)
	if err != nil {
		return experiment.World{}, err
	}
	return experiment.GridWorld(c), nil
}

// begins reports whether the text begins with c, blanks and a byte order mark aside. Nothing is read of it.
func begins(b *bufio.Reader, c byte) bool {
	head, _ := b.Peek(b.Size()) // the reader reports the error
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\uFEFF")))
	return len(head) > 0 && head[0] == c
}
