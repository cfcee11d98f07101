package estimate

import (
	"math"
	"slices"
)

// Average returns (x_1 + ... + x_n)/n, summed in the order given; NaN for no
// scores.
func Average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Median returns the middle one of the sorted scores, or halfway between the
// middle two. It is NaN for no scores, or if a score is NaN.
func Median(x []float64) float64 {
	s := sorted(x)
	n := len(s)
	if n == 0 || math.IsNaN(s[0]) {
		return math.NaN()
	}
	return float64(s[(n-1)/2]/2) + float64(s[n/2]/2)
}

// InterquartileMean returns the mean of the middle half of the scores:
//
//	IQM = sum w_i x_(i) / (n/2),   x_(1) <= ... <= x_(n)
//	w_i = the length that [i-1, i] has in common with [n/4, 3n/4]
//
// so that exactly n/4 scores count on neither side, for every n: a score on the
// edge of the middle half counts in part. For n a multiple of 4 this is the IQM
// of the rliable library, which for other n cuts floor(n/4) whole scores on
// either side and so keeps more than half of them (3 of 5, where here they are
// x_(3) and three quarters of each neighbour). It is NaN for no scores, or if
// a score is NaN.
//
// R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. Bellemare, Deep
// Reinforcement Learning at the Edge of the Statistical Precipice, NeurIPS 2021,
// section 4.3.
func InterquartileMean(x []float64) float64 {
	s := sorted(x)
	if len(s) == 0 || math.IsNaN(s[0]) {
		return math.NaN()
	}
	n := float64(len(s))
	sum := 0.0
	for i, v := range s {
		left := float64(i)
		if w := min(left+1, 3*n/4) - max(left, n/4); w > 0 {
			sum += float64(w * v)
		}
	}
	return sum / (n / 2)
}

// OptimalityGap returns by how much the scores fall short of a target on
// average, in the unit of the scores; what exceeds the target makes up for
// nothing:
//
//	(1/n) sum max(0, target - x_i)
//
// It is NaN for no scores. Agarwal et al. 2021 (see InterquartileMean), section
// 4.3.
func OptimalityGap(x []float64, target float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += max(0, target-v)
	}
	return sum / float64(len(x))
}

// sorted returns a sorted copy of x; a NaN comes first.
func sorted(x []float64) []float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	return s
}

// Pooled makes an aggregate of several strata out of one of a single sample:
// that of all scores together.
func Pooled(f func(scores []float64) float64) func(strata [][]float64) float64 {
	return func(strata [][]float64) float64 { return f(slices.Concat(strata...)) }
}

// ByStratum makes an aggregate of several strata out of two of a single sample:
// across the strata that of the results within each. The score of rliable's
// median is ByStratum(Average, Median).
func ByStratum(within, across func(scores []float64) float64) func(strata [][]float64) float64 {
	return func(strata [][]float64) float64 {
		results := make([]float64, len(strata))
		for m, x := range strata {
			results[m] = within(x)
		}
		return across(results)
	}
}
