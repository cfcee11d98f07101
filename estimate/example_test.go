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
