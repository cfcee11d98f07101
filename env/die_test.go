package env

import (
	"math"
	"math/big"
	"math/bits"
	"testing"
)

var twoTo64 = new(big.Int).Lsh(big.NewInt(1), 64)

// allDice are the numbers of faces that the tests by counting go through.
func allDice() []int {
	list := []int{257, 1000, 65535, 65536, 65537, 1<<28 - 1, 1 << 28, 1<<28 + 1, MaxPairs}
	for k := 2; k <= 256; k++ {
		list = append(list, k)
	}
	return list
}

// The constants are those of the definition. That makes every die exact: for n = k^m, the accepted draws f with
// floor(f n / 2^64) = v are the multiples of n in [v 2^64 + 2^64 mod n, (v+1) 2^64), and as n divides the length of that
// interval there are floor(2^64 / n) of them, for every v.
func TestDieConstants(t *testing.T) {
	for _, k := range allDice() {
		d := NewDie(k)
		faces, power := big.NewInt(int64(k)), big.NewInt(1)
		m := uint32(0)
		limit := new(big.Int).Lsh(big.NewInt(1), 56)
		if k&(k-1) == 0 {
			limit = twoTo64
		}
		for next := new(big.Int).Mul(power, faces); next.Cmp(limit) <= 0; next = new(big.Int).Mul(power, faces) {
			power = next
			m++
		}
		if d.Faces() != k || d.throws != m {
			t.Errorf("die of %d: %d faces, %d digits a draw, want %d", k, d.Faces(), d.throws, m)
		}
		if want := new(big.Int).Mod(power, twoTo64).Uint64(); d.power != want {
			t.Errorf("die of %d: power %d, want %d", k, d.power, want)
		}
		if want := new(big.Int).Mod(twoTo64, power).Uint64(); d.bound != want {
			t.Errorf("die of %d: bound %d, want 2^64 mod k^m = %d", k, d.bound, want)
		}
		accepted := new(big.Int).Sub(twoTo64, new(big.Int).SetUint64(d.bound))
		if accepted.Mod(accepted, power).Sign() != 0 {
			t.Errorf("die of %d: the accepted draws are not a multiple of k^m in number", k)
		}
		if float64(d.bound) > 0x1p56 {
			t.Errorf("die of %d: more than one draw in 256 is rejected", k)
		}
	}
	one := NewDie(1)
	r := NewRand(1, PurposeStatistics)
	before := *r
	if r.Throw(&one) != 0 || *r != before {
		t.Error("a die of one face shows a face other than 0, or draws")
	}
}

// The m faces of a draw f are the base-k digits of floor(f k^m / 2^64), the first thrown being the highest.
func TestDieDigits(t *testing.T) {
	r := NewRand(2, PurposeStatistics)
	for _, k := range allDice() {
		d := NewDie(k)
		power := new(big.Int).Exp(big.NewInt(int64(k)), big.NewInt(int64(d.throws)), nil)
		for range 50 {
			f := r.Uint64()
			if f*d.power < d.bound {
				continue
			}
			dice := randYielding(f)
			number := new(big.Int)
			for range d.throws {
				number.Mul(number, big.NewInt(int64(k))).Add(number, big.NewInt(int64(dice.Throw(&d))))
			}
			want := new(big.Int).Mul(new(big.Int).SetUint64(f), power)
			if want.Rsh(want, 64); number.Cmp(want) != 0 {
				t.Fatalf("die of %d, draw %#x: digits of %v, want those of %v", k, f, number, want)
			}
			if dice.left != 0 {
				t.Fatalf("die of %d: %d digits left after %d throws", k, dice.left, d.throws)
			}
		}
	}
}

// A die rejects exactly the draws f with f k^m mod 2^64 < 2^64 mod k^m.
func TestDieRejectsExactly(t *testing.T) {
	for _, k := range allDice() {
		d := NewDie(k)
		if k&(k-1) == 0 {
			if hi, _ := bits.Mul64(0, d.power); d.bound != 0 || hi != 0 {
				t.Errorf("die of %d, a power of two, rejects draws", k)
			}
			continue
		}
		step := uint64(1) << bits.TrailingZeros64(d.power)
		r := randYielding(lowProduct(d.power, d.bound))
		after := *r
		after.Uint64()
		if r.Throw(&d); r.src != after.src {
			t.Errorf("die of %d: the draw on the bound was rejected", k)
		}
		r = randYielding(lowProduct(d.power, d.bound-step))
		after = *r
		after.Uint64()
		if r.Throw(&d); r.src == after.src {
			t.Errorf("die of %d: the draw below the bound was accepted", k)
		}
	}
}

