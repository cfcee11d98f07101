package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/mc/offpolicy"
)

// command runs the command line and returns its standard output.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(args, strings.NewReader(""), &out, &errs); code != exitOK {
		t.Fatalf("mcrl %s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// evaluated runs evaluate --json.
func evaluated(t *testing.T, args ...string) (d struct {
	Exact  exactValue
	Result offpolicy.Result
}) {
	t.Helper()
	if err := json.Unmarshal([]byte(command(t, append([]string{"evaluate", "--json"}, args...)...)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

const lakeName = "frozenlake-4x4-slippery"

// rolledOut writes a log of the lake.
func rolledOut(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.csv")
	command(t, append([]string{"rollout", lakeName, "-q", "--gamma", "0.95", "--horizon", "1000", "-o", path}, args...)...)
	return path
}

// Episodes of one policy, written and read again, value another: all nine intervals at once contain the exact value. Nine
// intervals of level 1 - 0.05/9 miss together with probability 0.05 at most (Bonferroni); of ten seeds at most two may, which
// happens with probability 0.99 even then. P32 P34
func TestEvaluateContainsTheExactValue(t *testing.T) {
	missed := 0
	for seed := range 10 {
		log := rolledOut(t, "--epsilon", "0.3", "--episodes", "4000", "--seed", fmt.Sprint(seed))
		d := evaluated(t, log, "--target", "optimal", "--target-epsilon", "0.2", "--env", lakeName, "--gamma", "0.95",
			"--max-weight", "1000", "--level", fmt.Sprint(1-0.05/9))
		if len(d.Result.Estimates) != 9 {
			t.Fatalf("%d estimates, want 9", len(d.Result.Estimates))
		}
		if math.Abs(d.Exact.Logs-0.0870308313) > 1e-10 {
			t.Fatalf("exactly %v, want 0.0870308313", d.Exact.Logs)
		}
		for _, x := range d.Result.Estimates {
			if x.Interval == nil || !x.Interval.Contains(d.Exact.Logs) {
				t.Logf("seed %d: %s: %v in %v, exactly %v", seed, x.Estimator, x.Value, x.Interval, d.Exact.Logs)
				missed++
				break
			}
		}
	}
	if missed > 2 {
		t.Errorf("%d of 10 logs miss the exact value, want at most 2", missed)
	}
}

// Where the target is the behaviour, all weights are 1 and every estimator without a model is the mean return. P34
func TestEvaluateOnPolicy(t *testing.T) {
	log := rolledOut(t, "--epsilon", "0.3", "--episodes", "500")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for row := range strings.Lines(string(text)) {
		var episode, step, s, a int
		var reward, prob float64
		if _, err := fmt.Sscanf(row, "%d,%d,%d,%d,%g,%g", &episode, &step, &s, &a, &reward, &prob); err != nil {
			continue // the names
		}
		sum += math.Pow(0.95, float64(step)) * reward
		n = episode + 1
	}
	for _, source := range [][]string{nil, {"--behavior", "optimal", "--behavior-epsilon", "0.3"}} {
		d := evaluated(t, append([]string{log, "--target", "optimal", "--target-epsilon", "0.3", "--env", lakeName, "--gamma", "0.95",
			"--max-weight", "1"}, source...)...)
		for _, x := range d.Result.Estimates[:7] {
			if want := sum / float64(n); !(math.Abs(x.Value-want) <= 1e-12) || want == 0 {
				t.Errorf("%s: %v, want the mean return %v", x.Estimator, x.Value, want)
			}
		}
		if ess := d.Result.Diagnostics.ESS; !(math.Abs(ess-500) <= 1e-9) {
			t.Errorf("effective sample size %v, want 500", ess)
		}
	}
}

// The probabilities of the column and those of the policy give the same estimates.
func TestEvaluateByColumnAndByPolicy(t *testing.T) {
	log := rolledOut(t, "--epsilon", "0.4", "--episodes", "500")
	args := []string{log, "--target", "optimal", "--target-epsilon", "0.3", "--env", lakeName, "--gamma", "0.95"}
	column := evaluated(t, args...)
	byPolicy := evaluated(t, append(args, "--behavior", "optimal", "--behavior-epsilon", "0.4")...)
	for i, x := range column.Result.Estimates {
		if y := byPolicy.Result.Estimates[i]; x.Value != y.Value || x.StdErr != y.StdErr {
			t.Errorf("%s: %v by the column, %v by the policy", x.Estimator, x, y)
		}
	}
}

// The exact value is that from the states in which the episodes begin, in the proportions of the log; the environment's own
// starts stand beside it.
func TestEvaluateStarts(t *testing.T) {
	log := rolledOut(t, "--starts", "uniform", "--episodes", "200")
	grid, err := env.NewGrid(env.FrozenLake4(true))
	if err != nil {
		t.Fatal(err)
	}
	exact, err := dp.Evaluate(grid, env.NewUniform(16, 4), 0.95, dp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for _, m := range regexp.MustCompile(`(?m)^\d+,0,(\d+),`).FindAllStringSubmatch(string(text), -1) {
		s, _ := strconv.Atoi(m[1])
		sum += exact.V[s]
		n++
	}
	d := evaluated(t, log, "--target", "uniform", "--env", lakeName, "--gamma", "0.95")
	if want := sum / float64(n); n != 200 || !(math.Abs(d.Exact.Logs-want) <= 1e-12) || !(math.Abs(*d.Exact.Start-exact.V[0]) <= 1e-12) || want < 2*exact.V[0] {
		t.Errorf("%v from the starts of %d episodes, %v from those of the lake; want %v of 200, %v", d.Exact.Logs, n, *d.Exact.Start, want, exact.V[0])
	}
}

// Always left in example 5.5 is worth 1; 1 - 0.9^10 in episodes that are cut after 10 steps, each of which ends with 0.1. P20 P37
func TestEvaluateHorizon(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log.csv")
	command(t, "rollout", "loop", "-q", "--episodes", "50", "--horizon", "10", "-o", log)
	args := []string{log, "--target", "optimal", "--env", "loop"}
	for _, c := range []struct {
		args []string
		want float64
	}{{args, 1}, {append(args, "--horizon", "10"), 1 - math.Pow(0.9, 10)}} {
		x := evaluated(t, c.args...).Exact
		if !(math.Abs(x.Logs-c.want) <= 1e-12) || !(math.Abs(*x.Start-c.want) <= 1e-12) {
			t.Errorf("%v: exactly %v, %v from the start of the loop; want %v", c.args[3:], x.Logs, *x.Start, c.want)
		}
	}
}

// The README shows what the command prints.
func TestReadmeEvaluate(t *testing.T) {
	log := rolledOut(t, "--epsilon", "0.3", "--episodes", "20000", "--seed", "1")
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	table := command(t, "evaluate", log, "--target", "optimal", "--target-epsilon", "0.2", "--behavior", "optimal", "--behavior-epsilon", "0.3",
		"--env", lakeName, "--gamma", "0.95", "--max-weight", "20")
	if !strings.Contains(string(readme), "```\n"+table+"```\n") {
		t.Errorf("the README does not have\n%s", table)
	}
}

// endlessLog is a log of n episodes of ten rows, made as it is read.
type endlessLog struct {
	episode, n int
	rest       []byte
	held       uint64 // bytes in use when it ends
}

func (l *endlessLog) Read(p []byte) (int, error) {
	if l.episode == 0 {
		l.rest = append(l.rest, "episode,t,state,action,reward,probability\n"...)
	}
	if len(l.rest) == 0 && l.episode == l.n {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		l.held = m.HeapAlloc
		return 0, io.EOF
	}
	if len(l.rest) == 0 || l.episode == 0 {
		for t := range 10 {
			l.rest = fmt.Appendf(l.rest, "%d,%d,%d,%d,1,0.5\n", l.episode, t, t%2, (l.episode+t)%2)
		}
		l.episode++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[:copy(l.rest, l.rest[n:])]
	return n, nil
}

// A log of ten times as many rows takes no more memory. P47
func TestEvaluateMemory(t *testing.T) {
	policy := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(policy, []byte("[[0.5, 0.5], [0.25, 0.75]]"), 0o666); err != nil {
		t.Fatal(err)
	}
	held := func(episodes int) uint64 {
		var out, errs bytes.Buffer
		in := &endlessLog{n: episodes}
		if code := Main([]string{"evaluate", "-", "--target", policy, "--json"}, in, &out, &errs); code != exitOK {
			t.Fatalf("exit code %d: %s", code, errs.String())
		}
		if want := fmt.Sprintf(`"rows":%d,`, 10*episodes); !strings.Contains(out.String(), want) {
			t.Fatalf("printed %s, want %s", out.String(), want)
		}
		return in.held
	}
	held(10_000) // buffers of the process
	small, large := held(10_000), held(100_000)
	if large > small+200_000 {
		t.Errorf("%d bytes held after 100,000 rows, %d after 1,000,000", small, large)
	}
}
