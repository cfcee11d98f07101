package rundir

import (
	"errors"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// A real limit of the system on the size of a file, which fails in the middle of a write as a full disk does.
func TestWriteBeyondTheLimitOfTheSystem(t *testing.T) {
	d, err := Create(Disk{}, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Write("f", put("old")); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	low := limit
	low.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &low); err != nil {
		t.Fatal(err)
	}
	err = d.Write("f", func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("x", 3<<20))
		return err
	})
	if e := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); e != nil {
		t.Fatal(e)
	}
	signal.Reset(syscall.SIGXFSZ)
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("Write: %v: want EFBIG", err)
	}
	if b, _ := d.Read("f"); string(b) != "old" || names(t, d.Path()) != "f" {
		t.Errorf("f = %d bytes beside %q: want old alone", len(b), names(t, d.Path()))
	}
}
