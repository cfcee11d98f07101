package estimate

import "math"

// Interval is the set of x with Lo <= x <= Hi.
type Interval struct{ Lo, Hi float64 }

// Half returns half the width.
func (i Interval) Half() float64 { return (i.Hi - i.Lo) / 2 }

// Contains reports whether Lo <= x <= Hi.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// everything is the interval that claims nothing.
var everything = Interval{math.Inf(-1), math.Inf(1)}

// around returns centre -+ half.
func around(centre, half float64) Interval { return Interval{centre - half, centre + half} }

// isLevel reports whether a confidence level lies in (0, 1).
func isLevel(level float64) bool { return level > 0 && level < 1 }

// StudentT returns the two-sided interval of the given confidence level for the
// mean of a normal distribution, from independent samples:
//
//	mean -+ t_(n-1, (1+level)/2) sqrt(Var/n)
//
// It is exact for normal samples and, by the central limit theorem, right in
// the limit for others of finite variance; for few samples of a skewed
// distribution, or if no rare value has come up yet, it covers less often than
// it says. Samples that depend on each other (visits within an episode) make it
// too narrow. With n < 2, or a level outside (0, 1), it is infinite.
func StudentT(v Variance, level float64) Interval {
	if v.n < 2 || !isLevel(level) {
		return everything
	}
	return around(v.mean, float64(studentQuantile((1-level)/2, v.n-1)*v.StdErr()))
}

// Hoeffding returns a two-sided interval that holds with probability at least
// level for the mean of n independent samples, all of which must lie in
// [lo, hi], whatever their distribution:
//
//	mean -+ (hi - lo) sqrt(ln(2/delta) / (2n)),   delta = 1 - level
//
// It is not cut off at lo and hi. With n < 1, a level outside (0, 1), or a mean
// outside [lo, hi] (which contradicts the assumption) it is infinite.
// W. Hoeffding, J. Amer. Statist. Assoc. 58 (1963) 13-30, theorem 2.
func Hoeffding(n int64, mean, lo, hi, level float64) Interval {
	if n < 1 || !isLevel(level) || !(lo <= mean && mean <= hi) {
		return everything
	}
	return around(mean, float64((hi-lo)*math.Sqrt(log(2/(1-level))/2/float64(n))))
}

// EmpiricalBernstein returns a two-sided interval that holds with probability at
// least level for the mean of n independent samples, all of which must lie in
// [lo, hi], whatever their distribution:
//
//	mean -+ ( sqrt(2 Var L / n) + 7 (hi - lo) L / (3 (n-1)) )
//	L = ln(4/delta),   delta = 1 - level
//
// The published bound is one-sided with ln(2/delta); here each side gets
// delta/2, hence the 4. It beats Hoeffding where the variance is small against
// (hi - lo)^2. It is not cut off at lo and hi. With n < 2, a level outside
// (0, 1), or a sample outside [lo, hi] it is infinite.
// A. Maurer and M. Pontil, COLT 2009, theorem 4.
func EmpiricalBernstein(v Variance, lo, hi, level float64) Interval {
	if v.n < 2 || !isLevel(level) || !(lo <= v.min && v.max <= hi) {
		return everything
	}
	l := log(4 / (1 - level))
	spread := math.Sqrt(2 * v.Var() * l / float64(v.n))
	return around(v.mean, spread+7*(hi-lo)*l/3/float64(v.n-1))
}

// Wilson returns the two-sided score interval of the given confidence level for
// a probability, after k successes in n independent trials:
//
//	( k + z^2/2 -+ z sqrt(k (n-k)/n + z^2/4) ) / (n + z^2),   z = z_((1+level)/2)
//
// Its coverage is near the level on average. For a level of 95% it is 92.98% at
// n = 10, p = 0.1, where the textbook's p -+ z sqrt(p(1-p)/n) drops to 65%, and at
// least 91.5% wherever p n and (1-p) n are 1 or more. For rarer successes or
// failures it has one deep dip, 83% to 84% at 0.18/n, and is above 95% below
// 0.05/n. With n = 0 it is [0, 1], the limit of the formula; with a level outside
// (0, 1), or unless 0 <= k <= n, it is infinite.
// E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212.
func Wilson(k, n int64, level float64) Interval {
	if k < 0 || k > n || !isLevel(level) {
		return everything
	}
	i := Interval{0, 1}
	z := normalQuantile((1 - level) / 2)
	zz := float64(z * z)
	spread := float64(k) * float64(n-k) / float64(max(n, 1))
	half := float64(z * math.Sqrt(spread+float64(zz/4)))
	centre, size := float64(k)+float64(zz/2), float64(n)+zz
	if k > 0 {
		i.Lo = (centre - half) / size
	}
	if k < n {
		i.Hi = (centre + half) / size
	}
	return i
}
