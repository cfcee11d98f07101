package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// The exit codes. `mcrl help exit-codes` explains them.
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

// report prints the error, one line for each of those joined, and returns the exit code. Fields of a configuration that cmd
// took from a flag are named like the flag.
func (s *streams) report(cmd *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	prefix := paint(s.color.on(s.errTTY), red, "mcrl:")
	for _, e := range leaves(err) {
		for line := range strings.Lines(message(cmd, e)) {
			if line = strings.TrimRight(line, " \r\n"); line != "" {
				fmt.Fprintln(s.Err, prefix, line)
			}
		}
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var (
		exit     *exitError
		field    *env.FieldError
		number   *estimate.FieldError
		place    *env.ParseError
		forEver  *dp.NeverEndsError
		isInput  = errors.As(err, &field) || errors.As(err, &number) || errors.As(err, &place) || errors.As(err, &forEver)
		hasCode  = errors.As(err, &exit)
		canceled = errors.Is(err, context.Canceled)
	)
	switch {
	case hasCode:
		return exit.code
	case canceled:
		return exitInterrupted
	case isInput:
		return exitUsage
	}
	return exitFailed
}

// leaves flattens joined errors.
func leaves(err error) []error {
	if exit, ok := err.(*exitError); ok {
		return leaves(exit.err)
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, leaves(e)...)
	}
	return all
}

func message(cmd *cobra.Command, err error) string {
	var field env.FieldError
	switch e := err.(type) {
	case *env.FieldError:
		field = *e
	case *estimate.FieldError:
		field = env.FieldError(*e)
	default:
		if err == context.Canceled {
			return "interrupted"
		}
		return err.Error()
	}
	name := strings.ReplaceAll(strings.ToLower(field.Field), "_", "-")
	if cmd == nil {
		return err.Error()
	}
	if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
		field.Field = "--" + name
	}
	return field.Error()
}
