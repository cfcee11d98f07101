package estimate

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func newBetting(t *testing.T, lo, hi, level, aim float64) *BettingSequence {
	t.Helper()
	s, err := NewBettingSequence(lo, hi, level, aim)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBettingSequenceFormula compares with the printed formula: at the ends of the
// interval one of the two capitals, as sums of logarithms taken anew, is 2/delta,
// and inside both are less.
func TestBettingSequenceFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 21))
	const lo, hi, level, aim = -3, 7, 0.9, 0.5
	s := newBetting(t, lo, hi, level, aim)
	var x []float64
	ends := 0
	for range 300 {
		z := math.Pow(rng.Float64(), 3)
		x = append(x, z)
		if err := s.Add(10*z - 3); err != nil {
			t.Fatal(err)
		}
		logs := func(m float64) (above, below float64) {
			var total, spread float64
			for k, z := range x {
				i, h := float64(k+1), aim/10.
				lambda := h / ((0.25+spread)/i + h*h)
				above += math.Log(1 + min(lambda, 0.75/m)*(z-m))
				below += math.Log(1 - min(lambda, 0.75/(1-m))*(z-m))
				total += z
				after := (0.5 + total) / (i + 1)
				spread += (z - after) * (z - after)
			}
			return above, below
		}
		i, limit := s.Interval(), math.Log(2/0.1)
		if i.Lo > lo {
			above, _ := logs((i.Lo + 3) / 10)
			near(t, "K+ at the lower end", above, limit, 1e-6)
			ends++
		}
		if i.Hi < hi {
			_, below := logs((i.Hi + 3) / 10)
			near(t, "K- at the upper end", below, limit, 1e-6)
			ends++
		}
		for _, share := range []float64{0.001, 0.3, 0.7, 0.999} {
			if above, below := logs((i.Lo + share*(i.Hi-i.Lo) + 3) / 10); above >= limit || below >= limit {
				t.Fatalf("n = %d: capitals exp %v and exp %v inside %v", len(x), above, below, i)
			}
		}
	}
	if ends < 400 {
		t.Errorf("%d ends were compared: want most of 600", ends)
	}
}

// TestBettingSequenceSameBits (P49) holds a hash of the bits.
func TestBettingSequenceSameBits(t *testing.T) {
	sum := fnv.New64a()
	s := newBetting(t, -1, 7, 0.95, 0.1)
	for i := range 1500 {
		if err := s.Add(float64(i*i%23)/3 - 1); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			fmt.Fprintf(sum, "%x %x\n", s.Interval().Lo, s.Interval().Hi)
		}
	}
	if got, want := sum.Sum64(), uint64(0xdaa1c2186797e3b3); got != want {
		t.Errorf("hash of the results is %#x, want %#x", got, want)
	}
}

// TestBettingSequenceHolds (P42): over 2,000 runs of 1,000 samples, the mean is
// outside of an interval at least once in at most 5% of the runs: one of its two
// capitals has reached 2/delta. The control is Student's t interval, from the
// tenth sample on.
func TestBettingSequenceHolds(t *testing.T) {
	runs, last := 2000, 1000
	if *long {
		runs = 20_000
	}
	for _, l := range laws {
		rng := rand.New(rand.NewPCG(13, 13))
		missed, control := 0, 0
		for range runs {
			s := newBetting(t, 0, 1, 0.95, l.half)
			above, below := capital{k: 1}, capital{k: 1}
			missA, missB, missC := false, false, false
			var v Variance
			for n := 1; n <= last; n++ {
				x := l.draw(rng)
				v.Add(x)
				if err := s.Add(x); err != nil {
					t.Fatal(err)
				}
				b := s.samples[len(s.samples)-1]
				above.times(1 + min(b.lambda, maxBet/l.mean)*(b.x-l.mean))
				below.times(1 - min(b.lambda, maxBet/(1-l.mean))*(b.x-l.mean))
				missA, missB = missA || above.atLeast(s.limit), missB || below.atLeast(s.limit)
				missC = missC || n >= 10 && math.Abs(v.Mean()-l.mean) > tQuantile(n)*v.StdErr()
			}
			if missA || missB {
				missed++
			}
			if missC {
				control++
			}
			if end := s.Interval(); end.Contains(l.mean) != (!above.atLeast(s.limit) && !below.atLeast(s.limit)) {
				t.Fatalf("%s: %v and the capitals contradict each other", l.name, end)
			}
		}
		t.Logf("%-16s ever missed %.4f, control %.4f", l.name, float64(missed)/float64(runs), float64(control)/float64(runs))
		if float64(missed) > 0.05*float64(runs) || control < runs/5 {
			t.Errorf("%s: missed %d of %d, control %d: want at most 5%%, and more than 20%%", l.name, missed, runs, control)
		}
	}
}

// laws are those of the table in the documentation, with the medians of n there.
var laws = []struct {
	name               string
	mean, half         float64
	draw               func(r *rand.Rand) float64
	bernstein, betting int
}{
	{"fair coins", 0.5, 0.05, func(r *rand.Rand) float64 { return float64(r.IntN(2)) }, 1735, 740},
	{"9 of 10 heads", 0.9, 0.05, func(r *rand.Rand) float64 { return float64(min(r.IntN(10), 1)) }, 470, 345},
	{"99 of 100 heads", 0.99, 0.05, func(r *rand.Rand) float64 { return float64(min(r.IntN(100), 1)) }, 90, 50},
	{"uniform", 0.5, 0.05, func(r *rand.Rand) float64 { return r.Float64() }, 404, 250},
	{"narrow", 0.9, 0.01, func(r *rand.Rand) float64 { return 0.89 + 0.02*r.Float64() }, 749, 290},
	{"mostly 0", 0.01, 0.01, func(r *rand.Rand) float64 { return 0.1 * r.Float64() * float64(1-min(r.IntN(5), 1)) }, 765, 340},
}

