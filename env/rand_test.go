package env

import (
	"bytes"
	"math"
	"math/big"
	"math/bits"
	randv2 "math/rand/v2"
	"slices"
	"testing"
)

// Rand drives math/rand/v2 and, by the method set of its Source, golang.org/x/exp/rand.
var (
	_ randv2.Source = (*Rand)(nil)
	_ interface {
		Uint64() uint64
		Seed(uint64)
	} = (*Rand)(nil)
)

// chiSquareZ is (X^2 - df) / sqrt(2 df), the chi-square statistic of counts under probs in standard deviations.
func chiSquareZ(t *testing.T, counts []int, probs []float64) float64 {
	t.Helper()
	n := 0
	for _, c := range counts {
		n += c
	}
	x, df := 0.0, -1.0
	for i, c := range counts {
		want := float64(n) * probs[i]
		if probs[i] == 0 {
			if c != 0 {
				t.Fatalf("index %d has probability 0 and was drawn %d times", i, c)
			}
			continue
		}
		x += (float64(c) - want) * (float64(c) - want) / want
		df++
	}
	return (x - df) / math.Sqrt(2*df)
}

func uniformProbs(k int) []float64 {
	return slices.Repeat([]float64{1 / float64(k)}, k)
}

// binomialZ is the distance of a count from n p in standard deviations.
func binomialZ(count, n int, p float64) float64 {
	return (float64(count) - float64(n)*p) / math.Sqrt(float64(n)*p*(1-p))
}

// randYielding returns a stream whose next 64-bit draw is x, by running the generator's recurrence backwards from a state
// whose output is x.
func randYielding(x uint64) *Rand {
	word := func(hi, lo uint64) *big.Int {
		w := new(big.Int).SetUint64(hi)
		return w.Lsh(w, 64).Or(w, new(big.Int).SetUint64(lo))
	}
	modulus := new(big.Int).Lsh(big.NewInt(1), 128)
	multiplier := word(2549297995355413924, 4865540595714422341)
	increment := word(6364136223846793005, 1442695040888963407)
	state := word(0, x) // high half 0: no rotation, and the output is the low half
	state.Sub(state, increment).Mul(state, new(big.Int).ModInverse(multiplier, modulus)).Mod(state, modulus)
	r := new(Rand)
	r.setState(new(big.Int).Rsh(state, 64).Uint64(), state.Uint64())
	return r
}

func TestRandYielding(t *testing.T) {
	for _, x := range []uint64{0, 1, 1 << 63, 0x0123456789abcdef, math.MaxUint64} {
		if got := randYielding(x).Uint64(); got != x {
			t.Errorf("the next draw is %#x, want %#x", got, x)
		}
	}
}

