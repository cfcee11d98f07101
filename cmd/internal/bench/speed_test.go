package bench

import (
	"flag"
	"math"
	"testing"
	"time"

	"example.com/mcrl/env"
)

var speed = flag.Bool("speed", false, "demand the ratios of speed in full, not a quarter of them")

const (
	attempts = 5 // of which one has to succeed: a loaded machine fails some, a slow path all
	repeated = 7 // passes of each path in an attempt, in turn, of which the fastest count
)

// fastest times both in turn and returns the smallest numbers of nanoseconds a step.
func fastest(t *testing.T, a, b player) (x, y float64) {
	t.Helper()
	once := func(p player) float64 {
		if err := p.ready(); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		steps, err := p.play()
		if err != nil {
			t.Fatal(err)
		}
		return float64(time.Since(start).Nanoseconds()) / float64(steps)
	}
	x, y = once(a), once(b)
	for range repeated {
		x, y = min(x, once(a)), min(y, once(b))
	}
	return x, y
}

// atLeast demands that the fast one be so many times as fast as the other.
func atLeast(t *testing.T, name string, fast, other player, want float64) {
	t.Helper()
	if !*speed {
		want /= 4
	}
	best := 0.0
	for range attempts {
		x, y := fastest(t, fast, other)
		if best = max(best, y/x); best >= want {
			t.Logf("%s: %.3g and %.3g ns a step: %.2f times as fast, want %g", name, x, y, y/x, want)
			return
		}
	}
	t.Errorf("%s: %.2f times as fast at best, want %g", name, best, want)
}

// The fast paths are in use: each is so many times as fast as the interfaces. Measured were 1.4 to 5
// times as much.
func TestSpeedOfFastPaths(t *testing.T) {
	for name, want := range map[string]float64{
		"SimUniform5": 4, "SimEps5": 4, "SimSlippery8": 2, "ControlLong5": 2, "ControlShort100": 1.3, "ES5": 3, "ES100": 3, "MeanFinite": 2,
	} {
		c := begun(t, name)
		atLeast(t, name, c.fast, c.plain, want)
	}
}

// The interfaces cost little: a loop over concrete types, with the same draws and the same table, is less than twice as fast.
// Measured was 1.3 times.
func TestSpeedOfInterfaces(t *testing.T) {
	plain := begun(t, "SimUniform5").plain.(*simulator)
	g, err := book5()
	if err != nil {
		t.Fatal(err)
	}
	hand := &byHand{table: g.Table, policy: env.NewUniform(25, 5), horizon: 1000, episodes: plain.episodes}
	hand.block = plain.Episode() / env.BlockSize(hand.horizon)
	plain.SeekBlock(hand.block)
	if x, y := plain.simulate(plain.episodes).Reward, hand.reward(); x != y {
		t.Fatalf("rewards %v through the interfaces, %v by hand", x, y)
	}
	atLeast(t, "SimUniform5 through the interfaces", plain, hand, 0.5)
}

// byHand simulates with nothing but concrete types.
type byHand struct {
	table    *env.Table
	policy   *env.Soft
	horizon  int
	episodes int64
	block    int64

	starts, actions, transitions env.Rand
}

func (h *byHand) ready() error { return nil }

func (h *byHand) check() error { return nil }

func (h *byHand) play() (int64, error) {
	if math.IsNaN(h.reward()) {
		return 0, nil
	}
	return h.episodes * int64(h.horizon), nil
}

// reward is that of a pass of whole blocks.
func (h *byHand) reward() (total float64) {
	size := env.BlockSize(h.horizon)
	for range h.episodes / size {
		h.starts.Reset(1, env.PurposeStarts, uint64(h.block))
		h.actions.Reset(1, env.PurposePolicy, uint64(h.block))
		h.transitions.Reset(1, env.PurposeEnvironment, uint64(h.block))
		h.block++
		sum := 0.0
		for range size {
			s := h.table.Start(&h.starts)
			for t := 0; t < h.horizon && !h.table.Terminal(s); t++ {
				next, r := h.table.Step(s, h.policy.Act(s, &h.actions), &h.transitions)
				sum += r
				s = next
			}
		}
		total += sum
	}
	return total
}
