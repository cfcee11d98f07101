package cli

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"example.com/mcrl/mc/experiment/sweep"
)

// lineEvery is the time between two lines about the progress where there is no terminal.
const lineEvery = 10 * time.Second

// teller says how far an experiment is: bars on a terminal, else a line now and then.
type teller struct {
	s      *streams
	silent bool
	all    *mpb.Progress // nil: no terminal
	groups map[*sweep.Group]*groupBar
	cells  map[int]cellAt // those that are being played

	seeds, total  int
	until         bool  // not all cells may be needed
	ended         int   // cells that are finished, have failed or are not needed
	begun, played int64 // episodes: of the whole plan that were played before, and now
	episodes      int64 // of the whole plan
	steps         int64 // now
	start, said   time.Time
}

// cellAt is how far a cell had come when it was last heard of.
type cellAt struct{ episodes, steps int64 }

// groupBar is the bar of a group of which cells are being played.
type groupBar struct {
	bar   *mpb.Bar
	left  int          // cells
	steps atomic.Int64 // now
}

func newTeller(s *streams, silent bool, p *sweep.Plan) *teller {
	t := &teller{s: s, silent: silent || s.Quiet, groups: map[*sweep.Group]*groupBar{}, cells: map[int]cellAt{},
		seeds: len(p.Seeds), total: p.Len(), until: p.Until != nil, start: time.Now(), said: time.Now()}
	for _, g := range p.Groups {
		t.episodes += g.Spec.Episodes * int64(len(p.Seeds))
	}
	if !t.silent && s.errTTY {
		t.all = mpb.New(mpb.WithOutput(s.Err), mpb.WithWidth(64))
	}
	return t
}

// tell takes an event into account.
func (t *teller) tell(e sweep.Event) {
	if t.silent {
		return
	}
	c, g := e.Cell, t.group(e.Cell.Group)
	whole := c.Group.Spec.Episodes
	at := t.cells[c.Index]
	switch e.Kind {
	case sweep.Kept, sweep.Spared:
		t.begun += whole
		g.add(whole)
	case sweep.Started:
		t.begun += e.Progress.Episodes
		g.add(e.Progress.Episodes)
		t.cells[c.Index] = cellAt{e.Progress.Episodes, e.Progress.Steps}
	case sweep.Played:
		t.played += e.Progress.Episodes - at.episodes
		t.steps += e.Progress.Steps - at.steps
		g.steps.Add(e.Progress.Steps - at.steps)
		g.add(e.Progress.Episodes - at.episodes)
		t.cells[c.Index] = cellAt{e.Progress.Episodes, e.Progress.Steps}
	case sweep.Done, sweep.Failed: // before its last episode where enough was certain
		t.played += whole - at.episodes
		g.add(whole - at.episodes)
		delete(t.cells, c.Index)
	}
	if e.Kind == sweep.Kept || e.Kind == sweep.Done || e.Kind == sweep.Failed || e.Kind == sweep.Spared {
		t.ended++
		if g.left--; g.left == 0 {
			g.close()
			delete(t.groups, c.Group)
		}
	}
	if t.all == nil && time.Since(t.said) >= lineEvery {
		t.said = time.Now()
		t.s.notef("%s", t.line(time.Since(t.start)))
	}
}

// line is the progress in words.
func (t *teller) line(since time.Duration) string {
	text := fmt.Sprintf("%d of %d cells, %.3g steps/s", t.ended, t.total, float64(t.steps)/since.Seconds())
	if left := t.episodes - t.begun - t.played; t.played > 0 {
		text += fmt.Sprintf(", %s%v left", choose(t.until, "at most ", ""), (time.Duration(float64(since) * float64(left) / float64(t.played))).Round(time.Second))
	}
	return text
}

// group returns the bar of a group, which appears with its first cell.
func (t *teller) group(g *sweep.Group) *groupBar {
	b := t.groups[g]
	if b != nil {
		return b
	}
	b = &groupBar{left: t.seeds}
	t.groups[g] = b
	if t.all == nil {
		return b
	}
	start := time.Now()
	b.bar = t.all.AddBar(max(1, g.Spec.Episodes*int64(t.seeds)), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(g.Name()+" "), decor.Percentage(decor.WC{W: 5})),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			return fmt.Sprintf("%.3g steps/s ", float64(b.steps.Load())/time.Since(start).Seconds())
		}), decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8})))
	return b
}

func (b *groupBar) add(episodes int64) {
	if b.bar != nil {
		b.bar.IncrInt64(episodes)
	}
}

func (b *groupBar) close() {
	if b.bar != nil {
		b.bar.Abort(true)
	}
}

// sayf prints a line beside the bars.
func (t *teller) sayf(format string, args ...any) {
	if !t.s.Quiet {
		t.failf(format, args...)
	}
}

// failf is sayf that --quiet does not silence.
func (t *teller) failf(format string, args ...any) {
	var w io.Writer = t.s.Err
	if t.all != nil {
		w = t.all
	}
	fmt.Fprintf(w, "mcrl: "+format+"\n", args...)
}

// close takes the bars off the screen.
func (t *teller) close() {
	for _, g := range t.groups {
		g.close()
	}
	if t.all != nil {
		t.all.Wait()
	}
}
