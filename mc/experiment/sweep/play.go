package sweep

import (
	"context"
	"errors"
	"iter"
	"sync"

	"example.com/mcrl/mc"
)

// Event is something that happened to a cell.
type Event struct {
	Cell     Cell
	Kind     Kind
	Progress mc.Progress // of the cell
	Note     string      // Remark: what there is to say
	Err      error       // Failed: why
}

// Kind says what happened.
type Kind int

// The kinds of events. A cell has Started or Kept, then any number of Played, then Done or Failed unless the sweep is
// interrupted; or it is Spared.
const (
	Kept    Kind = iota // it was finished before
	Remark              // a file of it is of no use
	Started             // it is played now, from Progress on
	Played              // it has come so far
	Done                // its record is in place
	Failed              // it cannot be run; the others go on
	Spared              // it is not needed: the seeds before it are enough, see Until
)

// Play plays the cells that are not finished, so many at once (0 means 1; no result depends on it), each on a goroutine of its
// own, and yields what happens. After the event Kept or Done a cell is finished for good.
//
// When ctx ends, or the loop is left, the cells that are being played are saved as they stand. The last thing yielded is then
// ctx's error. An error of the directory ends the sweep, too, and is yielded last.
func (r *Run) Play(ctx context.Context, workers int) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		q, err := newQueue(r)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer context.AfterFunc(ctx, q.wake)()
		p := &player{run: r, queue: q, events: make(chan Event), stop: cancel}
		go p.play(ctx, max(1, workers))
		going := true
		for e := range p.events {
			if going && !yield(e, nil) {
				going = false
				cancel(nil)
			}
		}
		if err := p.end(ctx); err != nil && going {
			yield(Event{}, err)
		}
	}
}

// player is one call of Play.
type player struct {
	run    *Run
	queue  *queue
	events chan Event
	stop   context.CancelCauseFunc

	mu     sync.Mutex
	failed error // of the directory, the first
}

// play feeds the cells to the workers, and closes events when all of them have ended.
func (p *player) play(ctx context.Context, workers int) {
	cells := make(chan Cell)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for c := range cells {
				p.cell(ctx, c)
			}
		})
	}
	p.feed(ctx, cells)
	close(cells)
	wg.Wait()
	close(p.events)
}

// feed hands out the cells that are not finished, in order as far as rounds allow.
func (p *player) feed(ctx context.Context, cells chan<- Cell) {
	for {
		c, ok := p.queue.next(ctx)
		if !ok {
			return
		}
		state, file, err := p.run.Inspect(c)
		if err == nil && state == Finished {
			err = p.keep(c)
		}
		switch {
		case err != nil:
			p.fail(err)
			return
		case state == Finished:
			continue
		case state == Altered:
			p.events <- Event{Cell: c, Kind: Remark, Note: p.run.Path() + "/" + file + " is not as it was written: the cell is played again"}
		}
		select {
		case cells <- c:
		case <-ctx.Done():
			return
		}
	}
}

// keep takes a cell into account that was finished before. The power may have failed when its files had their names, but not yet
// lost those under which they were written.
func (p *player) keep(c Cell) error {
	if err := errors.Join(p.run.dir.Remove(fileOf(c, CheckpointFile)), p.run.dir.Tidy(CellsDir+"/"+c.ID)); err != nil {
		return err
	}
	x, err := p.run.score(c)
	if err != nil {
		return err
	}
	p.events <- Event{Cell: c, Kind: Kept}
	p.settle(c, x)
	return nil
}

// settle tells the queue that a cell is finished, and everyone which cells are therefore not needed.
func (p *player) settle(c Cell, x float64) {
	for spared := range p.queue.settle(c, x) {
		p.events <- Event{Cell: spared, Kind: Spared}
	}
}

// fail ends the sweep.
func (p *player) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		p.failed = err
	}
	p.stop(err)
}

// end is what remains to be said when all workers have ended: the checksums of a sweep that is complete are put in order.
func (p *player) end(ctx context.Context) error {
	if p.failed != nil {
		return p.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !p.queue.complete() {
		return nil
	}
	return p.run.finish()
}

// cell plays one cell and says what becomes of it.
func (p *player) cell(ctx context.Context, c Cell) {
	at, x, err := p.through(ctx, c)
	var store *storeError
	switch {
	case err == nil:
		p.events <- Event{Cell: c, Kind: Done, Progress: at}
		p.settle(c, x)
	case errors.As(err, &store):
		p.fail(store.err)
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
	default:
		p.queue.abandon(c)
		p.events <- Event{Cell: c, Kind: Failed, Err: err}
	}
}

// through plays one cell to its end, and returns its metric; or until ctx ends, and saves it as it stands.
func (p *player) through(ctx context.Context, c Cell) (end mc.Progress, x float64, err error) {
	r := p.run
	if err := errors.Join(r.dir.Mkdir(CellsDir+"/"+c.ID), r.dir.Tidy(CellsDir+"/"+c.ID)); err != nil {
		return end, 0, &storeError{err}
	}
	t, note, err := r.trial(c)
	if err != nil {
		return end, 0, err
	}
	if note != "" {
		p.events <- Event{Cell: c, Kind: Remark, Note: note}
	}
	at := t.Learner().Progress()
	p.events <- Event{Cell: c, Kind: Started, Progress: at}
	saved := at.Episodes
	save := func() error {
		saved = t.Learner().Progress().Episodes
		return stored(r.dir.Write(fileOf(c, CheckpointFile), t.WriteCheckpoint))
	}
	for at, err := range t.Play(ctx) {
		if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			if at.Episodes > saved {
				err = errors.Join(err, save())
			}
			return end, 0, err
		}
		if err != nil {
			return end, 0, err
		}
		if at.Episodes-saved >= r.plan.checkpoint() {
			if err := save(); err != nil {
				return end, 0, err
			}
		}
		p.events <- Event{Cell: c, Kind: Played, Progress: at}
	}
	record, err := r.save(c, t)
	if err != nil {
		return end, 0, err
	}
	return t.Learner().Progress(), r.keepScore(c, record), nil
}
