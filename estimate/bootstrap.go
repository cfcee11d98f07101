package estimate

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Bootstrap makes intervals for whatever can be computed from the scores of
// runs, by resampling the runs. It is plain data. Scores come in strata, one for
// each task: strata[m][i] is the score of run i on task m. The number of runs
// may differ between strata and is at least 2: a single run shows no spread.
// One task alone is [][]float64{scores}.
//
//	B times:
//	    from each stratum, as many runs as it has, with replacement
//	    t_b = the aggregate of the runs drawn
//	interval [t_(k), t_(B+1-k)] of the sorted t_b,   k = floor((B+1) q)
//	q = (1 - Level)/2
//
// This percentile interval is too narrow for few runs, mainly because a
// resample of n runs varies (n-1)/n as much as the runs do: for the mean of
// normal scores it covers 84% of the time at n = 5, 90% at n = 10 and 94% at
// n = 30 where it says 95%. Expanded replaces q by that of Student's t,
//
//	q = P(Z > t sqrt(N/(N-M))),   P(T_(N-M) > t) = (1 - Level)/2
//
// Z being standard normal, N the number of runs and M that of strata. Then it
// covers 92%, 95% and 95% in these cases, for the interquartile mean 93% to 97%,
// and takes more resamples: at least 1,048 for n = 5 and a level of 95%. Skewed
// scores are covered less (exponential ones: 77%, 86% and 92%; expanded 87%, 91%
// and 93%), as Student's t covers them. A single stratum of fewer than 5 runs has
// too few different resamples for either interval to mean what it says. Nor does
// any bootstrap where all runs score the same: its width is 0.
//
// B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, sections
// 12.5 and 13.3; R. Agarwal et al., NeurIPS 2021, section 4.1 (strata);
// T. Hesterberg, The American Statistician 69 (2015) 371-386, section 3.3
// (expanded).
type Bootstrap struct {
	Level     float64 `json:"level"`     // confidence level in (0, 1)
	Resamples int     `json:"resamples"` // B
	Expanded  bool    `json:"expanded,omitempty"`
}

// Interval returns the interval for aggregate(strata), from words of src alone:
// the same words give the same bits. The aggregate is called once for each
// resample with strata of the same lengths, which it may change but not keep.
// The error reports every problem of the options and the scores, or that the
// aggregate of a resample is not a number.
func (b Bootstrap) Interval(strata [][]float64, aggregate func(strata [][]float64) float64, src Source) (Interval, error) {
	if err := errors.Join(checkStrata("strata", strata, 2)...); err != nil {
		return everything, err
	}
	return resampleOne(b, strata, aggregate, src)
}

// resampleOne returns the interval of one statistic of the strata.
func resampleOne[T any](b Bootstrap, strata [][]T, statistic func(strata [][]T) float64, src Source) (Interval, error) {
	intervals, err := resample(b, strata, 1, func(drawn [][]T, out []float64) { out[0] = statistic(drawn) }, src)
	if err != nil {
		return everything, err
	}
	return intervals[0], nil
}

// resample returns the intervals of k statistics of the strata, all from the
// same resamples.
func resample[T any](b Bootstrap, strata [][]T, k int, statistics func(strata [][]T, out []float64), src Source) ([]Interval, error) {
	runs := 0
	for _, x := range strata {
		runs += len(x)
	}
	rank, err := b.rank(runs, len(strata))
	if err != nil {
		return nil, err
	}
	drawn := make([][]T, len(strata))
	for m, x := range strata {
		drawn[m] = make([]T, len(x))
	}
	out := make([]float64, k)
	values := make([]float64, k*b.Resamples) // those of one statistic next to each other
	for r := range b.Resamples {
		for m, x := range strata {
			for i := range x {
				drawn[m][i] = x[index(src, len(x))]
			}
		}
		statistics(drawn, out)
		for j, t := range out {
			if math.IsNaN(t) {
				return nil, &FieldError{fmt.Sprintf("aggregate of resample %d", r), t, "a number for whatever runs are drawn"}
			}
			values[j*b.Resamples+r] = t
		}
	}
	intervals := make([]Interval, k)
	for j := range intervals {
		t := values[j*b.Resamples:][:b.Resamples]
		slices.Sort(t)
		intervals[j] = Interval{t[rank-1], t[b.Resamples-rank]}
	}
	return intervals, nil
}

// rank returns the k for which the interval is [t_(k), t_(B+1-k)].
func (b Bootstrap) rank(runs, groups int) (int, error) {
	if !isLevel(b.Level) {
		return 0, &FieldError{"level", b.Level, "a confidence level, 0 < level < 1"}
	}
	q := (1 - b.Level) / 2
	if b.Expanded {
		n, free := float64(runs), runs-groups
		z := float64(studentQuantile(q, int64(free)) * math.Sqrt(n/float64(free)))
		q, _ = normalTail(z)
	}
	// (1 - 0.9)/2 is a little below 0.05: a rank that is whole is meant.
	rank := math.Floor(float64((float64(b.Resamples)+1)*q) + 1e-9)
	if !(rank >= 1) {
		least := math.Ceil((1-1e-9)/q) - 1
		return 0, &FieldError{"resamples", b.Resamples,
			fmt.Sprintf("at least %.7g for level %v and %d runs in %s", least, b.Level, runs, count(groups, "stratum", "strata"))}
	}
	return int(rank), nil
}

// index draws one of 0, ..., n-1, each with probability 1/n exactly: the high
// word of n x, unless the low word falls below 2^64 mod n.
// D. Lemire, ACM Trans. Model. Comput. Simul. 29 (2019) 3, algorithm 5.
func index(src Source, n int) int {
	size := uint64(n)
	high, low := bits.Mul64(src.Uint64(), size)
	if low < size {
		for least := -size % size; low < least; {
			high, low = bits.Mul64(src.Uint64(), size)
		}
	}
	return int(high)
}
