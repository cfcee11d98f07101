package estimate

import (
	"errors"
	"math"
)

// Variance is the running mean and variance of a stream of samples, with its
// smallest and largest: n, the mean, m2 = sum (x_i - mean)^2, min, max. It never
// forms sums of squares of the samples themselves, which would lose a small
// variance around a large mean. The zero value has seen nothing.
type Variance struct {
	n                  int64
	mean, m2, min, max float64
}

// Add counts one sample:
//
//	n    <- n + 1
//	d    <- x - mean
//	mean <- mean + d/n
//	m2   <- m2 + d (x - mean)
//
// B. P. Welford, Technometrics 4 (1962) 419-420.
func (v *Variance) Add(x float64) {
	v.n++
	if v.n == 1 {
		*v = Variance{1, x, 0, x, x}
		return
	}
	d := x - v.mean
	v.mean += d / float64(v.n)
	v.m2 += float64(d * (x - v.mean))
	v.min = min(v.min, x)
	v.max = max(v.max, x)
}

// Merge adds the samples of o:
//
//	N    <- n + n_o
//	d    <- mean_o - mean
//	mean <- mean + d n_o/N
//	m2   <- m2 + m2_o + d^2 n n_o/N
//
// The zero value changes nothing on either side. T. Chan, G. Golub, R. LeVeque,
// The American Statistician 37 (1983) 242-247.
func (v *Variance) Merge(o Variance) {
	if v.n == 0 {
		*v = o
		return
	}
	if o.n == 0 {
		return
	}
	n, k := float64(v.n), float64(o.n)
	v.n += o.n
	d := o.mean - v.mean
	step := d * k / float64(v.n)
	v.mean += step
	v.m2 += o.m2 + float64(step*d*n)
	v.min = min(v.min, o.min)
	v.max = max(v.max, o.max)
}

// Scale turns v into the statistic of the samples c x_i, for c >= 0.
func (v *Variance) Scale(c float64) {
	v.mean = float64(c * v.mean)
	v.m2 = float64(float64(c*c) * v.m2)
	v.min, v.max = float64(c*v.min), float64(c*v.max)
}

// N returns the number of samples.
func (v Variance) N() int64 { return v.n }

// Mean returns the mean of the samples, 0 if there are none.
func (v Variance) Mean() float64 { return v.mean }

// Var returns the unbiased variance m2/(n-1), NaN for fewer than two samples.
func (v Variance) Var() float64 {
	if v.n < 2 {
		return math.NaN()
	}
	return v.m2 / float64(v.n-1)
}

// PopVar returns the variance m2/n of the samples taken as the whole
// population, NaN if there are none.
func (v Variance) PopVar() float64 {
	if v.n < 1 {
		return math.NaN()
	}
	return v.m2 / float64(v.n)
}

// StdErr returns the standard error sqrt(Var/n) of the mean of independent
// samples, NaN for fewer than two.
func (v Variance) StdErr() float64 { return math.Sqrt(v.Var() / float64(v.n)) }

// Min returns the smallest sample, NaN if there are none.
func (v Variance) Min() float64 {
	if v.n == 0 {
		return math.NaN()
	}
	return v.min
}

// Max returns the largest sample, NaN if there are none.
func (v Variance) Max() float64 {
	if v.n == 0 {
		return math.NaN()
	}
	return v.max
}

// MarshalJSON writes {"n", "mean", "m2", "min", "max"}, which UnmarshalJSON
// reads back to the same bits. A value that is not finite is an error.
func (v Variance) MarshalJSON() ([]byte, error) {
	return writeFields(v.n, field{"mean", v.mean}, field{"m2", v.m2}, field{"min", v.min}, field{"max", v.max})
}

// UnmarshalJSON reads what MarshalJSON writes, all keys and no other.
func (v *Variance) UnmarshalJSON(data []byte) error {
	var r Variance
	var err error
	r.n, err = readFields(data, into{"mean", &r.mean}, into{"m2", &r.m2}, into{"min", &r.min}, into{"max", &r.max})
	if err != nil {
		return err
	}
	var bad []error
	if !(r.m2 >= 0) {
		bad = append(bad, &FieldError{"m2", r.m2, "a sum of squares, >= 0"})
	}
	if r.min > r.max {
		bad = append(bad, &FieldError{"min", r.min, "no more than max"})
	}
	if r.n == 0 && r != (Variance{}) {
		bad = append(bad, &FieldError{"n", r.n, "at least 1, or nothing but zeros"})
	}
	if bad == nil {
		*v = r
	}
	return errors.Join(bad...)
}
