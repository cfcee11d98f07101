package rundir

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if e.Name() != lockFile {
			all = append(all, e.Name())
		}
	}
	return strings.Join(all, " ")
}

func put(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestFreshTakesTheFirstFreeName(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "runs")
	for _, want := range []string{"a", "a-2", "a-3"} {
		d, err := Fresh(Disk{}, parent, "a")
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if got := d.Path(); got != filepath.Join(parent, want) {
			t.Errorf("Fresh = %s: want %s", got, want)
		}
	}
}

func TestCreateRefusesContent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	d, err := Create(Disk{}, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write("f", put("old")); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(Disk{}, dir, false); !errors.Is(err, ErrNotEmpty) || !strings.Contains(err.Error(), "(it has f)") {
		t.Errorf("Create of a directory with content: %v: want ErrNotEmpty naming f", err)
	}
	d, err = Create(Disk{}, dir, true)
	if err != nil {
		t.Fatalf("Create by force: %v", err)
	}
	defer d.Close()
	if b, err := d.Read("f"); string(b) != "old" || err != nil {
		t.Errorf("after Create by force f = %q, %v: want old", b, err)
	}
}

func TestCreateRefusesForeignDirectoryWithoutTrace(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(Disk{}, dir, false); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("Create: %v: want ErrNotEmpty", err)
	}
	if _, err := os.Stat(filepath.Join(dir, lockFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused directory has a lock file")
	}
}

func TestOpenDemandsTheFile(t *testing.T) {
	if _, err := Open(Disk{}, t.TempDir(), "checkpoint.bin"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open: %v: want fs.ErrNotExist", err)
	}
}

// The disk fills up after k bytes, at every k: the old file stays whole and nothing is left over.
func TestWriteThatFails(t *testing.T) {
	d, err := Create(Disk{}, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Write("f", put("old")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	for k := range 5 {
		err := d.Write("f", func(w io.Writer) error {
			if _, err := w.Write([]byte("newer")[:k]); err != nil {
				return err
			}
			return full
		})
		if !errors.Is(err, full) || !strings.Contains(err.Error(), "is unchanged") {
			t.Errorf("Write after %d bytes: %v: want the writer's error", k, err)
		}
		if b, _ := d.Read("f"); string(b) != "old" || names(t, d.Path()) != "f" {
			t.Fatalf("after %d bytes: f = %q beside %q: want old alone", k, b, names(t, d.Path()))
		}
	}
	if err := d.Write("f", put("new")); err != nil {
		t.Fatal(err)
	}
	if b, _ := d.Read("f"); string(b) != "new" {
		t.Errorf("f = %q: want new", b)
	}
}

// holder is set in the environment of the process that TestTwoProcesses starts.
const holder = "RUNDIR_TEST_HOLDS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holder); dir != "" {
		d, err := Create(Disk{}, dir, true)
		if err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = d // the lock ends with the process
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Only one of two processes can own a directory, and the death of the owner frees it.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holder+"="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	held := make([]byte, 5)
	if _, err := io.ReadFull(out, held); err != nil || !bytes.Equal(held, []byte("held\n")) {
		t.Fatalf("the other process says %q, %v", held, err)
	}
	if _, err := Create(Disk{}, dir, true); !errors.Is(err, ErrLocked) {
		t.Errorf("Create of a directory in use: %v: want ErrLocked", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	d, err := Create(Disk{}, dir, true)
	if err != nil {
		t.Fatalf("Create after the owner's death: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"es zhao-5x5 seed": "es-zhao-5x5-seed", "../../etc/passwd": "etc-passwd", "größe": "gr-e", ".hidden": "hidden",
		strings.Repeat("a", 300): strings.Repeat("a", 100), "a//b": "a-b",
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %q: want %q", in, got, want)
		}
	}
}
