package mc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"example.com/mcrl/env"
)

// certifying is a certificate to be cut: a problem and what is asked for.
type certifying struct {
	problem  Problem
	options  CertifyOptions
	episodes int64 // of the whole run
}

func (x certifying) make(t testing.TB, workers int) *Certified {
	t.Helper()
	o := x.options
	o.Workers = workers
	c, err := NewCertified(x.problem, o, 5)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// certifyings are a small world that is certified in the end, and one whose rounds are longer than what is played between two
// looks at the context; both replace policies.
func certifyings(t testing.TB) map[string]certifying {
	small, _ := smallWorld(t)
	c := env.Zhao5(-10, env.BoundaryOnly)
	c.Slip = env.Slip{Left: 0.05, Right: 0.05}
	g, err := env.NewGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	pi := make([]env.Action, 25)
	for s := range pi {
		pi[s] = env.Action(s % 5)
	}
	return map[string]certifying{
		"small": {small, CertifyOptions{Loss: 1, Delta: 0.1}, math.MaxInt64},
		"grid":  {Problem{MDP: g, Gamma: 0.5, Horizon: 30}, CertifyOptions{Loss: 0.5, Delta: 0.1, Policy: pi}, 300_000},
	}
}

// look is what a run shows at the end of a round.
type look struct {
	progress    Progress
	certificate Certificate
}

// alone plays a run that nobody cuts, and returns what it shows at the end of each round by the number of episodes, where its
// policy changes, and its last checkpoint.
func (x certifying) alone(t *testing.T) (looks map[int64]look, changes []int64, end []byte) {
	t.Helper()
	c := x.make(t, 1)
	looks = map[int64]look{}
	for !c.Done() && c.Progress().Episodes < x.episodes {
		before := c.Progress().Iterations
		if err := c.Next(context.Background(), x.episodes-c.Progress().Episodes); err != nil {
			t.Fatal(err)
		}
		looks[c.Progress().Episodes] = look{c.Progress(), c.Certificate()}
		if c.Progress().Iterations > before {
			changes = append(changes, c.Progress().Episodes)
		}
	}
	end, err := c.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return looks, changes, end
}

// saved takes a learner down and sets up another one, with other workers and something played, where it stood.
func (x certifying) saved(t *testing.T, c *Certified, workers int) *Certified {
	t.Helper()
	checkpoint, err := c.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	kept, progress, certificate := bytes.Clone(checkpoint), c.Progress(), c.Certificate()
	next := x.make(t, workers)
	if err := next.Next(context.Background(), 100); err != nil {
		t.Fatal(err)
	}
	if err := next.Restore(checkpoint); err != nil {
		t.Fatal(err)
	}
	clear(checkpoint)
	again, err := next.Checkpoint()
	if err != nil || !bytes.Equal(again, kept) || next.Progress() != progress || !reflect.DeepEqual(next.Certificate(), certificate) {
		t.Fatalf("after %d episodes a restored learner stands elsewhere (%v): %+v, want %+v", progress.Episodes, err, next.Progress(), progress)
	}
	return next
}

// A run that is cut at random places, in the middle of rounds, and before, at and after changes of the policy, and goes on in
// other learners with other numbers of workers, shows the same certificates and ends with the same bytes: P48.
func TestCertifiedResumes(t *testing.T) {
	crews := []int{1, 2, 3}
	if testing.Short() { // for the race detector
		crews = crews[1:2]
	}
	for name, x := range certifyings(t) {
		looks, changes, end := x.alone(t)
		if len(changes) == 0 {
			t.Fatalf("%s: no policy was replaced", name)
		}
		total := int64(0)
		for e := range looks {
			total = max(total, e)
		}
		for _, workers := range crews {
			rng := rand.New(rand.NewPCG(1, uint64(workers)))
			due := map[int64]bool{}
			for _, e := range changes {
				due[e-env.BlockSize(x.problem.Horizon)], due[e], due[e+env.BlockSize(x.problem.Horizon)] = true, true, true
			}
			for range 60 {
				due[rng.Int64N(total/32)*32] = true
			}
			c, cuts, inside := x.make(t, workers), 0, 0
			for !c.Done() && c.Progress().Episodes < x.episodes {
				next := total
				for e := range due {
					if e > c.Progress().Episodes {
						next = min(next, e)
					}
				}
				ctx := &dying{Context: context.Background()}
				ctx.left.Store(rng.Int64N(6))
				if err := c.Next(ctx, next-c.Progress().Episodes); err != nil && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				done := c.Progress().Episodes
				if want, ok := looks[done]; ok && (c.Progress() != want.progress || !reflect.DeepEqual(c.Certificate(), want.certificate)) {
					t.Fatalf("%s, %d workers: after %d episodes %+v, %+v, want %+v", name, workers, done, c.Progress(), c.Certificate(), want)
				}
				if due[done] {
					if cuts++; c.at > 0 {
						inside++
					}
					delete(due, done)
					c = x.saved(t, c, rng.IntN(3)+1)
				}
			}
			if got, err := c.Checkpoint(); err != nil || !bytes.Equal(got, end) {
				t.Errorf("%s, %d workers: %d cuts lead to another end: %v, %+v", name, workers, cuts, err, c.Progress())
			}
			t.Logf("%s, %d workers: %d episodes, %d rounds, %d policies replaced, %d cuts, %d of them inside a round", name, workers, total, len(looks), len(changes), cuts, inside)
			if cuts < 50 || inside < 20 {
				t.Errorf("%s: %d cuts, %d inside a round", name, cuts, inside)
			}
		}
	}
}

// A certificate of another run is refused, and the difference named; so is an altered one. Neither changes anything.
func TestCertifiedRefuses(t *testing.T) {
	x := certifyings(t)["small"]
	c := x.make(t, 1)
	if err := c.Next(context.Background(), 1000); err != nil {
		t.Fatal(err)
	}
	good, err := c.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	other := func(change func(p *Problem, o *CertifyOptions, seed *uint64)) *Certified {
		p, o, seed := x.problem, x.options, uint64(5)
		change(&p, &o, &seed)
		c, err := NewCertified(p, o, seed)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, c := range map[string]*Certified{
		"seed":    other(func(_ *Problem, _ *CertifyOptions, seed *uint64) { *seed = 6 }),
		"gamma":   other(func(p *Problem, _ *CertifyOptions, _ *uint64) { p.Gamma = 0.6 }),
		"horizon": other(func(p *Problem, _ *CertifyOptions, _ *uint64) { p.Horizon = 17 }),
		"states":  other(func(p *Problem, _ *CertifyOptions, _ *uint64) { p.MDP = compile(t, zhao5) }),
		"policy":  other(func(_ *Problem, o *CertifyOptions, _ *uint64) { o.Policy = []env.Action{0, 0, 1, 0} }),
		"options": other(func(_ *Problem, o *CertifyOptions, _ *uint64) { o.Delta = 0.2 }),
	} {
		before, _ := c.Checkpoint()
		var field *env.FieldError
		if err := c.Restore(good); !errors.As(err, &field) || field.Field != "checkpoint's "+name {
			t.Errorf("another %s: %v", name, err)
		}
		if after, _ := c.Checkpoint(); !bytes.Equal(before, after) {
			t.Errorf("another %s: the refused checkpoint has changed the learner", name)
		}
	}
	learner, err := NewBasic(x.problem, BasicOptions{}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if err := learner.Restore(good); err == nil || err.Error() != "checkpoint's algorithm = certified: want basic, as in this run" {
		t.Errorf("MC Basic takes the checkpoint of a certificate: %v", err)
	}
	same := other(func(_ *Problem, o *CertifyOptions, _ *uint64) {
		o.Policy, o.Rewards = make([]env.Action, 4), &RewardRange{-30, 1} // what they are anyway
	})
	if err := same.Restore(good); err != nil {
		t.Errorf("the same run: %v", err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		if err := c.Restore(bad); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d altered: %v, want ErrCorrupt", i, err)
		}
		if err := c.Restore(good[:i]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v, want ErrCorrupt", i, err)
		}
	}
	if after, err := c.Checkpoint(); err != nil || !bytes.Equal(after, good) {
		t.Errorf("refused checkpoints have changed the learner: %v", err)
	}
}

// Nothing behind a right checksum makes Restore panic, nor a run that goes on from what it accepts; what it refuses changes
// nothing, and what it accepts comes back the same.
func FuzzRestoreCertified(f *testing.F) {
	x := certifyings(f)["small"]
	l := x.make(f, 2)
	if err := l.Next(context.Background(), 100); err != nil {
		f.Fatal(err)
	}
	good, err := l.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	body := good[:len(good)-sha256.Size]
	f.Add(body, uint16(0), byte(0))
	for i := range body {
		f.Add(body, uint16(i), byte(0xff))
		f.Add(body, uint16(i), byte(1))
	}
	f.Fuzz(func(t *testing.T, body []byte, at uint16, flip byte) {
		body = bytes.Clone(body)
		if int(at) < len(body) {
			body[at] ^= flip
		}
		sum := sha256.Sum256(body) // so that the parser behind the checksum is reached
		c := x.make(t, 2)
		before, _ := c.Checkpoint()
		err := c.Restore(append(body, sum[:]...))
		after, saveErr := c.Checkpoint()
		if err != nil {
			if !bytes.Equal(before, after) {
				t.Error("changed by a refused checkpoint")
			}
			return
		}
		again := x.make(t, 1)
		if saveErr != nil || again.Restore(after) != nil {
			t.Errorf("the checkpoint of a restored learner is refused: %v", saveErr)
		}
		for range 20 {
			if err := c.Next(context.Background(), 100); err != nil {
				t.Fatal(err)
			}
		}
	})
}