// TestBettingSequenceIsNarrow measures the table in the documentation, looking at
// every tenth sample.
func TestBettingSequenceIsNarrow(t *testing.T) {
	for _, l := range laws {
		var bernstein, betting []int
		for run := range 41 {
			rng := rand.New(rand.NewPCG(uint64(run), 5))
			s, b := newBetting(t, 0, 1, 0.95, l.half), newBernstein(t, 0, 1, 0.95)
			first := 0
			for b.Interval().Half() >= l.half || first == 0 {
				x := l.draw(rng)
				if s.Add(x) != nil || b.Add(x) != nil {
					t.Fatal(x)
				}
				if first == 0 && b.N()%10 == 0 && s.Interval().Half() < l.half {
					first = int(s.N())
				}
			}
			bernstein, betting = append(bernstein, int(b.N())), append(betting, first)
		}
		slices.Sort(bernstein)
		slices.Sort(betting)
		t.Logf("%-16s Bernstein %d, betting %d", l.name, bernstein[20], betting[20])
		near(t, l.name+", Bernstein", float64(bernstein[20]), float64(l.bernstein), 0.08)
		near(t, l.name+", betting", float64(betting[20]), float64(l.betting), 0.08+10/float64(l.betting))
	}
}

// TestAimedBernsteinSequence: the medians in the documentation; and (P42) over
// 1,000 runs of 1,000 samples, looking after each, at most 5% ever miss.
func TestAimedBernsteinSequence(t *testing.T) {
	for i, want := range map[int]int{0: 913, 3: 424} {
		l := laws[i]
		rng := rand.New(rand.NewPCG(16, 16))
		var firsts []int
		missed := 0
		for range 1000 {
			s, err := NewAimedBernsteinSequence(0, 1, 0.95, l.half)
			if err != nil {
				t.Fatal(err)
			}
			first, miss := 0, false
			for n := 1; n <= 1000; n++ {
				if err := s.Add(l.draw(rng)); err != nil {
					t.Fatal(err)
				}
				miss = miss || !s.Interval().Contains(l.mean)
				if first == 0 && s.Interval().Half() < l.half {
					first = n
				}
			}
			firsts = append(firsts, first)
			if miss {
				missed++
			}
		}
		slices.Sort(firsts)
		t.Logf("%s: %d samples in the median, ever missed %.3f", l.name, firsts[500], float64(missed)/1000)
		near(t, l.name, float64(firsts[500]), float64(want), 0.03)
		if missed > 50 {
			t.Errorf("%s: ever missed %d of 1000", l.name, missed)
		}
	}
	if _, err := NewAimedBernsteinSequence(0, 0, 0.95, 0); err == nil || err.Error() != "hi = 0: want a finite number above lo, of finite distance\naim = 0: want a half width, finite and above 0" {
		t.Error(err)
	}
}

// TestAimIsInTheUnitsOfTheSamples: samples, range and aim 16 times as large make
// an interval exactly 16 times as large.
func TestAimIsInTheUnitsOfTheSamples(t *testing.T) {
	type sequence interface {
		Add(x float64) error
		Interval() Interval
	}
	aimed := func(scale float64) map[string]sequence {
		b, err := NewAimedBernsteinSequence(0, scale, 0.9, 0.05*scale)
		if err != nil {
			t.Fatal(err)
		}
		return map[string]sequence{"Bernstein": b, "betting": newBetting(t, 0, scale, 0.9, 0.05*scale)}
	}
	rng, large := rand.New(rand.NewPCG(22, 22)), aimed(16)
	small := aimed(1)
	for range 300 {
		z := rng.Float64()
		for name, s := range small {
			if err := errors.Join(s.Add(z), large[name].Add(16*z)); err != nil {
				t.Fatal(err)
			}
			i, got := s.Interval(), large[name].Interval()
			if want := (Interval{16 * i.Lo, 16 * i.Hi}); got != want {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
		}
	}
	if i := small["Bernstein"].Interval(); !(i.Half() < 0.1) {
		t.Errorf("%v is the whole range: nothing was compared", i)
	}
}

// TestBettingSequenceErrors: a sample out of range is refused and leaves no trace,
// and every argument out of range is named. Capitals neither overflow nor vanish.
func TestBettingSequenceErrors(t *testing.T) {
	s := newBetting(t, -2, 3, 0.95, 0.1)
	if i := s.Interval(); i != (Interval{-2, 3}) {
		t.Errorf("before the first sample: %v", i)
	}
	for _, x := range []float64{-2.0000001, 4, math.NaN(), math.Inf(1)} {
		if err := s.Add(x); err == nil || s.N() != 0 {
			t.Errorf("%v: error %v, %d samples", x, err, s.N())
		}
	}
	for range 20_000 {
		if err := s.Add(3); err != nil {
			t.Fatal(err)
		}
	}
	if i := s.Interval(); i.Hi != 3 || !(i.Lo > 2.998 && i.Lo < 3) {
		t.Errorf("20,000 times 3: %v", i)
	}
	const want = "hi = 0: want a finite number above lo, of finite distance\nlevel = 1: want a confidence level, 0 < level < 1\n" +
		"aim = 0: want a half width, finite and above 0"
	if s, err := NewBettingSequence(0, 0, 1, 0); err == nil || err.Error() != want || s != nil {
		t.Errorf("%v, want %s", err, want)
	}
}
