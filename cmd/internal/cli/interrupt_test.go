//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"syscall"
	"testing"
)

// silence is an input that never says anything; on the first read it interrupts the process.
type silence struct{ once bool }

func (s *silence) Read([]byte) (int, error) {
	if !s.once {
		s.once = true
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			return 0, err
		}
	}
	select {}
}

// Ctrl-C ends a command that waits for input, with its own exit code.
func TestInterrupt(t *testing.T) {
	var out, errs bytes.Buffer
	code := Main([]string{"estimate"}, io.Reader(new(silence)), &out, &errs)
	if code != exitInterrupted || errs.String() != "mcrl: interrupted\n" || out.Len() != 0 {
		t.Errorf("exit code %d, %q, %q: want %d and one line", code, out.String(), errs.String(), exitInterrupted)
	}
}
