package experiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// Trial is one run of a spec: a learner and the points measured so far.
type Trial struct {
	spec    Spec
	model   *Model
	learner Learner
	oracle  *oracle
	points  []Point // at the marks
}

// NewTrial returns a trial that has played nothing, with the given number of workers (0 means 1; no result depends on it).
// The error joins a FieldError for every field out of range, or is a dp.NeverEndsError where gamma = 1 and the value of the
// best policy is not finite.
func NewTrial(s Spec, workers int) (*Trial, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	m, err := s.Env.Model()
	if err != nil {
		return nil, err
	}
	l, err := s.learner(m.Table, workers)
	if err != nil {
		return nil, err
	}
	o, err := newOracle(m.Table, s.Gamma, epsilonOf(l))
	if err != nil {
		return nil, err
	}
	return &Trial{spec: s, model: m, learner: l, oracle: o}, nil
}

// learner is NewLearner that looks at the spec as a whole.
func (s Spec) learner(t *env.Table, workers int) (Learner, error) {
	l, err := NewLearner(s, t, workers)
	if err != nil {
		return nil, err
	}
	if err := CheckReturns(t, s.Gamma, s.Horizon); err != nil {
		return nil, err
	}
	if s.UntilCertain > 0 {
		if why := l.Certain().Why; why != nil && !errors.Is(why, mc.ErrUnsettled) {
			return nil, fmt.Errorf("until certain: %w", why)
		}
	}
	return l, nil
}

// Check returns the error that NewTrial would, on the table of the spec's world, without computing exact values.
func (s Spec) Check(t *env.Table) error {
	l, err := s.learner(t, 1)
	if err != nil {
		return err
	}
	return neverEnds(t, s.Gamma, epsilonOf(l))
}

// Spec returns the spec.
func (t *Trial) Spec() Spec { return t.spec }

// Model returns the world as it was built.
func (t *Trial) Model() *Model { return t.model }

// Learner returns the learner.
func (t *Trial) Learner() Learner { return t.learner }

// Done reports whether all episodes are played, or enough is certain.
func (t *Trial) Done() bool {
	return t.learner.Progress().Episodes >= t.spec.Episodes || t.certain(t.spec.Iteration(t.model.Table))
}

// certain reports that the run ends early. It is asked for at the end of iterations alone, so that an interruption inside one
// changes nothing.
func (t *Trial) certain(iteration int64) bool {
	x := t.spec.UntilCertain
	return x > 0 && t.learner.Progress().Episodes%iteration == 0 && t.learner.Certain().Within(x)
}

// stretch bounds the episodes between two yields, so that a progress bar moves.
const stretch = 4096

// Play plays the episodes that are left and measures the points on the way. It yields the progress now and then. When ctx
// ends it yields its error once; the trial then stands at an exact episode, and a later Play, or one of a trial resumed from
// its checkpoint, goes on as if nothing had happened.
func (t *Trial) Play(ctx context.Context) iter.Seq2[mc.Progress, error] {
	return func(yield func(mc.Progress, error) bool) {
		iteration := t.spec.Iteration(t.model.Table)
		for {
			done := t.learner.Progress().Episodes
			if err := t.measure(done, iteration); err != nil {
				yield(t.learner.Progress(), err)
				return
			}
			if done >= t.spec.Episodes || t.certain(iteration) {
				return
			}
			end := min(t.spec.Episodes, nextMark(done/iteration, iteration))
			err := t.learner.Next(ctx, min(end-done, stretch))
			if !yield(t.learner.Progress(), err) || err != nil {
				return
			}
		}
	}
}

// measure adds a point where one is due.
func (t *Trial) measure(done, iteration int64) error {
	if done%iteration != 0 || !isMark(done/iteration) {
		return nil
	}
	if n := len(t.points); n > 0 && t.points[n-1].Episodes >= done {
		return nil
	}
	p, err := t.oracle.point(t.learner)
	if err != nil {
		return err
	}
	t.points = append(t.points, p)
	return nil
}

// marks are the numbers of iterations between 10 and 99 after which the policy is measured; those of other decades are
// theirs times a power of ten.
var marks = [...]int64{10, 13, 16, 20, 25, 32, 40, 50, 63, 79}

// isMark reports whether a point is measured after k iterations.
func isMark(k int64) bool { return k == 0 || lastMark(k) == k }

