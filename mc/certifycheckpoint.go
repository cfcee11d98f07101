package mc

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"example.com/mcrl/env"
)

func (c *Certified) header() (header, error) {
	options, err := json.Marshal(struct {
		Loss    float64     `json:"loss"`
		Delta   float64     `json:"delta"`
		Rewards RewardRange `json:"rewards"`
	}{c.options.Loss, c.options.Delta, *c.options.Rewards})
	sum := sha256.New()
	for _, a := range c.options.Policy {
		sum.Write(binary.BigEndian.AppendUint32(nil, uint32(a)))
	}
	return header{Streams: env.StreamVersion, Algorithm: "certified", States: c.problem.MDP.NumStates(), Actions: c.problem.MDP.NumActions(),
		Gamma: c.problem.Gamma, Horizon: c.problem.Horizon, Options: options, Policy: hex.EncodeToString(sum.Sum(nil)), Seed: c.seed,
		Progress: c.progress}, err
}

// Checkpoint returns all that is needed to go on as if nothing had happened, in the middle of a round too. A learner restored
// from it and the one it was taken from go on with the same bits. It takes 64 bytes for each pair.
//
// Layout, big endian: magic string, length of the header and header in JSON as in Control.WriteCheckpoint; the policy (|S|
// int32); the number of open pairs and these pairs (int32); how many of them the round is past (int32); the blocks played
// (int64); the loss and the state where it is largest (float64, int32); for each pair of a non-terminal state N (int64) and
// the Sums of its sequence (7 float64); the SHA-256 of all that.
func (c *Certified) Checkpoint() ([]byte, error) {
	h, err := c.header()
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	b := append(be.AppendUint32([]byte(checkpointMagic), uint32(len(head))), head...)
	for _, a := range c.policy {
		b = be.AppendUint32(b, uint32(a))
	}
	b = be.AppendUint32(b, uint32(len(c.open)))
	for _, pair := range c.open {
		b = be.AppendUint32(b, uint32(pair))
	}
	b = be.AppendUint64(be.AppendUint32(b, uint32(c.at)), uint64(c.blocks))
	b = be.AppendUint32(be.AppendUint64(b, math.Float64bits(c.loss)), uint32(c.worst))
	for _, pair := range c.pairs {
		b = be.AppendUint64(b, uint64(c.proofs[pair].N()))
		for _, x := range c.proofs[pair].Sums() {
			b = be.AppendUint64(b, math.Float64bits(x))
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// Restore sets a learner, made with the same problem, options and seed, to a checkpoint; the number of workers may be another
// one. The error wraps ErrCorrupt where the bytes are no intact checkpoint, and is a FieldError where they belong to another
// run; the learner is then unchanged. Of the environment only the numbers of states and actions and the range of the rewards
// are checked.
func (c *Certified) Restore(checkpoint []byte) error {
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
	s := *c
	policy := r.indices(len(c.policy), h.Actions)
	s.open = r.indices(int(r.uint32()), len(c.proofs))
	s.at, s.blocks = int(r.uint32()), int64(r.uint64())
	s.loss, s.worst = math.Float64frombits(r.uint64()), env.State(r.uint32())
	s.progress = h.Progress
	s.progress.RewardMax, s.progress.Bound = c.progress.RewardMax, c.progress.Bound
	if r.bad || !s.standsRight() {
		return fmt.Errorf("%w: the place where the run stands cannot be", ErrCorrupt)
	}
	if err := s.restoreProofs(&r); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	for i, a := range policy { // in place: the generators play it
		s.policy[i] = env.Action(a)
	}
	*c = s
	return nil
}

// standsRight reports whether a run can stand where a checkpoint says.
func (c *Certified) standsRight() bool {
	seen := make([]bool, len(c.proofs))
	for _, pair := range c.open {
		if c.proofs[pair] == nil || seen[pair] {
			return false
		}
		seen[pair] = true
	}
	p := c.progress
	return 0 <= c.at && c.at < max(1, len(c.open)) && c.blocks >= 0 && c.loss >= 0 && 0 <= c.worst && int(c.worst) < len(c.policy) &&
		p.Episodes >= 0 && p.Steps >= 0 && p.Truncated >= 0 && p.Iterations >= 0
}

// restoreProofs reads the sequences of the present policy up to the end of r.
func (c *Certified) restoreProofs(r *reader) (err error) {
	if c.proofs, err = c.sequences(c.progress.Iterations + 1); err != nil {
		return err
	}
	for _, pair := range c.pairs {
		n := int64(r.uint64())
		var sums [7]float64
		for i := range sums {
			sums[i] = math.Float64frombits(r.uint64())
		}
		if r.bad {
			break
		}
		if err := c.proofs[pair].Restore(n, sums); err != nil {
			return fmt.Errorf("the sequence of pair %d: %w", pair, err)
		}
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("its parts have the wrong lengths")
	}
	return nil
}
