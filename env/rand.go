package env

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	//lint:ignore SA1019 the project is built on this package; no other file imports it, so leaving it is a one-file change
	"golang.org/x/exp/rand"
)

// StreamVersion names the generator, the naming of streams and the samplers. Two records are comparable bit for bit only
// when their stream versions are equal.
const StreamVersion = "pcg-xsl-rr-128/64+splitmix64 v2"

// Purpose keeps the draws of one part of a run apart from those of every other: a draw added to one shifts no other.
type Purpose uint64

// The purposes. Their numbers are part of StreamVersion.
const (
	PurposePolicy       Purpose = 1 // actions
	PurposeEnvironment  Purpose = 2 // transitions and rewards
	PurposeStarts       Purpose = 3 // initial states and pairs
	PurposeTies         Purpose = 4 // ties of the greedy action
	PurposeStatistics   Purpose = 5 // samples, resampling
	PurposeConstruction Purpose = 6 // random environments
)

// Rand is one random stream: the PCG XSL-RR 128/64 generator and the left-over bits of its samplers. A stream is named by
// integers, (seed, purpose, index ...); the same name gives the same bits on every machine.
//
// A Rand is a Source for golang.org/x/exp/rand and for math/rand/v2, so it drives their distributions and gonum's too.
// It is not safe for concurrent use.
type Rand struct {
	src rand.PCGSource

	frac  uint64 // the digits left in the last draw of a Die, as a binary fraction
	faces uint32 // of that Die
	left  uint32 // digits left

	bits    uint64  // what is left of the last draw of a Waits
	picks   uint32  // of cells, that it holds
	wait    uint32  // greedy steps left before the next event
	due     bool    // the event is an exploratory step (else a further draw)
	waitEps float64 // epsilon of that Waits

	heads uint64 // what is left of the last draw of heads
	ready uint32 // of heads, that it holds
	tails uint64 // the SplitMix64 generator of the tails
}

// NewRand returns the stream named (seed, purpose, index...).
func NewRand(seed uint64, purpose Purpose, index ...uint64) *Rand {
	r := new(Rand)
	r.Reset(seed, purpose, index...)
	return r
}

// Reset makes r the stream named (seed, purpose, index...), from its beginning. Two chains of SplitMix64 finalisers give
// the 128 bits of state, so streams of one seed and purpose never share a state, and others do by chance alone.
func (r *Rand) Reset(seed uint64, purpose Purpose, index ...uint64) {
	f := family(seed, purpose)
	for _, i := range index {
		f = f.member(i)
	}
	*r = Rand{}
	r.setState(f.hi, f.lo)
}

// streams is a name (seed, purpose, index ...) as the state it leads to; the names that extend it go on from there.
type streams struct{ hi, lo uint64 }

func family(seed uint64, purpose Purpose) streams {
	return streams{
		finalise(finalise(seed+0x9E3779B97F4A7C15) + uint64(purpose)*0x9E3779B97F4A7C15),
		finalise(finalise(seed^0xD1B54A32D192ED03) + uint64(purpose)*0xD1B54A32D192ED03),
	}
}

func (f streams) member(i uint64) streams {
	return streams{finalise(f.hi + (i+1)*0x9E3779B97F4A7C15), finalise(f.lo + (i+1)*0xD1B54A32D192ED03)}
}

// enter makes r the stream of the family with one index more, from its beginning.
func (r *Rand) enter(f streams, index uint64) {
	f = f.member(index)
	*r = Rand{}
	r.setState(f.hi, f.lo)
}

