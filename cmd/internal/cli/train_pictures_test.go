package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// writeMap writes the text of a map to a file and returns its path.
func writeMap(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "map.txt")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustExist(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// Every algorithm gets a result and its four pictures on every small preset, also where an error is 0 from the start.
func TestTrainEveryPreset(t *testing.T) {
	n := 0
	for _, name := range env.Presets() {
		g, err := loadModel(name)
		if err != nil {
			t.Fatal(err)
		}
		if g.NumStates() > 100 {
			continue
		}
		n++
		for _, algo := range experiment.Algorithms() {
			dir := filepath.Join(t.TempDir(), name, string(algo))
			if _, errs, code := train(t.Context(), "--env", name, "--algo", string(algo), "--episodes", "300", "--horizon", "30", "-o", dir); code != exitOK {
				t.Errorf("%s, %s: exit code %d: %s", name, algo, code, errs)
				continue
			}
			mustExist(t, filepath.Join(dir, convergencePicture), filepath.Join(dir, policyPicture), filepath.Join(dir, valuesPicture), filepath.Join(dir, visitsPicture))
		}
	}
	if n < 8 {
		t.Errorf("%d presets of at most 100 states: want 8 or more", n)
	}
}

// A gap that is 0 at every point is left out of a logarithmic axis.
func TestTrainGapThatIsZero(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, errs, code := train(t.Context(), "--env", "zhao-2x2", "-o", dir); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	text, err := os.ReadFile(filepath.Join(dir, convergencePicture))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "error of q") || strings.Contains(string(text), "value gap") {
		t.Errorf("want the error of q alone")
	}
}

// Values that are one number have a scale of their own.
func TestTrainOneValue(t *testing.T) {
	for _, world := range []string{"T", "T.\n.."} {
		dir := filepath.Join(t.TempDir(), "run")
		if _, errs, code := train(t.Context(), "--env", writeMap(t, world), "--gamma", "0", "--episodes", "300", "-o", dir); code != exitOK {
			t.Fatalf("%q: exit code %d: %s", world, code, errs)
		}
		mustExist(t, filepath.Join(dir, valuesPicture))
	}
}

// Records of which one has no error at all are drawn, on a linear axis.
func TestPlotConvergenceWithoutError(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	if _, errs, code := train(t.Context(), "--algo", "basic", "--gamma", "0", "--episodes", "2000", "-o", a); code != exitOK {
		t.Fatal(errs)
	}
	if _, errs, code := train(t.Context(), "--algo", "es", "--episodes", "2000", "-o", b); code != exitOK {
		t.Fatal(errs)
	}
	for _, runs := range [][]string{{a}, {b}, {a, b}} {
		loaded, err := loadRuns(runs)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drawCurves(loaded, curveOptions{metric: "rmse", axis: "episodes", level: 0.95}); err != nil {
			t.Errorf("%v: %v", runs, err)
		}
	}
}

// A picture that cannot be written costs nothing but itself.
func TestTrainPictureThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, errs, code := train(t.Context(), "--episodes", "100", "-o", dir); code != exitOK {
		t.Fatal(errs)
	}
	policy := filepath.Join(dir, policyPicture)
	if err := os.Remove(policy); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(policy, "full"), 0o777); err != nil {
		t.Fatal(err)
	}
	out, errs, code := train(t.Context(), "--resume", dir)
	if code != exitPartly || !strings.Contains(out, "learned policy") || !strings.Contains(errs, "policy.svg is not drawn: ") {
		t.Errorf("exit code %d, %s\n%s\nwant 3, the result, and a word on policy.svg", code, errs, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"status": "finished"`) {
		t.Errorf("manifest %s: want status finished", text)
	}
	mustExist(t, filepath.Join(dir, visitsPicture))
}

// An interruption while pictures are drawn keeps the record and is not swallowed.
func TestTrainInterruptWhileDrawing(t *testing.T) {
	s := newStreams(strings.NewReader(""), &strings.Builder{}, &strings.Builder{})
	o := trainOptions{algo: "basic", env: "zhao-2x2", gamma: 0.9, episodes: 20, out: filepath.Join(t.TempDir(), "run"), workers: 1, given: func(f string) bool { return f == "episodes" }}
	run := &training{s: s, o: o}
	if err := run.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer run.dir.Close()
	if err := run.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	record, _, err := run.write()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run.draw(ctx, record); exitCode(err) != exitInterrupted {
		t.Errorf("draw: %v, exit code %d: want %d", err, exitCode(err), exitInterrupted)
	}
	mustExist(t, filepath.Join(o.out, experiment.RecordFile))
}

// A forced run begins by removing the results of the one before: if it is killed, nothing is left that is not its own.
func TestTrainForceRemovesFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, errs, code := train(t.Context(), "--algo", "basic", "--episodes", "125", "-o", dir); code != exitOK {
		t.Fatal(errs)
	}
	if err := os.WriteFile(filepath.Join(dir, experiment.TableFile), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	run := &training{s: newStreams(nil, nil, nil), o: trainOptions{algo: "basic", env: "zhao-2x2", gamma: 0.9, out: dir, force: true, workers: 1, given: func(string) bool { return false }}}
	if err := run.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer run.dir.Close()
	for _, name := range []string{experiment.RecordFile, experiment.TableFile, pairsFile, convergencePicture, policyPicture, valuesPicture, visitsPicture} {
		if _, err := os.Stat(filepath.Join(dir, name)); !os.IsNotExist(err) {
			t.Errorf("%s: %v: want none", name, err)
		}
	}
}
