package env

import (
	"encoding/binary"
	"flag"
	"math/bits"
	"testing"
	"time"
)

var speed = flag.Bool("speed", false, "demand the ratios of speed in full, not a quarter of them")

// pcg is the generator that Rand has, written out.
type pcg struct{ hi, lo uint64 }

func pcgOf(t *testing.T, r *Rand) pcg {
	t.Helper()
	state, err := r.src.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return pcg{binary.BigEndian.Uint64(state), binary.BigEndian.Uint64(state[8:])}
}

// throwsTo is Rand.throwsTo with the generator inlined by hand, its state in registers.
func (p *pcg) throwsTo(dst *[laneSize]uint8, i, n int, t *digits) int {
	const mulHi, mulLo, incHi, incLo = 2549297995355413924, 4865540595714422341, 6364136223846793005, 1442695040888963407
	hi, lo := p.hi, p.lo
	for i < n {
		up, down := bits.Mul64(lo, mulLo)
		up += hi*mulLo + lo*mulHi
		var carry uint64
		lo, carry = bits.Add64(down, incLo, 0)
		hi, _ = bits.Add64(up, incHi, carry)
		f := bits.RotateLeft64(hi^lo, -int(hi>>58))
		if f*t.die.power < t.die.bound {
			continue
		}
		t.spread4((*[fillPast]uint8)(dst[i:i+fillPast]), f)
		i += int(t.die.throws)
	}
	p.hi, p.lo = hi, lo
	return i
}

// Blocks of decisions are drawn from the generator of golang.org/x/exp/rand at 0.9 of the speed, or more, that the same
// generator has when it is inlined by hand. One of five attempts has to succeed: a loaded machine fails some, a slow path all.
func TestSpeedOfThrows(t *testing.T) {
	const attempts, repeated, blocks, stop = 5, 15, 200, laneSize - fillPast
	want := 0.9
	if !*speed {
		want /= 4
	}
	list, r := newDigits(NewDie(5), 1), NewRand(1, PurposePolicy)
	p := pcgOf(t, r)
	var got, same [laneSize]uint8
	best := 0.0
	for range attempts {
		library, byHand := time.Hour, time.Hour
		for range repeated {
			start := time.Now()
			for range blocks {
				r.throwsTo(&got, 0, stop, list)
			}
			middle := time.Now()
			for range blocks {
				p.throwsTo(&same, 0, stop, list)
			}
			library, byHand = min(library, middle.Sub(start)), min(byHand, time.Since(middle))
			if got != same || p != pcgOf(t, r) {
				t.Fatal("the throws differ")
			}
		}
		ratio := float64(byHand) / float64(library)
		if best = max(best, ratio); best >= want {
			t.Logf("%v and %v for %d throws: %.2f of the speed, want %g", library, byHand, blocks*stop, ratio, want)
			return
		}
	}
	t.Errorf("%.2f of the speed at best, want %g", best, want)
}
