package experiment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"example.com/mcrl/mc"
)

// ErrOtherProof is wrapped by the error of Proof.Restore for the checkpoint of a proof of another policy, loss or delta.
var ErrOtherProof = errors.New("it is the proof of something else")

// proofMagic opens a proof's checkpoint; its last byte is the version of the format.
const proofMagic = "mcrl proof\x01"

// proofState is the part of a proof's checkpoint that is not the prover's.
type proofState struct {
	Spec     string  `json:"spec"` // the first 64 bits of the SHA-256 of the trial's, Episodes apart
	Episodes int64   `json:"episodes"`
	Asked    Certify `json:"asked"`
	Steps    int64   `json:"steps"` // that are played
	Points   []Bound `json:"points"`
}

func (p *Proof) state() (proofState, error) {
	spec := p.trial.spec
	spec.Episodes = 0 // those that were played count
	text, err := json.Marshal(spec)
	sum := sha256.Sum256(text)
	return proofState{hex.EncodeToString(sum[:8]), p.trial.learner.Progress().Episodes, p.asked, p.prover.Progress().Steps, p.points}, err
}

// Checkpoint returns all that Restore needs.
//
// Layout, big endian: a magic string with the version, the length of a JSON text with what is proven and the points and that
// text, the checkpoint of mc.Certified, and the SHA-256 of all that.
func (p *Proof) Checkpoint() ([]byte, error) {
	s, err := p.state()
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	prover, err := p.prover.Checkpoint()
	if err != nil {
		return nil, err
	}
	b := append(binary.BigEndian.AppendUint32([]byte(proofMagic), uint32(len(head))), head...)
	b = append(b, prover...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// Restore sets a proof to a checkpoint, which may be one of a proof that was to end after another number of steps. Its certificate
// will be that of a proof which was asked for so many steps at once and never interrupted. The error wraps ErrOtherProof where the
// checkpoint proves something else, mc.ErrCorrupt where the bytes are no intact checkpoint, and is a FieldError where the checkpoint
// is past the number of steps; the proof is then unchanged.
func (p *Proof) Restore(checkpoint []byte) error {
	head, rest, err := unseal(checkpoint, proofMagic)
	if err != nil {
		return err
	}
	want, err := p.state()
	if err != nil {
		return err
	}
	var s proofState
	if err := decodeStrictly(head, &s); err != nil {
		return fmt.Errorf("%w: %w", mc.ErrCorrupt, err)
	}
	if err := s.proves(want); err != nil {
		return fmt.Errorf("%w: %w", ErrOtherProof, err)
	}
	if least := min(s.Asked.Steps, s.Steps); p.asked.Steps < least {
		return bad("certify steps", p.asked.Steps, "at least %d, as far as the proof is", least)
	}
	if err := s.checkPoints(); err != nil {
		return fmt.Errorf("%w: %w", mc.ErrCorrupt, err)
	}
	if err := p.prover.Restore(rest); errors.Is(err, mc.ErrCorrupt) {
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %w", ErrOtherProof, err)
	}
	p.points = s.Points
	return nil
}

// proves reports the first thing in which two proofs differ, the number of steps apart.
func (s proofState) proves(want proofState) error {
	for _, f := range []struct {
		field     string
		got, want any
	}{
		{"spec", s.Spec, want.Spec}, {"episodes", s.Episodes, want.Episodes}, {"loss", s.Asked.Loss, want.Asked.Loss},
		{"delta", s.Asked.Delta, want.Asked.Delta},
	} {
		if f.got != f.want {
			return bad(f.field, f.got, "%v", f.want)
		}
	}
	return nil
}

// checkPoints demands that the points are those of a proof on its way.
func (s proofState) checkPoints() error {
	last := Bound{Policies: 1}
	for i, p := range s.Points {
		if p.Steps <= last.Steps || p.Steps > s.Steps || p.Policies < last.Policies || !(p.Loss >= 0) {
			return bad(fmt.Sprintf("points[%d]", i), p, "more steps than before, up to %d, no fewer policies, and a loss of at least 0", s.Steps)
		}
		last = p
	}
	return nil
}
