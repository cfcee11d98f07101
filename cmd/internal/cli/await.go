package cli

import (
	"context"
	"fmt"
	"runtime"
	"strings"
)

// await runs work that cannot be interrupted beside ctx, and gives it up when ctx ends. What work writes may be read only
// after a nil error.
func await(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if p := recover(); p != nil {
				err = bug(p)
			}
			done <- err
		}()
		err = work()
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-done:
		return err
	}
}

// bug is the error that a recovered panic becomes: one line that names the place in this module.
func bug(p any) error {
	const module = "example.com/mcrl/"
	pc := make([]uintptr, 50)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	place, above := "unknown place", false // frames above the panic are of its recovery
	for {
		f, more := frames.Next()
		if _, name, ours := strings.Cut(f.Function, module); ours && above {
			place = fmt.Sprintf("%s, line %d", name, f.Line)
			break
		}
		above = above || f.Function == "runtime.gopanic"
		if !more {
			break
		}
	}
	return fmt.Errorf("internal error: %v (%s): this is a bug", p, place)
}
