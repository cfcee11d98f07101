package mc

import "example.com/mcrl/env"

// repetition is the return of the steps from, ..., to-1 repeated for Repeat steps. With P the return of one period of L steps
// and R that of the first rest = Repeat mod L of them,
//
//	g = P (1 + gamma^L + gamma^2L + ...) + gamma^(Repeat-rest) R
func (y *tally) repetition(tr *env.Trace, from, to int) float64 {
	if tr.Period == 1 {
		sum, _ := y.series.upTo(tr.Repeat)
		return tr.Rewards[tr.Index[from]] * sum
	}
	rest := tr.Repeat % tr.Period
	sum, power := y.series.upTo(tr.Repeat - rest)
	one, _ := y.series.upTo(tr.Period)
	return float64(y.back(tr, to, from, 0)*(sum/one)) + float64(power*y.back(tr, from+rest, from, 0))
}

// series holds the geometric series 1 + gamma + ... + gamma^(k-1) and the power gamma^k for small k.
type series struct {
	gamma      float64
	sum, power []float64
}

// seriesKept bounds the k kept.
const seriesKept = 4096

func newSeries(gamma float64, horizon int) series {
	z := series{gamma, []float64{0}, []float64{1}}
	for k := range min(horizon, seriesKept) {
		z.sum = append(z.sum, float64(gamma*z.sum[k])+1)
		z.power = append(z.power, gamma*z.power[k])
	}
	return z
}

// upTo returns the sum of the first k terms and gamma^k. No step subtracts, so gamma near 1 loses nothing, nor does 1.
func (z *series) upTo(k int) (sum, power float64) {
	if k < len(z.sum) {
		return z.sum[k], z.power[k]
	}
	s, p := z.upTo(k / 2)
	s, p = s+float64(p*s), p*p
	if k%2 == 1 {
		s, p = float64(z.gamma*s)+1, z.gamma*p
	}
	return s, p
}
