package reproduce

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
	"example.com/mcrl/plots"
)

// deviations is the number of exact standard deviations within which a random result must lie.
const deviations = 4.5

// runningMean is figure 5.2: 200 samples of -1 or 1 with probability 1/2 each, and their running mean.
func runningMean(_ context.Context, o Options) (*Result, error) {
	const n = 200
	coin, err := estimate.NewDiscrete([]float64{-1, 1}, []float64{0.5, 0.5})
	if err != nil {
		return nil, err
	}
	x := make([]float64, n)
	coin.Sampler(env.NewRand(o.Seed, env.PurposeStatistics, 52)).Fill(x)

	var w estimate.Mean
	running, sum, same := make([]float64, n), 0.0, true
	p := Panel{Panel: "running mean", Cells: n, Convention: fmt.Sprintf("w_k within %g exact standard deviations, 1/sqrt(k), of the mean 0", deviations)}
	for i := range x {
		w.Add(x[i])
		sum += x[i]
		running[i] = w.Value()
		k := float64(i + 1)
		same = same && math.Abs(running[i]-sum/k) <= 1e-12
		if math.Abs(running[i]) <= deviations/math.Sqrt(k) {
			p.Match++
		} else {
			p.Unexpected = append(p.Unexpected, Mismatch{Row: 1, Col: i + 1, Printed: 0, Computed: running[i]})
		}
	}
	p.Values = [][]float64{running}
	p.check(same, "each running mean is the mean of its samples, within 1e-12")
	p.Notes = []string{fmt.Sprintf("the last mean is %.4g, %.2f standard deviations off", running[n-1], math.Abs(running[n-1])*math.Sqrt(n))}
	draw := func() (plots.Drawable, error) {
		return plots.Samples(x, coin.Mean(), plots.SamplesOptions{Title: "Mean estimation", YLabel: "samples and their mean"})
	}
	return &Result{Panels: []Panel{p}, Width: 6 * vg.Inch, Height: 3.5 * vg.Inch, draw: draw}, nil
}
