package estimate

import (
	"errors"
	"math"
)

// Differences returns the statistics of x_i - y_i, the scores of two algorithms
// on common seeds: StudentT of it is the paired interval for the difference of
// their means. What a seed does to both cancels, so where x and y are positively
// correlated the interval is narrower than one from independent runs. For runs
// on several tasks, x_i and y_i are averages of run i over the tasks.
//
// The error reports scores that are not finite, and lengths that differ or are
// below 2.
func Differences(x, y []float64) (Variance, error) {
	bad := append(checkScores("x", x, 2), checkScores("y", y, 2)...)
	bad = append(bad, checkPairs("y", x, y)...)
	var v Variance
	if err := errors.Join(bad...); err != nil {
		return v, err
	}
	for i := range x {
		v.Add(x[i] - y[i])
	}
	return v, nil
}

// RunsNeeded returns how many runs would settle whether the mean is 0, if mean
// and variance are those of v: the least n >= 2 with
//
//	|mean| > (t_(n-1, (1+level)/2) + t_(n-1, power)) sqrt(Var/n)
//
// At power 1/2, where the second quantile is 0, that is the n from which on
// Student's t interval of the given level would exclude 0 if mean and variance
// stayed as they are; of fresh experiments of n runs about half would exclude it.
// To have a share of power do so, power in [1/2, 1), takes more, which the
// formula finds within about one run. Mean and variance of few runs are
// themselves uncertain, and so is n.
//
// ok is false if no n up to 2^53 will do, as for a mean of 0, with fewer than two
// samples, or with a level or power out of range.
func RunsNeeded(v Variance, level, power float64) (n int64, ok bool) {
	if v.n < 2 || !isLevel(level) || !(power >= 0.5 && power < 1) {
		return 0, false
	}
	mean, sd := math.Abs(v.mean), math.Sqrt(v.Var())
	settled := func(n int64) bool {
		t := studentQuantile((1-level)/2, n-1)
		if power > 0.5 {
			t += studentQuantile(1-power, n-1)
		}
		return mean > float64(t*sd)/math.Sqrt(float64(n))
	}
	below, n := int64(1), int64(2) // no n up to below will do
	for !settled(n) {
		if n == 1<<53 {
			return 0, false
		}
		below, n = n, n+n
	}
	for n-below > 1 {
		if mid := below + (n-below)/2; settled(mid) {
			n = mid
		} else {
			below = mid
		}
	}
	return n, true
}
