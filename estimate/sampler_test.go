package estimate

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// someDiscrete returns a distribution of n values 0, ..., n-1, some of
// probability 0.
func someDiscrete(t rapid.TB, n int, rng *rand.Rand) *Discrete {
	values, probs := make([]float64, n), make([]float64, n)
	sum := 0.0
	for k := range n {
		values[k] = float64(k)
		if rng.IntN(4) > 0 || k == n/2 {
			probs[k] = rng.ExpFloat64()
		}
		sum += probs[k]
	}
	for k := range n {
		probs[k] /= sum
	}
	d, err := NewDiscrete(values, probs)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// widths returns the share of the 2^64 words that draws each of n values.
func widths(words []uint64, n int) []*big.Float {
	w := make([]*big.Float, n)
	for k := range n {
		lo, hi := wide(0), wide(0x1p64)
		if k < len(words) {
			lo.SetUint64(words[k])
		} else {
			lo = wide(0x1p64)
		}
		if k+1 < len(words) {
			hi.SetUint64(words[k+1])
		}
		w[k] = wide(0).Sub(hi, lo)
		w[k].Quo(w[k], wide(0x1p64))
	}
	return w
}

// TestSamplerExact: for each value, the cells it owns and its share of the
// others add up to its probability within 2^-60; probability 0 is 0 exactly.
func TestSamplerExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, n := range []int{1, 2, 3, 6, 7, 8, 100, 128, 255, 256, 3000} {
		d := someDiscrete(t, n, rng)
		want := shares(d.probs)
		if d.cells != nil {
			var own [256]float64
			for _, k := range d.cells.table {
				own[k]++
			}
			for k, w := range widths(d.cells.words, n) {
				if own[shared] == 0 {
					w.SetInt64(0)
				}
				w.Mul(w, wide(own[shared]))
				w.Add(w, wide(own[k]))
				checkShare(t, d, k, w.Quo(w, wide(4096)), want[k])
			}
		} else if n <= maxCellValues {
			t.Errorf("%d values have no table", n)
		}
		for k, w := range widths(d.words, n) {
			checkShare(t, d, k, w, want[k])
		}
	}
}

func checkShare(t *testing.T, d *Discrete, k int, got, want *big.Float) {
	t.Helper()
	diff, _ := wide(0).Sub(got, want).Float64()
	if math.Abs(diff) > 0x1p-60 || d.probs[k] == 0 && got.Sign() != 0 {
		t.Errorf("%d values: P(value %d) differs from %v by %v", d.Len(), k, d.probs[k], diff)
	}
}

// TestSamplerForms: Next, Fill, Count and Tally, mixed at random, use the very
// symbols that drawing one at a time uses, and leave the source where it does.
func TestSamplerForms(t *testing.T) {
	for _, n := range []int{1, 2, 6, 7, 8, 130, 255, 256} {
		rng := rand.New(rand.NewPCG(5, uint64(n)))
		d := someDiscrete(t, n, rng)
		rapid.Check(t, func(t *rapid.T) {
			seed := rapid.Uint64().Draw(t, "seed")
			src, oneSrc := rand.NewPCG(seed, 1), rand.NewPCG(seed, 1)
			s, one := d.Sampler(src), d.Sampler(oneSrc)
			for range rapid.IntRange(1, 5).Draw(t, "calls") {
				m := rapid.OneOf(rapid.IntRange(0, 23), rapid.IntRange(3_990, 10_030)).Draw(t, "n")
				want := make([]float64, m)
				counts := make([]int64, n)
				var v Variance
				for i := range want {
					want[i] = one.Next()
					counts[int(want[i])]++
					v.Add(want[i])
				}
				compareForm(t, s, rapid.IntRange(0, 3).Draw(t, "form"), want, counts, v)
			}
			if s.left != one.left || s.left > 0 && s.word != one.word || src.Uint64() != oneSrc.Uint64() {
				t.Fatal("the sources are at different places")
			}
		})
	}
}

// compareForm draws len(want) values from s in one of four forms.
func compareForm(t *rapid.T, s *Sampler, form int, want []float64, counts []int64, v Variance) {
	m := len(want)
	got := make([]float64, m)
	gotCounts := make([]int64, len(counts))
	switch form {
	case 0:
		for i := range got {
			got[i] = s.Next()
		}
	case 1:
		s.Fill(got)
	case 2:
		s.Count(gotCounts, int64(m))
		for k := range counts {
			if gotCounts[k] != counts[k] {
				t.Fatalf("Count(%d): value %d came up %d times, one by one %d", m, k, gotCounts[k], counts[k])
			}
		}
		return
	default:
		tally := s.Tally(int64(m))
		tol := 1e-10 * float64(len(counts)*len(counts))
		if tally.n != v.n || tally.min != v.min || tally.max != v.max ||
			math.Abs(tally.mean-v.mean) > tol || math.Abs(tally.m2-v.m2) > tol*float64(m+1) {
			t.Fatalf("Tally(%d) = %+v, one by one %+v", m, tally, v)
		}
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("form %d, draw %d of %d: %v, one by one %v", form, i, m, got[i], want[i])
		}
	}
}

