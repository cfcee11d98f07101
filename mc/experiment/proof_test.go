package experiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/mcrl/mc"
)

// icy is a world whose rounds, of 212 blocks, are longer than what is played between two yields.
func icy(t testing.TB) Spec {
	return Spec{Env: GridWorld(preset(t, "frozenlake-8x8-slippery")), Algorithm: ExploringStarts, Gamma: 0.9, Horizon: 50, Episodes: 100, Seed: 1,
		Starts: &mc.StartsOptions{Improve: mc.ImproveBatch, Batch: 10, Average: mc.ResetAverage}}
}

func newProof(t testing.TB, trial *Trial, asked Certify, workers int) *Proof {
	t.Helper()
	p, err := trial.Prove(asked, workers)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ends returns the bytes of a proof's certificate and checkpoint.
func ends(t testing.TB, p *Proof) (certificate, checkpoint []byte) {
	t.Helper()
	c, err := p.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	if certificate, err = c.Encode(); err != nil {
		t.Fatal(err)
	}
	if checkpoint, err = p.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	return certificate, checkpoint
}

// playProof plays until the proof ends, or ctx does.
func playProof(t testing.TB, p *Proof, ctx context.Context) {
	t.Helper()
	for _, err := range p.Play(ctx) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}

// A proof that is interrupted again and again, that runs out of steps and is asked for more, and that goes on each time in
// another trial with another number of workers, has the bytes of one that was left alone: P48.
func TestProofResumes(t *testing.T) {
	seeds := uint64(6)
	if testing.Short() { // for the race detector
		seeds = 1
	}
	for name, x := range map[string]struct {
		spec    Spec
		asked   Certify
		reached bool
	}{
		"proven":        {slippery(40), Certify{0.5, 0.05, 1e7}, true},
		"out of steps":  {slippery(40), Certify{0.1, 0.05, 250_001}, false},
		"longer rounds": {icy(t), Certify{0.7, 0.05, 5_000_000}, false},
	} {
		trial := newTrial(t, x.spec, 1)
		finish(t, trial)
		saved, err := trial.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		whole, looks := newProof(t, trial, x.asked, 1), &countdown{Context: context.Background()}
		looks.left.Store(1 << 40)
		playProof(t, whole, looks)
		want, end := ends(t, whole)
		all, steps := 1<<40-looks.left.Load(), whole.prover.Progress().Steps
		if whole.prover.Done() != x.reached || len(whole.points) < 8 {
			t.Fatalf("%s: %s", name, want)
		}
		for seed := range seeds {
			rng := rand.New(rand.NewPCG(2, seed))
			p, parts, short := newProof(t, trial, x.asked, 1), 0, 0
			for ; p.asked != x.asked || !p.prover.Done() && p.prover.Progress().Steps < x.asked.Steps; parts++ {
				_, checkpoint := ends(t, p)
				asked, ctx := x.asked, &countdown{Context: context.Background()}
				ctx.left.Store(rng.Int64N(all/8 + 1))
				if rng.IntN(2) == 0 { // it runs out of steps, perhaps at once
					asked.Steps = min(x.asked.Steps, max(1, min(p.asked.Steps, p.prover.Progress().Steps))+rng.Int64N(steps/8))
					ctx.left.Store(all)
					short++
				}
				again, err := Resume(saved, 0, 1)
				if err != nil {
					t.Fatal(err)
				}
				p = newProof(t, again, asked, rng.IntN(3)+1)
				if err := p.Restore(checkpoint); err != nil {
					t.Fatalf("%s, %d: %v", name, seed, err)
				}
				playProof(t, p, ctx)
			}
			if certificate, checkpoint := ends(t, p); !bytes.Equal(certificate, want) || !bytes.Equal(checkpoint, end) {
				t.Errorf("%s, %d: in %d parts\n%s\nwant\n%s", name, seed, parts, certificate, want)
			}
			t.Logf("%s, %d: %d steps in %d parts, %d of them with fewer steps; %d points", name, seed, steps, parts, short, len(p.points))
			if parts < 6 || short == 0 || short == parts {
				t.Errorf("%s, %d: %d parts, %d of them with fewer steps", name, seed, parts, short)
			}
		}
	}
}

// What is no proof of the same thing, or an altered one, is refused, with the reason; the proof stays as it was.
func TestProofRefuses(t *testing.T) {
	asked := Certify{0.2, 0.05, 20_000}
	trial := newTrial(t, slippery(40), 1)
	finish(t, trial)
	p := newProof(t, trial, asked, 1)
	playProof(t, p, context.Background())
	_, good := ends(t, p)

	longer, wet := newTrial(t, slippery(80), 1), newTrial(t, icy(t), 1)
	finish(t, longer)
	finish(t, wet)
	for _, x := range []struct {
		trial *Trial
		asked Certify
		want  string
		other bool
	}{
		{trial, Certify{0.3, 0.05, 20_000}, "it is the proof of something else: loss = 0.2: want 0.3", true},
		{trial, Certify{0.2, 0.1, 20_000}, "it is the proof of something else: delta = 0.05: want 0.1", true},
		{longer, asked, "it is the proof of something else: episodes = 40: want 80", true},
		{wet, Certify{0.7, 0.05, 20_000}, "it is the proof of something else: spec = ", true},
		{trial, Certify{0.2, 0.05, 19_999}, "certify steps = 19999: want at least 20000, as far as the proof is", false},
		{trial, asked, "", false},
		{trial, Certify{0.2, 0.05, 1e15}, "", false},
	} {
		p := newProof(t, x.trial, x.asked, 1)
		_, before := ends(t, p)
		err := p.Restore(good)
		if _, after := ends(t, p); bytes.Equal(before, after) != (x.want != "") {
			t.Errorf("%+v: %v: the proof has changed, or has not", x.asked, err)
		}
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.HasPrefix(err.Error(), x.want)) {
			t.Errorf("%+v: %v: want %q", x.asked, err, x.want)
		}
		if errors.Is(err, ErrOtherProof) != x.other {
			t.Errorf("%+v: %v: want ErrOtherProof: %v", x.asked, err, x.other)
		}
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		if err := p.Restore(bad); !errors.Is(err, mc.ErrCorrupt) {
			t.Fatalf("byte %d altered: %v, want ErrCorrupt", i, err)
		}
		if err := p.Restore(good[:i]); !errors.Is(err, mc.ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v, want ErrCorrupt", i, err)
		}
	}
	if _, after := ends(t, p); !bytes.Equal(after, good) {
		t.Error("refused checkpoints have changed the proof")
	}
}

