package mc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// run is a learner with what all three have.
type run interface {
	Learner
	Q() *QTable
	Policy() env.Deterministic
	Checkpoint() ([]byte, error)
	Restore([]byte) error
}

// recipe makes a learner with a number of workers.
type recipe struct {
	name string
	make func(t testing.TB, workers int) run
	want string // digest of the result after 1000 episodes
}

// ice is the slippery 4 x 4 FrozenLake written by hand: three outcomes, terminal holes, a die of three faces.
type ice struct{ rows []string }

var lake = ice{[]string{"S...", ".H.H", "...H", "H..G"}}

func (ice) NumStates() int              { return 16 }
func (ice) NumActions() int             { return 4 }
func (m ice) at(s env.State) byte       { return m.rows[s/4][s%4] }
func (m ice) Terminal(s env.State) bool { return m.at(s) == 'H' || m.at(s) == 'G' }
func (m ice) Start(*env.Rand) env.State { return 0 }
func (m ice) Step(s env.State, a env.Action, rng *env.Rand) (env.State, float64) {
	o := m.Outcomes(s, a)[rng.Intn(3)]
	return o.Next, o.Reward
}

func (m ice) Outcomes(s env.State, a env.Action) []env.Outcome {
	var o []env.Outcome
	for _, d := range []env.Action{(a + 3) % 4, a, (a + 1) % 4} { // left, down, right, up
		row, col := int(s)/4+[]int{0, 1, 0, -1}[d], int(s)%4+[]int{-1, 0, 1, 0}[d]
		next := env.State(min(max(row, 0), 3)*4 + min(max(col, 0), 3))
		reward := 0.0
		if m.at(next) == 'G' {
			reward = 1
		}
		o = append(o, env.Outcome{Next: next, Reward: reward, Prob: 1. / 3})
	}
	return o
}

