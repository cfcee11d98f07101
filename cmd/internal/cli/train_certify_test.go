package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/mcrl/mc/experiment"
)

// Ctrl-C while a policy is certified prints what was proven so far and keeps the training, with its pictures; the certificate of
// a later run is that of one that was left alone.
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
	mustExist(t, filepath.Join(dir, policyPicture), filepath.Join(dir, visitsPicture))
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
	if _, errs, code := train(t.Context(), append([]string{"--resume", dir}, few...)...); code != exitOK {
		t.Fatal(errs)
	}
	if _, errs, code := train(t.Context(), append([]string{"--algo", "basic", "--horizon", "300", "-o", whole}, few...)...); code != exitOK {
		t.Fatal(errs)
	}
	for _, name := range []string{experiment.CertificateFile, certificatePicture, experiment.RecordFile} {
		if a, b := mustRead(t, filepath.Join(dir, name)), mustRead(t, filepath.Join(whole, name)); a != b {
			t.Errorf("%s differs from that of a run that was left alone", name)
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