// An interruption while the first block is played leaves nothing to see, and all to be done.
func TestProofOfNothing(t *testing.T) {
	trial := newTrial(t, slippery(40), 1)
	finish(t, trial)
	p := newProof(t, trial, Certify{0.2, 0.05, 1e7}, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	playProof(t, p, ctx)
	c, err := p.Certificate()
	if err != nil || c.Points != nil || c.Progress.Steps != 0 || c.Loss < *c.ExactLoss {
		t.Errorf("%+v, %v: want a bound without points", c, err)
	}
	_, saved := ends(t, p)
	if err := p.Restore(saved); err != nil {
		t.Error(err)
	}
}

// Nothing behind right checksums makes Restore panic; what it refuses changes nothing.
func FuzzRestoreProof(f *testing.F) {
	trial := newTrial(f, slippery(40), 1)
	finish(f, trial)
	asked := Certify{0.2, 0.05, 20_000}
	p := newProof(f, trial, asked, 1)
	playProof(f, p, context.Background())
	_, good := ends(f, p)
	size := binary.BigEndian.Uint32(good[len(proofMagic):])
	start := len(proofMagic) + 4
	head, prover := good[start:start+int(size)], good[start+int(size):len(good)-sha256.Size]
	f.Add(head, prover)
	for _, x := range []struct{ old, new string }{{`"steps":`, `"steps":-`}, {`"points":[`, `"points":[{"steps":0},`}, {`"policies":1`, `"policies":0`},
		{`"loss":0.2`, `"loss":1e999`}, {`"asked"`, `"other"`}, {`"points":[`, `"points":[{"steps":9000000000000000000,"policies":1},`}} {
		altered := bytes.Replace(head, []byte(x.old), []byte(x.new), 1)
		if bytes.Equal(altered, head) {
			f.Fatalf("no %s in %s", x.old, head)
		}
		f.Add(altered, prover)
	}
	f.Fuzz(func(t *testing.T, head, prover []byte) {
		b := append(binary.BigEndian.AppendUint32([]byte(proofMagic), uint32(len(head))), head...)
		b = append(b, prover...)
		sum := sha256.Sum256(b)
		p := newProof(t, trial, asked, 1)
		_, before := ends(t, p)
		if err := p.Restore(append(b, sum[:]...)); err != nil {
			if _, after := ends(t, p); !bytes.Equal(before, after) {
				t.Error("changed by a refused checkpoint")
			}
			return
		}
		playProof(t, p, context.Background())
		if _, err := p.Certificate(); err != nil {
			t.Error(err)
		}
	})
}