// The outputs are those of numpy 1.24.2's PCG64 with this generator's increment.
func TestGeneratorGolden(t *testing.T) {
	for _, g := range []struct {
		hi, lo uint64
		want   []uint64
	}{
		{0x0, 0x0, []uint64{0xcbf98931523d4eef, 0x4d98b91b8d356870, 0x01070196e695f8f1, 0x703ec840c59f4493, 0xe54954914b3a44fa}},
		{0x1, 0x1, []uint64{0x34e936394905d167, 0x817c0ef62fe4c731, 0x937987e6e24f5a40, 0x0c0a8307fe226199, 0xf96363568d8bab56}},
		{0x7, 0x7, []uint64{0xeff103c70bb7e7bd, 0xc04de84943085e16, 0xb343b5e3b5a4280d, 0x85c90745756c23b9, 0x16af16e989e00d38}},
		{0x2a, 0x2a, []uint64{0xaf4c774d7e1e571a, 0x1b00e0cf01320546, 0x0e513fc9fc5f353c, 0xed0e1f7409881e67, 0x72ec060541956075}},
		{math.MaxUint64, math.MaxUint64, []uint64{0x54172474d993daad, 0x8bd69346b5cae7a6, 0x1d396726771e6c6b, 0xc052794e7eccc85e, 0xd1046b05929b833b}},
		{0x123456789abcdef, 0xfedcba9876543210, []uint64{0x13c49fecdee35f71, 0x4ee9574cc31f57d2, 0x718b9867b2c7ef05, 0xa9b3898995846d5c, 0x48d690c435a20381}},
		{0x28a18b11899cca8d, 0xecae973f56023d32, []uint64{0xc04de84943085e16, 0xb343b5e3b5a4280d}},
		{0x67dc6de49e5c02f, 0x6f21261545bc0d8f, []uint64{0xc1d4ded9143ef820, 0x4d5f9fab88470aaa}},
		{0x1215908f8bc8dd5d, 0xd66e1b5500000007, []uint64{0x16e968e7685fe67f, 0xcdd86bea1174748e}},
		{0xd5b016a0d66e1b5c, 0x7, []uint64{0xef84ba5be04beb44, 0x34e93aa388532ca7}},
		{0xd66e1b5500000007, 0x7, []uint64{0xf7bdfdcf000e2efc, 0xe0361785b0115f05}},
		{0x8000000000000007, 0x7, []uint64{0x0bb7e7bdefd103c7, 0x43085e16c045e849}},
	} {
		r := new(Rand)
		r.setState(g.hi, g.lo)
		for i, want := range g.want {
			if got := r.Uint64(); got != want {
				t.Errorf("state %#x %#x, draw %d: %#x, want %#x", g.hi, g.lo, i, got, want)
			}
		}
	}
}

// The naming of streams is frozen: a change of these numbers is a change of StreamVersion. They were computed from the
// definition by a program in another language.
func TestStreamNamesGolden(t *testing.T) {
	if StreamVersion != "pcg-xsl-rr-128/64+splitmix64 v2" {
		t.Errorf("StreamVersion is %q: compute this table anew", StreamVersion)
	}
	for _, g := range []struct {
		seed    uint64
		purpose Purpose
		index   []uint64
		want    [3]uint64
	}{
		{0, PurposePolicy, nil, [3]uint64{0xea99fecfdf97fc1d, 0xb5753df608057092, 0x91fdeb68ac1c00d8}},
		{0, PurposeEnvironment, nil, [3]uint64{0x4411d74185a6ed63, 0x644b42dfa4f2fae1, 0x7993aec8b7298811}},
		{1, PurposePolicy, []uint64{0}, [3]uint64{0x51beb679d4ac833a, 0x2e11a8d691529955, 0x05b83bbc534a02e4}},
		{1, PurposePolicy, []uint64{1}, [3]uint64{0x500651ff72b6e034, 0x6f63f19de4a312c0, 0x8ff1b26bee1acfd1}},
		{1, PurposeEnvironment, []uint64{0}, [3]uint64{0x9a55e2132aa41ec8, 0x00f12138efea672f, 0x57ddb3d71a57d722}},
		{42, PurposeStarts, []uint64{7}, [3]uint64{0x6559d7f5b496a267, 0x14f6371ee13676a6, 0xfa98eeb6d1e8a812}},
		{42, PurposeTies, []uint64{7, 9}, [3]uint64{0x189ee38f3d7e04d4, 0x42067f7771e0f539, 0x1ebb47f75a56fdae}},
		{math.MaxUint64, PurposeConstruction, []uint64{math.MaxUint64}, [3]uint64{0x744109794521fae7, 0xd361916f9b9443ba, 0x4e8d93865f9e26fa}},
	} {
		r := NewRand(g.seed, g.purpose, g.index...)
		got := [3]uint64{r.Uint64(), r.Uint64(), r.Uint64()}
		if got != g.want {
			t.Errorf("(%d, %d, %d): %#x, want %#x", g.seed, g.purpose, g.index, got, g.want)
		}
		r.Throw(&Die{faces: 6, throws: 21, power: 1, bound: 0})
		r.Reset(g.seed, g.purpose, g.index...)
		if *r != *NewRand(g.seed, g.purpose, g.index...) {
			t.Errorf("(%d, %d, %d): Reset is not NewRand", g.seed, g.purpose, g.index)
		}
	}
	if r := new(Rand); true {
		r.Seed(5)
		if *r != *NewRand(5, 0) {
			t.Error("Seed(5) is not the stream (5, 0)")
		}
	}
}

