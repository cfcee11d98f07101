package estimate

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"sort"
)

// Source is a source of uniformly distributed 64-bit words.
type Source interface{ Uint64() uint64 }

// Discrete is the distribution of a random variable with finitely many values:
// P(X = x_k) = p_k. It is immutable and safe for concurrent use.
type Discrete struct {
	values, probs  []float64
	mean, variance float64
	words          []uint64 // value k is drawn by the words in [words[k], words[k+1])
	cells          *cells   // nil beyond maxCellValues values
}

// NewDiscrete returns the distribution with P(X = values[k]) = probs[k]. Values
// are finite and may repeat; probabilities are >= 0 and sum to 1 within 1e-9,
// and are then taken relative to their exact sum. The error reports every
// problem.
func NewDiscrete(values, probs []float64) (*Discrete, error) {
	if err := checkDiscrete(values, probs); err != nil {
		return nil, err
	}
	d := &Discrete{values: append([]float64(nil), values...), probs: append([]float64(nil), probs...)}
	share := shares(probs)
	d.mean, d.variance = moments(values, share)
	d.words = cumulativeWords(share)
	if len(values) <= maxCellValues {
		d.cells = newCells(share)
	}
	return d, nil
}

func checkDiscrete(values, probs []float64) error {
	var bad []error
	add := func(field string, value any, want string) {
		bad = append(bad, &FieldError{field, value, want})
	}
	if len(values) == 0 {
		add("values", "[]", "at least one value")
	}
	if len(probs) != len(values) {
		add("probs", fmt.Sprintf("%d numbers", len(probs)), fmt.Sprintf("%d, one for each value", len(values)))
	}
	for k, x := range values {
		if !finite(x) {
			add(fmt.Sprintf("values[%d]", k), x, "a finite number")
		}
	}
	total := 0.0
	for k, p := range probs {
		if !(p >= 0 && p <= 1) {
			add(fmt.Sprintf("probs[%d]", k), p, "a probability, 0 <= p <= 1")
		}
		total += p
	}
	if math.Abs(total-1) > 1e-9 && finite(total) && len(probs) > 0 {
		add("sum of probs", total, "1 within 1e-9")
	}
	return errors.Join(bad...)
}

// precision is that of the sums behind a distribution, in bits: they are exact
// unless the terms differ by more than 10^150 in size.
const precision = 512

func wide(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// shares returns p_k / sum p.
func shares(probs []float64) []*big.Float {
	sum := wide(0)
	share := make([]*big.Float, len(probs))
	for k, p := range probs {
		share[k] = wide(p)
		sum.Add(sum, share[k])
	}
	for _, p := range share {
		p.Quo(p, sum)
	}
	return share
}

// moments returns sum p x and sum p (x - mean)^2, each rounded once.
func moments(values []float64, share []*big.Float) (mean, variance float64) {
	m, v := wide(0), wide(0)
	for k, x := range values {
		t := wide(x)
		m.Add(m, t.Mul(t, share[k]))
	}
	for k, x := range values {
		t := wide(x)
		t.Sub(t, m)
		t.Mul(t, t)
		v.Add(v, t.Mul(t, share[k]))
	}
	mean, _ = m.Float64()
	variance, _ = v.Float64()
	return mean, variance
}

// cumulativeWords cuts the 2^64 words into one run for each weight, in order and
// in proportion: run k starts at floor(2^64 (w_0 + ... + w_(k-1)) / sum w). Runs
// after the last positive weight are left out, so no word draws a weight of 0.
func cumulativeWords(weights []*big.Float) []uint64 {
	sum, last := wide(0), -1
	for k, w := range weights {
		sum.Add(sum, w)
		if w.Sign() > 0 {
			last = k
		}
	}
	words := make([]uint64, 0, last+1)
	below := wide(0)
	for _, w := range weights[:last+1] {
		start := wide(0).Quo(below, sum)
		word, _ := start.SetMantExp(start, 64).Uint64() // saturates at 2^64-1
		words = append(words, word)
		below.Add(below, w)
	}
	return words
}

// run returns the index of the run that word x lies in, of runs with equal
// starts the last, the others being empty.
func run(words []uint64, x uint64) int {
	return sort.Search(len(words), func(k int) bool { return words[k] > x }) - 1
}

// Len returns the number of values.
func (d *Discrete) Len() int { return len(d.values) }

// At returns value k and its probability as they were given.
func (d *Discrete) At(k int) (value, prob float64) { return d.values[k], d.probs[k] }

// Mean returns E[X] = sum p_k x_k, correctly rounded.
func (d *Discrete) Mean() float64 { return d.mean }

// Var returns Var[X] = sum p_k (x_k - E[X])^2, correctly rounded.
func (d *Discrete) Var() float64 { return d.variance }

// Sample draws one value with one word of src; each probability is met within
// 2^-63. For more than a few values use a Sampler.
func (d *Discrete) Sample(src Source) float64 { return d.values[run(d.words, src.Uint64())] }
