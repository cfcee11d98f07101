package cli

import (
	"context"
	"iter"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// barAfter is the time after which work has a bar on a terminal: less is over before it is read.
const barAfter = 300 * time.Millisecond

// stage says how far a part of the work is: a bar on a terminal, else a line now and then.
type stage struct {
	s           *streams
	silent      bool
	what        string // is counted
	total       int
	start, said time.Time
	all         *mpb.Progress // nil: there is no bar yet
	one         *mpb.Bar
}

func (s *streams) newStage(what string, total int, silent bool) *stage {
	return &stage{s: s, silent: silent || s.Quiet, what: what, total: total, start: time.Now(), said: time.Now()}
}

// at tells that n parts are done.
func (t *stage) at(n int) {
	switch {
	case t.silent:
	case !t.s.errTTY:
		if time.Since(t.said) >= lineEvery {
			t.said = time.Now()
			t.s.notef("%s of %s %s", grouped(int64(n)), grouped(int64(t.total)), t.what)
		}
	case t.all == nil && time.Since(t.start) >= barAfter && n < t.total:
		t.all = mpb.New(mpb.WithOutput(t.s.Err), mpb.WithWidth(64))
		t.one = t.all.AddBar(int64(t.total), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
			mpb.AppendDecorators(decor.CountersNoUnit("%d / %d "+t.what)))
		fallthrough
	case t.all != nil:
		t.one.SetCurrent(int64(n))
	}
}

// close takes the bar off the screen.
func (t *stage) close() {
	if t.all != nil {
		t.one.Abort(true)
		t.all.Wait()
	}
}

// eachStage takes the steps of work that cannot be interrupted within one, and tells how far it is. When ctx ends it gives up
// the step that is being taken.
func eachStage(ctx context.Context, t *stage, steps iter.Seq2[int, error]) error {
	defer t.close()
	next, stop := iter.Pull2(steps)
	for {
		var n int
		var more bool
		var failed error
		if err := await(ctx, func() error { n, failed, more = next(); return nil }); err != nil {
			return err // without stop: the step goes on
		}
		if failed != nil || !more {
			stop()
			return failed
		}
		t.at(n)
	}
}
