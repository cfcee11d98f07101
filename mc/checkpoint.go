package mc

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// checkpointMagic opens a checkpoint; its last byte is the version of the format.
const checkpointMagic = "mcrl checkpoint\x01"

// ErrCorrupt is wrapped by the error of Restore for bytes that are no checkpoint or an altered one.
var ErrCorrupt = errors.New("not an intact checkpoint")

// header is the part of a checkpoint that says what it belongs to. Restore demands equality of all but Progress.
type header struct {
	Streams   string          `json:"streams"`
	Algorithm string          `json:"algorithm"`
	States    int             `json:"states"`
	Actions   int             `json:"actions"`
	Gamma     float64         `json:"gamma"`
	Horizon   int             `json:"horizon"`
	Options   json.RawMessage `json:"options"`
	Policy    string          `json:"policy,omitempty"` // of Certified: SHA-256 of the one it began with
	Seed      uint64          `json:"seed"`
	Progress  Progress        `json:"progress"`
}

func (c *Control) header() (header, error) {
	options, err := json.Marshal(c.options)
	return header{Streams: env.StreamVersion, Algorithm: c.algorithm, States: c.world.states, Actions: c.world.actions,
		Gamma: c.problem.Gamma, Horizon: c.problem.Horizon, Options: options, Seed: c.seed, Progress: c.progress}, err
}

// Checkpoint returns what WriteCheckpoint writes.
func (c *Control) Checkpoint() ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, 4096+4*len(c.greedy)+16*len(c.q.cells)+24*len(c.q.spreads)))
	err := c.WriteCheckpoint(b)
	return b.Bytes(), err
}

// WriteCheckpoint writes all that is needed to go on as if nothing had happened: what the run is, how far it has come, the
// position of the random streams, the policy, and the table. A learner restored from it and the one it was taken from go on
// with the same bits.
//
// Layout, big endian: a magic string with the version, the length of the header and the header in JSON, the length of the
// stream position and the position, |S| greedy actions (int32), the number of states whose improvement is due and those
// states (int32), |S||A| cells (N int64, q float64), where the learner keeps intervals three float64 for each of them, and the
// SHA-256 of all that. A prediction has no greedy actions, and |S| cells where it estimates state values.
func (c *Control) WriteCheckpoint(w io.Writer) error {
	h, err := c.header()
	if err != nil {
		return err
	}
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	position, err := c.streamPosition()
	if err != nil {
		return err
	}
	be, sum := binary.BigEndian, sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16) // it keeps the first error
	b.WriteString(checkpointMagic)
	b.Write(append(be.AppendUint32(nil, uint32(len(head))), head...))
	b.Write(append(be.AppendUint32(nil, uint32(len(position))), position...))
	for _, a := range c.greedy {
		b.Write(be.AppendUint32(b.AvailableBuffer(), uint32(a)))
	}
	b.Write(be.AppendUint32(nil, uint32(len(c.pending))))
	for _, s := range c.pending {
		b.Write(be.AppendUint32(b.AvailableBuffer(), uint32(s)))
	}
	for _, cell := range c.q.cells {
		row := be.AppendUint64(b.AvailableBuffer(), uint64(cell.N()))
		b.Write(be.AppendUint64(row, math.Float64bits(cell.Value())))
	}
	for _, spread := range c.q.spreads {
		for _, x := range spread.Sums() {
			b.Write(be.AppendUint64(b.AvailableBuffer(), math.Float64bits(x)))
		}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// streamPosition is nil at the border of a block, where the index of the episode says all.
func (c *Control) streamPosition() ([]byte, error) {
	e := c.progress.Episodes
	if e%env.BlockSize(c.problem.Horizon) == 0 {
		return nil, nil
	}
	if len(c.players) > 0 && c.players[0].at == e {
		return c.players[0].gen.MarshalBinary()
	}
	return c.position, nil
}

// Restore sets a learner, made with the same problem, options and seed, to a checkpoint. The error wraps ErrCorrupt where
// the bytes are no intact checkpoint, and is a FieldError where they belong to another run; the learner is then unchanged.
// Of the environment only the numbers of states and actions are checked.
func (c *Control) Restore(checkpoint []byte) error {
	want, err := c.header()
	if err != nil {
		return err
	}
	body, h, err := openCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	if err := h.sameRun(want); err != nil {
		return err
	}
	r := reader{b: body}
	position := r.bytes(int(r.uint32()))
	greedy := r.indices(len(c.greedy), c.world.actions)
	pending := r.indices(int(r.uint32()), c.q.states)
	cells := make([]estimate.Mean, 0, len(c.q.cells))
	for range c.q.cells {
		n, w := int64(r.uint64()), math.Float64frombits(r.uint64())
		r.bad = r.bad || n < 0 || math.IsNaN(w)
		cells = append(cells, estimate.MakeMean(max(n, 0), w))
	}
	spreads := r.spreads(len(c.q.spreads))
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("%w: its parts have the wrong lengths", ErrCorrupt)
	}
	clear(c.inList)
	c.pending = c.pending[:0]
	for s, a := range greedy {
		c.policy.SetBest(env.State(s), env.Action(a))
	}
	for _, s := range pending {
		c.pending = append(c.pending, env.State(s))
		c.inList[s] = true
	}
	copy(c.q.cells, cells)
	copy(c.q.spreads, spreads)
	c.progress, c.position = h.Progress, bytes.Clone(position)
	c.met(h.Progress.RewardMax)
	c.scatter()
	c.forgetRivals()
	return nil
}