// lastMark is the largest mark of at most k, k >= 1.
func lastMark(k int64) int64 {
	if k < 10 {
		return k
	}
	scale := int64(1)
	for k/scale >= 100 {
		scale *= 10
	}
	last := marks[0] * scale
	for _, m := range marks {
		if m*scale <= k {
			last = m * scale
		}
	}
	return last
}

// nextMark is the number of episodes at the first mark above k iterations.
func nextMark(k, iteration int64) int64 {
	next := k + 1
	if k >= 10 {
		scale := int64(1)
		for k/scale >= 100 {
			scale *= 10
		}
		next = 10 * marks[0] * scale
		for i := len(marks) - 1; i >= 0 && marks[i] > k/scale; i-- {
			next = marks[i] * scale
		}
	}
	if next > math.MaxInt64/iteration {
		return math.MaxInt64
	}
	return next * iteration
}

// checkpointMagic opens a checkpoint; its last byte is the version of the format.
const checkpointMagic = "mcrl trial\x02"

// state is the part of a checkpoint that is not the learner's.
type state struct {
	Spec   Spec    `json:"spec"`
	Points []Point `json:"points"`
}

// Checkpoint returns what WriteCheckpoint writes.
func (t *Trial) Checkpoint() ([]byte, error) {
	var b bytes.Buffer
	err := t.WriteCheckpoint(&b)
	return b.Bytes(), err
}

// WriteCheckpoint writes all that Resume needs.
//
// Layout, big endian: a magic string with the version, the length of a JSON text with spec and points and that text, the
// learner's checkpoint, and the SHA-256 of all that.
func (t *Trial) WriteCheckpoint(w io.Writer) error {
	head, err := json.Marshal(state{t.spec, t.points})
	if err != nil {
		return err
	}
	sum := sha256.New()
	both := io.MultiWriter(w, sum)
	if _, err := both.Write(append(binary.BigEndian.AppendUint32([]byte(checkpointMagic), uint32(len(head))), head...)); err != nil {
		return err
	}
	if err := t.learner.WriteCheckpoint(both); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// Resume returns the trial that a checkpoint was taken from, to be played on up to the given number of episodes in all; 0
// means as many as it was meant for. Its record will be that of a trial of so many episodes that was never interrupted. The
// error wraps mc.ErrCorrupt where the bytes are no intact checkpoint.
func Resume(checkpoint []byte, episodes int64, workers int) (*Trial, error) {
	head, rest, err := unseal(checkpoint, checkpointMagic)
	if err != nil {
		return nil, err
	}
	var s state
	if err := decodeStrictly(head, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", mc.ErrCorrupt, err)
	}
	if episodes != 0 {
		s.Spec.Episodes = episodes
	}
	t, err := NewTrial(s.Spec, workers)
	if err != nil {
		return nil, err
	}
	if err := t.learner.Restore(rest); err != nil {
		return nil, err
	}
	if done := t.learner.Progress().Episodes; done > s.Spec.Episodes {
		return nil, &env.FieldError{Field: "episodes", Value: s.Spec.Episodes, Want: fmt.Sprintf("at least %d, as many as are played", done)}
	}
	t.points = s.Points
	return t, nil
}

// unseal checks magic and checksum, and returns the JSON text behind the magic, and what follows that.
func unseal(checkpoint []byte, magic string) (head, rest []byte, err error) {
	b, whole := bytes.CutPrefix(checkpoint, []byte(magic))
	if !whole || len(b) < 4+sha256.Size {
		return nil, nil, fmt.Errorf("%w: it does not begin with %q, the format and version of this program", mc.ErrCorrupt, magic)
	}
	end := len(checkpoint) - sha256.Size
	if sum := sha256.Sum256(checkpoint[:end]); !bytes.Equal(sum[:], checkpoint[end:]) {
		return nil, nil, fmt.Errorf("%w: its checksum is wrong", mc.ErrCorrupt)
	}
	size := int64(binary.BigEndian.Uint32(b))
	b = b[4 : len(b)-sha256.Size]
	if size > int64(len(b)) {
		return nil, nil, fmt.Errorf("%w: its parts have the wrong lengths", mc.ErrCorrupt)
	}
	return b[:size], b[size:], nil
}
