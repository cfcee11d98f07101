package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/mcrl/mc/experiment"
)

// Ctrl-C while a policy is certified prints what was proven so far, and keeps that and the training, with its pictures; the
// certificate of a later run for another loss is that of one that was left alone.
func TestCertifyInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	args := []string{"--algo", "basic", "--horizon", "300", "-o", dir, "--certify", "1e-9", "--certify-steps", "1e12"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // the last picture before the proof
		for {
			if _, err := os.Stat(filepath.Join(dir, visitsPicture)); err == nil {
				time.Sleep(200 * time.Millisecond)
				cancel()
				return
			}
		}
	}()
	out, errs, code := train(ctx, args...)
	if code != exitInterrupted || !strings.Contains(out, "certified so far") || !strings.Contains(out, "1e-09: interrupted") || !strings.Contains(out, "learned policy") {
		t.Fatalf("exit code %d, %s\n%s\nwant %d, the result and what is certified so far", code, errs, out, exitInterrupted)
	}
	if want := "mcrl train --resume " + dir + " --certify 1e-09 --certify-steps 1000000000000"; !strings.Contains(errs, want) {
		t.Errorf("%q: want %q", errs, want)
	}
	if r := readRun(t, dir); r.Progress.Episodes != r.Spec.Episodes {
		t.Errorf("%d episodes: want %d, all", r.Progress.Episodes, r.Spec.Episodes)
	}
	mustExist(t, filepath.Join(dir, policyPicture), filepath.Join(dir, visitsPicture), filepath.Join(dir, proofFile))
	for _, name := range []string{experiment.CertificateFile, certificatePicture} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s of an interrupted proof: %v: want none", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"status": "interrupted"`) {
		t.Errorf("manifest %s: want status interrupted", text)
	}
	whole := filepath.Join(t.TempDir(), "whole")
	few := []string{"--certify", "1", "--certify-steps", "1e5"}
	_, errs, code = train(t.Context(), append([]string{"--resume", dir}, few...)...)
	if want := "mcrl: " + filepath.Join(dir, proofFile) + ": it is the proof of something else: loss = 1e-09: want 1; it is discarded, and the proof begins anew\n"; code != exitOK || errs != want {
		t.Fatalf("exit code %d, %s: want %s", code, errs, want)
	}
	if _, errs, code := train(t.Context(), append([]string{"--algo", "basic", "--horizon", "300", "-o", whole}, few...)...); code != exitOK {
		t.Fatal(errs)
	}
	for _, name := range []string{experiment.CertificateFile, certificatePicture, experiment.RecordFile, proofFile} {
		if a, b := mustRead(t, filepath.Join(dir, name)), mustRead(t, filepath.Join(whole, name)); a != b {
			t.Errorf("%s differs from that of a run that was left alone", name)
		}
	}
}

// asked is a context that ends when it has been asked a number of times.
type asked struct {
	context.Context
	left atomic.Int64
}

func (a *asked) Err() error {
	if a.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// reopened is a run that is finished, to be certified with the flags given.
func reopened(t *testing.T, dir string, steps count) *training {
	t.Helper()
	s := newStreams(strings.NewReader(""), io.Discard, io.Discard)
	o := trainOptions{resume: dir, certify: 1, delta: defaultDelta, certifySteps: steps, workers: 2, given: func(flag string) bool { return flag == "certify" }}
	tr := &training{s: s, o: o, every: saveEvery}
	if err := tr.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return tr
}

// A proof that is interrupted after a few looks at the context, killed between two saves, or out of steps goes on from what is
// kept, to the bytes of one that was left alone.
func TestCertifyGoesOn(t *testing.T) {
	whole, cut := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "cut")
	run := []string{"--algo", "basic", "--horizon", "300"}
	flags := []string{"--certify", "1", "--certify-steps", "2e7"}
	for dir, args := range map[string][]string{whole: flags, cut: nil} {
		if _, errs, code := train(t.Context(), slices.Concat(run, args, []string{"-o", dir})...); code != exitOK {
			t.Fatal(errs)
		}
	}
	ends := func(looks int64) *asked {
		ctx := &asked{Context: t.Context()}
		ctx.left.Store(looks)
		return ctx
	}
	played := func(want string) int64 {
		tr := reopened(t, cut, 2e7)
		defer tr.dir.Close()
		proof, other, err := tr.prove()
		if err != nil || other != "" {
			t.Fatalf("%s: %v, %s", want, err, other)
		}
		return proof.Progress().Steps
	}
	interrupted := reopened(t, cut, 2e7)
	if _, err := interrupted.certified(ends(5)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	interrupted.dir.Close()
	first := played("interrupted")

	killed := reopened(t, cut, 2e7) // it saves at every yield but the last
	killed.every = 0
	proof, _, err := killed.prove()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.playProof(ends(6), proof); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	killed.dir.Close()
	second := played("killed")
	if lost := proof.Progress().Steps; first == 0 || second <= first || second >= lost {
		t.Errorf("%d steps are kept of an interrupted proof, then %d of %d that were played when it was killed: want more, and not all", first, second, lost)
	}

	short := reopened(t, cut, count(second)+1_000_000)
	c, err := short.certified(t.Context())
	if err != nil || c.Reached || c.Progress.Steps >= 2e7 {
		t.Fatalf("%v, %+v: want a proof that runs out of steps", err, c)
	}
	short.dir.Close()
	if _, errs, code := train(t.Context(), append([]string{"--resume", cut}, flags...)...); code != exitOK || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	for _, name := range []string{experiment.CertificateFile, certificatePicture, experiment.RecordFile, proofFile, checkpointFile} {
		if a, b := mustRead(t, filepath.Join(cut, name)), mustRead(t, filepath.Join(whole, name)); a != b {
			t.Errorf("%s differs from that of a run that was left alone", name)
		}
	}
}

// Where the proof has replaced actions, it is not the learned policy that is certified; and it is said since when pairs are counted.
func TestCertifyAnotherPolicy(t *testing.T) {
	world := filepath.Join(t.TempDir(), "slippery.yaml")
	text := "map: |\n  F.\n  .T\nactions: [right, stay]\nrewards: {boundary: -1, forbidden: -30, target: 1}\ntarget: ends\nslip: {left: 0.04, right: 0.04}\n"
	if err := os.WriteFile(world, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{world, "--algo", "es", "--gamma", "0.5", "--horizon", "16", "--episodes", "40", "--certify", "0.2"}
	for _, average := range []string{"reset", "cumulative"} {
		out, errs, code := train(t.Context(), append(args, "--average", average, "-o", filepath.Join(t.TempDir(), "run"))...)
		if code != exitOK {
			t.Fatal(errs)
		}
		who := "the greedy policy is short"
		if strings.Contains(out, "has another action in") {
			who = "the policy that the proof ended with is short"
		} else if average == "reset" {
			t.Error("no action is replaced: this case shows nothing")
		}
		if !strings.Contains(out, who) {
			t.Errorf("%s\nwant %q", out, who)
		}
		if since := strings.Count(out, "since averages were reset"); (average == "reset") != (since == 2) {
			t.Errorf("%s\nsince when the returns are counted is said %d times", out, since)
		}
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
