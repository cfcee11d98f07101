package sweep

import (
	"iter"
	"math"

	"example.com/mcrl/mc/experiment"
)

// Inspection is what Inspect says of a cell.
type Inspection struct {
	Cell  Cell
	State State
	File  string // the one that is altered
}

// States lists the cells in order, with the state of each. In a plan with Until it reads the records of the groups.
func (r *Results) States() iter.Seq2[Inspection, error] {
	return func(yield func(Inspection, error) bool) {
		for i := range r.plan.Groups {
			if _, more, err := r.survey(i, yield); err != nil || !more {
				if err != nil {
					yield(Inspection{}, err)
				}
				return
			}
		}
	}
}

// Evidence returns what the seeds of each group come to, group by group; nil for a plan without Until.
func (r *Results) Evidence() ([]*Evidence, error) {
	if r.plan.Until == nil {
		return nil, nil
	}
	var all []*Evidence
	for i := range r.plan.Groups {
		e, _, err := r.survey(i, func(Inspection, error) bool { return true })
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// survey visits the cells of a group in order, until visit returns false.
func (r *Results) survey(i int, visit func(Inspection, error) bool) (e *Evidence, more bool, err error) {
	cell, err := r.plan.cellsOf(i)
	if err != nil {
		return nil, false, err
	}
	if r.plan.Until != nil {
		if e, err = r.plan.evidence(i); err != nil {
			return nil, false, err
		}
	}
	var scores []float64 // of a round, as long as no cell is missing
	for k := range r.plan.Seeds {
		if e != nil && e.Enough {
			if !visit(Inspection{cell(k), Unneeded, ""}, nil) {
				return e, false, nil
			}
			continue
		}
		in, err := r.state(cell(k))
		if err != nil {
			return e, false, err
		}
		if !visit(in, nil) {
			return e, false, nil
		}
		if e == nil || in.State != Finished || k != e.Seeds+len(scores) {
			continue
		}
		x, err := r.score(in.Cell)
		if err != nil {
			return e, false, err
		}
		if scores = append(scores, x); k+1 == e.round() {
			e.look(scores)
			scores = nil
		}
	}
	return e, true, nil
}

// state inspects a cell of a sweep that may be running.
func (r *Results) state(c Cell) (Inspection, error) {
	s, what, err := r.Inspect(c)
	if s == Altered && err == nil { // both may have been written since the checksums were read
		if _, err = r.readSums(); err == nil {
			s, what, err = r.Inspect(c)
		}
	}
	return Inspection{c, s, what}, err
}

// score is the metric that Until is about, of a cell that is finished; NaN without Until.
func (r *Results) score(c Cell) (float64, error) {
	if r.plan.Until == nil {
		return math.NaN(), nil
	}
	r.mu.RLock()
	x, known := r.scores[c.Index]
	r.mu.RUnlock()
	if known {
		return x, nil
	}
	record, err := r.Record(c)
	if err != nil {
		return 0, err
	}
	return r.keepScore(c, record), nil
}

// keepScore returns the metric of a record, and remembers it.
func (r *Results) keepScore(c Cell, record *experiment.Record) float64 {
	if r.plan.Until == nil {
		return math.NaN()
	}
	x := r.plan.Until.Metric.Of(record)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.scores[c.Index] = x
	return x
}
