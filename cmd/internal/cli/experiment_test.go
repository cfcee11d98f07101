package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
)

// What is told of the progress counts what was played now, not what was there before, and nothing twice.
func TestTeller(t *testing.T) {
	p := &sweep.Plan{Seeds: []uint64{1, 2, 3, 4}, Groups: []sweep.Group{{Environment: "zhao-2x2", Algorithm: "es",
		Spec: experiment.Spec{Env: experiment.GridWorld(env.Zhao2()), Algorithm: experiment.ExploringStarts, Gamma: 0.9, Horizon: 10, Episodes: 100, Starts: &mc.StartsOptions{}}}}}
	var cells []sweep.Cell
	for c := range p.Cells() {
		cells = append(cells, c)
	}
	var errs bytes.Buffer
	told := newTeller(newStreams(strings.NewReader(""), &bytes.Buffer{}, &errs), false, p)
	at := func(episodes, steps int64) mc.Progress { return mc.Progress{Episodes: episodes, Steps: steps} }
	for _, step := range []struct {
		event sweep.Event
		want  string // after ten seconds
	}{
		{sweep.Event{Cell: cells[0], Kind: sweep.Kept}, "1 of 4 cells, 0 steps/s"},
		{sweep.Event{Cell: cells[1], Kind: sweep.Started, Progress: at(50, 500)}, "1 of 4 cells, 0 steps/s"},
		{sweep.Event{Cell: cells[1], Kind: sweep.Played, Progress: at(75, 750)}, "1 of 4 cells, 25 steps/s, 1m30s left"},
		{sweep.Event{Cell: cells[1], Kind: sweep.Played, Progress: at(100, 1000)}, "1 of 4 cells, 50 steps/s, 40s left"},
		{sweep.Event{Cell: cells[1], Kind: sweep.Done, Progress: at(100, 1000)}, "2 of 4 cells, 50 steps/s, 40s left"},
		{sweep.Event{Cell: cells[2], Kind: sweep.Started}, "2 of 4 cells, 50 steps/s, 40s left"},
		{sweep.Event{Cell: cells[2], Kind: sweep.Done, Progress: at(50, 500)}, "3 of 4 cells, 50 steps/s, 7s left"}, // certain early
	} {
		told.tell(step.event)
		if got := told.line(10 * time.Second); got != step.want {
			t.Errorf("%v of %s: %s: want %s", step.event.Kind, step.event.Cell.ID, got, step.want)
		}
	}
	if errs.Len() > 0 {
		t.Errorf("said %q before its time", errs.String())
	}
	told.said = told.said.Add(-lineEvery)
	told.tell(sweep.Event{Cell: cells[3], Kind: sweep.Started})
	if got := errs.String(); !strings.HasPrefix(got, "3 of 4 cells, ") || strings.Count(got, "\n") != 1 {
		t.Errorf("said %q: want one line", got)
	}
	told.close()
}

func TestRanges(t *testing.T) {
	for want, seeds := range map[string][]uint64{"1..3": {1, 2, 3}, "7": {7}, "3,1..2,9": {3, 1, 2, 9}, "18446744073709551615,0": {1<<64 - 1, 0}} {
		if got := (&sweep.Plan{Seeds: seeds}).SeedRanges(); got != want {
			t.Errorf("ranges of %v: %s: want %s", seeds, got, want)
		}
	}
}
