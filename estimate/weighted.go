package estimate

import (
	"errors"
	"math"
)

// Weighted is the self-normalised mean of samples x_i with weights w_i >= 0:
//
//	mean = sum w_i x_i / sum w_i
//
// the weighted importance-sampling estimate, [S&B] equation 5.6, kept
// incrementally as in equations 5.7 and 5.8. Weights are kept relative to the
// largest so far, so that their sums can neither overflow nor vanish. The zero
// value has seen nothing. It offers no interval: the variance of w_i x_i may be
// infinite ([S&B] example 5.5), and no number of samples shows that it is.
type Weighted struct {
	n    int64
	mean float64
	top  float64 // max w_i
	sum  float64 // sum w_i/top
	sq   float64 // sum (w_i/top)^2
}

// Add counts one sample x of weight w, 0 <= w < infinity. A sample of weight 0
// is counted and changes nothing else. Any other weight (negative, infinite, NaN)
// makes every later result NaN: a wrong weight cannot pass unseen.
func (a *Weighted) Add(x, w float64) {
	switch {
	case w == 0:
		a.n++
	case w > 0 && finite(w):
		a.Merge(Weighted{1, x, w, 1, 1})
	default:
		nan := math.NaN()
		a.Merge(Weighted{1, nan, nan, nan, nan})
	}
}

// Merge adds the samples of o. The zero value changes nothing on either side.
//
//	W    <- W + W_o
//	mean <- mean + W_o/W (mean_o - mean)
func (a *Weighted) Merge(o Weighted) {
	n := a.n + o.n
	switch {
	case o.sum == 0:
	case a.sum == 0:
		*a = o
	default:
		top := max(a.top, o.top)
		f, g := a.top/top, o.top/top
		w := float64(g * o.sum)
		a.top = top
		a.sum = float64(f*a.sum) + w
		a.sq = float64(f*f*a.sq) + float64(g*g*o.sq)
		a.mean += float64(w / a.sum * (o.mean - a.mean))
	}
	a.n = n
}

// N returns the number of samples, those of weight 0 included.
func (a Weighted) N() int64 { return a.n }

// Mean returns the weighted mean, 0 while all weights are 0.
func (a Weighted) Mean() float64 { return a.mean }

// ESS returns Kish's effective sample size (sum w)^2 / sum w^2, between 1 and
// the number of positive weights; 0 while all weights are 0.
func (a Weighted) ESS() float64 {
	if a.sum == 0 {
		return 0
	}
	return a.sum / (a.sq / a.sum)
}

// MaxShare returns max w / sum w, the share of the largest weight; 0 while all
// weights are 0. Near 1 the mean is one sample's.
func (a Weighted) MaxShare() float64 {
	if a.sum == 0 {
		return 0
	}
	return 1 / a.sum
}

// MarshalJSON writes {"n", "mean", "top", "sum", "sq"}, which UnmarshalJSON
// reads back to the same bits. A value that is not finite is an error.
func (a Weighted) MarshalJSON() ([]byte, error) {
	return writeFields(a.n, field{"mean", a.mean}, field{"top", a.top}, field{"sum", a.sum}, field{"sq", a.sq})
}

// UnmarshalJSON reads what MarshalJSON writes, all keys and no other.
func (a *Weighted) UnmarshalJSON(data []byte) error {
	var r Weighted
	var err error
	r.n, err = readFields(data, into{"mean", &r.mean}, into{"top", &r.top}, into{"sum", &r.sum}, into{"sq", &r.sq})
	if err != nil {
		return err
	}
	if r == (Weighted{n: r.n}) {
		*a = r
		return nil
	}
	var bad []error
	check := func(ok bool, field string, value any, want string) {
		if !ok {
			bad = append(bad, &FieldError{field, value, want})
		}
	}
	check(r.n > 0, "n", r.n, "at least 1, or nothing but zeros")
	check(r.top > 0, "top", r.top, "the largest weight, > 0")
	check(r.sum >= 1, "sum", r.sum, "sum w/top, >= 1")
	check(r.sq >= 1, "sq", r.sq, "sum (w/top)^2, >= 1")
	if bad == nil {
		*a = r
	}
	return errors.Join(bad...)
}
