package offpolicy

import (
	"math"

	"example.com/mcrl/estimate"
)

// spread is the mean and variance of scaled numbers x 2^(128 e), kept relative to the largest e.
type spread struct {
	of estimate.Variance
	e  int
}

func (s *spread) add(x scaled) {
	if x.e != s.e {
		x = s.align(x)
	}
	s.of.Add(x.m)
}

// align brings s and x to the same e and returns x.
func (s *spread) align(x scaled) scaled {
	switch {
	case x.m == 0:
	case s.empty():
		s.e = x.e
	case x.e > s.e:
		s.raise(x.e)
	default:
		x.m = lowered(x.m, s.e-x.e)
	}
	return scaled{x.m, s.e}
}

// empty reports that s has seen nothing but zeros.
func (s *spread) empty() bool { return s.of.N() == 0 || s.of.Min() == 0 && s.of.Max() == 0 }

func (s *spread) raise(e int) {
	s.of.Scale(lowered(1, e-s.e))
	s.e = e
}

func (s *spread) merge(o spread) {
	switch {
	case s.empty():
		s.e = o.e
	case o.empty():
		o.e = s.e
	case s.e < o.e:
		s.raise(o.e)
	case s.e > o.e:
		o.raise(s.e)
	}
	s.of.Merge(o.of)
}

func (s *spread) mean() float64   { return scaled{s.of.Mean(), s.e}.float() }
func (s *spread) stdErr() float64 { return scaled{s.of.StdErr(), s.e}.float() }

// interval is Student's interval for the mean.
func (s *spread) interval(level float64) estimate.Interval {
	i := estimate.StudentT(s.of, level)
	return estimate.Interval{Lo: scaled{i.Lo, s.e}.float(), Hi: scaled{i.Hi, s.e}.float()}
}

// ess is Kish's (sum w)^2 / sum w^2 = n / (1 + variance/mean^2), 0 where all are 0.
func (s *spread) ess() float64 {
	mean := s.of.Mean()
	if mean == 0 {
		return 0
	}
	return float64(s.of.N()) / (1 + s.of.PopVar()/float64(mean*mean))
}

// maxShare is max w / sum w, 0 where all are 0.
func (s *spread) maxShare() float64 {
	if s.of.Mean() == 0 {
		return 0
	}
	return s.of.Max() / float64(float64(s.of.N())*s.of.Mean())
}

// zScore is (mean - 1)/standard error: 0 where both are 0, infinite where only the standard error is.
func (s *spread) zScore() float64 {
	if s.of.N() < 2 {
		return math.NaN()
	}
	off := s.of.Mean() - lowered(1, s.e)
	if off == 0 {
		return 0
	}
	return off / s.of.StdErr()
}
