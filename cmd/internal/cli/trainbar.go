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

// newBar shows how much of all there is to do, done being done before.
func (t *training) newBar(total, done int64, what string) *bar {
	if !t.s.errTTY || t.s.Quiet || t.o.noProgress {
		return nil
	}
	all := mpb.New(mpb.WithOutput(t.s.Err), mpb.WithWidth(64))
	one := all.AddBar(total,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d "+what), decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8})))
	one.SetRefill(done)
	return &bar{all, one}
}

func (b *bar) set(done int64) {
	if b != nil {
		b.one.SetCurrent(done)
	}
}

// close takes the bar off the screen.
func (b *bar) close() {
	if b != nil {
		b.one.Abort(true)
		b.all.Wait()
	}
}
