package cli

import (
	"context"
	"errors"
	"fmt"

	"example.com/mcrl/env"
)

// The exit codes. They are documented in `mcrl help exit-codes`.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2 // bad flag, bad file, bad configuration: nothing was written
	exitPartly      = 3 // finished, but some parts failed
	exitRefused     = 4 // would overwrite
	exitInterrupted = 130
)

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usageErrorf is an error of the user's input: exit code 2.
func usageErrorf(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// report prints the error, one line for each of those joined, and returns the exit code.
func report(s *streams, err error) int {
	if err == nil {
		return exitOK
	}
	for _, line := range lines(err) {
		fmt.Fprintln(s.Err, "mcrl:", line)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var exit *exitError
	var field *env.FieldError
	switch {
	case errors.As(err, &exit):
		return exit.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &field):
		return exitUsage
	}
	return exitFailed
}

// lines flattens joined errors.
func lines(err error) []string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, e := range joined.Unwrap() {
			all = append(all, lines(e)...)
		}
		return all
	}
	return []string{err.Error()}
}
