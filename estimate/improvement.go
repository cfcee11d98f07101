package estimate

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Improvement returns the probability that a run of x beats a run of y on the
// same task, averaged over the tasks, ties counting half: with n_m and k_m runs
// on task m of M,
//
//	(1/M) sum_m (1/(n_m k_m)) sum_i sum_j ( 1{x_mi > y_mj} + 1{x_mi = y_mj}/2 )
//
// Within a task this is the Mann-Whitney statistic U/(n_m k_m). x and y are
// strata as in Bootstrap, as many of one as of the other, with at least one run
// each. The error reports every problem.
//
// H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18 (1947) 50-60; R. Agarwal
// et al., NeurIPS 2021, section 4.3.
func Improvement(x, y [][]float64) (float64, error) {
	if err := checkRivals(x, y, 1); err != nil {
		return math.NaN(), err
	}
	x, y = slices.Clone(x), slices.Clone(y)
	for m := range x {
		x[m], y[m] = slices.Clone(x[m]), slices.Clone(y[m])
	}
	return improvement(x, y), nil
}

// improvement is Improvement; it sorts the scores within each stratum.
func improvement(x, y [][]float64) float64 {
	sum := 0.0
	for m := range x {
		slices.Sort(x[m])
		slices.Sort(y[m])
		sum += wins(x[m], y[m])
	}
	return sum / float64(len(x))
}

// wins returns the share of pairs (i, j) with x_i > y_j, ties counting half; x
// and y are sorted.
func wins(x, y []float64) float64 {
	below, notAbove, twice := 0, 0, 0 // y_j < x_i, y_j <= x_i
	for _, v := range x {
		for below < len(y) && y[below] < v {
			below++
		}
		for notAbove < len(y) && y[notAbove] <= v {
			notAbove++
		}
		twice += below + notAbove
	}
	return float64(twice) / 2 / float64(len(x)) / float64(len(y))
}

func checkRivals(x, y [][]float64, least int) error {
	bad := append(checkStrata("x", x, least), checkStrata("y", y, least)...)
	if len(x) != len(y) {
		bad = append(bad, &FieldError{"y", count(len(y), "stratum", "strata"), fmt.Sprintf("%d, one for each of x", len(x))})
	}
	return errors.Join(bad...)
}

// Improvement returns the interval for Improvement(x, y) where the runs of x and
// y are independent: each is resampled by itself. Where all runs of one beat all
// of the other it is [1, 1] or [0, 0], which for few runs claims too much: for
// normal scores and a probability of 0.92, intervals of 95% cover 63% of the time
// with 5 runs of each, 87% with 10 and 91% with 20, expanded or not; for one of
// 0.76 they cover 91%, 94% and 94%, expanded 93%, 96% and 96%.
func (b Bootstrap) Improvement(x, y [][]float64, src Source) (Interval, error) {
	if err := checkRivals(x, y, 2); err != nil {
		return everything, err
	}
	return resampleOne(b, slices.Concat(x, y), func(drawn [][]float64) float64 {
		return improvement(drawn[:len(x)], drawn[len(x):])
	}, src)
}

// PairedImprovement returns the interval for Improvement(x, y) where x[m][i] and
// y[m][i] ran on common seeds: the two are drawn together. Of the n^2 pairs that
// Improvement counts, n share a seed; for few runs they weigh in.
func (b Bootstrap) PairedImprovement(x, y [][]float64, src Source) (Interval, error) {
	if err := checkRivals(x, y, 2); err != nil {
		return everything, err
	}
	var bad []error
	pairs := make([][][2]float64, len(x))
	for m := range x {
		bad = append(bad, checkPairs(fmt.Sprintf("y[%d]", m), x[m], y[m])...)
		for i := range min(len(x[m]), len(y[m])) {
			pairs[m] = append(pairs[m], [2]float64{x[m][i], y[m][i]})
		}
	}
	if err := errors.Join(bad...); err != nil {
		return everything, err
	}
	u, v := make([][]float64, len(x)), make([][]float64, len(x))
	return resampleOne(b, pairs, func(drawn [][][2]float64) float64 {
		for m := range drawn {
			u[m], v[m] = u[m][:0], v[m][:0]
			for _, pair := range drawn[m] {
				u[m], v[m] = append(u[m], pair[0]), append(v[m], pair[1])
			}
		}
		return improvement(u, v)
	}, src)
}
