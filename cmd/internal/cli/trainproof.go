package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
)

// proofFile is all that --certify needs to go on.
const proofFile = "proof.bin"

// prove begins the proof that --certify asks for or, where the directory has some of it, goes on with that. other says why what
// the directory has is of no use.
func (t *training) prove() (proof *experiment.Proof, other string, err error) {
	proof, err = t.trial.Prove(experiment.Certify{Loss: float64(t.o.certify), Delta: float64(t.o.delta), Steps: int64(t.o.certifySteps)}, int(t.o.workers))
	if err != nil || t.dir == nil || !t.trial.Done() {
		return proof, "", err
	}
	path := filepath.Join(t.dir.Path(), proofFile)
	saved, err := t.dir.Read(proofFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return proof, "", nil
	case err != nil:
		return nil, "", usageErrorf("%s: %w", path, reason(err))
	}
	err = proof.Restore(saved)
	var field *env.FieldError
	switch {
	case errors.Is(err, experiment.ErrOtherProof):
		return proof, fmt.Sprintf("%s: %v", path, err), nil
	case errors.Is(err, mc.ErrCorrupt):
		return nil, "", usageErrorf("%s: %w; without it the proof begins anew", path, err)
	case errors.As(err, &field):
		return nil, "", usageErrorf("--certify-steps = %v: want %s; without %s it begins anew", field.Value, field.Want, path)
	}
	return proof, "", err
}

// checkProof finds what is wrong with --certify before anything is played.
func (t *training) checkProof() error {
	if !t.o.given("certify") {
		return nil
	}
	if err := t.o.discounted(t.trial.Spec().Gamma); err != nil {
		return err
	}
	_, _, err := t.prove()
	return err
}

// playProof plays the proof, which is saved now and then.
func (t *training) playProof(ctx context.Context, proof *experiment.Proof) error {
	bar := t.newBar(int64(t.o.certifySteps), proof.Progress().Steps, "steps")
	defer bar.close()
	saved := time.Now()
	for at, err := range proof.Play(ctx) {
		if err != nil {
			return err
		}
		bar.set(at.Steps)
		if time.Since(saved) >= t.every {
			if err := t.saveProof(proof); err != nil {
				return err
			}
			saved = time.Now()
		}
	}
	return nil
}

func (t *training) saveProof(proof *experiment.Proof) error {
	b, err := proof.Checkpoint()
	if err != nil {
		return err
	}
	return t.dir.Put(proofFile, b)
}

// outdate removes certificate and proof, which are of the policy of fewer episodes.
func (t *training) outdate() error {
	if f, err := t.dir.Open(proofFile); err == nil {
		t.s.notef("mcrl: %s is discarded: the training goes on, to another policy", filepath.Join(t.dir.Path(), proofFile))
		if err := f.Close(); err != nil {
			return err
		}
	}
	return errors.Join(t.removeCertificate(), t.dir.Remove(proofFile))
}