// openCheckpoint checks magic, checksum and header, and returns what follows the header.
func openCheckpoint(b []byte) ([]byte, header, error) {
	var h header
	if !bytes.HasPrefix(b, []byte(checkpointMagic)) {
		return nil, h, fmt.Errorf("%w: it does not begin with %q", ErrCorrupt, checkpointMagic)
	}
	if len(b) < len(checkpointMagic)+sha256.Size {
		return nil, h, fmt.Errorf("%w: %d bytes", ErrCorrupt, len(b))
	}
	body, want := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], want) {
		return nil, h, fmt.Errorf("%w: its checksum is wrong", ErrCorrupt)
	}
	r := reader{b: body[len(checkpointMagic):]}
	head := r.bytes(int(r.uint32()))
	if err := json.Unmarshal(head, &h); err != nil || r.bad {
		return nil, h, fmt.Errorf("%w: its header cannot be read", ErrCorrupt)
	}
	return r.b, h, nil
}

// sameRun reports the first field in which h, of a checkpoint, is not the header of this run.
func (h header) sameRun(want header) error {
	for _, f := range []struct {
		field     string
		got, want any
	}{
		{"random streams", h.Streams, want.Streams}, {"algorithm", h.Algorithm, want.Algorithm},
		{"states", h.States, want.States}, {"actions", h.Actions, want.Actions}, {"gamma", h.Gamma, want.Gamma},
		{"horizon", h.Horizon, want.Horizon}, {"seed", h.Seed, want.Seed},
		{"options", string(h.Options), string(want.Options)}, {"policy", h.Policy, want.Policy},
	} {
		if f.got != f.want {
			return &env.FieldError{Field: "checkpoint's " + f.field, Value: f.got, Want: fmt.Sprint(f.want, ", as in this run")}
		}
	}
	return nil
}

// reader takes numbers off the front of b; bad says that b was too short or a number out of range.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	x := r.b[:n]
	r.b = r.b[n:]
	return x
}

func (r *reader) uint32() uint32 {
	if x := r.bytes(4); x != nil {
		return binary.BigEndian.Uint32(x)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if x := r.bytes(8); x != nil {
		return binary.BigEndian.Uint64(x)
	}
	return 0
}

// indices reads n numbers, each below limit.
func (r *reader) indices(n, limit int) []int32 {
	if n < 0 || n > len(r.b)/4 {
		r.bad = true
		return nil
	}
	x := make([]int32, n)
	for i := range x {
		v := r.uint32()
		r.bad = r.bad || v >= uint32(limit)
		x[i] = int32(v)
	}
	return x
}

// spreads reads n spreads.
func (r *reader) spreads(n int) []estimate.Spread {
	x := make([]estimate.Spread, 0, n)
	for range n {
		var sums [3]float64
		for k := range sums {
			sums[k] = math.Float64frombits(r.uint64())
		}
		spread, err := estimate.MakeSpread(sums)
		r.bad = r.bad || err != nil
		x = append(x, spread)
	}
	return x
}