// pathRecipes are those that any environment serves.
func pathRecipes(t testing.TB, grid, slippery env.MDP) []recipe {
	must := func(t testing.TB, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	basic := func(p Problem, o BasicOptions) func(testing.TB, int) run {
		return func(t testing.TB, workers int) run {
			l, err := NewBasic(p, o, 7)
			must(t, err)
			l.Workers = workers
			return l
		}
	}
	starts := func(p Problem, o StartsOptions) func(testing.TB, int) run {
		return func(t testing.TB, workers int) run {
			l, err := NewExploringStarts(p, o, 7)
			must(t, err)
			l.Workers = workers
			return l
		}
	}
	epsilon := func(p Problem, o EpsilonOptions) func(testing.TB, int) run {
		return func(t testing.TB, workers int) run {
			l, err := NewEpsilonGreedy(p, o, 7)
			must(t, err)
			l.Workers = workers
			return l
		}
	}
	short, wet := Problem{grid, 0.9, 60}, Problem{slippery, 0.95, 100}
	batch := StartsOptions{Improve: ImproveBatch, Batch: 320}
	return []recipe{
		{"basic", basic(short, BasicOptions{}), "6629439ead866095"},
		{"basic slippery", basic(wet, BasicOptions{Episodes: 3, Visit: FirstVisit, Ties: RandomTie}), "c5eb3f319434f647"},
		{"starts as printed", starts(short, StartsOptions{}), "b9d987c03a63a8c0"},
		{"starts batch 320", starts(short, batch), "fde93c446da65317"},
		{"starts batch 320 reset slippery", starts(wet, StartsOptions{Improve: ImproveBatch, Batch: 320, Average: ResetAverage, Visit: FirstVisit}), "e3abf4634ddbc6ac"},
		{"starts sweep alpha", starts(wet, StartsOptions{Improve: ImproveSweep, Starts: SweepPairs, Step: estimate.StepSize{Constant: 0.1}}), "7c27ca1599cd84d5"},
		{"epsilon as printed", epsilon(short, EpsilonOptions{Epsilon: Epsilon(0.1)}), "318d9643b3524853"},
		{"epsilon batch 320 power", epsilon(wet, EpsilonOptions{Epsilon: Schedule{Start: 1, Decay: Harmonic, End: 0.05},
			StartsOptions: StartsOptions{Improve: ImproveBatch, Batch: 320, Step: estimate.StepSize{Power: 0.7}}}), "93ea31c19f264e64"},
		{"epsilon episode", epsilon(short, EpsilonOptions{Epsilon: Epsilon(0.2),
			StartsOptions: StartsOptions{Improve: ImproveEpisode, Ties: KeepTie, Tail: 5}}), "3ab153abf708be48"},
		{"epsilon episode slippery", epsilon(wet, EpsilonOptions{Epsilon: Epsilon(0.2),
			StartsOptions: StartsOptions{Improve: ImproveEpisode, Ties: RandomTie, Starts: UniformPairs}}), "480081833a993105"},
		{"epsilon parts", epsilon(Problem{grid, 0.5, 4003}, EpsilonOptions{Epsilon: Epsilon(0.3),
			StartsOptions: StartsOptions{Improve: ImproveEpisode, Tail: 50}}), "dca2a0022db1997e"},
		{"epsilon long", epsilon(Problem{grid, 0.9, 2000}, EpsilonOptions{Epsilon: Epsilon(0.3),
			StartsOptions: StartsOptions{Improve: ImproveBatch, Batch: 10, Tail: 50, Ties: KeepTie}}), "3e2bfeac5b22b316"},
	}
}

// digest is a fingerprint of all that a run has learned.
func digest(l run) string {
	h := sha256.New()
	for _, w := range l.Q().Values() {
		_ = binary.Write(h, binary.BigEndian, math.Float64bits(w))
	}
	p := l.Progress()
	_ = binary.Write(h, binary.BigEndian, l.Q().Counts())
	_ = binary.Write(h, binary.BigEndian, l.Policy())
	_ = binary.Write(h, binary.BigEndian, []int64{p.Episodes, p.Steps, p.Truncated, p.Iterations, int64(p.Changed)})
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// The same bytes on every machine and at any number of workers (P43, P45, P49). The digests were made on amd64; CI
// compares them with GOAMD64=v3 and on arm64 too.
func TestDeterminism(t *testing.T) {
	for _, r := range recipes(t) {
		for _, workers := range []int{0, 1, 2, 7} {
			l := r.make(t, workers)
			play(t, l, 1000)
			if got := digest(l); got != r.want {
				t.Errorf("%s, %d workers: %s, want %s", r.name, workers, got, r.want)
			}
		}
	}
}

// Through the interfaces, without a table, the same bytes.
func TestPathsAgree(t *testing.T) {
	for _, r := range pathRecipes(t, interfaceOnly{compile(t, zhao5)}, interfaceOnly{compile(t, lake)}) {
		l := r.make(t, 2)
		play(t, l, 1000)
		if got := digest(l); got != r.want {
			t.Errorf("%s: %s, want %s, as from the table", r.name, got, r.want)
		}
	}
}

// A run cut anywhere, checkpointed and restored goes on with the same bytes (P48): inside a block, inside a batch or sweep,
// with other workers than before.
func TestResume(t *testing.T) {
	for _, r := range recipes(t) {
		whole := r.make(t, 1)
		play(t, whole, 1000)
		want, err := whole.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for _, cut := range []int64{0, 1, 8, 31, 32, 33, 100, 319, 320, 321, 400, 403, 999, 1000} {
			first := r.make(t, 3)
			play(t, first, cut)
			saved, err := first.Checkpoint()
			if err != nil {
				t.Fatal(err)
			}
			second := r.make(t, 2)
			if err := second.Restore(saved); err != nil {
				t.Fatalf("%s at %d: %v", r.name, cut, err)
			}
			again, err := second.Checkpoint()
			if err != nil || !bytes.Equal(saved, again) {
				t.Errorf("%s at %d: a restored learner has another checkpoint (%v)", r.name, cut, err)
			}
			play(t, second, 1000-cut)
			got, err := second.Checkpoint()
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d then %d episodes differ from 1000 at once (%v)", r.name, cut, 1000-cut, err)
			}
		}
	}
}

// A run that is cancelled keeps an exact number of episodes and goes on as if nothing had happened.
func TestCancel(t *testing.T) {
	for _, r := range recipes(t) {
		whole := r.make(t, 1)
		play(t, whole, 1000)
		l := r.make(t, 2)
		for l.Progress().Episodes < 1000 {
			before := l.Progress().Episodes
			ctx := &dying{Context: context.Background()}
			ctx.left.Store(before%5 + 3)
			for _, err := range Run(ctx, l, 1000-before) {
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
			}
		}
		if got, want := digest(l), digest(whole); got != want {
			t.Errorf("%s: cancelled again and again it ends at %s, want %s", r.name, got, want)
		}
	}
}

// dying is a context that ends after it was asked a number of times.
type dying struct {
	context.Context
	left atomic.Int64
}

func (d *dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// A checkpoint of another run, or an altered one, is refused and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	list := recipes(t)
	l := list[3].make(t, 1)
	play(t, l, 100)
	good, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []int{0, 2, 4, 6} {
		o := list[other].make(t, 1)
		before := digest(o)
		var field *env.FieldError
		if err := o.Restore(good); !errors.As(err, &field) {
			t.Errorf("%s accepts a checkpoint of %s: %v", list[other].name, list[3].name, err)
		}
		if digest(o) != before {
			t.Errorf("%s: changed by a refused checkpoint", list[other].name)
		}
	}
	for i := 0; i < len(good); i += 7 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		if err := l.Restore(bad); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d altered: %v, want ErrCorrupt", i, err)
		}
		if err := l.Restore(good[:i]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v, want ErrCorrupt", i, err)
		}
	}
}

func FuzzRestore(f *testing.F) {
	l, err := NewExploringStarts(Problem{loop{}, 1, 10}, StartsOptions{}, 1)
	if err != nil {
		f.Fatal(err)
	}
	play(f, l, 3)
	good, err := l.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[:len(good)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body) // so that the parser behind the checksum is reached
		before := digest(l)
		if err := l.Restore(append(body, sum[:]...)); err != nil && digest(l) != before {
			t.Error("changed by a refused checkpoint")
		}
	})
}

// Predictions and their intervals have the same bytes on every machine too (P49).
func TestPredictionDeterminism(t *testing.T) {
	slippery := compile(t, lake)
	soft := policies(16, 4)["soft"]
	for want, o := range map[string]PredictionOptions{
		"a831316fe8adc954": {Visit: EveryVisit, Intervals: true, Piece: 9},
		"797884583933d056": {Of: ActionValues, Intervals: true, Starts: UniformStates},
	} {
		l := must(NewPrediction(Problem{slippery, 0.9, 100}, soft, o, 7))
		l.Workers = 2
		play(t, l, 1000)
		h, q := sha256.New(), l.Table()
		_ = binary.Write(h, binary.BigEndian, q.Values())
		_ = binary.Write(h, binary.BigEndian, q.Counts())
		for _, s := range q.spreads {
			_ = binary.Write(h, binary.BigEndian, s.Sums())
		}
		_ = binary.Write(h, binary.BigEndian, q.HalfWidths(0.95))
		if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); got != want {
			t.Errorf("%+v: %s, want %s", o, got, want)
		}
	}
}
