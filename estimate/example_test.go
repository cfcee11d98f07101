package estimate_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"example.com/mcrl/estimate"
)

// Mean estimation by samples: [Zhao] section 5.1. X is -1 or 1 with probability
// 1/2 each; the running average of its samples approaches E[X] = 0 (Fig. 5.2).
func Example() {
	coin, err := estimate.NewDiscrete([]float64{-1, 1}, []float64{0.5, 0.5})
	if err != nil {
		log.Fatal(err)
	}
	draw := coin.Sampler(rand.NewPCG(1, 1))
	var mean estimate.Mean
	for n := range 200 {
		mean.Add(draw.Next())
		if n+1 == 10 || n+1 == 100 || n+1 == 200 {
			fmt.Printf("n = %3d  mean = %+.3f\n", mean.N(), mean.Value())
		}
	}
	fmt.Printf("E[X] = %v, Var[X] = %v\n", coin.Mean(), coin.Var())
	// Output:
	// n =  10  mean = +0.400
	// n = 100  mean = +0.160
	// n = 200  mean = +0.010
	// E[X] = 0, Var[X] = 1
}

// Any step sizes do: here 2/(n+1), which weights later samples more.
func ExampleMean_Step() {
	f := func(n int64) float64 { return 2 / float64(n+1) }
	var m estimate.Mean
	for _, x := range []float64{1, 2, 3, 4} {
		m.Step(x, f(m.N()+1))
		fmt.Printf("%.4f\n", m.Value())
	}
	// Output:
	// 1.0000
	// 1.6667
	// 2.3333
	// 3.0000
}

// The mean follows all samples, a constant step size the recent ones.
func ExampleStepSize() {
	var all, recent estimate.Mean
	for n := range 100 {
		x := 0.0
		if n >= 50 {
			x = 1 // what is measured has changed
		}
		estimate.StepSize{}.Update(&all, x)
		estimate.StepSize{Constant: 0.1}.Update(&recent, x)
	}
	fmt.Printf("1/n: %.3f   constant 0.1: %.3f\n", all.Value(), recent.Value())
	fmt.Println(estimate.StepSize{Constant: 2, Power: 0.4}.Validate())
	// Output:
	// 1/n: 0.500   constant 0.1: 0.995
	// constant = 2: want 0 < alpha <= 1 (0: not constant)
	// power = 0.4: want 0.5 < omega <= 1, for sum alpha_n^2 < infinity = sum alpha_n (0: none)
	// constant = 2: want either a constant or a power
}

// Statistics of parts merge into that of the whole.
func ExampleVariance_Merge() {
	var a, b estimate.Variance
	a.Add(4)
	a.Add(7)
	b.Add(13)
	b.Add(16)
	a.Merge(b)
	fmt.Println(a.N(), a.Mean(), a.Var(), a.Min(), a.Max())
	// Output:
	// 4 10 30 4 16
}

// A checkpoint is JSON; it comes back to the same bits.
func ExampleVariance_MarshalJSON() {
	var v estimate.Variance
	v.Add(0.1)
	v.Add(0.2)
	data, err := json.Marshal(v)
	if err != nil {
		log.Fatal(err)
	}
	var back estimate.Variance
	err = json.Unmarshal(data, &back)
	fmt.Println(string(data))
	fmt.Println(back == v, err)
	// Output:
	// {"n":2,"mean":0.15000000000000002,"m2":0.004999999999999999,"min":0.1,"max":0.2}
	// true <nil>
}

// Weighted importance sampling: the weights are ratios of probabilities.
func ExampleWeighted() {
	var a estimate.Weighted
	a.Add(10, 4)
	a.Add(0, 1)
	a.Add(0, 0) // the target policy would never have done this
	fmt.Printf("mean %v, ESS %.2f of %d, largest share %v\n", a.Mean(), a.ESS(), a.N(), a.MaxShare())
	// Output:
	// mean 8, ESS 1.47 of 3, largest share 0.8
}

