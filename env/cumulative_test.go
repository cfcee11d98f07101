package env

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

// By counting, not sampling: the words of each index, against the exact share of its weight. Most are within 2^-52; the
// sum of all weights is a rounded one, which costs a share p of n weights up to p n 2^-53 more. A weight 0 has no word.
func TestCumulative(t *testing.T) {
	r := NewRand(1, PurposeStatistics)
	lists := [][]float64{
		{1}, {0, 1}, {1, 0}, {0, 0, 3, 0, 0}, {0.1, 0.2, 0.3, 0.4}, {1, 1, 1}, {1e-300, 1, 1e-300}, {1, 1e-30, 0},
		{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, {5e-324, 5e-324}, {1e300, 1e300, 0, 1e300},
	}
	for i := range 300 {
		n := 40
		if i >= 290 {
			n = 20_000
		}
		weights := make([]float64, 1+r.Intn(n))
		for i := range weights {
			if r.Intn(4) > 0 {
				weights[i] = r.Float64()
			}
		}
		weights[r.Intn(len(weights))] = 0.5
		lists = append(lists, weights)
	}
	for _, weights := range lists {
		c := cumulative(weights)
		if len(c) != len(weights) || !slices.IsSorted(c) || c[len(c)-1] != 1<<63 {
			t.Fatalf("weights %v: %v is not a cumulative table", weights, c)
		}
		number := func(x float64) *big.Float { return new(big.Float).SetPrec(2300).SetFloat64(x) } // no sum is rounded
		total, before := number(0), uint64(0)
		for _, w := range weights {
			total.Add(total, number(w))
		}
		for i, w := range weights {
			got := number(0).SetUint64(c[i] - before)
			got.Mul(got, number(0x1p-63))
			want := number(w)
			share, _ := want.Quo(want, total).Float64()
			if diff, _ := got.Sub(got, want).Float64(); math.Abs(diff) > 0x1p-52*(1+share*float64(len(weights))/2) {
				t.Errorf("%d weights, index %d: probability %v off by %g", len(weights), i, share, diff)
			}
			if w == 0 && c[i] != before {
				t.Errorf("%d weights, index %d: weight 0 and %d words", len(weights), i, c[i]-before)
			}
			before = c[i]
		}
	}
	if c := cumulative([]float64{0, 0, 0}); search(c, 0) != 0 || search(c, 1<<63-1) != 0 {
		t.Error("without any weight the index is not 0")
	}
}

// search finds the smallest index whose bound exceeds the word, in short tables (by steps) and long ones (by halves).
func TestSearch(t *testing.T) {
	r := NewRand(2, PurposeStatistics)
	for n := 1; n <= 40; n++ {
		weights := make([]float64, n)
		for i := range weights {
			weights[i] = float64(r.Intn(3))
		}
		weights[n-1] = 1
		c := cumulative(weights)
		b := newBounds(c)
		if n > shortSearch && (len(b.guide) <= n || len(b.guide) > 2*n) {
			t.Fatalf("%d bounds have a guide of %d", n, len(b.guide))
		}
		words := []uint64{0, 1<<63 - 1}
		for i := range b.guide { // both sides of each value of the high bits
			words = append(words, uint64(i)<<b.shift, uint64(i)<<b.shift-1)
		}
		for _, b := range c {
			words = append(words, b-1, b, b+1, r.word())
		}
		for _, word := range words {
			if word >= 1<<63 {
				continue // not 63 bits
			}
			want := slices.IndexFunc(c, func(bound uint64) bool { return word < bound })
			if got, guided := search(c, word), b.search(word); got != want || guided != want {
				t.Fatalf("%d bounds, word %d: index %d, %d by the guide, want %d", n, word, got, guided, want)
			}
			if weights[want] == 0 {
				t.Fatalf("%d bounds, word %d: index %d has weight 0", n, word, want)
			}
		}
	}
}
