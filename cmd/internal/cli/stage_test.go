package cli

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"strings"
	"testing"

	"example.com/mcrl/cmd/internal/report"
)

func counting(until int, failed error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for n := 1; n <= until; n++ {
			if !yield(n, nil) {
				return
			}
		}
		if failed != nil {
			yield(until, failed)
		}
	}
}

// A line now and then where there is no terminal, none where it is silent; errors end the work.
func TestStage(t *testing.T) {
	failed := errors.New("failed")
	for _, c := range []struct {
		silent bool
		steps  iter.Seq2[int, error]
		want   string
		err    error
	}{
		{false, counting(3, nil), "1 of 5,000 cells read\n", nil},
		{false, counting(2, failed), "1 of 5,000 cells read\n", failed},
		{true, counting(3, nil), "", nil},
	} {
		var errs bytes.Buffer
		at := newStreams(strings.NewReader(""), &bytes.Buffer{}, &errs).newStage("cells read", 5000, c.silent)
		at.said = at.said.Add(-lineEvery)
		if err := eachStage(context.Background(), at, c.steps); err != c.err || errs.String() != c.want {
			t.Errorf("silent %v: said %q, %v: want %q, %v", c.silent, errs.String(), err, c.want, c.err)
		}
	}
}

// Ctrl-C gives up a step that takes long, and writes no figure that was not begun.
func TestStageInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stuck := func(yield func(int, error) bool) {
		yield(1, nil)
		cancel()
		select {}
	}
	s := newStreams(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
	if err := eachStage(ctx, s.newStage("parts", 2, true), stuck); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	o := &reportOptions{pictures: t.TempDir()}
	if err := eachStage(context.WithoutCancel(ctx), s.newStage("figures", 2, true), o.paint(ctx, make([]*report.Figure, 2))); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if names, err := os.ReadDir(o.pictures); err != nil || len(names) > 0 {
		t.Errorf("%d files, %v: want none", len(names), err)
	}
}
