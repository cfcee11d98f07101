package offpolicy

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
)

// checkpointMagic opens a checkpoint; its last byte is the version of the format.
const checkpointMagic = "mcrl off-policy checkpoint\x01"

// header says what a checkpoint belongs to, and how far the run has come. Restore demands equality of all before Progress.
type header struct {
	Streams   string          `json:"streams"`
	Algorithm string          `json:"algorithm"`
	States    int             `json:"states"`
	Actions   int             `json:"actions"`
	Gamma     float64         `json:"gamma"`
	Horizon   int             `json:"horizon"`
	Seed      uint64          `json:"seed"`
	Options   json.RawMessage `json:"options"`
	Policies  string          `json:"policies,omitempty"` // SHA-256 of the probabilities of target and behaviour
	Progress  mc.Progress     `json:"progress"`
	Learned   int64           `json:"learned,omitempty"`
}

// snapshot is the content of a checkpoint. Its lengths are those of the learner it belongs to.
type snapshot struct {
	header header
	greedy []env.Action
	tables [][]average
}

func (r *run) header(algorithm string, options any) (header, error) {
	b, err := json.Marshal(options)
	return header{Streams: env.StreamVersion, Algorithm: algorithm, States: r.problem.MDP.NumStates(),
		Actions: r.problem.MDP.NumActions(), Gamma: r.problem.Gamma, Horizon: r.problem.Horizon, Seed: r.seed, Options: b,
		Progress: r.progress}, err
}

// snapshot returns the state of a prediction; its slices are the learner's own.
func (l *Prediction) snapshot() (snapshot, error) {
	h, err := l.header("off-policy prediction", l.options)
	sum := sha256.New()
	for _, table := range [][]float64{l.pi, l.b} {
		for _, x := range table {
			sum.Write(binary.BigEndian.AppendUint64(nil, math.Float64bits(x)))
		}
	}
	h.Policies = hex.EncodeToString(sum.Sum(nil))
	return snapshot{header: h, tables: [][]average{l.v, l.q}}, err
}

// snapshot returns the state of a control learner; its slices are the learner's own.
func (c *Control) snapshot() (snapshot, error) {
	h, err := c.header("off-policy control", c.options)
	h.Learned = c.learned
	return snapshot{header: h, greedy: c.greedy, tables: [][]average{c.q}}, err
}

// Checkpoint returns all that is needed to go on as if nothing had happened. A learner restored from it and the one it was taken
// from go on with the same bits.
func (l *Prediction) Checkpoint() ([]byte, error) {
	s, err := l.snapshot()
	if err != nil {
		return nil, err
	}
	return l.encode(s)
}

// Checkpoint returns all that is needed to go on as if nothing had happened. A learner restored from it and the one it was taken
// from go on with the same bits.
func (c *Control) Checkpoint() ([]byte, error) {
	s, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	return c.encode(s)
}

// Restore sets a learner, made with the same problem, policies, options and seed, to a checkpoint. The error wraps
// mc.ErrCorrupt where the bytes are no intact checkpoint, and is a FieldError where they belong to another run; the learner is
// then unchanged.
func (l *Prediction) Restore(checkpoint []byte) error {
	s, err := l.snapshot()
	if err != nil {
		return err
	}
	if err := l.restore(checkpoint, &s); err != nil {
		return err
	}
	l.episodes = l.progress.Episodes
	return nil
}

// Restore sets a learner, made with the same problem, options and seed, to a checkpoint. The error wraps mc.ErrCorrupt where
// the bytes are no intact checkpoint, and is a FieldError where they belong to another run; the learner is then unchanged.
func (c *Control) Restore(checkpoint []byte) error {
	s, err := c.snapshot()
	if err != nil {
		return err
	}
	if err := c.restore(checkpoint, &s); err != nil {
		return err
	}
	c.learned = s.header.Learned
	return nil
}

