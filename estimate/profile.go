package estimate

import "errors"

// Profile returns the performance profile of the scores, the share of runs that
// score more than tau, averaged over the strata:
//
//	F(tau) = (1/M) sum_m (1/n_m) #{i: x_mi > tau}
//
// for each tau[j], as shares[j] in [0, 1]. Strata are those of Bootstrap, with at
// least one run each. The error reports every problem.
//
// E. Dolan and J. More, Math. Programming 91 (2002) 201-213; R. Agarwal et al.,
// NeurIPS 2021, section 4.2.
func Profile(strata [][]float64, tau []float64) (shares []float64, err error) {
	if err := checkProfile(strata, tau, 1); err != nil {
		return nil, err
	}
	shares = make([]float64, len(tau))
	profile(strata, tau, shares)
	return shares, nil
}

func profile(strata [][]float64, tau, shares []float64) {
	for j, t := range tau {
		sum := 0.0
		for _, x := range strata {
			above := 0
			for _, v := range x {
				if v > t {
					above++
				}
			}
			sum += float64(above) / float64(len(x))
		}
		shares[j] = sum / float64(len(strata))
	}
}

func checkProfile(strata [][]float64, tau []float64, least int) error {
	return errors.Join(append(checkStrata("strata", strata, least), checkScores("tau", tau, 0)...)...)
}

// Profile returns the band of Profile(strata, tau): band[j] is the interval at
// tau[j], all from the same resamples. It holds point by point, not for all tau
// at once, and has width 0 where no run, or every run, scores more than tau.
func (b Bootstrap) Profile(strata [][]float64, tau []float64, src Source) (band []Interval, err error) {
	if err := checkProfile(strata, tau, 2); err != nil {
		return nil, err
	}
	return resample(b, strata, len(tau), func(drawn [][]float64, out []float64) { profile(drawn, tau, out) }, src)
}