// chiSquare returns sum (n_k - n p_k)^2 / (n p_k).
func chiSquare(counts []int64, probs []float64) (x float64) {
	n := 0.0
	for _, c := range counts {
		n += float64(c)
	}
	for k, c := range counts {
		d := float64(c) - n*probs[k]
		x += d * d / (n * probs[k])
	}
	return x
}

// chiLimit is 4.5 standard deviations above the mean of chi-square.
func chiLimit(cells int) float64 {
	df := float64(cells - 1)
	return df + 4.5*math.Sqrt(2*df)
}

var long = flag.Bool("long", false, "take many more samples, and print what they show")

// zOf is a chi-square statistic x with df degrees of freedom as a standard
// normal number (Wilson & Hilferty 1931).
func zOf(x, df float64) float64 {
	v := 2 / (9 * df)
	return (math.Cbrt(x/df) - (1 - v)) / math.Sqrt(v)
}

// serialZ draws n values 0, 1, ... of the given probabilities, and compares the
// numbers n_k of value k and n_kl of l right behind k with them, n_k with n p_k
// and n_kl with n_k p_l: chi-square with m-1 and with m(m-1) degrees of freedom
// for m values (Billingsley 1961, of Markov chains).
func serialZ(n int, probs []float64, fill func(dst []float64)) (singles, pairs float64) {
	m := len(probs)
	counts := make([]int64, m*m)
	buf := make([]float64, 4001)
	last := -1
	for ; n > 0; n -= len(buf) {
		buf = buf[:min(n, len(buf))]
		fill(buf)
		for _, x := range buf {
			if last >= 0 {
				counts[last*m+int(x)]++
			}
			last = int(x)
		}
	}
	of, x := make([]int64, m), 0.0
	for k := range m {
		row := counts[k*m : k*m+m]
		for _, c := range row {
			of[k] += c
		}
		x += chiSquare(row, probs)
	}
	return zOf(chiSquare(of, probs), float64(m-1)), zOf(x, float64(m*(m-1)))
}

// TestSamplerChiSquare (P44): draws and neighbouring draws have the right
// frequencies, |z| <= 4.5; those of a sampler of 8-bit cells, the control, have
// not.
func TestSamplerChiSquare(t *testing.T) {
	n := 10_000_000
	if *long {
		n = 1_000_000_000
	}
	var shortcut [256]float64 // of the last: value k on round(256 p_k) cells
	lists := [][]float64{{.5, .5}, {.7, .2123, .0877}, {.1, .2, .3, .2, .15, .05}}
	for k, lo := range []int{0, 26, 77, 154, 205, 243} {
		for cell := lo; cell < 256; cell++ {
			shortcut[cell] = float64(k)
		}
	}
	for _, probs := range lists {
		d, err := NewDiscrete([]float64{0, 1, 2, 3, 4, 5}[:len(probs)], probs)
		if err != nil {
			t.Fatal(err)
		}
		singles, pairs := serialZ(n, probs, d.Sampler(rand.NewPCG(6, 6)).Fill)
		if *long {
			t.Logf("%v: %.2f %.2f", probs, singles, pairs)
		}
		if math.Abs(singles) > 4.5 || math.Abs(pairs) > 4.5 {
			t.Errorf("%v, %d draws: %.2f, neighbours %.2f standard deviations", probs, n, singles, pairs)
		}
	}
	src := rand.NewPCG(6, 6)
	singles, pairs := serialZ(10_000_000, lists[2], func(dst []float64) {
		for i := range dst {
			dst[i] = shortcut[src.Uint64()>>56]
		}
	})
	if singles <= 4.5 || pairs <= 4.5 {
		t.Errorf("the 8-bit control: %.2f, neighbours %.2f: the test has no power", singles, pairs)
	}
}

// TestSamplerManyValues: the same for tables with many shared cells and for more
// values than a table takes.
func TestSamplerManyValues(t *testing.T) {
	for _, n := range []int{7, 200, 255, 256, 600} {
		values, probs := make([]float64, n), make([]float64, n)
		for k := range n {
			values[k], probs[k] = float64(k), 1/float64(n)
		}
		d, err := NewDiscrete(values, probs)
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int64, n)
		d.Sampler(rand.NewPCG(7, uint64(n))).Count(counts, 300_000)
		if x := chiSquare(counts, probs); x > chiLimit(n) {
			t.Errorf("%d values: chi-square %.1f, limit %.1f", n, x, chiLimit(n))
		}
	}
}

// TestSamplerAllocates: drawing allocates nothing, whatever the number.
func TestSamplerAllocates(t *testing.T) {
	d, err := NewDiscrete([]float64{0, 1, 2}, []float64{.1, .3, .6})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Sampler(rand.NewPCG(8, 8))
	dst, counts := make([]float64, 10_007), make([]int64, 3)
	if allocs := testing.AllocsPerRun(5, func() {
		s.Fill(dst)
		s.Count(counts, 100_003)
		dst[0] = s.Next()
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// TestRunEnds: a run begins at its first word, a run of no words is never drawn.
func TestRunEnds(t *testing.T) {
	words := []uint64{0, 0, 10, 10, 20}
	for x, want := range map[uint64]int{0: 1, 9: 1, 10: 3, 19: 3, 20: 4, math.MaxUint64: 4} {
		if got := run(words, x); got != want {
			t.Errorf("word %d lies in run %d, want %d", x, got, want)
		}
	}
}