// finalise is the output function of SplitMix64 (Steele, Lea & Flood 2014), a bijection of 64 bits.
func finalise(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

func (r *Rand) setState(hi, lo uint64) {
	var state [16]byte
	binary.BigEndian.PutUint64(state[:8], hi)
	binary.BigEndian.PutUint64(state[8:], lo)
	_ = r.src.UnmarshalBinary(state[:]) // it can fail on fewer than 16 bytes only
	r.tails = hi ^ bits.RotateLeft64(lo, 32)
}

// Uint64 returns 64 uniform bits.
func (r *Rand) Uint64() uint64 { return r.src.Uint64() }

// Seed makes r the stream named (seed, 0). It is there so that Rand satisfies golang.org/x/exp/rand's Source.
func (r *Rand) Seed(seed uint64) { r.Reset(seed, 0) }

// Float64 returns a uniform multiple of 2^-53 in [0, 1).
func (r *Rand) Float64() float64 { return float64(r.src.Uint64()>>11) * 0x1p-53 }

// Intn returns a uniform integer in [0, n), without bias (Lemire 2019). It panics if n <= 0.
func (r *Rand) Intn(n int) int {
	if n <= 0 {
		panic("env: Intn of a number that is not positive")
	}
	hi, lo := bits.Mul64(r.src.Uint64(), uint64(n))
	if lo < uint64(n) {
		for bound := -uint64(n) % uint64(n); lo < bound; {
			hi, lo = bits.Mul64(r.src.Uint64(), uint64(n))
		}
	}
	return int(hi)
}

// word returns 63 uniform bits, the symbol of a cumulative table.
func (r *Rand) word() uint64 { return r.src.Uint64() >> 1 }

// head returns 16 uniform bits.
func (r *Rand) head() uint16 {
	if r.ready == 0 {
		r.heads, r.ready = r.src.Uint64(), 4
	}
	head := uint16(r.heads)
	r.heads >>= 16
	r.ready--
	return head
}

// tail returns 47 uniform bits. They come from a generator of their own: whether a step needs them depends on the state, and
// what it takes from src must not.
func (r *Rand) tail() uint64 {
	r.tails += 0x9E3779B97F4A7C15
	return finalise(r.tails) >> (64 - tailBits)
}

const randStateSize = 16 + 8 + 4 + 4 + 8 + 4 + 4 + 1 + 8 + 8 + 4 + 8

// MarshalBinary returns the exact position of the stream, left-over bits included.
func (r *Rand) MarshalBinary() ([]byte, error) {
	b, err := r.src.MarshalBinary()
	if err != nil {
		return nil, err
	}
	b = binary.BigEndian.AppendUint64(b, r.frac)
	b = binary.BigEndian.AppendUint32(b, r.faces)
	b = binary.BigEndian.AppendUint32(b, r.left)
	b = binary.BigEndian.AppendUint64(b, r.bits)
	b = binary.BigEndian.AppendUint32(b, r.picks)
	b = binary.BigEndian.AppendUint32(b, r.wait)
	due := byte(0)
	if r.due {
		due = 1
	}
	b = append(b, due)
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(r.waitEps))
	b = binary.BigEndian.AppendUint64(b, r.heads)
	b = binary.BigEndian.AppendUint32(b, r.ready)
	return binary.BigEndian.AppendUint64(b, r.tails), nil
}

// UnmarshalBinary sets the stream to a position that MarshalBinary returned.
func (r *Rand) UnmarshalBinary(b []byte) error {
	if len(b) != randStateSize {
		return fmt.Errorf("state of a random stream: %d bytes, want %d", len(b), randStateSize)
	}
	be := binary.BigEndian
	*r = Rand{
		frac: be.Uint64(b[16:]), faces: be.Uint32(b[24:]), left: be.Uint32(b[28:]),
		bits: be.Uint64(b[32:]), picks: be.Uint32(b[40:]), wait: be.Uint32(b[44:]),
		due: b[48] == 1, waitEps: math.Float64frombits(be.Uint64(b[49:])),
		heads: be.Uint64(b[57:]), ready: be.Uint32(b[65:]),
	}
	r.setState(be.Uint64(b), be.Uint64(b[8:]))
	r.tails = be.Uint64(b[69:])
	return nil
}