// P44: uniforms are float64 multiples of 2^-53 in [0, 1), integers are without bias.
func TestFloat64(t *testing.T) {
	for x, want := range map[uint64]float64{0: 0, 1<<11 - 1: 0, 1 << 11: 0x1p-53, math.MaxUint64: 1 - 0x1p-53} {
		if got := randYielding(x).Float64(); got != want {
			t.Errorf("draw %#x: %v, want %v", x, got, want)
		}
	}
	r, counts := NewRand(1, PurposeStatistics), make([]int, 256)
	for range 1_000_000 {
		counts[int(r.Float64()*256)]++
	}
	if z := chiSquareZ(t, counts, uniformProbs(256)); math.Abs(z) > 4.5 {
		t.Errorf("256 bins of 1e6 numbers: %.2f standard deviations", z)
	}
}

func TestIntnUniform(t *testing.T) { // P44
	for _, k := range []int{2, 3, 5, 6, 7, 10, 100, 256, 1000} {
		r, counts := NewRand(2, PurposeStatistics, uint64(k)), make([]int, k)
		for range 1_000_000 {
			counts[r.Intn(k)]++ // panics where the number is out of range
		}
		if z := chiSquareZ(t, counts, uniformProbs(k)); math.Abs(z) > 4.5 {
			t.Errorf("Intn(%d): %.2f standard deviations", k, z)
		}
	}
	if r := NewRand(3, PurposeStatistics); r.Intn(1) != 0 {
		t.Error("Intn(1) is not 0")
	}
	defer func() {
		if recover() == nil {
			t.Error("Intn(0) did not panic")
		}
	}()
	NewRand(4, PurposeStatistics).Intn(0)
}

// lowProduct returns the draw x with x n mod 2^64 = low, for n = 2^e odd and low a multiple of 2^e.
func lowProduct(n, low uint64) uint64 {
	e := bits.TrailingZeros64(n)
	odd, inverse := n>>e, uint64(1)
	for range 6 { // Newton: each round doubles the number of right bits
		inverse *= 2 - odd*inverse
	}
	return (low >> e * inverse) << e >> e
}

// P44: a draw x is rejected exactly when x n mod 2^64 < 2^64 mod n, whence each value has the same number of draws
// (TestEqualShares counts them).
func TestIntnRejectsExactly(t *testing.T) {
	for n := uint64(2); n <= 2000; n++ {
		bound, step := -n%n, uint64(1)<<bits.TrailingZeros64(n)
		accepted := lowProduct(n, bound)
		r := randYielding(accepted)
		after := *r
		after.Uint64()
		if hi, _ := bits.Mul64(accepted, n); r.Intn(int(n)) != int(hi) || *r != after {
			t.Errorf("Intn(%d): the draw %#x is on the bound and was rejected", n, accepted)
		}
		if bound == 0 {
			continue
		}
		r = randYielding(lowProduct(n, bound-step))
		after = *r
		after.Uint64()
		if r.Intn(int(n)); *r == after {
			t.Errorf("Intn(%d): the draw below the bound was accepted", n)
		}
	}
}

