package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/episodefile"
	"example.com/mcrl/mc/offpolicy"
)

// logReader reads logged episodes ahead of what counts them, in batches whose buffers are used again.
type logReader struct {
	options episodefile.Options
	skip    bool // malformed episodes
	full    chan *batch
	free    chan *batch

	rows    int64
	starts  []int64  // of each state: the episodes that begin there
	ignored []string // columns that are not read
}

// batch is some episodes of one file, in order, and what ended it.
type batch struct {
	file     string
	episodes []episodefile.Episode
	n        int
	faults   []error // malformed rows met on the way
	rows     int64   // of the file, once it has ended
	ignored  []string
	err      error // of reading: the last batch
}

// A batch has so many episodes, or fewer of so many steps; more than keptSteps are not kept for the next.
const (
	batchEpisodes = 256
	batchSteps    = 8192
	keptSteps     = 1 << 15
)

func newLogReader(o episodefile.Options, skip bool) *logReader {
	l := &logReader{options: o, skip: skip, full: make(chan *batch, 3), free: make(chan *batch, 3), starts: make([]int64, o.States)}
	for range 3 {
		l.free <- &batch{episodes: make([]episodefile.Episode, batchEpisodes)}
	}
	return l
}

// run reads all files, until one fails or ctx ends.
func (l *logReader) run(ctx context.Context, s *streams, files []string) {
	defer close(l.full)
	b := <-l.free
	defer func() {
		if p := recover(); p != nil {
			b.err = bug(p)
			l.full <- b
		}
	}()
	for _, file := range files {
		if b = l.file(ctx, s, file, b); b == nil {
			return
		}
	}
}

// file reads a file, beginning with an empty batch, and returns another; nil where reading has ended.
func (l *logReader) file(ctx context.Context, s *streams, path string, b *batch) *batch {
	b.begin(path)
	file, name, err := s.open(path)
	if err != nil {
		b.err = err
		l.full <- b
		return nil
	}
	defer file.Close()
	b.file = name
	reader, err := episodefile.NewReader(file, name, l.options)
	for err == nil && ctx.Err() == nil {
		if err = l.fill(reader, b); errors.Is(err, io.EOF) {
			b.rows, b.ignored = reader.Rows(), reader.Ignored()
		} else {
			b.err = err
		}
		l.full <- b
		if b.err != nil {
			return nil
		}
		select {
		case b = <-l.free:
			b.begin(name)
		case <-ctx.Done():
			return nil
		}
	}
	if err != nil && !errors.Is(err, io.EOF) { // of the first row
		b.err = failedReading(name, err)
		l.full <- b
		return nil
	}
	return b
}

func (b *batch) begin(file string) {
	*b = batch{file: file, episodes: b.episodes, faults: b.faults[:0]}
}

// fill reads episodes until the batch is full. The error is io.EOF at the end of the file.
func (l *logReader) fill(r *episodefile.Reader, b *batch) error {
	for steps := 0; b.n < batchEpisodes && steps < batchSteps; {
		e := &b.episodes[b.n]
		if cap(e.Actions) > keptSteps && b.n > 0 {
			*e = episodefile.Episode{}
		}
		err := r.Next(e)
		var place *env.ParseError
		switch {
		case err == nil:
			b.n++
			steps += e.Len()
		case errors.As(err, &place) && l.skip:
			b.faults = append(b.faults, err)
			if len(b.faults) >= batchEpisodes {
				return nil
			}
		case errors.Is(err, io.EOF):
			return err
		default:
			return failedReading(b.file, err)
		}
	}
	return nil
}

// failedReading names the file in an error that does not.
func failedReading(name string, err error) error {
	var place *env.ParseError
	if errors.As(err, &place) {
		return err
	}
	return usageErrorf("%s: %w", name, reason(err))
}

// leftOut are the episodes of malformed rows.
type leftOut struct {
	n    int64
	told []error // the first of them
}

const toldFaults = 20

func (l *leftOut) add(faults []error) {
	l.n += int64(len(faults))
	l.told = append(l.told, faults[:min(len(faults), toldFaults-len(l.told))]...)
}

// report is what was left out: exit code 3.
func (l *leftOut) report() error {
	if l.n == 0 {
		return nil
	}
	what, rest := "1 episode was", ""
	if l.n > 1 {
		what = grouped(l.n) + " episodes were"
	}
	if more := l.n - int64(len(l.told)); more > 0 {
		rest = fmt.Sprintf(", %s of them without a line here", grouped(more))
	}
	return &exitError{exitPartly, errors.Join(append(l.told, fmt.Errorf("%s left out, malformed%s", what, rest))...)}
}

