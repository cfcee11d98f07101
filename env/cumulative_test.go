package env

import (
	"math"
	"slices"
	"testing"
)

// The words of each index, counted from the table: probability within 2^-52, and none at all where the weight is 0.
func TestCumulative(t *testing.T) {
	r := NewRand(1, PurposeStatistics)
	lists := [][]float64{
		{1}, {0, 1}, {1, 0}, {0, 0, 3, 0, 0}, {0.1, 0.2, 0.3, 0.4}, {1, 1, 1}, {1e-300, 1, 1e-300}, {1, 1e-30, 0},
		{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, {5e-324, 5e-324}, {1e300, 1e300, 0, 1e300},
	}
	for range 200 {
		weights := make([]float64, 1+r.Intn(40))
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
		total, before := 0.0, uint64(0)
		for _, w := range weights {
			total += w
		}
		for i, w := range weights {
			got := float64(c[i]-before) * 0x1p-63
			if math.Abs(got-w/total) > 0x1p-52*float64(len(weights)) {
				t.Errorf("weights %v, index %d: probability %v, want %v", weights, i, got, w/total)
			}
			if w == 0 && c[i] != before {
				t.Errorf("weights %v, index %d: weight 0 and %d words", weights, i, c[i]-before)
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
		words := []uint64{0, 1<<63 - 1}
		for _, b := range c {
			words = append(words, b-1, b, b+1, r.word())
		}
		for _, word := range words {
			if word >= 1<<63 {
				continue // not 63 bits
			}
			want := slices.IndexFunc(c, func(bound uint64) bool { return word < bound })
			if got := search(c, word); got != want {
				t.Fatalf("%d bounds, word %d: index %d, want %d", n, word, got, want)
			}
			if weights[want] == 0 {
				t.Fatalf("%d bounds, word %d: index %d has weight 0", n, word, want)
			}
		}
	}
}