// encode writes, big endian: magic, the length of the header and the header in JSON, the length of the position of the random
// streams and the position, the greedy actions (int32), the cells (n, m, e, value: int64 and bits of float64), and the
// SHA-256 of all that.
func (r *run) encode(s snapshot) ([]byte, error) {
	head, err := json.Marshal(s.header)
	if err != nil {
		return nil, err
	}
	position, err := r.gen.MarshalBinary()
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	b := append([]byte(checkpointMagic), be.AppendUint32(nil, uint32(len(head)))...)
	b = append(b, head...)
	b = append(be.AppendUint32(b, uint32(len(position))), position...)
	for _, a := range s.greedy {
		b = be.AppendUint32(b, uint32(a))
	}
	for _, table := range s.tables {
		for _, x := range table {
			b = be.AppendUint64(be.AppendUint64(b, uint64(x.n)), math.Float64bits(x.sum.m))
			b = be.AppendUint64(be.AppendUint64(b, uint64(x.sum.e)), math.Float64bits(x.value))
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// restore reads a checkpoint into the slices of s, those of the learner, and into r.
func (r *run) restore(b []byte, s *snapshot) error {
	body, head, err := open(b)
	if err != nil {
		return err
	}
	var h header
	if err := json.Unmarshal(head, &h); err != nil {
		return fmt.Errorf("%w: its header cannot be read", mc.ErrCorrupt)
	}
	if err := s.header.same(h); err != nil {
		return err
	}
	cells := 0
	for _, table := range s.tables {
		cells += len(table)
	}
	position, body, ok := part(body)
	if !ok || len(body) != 4*len(s.greedy)+32*cells || r.gen.UnmarshalBinary(position) != nil {
		return fmt.Errorf("%w: its parts have the wrong lengths", mc.ErrCorrupt)
	}
	be := binary.BigEndian
	for i := range s.greedy {
		s.greedy[i] = env.Action(be.Uint32(body[4*i:]))
	}
	body = body[4*len(s.greedy):]
	for _, table := range s.tables {
		for i := range table {
			table[i] = average{int64(be.Uint64(body)), scaled{math.Float64frombits(be.Uint64(body[8:])), int(be.Uint64(body[16:]))},
				math.Float64frombits(be.Uint64(body[24:]))}
			body = body[32:]
		}
	}
	s.header = h
	r.progress = h.Progress
	r.met(h.Progress.RewardMax)
	return nil
}

// open checks magic and checksum, and returns what follows the header, and the header.
func open(b []byte) (body, head []byte, err error) {
	n := len(b) - sha256.Size
	if n < len(checkpointMagic) || !bytes.HasPrefix(b, []byte(checkpointMagic)) {
		return nil, nil, fmt.Errorf("%w: it does not begin with %q", mc.ErrCorrupt, checkpointMagic)
	}
	if sum := sha256.Sum256(b[:n]); !bytes.Equal(sum[:], b[n:]) {
		return nil, nil, fmt.Errorf("%w: its checksum is wrong", mc.ErrCorrupt)
	}
	head, body, ok := part(b[len(checkpointMagic):n])
	if !ok {
		return nil, nil, fmt.Errorf("%w: its header cannot be read", mc.ErrCorrupt)
	}
	return body, head, nil
}

// part takes a length and as many bytes off the front of b.
func part(b []byte) (first, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// same reports the first field in which another run differs from h.
func (h *header) same(o header) error {
	for _, f := range []struct {
		field     string
		got, want any
	}{
		{"random streams", o.Streams, h.Streams}, {"algorithm", o.Algorithm, h.Algorithm}, {"states", o.States, h.States},
		{"actions", o.Actions, h.Actions}, {"gamma", o.Gamma, h.Gamma}, {"horizon", o.Horizon, h.Horizon}, {"seed", o.Seed, h.Seed},
		{"options", string(o.Options), string(h.Options)}, {"policies", o.Policies, h.Policies},
	} {
		if f.got != f.want {
			return &env.FieldError{Field: "checkpoint's " + f.field, Value: f.got, Want: fmt.Sprint(f.want, ", as in this run")}
		}
	}
	return nil
}