// read counts the episodes of all files.
func (e *evaluation) read(ctx context.Context, s *streams, o evaluateOptions) error {
	evaluator, err := offpolicy.NewEvaluator(e.problem, offpolicy.Options{Cap: float64(o.limit), Q: e.model.q})
	if err != nil {
		return err
	}
	e.log = newLogReader(episodefile.Options{States: e.world.states, Actions: e.world.actions, Steps: int(o.maxSteps),
		Reward: offpolicy.LargestReward, Prob: offpolicy.LeastProb}, o.skip)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go e.log.run(ctx, s, o.files)
	count := counter{evaluation: e, evaluator: evaluator, horizon: o.horizon}
	for b := range e.log.full {
		for i := range b.n {
			if err := count.add(b.file, &b.episodes[i]); err != nil {
				return err
			}
		}
		e.leftOut.add(b.faults)
		if b.err != nil {
			return b.err
		}
		e.log.rows += b.rows
		e.log.ignored = append(e.log.ignored, b.ignored...)
		e.log.free <- b
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if count.n == 0 {
		return errors.Join(usageErrorf("%s: no episodes: want at least one", strings.Join(o.files, ", ")), errors.Join(e.leftOut.told...))
	}
	if err := e.examineFrom(e.log.starts); err != nil {
		return err
	}
	evaluator.Judge(e.model.believed(o))
	if e.result, err = evaluator.Result(float64(o.level)); err == nil && count.early > 0 {
		e.result.Warnings = append(e.result.Warnings, offpolicy.Warning{Name: "cut-early", Detail: fmt.Sprintf(
			"%s episodes were cut before --horizon = %d: the exact value is not that of episodes so cut.", grouped(count.early), *o.horizon)})
	}
	return err
}

// counter hands episodes to the evaluator.
type counter struct {
	*evaluation
	evaluator *offpolicy.Evaluator
	horizon   *int // --horizon
	played    env.Episode
	n, early  int64 // early: cut before the horizon
}

func (c *counter) add(file string, ep *episodefile.Episode) error {
	cut := c.check.look(file, ep)
	if h := c.horizon; h != nil && ep.Len() > *h {
		return usageErrorf("%swant no step beyond --horizon = %d, the length at which episodes were cut", stepOf(file, ep, *h), *h)
	} else if h != nil && cut && ep.Len() < *h {
		c.early++
	}
	var err error
	switch b := c.problem.Behaviour; {
	case b != nil:
		if err := c.agree(file, ep); err != nil {
			return err
		}
		c.played = env.Episode{States: ep.States, Actions: ep.Actions, Rewards: ep.Rewards, Truncated: cut}
		err = c.evaluator.Add(&c.played)
	case len(ep.Probs) == 0:
		return usageErrorf("%s: no column probability: want it, or --behavior, the policy that played", file)
	default:
		err = c.evaluator.AddLogged(&offpolicy.Logged{States: ep.States, Actions: ep.Actions, Rewards: ep.Rewards, Probs: ep.Probs, Truncated: cut})
	}
	if err != nil {
		return c.placed(err, file, ep)
	}
	c.log.starts[ep.States[0]]++
	c.n++
	return nil
}

// sameProb is how near the column must be to the behaviour policy: logs are often written with six digits.
const sameProb = 1e-6

// agree compares the probabilities of the column with those of the behaviour policy.
func (c *counter) agree(file string, ep *episodefile.Episode) error {
	for t, p := range ep.Probs {
		s, a := ep.States[t], ep.Actions[t]
		if b := c.problem.Behaviour.Prob(s, a); math.Abs(p-b) > sameProb {
			return usageErrorf("%sprobability = %s of action %d in state %d: want %s, as --behavior has it; or no --behavior", stepOf(file, ep, t), shortest(p), a, s, shortest(b))
		}
	}
	return nil
}

// stepOf names a step: by its line, or by that of the episode's first row where empty lines stand between.
func stepOf(file string, ep *episodefile.Episode, t int) string {
	if ep.End-ep.Line == ep.Len()-1 {
		return fmt.Sprintf("%s:%d: episode %s, t = %d: ", file, ep.Line+t, ep.Label, t)
	}
	return fmt.Sprintf("%s:%d: episode %s, which begins here, t = %d: ", file, ep.Line, ep.Label, t)
}

// placed gives an error of the evaluator the place in the file, for the number that it counts episodes by.
func (c *counter) placed(err error, file string, ep *episodefile.Episode) error {
	var field *env.FieldError
	if !errors.As(err, &field) {
		return err
	}
	what, where, _ := strings.Cut(field.Field, " at t = ")
	t := 0
	if _, scanErr := fmt.Sscanf(where, "%d of episode", &t); scanErr != nil || t >= ep.Len() {
		return usageErrorf("%s: episode %s: %w", file, ep.Label, err)
	}
	return usageErrorf("%s%w", stepOf(file, ep, t), &env.FieldError{Field: what, Value: field.Value, Want: field.Want})
}
