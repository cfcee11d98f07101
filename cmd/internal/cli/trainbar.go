package cli

import (
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bar is a progress bar on a terminal; nil shows nothing.
type bar struct {
	all *mpb.Progress
	one *mpb.Bar
}

func (t *training) newBar() *bar {
	if !t.s.errTTY || t.s.Quiet || t.o.noProgress {
		return nil
	}
	all := mpb.New(mpb.WithOutput(t.s.Err), mpb.WithWidth(64))
	one := all.AddBar(t.trial.Spec().Episodes,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d episodes"), decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8})))
	one.SetRefill(t.trial.Learner().Progress().Episodes)
	return &bar{all, one}
}

func (b *bar) set(episodes int64) {
	if b != nil {
		b.one.SetCurrent(episodes)
	}
}

// close takes the bar off the screen.
func (b *bar) close() {
	if b != nil {
		b.one.Abort(true)
		b.all.Wait()
	}
}