// A million draws in a few milliseconds: their counts are all that is kept.
func ExampleSampler_Tally() {
	d, err := estimate.NewDiscrete(
		[]float64{-1, 0, 1, 2, 5, 10},
		[]float64{.1, .2, .3, .2, .15, .05})
	if err != nil {
		log.Fatal(err)
	}
	v := d.Sampler(rand.NewPCG(1, 2)).Tally(1_000_000)
	i := estimate.StudentT(v, 0.95)
	fmt.Printf("exact     mean %.3f, variance %.3f\n", d.Mean(), d.Var())
	fmt.Printf("estimated mean %.3f, variance %.3f\n", v.Mean(), v.Var())
	fmt.Printf("95%% interval %.3f to %.3f contains the mean: %v\n", i.Lo, i.Hi, i.Contains(d.Mean()))
	// Output:
	// exact     mean 1.850, variance 6.527
	// estimated mean 1.852, variance 6.552
	// 95% interval 1.847 to 1.857 contains the mean: true
}

func ExampleNewDiscrete() {
	_, err := estimate.NewDiscrete([]float64{1, math.NaN()}, []float64{0.5, -0.25})
	fmt.Println(err)
	// Output:
	// values[1] = NaN: want a finite number
	// probs[1] = -0.25: want a probability, 0 <= p <= 1
	// sum of probs = 0.25: want 1 within 1e-9
}

// Ten trials, one success: the interval of its probability.
func ExampleWilson() {
	i := estimate.Wilson(1, 10, 0.95)
	fmt.Printf("%.4f to %.4f\n", i.Lo, i.Hi)
	// Output:
	// 0.0179 to 0.4042
}

// Scores of eight runs on each of two tasks, one of which failed once: intervals
// for what further runs would come to.
func ExampleBootstrap() {
	scores := [][]float64{
		{0.91, 0.88, 0.93, 0.12, 0.90, 0.87, 0.94, 0.89},
		{0.55, 0.61, 0.58, 0.63, 0.52, 0.60, 0.57, 0.59},
	}
	b := estimate.Bootstrap{Level: 0.95, Resamples: 1999, Expanded: true}
	for _, a := range []struct {
		name string
		f    func([][]float64) float64
	}{
		{"mean", estimate.Pooled(estimate.Average)},
		{"interquartile mean", estimate.Pooled(estimate.InterquartileMean)},
	} {
		i, err := b.Interval(scores, a.f, rand.NewPCG(1, 1))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-18s %.3f   95%% interval %.3f to %.3f\n", a.name, a.f(scores), i.Lo, i.Hi)
	}
	_, err := b.Interval([][]float64{{0.9}}, estimate.Pooled(estimate.Average), rand.NewPCG(1, 1))
	fmt.Println(err)
	// Output:
	// mean               0.693   95% interval 0.552 to 0.757
	// interquartile mean 0.706   95% interval 0.588 to 0.758
	// strata[0] = 1 run: want at least 2
}

// Two algorithms on the same five seeds: the difference, and how many seeds would
// settle it.
func ExampleDifferences() {
	x := []float64{10.1, 12.4, 8.9, 11.7, 9.6}
	y := []float64{9.8, 11.9, 9.1, 11.1, 9.5}
	v, err := estimate.Differences(x, y)
	if err != nil {
		log.Fatal(err)
	}
	i := estimate.StudentT(v, 0.95)
	fmt.Printf("x - y: %.2f, 95%% interval %.2f to %.2f\n", v.Mean(), i.Lo, i.Hi)
	n, _ := estimate.RunsNeeded(v, 0.95, 0.5)
	sure, _ := estimate.RunsNeeded(v, 0.95, 0.9)
	fmt.Printf("settled from %d runs on if this goes on; %d for a power of 90%%\n", n, sure)
	// Output:
	// x - y: 0.26, 95% interval -0.14 to 0.66
	// settled from 9 runs on if this goes on; 19 for a power of 90%
}

// Looking after every sample, and stopping as soon as the mean is known to be
// above 0.6: Student's t interval would not allow that.
func ExampleBernsteinSequence() {
	s, err := estimate.NewBernsteinSequence(0, 1, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for s.Interval().Lo <= 0.6 {
		if err := s.Add(0.5 + 0.4*rng.Float64()); err != nil { // mean 0.7
			log.Fatal(err)
		}
	}
	i := s.Interval()
	fmt.Printf("after %d samples: %.3f to %.3f\n", s.N(), i.Lo, i.Hi)
	fmt.Println(s.Add(1.5))
	// Output:
	// after 83 samples: 0.602 to 0.792
	// x = 1.5: want a number in [0, 1]
}