// Every position of a stream can be stored: in the middle of a die's digits, of a wait, of a wait's bytes (P48).
func TestRandResume(t *testing.T) {
	die5, die3 := NewDie(5), NewDie(3)
	waits := []*Waits{NewWaits(0.1), NewWaits(0.01), NewWaits(0.5)}
	rows := newAliasRows(1, 200) // of many columns: one pick in 256 takes a tail
	rows.add(cumulative(unevenWeights(200)))
	use := func(r *Rand, i int) uint64 {
		switch i % 9 {
		case 7, 8:
			return uint64(rows.pick(0, r))
		case 0, 1:
			return uint64(r.Throw(&die5))
		case 2:
			return r.Uint64()
		case 3:
			return uint64(r.Intn(10))
		case 4:
			if i%90 == 4 {
				return uint64(r.Throw(&die3))
			}
		}
		if r.Explore(waits[i/63%3]) {
			return 1
		}
		return 0
	}
	a, middle := NewRand(5, PurposeStatistics), 0
	for i := range 2000 {
		state, err := a.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		b := NewRand(99, PurposePolicy, 99)
		b.Throw(&die3)
		b.Explore(waits[0])
		if err := b.UnmarshalBinary(state); err != nil {
			t.Fatal(err)
		}
		if again, _ := b.MarshalBinary(); !bytes.Equal(again, state) {
			t.Fatalf("position %d: stored %x, then %x", i, state, again)
		}
		if a.left > 0 && a.wait > 0 && a.picks > 0 && a.ready > 0 {
			middle++
		}
		copied := *a
		for j := range 60 {
			if x, y := use(&copied, i+j), use(b, i+j); x != y {
				t.Fatalf("position %d, %d draws on: %d, want %d", i, j, y, x)
			}
		}
		use(a, i)
	}
	if middle < 500 {
		t.Errorf("%d positions in the middle of a die and of a wait: the test tests too few", middle)
	}
	err := new(Rand).UnmarshalBinary(make([]byte, 3))
	if want := "state of a random stream: 3 bytes, want 77"; err == nil || err.Error() != want {
		t.Errorf("short state: error %v, want %s", err, want)
	}
}

// Streams of consecutive seeds, and of consecutive indices, are as good as one stream, be the third number read from the
// high bits of its draw or, as x/exp/rand does, from the low 53. Raw seeding, state (s, s), is not (the control).
func TestConsecutiveNamesAreUniform(t *testing.T) {
	third := func(r *Rand) (high, low int) {
		r.Uint64()
		r.Uint64()
		word := r.Uint64()
		return int(word >> 56), int(word >> 45 & 255)
	}
	counts := map[string][]int{}
	for _, name := range []string{"seeds, high", "seeds, low", "indices, high", "indices, low", "raw"} {
		counts[name] = make([]int, 256)
	}
	for s := range uint64(1_000_000) {
		if s < 100_000 {
			high, low := third(NewRand(s, PurposePolicy))
			counts["seeds, high"][high]++
			counts["seeds, low"][low]++
			high, low = third(NewRand(1, PurposePolicy, s))
			counts["indices, high"][high]++
			counts["indices, low"][low]++
		}
		r := new(Rand)
		r.setState(s, s)
		_, low := third(r)
		counts["raw"][low]++
	}
	for name, c := range counts {
		z := chiSquareZ(t, c, uniformProbs(256))
		if pass := math.Abs(z) <= 4.5; pass != (name != "raw") {
			t.Errorf("third number over consecutive %s: %.2f standard deviations", name, z)
		}
	}
}

// Different names, different streams: no state is shared among nearby seeds, purposes and indices.
func TestNamesDoNotCollide(t *testing.T) {
	seen := map[[2]uint64][3]uint64{}
	for seed := range uint64(100) {
		for purpose := PurposePolicy; purpose <= PurposeConstruction; purpose++ {
			for index := range uint64(100) {
				r := NewRand(seed, purpose, index)
				key, name := [2]uint64{r.Uint64(), r.Uint64()}, [3]uint64{seed, uint64(purpose), index}
				if other, ok := seen[key]; ok {
					t.Fatalf("streams %v and %v begin with the same 128 bits", name, other)
				}
				seen[key] = name
			}
		}
	}
}

// math/rand/v2's own distributions run on a Rand: the mean of 1e5 normal numbers is within 4.5 standard errors of 0.
func TestRandIsASource(t *testing.T) {
	r, sum, n := randv2.New(NewRand(6, PurposeStatistics)), 0.0, 100_000
	for range n {
		sum += r.NormFloat64()
	}
	if z := sum / math.Sqrt(float64(n)); math.Abs(z) > 4.5 {
		t.Errorf("mean of %d normal numbers: %.2f standard errors from 0", n, z)
	}
}
