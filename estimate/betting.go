package estimate

import "errors"

// BettingSequence is a confidence sequence as HoeffdingSequence and
// BernsteinSequence are, narrower than both when its half width comes near the
// one that it aims at, at the price of keeping the samples. For every m it plays
// a game that is fair if m is the mean: half of a capital of 1 is bet on samples
// above m, half on samples below. An m with which one gets rich is not the mean.
// For samples scaled to [0, 1], delta = 1 - level and the aim h,
//
//	C_n  = { m : K+_n(m) < 2/delta and K-_n(m) < 2/delta }
//	K+_n = prod (1 + min(lambda_i, c/m) (X_i - m))
//	K-_n = prod (1 - min(lambda_i, c/(1-m)) (X_i - m)),   c = 3/4
//	lambda_i = h / (s_(i-1) + h^2)
//
// with the s_i of BernsteinSequence. lambda_i is the bet under which the capital
// grows fastest if the samples have variance s_(i-1) and their mean is h away from
// m. K+ falls with m and K- rises, so C_n is an interval; its ends are found by
// bisection. At 95% the half width came below h after so many samples, in the
// median (HoeffdingSequence with the best tight):
//
//	samples in [0, 1]           h     Hoeffding  Bernstein  betting
//	fair coins                  0.05        925       1735      740
//	coins, 9 of 10 heads        0.05        925        470      345
//	coins, 99 of 100 heads      0.05        285         90       50
//	uniform                     0.05        925        404      250
//	uniform in [0.89, 0.91]     0.01     23,035        749      290
//	0, but each fifth to 0.1    0.01     23,035        765      340
//
// n samples take 16 n bytes, and Interval 80 n steps. It cannot be merged.
//
// I. Waudby-Smith and A. Ramdas, J. R. Statist. Soc. B 86 (2024) 1-27, theorem 3
// and section 4 (there with other lambda_i; any that are chosen before X_i are
// right).
type BettingSequence struct {
	bounded
	limit   float64 // 2/delta
	aim     float64 // h
	mu, s   float64 // mu_n, and (n+1) s_n, of BernsteinSequence
	samples []stake
}

// stake is a scaled sample and what was bet on it.
type stake struct{ x, lambda float64 }

// NewBettingSequence returns the sequence before the first sample; aim > 0 is the
// half width at which it is meant to be as narrow as can be. The error reports
// every argument out of range.
func NewBettingSequence(lo, hi, level, aim float64) (*BettingSequence, error) {
	b := bounded{lo, hi}
	bad := b.validate(level)
	if !(aim > 0 && finite(aim)) {
		bad = append(bad, &FieldError{"aim", aim, "a half width, finite and above 0"})
	}
	if err := errors.Join(bad...); err != nil {
		return nil, err
	}
	return &BettingSequence{bounded: b, limit: 2 / (1 - level), aim: aim / (hi - lo), mu: 0.5, s: 0.25}, nil
}

// Add counts one sample. A sample outside [lo, hi] is an error and is not
// counted.
func (s *BettingSequence) Add(x float64) error {
	if err := s.check(x); err != nil {
		return err
	}
	x = (x - s.lo) / (s.hi - s.lo)
	n := float64(len(s.samples) + 1)
	s.samples = append(s.samples, stake{x, s.aim / (s.s/n + float64(s.aim*s.aim))})
	s.mu += (x - s.mu) / (n + 1)
	d := x - s.mu
	s.s += float64(d * d)
	return nil
}

// N returns the number of samples.
func (s *BettingSequence) N() int64 { return int64(len(s.samples)) }

// bisections bring the ends of an interval within 1e-12 of the range.
const bisections = 40

// Interval returns C_n, [lo, hi] before the first sample.
func (s *BettingSequence) Interval() Interval {
	lo, above := 0.0, 1.0
	for range bisections {
		if m := (lo + above) / 2; s.richAbove(m) {
			lo = m
		} else {
			above = m
		}
	}
	hi, below := 1.0, 0.0
	for range bisections {
		if m := (hi + below) / 2; s.richBelow(m) {
			hi = m
		} else {
			below = m
		}
	}
	return Interval{s.unscaled(min(lo, hi)), s.unscaled(max(lo, hi))}
}

// unscaled turns x in [0, 1] into the units of the samples.
func (b bounded) unscaled(x float64) float64 {
	if x == 1 {
		return b.hi
	}
	return min(b.hi, b.lo+float64((b.hi-b.lo)*x))
}

// maxBet is c, the largest share of the capital that one sample can cost.
const maxBet = 0.75

// richAbove reports whether K+(m) has reached 2/delta.
func (s *BettingSequence) richAbove(m float64) bool {
	k, most := capital{k: 1}, maxBet/m
	for _, t := range s.samples {
		k.times(1 + float64(min(t.lambda, most)*(t.x-m)))
	}
	return k.atLeast(s.limit)
}

// richBelow reports whether K-(m) has reached 2/delta.
func (s *BettingSequence) richBelow(m float64) bool {
	k, most := capital{k: 1}, maxBet/(1-m)
	for _, t := range s.samples {
		k.times(1 - float64(min(t.lambda, most)*(t.x-m)))
	}
	return k.atLeast(s.limit)
}

// capital is a product k 2^(500 e) that neither overflows nor vanishes.
type capital struct {
	k float64
	e int
}

func (c *capital) times(x float64) {
	c.k = float64(c.k * x)
	if c.k > 0x1p500 {
		c.k = float64(c.k * 0x1p-500)
		c.e++
	} else if c.k < 0x1p-500 {
		c.k = float64(c.k * 0x1p500)
		c.e--
	}
}

// atLeast reports whether it is at least x, 1 <= x < 2^500.
func (c *capital) atLeast(x float64) bool {
	return c.e == 0 && c.k >= x || c.e > 0 && (c.k >= 1 || c.e > 1 || float64(c.k*0x1p500) >= x)
}