// P44: by counting, not sampling. Among the draws f with floor(f n / 2^64) = v, those with f n mod 2^64 >= 2^64 mod n are
// floor(2^64 / n) in number: for every v where n = k (Intn, and a die's first face), for the ends and some others where
// n = k^m.
func TestEqualShares(t *testing.T) {
	r := NewRand(3, PurposeStatistics)
	for k := uint64(2); k <= 256; k++ {
		for v := range k {
			checkShare(t, k, v)
		}
		if n := NewDie(int(k)).power; n > 0 { // else 2^64: every draw is its own value
			checkShare(t, n, 0)
			checkShare(t, n, n-1)
			for range 50 {
				checkShare(t, n, r.Uint64()%n)
			}
		}
	}
}

func checkShare(t *testing.T, n, v uint64) {
	t.Helper()
	size := new(big.Int).SetUint64(n)
	bound, want := new(big.Int).Mod(twoTo64, size), new(big.Int).Div(twoTo64, size)
	first, low := firstWith(v, size)
	count, _ := firstWith(v+1, size)
	count.Sub(count, first)
	if low.Cmp(bound) < 0 { // the draws of v have low products low, low+n, ...: only the first can be below the bound
		count.Sub(count, big.NewInt(1))
	}
	if count.Cmp(want) != 0 {
		t.Fatalf("n = %d: value %d has %v draws, want %v", n, v, count, want)
	}
}

// firstWith returns the least f with floor(f n / 2^64) = v, and f n mod 2^64.
func firstWith(v uint64, n *big.Int) (f, low *big.Int) {
	f = new(big.Int).Mul(new(big.Int).SetUint64(v), twoTo64)
	f.Add(f, n).Sub(f, big.NewInt(1)).Div(f, n)
	low = new(big.Int).Mul(f, n)
	return f, low.Mod(low, twoTo64)
}

// One pair in 24 of those in TestSamplers straddles two draws; here each one does.
func TestDieSeam(t *testing.T) {
	d, r := NewDie(5), NewRand(6, PurposeStatistics)
	pairs := make([]int, 25)
	for range 200_000 {
		last := 0
		for range d.throws {
			last = r.Throw(&d)
		}
		copied := *r
		pairs[last*5+copied.Throw(&d)]++
	}
	if z := chiSquareZ(t, pairs, uniformProbs(25)); math.Abs(z) > 4.5 {
		t.Errorf("last and first face of successive draws: %.2f standard deviations", z)
	}
}

// A throw of another die discards the digits left over: it must not read them in the wrong base.
func TestDiceDoNotMix(t *testing.T) {
	three, five := NewDie(3), NewDie(5)
	r := NewRand(7, PurposeStatistics)
	counts := make([]int, 15)
	for range 300_000 {
		a := r.Throw(&three)
		counts[a*5+r.Throw(&five)]++
	}
	if z := chiSquareZ(t, counts, uniformProbs(15)); math.Abs(z) > 4.5 {
		t.Errorf("alternate dice of 3 and 5: %.2f standard deviations", z)
	}
}

// That the leftover is not read in another base is exact: the other die takes the next draw.
func TestAnotherDieDrawsAnew(t *testing.T) {
	three, five, one := NewDie(3), NewDie(5), NewDie(1)
	for seed := range uint64(100) {
		r := NewRand(seed, PurposeStatistics)
		r.Throw(&three)
		r.Throw(&one) // takes nothing and discards nothing
		fresh := new(Rand)
		fresh.src, fresh.tails = r.src, r.tails
		if got, want := r.Throw(&five), fresh.Throw(&five); got != want || *r != *fresh {
			t.Fatalf("seed %d: face %d after the throw of another die, want %d, that of the next draw", seed, got, want)
		}
	}
}
