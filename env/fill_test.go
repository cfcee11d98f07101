package env

import (
	"slices"
	"testing"
)

// Every entry of every look-up table has the base-k digits of its number, the highest first, times the scale.
func TestDigitsExactly(t *testing.T) {
	for k := 2; k <= 256; k++ {
		for scale := 1; scale*(k-1) <= 255; scale *= 2 {
			d := newDigits(NewDie(k), scale)
			power := 1
			for range d.count {
				power *= k
			}
			if d.power != uint64(power) {
				t.Fatalf("%d faces: power %d, want %d to the %d", k, d.power, k, d.count)
			}
			for number := range power {
				value := 0
				for j := range d.count {
					x := int(d.list[number] >> (8 * j) & 255)
					if x%scale != 0 || x/scale >= k {
						t.Fatalf("%d faces, scale %d, number %d: digit %d is %d", k, scale, number, j, x)
					}
					value = value*k + x/scale
				}
				if value != number || d.count < 4 && d.list[number]>>(8*d.count) != 0 {
					t.Fatalf("%d faces, scale %d: the digits of %d are %#x", k, scale, number, d.list[number])
				}
			}
		}
	}
}

// Throws written ahead are those of Throw, one at a time, for every die, wherever the writing stops.
func TestThrowsTo(t *testing.T) {
	for k := 2; k <= 256; k++ {
		die := NewDie(k)
		scale := max(1, min(3, 255/k))
		list, one, ahead := newDigits(die, scale), NewRand(uint64(k), PurposePolicy), NewRand(uint64(k), PurposePolicy)
		var got [laneSize]uint8
		for n := range 5 {
			i := 0
			for _, stop := range []int{1, 2, 63 * n, 64 * n, 900 + n} {
				i = ahead.throwsTo(&got, i, stop, list)
			}
			for j, x := range got[:i] {
				if want := one.Throw(&die) * scale; int(x) != want {
					t.Fatalf("%d faces: throw %d is %d, want %d", k, j, x, want)
				}
			}
			if one.left != 0 || one.src != ahead.src {
				t.Fatalf("%d faces: after %d throws the streams stand elsewhere", k, i)
			}
		}
	}
}

// Decisions written ahead are those of Explore and Throw, one at a time, and leave the stream at the same place.
func TestExploreAhead(t *testing.T) {
	for _, eps := range []float64{1e-6, 0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.9, 0.999} {
		for _, k := range []int{2, 3, 4, 5, 7, 64} {
			waits, die := NewWaits(eps), NewDie(k)
			const scale = 3
			list, one, ahead := newDigits(die, scale), NewRand(5, PurposePolicy), NewRand(5, PurposePolicy)
			var got, want []uint8
			for call := range 300 {
				n := 1 + call*call%97
				got = resize(got, n)
				ahead.explore(got, n, waits, list)
				want = want[:0]
				for range n {
					x := 0
					if one.Explore(waits) {
						x = scale * (1 + one.Throw(&die))
					}
					want = append(want, uint8(x))
				}
				if !slices.Equal(got, want) {
					t.Fatalf("epsilon %v, %d actions, call %d: %v, want %v", eps, k, call, got, want)
				}
				if *one != *ahead {
					t.Fatalf("epsilon %v, %d actions, call %d: the streams stand at %+v and %+v", eps, k, call, *ahead, *one)
				}
			}
		}
	}
}

// The code of a split cell is the one that a search of the whole table finds, at the borders of every share too.
func TestWaitsSplit(t *testing.T) {
	for _, eps := range []float64{1e-9, 0.01, 0.1, 0.5, 0.99} {
		w, r := NewWaits(eps), NewRand(6, PurposePolicy)
		words := []uint64{0, 1<<63 - 1}
		for _, c := range w.cum {
			words = append(words, min(c, 1<<63-1), max(c, 1)-1)
		}
		for range 20_000 {
			words = append(words, r.word())
		}
		for _, word := range words {
			if got, want := w.split(word), search(w.cum[:], word); int(got) != want {
				t.Fatalf("epsilon %v, word %d: wait %d, want %d", eps, word, got, want)
			}
		}
	}
}
